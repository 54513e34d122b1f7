"""What is derived from a house's secret stays what it is: stored hashes and signatures are read by it."""

from responder.keys import Keys

KEYS = Keys("a secret of the tests", ["1" * 64])


def test_the_derived_keys_are_those_of_every_earlier_version() -> None:
    seed = "cc3026785159c54be6ddae2d9221bf7e633b1c39ded2f1fb0a1605737d68d1cb"
    secret = "d15d3b742ce8806b3e5324643fb5b1ab27dcea0cfd1e340a710de70a2a018b21"
    assert KEYS.signing_key().private_bytes_raw().hex() == seed
    assert KEYS.endpoint_secret("5a").hex() == secret


def test_a_suppression_is_known_under_every_key_of_the_house() -> None:
    current = "c5b249cac8f0909983c09e3a6607a6812d27fe48a353cfd60108c8f2fde5ece9"
    former = "475c1abf6dca816fd080334ec6fb66dbb2ebc959df8f0462e7baa5485efbe893"
    assert KEYS.suppression_hash("+46701740605") == current
    assert KEYS.suppression_hashes("+46701740605") == (current, former)
    assert KEYS.suppression_key_id == "4bbecaf909d0fa81"
    assert KEYS.suppression_key_ids == {"4bbecaf909d0fa81", "a84142a2bd43ead6"}
