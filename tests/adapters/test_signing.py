"""Keys from secrets: one for each use, and none from a token that ends with its job."""

from kireji.adapters.signing import MARKERS, STATE, lasting, signer


def test_each_use_has_a_key_of_its_own() -> None:
    """What is signed for one use proves nothing in the other, and no key is the secret."""
    markers = signer([b"secret"], MARKERS)
    state = signer([b"secret"], STATE)
    assert not state.is_signed(markers.sign("x"), "x")
    assert markers.keys != state.keys
    assert {len(key) for key in (*markers.keys, *state.keys)} == {32}
    assert all(b"secret" not in key for key in (*markers.keys, *state.keys))


def test_the_same_secret_gives_the_same_key() -> None:
    """In every process and version: what was posted must be known again. A change here disowns all that is posted."""
    assert signer([b"secret"], MARKERS).sign("finding", "7", "1") == "decb133b87420e10a75272bdb3402936"


def test_a_token_serves_where_it_lasts() -> None:
    """A person's does; a workflow's own, and an installation's, are others in the next run."""
    assert lasting(["key"], "ghp_person") == [b"key"]
    assert lasting([], "ghp_person") == [b"ghp_person"]
    assert lasting([], "ghs_workflow") == []
