"""What people want of reviews where no process outlives the run: the `ReviewQueue` port of the Action.

What is wanted is reviewed by the same run, in its turn. What needs somebody to remember it, nobody does: people are told
how to have it with the means of GitHub.
"""

from typing_extensions import override

from kireji.adapters.in_process.state_file import FileStore
from kireji.core.events.job import ReviewJob, ReviewRequest
from kireji.core.pulls.pull import PullRef
from kireji.errors import UserError
from kireji.ports import ReviewQueue


class InProcessReviewQueue(ReviewQueue):
    """`wanted` are the reviews to be done, in order; `run` is this run's number, which names them."""

    def __init__(self, store: FileStore, run: int) -> None:
        self._store = store
        self._run = run
        self.wanted = list[ReviewJob]()

    @override
    async def request(self, ref: PullRef, head_sha: str, ask: ReviewRequest, cause: str) -> str:
        job = ReviewJob(ref, head_sha, self._run, again=True, ask=ask)
        if job not in self.wanted:
            self.wanted.append(job)
        return job.name

    @override
    async def cancel(self, ref: PullRef, note: str) -> bool:
        """Refused: nothing else is under way in this run, and it does not see the others."""
        raise UserError(
            "Kireji runs here as a GitHub Action, and a run of it cannot end another.",
            "Cancel the run in the repository's Actions tab.",
        )

    @override
    async def pause(self, ref: PullRef, by: str) -> None:
        raise UserError(
            "Kireji runs here as a GitHub Action, which cannot remember a pause.",
            "Put the label `no-review` on the pull request, and take it off again.",
        )

    @override
    async def dismiss(self, ref: PullRef, fingerprint: str, by: str) -> None:
        self._store.dismiss(ref, fingerprint)
