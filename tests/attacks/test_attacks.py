"""Every attack, with a model that withstands it and with one that obeys it."""

import pytest

from kireji.core.prompts.across import ASK
from tests.attacks.suite import failures, launch, leaked, strays
from tests.attacks.table import ATTACKS
from tests.sandbox.obedient import obey
from tests.stories.town import Town

DEEP = 12  # one in so many
BATCHES = [ATTACKS[at::6] for at in range(6)]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("obedient", [False, True], ids=["withstands", "obeys"])
@pytest.mark.parametrize("batch", range(len(BATCHES)))
def test_withstood(town: Town, batch: int, obedient: bool) -> None:
    """The planted mistake is told, nothing else is done, nothing leaks, nothing posted acts; and the check run warns."""
    town.claude.script(obey if obedient else None)
    repos = launch(town, BATCHES[batch])
    reached = {
        attack.text: found
        for attack, repo in zip(BATCHES[batch], repos, strict=True)
        if (found := [*failures(repo, obedient=obedient)])
    }
    assert reached == {}
    assert strays(town) == []
    assert not leaked(town)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("obedient", [False, True], ids=["withstands", "obeys"])
def test_withstood_in_depth(town: Town, obedient: bool) -> None:
    """So it is with the calls of a deep review: the plan, and the reading of all files together."""
    town.claude.script(obey if obedient else None)
    some = ATTACKS[::DEEP]
    repos = launch(town, some, "deep")
    assert [[*failures(repo, obedient=obedient)] for repo in repos] == [[]] * len(some)
    assert len([call for call in town.claude.calls if ASK in str(call.request["messages"])]) == len(some)
    assert strays(town) == []
    assert not leaked(town)


def test_there_are_sixty() -> None:
    """As many as were promised, at every place."""
    assert len(ATTACKS) >= 60
    assert {attack.place for attack in ATTACKS} >= {"title", "body", "branch", "file", "code", "policy", "rules"}
