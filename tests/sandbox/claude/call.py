"""What the sandbox remembers of each message request, and how long it takes over one."""

import random
import threading
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from kireji.core.models.catalogue import Usage


@dataclass(slots=True)
class Call:
    """One message request. Times are the sandbox clock's seconds; None where it did not come so far.

    `status` is the HTTP status; `failure` names a stream fault or an error type. `usage` and `cost` count what was sent
    before a stream broke.
    """

    request: dict[str, Any] = field(repr=False)
    model: str
    started: float
    usage: Usage = field(default_factory=Usage)
    status: int = 200
    message_start: float | None = None
    finished: float | None = None
    cost: Decimal = Decimal(0)
    stop_reason: str | None = None
    failure: str | None = None
    batch: bool = False


@dataclass(slots=True)
class Latency:
    """How long the model takes, in seconds, and by what share (0 to 1) that varies, at random from `seed`.

    `first_token_cached` is the wait before the response where most of the prompt came from the cache; None is no
    difference.
    """

    first_token: float = 0.0
    per_output_token: float = 0.0
    jitter: float = 0.0
    seed: int = 0
    first_token_cached: float | None = None
    _random: random.Random = field(init=False, repr=False, compare=False)
    _lock: threading.Lock = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._lock = threading.Lock()

    def waits(self, usage: Usage, output_tokens: int) -> tuple[float, float]:
        """Seconds until the response begins, and from there to its end."""
        with self._lock:
            factor = 1 + self.jitter * self._random.uniform(-1, 1)
        cached = self.first_token_cached is not None and usage.cached_share > 0.5
        first = self.first_token_cached if cached and self.first_token_cached is not None else self.first_token
        return first * factor, self.per_output_token * output_tokens * factor
