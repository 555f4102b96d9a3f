"""A Forge of one pull request, in memory. It records what is posted; `tests/sandbox` has the strict one."""

from collections.abc import Sequence

from app.core.diff import FetchedDiff
from app.core.mending import PullHead
from app.core.posting import CheckReport, CommentDraft, Conclusion, HeadMoved, Posted, ReviewDraft
from app.core.pull import Fetched, OpenedPull, PullRef, PullRequest
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
    """Serves `text` as the diff. Each attribute may be set by a test: what fails, what is refused, when the head moves."""

    def __init__(self, text: str = DIFF) -> None:
        self.text = text
        self.attributes = ""
        self.head = "head1"
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

    async def fetch(self, ref: PullRef, base_files: Sequence[str]) -> Fetched:
        """The pull request, the .gitattributes that the test set, and the text."""
        assert ref == REF
        if self.diff_error:
            raise self.diff_error
        if self.fail_fetches:
            raise self.fail_fetches.pop(0)
        files = {path: self.attributes for path in base_files if self.attributes}
        return Fetched(OpenedPull(pull(self.head), files), FetchedDiff(self.text))

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
