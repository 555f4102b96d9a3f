"""`app.review_diff`, for scripts: what it promises is said there."""

import asyncio
from dataclasses import replace

from app.core.change import of_patch
from app.core.overrides import Overrides
from app.core.policy import read_policy
from app.core.pull import PullRef
from app.core.review import Review
from app.errors import DefectError, UserError
from app.flow.once import job_now, read_once
from app.flow.review_pull import Read
from app.settings import load_local
from app.settings.models import MODEL
from app.wiring import once
from app.wiring.calendar import today


def review_text(diff: str, *, title: str, body: str, policy: str, paths: tuple[str, ...], model: str) -> Review:
    """See `app.review_diff`."""
    setting = "`model`" if model else MODEL
    settings, change = load_local(model=model, called=setting, today=today()), of_patch(diff, title, body)
    if problems := read_policy(policy or None, None).problems:
        said = "; ".join(f"line {problem.line}: {problem.message}" for problem in problems)
        raise UserError(f"The policy has mistakes: {said}", "Fix them, or leave it out.")

    async def read() -> Review:
        world = once.build_world_for_change(settings, change, setting=setting)
        world = replace(world, overrides=Overrides(text=policy or None))
        job = await job_now(PullRef("local", 1), world, paths)
        outcome = await read_once(job, world)
        if isinstance(outcome, Read):
            return outcome.review
        raise DefectError("the change was not reviewed")

    return asyncio.run(read())
