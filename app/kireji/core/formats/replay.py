"""A delivery and what it leads to, in plain lines for a terminal."""

from collections.abc import Iterator, Sequence
from typing import assert_never

from kireji.core.events.delivery import Delivery
from kireji.core.events.happened import (
    CheckRunAsked,
    CheckSuiteAsked,
    CommentWritten,
    LabelChanged,
    MergeGroupAsked,
    PullRequestStacked,
)
from kireji.core.events.job import CloseJob, Errand, Job, ReviewJob
from kireji.core.pulls.posting import HeadMoved, NotWanted
from kireji.core.text.invisible import make_visible
from kireji.core.text.log_commands import disarm_commands

DRY = "it is shown here, and not carried out"


def describe_delivery(delivery: Delivery, jobs: Sequence[Job]) -> Iterator[str]:
    """What was delivered, and a line for each job. Foreign text in it is on one line and acts on no terminal."""
    action = delivery.payload.get("action")
    yield _line(f"{delivery.id}: {delivery.event}{f', {action}' if isinstance(action, str) else ''}")
    if not jobs:
        yield "It asks for nothing."
    for job in jobs:
        yield _line(_job(job))


def _job(job: Job) -> str:
    match job:
        case ReviewJob(ref=ref):
            return f"It asks for a review of {ref.repo}#{ref.number} at {job.head_sha}."
        case CloseJob(ref=ref):
            return f"It ends what is running for {ref.repo}#{ref.number}: {DRY}."
        case Errand():
            return f"It asks for an errand, {_errand(job)}: {DRY}."
        case _:
            assert_never(job)


def _errand(errand: Errand) -> str:
    event = errand.event

    match event:
        case CommentWritten():
            return (
                f"the comment {event.id} of {event.author} on {event.ref.repo}#{event.ref.number}, {event.body[:80]!r}"
            )
        case CheckRunAsked():
            return f"{event.sender} pressed {event.action or 'Re-run'} at the check run of {event.external_id}"
        case CheckSuiteAsked():
            return f"{event.sender} pressed Re-run all checks at {event.repo}@{event.head_sha}"
        case LabelChanged():
            done = "put on" if event.added else "taken off"
            return f"the label {event.label!r} was {done} {event.ref.repo}#{event.ref.number}"
        case PullRequestStacked():
            return f"{event.ref.repo}#{event.ref.number} was added to a stack on {event.stack_base!r}"
        case MergeGroupAsked():
            return f"a merge queue waits for the checks of {event.repo}@{event.head_sha}"
        case _:
            assert_never(event)


def describe_unread(why: NotWanted | HeadMoved) -> str:
    """Why a review did not come of it."""
    if isinstance(why, NotWanted):
        return _line(f"It would not be reviewed: {why.reason}.")
    return _line(f"It is not read: the head has moved to {why.head_sha} since.")


def _line(text: str) -> str:
    return disarm_commands(make_visible(" ".join(text.split())))
