"""GitHub's limits, each adjustable, and the books of the rate limiter."""

import threading
from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class Limits:
    """What the loopback GitHub refuses. Sources: GitHub's REST documentation, and reports named beside the value."""

    diff_files: int = 300  # the diff media type answers 406 above these three
    diff_lines: int = 20_000
    diff_bytes: int = 1_000_000
    list_files: int = 3_000
    patch_lines: int = 2_000  # documented as 20,000; patches have been seen missing from about here on
    patch_bytes: int = 500_000
    hole_lines: int = 20_000  # list-files rows past so many patch lines are 0/0/0 without a patch (November 2026) ...
    hole_page: int = 100  # ... on pages of this size or more
    annotations: int = 50
    body: int = 65_536
    output: int = 65_535
    blob_bytes: int = 1_000_000  # contents above are served raw only
    primary: int = 5_000  # requests an hour and installation
    points: int = 900  # secondary: a minute; a read costs 1, a write 5
    content: int = 80  # secondary: content-creating requests a minute
    secondary_status: int = 403  # GitHub answers 403 or 429
    retry_after: int = 60


@dataclass(slots=True)
class _Book:
    used: int = 0
    reset: float = 0.0
    points: deque[tuple[float, int]] = field(default_factory=deque)
    writes: deque[float] = field(default_factory=deque)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a caller stands after one request: `refused` is None, "primary" or "secondary". `reset` in epoch seconds."""

    resource: str
    limit: int
    used: int
    reset: int
    refused: str | None = None

    @property
    def remaining(self) -> int:
        """Requests left in this hour."""
        return max(0, self.limit - self.used)

    def headers(self) -> dict[str, str]:
        """The x-ratelimit headers that every answer carries."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Used": str(self.used),
            "X-RateLimit-Reset": str(self.reset),
            "X-RateLimit-Resource": self.resource,
        }


class RateLimiter:
    """Counts requests for each caller and resource."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._books: dict[tuple[str, str], _Book] = {}

    def standing(self, caller: str, resource: str, now: float) -> Standing:
        """How the caller stands, without counting anything."""
        with self._lock:
            return self._standing(self._book(caller, resource, now), resource, None)

    def take(self, caller: str, resource: str, now: float, *, write: bool, creates: bool) -> Standing:
        """Count one request; the answer says whether it is refused."""
        with self._lock:
            book = self._book(caller, resource, now)
            if book.used >= self._limits.primary:
                return self._standing(book, resource, "primary")
            while book.points and book.points[0][0] <= now - 60:
                book.points.popleft()
            while book.writes and book.writes[0] <= now - 60:
                book.writes.popleft()
            cost = 5 if write else 1
            over = sum(points for _, points in book.points) + cost > self._limits.points
            if over or (creates and len(book.writes) >= self._limits.content):
                return self._standing(book, resource, "secondary")
            book.used += 1
            book.points.append((now, cost))
            if creates:
                book.writes.append(now)
            return self._standing(book, resource, None)

    def _book(self, caller: str, resource: str, now: float) -> _Book:
        book = self._books.setdefault((caller, resource), _Book())
        if now >= book.reset:
            book.used = 0
            book.reset = now + 3600
        return book

    def _standing(self, book: _Book, resource: str, refused: str | None) -> Standing:
        return Standing(resource, self._limits.primary, book.used, int(book.reset), refused)
