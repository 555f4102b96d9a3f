"""What a check run says of a review that is under way or waits, that ended before it was done, or that was never begun."""

from datetime import datetime

from kireji.core.policy.wanted import CLOSED as CLOSED_NOW
from kireji.core.wording import end_words
from kireji.errors import DefectError, KirejiError, TransientError, UserError

READING = ("Reading the pull request", "Kireji is reading this change. Its findings will appear here.")
NO_ROOM = "other reviews of this repository run first"
PAUSED = "the reviews are paused by"
ENDED_BY_ERROR = "an error in Kireji ended it"
ENDED_TOO_OFTEN = "it was begun several times and never came to its end"
CANCELLED_BY_COMMAND = "cancelled in a comment"
CANCELLED_RUN = "the workflow's run was cancelled"

LOST_REPORT = (
    "Reviewed, but the report was lost",
    "The review is done, and its comments, if there are any, are on the pull request. This report of what was read could "
    "not be written at that time. Push again to have one made.",
)

MOVED_ON = (
    "Abandoned: the head moved",
    "This commit was no longer the pull request's head when Kireji came to it, so nothing was posted for it.",
)


def waiting_note(error: TransientError, until: datetime) -> str:
    """Why a review waits, and how long, in one line."""
    return f"{error}; goes on at {until:%H:%M} UTC"


def waiting(error: TransientError, until: datetime) -> tuple[str, str]:
    """Title and summary of a check run whose review waits and will go on by itself."""
    return (
        f"Waiting until {until:%H:%M} UTC",
        f"{error}. The review continues automatically at about {until:%H:%M} UTC.",
    )


def held(until: datetime) -> tuple[str, str]:
    """Title and summary of a check run whose review waits for the model, and goes on by itself."""
    return (
        f"Waiting for Claude's rate limit until about {until:%H:%M} UTC",
        "All reviews of this Kireji share Claude's rate limit, and now there is more to read than it allows at once. "
        f"This review has its turn by about {until:%H:%M} UTC and continues automatically.",
    )


def superseded(new_head: str, old_head: str) -> tuple[str, str]:
    """Title and summary of a check run whose review is no longer wanted."""
    if new_head == old_head:
        return "Abandoned: a newer review was asked for", "See the newer check run of this commit."
    return (
        f"Abandoned: the head moved to {new_head[:7]}",
        "Commits were pushed while this head was being read, so nothing was posted for it. "
        f"See the check run of `{new_head[:7]}`.",
    )


def failed(error: BaseException) -> tuple[str, str]:
    """Title and summary of a check run whose review did not happen. An unforeseen error's text is kept for the log."""
    said = str(error).removesuffix(".")

    match error:
        case UserError():
            return f"Not reviewed: {said}", f"{said}.\n\n{error.remedy}"
        case TransientError():
            what = (
                f"{said}. Kireji tried again and gave up. When the service is back, push again, "
                "or close and reopen the pull request."
            )
            return "Not reviewed: a service did not answer", what
        case DefectError() | KirejiError():
            return "Not reviewed: an error in Kireji", f"{said}. Nothing was posted. The server's log has the details."
        case _:
            return "Not reviewed: an error in Kireji", "Nothing was posted. The server's log has the details."


def cancelled(note: str) -> tuple[str, str]:
    """Title and summary of a check run whose review was cancelled; `note` is the plain reason."""
    if note == end_words.CLOSED:
        return "Cancelled: the pull request was closed", "Reopen the pull request to have it reviewed."
    if note == CANCELLED_BY_COMMAND:
        return "Cancelled in a comment", "Write `/review` in a comment to have it done."
    if note == CANCELLED_RUN:
        return "Cancelled: the workflow's run was cancelled", "Run the job again to have it done."
    return "Cancelled", "Somebody who runs Kireji cancelled this review. Push again to have it done."


def given_up(note: str) -> tuple[str, str]:
    """Title and summary of a check run that a failed review left open; `note` is the plain reason."""
    why = ENDED_BY_ERROR if note in {"", "defect"} else note.rstrip(".")
    return (
        "Not reviewed: the review broke off",
        f"{why[0].upper()}{why[1:]}. The server's log has the details. Comments that were posted before stay. "
        "Push again, or close and reopen the pull request, to have it done.",
    )


def paused(by: str) -> str:
    """Why a push is not reviewed while the reviews are paused."""
    return f"{PAUSED} {by}; `/review resume` in a comment ends that"


def not_reviewed(reason: str) -> tuple[str, str]:
    """Title and summary of a check run whose pull request is not to be reviewed."""
    first = reason.partition(";")[0]
    closed = reason == CLOSED_NOW
    remedy = "Reopen it to have it reviewed." if closed else "`/review` in a comment gets it reviewed anyway."
    return f"Not reviewed: {first}"[:255], f"Not reviewed, since {reason}.\n\n{remedy}"
