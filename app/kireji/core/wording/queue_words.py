"""What the check run of a merge queue's group says."""

from collections.abc import Sequence

from kireji.core.text.lists import first_of
from kireji.core.text.neutral import neutral_line
from kireji.errors import KirejiError, UserError

GroupLine = tuple[int, str, str]  # a pull request's number, how it stands, and what its own check run's title is

UNKNOWN = "It is not known which pull requests this group contains"
_SHOWN = 5  # numbers in a title
_FINE = {"reviewed", "left out"}
_PARTLY = (
    "GitHub does not show all of this group in the queue, so it may contain more than is named here. "
    "An App sees queues with the permission *Merge queues: read*; a workflow's token sees none."
)
_FROM = (
    "What the check runs of the pull requests themselves say; nothing was read again. "
    "Grey lets the queue go on; red only where a policy's `conclusion.fail_on` wants it."
)


def group_title(pulls: Sequence[GroupLine]) -> str:
    """What is so of all, or else of those that are not as they should be."""
    if not pulls:
        return UNKNOWN

    failing = [number for number, standing, _ in pulls if standing == "fails"]
    if failing:
        return f"Failing: {_numbers(failing)}"

    missing = [number for number, standing, _ in pulls if standing not in _FINE]
    if missing:
        return f"Not reviewed as wanted: {_numbers(missing)}"

    whole = [number for number, standing, _ in pulls if standing == "reviewed"]
    if not whole:
        return f"Left out on purpose: {_numbers([number for number, _, _ in pulls])}"
    return f"Reviewed: {_numbers(whole)}"


def group_summary(pulls: Sequence[GroupLine], *, whole: bool) -> str:
    """A line for each pull request, and where it is from."""
    rows = "\n".join(f"- #{number}: {standing}{_said(said)}" for number, standing, said in pulls)
    return "\n\n".join(filter(None, (rows, "" if whole else _PARTLY, _FROM)))


def group_failed(error: BaseException) -> tuple[str, str]:
    """Title and summary where GitHub could not be asked. An unforeseen error's text is kept for the log."""
    said = str(error).removesuffix(".") if isinstance(error, KirejiError) else "an error in Kireji"
    remedy = f" {error.remedy}" if isinstance(error, UserError) else ""
    return (
        UNKNOWN,
        f"Whether they were reviewed could not be looked up: {neutral_line(said)}.{remedy} The queue goes on.",
    )


def _said(title: str) -> str:
    return f" ({neutral_line(title)})" if title else " (it has no check run of Kireji's)"


def _numbers(numbers: Sequence[int]) -> str:
    return first_of([f"#{number}" for number in numbers], _SHOWN, str)
