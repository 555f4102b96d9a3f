"""Finding x Diff -> Inline | InSummary: where a finding can be shown.

A finding's quote is trusted first, its line number second: a model miscounts lines more often than it misquotes them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from app.core.diff import FileDiff, Hunk, Line, Side
from app.core.finding import Finding
from app.core.invisible import shown

# A quote shorter than this may stand inside many lines: it must then be the whole line.
FRAGMENT = 8


@dataclass(frozen=True, slots=True)
class Inline:
    """A finding with lines that GitHub takes: both in one hunk, on `side`, `start_line <= line`."""

    finding: Finding
    side: Side
    start_line: int
    line: int


@dataclass(frozen=True, slots=True)
class InSummary:
    """A finding without a comment of its own; `reason` says why, for people.

    `anchored` is True where its lines do stand in the diff, so that it can at least be an annotation.
    """

    finding: Finding
    reason: str
    anchored: bool = False


Placement = Inline | InSummary


@dataclass(frozen=True, slots=True)
class _Spot:
    """A line of the diff that a quote matches, and the hunk it stands in."""

    hunk: Hunk
    line: Line


def place(finding: Finding, files: Mapping[str, FileDiff]) -> Placement:
    """Find the finding's lines in the diff. `files` maps a path, new or old, to its change."""
    file = files.get(finding.path)
    if file is None:
        return InSummary(finding, "it names a file that this pull request does not change")
    spots = [*_matches(file, finding.quote)]
    if not spots:
        return InSummary(finding, "the line it quotes is not in the diff")
    return _inline(finding, file, min(spots, key=lambda spot: _distance(spot, finding)))


def by_path(files: tuple[FileDiff, ...]) -> dict[str, FileDiff]:
    """The mapping that `place` takes; where a new path equals another file's old one, the new one counts."""
    return {file.old_path: file for file in files} | {file.path: file for file in files}


def _matches(file: FileDiff, quote: str) -> Iterator[_Spot]:
    """Lines that are the quote's first line, or, if there are none, lines of which it is a fragment."""
    wanted = next((folded for line in quote.splitlines() if (folded := _fold(line))), "")
    if not wanted:
        return
    spots = [_Spot(hunk, line) for hunk in file.hunks for line in hunk.lines]
    whole = [spot for spot in spots if _fold(spot.line.text) == wanted]
    if whole or len(wanted) < FRAGMENT:
        yield from whole
    else:
        yield from (spot for spot in spots if wanted in _fold(spot.line.text))


def _fold(text: str) -> str:
    """White space folded, and invisible characters as the model was shown them."""
    return " ".join(shown(text.removesuffix("\r")).split())


def _distance(spot: _Spot, finding: Finding) -> tuple[bool, bool, int]:
    """Prefer the named side, then changed lines over context, then the nearest number."""
    line = spot.line
    return line.side is not finding.side, not line.changed, abs(line.number - finding.start_line)


def _inline(finding: Finding, file: FileDiff, spot: _Spot) -> Inline:
    """Give the finding's span its place around the quoted line, cut to what GitHub takes."""
    side, number = spot.line.side, spot.line.number
    agrees = side is finding.side and finding.start_line <= number <= finding.end_line
    shift = 0 if agrees else number - finding.start_line
    start, end = finding.start_line + shift, finding.end_line + shift
    kept_start, kept_end = _run(spot.hunk, side, number, start, end)
    whole = (kept_start, kept_end) == (start, end) and side is Side.RIGHT
    replacement = finding.replacement if whole else None  # `suggestion` judges what it says
    placed = replace(
        finding, path=file.path, side=side, start_line=kept_start, end_line=kept_end, replacement=replacement
    )
    return Inline(placed, side, kept_start, kept_end)


def _run(hunk: Hunk, side: Side, number: int, start: int, end: int) -> tuple[int, int]:
    """The longest run of lines around `number`, within [start, end], all of which stand in the hunk on `side`."""
    there = {line.number for line in hunk.lines if line.side is side}
    low = high = number
    while low - 1 >= start and low - 1 in there:
        low -= 1
    while high + 1 <= end and high + 1 in there:
        high += 1
    return low, high
