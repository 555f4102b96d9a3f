"""Review -> a page for a terminal: each finding with the code around it, then what was read, and what it cost.

The diff's and the model's text stands in it as it is, but for what would act on a terminal.
"""

from collections.abc import Iterator
from io import StringIO

from rich.console import Console, Group
from rich.padding import Padding
from rich.text import Text

from kireji.core.diff.unified import FileDiff, Line, LineKind, hunk_of, line_at
from kireji.core.findings.finding import Finding, Severity
from kireji.core.findings.mended_rows import NO_LINE
from kireji.core.findings.placement import by_path
from kireji.core.formats.report import ReportedFinding, ReviewReport, reported_findings
from kireji.core.text.invisible import make_visible
from kireji.core.text.log_commands import disarm_commands
from kireji.core.wording import finding_words, review_words
from kireji.core.wording.plurals import count

AROUND = 3  # lines of code above and below a finding's own
MOST = 12  # of its own
STYLES = {Severity.CRITICAL: "bold red", Severity.HIGH: "red", Severity.MEDIUM: "yellow", Severity.LOW: "dim"}
KIND_STYLES = {LineKind.ADDED: "green", LineKind.DELETED: "red", LineKind.CONTEXT: ""}


def terminal(report: ReviewReport) -> str:
    """The page, `report.width` characters wide; without `report.colour` it is plain text."""
    console = Console(
        file=StringIO(),
        width=report.width,
        force_terminal=report.colour,
        color_system="standard" if report.colour else None,
        no_color=not report.colour,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )

    with console.capture() as page:
        for part in _parts(report):
            console.print(part, soft_wrap=False)
    return disarm_commands("".join(f"{line.rstrip()}\n" for line in page.get().rstrip().split("\n")))


def _parts(report: ReviewReport) -> Iterator[Text | Padding | Group]:
    review = report.review
    files = by_path(report.subject.files)

    for reported in reported_findings(review):
        yield _finding(reported, files.get(reported.finding.path))

    yield Text(review_words.title(review), style="bold")
    if review.coverage.hunks:
        yield Text(review_words.read_so_far(review.coverage))
    for item in review.coverage.unread:
        yield _line(f"{item.path}: {review_words.unread(item)}", "yellow")

    yield from _skips(report)
    if said := review_words.not_reported(review):
        yield Text(said)
    for note in review.notes:
        yield _text(note)

    if review.bill.cache_dead:
        yield Text(review_words.CACHE_DEAD, style="yellow")
    yield Text(review_words.bill(review.bill), style="dim")


def _skips(report: ReviewReport) -> Iterator[Text]:
    skips = report.review.skipped
    if not skips:
        return
    if not report.explain_skips:
        yield Text(f"{count(len(skips), 'file')} skipped on purpose; --explain-skips says why.")
        return
    yield Text(f"{count(len(skips), 'file')} skipped on purpose:")
    for skip in skips:
        yield _line(f"  {skip.path}: {skip.reason}" + (f" ({skip.detail})" if skip.detail else ""))


def _finding(reported: ReportedFinding, file: FileDiff | None) -> Group:
    finding = reported.finding
    head = Text(finding.severity.upper(), style=STYLES[finding.severity]) + Text(" ") + _line(finding.title, "bold")
    words = (finding_words.CATEGORY_NAMES[finding.category], finding_words.CONFIDENCE_NAMES[finding.confidence])
    kind = ", ".join(word for word in (*words, finding_words.CHECKED.get(finding.checked, "")) if word)
    parts: list[Text | Padding] = [
        head,
        _line(f"{finding.path}{_at(finding)} ({finding.side}; {kind})", "cyan"),
    ]

    if file is not None and reported.anchored:
        parts += _code(finding, file)
    parts.append(Padding(_text(finding.explanation), (0, 0, 0, 2)))

    if finding.others:
        places = ", ".join(f"{place.path}:{place.line}" for place in finding.others)
        parts.append(Padding(_line(f"The same at {places}."), (0, 0, 0, 2)))

    if finding.replacement is not None and reported.where == "inline":
        parts.append(Padding(Text("Suggestion:"), (0, 0, 0, 2)))
        parts += [Padding(_text(line, "green"), (0, 0, 0, 4)) for line in finding.replacement.rstrip("\n").split("\n")]

    if reported.where == "thread":
        parts.append(Padding(Text("Still open in its thread.", style="dim"), (0, 0, 0, 2)))
    elif reported.reason:
        parts.append(Padding(_text(f"Not a comment because {reported.reason}.", "dim"), (0, 0, 0, 2)))
    return Group(*parts, Text())


def _at(finding: Finding) -> str:
    return "" if finding.start_line == NO_LINE else f":{finding.start_line}"


def _code(finding: Finding, file: FileDiff) -> Iterator[Text]:
    """The finding's lines of the diff with some around them, numbered, its own marked."""
    hunk = hunk_of(file, finding.side, finding.start_line)
    first = line_at(file, finding.side, finding.start_line)
    if hunk is None or first is None:
        return

    at = hunk.lines.index(first)
    own = min(finding.end_line - finding.start_line, MOST) + 1
    for line in hunk.lines[max(at - AROUND, 0) : at + own + AROUND]:
        yield _code_line(line, meant=_meant(finding, line))


def _meant(finding: Finding, line: Line) -> bool:
    return line.side is finding.side and finding.start_line <= line.number <= finding.end_line


def _code_line(line: Line, *, meant: bool) -> Text:
    number = Text(f"{'>' if meant else ' '}{line.number:>6} ", style="bold" if meant else "dim")
    code = make_visible(line.text.removesuffix("\r")).expandtabs(4)
    return number + Text(f"{line.kind}{code}", style=KIND_STYLES[line.kind], overflow="fold")


def _text(text: str, style: str = "") -> Text:
    """Text as it is, but for what would act on the terminal."""
    return Text(make_visible(text.replace("\r\n", "\n")).expandtabs(4), style=style, overflow="fold")


def _line(text: str, style: str = "") -> Text:
    """The same on one line: titles and names."""
    return _text(text.replace("\n", " "), style)
