"""GitHub: what is read of it, what is written on it, its repositories' code, and its log of webhooks."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from kireji.core.code.identifiers import Hit
from kireji.core.operations.hook_log import AttemptPage
from kireji.core.operations.mending import PullHead
from kireji.core.operations.merge_queue import PostedCheck, QueueEntry
from kireji.core.pulls.denial import Denial
from kireji.core.pulls.people import CommentRef, Permission, Reaction
from kireji.core.pulls.posting import CheckReport, Conclusion, HeadMoved, Posted, ReviewDraft
from kireji.core.pulls.pull import Fetched, OpenedPull, PullRef
from kireji.core.pulls.thread import Thread


class Forge(Protocol):
    """GitHub. Methods raise UserError for what people can fix, TransientError once retries are used up."""

    async def fetch(self, ref: PullRef, base_files: Sequence[str]) -> Fetched:
        """Read the pull request, the whole diff, and of the base branch `base_files` and each .gitattributes above a change.

        The diff comes by whatever way GitHub is willing to serve it; what it does not serve is in `diff.unread`.
        """
        ...

    async def look(self, ref: PullRef, base_files: Sequence[str]) -> OpenedPull:
        """What `fetch` reads, without the diff."""
        ...

    async def read_files(self, ref: PullRef, sha: str, paths: Sequence[str]) -> Mapping[str, str]:
        """Path -> text at a commit, a fork's too; what is no file there, binary or over 200 kB is left out.

        One request for each 50 paths.
        """
        ...

    async def open_check(self, ref: PullRef, head_sha: str, external_id: str, report: CheckReport) -> int:
        """Open a check run, or find the open one with this `external_id`; its id."""
        ...

    async def update_check(self, ref: PullRef, check_id: int, report: CheckReport) -> None:
        """Replace what the check run shows; more than 50 annotations take more than one request."""
        ...

    async def publish(self, ref: PullRef, draft: ReviewDraft) -> Posted | HeadMoved:
        """Post the review unless it is there already (marker), the head moved, or there are no comments.

        Removes our own pending debris first; at most 30 comments a request; comments that GitHub refuses are found and
        left out, and the others still arrive. Where it takes no comments at all, `Posted.refused` says why.
        """
        ...

    async def pull_head(self, ref: PullRef) -> PullHead:
        """The pull request's head now, whether it is open, as a draft or not, and its stack's base."""
        ...

    async def find_check(self, ref: PullRef, head_sha: str, external_id: str) -> int | None:
        """The check run of this commit with this `external_id`; None if there is none."""
        ...

    async def check_conclusion(self, ref: PullRef, check_id: int) -> Conclusion | None:
        """How a check run was completed, None while it is open."""
        ...

    async def resolve_thread(self, ref: PullRef, thread: Thread, why: str, marker: str) -> bool | Denial:
        """Say `why` in the thread, once (`marker`), and resolve it; False where the App may not, and it was minimised.

        A thread that is resolved already is left as it is. A Denial where GitHub lets nothing of that happen.
        """
        ...

    async def reply(self, ref: PullRef, to: CommentRef, body: str, marker: str) -> str:
        """Answer a comment, in its thread or below it in the conversation, once (`marker`); the answer's address.

        "" where GitHub lets nobody answer there, which is in the log.
        """
        ...

    async def keep_comment(self, ref: PullRef, body: str, marker: str) -> str | Denial:
        """Make our one comment in the conversation that carries the marker say this; its address, or why it cannot be."""
        ...

    async def react(self, ref: PullRef, to: CommentRef, reaction: Reaction) -> bool:
        """Put a reaction on a comment; False where the App may not, or the comment is gone."""
        ...

    async def permission(self, ref: PullRef, login: str) -> Permission:
        """What a person may do in the repository, by GitHub's own word."""
        ...

    async def pulls_of(
        self, repo: str, installation: int | None, head_sha: str, repo_id: int | None = None
    ) -> tuple[int, ...]:
        """The open pull requests into this repository whose head is this commit, a fork's too."""
        ...

    async def queued(
        self, repo: str, installation: int | None, branch: str, repo_id: int | None = None
    ) -> tuple[QueueEntry, ...]:
        """What waits in a branch's merge queue; none where there is no queue, or it is not shown to us."""
        ...

    async def checks_of(self, ref: PullRef, head_sha: str) -> tuple[PostedCheck, ...]:
        """Our check runs of a commit."""
        ...


class Code(Protocol):
    """The whole repository at a commit. Raises as `Forge` does."""

    async def find(
        self,
        ref: PullRef,
        sha: str,
        names: Sequence[str],
        choose: Callable[[Sequence[Hit]], Sequence[str]],
    ) -> Mapping[str, str]:
        """Path -> text of the files that `choose` picks, by the lines which have one of the names as a word.

        Names are ASCII identifiers. Binary files, links and files over 200 kB are not there; of very many lines some.
        Sends no request to GitHub's API.
        """
        ...


class Hooks(Protocol):
    """The App's webhook, as GitHub logs it. Raises as `Forge` does."""

    async def attempts(self, cursor: str | None = None) -> AttemptPage:
        """A page of what GitHub tried to deliver, from the newest or from a cursor on."""
        ...

    async def redeliver(self, attempt_id: int) -> None:
        """Have GitHub send a delivery again, under its guid. It does so soon afterwards, not at once."""
        ...
