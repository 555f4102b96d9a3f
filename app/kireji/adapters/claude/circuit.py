"""Remembers for a while that every call must fail, so that waiting calls need not each find it out themselves."""

from kireji.adapters.claude.failure import Failure
from kireji.ports import Clock


class Circuit:
    """Open for `seconds` after a failure that every other call would meet (a refused key, a spend limit).

    It closes by itself: the next call then asks the service again, as the key or the limit may have been mended.
    """

    def __init__(self, clock: Clock, seconds: float = 30.0) -> None:
        self._clock = clock
        self._seconds = seconds
        self._failure: Failure | None = None
        self._until = 0.0

    def trip(self, failure: Failure) -> None:
        """Open: from now on every call would meet this failure."""
        self._failure = failure
        self._until = self._clock.monotonic() + self._seconds

    def failure(self) -> Failure | None:
        """The failure that a call would meet now, None if it may try."""
        if self._failure is not None and self._clock.monotonic() >= self._until:
            self._failure = None

        return self._failure
