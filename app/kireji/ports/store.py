"""What outlives a process: reviews, costs, answers, and what people want."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from kireji.core.events.job import ReviewJob, ReviewRequest
from kireji.core.models.answer import Answer
from kireji.core.money.budget import Claim, Granted
from kireji.core.money.ledger import ModelCall, Remembered, Spent
from kireji.core.operations.lifecycle import Admission, ReviewRecord, ReviewState
from kireji.core.operations.mending import Stray
from kireji.core.pulls.posting import Conclusion, OwnPosts
from kireji.core.pulls.pull import PullRef
from kireji.core.rounds.history import History


class Store(Protocol):
    """What outlives a process: reviews, what was paid, and the answers it was paid for. Raises TransientError."""

    async def start(self, review_id: str) -> Admission:
        """Let a review run, unless its repository has as many running as it may or the review has ended."""
        ...

    async def newer_head(self, job: ReviewJob) -> str | None:
        """The head that a newer generation of its pull request wants; None while this job is the newest."""
        ...

    async def cancelled(self, review_id: str) -> str | None:
        """Why the review was cancelled; None if it was not."""
        ...

    async def writing(self, review_id: str, since: float, seconds: float) -> float:
        """Note that the review writes now; or the seconds to wait if a run before `since` did so `seconds` ago or less."""
        ...

    async def wait(self, review_id: str, note: str) -> None:
        """The review is held back; `note` is the plain reason."""
        ...

    async def opened_check(self, review_id: str, check_run_id: int) -> None:
        """The review's check run is open on GitHub."""
        ...

    async def closed_check(self, review_id: str, conclusion: Conclusion) -> None:
        """The review's check run is completed on GitHub."""
        ...

    async def key(self, ref: PullRef) -> str:
        """The text under which what is remembered of the repository is kept; it stays when the repository is renamed."""
        ...

    async def history(self, ref: PullRef) -> History:
        """What earlier rounds left behind of the pull request."""
        ...

    async def reviewed(self, job: ReviewJob, urls: Sequence[str], seen: Collection[str] = ()) -> None:
        """The review of this head is on GitHub, its comments at these addresses; `seen` are the changes it has read."""
        ...

    async def noted(self, ref: PullRef) -> OwnPosts:
        """What is known of what was posted on the pull request."""
        ...

    async def finish(self, review_id: str, state: ReviewState, note: str = "") -> None:
        """The review has ended; `note` is the plain reason why it failed."""
        ...

    async def recall(self, key: str) -> Remembered | None:
        """The answer that was paid for under this key."""
        ...

    async def remember(self, call: ModelCall, answer: Answer) -> None:
        """Keep an answer under the call's key and enter its cost: both or neither."""
        ...

    async def enter(self, call: ModelCall) -> None:
        """Enter the cost of a call that gave no answer."""
        ...

    async def spent(self, review_id: str) -> Spent:
        """What the review has cost so far, in every process that worked on it."""
        ...

    async def remembered_keys(self, keys: Collection[str]) -> frozenset[str]:
        """Which of these answers were paid for."""
        ...

    async def warm(self, model: str, since: float) -> bool:
        """Whether a call after this moment (epoch seconds) has used the model's prompt cache."""
        ...

    async def reserve(self, job: ReviewJob, claim: Claim) -> Granted:
        """What of a claim the budgets have room for, beside all that is spent or reserved; it is reserved for this review.

        It stays so until the review ends. Claimed again, the new claim takes the old one's place.
        """
        ...

    async def room(self, ref: PullRef, claim: Claim) -> Granted:
        """What of a claim the budgets have room for, beside all that is spent or reserved; nothing is reserved.

        It is for what belongs to no review: budgets of a review do not count.
        """
        ...

    async def asked(self, ref: PullRef, login: str, cause: str, now: float, most: int) -> int:
        """Note that a person asks for an answer; how often before in the repository, in the hour that began with the first.

        `cause` is the errand: noted again it counts once. More than `most` are not counted one by one.
        """
        ...


class Upkeep(Protocol):
    """What the sweeps see of the store and the queue. Times are epoch seconds. Raises TransientError."""

    async def turn(self, sweep: str, seconds: float) -> bool:
        """Whether this worker does the sweep now: true once in so many seconds, in all workers together."""
        ...

    async def load(self, name: str) -> str | None:
        """What a sweep left for its next turn."""
        ...

    async def save(self, name: str, value: str) -> None:
        """Leave something for the next turn."""
        ...

    async def taken_deliveries(self, guids: Collection[str]) -> frozenset[str]:
        """Which of these deliveries were taken."""
        ...

    async def strays(self, before: float) -> tuple[Stray, ...]:
        """Open reviews from before this moment whose work is gone, or was over by then."""
        ...

    async def enqueue_again(self, review: ReviewRecord) -> None:
        """Queue the work of an open review for which there is none."""
        ...

    async def disown(self) -> tuple[str, ...]:
        """Mark as dead the workers that have work and no lease, so that the living take it over; their names."""
        ...

    async def waiting_since(self, before: float) -> float | None:
        """When the review that waits longest was queued, if that was before this moment; those with a delay apart."""
        ...

    async def open_checks(self, before: float) -> tuple[ReviewRecord, ...]:
        """Reviews that ended before this moment and whose check run is open, oldest first."""
        ...

    async def in_vain(self, before: float) -> tuple[ReviewRecord, ...]:
        """Reviews that ended before this moment because the head had moved, and no delivery has reported another."""
        ...

    async def request_head(self, review: ReviewRecord, head_sha: str | None) -> bool:
        """The request behind an ended review is one for this head (None: for nothing any more); whether it is queued.

        Nothing changes if a newer request came meanwhile, and a head that has its review is not reviewed again.
        """
        ...

    async def purge(self) -> Mapping[str, int]:
        """Delete what is old; how many of each kind."""
        ...


class ReviewQueue(Protocol):
    """What people and sweeps want of the queue of reviews. Raises TransientError."""

    async def request(self, ref: PullRef, head_sha: str, ask: ReviewRequest, cause: str) -> str:
        """Request a review of this head, whether it has one or not; its name.

        `cause` names who asks (a delivery's id): the same cause again changes nothing and gives the same name.
        """
        ...

    async def cancel(self, ref: PullRef, note: str) -> bool:
        """Cancel the review that the pull request waits for, for a plain reason; whether there was one."""
        ...

    async def pause(self, ref: PullRef, by: str) -> None:
        """Hold reviews back that no person asks for, or ("") no more."""
        ...

    async def dismiss(self, ref: PullRef, fingerprint: str, by: str) -> None:
        """Never report this finding again in this pull request."""
        ...
