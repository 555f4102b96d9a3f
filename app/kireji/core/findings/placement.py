"""Finding x Diff -> Inline | InSummary: where a finding can be shown.

A finding's quote is trusted first, its line number second: a model miscounts lines more often than it misquotes them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from kireji.core.diff.folded import MIN_FRAGMENT, fold, folded_lines, occurs_in
from kireji.core.diff.unified import FileDiff, FileStatus, Line, Side, hunk_of, line_at
from kireji.core.findings import row_words
from kireji.core.findings.finding import MAX_QUOTE, Finding
from kireji.core.findings.mended_rows import NO_LINE
from kireji.core.findings.rules import Rule

MOST_LINES = 100  # of a finding's span that are looked at


@dataclass(frozen=True, slots=True)
class Inline:
    """A finding with lines that GitHub takes: both in one hunk, on `side`."""

    finding: Finding
    side: Side

    start_line: int
    line: int
    """The last line, at least `start_line`."""


@dataclass(frozen=True, slots=True)
class InSummary:
    """A finding without a comment of its own."""

    finding: Finding
    reason: str
    """Why it has none, for people: a phrase after "because"."""

    rule: Rule
    """The rule that says so."""

    anchored: bool = False
    """Whether its lines do stand in the diff, so that it can at least be an annotation."""


Placement = Inline | InSummary


def place(finding: Finding, files: Mapping[str, FileDiff]) -> Placement:
    """Find the finding's lines in the diff. `files` maps a path, new or old, to its change."""
    file = files.get(finding.path)
    if file is None:
        return InSummary(finding, row_words.NO_SUCH_FILE, Rule.PLACE_NO_FILE)

    if there := _where_it_says(finding, file):
        return _inline(finding, file, there)

    lines = [*_matches(file, finding.quote)]
    if not lines:
        return InSummary(finding, row_words.NO_SUCH_LINE, Rule.PLACE_NO_LINE)

    likeliest = min(lines, key=lambda line: _distance(line, finding))
    as_likely = sum(_kind(line, finding) == _kind(likeliest, finding) for line in lines)
    if finding.start_line == NO_LINE and as_likely > 1:
        return InSummary(finding, row_words.SEVERAL_LINES, Rule.PLACE_SEVERAL_LINES)
    return _inline(finding, file, likeliest)


def by_number(finding: Finding, files: Mapping[str, FileDiff]) -> Inline | None:
    """Where a finding would stand whose quote stands nowhere: at the first changed line that it names, None if there is none.

    It is about that line then, in its quote too, and offers no suggestion. Whether it is true there must be asked.
    """
    file = files.get(finding.path)
    if file is None:
        return None

    line = next((line for line in named_lines(finding, file) if line.changed and fold(line.text)), None)
    if line is None:
        return None

    about = replace(
        finding, quote=line.text[:MAX_QUOTE], start_line=line.number, end_line=line.number, replacement=None
    )
    return _inline(about, file, line)


def by_path(files: tuple[FileDiff, ...]) -> dict[str, FileDiff]:
    """The mapping that `place` takes; where a new path equals another file's old one, the new one counts.

    A file that becomes another kind of thing, as a symbolic link, is deleted and added under one path: it is one here.
    """
    now = dict[str, FileDiff]()
    for file in files:
        before = now.get(file.path)
        now[file.path] = file if before is None else _in_one(before, file)

    return {file.old_path: file for file in files if file.old_path != file.path} | now


def _in_one(gone: FileDiff, new: FileDiff) -> FileDiff:
    if (gone.status, new.status) != (FileStatus.DELETED, FileStatus.ADDED):
        return new

    return replace(
        new,
        status=FileStatus.MODIFIED,
        hunks=(*gone.hunks, *new.hunks),
        old_mode=gone.old_mode,
        binary=gone.binary or new.binary,
        header=(),
    )


def _matches(file: FileDiff, quote: str) -> Iterator[Line]:
    """Lines that are the quote's first line, or, if there are none, lines of which it is a fragment."""
    wanted = looked_for(quote)
    if not wanted:
        return

    folded = folded_lines(file)
    places = folded.get(wanted)
    if places is None and len(wanted) >= MIN_FRAGMENT:
        places = chain.from_iterable(those for text, those in folded.items() if wanted in text)
    yield from (hunk.lines[index] for hunk, index in places or ())


def _where_it_says(finding: Finding, file: FileDiff) -> Line | None:
    """The changed line that the finding names first, if it is one of the quote's: no other of them is likelier.

    So a file of many lines that are alike, each with a finding, is not gone through for each of them.
    """
    line = line_at(file, finding.side, finding.start_line)
    wanted = looked_for(finding.quote)
    if line is None or not line.changed or not wanted:
        return None

    text = fold(line.text)
    if text == wanted:
        return line

    is_piece_of_it = wanted not in folded_lines(file) and occurs_in(wanted, text)
    return line if is_piece_of_it else None


def named_lines(finding: Finding, file: FileDiff) -> Iterator[Line]:
    """The lines of the diff that the finding names by their numbers, as far as they are looked at."""
    last = min(finding.end_line, finding.start_line + MOST_LINES)
    lines = (line_at(file, finding.side, number) for number in range(finding.start_line, last + 1))
    return filter(None, lines)


def looked_for(quote: str) -> str:
    """What is looked for in the diff, folded: the quote's first line that is not blank."""
    return next((folded for line in quote.splitlines() if (folded := fold(line))), "")


def _distance(line: Line, finding: Finding) -> tuple[bool, bool, int, int]:
    """Prefer the named side, then changed lines over context, then a line within the span, then the nearest number."""
    beyond = max(finding.start_line - line.number, line.number - finding.end_line, 0)
    return *_kind(line, finding), beyond, line.number


def _kind(line: Line, finding: Finding) -> tuple[bool, bool]:
    """What speaks against a line, whatever its number: another side, no change."""
    return line.side is not finding.side, not line.changed


def _inline(finding: Finding, file: FileDiff, line: Line) -> Inline:
    """Give the finding's span its place around the quoted line, cut to what GitHub takes."""
    side = line.side
    number = line.number

    agrees = side is finding.side and finding.start_line <= number <= finding.end_line
    shift = 0 if agrees else number - finding.start_line
    start = finding.start_line + shift
    end = finding.end_line + shift
    kept_start, kept_end = _run(file, side, number, start, end)

    whole = (kept_start, kept_end) == (start, end) and side is Side.RIGHT
    replacement = finding.replacement if whole else None  # `suggestion` judges what it says
    placed = replace(
        finding, path=file.path, side=side, start_line=kept_start, end_line=kept_end, replacement=replacement
    )
    return Inline(placed, side, kept_start, kept_end)


def _run(file: FileDiff, side: Side, number: int, start: int, end: int) -> tuple[int, int]:
    """The longest run of lines around `number`, within [start, end], all of which stand in its hunk on `side`."""
    hunk = hunk_of(file, side, number)
    low = high = number
    while low - 1 >= start and hunk_of(file, side, low - 1) is hunk:
        low -= 1
    while high + 1 <= end and hunk_of(file, side, high + 1) is hunk:
        high += 1
    return low, high
