"""The days on which the proof runs, and how a process is made to believe that it is one of them."""

import os
from calendar import isleap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import libfaketime

MANY_SECONDS = 10**9  # some thirty years


@dataclass(frozen=True, slots=True)
class Day:
    """A moment to begin at, told from the real one, and the time zone of the machine. `name` is for people."""

    name: str
    begins: datetime
    zone: str


def days(now: datetime) -> tuple[Day, ...]:
    """The days, seen from `now`, which is in UTC."""
    return (
        Day("yesterday", now - timedelta(days=1), "America/St_Johns"),
        Day("tomorrow", now + timedelta(days=1), "UTC"),
        Day("in two months", now + timedelta(days=60), "Asia/Kolkata"),
        Day("in 400 days", now + timedelta(days=400), "UTC"),
        Day("on the next 29 February", next_leap_day(now), "Pacific/Kiritimati"),
        Day("over the change of the year", datetime(now.year, 12, 31, 23, 59, 45, tzinfo=UTC), "UTC"),
        Day("today, where the clocks are far behind", now, "Pacific/Pago_Pago"),
    )


def next_leap_day(now: datetime) -> datetime:
    """The next 29 February after `now`, at noon in UTC."""
    year = now.year
    while not isleap(year) or datetime(year, 2, 29, 12, tzinfo=UTC) <= now:
        year += 1
    return datetime(year, 2, 29, 12, tzinfo=UTC)


def environment(day: Day, now: datetime, environ: Mapping[str, str]) -> dict[str, str]:
    """The variables under which a process and all its children live on `day`, where the real moment is `now`.

    The clock is moved by a distance, not set to a moment, so that parents and children agree on the time. Durations are
    left alone, and so are the times of files: by those Python knows which of its compiled modules are still good. The
    library looks for its variables once only: `getenv` in one thread while a test sets a variable in another is a crash.
    """
    moved = {
        "LD_PRELOAD": str(_library()),
        "FAKETIME": f"{(day.begins - now).total_seconds():+.0f}s",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_CACHE_DURATION": str(MANY_SECONDS),
        "NO_FAKE_STAT": "1",
        "TZ": day.zone,
    }
    return {**environ, **moved}


def _library() -> Path:
    folder = Path(libfaketime.__file__).parent / "vendor" / "libfaketime" / "src"
    return folder / ("libfaketime.1.dylib" if os.uname().sysname == "Darwin" else "libfaketime.so.1")
