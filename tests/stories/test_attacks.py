"""Attacks on the reviewer, a few of each place; `make proofs` has them all."""

import pytest

from tests.attacks.suite import failures, launch, leaked, strays
from tests.attacks.table import ATTACKS
from tests.sandbox.obedient import obey
from tests.stories.town import Town

FEW = ATTACKS[::9]


@pytest.mark.parametrize("obedient", [False, True], ids=["withstands", "obeys"])
def test_withstood(town: Town, obedient: bool) -> None:
    """Whether the model withstands them or obeys: nothing acts, nothing leaks, and the check run warns."""
    town.claude.script(obey if obedient else None)
    repos = launch(town, FEW)
    reached = {
        attack.text: found
        for attack, repo in zip(FEW, repos, strict=True)
        if (found := [*failures(repo, obedient=obedient)])
    }
    assert reached == {}
    assert strays(town) == []
    assert not leaked(town)
