"""What happened on GitHub, as far as it may ask for something. All text in it is untrusted.

To hear another event, add a dataclass here and to `Event`; the type checker then names the places that must decide about it.
"""

from dataclasses import dataclass
from enum import StrEnum

from kireji.core.pulls.people import CommentPlace
from kireji.core.pulls.pull import PullRef


class PullAction(StrEnum):
    """What happened to a pull request, as far as it may call for a review."""

    OPENED = "opened"
    REOPENED = "reopened"
    READY_FOR_REVIEW = "ready_for_review"
    SYNCHRONIZE = "synchronize"
    EDITED = "edited"  # heard only where the base branch was changed: the diff is another one


@dataclass(frozen=True, slots=True)
class PullRequestChanged:
    """A pull request has something new to read at `head_sha`. `sender` is the login of who did it."""

    ref: PullRef
    head_sha: str
    action: PullAction
    draft: bool
    sender: str
    sender_is_bot: bool
    updated_at: float = 0.0  # epoch seconds, by GitHub's clock: of two deliveries the later one tells the head


@dataclass(frozen=True, slots=True)
class PullRequestClosed:
    """A pull request was closed or merged: nothing more is to be read."""

    ref: PullRef


@dataclass(frozen=True, slots=True)
class PullRequestStacked:
    """A pull request was added to a stack, whose base branch is `stack_base`; its own `base_ref` may be another's head.

    Source: GitHub's "Stacked pull requests APIs and webhooks" (a preview).
    """

    ref: PullRef
    head_sha: str
    base_ref: str
    stack_base: str


@dataclass(frozen=True, slots=True)
class LabelChanged:
    """A label was put on a pull request or taken off; whether that matters, its policy says."""

    ref: PullRef
    head_sha: str
    label: str
    added: bool
    sender: str
    sender_is_bot: bool


@dataclass(frozen=True, slots=True)
class CommentWritten:
    """Somebody wrote or edited a comment on a pull request, or a review's own text.

    An account that was deleted is "ghost", as GitHub shows it.
    """

    ref: PullRef
    id: int  # REST's, of that kind of comment
    place: CommentPlace
    body: str
    author: str  # who answers for the text: of an edited comment whoever edited it
    author_is_bot: bool  # or whoever wrote it first is one
    pull_author: str  # the login of who opened the pull request
    before: str | None = None  # the text before an edit, None for a new comment
    reply_to: int | None = None  # the id of the thread's first comment; None for that one, and elsewhere
    open: bool = True  # whether the pull request is neither closed nor merged
    path: str = ""  # the file of a thread, else ""


@dataclass(frozen=True, slots=True)
class CheckRunAsked:
    """Somebody pressed Re-run or one of our buttons at a check run of ours."""

    repo: str
    installation: int | None
    external_id: str  # the review's name, from when it was queued: the repository may have another name now
    action: str  # the button's identifier, "" for Re-run
    sender: str
    sender_is_bot: bool
    repo_id: int | None = None


@dataclass(frozen=True, slots=True)
class CheckSuiteAsked:
    """Somebody pressed "Re-run all checks"."""

    repo: str
    installation: int | None
    head_sha: str
    numbers: tuple[int, ...]  # the pull requests that GitHub names, none for a fork's
    sender: str
    sender_is_bot: bool
    repo_id: int | None = None


@dataclass(frozen=True, slots=True)
class MergeGroupAsked:
    """A merge queue waits for the checks of a group of pull requests. Both refs begin with refs/heads/."""

    repo: str
    installation: int | None
    head_sha: str  # the group's commit, on top of `base_sha`
    head_ref: str  # the queue's temporary branch
    base_sha: str
    base_ref: str  # the branch that the group goes into
    repo_id: int | None = None


@dataclass(frozen=True, slots=True)
class InstallationChanged:
    """The App was installed, taken away, or given other repositories; `action` is GitHub's word."""

    installation: int
    account: str
    action: str


@dataclass(frozen=True, slots=True)
class Ping:
    """GitHub tries a webhook out; `zen` is an aphorism of its own."""

    zen: str


Event = (
    PullRequestChanged
    | PullRequestClosed
    | PullRequestStacked
    | LabelChanged
    | CommentWritten
    | CheckRunAsked
    | CheckSuiteAsked
    | MergeGroupAsked
    | InstallationChanged
    | Ping
)
