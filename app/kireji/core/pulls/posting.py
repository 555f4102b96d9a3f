"""What is to be posted on GitHub, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kireji.core.diff.unified import Side
from kireji.core.pulls.denial import Denial

READ_WHOLE = "<!-- kireji:read whole -->"
"""What the summary of a grey check run begins with whose review read all there is: a merge queue's group is told by it.

It counts there only, where nothing that others wrote can stand.
"""


class Conclusion(StrEnum):
    """GitHub's check run conclusions that we use. success, neutral and skipped satisfy a required check."""

    SUCCESS = "success"
    NEUTRAL = "neutral"
    FAILURE = "failure"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    ACTION_REQUIRED = "action_required"


@dataclass(frozen=True, slots=True)
class Annotation:
    """A note at lines (1-based) of the head's file. `level` is notice, warning or failure."""

    path: str
    start_line: int
    end_line: int
    level: str
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class CheckAction:
    """A button on a completed check run. GitHub takes <= 20, <= 40 and <= 20 characters; ValueError for more.

    `identifier` comes back in `check_run.requested_action`.
    """

    label: str
    description: str
    identifier: str

    def __post_init__(self) -> None:
        """Refuse what GitHub would refuse, together with the whole check run."""
        if len(self.label) > 20 or len(self.description) > 40 or len(self.identifier) > 20:
            raise ValueError(f"GitHub takes no button of this size: {self}")


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check run shows. Without a conclusion it is in progress. `summary` and `text` are Markdown, <= 65,535.

    `actions` are its buttons, at most 3, shown once it is completed.
    """

    title: str
    summary: str
    text: str = ""
    conclusion: Conclusion | None = None
    annotations: tuple[Annotation, ...] = ()
    actions: tuple[CheckAction, ...] = ()


@dataclass(frozen=True, slots=True)
class CommentDraft:
    """An inline comment to be."""

    path: str
    body: str
    side: Side
    line: int
    start_line: int | None = None  # None for a comment on one line
    about: str = ""
    """What it reports, however worded: under one draft's marker it is posted once. Without it all of it counts.

    It is hidden in the comment, with the draft's marker.
    """


@dataclass(frozen=True, slots=True)
class ReviewDraft:
    """A review to be, of any number of comments. `marker` is hidden in the body and looked for before posting."""

    head_sha: str
    body: str
    comments: tuple[CommentDraft, ...]
    marker: str


@dataclass(frozen=True, slots=True)
class Posted:
    """What arrived."""

    urls: tuple[str, ...] = ()  # of the reviews
    rejected: tuple[CommentDraft, ...] = ()  # which GitHub refused (422)
    refused: Denial | None = None  # why it took no further comment, whatever the comment


@dataclass(frozen=True, slots=True)
class OwnPosts:
    """What a database knows to be ours on a pull request: ids of reviews, and check runs as they were completed."""

    reviews: frozenset[int] = frozenset()
    checks: Mapping[int, Conclusion] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotWanted:
    """Nothing was read: the pull request is not to be reviewed, for a plain reason. `notes` as in `result.Review`."""

    reason: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeadMoved:
    """Nothing was posted: the pull request's head is now `head_sha`."""

    head_sha: str
