"""A set of hashes in little memory is a set nevertheless."""

from hypothesis import given
from hypothesis import strategies as st

from responder.cli.hashes import Hashes

ANY = st.integers(-(2**63), 2**63 - 1)
IN_ONE_SLOT = st.integers(1, 9).map(lambda n: n << 40)


@given(st.lists((ANY | IN_ONE_SLOT).filter(bool)))
def test_a_hash_is_new_once(values: list[int]) -> None:
    hashes, seen = Hashes(), set()
    for value in values:
        assert hashes.add(value) == (value not in seen)
        seen.add(value)


def test_it_grows_and_forgets_nothing() -> None:
    hashes, many = Hashes(), [hash((n, "klubben")) for n in range(50_000)]
    assert all(hashes.add(value) for value in many)
    assert not any(hashes.add(value) for value in many)
