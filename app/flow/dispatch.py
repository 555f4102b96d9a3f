"""Event -> jobs: what is to be done because of what happened."""

from typing import assert_never

from app.core import commands
from app.core.happened import (
    CheckRunAsked,
    CheckSuiteAsked,
    CommentWritten,
    Event,
    InstallationChanged,
    LabelChanged,
    MergeGroupAsked,
    Ping,
    PullAction,
    PullRequestChanged,
    PullRequestClosed,
    PullRequestStacked,
)
from app.core.job import Ask, Closing, Errand, Job, ReviewJob
from app.core.small_talk import wants_answer

# The head may be known already: reviewed against another base, or passed over as a draft.
_READ_AGAIN = frozenset({PullAction.EDITED, PullAction.READY_FOR_REVIEW})


def jobs(event: Event | None, mention: str = "kireji") -> tuple[Job, ...]:
    """The jobs an event asks for; none for an event that Kireji does not know. `mention` is the App's slug.

    Whether a draft, a label or a bot's push is worth a review the policy says, which is not known yet.
    """
    match event:
        case PullRequestChanged(action=action):
            ask = Ask(pushed=action is PullAction.SYNCHRONIZE)
            again = action in _READ_AGAIN
            return (ReviewJob(event.ref, event.head_sha, again=again, told_at=event.updated_at, ask=ask),)
        case PullRequestClosed():
            return (Closing(event.ref),)
        case LabelChanged() | PullRequestStacked() | MergeGroupAsked():
            return (Errand(event),)
        case CommentWritten():
            return (Errand(event),) if _matters(event, mention) else ()
        case CheckRunAsked() | CheckSuiteAsked():
            return () if event.sender_is_bot else (Errand(event),)
        case InstallationChanged() | Ping() | None:
            return ()
        case _:
            assert_never(event)


def _matters(comment: CommentWritten, mention: str) -> bool:
    """Whether it may ask for something; never a bot's, our own among them. An edit counts only if its command is new.

    A reply may be for us if its thread may be ours; one for somebody else, or a mere thanks, is not.
    """
    if comment.author_is_bot:
        return False
    command = commands.parse(comment.body, mention)
    if comment.before is None:
        return command is not None or (comment.reply_to is not None and wants_answer(comment.body, mention))
    return command is not None and command != commands.parse(comment.before, mention)
