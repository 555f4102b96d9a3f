"""Event -> jobs: what is to be done because of what happened.

The web process asks this, so nothing here looks into what people wrote: whether a comment asks for anything is the
worker's to see, see `hear.py`.
"""

from typing import assert_never

from kireji.core.events.happened import (
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
from kireji.core.events.job import CloseJob, Errand, Job, ReviewJob, ReviewRequest

# The head may be known already: reviewed against another base, or passed over as a draft.
_READ_AGAIN = frozenset({PullAction.EDITED, PullAction.READY_FOR_REVIEW})


def jobs(event: Event | None) -> tuple[Job, ...]:
    """The jobs an event asks for, or a comment may; none for an event that Kireji does not know, or a bot's comment.

    Whether a draft, a label or a bot's push is worth a review the policy says, which is not known yet.
    """
    match event:
        case PullRequestChanged(action=action):
            ask = ReviewRequest(pushed=action is PullAction.SYNCHRONIZE)
            again = action in _READ_AGAIN
            return (ReviewJob(event.ref, event.head_sha, again=again, told_at=event.updated_at, ask=ask),)
        case PullRequestClosed():
            return (CloseJob(event.ref),)
        case LabelChanged() | PullRequestStacked() | MergeGroupAsked():
            return (Errand(event),)
        case CommentWritten():
            return () if event.author_is_bot else (Errand(event),)
        case CheckRunAsked() | CheckSuiteAsked():
            return () if event.sender_is_bot else (Errand(event),)
        case InstallationChanged() | Ping() | None:
            return ()
        case _:
            assert_never(event)
