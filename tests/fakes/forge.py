"""A Forge of one pull request, in memory. It records what is posted; `tests/sandbox` has the strict one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kireji.core.diff.unified import FetchedDiff
from kireji.core.operations.mending import PullHead
from kireji.core.operations.merge_queue import PostedCheck, QueueEntry
from kireji.core.pulls.people import CommentRef, Permission, Reaction
from kireji.core.pulls.posting import CheckReport, CommentDraft, Conclusion, HeadMoved, Posted, ReviewDraft
from kireji.core.pulls.pull import Fetched, OpenedPull, PullRef, PullRequest
from kireji.core.pulls.thread import Thread
from tests.make import DIFF

REF = PullRef("octo/shop", 7, installation=1)


def pull(head_sha: str = "head1") -> PullRequest:
    """A small pull request."""
    return PullRequest(
        ref=REF,
        title="Rates",
        body="",
        author="alice",
        base_sha="base1",
        head_sha=head_sha,
        base_ref="main",
        head_ref="rates",
        changed_files=2,
    )


class FakeForge:
    """Serves `text` as the diff. Each attribute may be set by a test: what fails, what is refused, when the head moves.

    `pull` is the pull request but for its head, `files` are the base branch's (path -> text), `head_files` the head's, `organisation` and `ours` what else comes with the pull request.
    `reads` are the paths that were read of the head.
    `closed`, `replies`, `kept` (marker -> text) and `reactions` record what was said; the same marker says it once.
    """

    def __init__(self, text: str = DIFF) -> None:
        self.text = text
        self.attributes = ""
        self.head = "head1"
        self.pull = pull()
        self.head_at_publish = "head1"
        self.refuse: tuple[int, ...] = ()
        self.diff_error: Exception | None = None
        self.fail_fetches: list[Exception] = []
        self.fail_publishes: list[Exception] = []
        self.reports: list[CheckReport] = []
        self.drafts: list[ReviewDraft] = []
        self.is_open = True
        self.conclusions: dict[int, Conclusion] = {}
        self.findable: int | None = None
        self.files: Mapping[str, str] = {}
        self.head_files: Mapping[str, str] = {}
        self.reads: list[str] = []
        self.organisation = ""
        self.ours: tuple[Thread, ...] = ()
        self.may_resolve = True
        self.may_react = True
        self.closed: list[tuple[Thread, str]] = []
        self.replies: list[tuple[CommentRef, str]] = []
        self.kept: dict[str, str] = {}
        self.reactions: list[tuple[CommentRef, Reaction]] = []
        self.permissions: dict[str, Permission] = {}
        self.heads: dict[str, tuple[int, ...]] = {}
        self.said: dict[str, str] = {}
        self.queue: tuple[QueueEntry, ...] = ()
        self.checks: Mapping[str, tuple[PostedCheck, ...]] = {}
        self.fail_queues: list[Exception] = []

    async def fetch(self, ref: PullRef, base_files: Sequence[str]) -> Fetched:
        """The pull request, the files and threads that the test set, and the text."""
        assert ref == REF
        if self.diff_error:
            raise self.diff_error
        if self.fail_fetches:
            raise self.fail_fetches.pop(0)
        files = {".gitattributes": self.attributes} if self.attributes else {}
        files |= {path: text for path, text in self.files.items() if path in base_files}
        return Fetched(
            OpenedPull(replace(self.pull, head_sha=self.head), files, self.organisation, self.ours),
            FetchedDiff(self.text),
        )

    async def look(self, ref: PullRef, base_files: Sequence[str]) -> OpenedPull:
        """What `fetch` gives, without the diff."""
        return (await self.fetch(ref, base_files)).opened

    async def read_files(self, ref: PullRef, sha: str, paths: Sequence[str]) -> Mapping[str, str]:
        """The head's files that the test set; another commit has none."""
        assert ref == REF
        self.reads += paths
        return {path: text for path, text in self.head_files.items() if path in paths and sha == self.head}

    async def open_check(self, ref: PullRef, head_sha: str, external_id: str, report: CheckReport) -> int:
        """Record the report."""
        assert (ref, head_sha) == (REF, "head1")
        assert head_sha in external_id
        self.reports.append(report)
        return 99

    async def update_check(self, ref: PullRef, check_id: int, report: CheckReport) -> None:
        """Record the report."""
        assert (ref, check_id) == (REF, 99)
        self.reports.append(report)

    async def publish(self, ref: PullRef, draft: ReviewDraft) -> Posted | HeadMoved:
        """Record the draft, unless the head moved; refuse the comments with the numbers in `refuse`."""
        assert ref == REF
        if self.fail_publishes:
            raise self.fail_publishes.pop(0)
        if self.head_at_publish != draft.head_sha:
            return HeadMoved(self.head_at_publish)
        refused: tuple[CommentDraft, ...] = tuple(draft.comments[number] for number in self.refuse)
        if draft.comments:
            self.drafts.append(draft)
        return Posted(("https://example.test/review/1",) if draft.comments else (), refused)

    async def pull_head(self, ref: PullRef) -> PullHead:
        """The head that the test set."""
        assert ref == REF
        return PullHead(self.head_at_publish, self.is_open)

    async def find_check(self, ref: PullRef, head_sha: str, external_id: str) -> int | None:
        """The one check run, if the test lets it be found."""
        assert (ref, head_sha in external_id) == (REF, True)
        return self.findable

    async def check_conclusion(self, ref: PullRef, check_id: int) -> Conclusion | None:
        """The conclusion that the test set."""
        assert ref == REF
        return self.conclusions.get(check_id)

    async def resolve_thread(self, ref: PullRef, thread: Thread, why: str, marker: str) -> bool:
        """Record the reason, once for each thread, which is resolved from now on."""
        assert ref == REF
        if not thread.resolved and self._is_new(f"{thread.node} {marker}"):
            self.closed.append((thread, why))
            self.ours = tuple(replace(one, resolved=True) if one.node == thread.node else one for one in self.ours)
        return self.may_resolve

    async def reply(self, ref: PullRef, to: CommentRef, body: str, marker: str) -> str:
        """Record the answer, once."""
        assert ref == REF
        if self._is_new(marker):
            self.replies.append((to, body))
        return self.said[marker]

    async def keep_comment(self, ref: PullRef, body: str, marker: str) -> str:
        """Keep the text."""
        assert ref == REF
        self._is_new(marker)
        self.kept[marker] = body
        return self.said[marker]

    async def react(self, ref: PullRef, to: CommentRef, reaction: Reaction) -> bool:
        """Record the reaction, if the test lets us react."""
        assert ref == REF
        if self.may_react and (to, reaction) not in self.reactions:
            self.reactions.append((to, reaction))
        return self.may_react

    async def permission(self, ref: PullRef, login: str) -> Permission:
        """What the test gave; strangers may nothing."""
        assert ref == REF
        return self.permissions.get(login, Permission.NONE)

    async def pulls_of(
        self,
        repo: str,
        installation: int | None,
        head_sha: str,
        repo_id: int | None = None,  # noqa: ARG002
    ) -> tuple[int, ...]:
        """What the test set for this commit."""
        assert (repo, installation) == (REF.repo, REF.installation)
        return self.heads.get(head_sha, ())

    async def queued(
        self,
        repo: str,
        installation: int | None,
        branch: str,
        repo_id: int | None = None,  # noqa: ARG002
    ) -> tuple[QueueEntry, ...]:
        """The entries that the test set."""
        assert (repo, installation, branch) == (REF.repo, REF.installation, "main")
        if self.fail_queues:
            raise self.fail_queues.pop(0)
        return self.queue

    async def checks_of(self, ref: PullRef, head_sha: str) -> tuple[PostedCheck, ...]:
        """What the test set for this commit."""
        assert ref.repo == REF.repo
        return self.checks.get(head_sha, ())

    def _is_new(self, marker: str) -> bool:
        """Whether nothing was said under this marker; from now on it was."""
        address = f"https://example.test/comment/{len(self.said) + 1}"
        return self.said.setdefault(marker, address) == address
