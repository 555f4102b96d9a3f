"""A diff is searched for credentials elsewhere, and what could not be searched goes nowhere."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest

from kireji.adapters.in_process.journal import DirectJournal
from kireji.adapters.in_process.store import MemoryStore
from kireji.core.diff.unified import parse_diff
from kireji.core.events.job import ReviewJob
from kireji.core.pulls.posting import Conclusion
from kireji.core.text.undone import Undone
from kireji.flow import apart
from kireji.flow.cleaning import without_credentials
from kireji.flow.review.carry_out import carry_out
from kireji.flow.world import Limits, World
from kireji.ports import Apart
from tests.fakes.apart import processes
from tests.fakes.clock import FakeClock
from tests.fakes.forge import REF, FakeForge
from tests.fakes.model import FakeModel, answer
from tests.make import clean

Item = TypeVar("Item")
Result = TypeVar("Result")
SECRET = "AKIA" + "Z7QK2M4P9X3L" + "5R8T"
LONG = "".join(f"+line {number} of a long file\n" for number in range(2_000))
DIFF = f"""\
diff --git a/long.py b/long.py
--- a/long.py
+++ b/long.py
@@ -0,0 +1,2001 @@
{LONG}+KEY = "{SECRET}"
diff --git a/short.py b/short.py
--- a/short.py
+++ b/short.py
@@ -1 +1,2 @@
 x = 1
+y = 2
"""


class Late:
    """Whatever it is asked takes too long."""

    async def each(self, work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result | Undone]:  # noqa: ARG002
        """See `Apart.each`."""
        return [Undone("it took more than 5 seconds") for _ in items]


@pytest.mark.parametrize("small", [0, 20_000, 10_000_000])
async def test_it_is_clean_wherever_that_is_done(monkeypatch: pytest.MonkeyPatch, small: int) -> None:
    """All in another process, the long file only, or none: the diff, its findings and what is known are the same."""
    monkeypatch.setattr(apart, "SMALL", small)
    diff = parse_diff(DIFF)
    assert await without_credentials(diff, processes()) == clean(diff)
    assert [finding.start_line for finding in clean(diff).findings] == [2_001]


async def review(apart: Apart, policy: str = "") -> tuple[FakeForge, FakeModel]:
    """A review of it, in which the model finds nothing."""
    forge, model = FakeForge(DIFF), FakeModel(lambda _: answer())
    forge.files = {".github/kireji.yml": policy}
    journal = DirectJournal()
    world = World(forge, model, MemoryStore(), journal, FakeClock(), Limits(), apart=apart)
    await carry_out(ReviewJob(REF, "head1"), journal, world)
    return forge, model


async def test_what_cannot_be_searched_is_unread() -> None:
    """It is shown to no model, named with the reason, and the check run is not green; the rest is read."""
    forge, model = await review(Late())
    asked = str(model.prompts)
    assert SECRET not in asked
    assert "long.py" not in asked
    assert "y = 2" in asked
    report = forge.reports[-1]
    assert report.conclusion is Conclusion.NEUTRAL
    assert "could not be searched for credentials: it took more than 5 seconds" in report.summary
    assert "long.py" in report.summary


async def test_what_nobody_wants_read_is_not_missed() -> None:
    """A file that the policy excludes may be as it likes."""
    forge, _ = await review(Late(), "paths: {exclude: [long.py]}\n")
    assert forge.reports[-1].conclusion is Conclusion.SUCCESS


async def test_what_can_be_searched_is_read() -> None:
    """The same pull request where nothing takes long."""
    _, model = await review(processes())
    asked = str(model.prompts)
    assert SECRET not in asked
    assert "line 1999 of a long file" in asked
    assert "<secret:aws-access-key>" in asked
