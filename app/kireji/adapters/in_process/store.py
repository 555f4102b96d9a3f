"""A Store that lasts as long as its process: for the command line and the Action, where no review outlives its run."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from typing_extensions import override

from kireji.core.events.job import ReviewJob
from kireji.core.models.answer import Answer
from kireji.core.money.budget import Grant, Spending, SpendingClaim, grant
from kireji.core.money.ledger import CallTotals, ModelCall, RememberedAnswer, total_calls
from kireji.core.operations.lifecycle import Admission, ReviewState
from kireji.core.pulls.posting import Conclusion, OwnPosts
from kireji.core.pulls.pull import PullRef
from kireji.core.rounds.history import History
from kireji.ports import Store


class MemoryStore(Store):
    """Remembers answers and costs; lets every review run. Used on one event loop.

    Nothing is known of what earlier processes did or other ones do: no review is cancelled, superseded or held back, and
    every round is the first.
    """

    def __init__(self) -> None:
        self._answers = dict[str, RememberedAnswer]()
        self._calls = list[ModelCall]()

    @override
    async def start(self, review_id: str) -> Admission:
        return Admission.STARTED

    @override
    async def newer_head(self, job: ReviewJob) -> str | None:
        return None

    @override
    async def cancelled(self, review_id: str) -> str | None:
        return None

    @override
    async def writing(self, review_id: str, since: float, seconds: float) -> float:
        return 0.0

    @override
    async def wait(self, review_id: str, note: str) -> None:
        """Not kept: nobody else looks at a review of this process."""

    @override
    async def opened_check(self, review_id: str, check_run_id: int) -> None:
        """Not kept, as above."""

    @override
    async def closed_check(self, review_id: str, conclusion: Conclusion) -> None:
        """Not kept, as above."""

    @override
    async def key(self, ref: PullRef) -> str:
        return ref.repo  # no name outlives the process

    @override
    async def history(self, ref: PullRef) -> History:
        return History()

    @override
    async def reviewed(self, job: ReviewJob, urls: Sequence[str], seen: Collection[str] = ()) -> None:
        """Not kept: no later round finds this process."""

    @override
    async def noted(self, ref: PullRef) -> OwnPosts:
        return OwnPosts()

    @override
    async def finish(self, review_id: str, state: ReviewState, note: str = "") -> None:
        """Not kept, as above."""

    @override
    async def recall(self, key: str) -> RememberedAnswer | None:
        return self._answers.get(key)

    @override
    async def remember(self, call: ModelCall, answer: Answer) -> None:
        self._calls.append(call)
        known = RememberedAnswer(call.key, call.model, answer.text, answer.stop, call.usage, call.review_id, call.at)
        self._answers.setdefault(call.key, known)

    @override
    async def enter(self, call: ModelCall) -> None:
        self._calls.append(call)

    @override
    async def spent(self, review_id: str) -> CallTotals:
        return total_calls(call for call in self._calls if call.review_id == review_id)

    @override
    async def remembered_keys(self, keys: Collection[str]) -> frozenset[str]:
        return frozenset(key for key in keys if key in self._answers)

    @override
    async def warm(self, model: str, since: float) -> bool:
        return any(
            call.model == model and call.at >= since and call.usage.cache_write_tokens + call.usage.cache_read_tokens
            for call in self._calls
        )

    @override
    async def reserve(self, job: ReviewJob, claim: SpendingClaim) -> Grant:
        """What was spent before this process is not known, so it does not count."""
        own = await self.spent(job.name)
        all_of_it = total_calls(self._calls).nanodollars
        return grant(claim.options, claim.budget, Spending(own.nanodollars, all_of_it, all_of_it, all_of_it))

    @override
    async def room(self, ref: PullRef, claim: SpendingClaim) -> Grant:
        """What was spent before this process is not known, so it does not count."""
        all_of_it = total_calls(self._calls).nanodollars
        budget = replace(claim.budget, review=None, author=None)
        return grant(claim.options, budget, Spending(0, all_of_it, all_of_it))

    @override
    async def asked(self, ref: PullRef, login: str, cause: str, now: float, most: int) -> int:
        return 0  # a process answers one question
