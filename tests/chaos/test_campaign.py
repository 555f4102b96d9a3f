"""The short campaign, which is one of the proofs; the long one is `make chaos`."""

from pathlib import Path

import pytest

from tests.chaos import campaign
from tests.chaos.verdict import describe


@pytest.mark.timeout(240)
@pytest.mark.parametrize("store", campaign.STORES)
def test_nothing_is_lost_and_nothing_done_twice(store: str, tmp_path: Path) -> None:
    """Whatever is killed, each last head is reviewed once, each finished call is paid once, each check run closes."""
    done = campaign.run(store, "mixed", kills=6, seed=7, folder=tmp_path, pause=1.5)
    assert done.verdict.wrong == {}, describe(done.verdict)
    assert (done.kills, done.verdict.reviews.get("done", 0) > 0) == (6, True)
