"""The one retry policy: how often, how long, and when to stop.

Built on tenacity itself rather than on stamina, which builds on it: stamina chooses its own sleep, so that neither the
Clock port nor an instant test could be served, and its hook for a named wait leaves the jitter out.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_result
from tenacity.wait import wait_exponential_jitter, wait_random

from kireji.adapters.claude.failure import Failure
from kireji.ports import Clock

T = TypeVar("T")

BACKOFF = wait_exponential_jitter(multiplier=1, exp_base=2, max=20, jitter=1)  # 1, 2, 4, 8 ... 20 s, and up to 1 s more
SPREAD = wait_random(0, 0.1)


class Retry:
    """Tries again while failures are passing: `attempts` tries at most, none begun after `time_limit` seconds.

    Between tries it waits by exponential backoff with jitter, or as long as the service asked for and up to a tenth
    more, so that calls refused together do not come back together. (Whether so long a wait is acceptable is decided
    before, by `failure.too_long`: such a failure is not passing.) Those that a rate limit refused come back at once:
    the governor lets them wait. What they wait for it, told by `held` in seconds, does not count against the limit.
    """

    def __init__(self, clock: Clock, *, attempts: int = 5, time_limit: float = 600.0) -> None:
        self._clock = clock
        self._attempts = attempts
        self._time_limit = time_limit

    async def run(
        self, attempt: Callable[[], Awaitable[T | Failure]], held: Callable[[], float] = lambda: 0.0
    ) -> T | Failure:
        """The first answer, or the last failure."""
        begun = self._clock.monotonic()

        async def once() -> T | Failure:
            return await attempt()  # tenacity wants a coroutine function, which a lambda is not

        def spent(state: RetryCallState) -> bool:
            elapsed = self._clock.monotonic() - begun - held()
            return state.attempt_number >= self._attempts or elapsed + state.upcoming_sleep > self._time_limit

        retrying = AsyncRetrying(
            sleep=self._sleep,
            retry=retry_if_result(_is_passing),
            wait=_wait,
            stop=spent,
            retry_error_callback=_outcome,
        )
        outcome: T | Failure = await retrying(once)
        return outcome

    async def _sleep(self, seconds: float) -> None:
        if seconds > 0:
            await self._clock.sleep(seconds)


def _is_passing(outcome: object) -> bool:
    return isinstance(outcome, Failure) and outcome.passing


def _outcome(state: RetryCallState) -> object:
    assert state.outcome is not None  # noqa: S101 - tenacity calls this after a try only
    return state.outcome.result()


def _wait(state: RetryCallState) -> float:
    outcome = _outcome(state)
    if isinstance(outcome, Failure) and outcome.limited:
        return 0.0
    if not isinstance(outcome, Failure) or outcome.wait is None:
        return BACKOFF(state)
    return outcome.wait * (1 + SPREAD(state))
