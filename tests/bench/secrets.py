"""Credentials found and false alarms of Kireji and of detect-secrets' own scanner.

On what the tests use (tests/credentials.py, tests/once_held_out.py, tests/twice_held_out.py), and on lines held out (tests/held_out.py).
"""

import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from detect_secrets.core.scan import scan_file
from detect_secrets.settings import default_settings

from kireji.core.secrets.redact import redact_lines, redact_text
from tests import credentials, held_out, once_held_out, passwords, twice_held_out
from tests.credentials import Case

Scan = Callable[[Case], set[int]]
"""A small file -> the lines, from 1, in which a credential is seen."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    found: int
    of: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What a scanner saw: files with a credential that it named, harmless lines that it named; seconds for all."""

    scanner: str
    found: Share
    false_alarms: Share
    held_out: Share
    held_out_false_alarms: Share
    seconds: float


BY_HAND = (
    ("CredSweeper 1.19.5*", "191 of 210", "40 of 628", "-", "-", "42 s"),
    ("kingfisher-bin 2.14.0*", "139 of 210", "1 of 628", "-", "-", "5 s"),
)
"""Measured by hand, as they are no dependencies: 25 November 2026, over tests/credentials.py as it was then."""


@dataclass(frozen=True, slots=True)
class Chance:
    """Passwords by chance of one alphabet that were not replaced whole, in literals and without quotes."""

    alphabet: str
    quoted: Share
    plain: Share


BEFORE = {
    "letters and digits": ("7 of 1,200", "9 of 1,170"),
    "with !@#$%^&*": ("248 of 1,200", "397 of 1,170"),
    "with all signs": ("724 of 1,200", "990 of 1,170"),
}
"""The same cases on 25 November 2026, when one bracket, dollar or percent was taken for code."""


def by_chance() -> Sequence[Chance]:
    """What is missed of passwords that a generator makes."""
    return [
        Chance(
            name,
            Share(*passwords.missed(passwords.cases(alphabet, rounds=40), redact_text)),
            Share(*passwords.missed(passwords.unquoted(alphabet, rounds=130), redact_text)),
        )
        for name, alphabet in passwords.ALPHABETS.items()
    ]


def measure() -> Sequence[Seen]:
    """Both scanners, in this process, without its imports; nothing is asked over the network."""
    with tempfile.TemporaryDirectory(prefix="kireji-bench-") as folder, default_settings():
        return [_seen(f"detect-secrets {version('detect-secrets')}", _theirs(Path(folder))), _seen("Kireji", _ours)]


def _seen(scanner: str, scan: Scan) -> Seen:
    started = time.perf_counter()
    counts = (
        _found(scan, [*credentials.cases(rounds=1), *once_held_out.cases(), *twice_held_out.cases()]),
        _false_alarms(scan, [*credentials.harmless(), *once_held_out.harmless(), *twice_held_out.harmless()]),
        _found(scan, held_out.cases()),
        _false_alarms(scan, held_out.harmless()),
    )
    return Seen(scanner, *counts, time.perf_counter() - started)


def _found(scan: Scan, cases: Iterable[Case]) -> Share:
    named = [bool(scan(case)) for case in cases]
    return Share(sum(named), len(named))


def _false_alarms(scan: Scan, cases: Iterable[Case]) -> Share:
    counts = [(len(scan(case)), case.text.count("\n")) for case in cases]
    return Share(sum(named for named, _ in counts), sum(lines for _, lines in counts))


def _ours(case: Case) -> set[int]:
    """Lines of which something is replaced; none where a part of a credential is left."""
    redacted = redact_lines(case.path, case.text.split("\n"))
    shown = "\n".join(redacted.lines)
    if any(value[:12] in shown or value[-8:] in shown for value in case.secrets):
        return set()
    return {number for number, kinds in enumerate(redacted.kinds, 1) if kinds}


def _theirs(folder: Path) -> Scan:
    """The library's scanner opens files, and judges them by their names too: each gets a folder of its own."""

    def scan(case: Case) -> set[int]:
        with tempfile.TemporaryDirectory(dir=folder) as own:
            path = Path(own, case.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(case.text, encoding="utf-8")
            return {secret.line_number for secret in scan_file(str(path))}

    return scan
