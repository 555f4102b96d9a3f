"""Rate limits of an organisation, adjustable while the sandbox runs.

Source: Anthropic's rate limits page: token buckets filled continuously; cache reads do not count as input; a sharp rise
of traffic gets a 429 of its own, and so does a spend cap.
"""

import math
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tests.sandbox.claude.errors import ApiError

_NAMES = ("requests", "input-tokens", "output-tokens")


@dataclass(slots=True)
class RampLimit:
    """At most `requests` may start within `seconds`."""

    requests: int
    seconds: float = 1.0


class _Bucket:
    """A token bucket of one minute's size. It may go below zero, as output is only known afterwards."""

    def __init__(self, size: int, now: float) -> None:
        self.size = size
        self.level = float(size)
        self._filled = now

    def fill(self, now: float, size: int) -> None:
        """Let time pass; a new size fills or empties the bucket in proportion."""
        if size != self.size:
            self.level += size - self.size
            self.size = size
        self.level = min(float(size), self.level + (now - self._filled) * size / 60)
        self._filled = now

    def wait(self, wanted: float) -> float:
        """Seconds until so much is there; 0 if it is now."""
        missing = min(wanted, self.size) - self.level
        return 0.0 if missing <= 0 else missing * 60 / max(self.size, 1)


class RateLimits:
    """What an organisation may send in a minute. Set the attributes at any time; the defaults are the highest tier's.

    `ramp` caps how fast traffic may rise, `spend_cap` is in dollars; None switches either off.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.requests_per_minute = 10_000
        self.input_tokens_per_minute = 10_000_000
        self.output_tokens_per_minute = 2_000_000
        self.ramp: RampLimit | None = None
        self.spend_cap: Decimal | None = None
        self._clock = clock
        self._lock = threading.Lock()
        self._starts: deque[float] = deque()
        self._buckets = {name: _Bucket(size, clock()) for name, size in zip(_NAMES, self._sizes(), strict=True)}

    def admit(self, input_tokens: int, spent: Decimal) -> None:
        """Let one request of so many uncached input tokens in. Raises ApiError 429."""
        with self._lock:
            now = self._fill()
            if self.spend_cap is not None and spent >= self.spend_cap:
                raise ApiError(
                    429, "You have reached your specified API usage limits.", code="enforced_spend_limit_reached"
                )
            self._check_ramp(now)
            for name, wanted in zip(_NAMES, (1, input_tokens, 1), strict=True):
                if (seconds := self._buckets[name].wait(wanted)) > 0:
                    raise self._refusal(name, seconds)
            self._buckets["requests"].level -= 1
            self._buckets["input-tokens"].level -= input_tokens
            self._starts.append(now)

    def wrote(self, output_tokens: int) -> None:
        """Count the output of a call."""
        with self._lock:
            self._fill()
            self._buckets["output-tokens"].level -= output_tokens

    def headers(self) -> dict[str, str]:
        """The `anthropic-ratelimit-*` headers as they stand."""
        with self._lock:
            self._fill()
            found: dict[str, str] = {}
            for name, bucket in self._buckets.items():
                found |= _headers(name, bucket.size, bucket.level, bucket.wait(bucket.size))
            both = [self._buckets[name] for name in _NAMES[1:]]
            size = sum(bucket.size for bucket in both)
            level = sum(bucket.level for bucket in both)
            return found | _headers("tokens", size, level, max(bucket.wait(bucket.size) for bucket in both))

    def _sizes(self) -> tuple[int, int, int]:
        return self.requests_per_minute, self.input_tokens_per_minute, self.output_tokens_per_minute

    def _fill(self) -> float:
        now = self._clock()
        for name, size in zip(_NAMES, self._sizes(), strict=True):
            self._buckets[name].fill(now, size)
        return now

    def _check_ramp(self, now: float) -> None:
        if self.ramp is None:
            self._starts.clear()
            return

        while self._starts and self._starts[0] <= now - self.ramp.seconds:
            self._starts.popleft()

        if len(self._starts) >= self.ramp.requests:
            seconds = self._starts[0] + self.ramp.seconds - now
            raise ApiError(
                429,
                "This request would exceed the rate at which your organization's usage may grow.",
                code="ramp_limit_exceeded",
                headers={"retry-after": str(math.ceil(seconds))},
            )

    def _refusal(self, name: str, seconds: float) -> ApiError:
        words = f"This request would exceed your organization's rate limit of {self._buckets[name].size:,} "
        return ApiError(
            429,
            f"{words}{name.replace('-', ' ')} per minute. Please try again later.",
            headers={"retry-after": str(math.ceil(seconds))},
        )


def _headers(name: str, size: int, level: float, seconds: float) -> dict[str, str]:
    reset = datetime.now(UTC) + timedelta(seconds=seconds)
    return {
        f"anthropic-ratelimit-{name}-limit": str(size),
        f"anthropic-ratelimit-{name}-remaining": str(max(0, math.floor(level))),
        f"anthropic-ratelimit-{name}-reset": reset.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
