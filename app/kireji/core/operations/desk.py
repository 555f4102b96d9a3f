"""A review as the people who run Kireji see it: what our tables say, and what the engine says of the work on it."""

from dataclasses import dataclass

from kireji.core.operations.lifecycle import ReviewCalls, ReviewRecord
from kireji.core.text.patterns import regex

_NAME = regex(r"(?P<repo>[^#\s]+)#(?P<number>\d{1,18})(?:@(?P<head>[0-9a-f]*)(?:/(?P<generation>\d{1,18}))?)?")


@dataclass(frozen=True, slots=True)
class WorkStep:
    """A step that wrote outside and is finished. Times are epoch seconds; `error` says why it failed."""

    name: str
    started_at: float | None
    finished_at: float | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Work:
    """The work on a review, as the engine knows it."""

    state: str  # delayed, queued, running, done, failed, cancelled or dead (begun too often)
    attempts: int  # how often it was begun
    due_at: float | None  # the end of a delay, in epoch seconds
    error: str | None
    steps: tuple[WorkStep, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedReview:
    """A review in a list. Old work is forgotten sooner than its review, hence None."""

    review: ReviewRecord
    work: Work | None


@dataclass(frozen=True, slots=True)
class ReviewDetails:
    """A review with all that is known of it."""

    costs: ReviewCalls
    work: Work | None


@dataclass(frozen=True, slots=True)
class FailedDelivery:
    """A delivery of which more was asked than a review, and that failed for good. `ended_at` is in epoch seconds.

    `state` is failed or dead, and `attempts` counts how often it was begun, as in `Work`.
    """

    delivery: str
    state: str
    attempts: int
    ended_at: float | None
    error: str | None


@dataclass(frozen=True, slots=True)
class ReviewName:
    """Which review somebody means: of this pull request the newest that fits. `head` is how its head's SHA begins."""

    repo: str
    number: int
    head: str = ""
    generation: int | None = None

    def fits(self, review: ReviewRecord) -> bool:
        """Whether a review of that pull request may be meant."""
        return review.head_sha.startswith(self.head) and self.generation in {None, review.generation}


def parse_review_name(name: str) -> ReviewName | None:
    """Read `octo/shop#7`, `octo/shop#7@1a2b3c4`, `octo/shop#7@1a2b3c4/2` or a whole id; None for anything else."""
    match = _NAME.fullmatch(name.strip())
    if match is None:
        return None
    generation = match["generation"]
    return ReviewName(match["repo"], int(match["number"]), match["head"] or "", int(generation) if generation else None)


def short_name(review: ReviewRecord) -> str:
    """The id with as much of the head as people use."""
    return f"{review.ref.repo}#{review.ref.number}@{review.head_sha[:7]}/{review.generation}"
