"""How the time of a piece of work grows with its text, up to a megabyte."""

import math
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

FIRST = 4_000  # characters; so long a text tells which pieces are worth a closer look
SIZES = (30_000, 170_000, 1_000_000)
HOPELESS = 0.1  # seconds for the first text; the other pieces cannot make it worse
WORST = 2  # so many of them
LONG = 5.0  # seconds of the processor; what takes longer is ended
STEEP = 1.5  # between linear and the square


class TooLongError(Exception):
    """It was ended."""


@dataclass(frozen=True, slots=True)
class Growth:
    """How one piece grew. `slope` 1 is linear, 2 the square. `seconds` are of the last size, `size`."""

    slope: float
    seconds: float
    size: int
    piece: str

    @property
    def steep(self) -> bool:
        """Whether it is not linear, where that matters."""
        return self.slope > STEEP and self.a_megabyte > 1

    @property
    def a_megabyte(self) -> float:
        """Seconds for a megabyte; where it was ended before, as if it were linear from there on."""
        return self.seconds * SIZES[-1] / self.size


def worst(work: Callable[[str], object], pieces: Iterable[str]) -> Growth:
    """The piece that takes longest, of those of which texts up to a megabyte are made."""
    first = list[tuple[float, str]]()
    for piece in pieces:
        first.append((_seconds(work, piece, FIRST), piece))
        if first[-1][0] > HOPELESS:
            break
    first.sort(reverse=True)
    grown = [growth(work, piece, seconds) for seconds, piece in first[:WORST]]
    return max(grown, key=lambda one: (one.steep, one.a_megabyte), default=Growth(0, 0, FIRST, ""))


def growth(work: Callable[[str], object], piece: str, before: float) -> Growth:
    """How it grows on texts of one repeated piece, which took `before` at first."""
    found, smaller = Growth(0, before, FIRST, piece), FIRST
    for size in SIZES:
        if found.seconds >= LONG:
            break
        seconds = _seconds(work, piece, size)
        found = Growth(math.log(seconds / found.seconds, size / smaller), seconds, size, piece)
        smaller = size
    return found


def _seconds(work: Callable[[str], object], piece: str, size: int) -> float:
    text = (piece * (size // len(piece) + 1))[:size]
    begun = time.process_time()
    try:
        with _ended_after(LONG):
            work(text)
    except TooLongError:
        pass
    return max(time.process_time() - begun, 1e-6)


@contextmanager
def _ended_after(seconds: float) -> Iterator[None]:
    """Python's engine for patterns looks for signals as it goes, so that it can be ended; C code of others does not."""

    def end(*_: object) -> None:
        raise TooLongError

    earlier = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, earlier)
