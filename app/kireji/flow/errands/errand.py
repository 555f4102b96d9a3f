"""An errand: what a comment, a button or a label asks for. GitHub is asked first, then it is done, and answered."""

import contextlib
from collections.abc import Awaitable, Callable
from typing import TypeVar, assert_never

from kireji.core.events.command_parser import parse_command
from kireji.core.events.happened import (
    CheckRunAsked,
    CheckSuiteAsked,
    CommentWritten,
    LabelChanged,
    MergeGroupAsked,
    PullRequestStacked,
)
from kireji.core.events.job import Errand, ReviewRequest
from kireji.core.operations.perils import RiskyPart
from kireji.core.policy.model import Policy
from kireji.core.policy.wanted import is_base_wanted, label_matters
from kireji.core.pulls.people import CommentPlace, CommentRef, Permission, Reaction
from kireji.core.pulls.pull import OpenedPull, PullRef
from kireji.core.wording import replies
from kireji.errors import KirejiError, TransientError, UserError
from kireji.flow.errands.commands import answer_comment
from kireji.flow.errands.comment import place_of
from kireji.flow.errands.merge_queue import answer_group, give_up_group
from kireji.flow.errands.runner import Runner
from kireji.flow.world import LONGEST_WAIT
from kireji.ports import Clock, Forge

T = TypeVar("T")

PAUSES = (5.0, 30.0, 120.0, 600.0)  # seconds after a passing failure; people wait for an answer


async def run_errand(errand: Errand, runner: Runner) -> None:
    """Do it, and try again what fails in passing. Raises what ended it, once whoever gave a command has an answer."""
    try:
        await repeat(lambda: _try(errand, runner), runner.world.clock)
    except Exception as error:  # hides nothing: reported where it was asked for, then the caller's
        await _report_failure(errand, error, runner)
        raise


async def repeat(call: Callable[[], Awaitable[T]], clock: Clock) -> T:
    """What a call gives, which is made again while it fails in passing. Raises what ended it."""
    for pause in PAUSES:
        try:
            return await call()
        except TransientError as error:
            if (error.retry_after or 0) > LONGEST_WAIT:
                raise
            await clock.sleep(pause if error.retry_after is None else error.retry_after)
    return await call()


async def _report_failure(errand: Errand, error: Exception, runner: Runner) -> None:
    """React to a command, and answer it in words; what went wrong before counts more than a failure in telling it.

    The words have a marker of their own: a redelivery may bring the true answer. Neither is a step of the journal: where
    it failed before a crash, other steps came at this place.
    """
    event = errand.event
    forge = runner.world.forge
    if isinstance(event, MergeGroupAsked):
        await give_up_group(event, error, forge)
    if not isinstance(event, CommentWritten) or parse_command(event.body, runner.mention) is None:
        return

    place = place_of(event)
    with contextlib.suppress(KirejiError):
        await forge.react(event.ref, place, Reaction.CONFUSED)
    with contextlib.suppress(KirejiError):
        await forge.reply(event.ref, place, replies.not_done(error), f"failed {runner.cause}")


async def end_errand(errand: Errand, error: UserError, forge: Forge) -> None:
    """End an errand of which processes died too often: its text is not looked into any more, only the failure is shown."""
    event = errand.event
    if isinstance(event, MergeGroupAsked):
        await give_up_group(event, error, forge)
    if isinstance(event, CommentWritten):
        with contextlib.suppress(KirejiError):
            await forge.react(event.ref, place_of(event), Reaction.CONFUSED)


async def _try(errand: Errand, runner: Runner) -> None:
    async with runner.world.part(RiskyPart.ERRAND):
        await _run(errand, runner)


async def _run(errand: Errand, runner: Runner) -> None:
    event = errand.event

    match event:
        case CommentWritten():
            await answer_comment(event, runner)
        case CheckRunAsked():
            await _check_run(event, runner)
        case CheckSuiteAsked():
            await _check_suite(event, runner)
        case LabelChanged():
            await _label(event, runner)
        case PullRequestStacked():
            await _stacked(event, runner)
        case MergeGroupAsked():
            await runner.step("answer the queue", lambda: _answer_group(event, runner), None)
        case _:
            assert_never(event)


