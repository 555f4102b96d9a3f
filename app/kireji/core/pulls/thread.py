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

    `node` is GraphQL's id. `quoted` are the lines that the comment was written about, as they were then, on `side`;
    `line` is where they are in the diff now (1-based, the last one's number), None where GitHub calls it outdated.
    `fingerprint` is the finding's, "" for a comment of ours that tells none; `review` names the review that opened it.
    """

    node: str
    path: str
    side: Side
    line: int | None
    original_line: int
    outdated: bool
    resolved: bool
    quoted: tuple[str, ...]
    fingerprint: str
    comments: tuple[ThreadComment, ...]
    review: str = ""

    @property
    def first(self) -> ThreadComment:
        """Our comment that tells the finding."""
        return self.comments[0]
