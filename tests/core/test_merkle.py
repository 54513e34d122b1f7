"""The Merkle tree: the published vectors, and the definitions of RFC 9162 written naively."""

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.merkle import (
    EMPTY_ROOT,
    Frontier,
    Path,
    inclusion_proof,
    inclusion_proofs,
    leaf_hash,
    root,
    verify_inclusion,
)

# The test vectors of the reference implementation (certificate-transparency, merkle tests).
INPUTS = "|00|10|2021|3031|40414243|5051525354555657|606162636465666768696a6b6c6d6e6f"
LEAVES = [leaf_hash(bytes.fromhex(text)) for text in INPUTS.split("|")]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PATH_OF_5_IN_8 = [
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]
SIZES = st.integers(1, 70)


def some(size: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(size)]


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 9162, 2.1.1, over leaf hashes."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    split = max(2**power for power in range(8) if 2**power < len(leaves))
    return sha256(b"\x01" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


def naive_path(index: int, leaves: Sequence[bytes]) -> Path:
    """PATH of RFC 9162, 2.1.3.1."""
    if len(leaves) == 1:
        return ()
    split = max(2**power for power in range(8) if 2**power < len(leaves))
    left, right = leaves[:split], leaves[split:]
    if index < split:
        return (*naive_path(index, left), naive_root(right))
    return (*naive_path(index - split, right), naive_root(left))


def hexes(path: Path) -> list[str]:
    return [node.hex() for node in path]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_the_published_ones(size: int) -> None:
    assert root(Frontier().append(LEAVES[:size])).hex() == ROOTS[size - 1]


def test_the_paths_are_the_published_ones() -> None:
    assert hexes(inclusion_proofs([5], 8, LEAVES)[5]) == PATH_OF_5_IN_8


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert root(Frontier()) == EMPTY_ROOT == naive_root([])


@given(st.lists(st.integers(0, 40), max_size=5))
def test_a_tree_that_grew_in_steps_is_the_tree_built_at_once(steps: list[int]) -> None:
    leaves, frontier = some(sum(steps)), Frontier()
    for step in steps:
        frontier = frontier.append(iter(leaves[frontier.size : frontier.size + step]))
    assert frontier == Frontier().append(leaves)
    assert (frontier.size, root(frontier)) == (len(leaves), naive_root(leaves))
    assert len(frontier.peaks) == len(leaves).bit_count()


@given(SIZES, st.data())
def test_paths_of_many_leaves_come_from_one_pass(size: int, data: st.DataObject) -> None:
    leaves = some(size)
    indices = data.draw(st.sets(st.integers(0, size - 1)))
    expected = {index: naive_path(index, leaves) for index in indices}
    assert inclusion_proofs(indices, size, iter([*leaves, *some(3)])) == expected


@given(SIZES, st.data())
def test_a_path_needs_only_complete_subtrees(size: int, data: st.DataObject) -> None:
    leaves, asked = some(size), list[tuple[int, int]]()

    def node(start: int, stop: int) -> bytes:
        asked.append((start, stop))
        return naive_root(leaves[start:stop])

    index = data.draw(st.integers(0, size - 1))
    assert inclusion_proof(index, size, node) == naive_path(index, leaves)
    widths = [(start, stop - start) for start, stop in asked]
    assert all(width.bit_count() == 1 and start % width == 0 for start, width in widths)


@given(SIZES, st.data())
def test_only_the_right_leaf_at_the_right_place_verifies(size: int, data: st.DataObject) -> None:
    leaves, (index, other) = some(size), data.draw(st.tuples(*[st.integers(0, size - 1)] * 2))
    path, top = naive_path(index, leaves), naive_root(leaves)
    assert verify_inclusion(leaves[index], index, size, path, top)
    assert verify_inclusion(leaves[index], other, size, path, top) == (other == index)
    assert verify_inclusion(leaves[other], index, size, path, top) == (other == index)
    assert not verify_inclusion(leaves[index], index, size, (*path, top), top)
    assert not verify_inclusion(leaves[index], index, size, path, leaf_hash(top))


@pytest.mark.parametrize(("index", "size"), [(-1, 8), (8, 8), (0, 0)])
def test_a_leaf_outside_of_the_tree_is_in_no_tree(index: int, size: int) -> None:
    assert not verify_inclusion(LEAVES[0], index, size, [], LEAVES[0])
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proofs([index], size, LEAVES)


def test_a_ledger_that_lost_leaves_gives_no_path() -> None:
    with pytest.raises(ValueError, match="fewer leaves"):
        inclusion_proofs([0], 8, LEAVES[:7])
