"""What people want of reviews where no process outlives the run: the `ReviewQueue` port of the Action.

What is wanted is reviewed by the same run, in its turn. What needs somebody to remember it, nobody does: people are told
how to have it with the means of GitHub.
"""

from kireji.adapters.in_process.state_file import FileStore
from kireji.core.events.job import Ask, ReviewJob
from kireji.core.pulls.pull import PullRef
from kireji.errors import UserError


class WishesHere:
    """`wanted` are the reviews to be done, in order; `run` is this run's number, which names them."""

    def __init__(self, store: FileStore, run: int) -> None:
        self._store = store
        self._run = run
        self.wanted = list[ReviewJob]()

    async def request(self, ref: PullRef, head_sha: str, ask: Ask, cause: str) -> str:  # noqa: ARG002 - a run is one cause
        """See `Wishes.want`."""
        job = ReviewJob(ref, head_sha, self._run, again=True, ask=ask)
        if job not in self.wanted:
            self.wanted.append(job)
        return job.name

    async def cancel(self, ref: PullRef, note: str) -> bool:  # noqa: ARG002
        """See `Wishes.cancel`. Nothing is under way in this run, and others it does not see."""
        raise UserError(
            "Kireji runs here as a GitHub Action, and a run of it cannot end another.",
            "Cancel the run in the repository's Actions tab.",
        )

    async def pause(self, ref: PullRef, by: str) -> None:  # noqa: ARG002
        """See `Wishes.pause`."""
        raise UserError(
            "Kireji runs here as a GitHub Action, which cannot remember a pause.",
            "Put the label `no-review` on the pull request, and take it off again.",
        )

    async def dismiss(self, ref: PullRef, fingerprint: str, by: str) -> None:  # noqa: ARG002
        """See `Wishes.dismiss`."""
        self._store.dismiss(ref, fingerprint)
