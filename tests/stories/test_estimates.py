"""What a review is said to cost before anything is asked, held to what it did cost."""

import pytest

from kireji.core.money.estimate import Estimate
from kireji.core.money.ledger import NANO
from kireji.core.pulls.change import of_patch
from kireji.core.pulls.pull import PullRef
from kireji.flow.review.estimate import estimate
from kireji.flow.review.once import job_now, read_once
from kireji.flow.review.read_pull import UnpostedReview
from kireji.settings import load_local
from kireji.wiring import once
from tests.history import new_files
from tests.sandbox.claude import ClaudeSandbox
from tests.sandbox.sample_repo import make_change


@pytest.mark.parametrize(("files", "lines", "planted"), [(2, 60, 1), (3, 80, 2), (6, 150, 2)])
async def test_an_estimate_is_within_a_quarter(files: int, lines: int, planted: int) -> None:
    """Of changes with about as many mistakes as are to be expected, on a cold cache; the benchmark has all others."""
    change = of_patch(new_files(make_change(files=files, lines=lines, planted=planted, seed=files).head))
    with ClaudeSandbox() as claude:
        settings = load_local({"ANTHROPIC_API_KEY": claude.api_key, "ANTHROPIC_BASE_URL": claude.url})
        job = await job_now(PullRef("local", 1), world := once.build_world_for_change(settings, change))
        before = await estimate(job, world)
        world = once.build_world_for_change(settings, change)
        read = await read_once(job, world)
    assert isinstance(before, Estimate)
    assert isinstance(read, UnpostedReview)
    assert 0.75 <= float(before.nanodollars / NANO / read.review.bill.dollars) <= 1.25
