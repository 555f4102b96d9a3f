"""A merge queue waits: what its pull requests' own check runs say is said on the group's commit, at once."""

import asyncio

from kireji.core.events.happened import MergeGroupAsked
from kireji.core.operations.merge_queue import (
    GroupedPull,
    PostedCheck,
    QueueEntry,
    check_name,
    find_named_pull,
    group_report,
    judge_pull,
    select_group,
    target_branch,
)
from kireji.core.pulls.posting import CheckReport, Conclusion
from kireji.core.pulls.pull import PullRef
from kireji.core.wording.queue_words import group_failed
from kireji.errors import DefectError, KirejiError, UserError
from kireji.ports import Forge


async def answer_group(event: MergeGroupAsked, forge: Forge) -> CheckReport:
    """Look up what was reviewed, and post it: one check run, however often it is asked for. Asks no model.

    Raises TransientError, and what keeps it from being posted; what only keeps it from being known is posted.
    """
    try:
        report = await _report(event, forge)
    except (UserError, DefectError) as error:
        report = _unknown(error)
    await _post(event, report, forge)
    return report


async def give_up_group(event: MergeGroupAsked, error: Exception, forge: Forge) -> CheckReport | None:
    """After the last try: let the queue go on. None where not even that can be posted."""
    report = _unknown(error)
    try:
        await _post(event, report, forge)
    except KirejiError:
        return None
    return report


async def _report(event: MergeGroupAsked, forge: Forge) -> CheckReport:
    entries = await _entries(event, forge)
    pulls = await asyncio.gather(*(_stands(event, entry.number, entry.pull_head, forge) for entry in entries))

    number = find_named_pull(event)
    if not pulls and number is not None:
        head = await forge.pull_head(_ref(event, number))
        pull = await _stands(event, number, head.sha, forge)
        return group_report((pull,), whole=False)

    whole = bool(entries) and entries[0].base_sha == event.base_sha
    return group_report(pulls, whole=whole)


async def _entries(event: MergeGroupAsked, forge: Forge) -> tuple[QueueEntry, ...]:
    """What the group brings; none where GitHub shows no queue, as to a workflow's token."""
    try:
        queued = await forge.queued(event.repo, event.installation, target_branch(event), event.repo_id)
    except (UserError, DefectError):
        return ()
    return select_group(event, queued)


async def _stands(event: MergeGroupAsked, number: int, head_sha: str, forge: Forge) -> GroupedPull:
    ref = _ref(event, number)
    checks: tuple[PostedCheck, ...] = await forge.checks_of(ref, head_sha)
    return judge_pull(ref, head_sha, checks)


async def _post(event: MergeGroupAsked, report: CheckReport, forge: Forge) -> None:
    ref = _ref(event, find_named_pull(event) or 0)
    check = await forge.open_check(ref, event.head_sha, check_name(event), report)
    await forge.update_check(ref, check, report)


def _ref(event: MergeGroupAsked, number: int) -> PullRef:
    return PullRef(event.repo, number, event.installation, event.repo_id)


def _unknown(error: Exception) -> CheckReport:
    return CheckReport(*group_failed(error), conclusion=Conclusion.NEUTRAL)
