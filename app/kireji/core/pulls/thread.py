"""A thread of ours on a pull request: the finding it tells, where it stands now, and what people said in it."""

from dataclasses import dataclass

from kireji.core.diff.unified import Side


@dataclass(frozen=True, slots=True)
class ThreadComment:
    """One comment. `id` is REST's, `node` GraphQL's; `body` is untrusted unless `ours`."""

    id: int
    node: str
    author: str
    bot: bool
    ours: bool
    body: str


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread whose first comment is ours and tells a finding.

    `quoted` are the lines that the comment was written about, as they were then, on `side`.
    """

    node: str  # GraphQL's id
    path: str
    side: Side
    line: int | None  # the last one's number in the diff now, 1-based; None where GitHub calls it outdated
    original_line: int
    outdated: bool
    resolved: bool
    quoted: tuple[str, ...]
    fingerprint: str  # the finding's, "" for a comment of ours that reports none
    comments: tuple[ThreadComment, ...]
    review: str = ""  # the name of the review that opened it

    @property
    def first(self) -> ThreadComment:
        """Our comment that tells the finding."""
        return self.comments[0]
