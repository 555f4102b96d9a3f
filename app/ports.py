"""The whole outside world, as Protocols. Adapters fill them; tests have a fake for each in `tests/fakes/`."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from app.core.answer import Answer, Unanswered
from app.core.job import ReviewJob
from app.core.ledger import ModelCall, Remembered, Spent
from app.core.lifecycle import Admission, ReviewState
from app.core.posting import CheckReport, Conclusion, HeadMoved, Posted, ReviewDraft
from app.core.prompt import Prompt
from app.core.pull import Fetched, PullRef

T = TypeVar("T")


# -- Claude ------------------------------------------------------------------------------------------------------------


class Model(Protocol):
    """A model that answers prompts under the answer schema."""

    @property
    def name(self) -> str:
        """The model's id, as the check run shows it."""
        ...

    async def ask(self, prompt: Prompt) -> Answer | Unanswered:
        """Answer one prompt. Retries what is passing and counts it; never raises for a failing service.

        Calls that share `rules` and `brief` may be held back until the first of them has made the prefix readable.
        """
        ...


# -- GitHub ------------------------------------------------------------------------------------------------------------


class Forge(Protocol):
    """GitHub. Methods raise UserError for what people can mend, TransientError once retries are used up."""

    async def fetch(self, ref: PullRef, base_files: Sequence[str]) -> Fetched:
        """Read the pull request, those of `base_files` that its base branch has, and the whole diff.

        The diff comes by whatever way GitHub is willing to serve it; what it does not serve is in `diff.unread`.
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
        left out, and the others still arrive.
        """
        ...


# -- The machine -------------------------------------------------------------------------------------------------------


class Clock(Protocol):
    """Time, and waiting for it."""

    def now(self) -> datetime:
        """The moment, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds since some fixed point, for durations."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class Journal(Protocol):
    """Remembers finished steps of one review. The simplest one remembers nothing and calls directly.

    Only what writes outside is a step. What reads is read again after a crash, and what is paid is in the memo.
    """

    async def step(self, name: str, call: Callable[[], Awaitable[T]], kind: object) -> T:
        """Run one step under a name, or give its remembered result, a value of the type (or union) `kind`.

        Steps of a review run one after the other, and `name` is unique among them.
        """
        ...


class Store(Protocol):
    """What outlives a process: reviews, what was paid, and the answers it was paid for. Raises TransientError."""

    async def start(self, review_id: str) -> Admission:
        """Let a review run, unless its repository has as many running as it may or the review has ended."""
        ...

    async def newer_head(self, job: ReviewJob) -> str | None:
        """The head that a newer generation of its pull request wants; None while this job is the newest."""
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
