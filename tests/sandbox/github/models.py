"""What the loopback GitHub remembers: plain records, changed only under the world's lock."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from tests.sandbox.github.diffs import Side

Permissions = dict[str, str]


@dataclass(slots=True)
class User:
    """An account. `kind` is User, Bot or Organization; a bot's login ends in [bot]."""

    id: int
    login: str
    kind: str = "User"


@dataclass(slots=True)
class App:
    """A GitHub App and its installation. `account` limits that to one owner's repositories, None: all of them.

    `others` are further installations, by the login of the account that each is for.
    """

    id: int
    client_id: str
    slug: str
    bot: User
    owner: User
    public_key: bytes
    webhook_secret: str
    installation_id: int
    permissions: Permissions
    events: list[str]
    created_at: datetime
    account: str | None = None
    suspended: bool = False
    others: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Token:
    """An installation token, or, by its `kind`, a person's: "fine-grained" or "classic", which acts as the App's bot here.

    `repositories` are the ids of those that it is for, None for all of the installation's.
    """

    value: str
    app: App
    permissions: Permissions
    repositories: frozenset[int] | None
    expires_at: datetime
    installation_id: int
    kind: Literal["installation", "fine-grained", "classic"] = "installation"


@dataclass(slots=True)
class Label:
    """A label on a pull request."""

    id: int
    name: str


@dataclass(slots=True)
class Stack:
    """A stack of pull requests on one base branch. `pulls` are their numbers, the lowest first."""

    id: int
    number: int
    base: str
    pulls: list[int]


@dataclass(slots=True)
class ReviewComment:
    """A comment on a line, or on a file (`subject` "file", without lines). Lines are those of `commit_sha`'s diff."""

    id: int
    review_id: int
    user: User
    body: str
    path: str
    commit_sha: str
    diff_hunk: str
    created_at: datetime
    updated_at: datetime
    line: int | None = None
    side: Side = "RIGHT"
    start_line: int | None = None
    start_side: Side | None = None
    position: int | None = None
    subject: Literal["line", "file"] = "line"
    in_reply_to: int | None = None
    minimized: str | None = None
    before: str | None = None  # the text before the last edit


@dataclass(slots=True)
class Review:
    """A review. `state` is PENDING until it is submitted."""

    id: int
    user: User
    body: str
    state: str
    commit_sha: str
    submitted_at: datetime | None
    minimized: str | None = None
    before: str | None = None  # the text before the last edit


@dataclass(slots=True)
class IssueComment:
    """A comment in the conversation."""

    id: int
    user: User
    body: str
    created_at: datetime
    updated_at: datetime
    app: App | None = None
    minimized: str | None = None
    before: str | None = None


@dataclass(slots=True)
class Reaction:
    """A reaction to the comment with id `target`; `on` is issue or review."""

    id: int
    user: User
    content: str
    on: str
    target: int
    created_at: datetime


@dataclass(slots=True)
class CheckRun:
    """A check run with every annotation ever sent to it."""

    id: int
    app: App
    suite_id: int
    name: str
    head_sha: str
    status: str
    conclusion: str | None
    started_at: datetime
    completed_at: datetime | None
    external_id: str
    details_url: str | None
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    annotations: list[dict[str, object]] = field(default_factory=list)
    actions: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Pull:
    """A pull request. `head_ref` is the git ref that its head lives in, `heads` every head it ever had.

    `resolved` maps the first comment of each resolved thread to who resolved it; `changes` tells the last edit as a
    webhook does.
    """

    id: int
    number: int
    title: str
    body: str | None
    author: User
    branch: str
    head_ref: str
    head_owner: User
    base: str
    head_sha: str
    base_sha: str
    draft: bool
    created_at: datetime
    updated_at: datetime
    heads: list[str] = field(default_factory=list)
    state: str = "open"
    merged: bool = False
    locked: bool = False
    labels: list[Label] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    review_comments: list[ReviewComment] = field(default_factory=list)
    issue_comments: list[IssueComment] = field(default_factory=list)
    resolved: dict[int, User] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    stack: Stack | None = None

    def review(self, review_id: int) -> Review | None:
        """The review with this id."""
        return next((review for review in self.reviews if review.id == review_id), None)

    def shown_reviews(self, viewer: User | None) -> list[Review]:
        """The reviews that `viewer` may see: a pending one is its author's only. None sees all."""
        return [
            review for review in self.reviews if review.state != "PENDING" or viewer is None or review.user is viewer
        ]

    def shown_comments(self, viewer: User | None) -> list[ReviewComment]:
        """The review comments that `viewer` may see, without those of anybody's pending review. None sees all."""
        if viewer is None:
            return list(self.review_comments)
        pending = {review.id for review in self.reviews if review.state == "PENDING"}
        return [comment for comment in self.review_comments if comment.review_id not in pending]

    def own_comments(self, viewer: User) -> list[ReviewComment]:
        """As `shown_comments`, with those of the viewer's own pending review, which GraphQL shows."""
        hidden = {review.id for review in self.reviews if review.state == "PENDING" and review.user is not viewer}
        return [comment for comment in self.review_comments if comment.review_id not in hidden]

    def is_pending(self, comment: ReviewComment) -> bool:
        """Whether the comment waits for its review to be submitted."""
        review = self.review(comment.review_id)
        return review is not None and review.state == "PENDING"


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A pull request in a merge queue, and the group that was built for it: from `base_sha` to `head_sha`, on `ref`."""

    id: int
    number: int
    branch: str
    ref: str
    base_sha: str
    head_sha: str
    since: datetime


@dataclass(slots=True)
class Queue:
    """A branch's merge queue: the required checks' names, what waits, first in first, and what was destroyed, with why."""

    id: int
    branch: str
    checks: tuple[str, ...]
    entries: list[QueueEntry] = field(default_factory=list)
    destroyed: list[tuple[QueueEntry, str]] = field(default_factory=list)


@dataclass(slots=True)
class Delivery:
    """A webhook delivery as the App's hook log keeps it."""

    id: int
    guid: str
    event: str
    action: str | None
    delivered_at: datetime
    redelivery: bool
    duration: float
    status: str
    status_code: int
    installation_id: int | None
    repository_id: int | None
    request_headers: dict[str, str]
    request_body: bytes
    response_headers: dict[str, str]
    response_body: str
