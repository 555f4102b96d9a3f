"""What a worker is to do."""

from dataclasses import dataclass, field

from kireji.core.events.happened import (
    CheckRunAsked,
    CheckSuiteAsked,
    CommentWritten,
    LabelChanged,
    MergeGroupAsked,
    PullRequestStacked,
)
from kireji.core.pulls.pull import PullRef


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """What is asked of a review beyond reading what changed."""

    by: str = ""  # a login, "" where no person asked for it
    forced: bool = False  # a person wants it, so drafts, labels and a pause do not hold it back
    full: bool = False  # findings on lines that an earlier round has read may open threads too
    deep: bool = False
    pushed: bool = False  # a push asks for it: others may follow at once, and are worth waiting for
    paths: tuple[str, ...] = ()  # .gitignore patterns; none means every file

    def after(self, earlier: "ReviewRequest") -> "ReviewRequest":
        """This, where it takes the place of another that was not done yet: what a person asked for is not lost."""
        return ReviewRequest(
            by=self.by or earlier.by,
            forced=self.forced or earlier.forced,
            full=self.full or earlier.full,
            deep=self.deep or earlier.deep,
            pushed=self.pushed,
            paths=(*dict.fromkeys((*self.paths, *earlier.paths)),) if self.paths and earlier.paths else (),
        )


@dataclass(frozen=True, slots=True)
class ReviewJob:
    """Read this head of this pull request, whoever asks for it."""

    ref: PullRef
    head_sha: str
    generation: int = 1
    """Counts what was asked of this pull request: a push or a command makes a new one, and only the newest is posted."""
    again: bool = False  # the head may have its review already, and is read again
    told_at: float = 0.0  # when it was the head, in epoch seconds by GitHub's clock
    ask: ReviewRequest = field(default_factory=ReviewRequest)
    id: str = ""  # the name from when it was queued, "" before: its repository may be called otherwise by now

    @property
    def name(self) -> str:
        """The review's id everywhere: its workflow, its check run's `external_id`, the marker in what is posted."""
        return self.id or f"{self.ref.repo}#{self.ref.number}@{self.head_sha}/{self.generation}"


@dataclass(frozen=True, slots=True)
class CloseJob:
    """The pull request was closed: what is under way for it is not wanted any more."""

    ref: PullRef


@dataclass(frozen=True, slots=True)
class Errand:
    """Something that GitHub must be asked about before it is known what is to be done, or that people are told of."""

    event: CommentWritten | CheckRunAsked | CheckSuiteAsked | LabelChanged | PullRequestStacked | MergeGroupAsked


Job = ReviewJob | CloseJob | Errand
