"""The whole outside world, as Protocols. Adapters fill them; tests have a fake for each in `tests/fakes/`."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from app.core.answer import Answer, Unanswered
from app.core.governor import Budget, Need, Seen
from app.core.history import History
from app.core.hook_log import AttemptPage
from app.core.job import Ask, ReviewJob
from app.core.ledger import ModelCall, Remembered, Spent
from app.core.lifecycle import Admission, ReviewRecord, ReviewState
from app.core.mending import PullHead, Stray
from app.core.people import CommentRef, Permission, Reaction
from app.core.posting import CheckReport, Conclusion, HeadMoved, Posted, ReviewDraft
from app.core.prompt import Prompt
from app.core.pull import Fetched, PullRef
from app.core.thread import Thread

T = TypeVar("T")


# -- Claude ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. Tenants share the model fairly; `held` is told when calls must wait for its rate limit, until about when."""

    tenant: str = ""
    held: Callable[[datetime], None] = lambda _until: None


ANYBODY = Caller()


class Model(Protocol):
    """A model that answers prompts under the answer schema."""

    @property
    def name(self) -> str:
        """The model's id, as the check run shows it."""
        ...

    async def ask(self, prompt: Prompt, caller: Caller = ANYBODY) -> Answer | Unanswered:
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

    async def pull_head(self, ref: PullRef) -> PullHead:
        """The pull request's head now, and whether it is to be reviewed at all."""
        ...

    async def find_check(self, ref: PullRef, head_sha: str, external_id: str) -> int | None:
        """The check run of this commit with this `external_id`; None if there is none."""
        ...

    async def check_conclusion(self, ref: PullRef, check_id: int) -> Conclusion | None:
        """How a check run was completed, None while it is open."""
        ...

    async def threads(self, ref: PullRef) -> tuple[Thread, ...]:
        """Our own threads on the pull request, oldest first, resolved ones too."""
        ...

    async def close_thread(self, ref: PullRef, thread: Thread, why: str, marker: str) -> bool:
        """Say `why` in the thread, once (`marker`), and resolve it; False where the App may not, and it was minimised.

        A thread that is resolved already is left as it is.
        """
        ...

    async def reply(self, ref: PullRef, to: CommentRef, body: str, marker: str) -> str:
        """Answer a comment, in its thread or below it in the conversation, once (`marker`); the answer's address."""
        ...

    async def keep_comment(self, ref: PullRef, body: str, marker: str) -> str:
        """Make our one comment in the conversation that carries the marker say this; its address."""
        ...

    async def react(self, ref: PullRef, to: CommentRef, reaction: Reaction) -> bool:
        """Put a reaction on a comment; False where the App may not, or the comment is gone."""
        ...

    async def permission(self, ref: PullRef, login: str) -> Permission:
        """What a person may do in the repository, by GitHub's own word."""
        ...

    async def pulls_of(self, repo: str, installation: int | None, head_sha: str) -> tuple[int, ...]:
        """The open pull requests into this repository whose head is this commit, a fork's too."""
        ...


class Hooks(Protocol):
    """The App's webhook, as GitHub logs it. Raises as `Forge` does."""

    async def attempts(self, cursor: str | None = None) -> AttemptPage:
        """A page of what GitHub tried to deliver, from the newest or from a cursor on."""
        ...

    async def redeliver(self, attempt_id: int) -> None:
        """Have GitHub send a delivery again, under its guid. It does so soon afterwards, not at once."""
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


class Governor(Protocol):
    """Holds requests back to what one service allows, in all processes together. Until it is told a limit there is none.

    Whoever was admitted and used something else than it needed says so in the end, once.
    """

    async def admit(
        self,
        need: Need,
        *,
        patience: float | None = None,
        notice: bool = False,
        waits: Callable[[], None] | None = None,
    ) -> None:
        """Wait until a request that needs so much may go. Raises TransientError for more than `patience` seconds.

        `waits` is called whenever a wait begins. A `notice`, which tells people of a wait, goes even during a pause.
        """
        ...

    def settle(self, need: Need, used: Need) -> None:
        """A request that was admitted with this need is over, and this is what it took; nothing if it was not sent."""
        ...

    def learn(self, seen: Mapping[str, Seen]) -> None:
        """The service told its limits."""
        ...

    def pause(self, seconds: float) -> None:
        """The service asked for a pause."""
        ...

    def forecast(self, need: Need) -> float:
        """Seconds until about so much will have been admitted."""
        ...


class Shelf(Protocol):
    """Where a governor's budget is kept for all who share it."""

    async def change(self, change: Callable[[Budget], tuple[Budget, T]]) -> T:
        """Replace the budget, one at a time, and give the second value back. `change` is quick. Raises TransientError."""
        ...


class Governors(Protocol):
    """The governors of one process, by the name of what they govern."""

    def of(self, name: str, limits: Budget | None = None) -> Governor:
        """The governor of this name; `limits` are those known beforehand."""
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

    async def history(self, ref: PullRef) -> History:
        """What earlier rounds left behind of the pull request."""
        ...

    async def reviewed(self, job: ReviewJob, urls: Sequence[str], seen: Collection[str] = ()) -> None:
        """The review of this head is on GitHub, its comments at these addresses; `seen` are the changes it has read."""
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

    async def known(self, guids: Collection[str]) -> frozenset[str]:
        """Which of these deliveries were taken."""
        ...

    async def strays(self, before: float) -> tuple[Stray, ...]:
        """Open reviews from before this moment whose work is gone, or was over by then."""
        ...

    async def queue_again(self, review: ReviewRecord) -> None:
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
        """Reviews that ended before this moment because the head had moved, and no delivery has told of another."""
        ...

    async def want(self, review: ReviewRecord, head_sha: str | None) -> bool:
        """The wish behind an ended review is one for this head (None: for nothing any more); whether it is queued.

        Nothing changes if a newer wish came meanwhile, and a head that has its review is not reviewed again.
        """
        ...

    async def purge(self) -> Mapping[str, int]:
        """Delete what is old; how many of each kind."""
        ...


class Wishes(Protocol):
    """What people and sweeps want of the queue of reviews. Raises TransientError."""

    async def want(self, ref: PullRef, head_sha: str, ask: Ask, cause: str) -> str:
        """Want a review of this head, whether it has one or not; its name.

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
        """Never tell this finding again in this pull request."""
        ...