async def _check_run(event: CheckRunAsked, runner: Runner) -> None:
    """A button of a check run of ours, or GitHub's own Re-run.

    The run's `external_id` holds the pull request's number, a fork's too: GitHub lets nobody but the App itself write it,
    and asks for another run nobody but the App whose run it is. It names the repository as that was called then.
    """
    named, _, number = event.external_id.partition("@")[0].rpartition("#")
    if not named or not number.isdecimal():
        return

    ref = PullRef(event.repo, int(number), event.installation, event.repo_id)
    opened, steering = await runner.look(ref)
    policy = steering.policy

    if event.action and not await _may_press(event, ref, policy, runner):
        await _say(ref, replies.refused_button(event.sender, policy.commands.floor), f"refused {event.sender}", runner)
        return
    if event.action == "pause":
        await runner.step("pause", lambda: runner.reviews.pause(ref, event.sender), None)
        await _say(ref, replies.paused_by_button(event.sender), runner.cause, runner)
        return

    deep = event.action == "deep"
    await runner.request_reviews(
        [ref], opened.pull.head_sha, ReviewRequest(event.sender, forced=True, full=deep, deep=deep)
    )


async def _may_press(event: CheckRunAsked, ref: PullRef, policy: Policy, runner: Runner) -> bool:
    """GitHub lets nobody press them who may not write; what a policy asks for beyond that is asked of it."""
    floor = policy.commands.floor
    if Permission.WRITE.reaches(floor):
        return True
    permission = await runner.world.forge.permission(ref, event.sender)
    return permission.reaches(floor)


async def _say(ref: PullRef, text: str, marker: str, runner: Runner) -> None:
    """Say it in the conversation, once: a button can be given no reaction."""
    place = CommentRef(0, CommentPlace.CONVERSATION)
    await runner.step("reply", lambda: runner.world.forge.reply(ref, place, text, f"reply {marker}"), str)


async def _check_suite(event: CheckSuiteAsked, runner: Runner) -> None:
    """ "Re-run all checks": of each open pull request with this head. GitHub names none for a fork's."""
    forge = runner.world.forge
    numbers = event.numbers or await forge.pulls_of(event.repo, event.installation, event.head_sha, event.repo_id)
    refs = [PullRef(event.repo, number, event.installation, event.repo_id) for number in numbers]
    await runner.request_reviews(refs, event.head_sha, ReviewRequest(event.sender, forced=True))


async def _label(event: LabelChanged, runner: Runner) -> None:
    """A label that the policy names may begin a review or end one: the review itself sees which."""
    opened, steering = await runner.look(event.ref)
    if label_matters(steering.policy, event.label):
        await runner.request_reviews([event.ref], opened.pull.head_sha, ReviewRequest())


async def _stacked(event: PullRequestStacked, runner: Runner) -> None:
    """A pull request that its own base branch has held back is read, if its stack's base is one that the policy names."""
    opened, steering = await runner.look(event.ref)

    held_back = not is_base_wanted(steering.policy, event.base_ref)
    wanted_in_stack = is_base_wanted(steering.policy, event.stack_base)
    if held_back and wanted_in_stack and not await _is_reviewed(event, opened, runner):
        await runner.request_reviews([event.ref], opened.pull.head_sha, ReviewRequest())


async def _is_reviewed(event: PullRequestStacked, opened: OpenedPull, runner: Runner) -> bool:
    """Whether the head has its review: it may have come to it only after the pull request was in its stack."""
    history = await runner.world.store.history(event.ref)
    return history.reviewed_head == opened.pull.head_sha


async def _answer_group(event: MergeGroupAsked, runner: Runner) -> None:
    await answer_group(event, runner.world.forge)
