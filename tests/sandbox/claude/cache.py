"""The prompt cache, by the original's rules.

Source: Anthropic's prompt caching page. Entries are written at breakpoints only; a prefix under the model's minimum is
silently not cached; a lookup goes back 20 blocks from each breakpoint; an entry is readable once the response that
writes it has begun; its lifetime runs from the start of the request that wrote or last read it.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.sandbox.claude.blocks import Prefix

LOOK_BACK = 20
SECONDS = {"5m": 300.0, "1h": 3600.0}


@dataclass(frozen=True, slots=True)
class CacheUse:
    """What one request does to the cache, in tokens; the entries change when its response begins."""

    started: float
    read: int
    write_5m: int
    write_1h: int
    writes: tuple[Prefix, ...]
    renews: tuple[Prefix, ...] = ()

    @property
    def write(self) -> int:
        """All tokens written."""
        return self.write_5m + self.write_1h


@dataclass(slots=True)
class _Entry:
    ttl: str
    expires: float


class PromptCache:
    """The entries of one sandbox. `clock` gives monotonic seconds.

    With `enabled` False nothing is written or read, as behind a gateway that drops `cache_control`.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.enabled = True
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}

    def __len__(self) -> int:
        """How many entries are alive."""
        now = self._clock()
        with self._lock:
            return sum(entry.expires > now for entry in self._entries.values())

    def clear(self) -> None:
        """Forget every entry."""
        with self._lock:
            self._entries.clear()

    def look_up(self, prefixes: Sequence[Prefix], minimum: int) -> CacheUse:
        """Find what is readable now, and plan the writes; nothing changes before `begin_response`."""
        now = self._clock()
        if not self.enabled:
            return CacheUse(now, 0, 0, 0, ())

        marks = [index for index, prefix in enumerate(prefixes) if prefix.ttl is not None]
        with self._lock:
            hit = self._longest_hit(prefixes, marks, now)

        renews = tuple(prefixes[index] for index in sorted({*(mark for mark in marks if mark < hit), hit}) if hit >= 0)
        read = prefixes[hit].tokens if hit >= 0 else 0
        writes = tuple(prefixes[mark] for mark in marks if mark > hit and prefixes[mark].tokens >= minimum)
        hours = [prefix.tokens for prefix in writes if prefix.ttl == "1h"]
        end = writes[-1].tokens if writes else read
        middle = hours[-1] if hours else read
        return CacheUse(now, read, end - middle, middle - read, writes, renews)

    def begin_response(self, use: CacheUse) -> None:
        """Make the writes readable, as the response that pays for them begins, and renew what was read."""
        with self._lock:
            for prefix in use.renews:
                if (entry := self._entries.get(prefix.digest)) is not None:
                    entry.expires = max(entry.expires, use.started + SECONDS[entry.ttl])
            for prefix in use.writes:
                ttl = prefix.ttl or "5m"
                self._entries[prefix.digest] = _Entry(ttl, use.started + SECONDS[ttl])

    def _longest_hit(self, prefixes: Sequence[Prefix], marks: Sequence[int], now: float) -> int:
        return next((index for index in _candidates(marks) if self._alive(prefixes[index], now) is not None), -1)

    def _alive(self, prefix: Prefix, now: float) -> _Entry | None:
        entry = self._entries.get(prefix.digest)
        return entry if entry is not None and entry.expires > now else None


def _candidates(marks: Sequence[int]) -> Iterator[int]:
    """Where a lookup looks: from each breakpoint back over 20 blocks, the longest prefix first."""
    places = set[int]()
    for mark in marks:
        places.update(range(max(0, mark - LOOK_BACK + 1), mark + 1))
    return iter(sorted(places, reverse=True))
