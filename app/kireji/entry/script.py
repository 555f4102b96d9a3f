"""`kireji.review_diff`, for scripts: what it promises is said there."""

import asyncio
from dataclasses import replace

from kireji.core.policy.overrides import Overrides
from kireji.core.policy.reading import read_policy
from kireji.core.pulls.change import of_patch
from kireji.core.pulls.pull import PullRef
from kireji.core.review.result import Review
from kireji.errors import DefectError, UserError
from kireji.flow.review.once import job_now, read_once
from kireji.flow.review.read_pull import UnpostedReview
from kireji.settings import load_local
from kireji.settings.models import MODEL
from kireji.wiring import once
from kireji.wiring.calendar import today


def review_text(diff: str, *, title: str, body: str, policy: str, paths: tuple[str, ...], model: str) -> Review:
    """Read it, post nothing. What it promises is said at `kireji.review_diff`."""
    setting = "`model`" if model else MODEL
    settings = load_local(model=model, called=setting, today=today())
    change = of_patch(diff, title, body)

    if problems := read_policy(policy or None, None).problems:
        said = "; ".join(f"line {problem.line}: {problem.message}" for problem in problems)
        raise UserError(f"The policy has mistakes: {said}", "Fix them, or leave it out.")

    async def read() -> Review:
        world = once.build_world_for_change(settings, change, setting=setting)
        world = replace(world, overrides=Overrides(text=policy or None))
        job = await job_now(PullRef("local", 1), world, paths)
        outcome = await read_once(job, world)
        if isinstance(outcome, UnpostedReview):
            return outcome.review
        raise DefectError("the change was not reviewed")

    return asyncio.run(read())
