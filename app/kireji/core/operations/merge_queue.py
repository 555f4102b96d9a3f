"""Merge queues: which pull requests a group brings, and whether each was reviewed as its policy wants.

A queue waits for every required check on a commit that no pull request has. What is said there is what the pull requests'
own check runs say: nothing is read again. Source: GitHub's "Managing a merge queue".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from kireji.core.events.happened import MergeGroupAsked
from kireji.core.events.job import ReviewJob
from kireji.core.pulls.posting import CheckReport, Conclusion
from kireji.core.pulls.pull import PullRef
from kireji.core.text.patterns import regex
from kireji.core.wording.check_words import PAUSED
from kireji.core.wording.queue_words import group_summary, group_title
from kireji.core.wording.review_words import NOTHING_TO_READ

MOST = 100  # pull requests of one group (source: GitHub's limit of a group's size)
_HEAD_REF = regex(r"refs/heads/gh-readonly-queue/.{1,1000}/pr-([0-9]{1,18})-[0-9a-f]{40,64}")


class ReviewStanding(Enum):
    """How a pull request in a group stands: what its newest finished review says."""

    REVIEWED = "reviewed"  # all of it was read, and nothing is as grave as the policy fails on
    LEFT_OUT = "left out"  # its policy wants no review of it, or there was nothing to read
    NOT_REVIEWED = "not reviewed"  # not at all, not all of it, or not yet
    FAILS = "fails"  # a finding is as grave as its policy fails on


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A pull request that waits in a queue: its head, and the commits between which the queue brings it."""

    number: int
    pull_head: str
    base_sha: str
    head_sha: str


@dataclass(frozen=True, slots=True)
class PostedCheck:
    """A check run of ours as GitHub has it. `whole` if its review read all there is. No conclusion: it is under way."""

    id: int
    name: str
    title: str
    conclusion: Conclusion | None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class GroupedPull:
    """A pull request of a group, how it stands, and the title of the check run that says so, "" for none."""

    number: int
    standing: ReviewStanding
    said: str = ""


def check_name(event: MergeGroupAsked) -> str:
    """The group's check run's `external_id`: no review's name, since it has no "#"."""
    return f"{event.repo}@{event.head_sha}/queue"


def target_branch(event: MergeGroupAsked) -> str:
    """The branch that the group goes into."""
    return event.base_ref.removeprefix("refs/heads/")


def find_named_pull(event: MergeGroupAsked) -> int | None:
    """The pull request that the group's own branch names: the last that it brings. None for a form that is not known."""
    found = _HEAD_REF.fullmatch(event.head_ref)
    return int(found[1]) if found else None


def select_group(event: MergeGroupAsked, entries: Iterable[QueueEntry]) -> tuple[QueueEntry, ...]:
    """Those of a queue's entries that lead from the group's base to its head, the first to be merged first.

    Empty where the head is no entry's: the queue has moved on, or is not shown.
    """
    ending_at = {entry.head_sha: entry for entry in entries}
    chain = list[QueueEntry]()
    at = event.head_sha
    while at != event.base_sha and at in ending_at and len(chain) < MOST:
        entry = ending_at.pop(at)  # so that no loop of commits, which git cannot have, is followed for ever
        chain.append(entry)
        at = entry.base_sha
    return tuple(reversed(chain))


def judge_pull(ref: PullRef, head_sha: str, checks: Iterable[PostedCheck]) -> GroupedPull:
    """How a pull request stands, by the check runs of its head.

    The newest one that came to an end counts: one that was cancelled, or is under way, takes no earlier one's word back.
    """
    about = ReviewJob(ref, head_sha).name.partition("#")[2].partition("/")[0]  # the repository may have been renamed
    ours = [check for check in checks if f"#{about}/" in check.name]
    newest = max(ours, key=_weight, default=None)
    if newest is None:
        return GroupedPull(ref.number, ReviewStanding.NOT_REVIEWED)
    return GroupedPull(ref.number, _standing(newest), newest.title)


def _weight(check: PostedCheck) -> tuple[bool, bool, int]:
    return check.conclusion not in {None, Conclusion.CANCELLED}, check.conclusion is not None, check.id


def _standing(check: PostedCheck) -> ReviewStanding:
    match check.conclusion:
        case Conclusion.SUCCESS:
            return ReviewStanding.REVIEWED
        case Conclusion.FAILURE:
            return ReviewStanding.FAILS
        case Conclusion.NEUTRAL if check.whole:
            return ReviewStanding.REVIEWED
        case Conclusion.SKIPPED:
            paused = check.title != NOTHING_TO_READ and PAUSED in check.title
            return ReviewStanding.NOT_REVIEWED if paused else ReviewStanding.LEFT_OUT
        case _:
            return ReviewStanding.NOT_REVIEWED


def conclude_group(pulls: Sequence[GroupedPull]) -> Conclusion:
    """The colour of a group. Whatever it is, it is one that ends the queue's waiting.

    Red takes the group out of the queue, so only what a policy wants red is. What was not reviewed is grey: the pull
    request's own check run let it into the queue, or is not required.
    """
    standings = {pull.standing for pull in pulls}
    if ReviewStanding.FAILS in standings:
        return Conclusion.FAILURE
    if ReviewStanding.NOT_REVIEWED in standings or not standings:
        return Conclusion.NEUTRAL
    return Conclusion.SUCCESS if ReviewStanding.REVIEWED in standings else Conclusion.SKIPPED


def group_report(pulls: Sequence[GroupedPull], *, whole: bool) -> CheckReport:
    """The group's check run. `whole` if GitHub showed the queue: else there may be more in it than its branch names."""
    told = [(pull.number, pull.standing.value, pull.said) for pull in pulls]
    return CheckReport(group_title(told), group_summary(told, whole=whole), conclusion=conclude_group(pulls))
