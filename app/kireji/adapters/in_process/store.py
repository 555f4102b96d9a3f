"""A Store that lasts as long as its process: for the command line and the Action, where no review outlives its run."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from kireji.core.events.job import ReviewJob
from kireji.core.models.answer import Answer
from kireji.core.money.budget import Grant, Spending, SpendingClaim, grant
from kireji.core.money.ledger import CallTotals, ModelCall, RememberedAnswer, total_calls
from kireji.core.operations.lifecycle import Admission, ReviewState
from kireji.core.pulls.posting import Conclusion, Noted
from kireji.core.pulls.pull import PullRef
from kireji.core.rounds.history import History


class MemoryStore:
    """Remembers answers and costs; lets every review run. Used on one event loop."""

    def __init__(self) -> None:
        self._answers = dict[str, RememberedAnswer]()
        self._calls = list[ModelCall]()

    async def start(self, review_id: str) -> Admission:  # noqa: ARG002 - everything may run
        """See `Store.start`."""
        return Admission.STARTED

    async def newer_head(self, job: ReviewJob) -> str | None:  # noqa: ARG002 - nothing newer is known here
        """See `Store.newer_head`."""
        return None

    async def cancelled(self, review_id: str) -> str | None:  # noqa: ARG002 - nobody could
        """See `Store.cancelled`."""
        return None

    async def writing(self, review_id: str, since: float, seconds: float) -> float:  # noqa: ARG002 - nobody died
        """See `Store.writing`."""
        return 0.0

    async def wait(self, review_id: str, note: str) -> None:
        """Nobody asks."""

    async def opened_check(self, review_id: str, check_run_id: int) -> None:
        """Nobody asks."""

    async def closed_check(self, review_id: str, conclusion: Conclusion) -> None:
        """Nobody asks."""

    async def key(self, ref: PullRef) -> str:
        """See `Store.key`: no name outlives the process."""
        return ref.repo

    async def history(self, ref: PullRef) -> History:  # noqa: ARG002 - every round is the first
        """See `Store.history`."""
        return History()

    async def reviewed(self, job: ReviewJob, urls: Sequence[str], seen: Collection[str] = ()) -> None:
        """Nobody asks."""

    async def noted(self, ref: PullRef) -> Noted:  # noqa: ARG002 - what earlier processes posted is not known
        """See `Store.noted`."""
        return Noted()

    async def finish(self, review_id: str, state: ReviewState, note: str = "") -> None:
        """Nobody asks."""

    async def recall(self, key: str) -> RememberedAnswer | None:
        """See `Store.recall`."""
        return self._answers.get(key)

    async def remember(self, call: ModelCall, answer: Answer) -> None:
        """See `Store.remember`."""
        self._calls.append(call)
        known = RememberedAnswer(call.key, call.model, answer.text, answer.stop, call.usage, call.review_id, call.at)
        self._answers.setdefault(call.key, known)

    async def enter(self, call: ModelCall) -> None:
        """See `Store.enter`."""
        self._calls.append(call)

    async def spent(self, review_id: str) -> CallTotals:
        """See `Store.spent`."""
        return total_calls(call for call in self._calls if call.review_id == review_id)

    async def remembered_keys(self, keys: Collection[str]) -> frozenset[str]:
        """See `Store.known`."""
        return frozenset(key for key in keys if key in self._answers)

    async def warm(self, model: str, since: float) -> bool:
        """See `Store.warm`."""
        return any(
            call.model == model and call.at >= since and call.usage.cache_write_tokens + call.usage.cache_read_tokens
            for call in self._calls
        )

    async def reserve(self, job: ReviewJob, claim: SpendingClaim) -> Grant:
        """See `Store.reserve`; what was spent before this process, nobody knows here."""
        own = await self.spent(job.name)
        all_of_it = total_calls(self._calls).nanodollars
        return grant(claim.options, claim.budget, Spending(own.nanodollars, all_of_it, all_of_it, all_of_it))

    async def room(self, ref: PullRef, claim: SpendingClaim) -> Grant:  # noqa: ARG002 - one pull request in this process
        """See `Store.room`; what was spent before this process, nobody knows here."""
        all_of_it = total_calls(self._calls).nanodollars
        budget = replace(claim.budget, review=None, author=None)
        return grant(claim.options, budget, Spending(0, all_of_it, all_of_it))

    async def asked(self, ref: PullRef, login: str, cause: str, now: float, most: int) -> int:  # noqa: ARG002 - one a process
        """See `Store.asked`."""
        return 0
