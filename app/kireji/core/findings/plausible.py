"""Finding x Diff -> what the code says against it, before any model is asked; in doubt the finding stays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from kireji.core.code.identifiers import common, explained, identifiers_in, names, spoken, titled
from kireji.core.code.uses import only_told_of
from kireji.core.diff.unified import FileDiff, Hunk, Line, Side, hunk_of
from kireji.core.findings.claims import Absence, CodeAround, claimed_absence, is_belied, subjects
from kireji.core.findings.finding import Finding, FoundBy
from kireji.core.findings.nits import find_nit
from kireji.core.findings.placement import Inline
from kireji.core.findings.rules import Rule

MAX_LINES = 20_000  # of a head file that is looked through
MAX_LINE_CHARS = 400
_SEVERAL = 2


@dataclass(frozen=True, slots=True)
class DroppedFinding:
    """A finding that is not reported, and why."""

    finding: Finding
    rule: Rule
    """The rule that drops it."""

    reason: str = ""
    """The second reader's own words where that refuted it."""


@dataclass(frozen=True, slots=True)
class RefinedFindings:
    """The findings that are to be reported, and those that are not."""

    findings: tuple[Finding, ...]
    dropped: tuple[DroppedFinding, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """What findings are held against."""

    files: Mapping[str, FileDiff]
    """The files of the diff by path (see `placement.by_path`)."""

    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The lines of files at the head commit, by path, as far as they are at hand."""

    @cached_property
    def names(self) -> frozenset[str]:
        """All names that the finder may have seen."""
        seen = list[str](self.files)
        for file in self.files.values():
            for hunk in file.hunks:
                seen.append(hunk.section)
                seen += (line.text for line in hunk.lines)
        for lines in self.texts.values():
            seen += lines

        return identifiers_in(seen)


def find_doubt(placed: Inline, evidence: Evidence) -> Rule | None:
    """What speaks against a finding that has its lines in the diff, None if nothing that code can see."""
    finding = placed.finding
    if finding.found_by is FoundBy.CODE:
        return None
    if nit := find_nit(finding):
        return nit

    file = evidence.files[finding.path]
    claimed = claimed_absence(finding)
    if claimed and (wrong := _looked_up(placed, claimed, file, evidence)):
        return wrong

    if not _touched(placed, file):
        return Rule.LINE_UNTOUCHED
    return None if claimed or _names_stand(finding, evidence) else Rule.NAME_UNKNOWN


def _looked_up(placed: Inline, claimed: Absence, file: FileDiff, evidence: Evidence) -> Rule | None:
    """What is said to be missing is looked for in the file's text, or in the hunk where there is no text."""
    if placed.side is Side.LEFT:
        return None  # the line is gone: what it did may well be missing now

    around = _around(placed, file, evidence.texts.get(file.path))
    if around is None:
        return None

    if is_belied(placed.finding, claimed, around):
        return Rule.CLAIM_EXISTS
    if claimed is Absence.UNDEFINED and around.whole and _only_told_of(placed.finding, around):
        return Rule.NAME_UNKNOWN
    if claimed is Absence.UNDEFINED and not around.whole and not _taken_out(placed.finding, file):
        return Rule.CLAIM_UNSEEN
    return None


def _only_told_of(finding: Finding, around: CodeAround) -> bool:
    """Whether comments and sentences have what is said to be undefined, and no code."""
    about = subjects(finding)
    return bool(about) and all(only_told_of(name, finding.path, around.lines) for name in about)


def _around(placed: Inline, file: FileDiff, text: Sequence[str] | None) -> CodeAround | None:
    """The lines around a finding on the new file; its text counts only if it has the line that the diff shows there."""
    hunk = hunk_of(file, placed.side, placed.line)
    if hunk is None:
        return None

    new = [line for line in hunk.lines if line.side is Side.RIGHT]
    at = next(index for index, line in enumerate(new) if line.number == placed.start_line)

    lines = (text or ())[:MAX_LINES]
    index = placed.start_line - 1
    if index < len(lines) and lines[index].rstrip() == new[at].text.rstrip():
        return CodeAround([line[:MAX_LINE_CHARS] for line in lines], index, whole=True)
    return CodeAround([line.text[:MAX_LINE_CHARS] for line in new], at, whole=_is_whole(file, hunk))


def _is_whole(file: FileDiff, hunk: Hunk) -> bool:
    """Whether the one hunk is the whole file, as that of a new file is."""
    return len(file.hunks) == 1 and hunk.old_count == 0


def _taken_out(finding: Finding, file: FileDiff) -> bool:
    """Whether a line that the change deletes has the name that the finding misses."""
    gone = identifiers_in(line.text for line in _lines(file) if line.side is Side.LEFT)
    return not gone.isdisjoint(_names_spoken_of(finding))


def _names_spoken_of(finding: Finding) -> set[str]:
    """All names in a finding's title and its explanation."""
    return set(chain.from_iterable(spoken(f"{finding.title} {finding.explanation}")))


def _lines(file: FileDiff) -> Iterator[Line]:
    return chain.from_iterable(hunk.lines for hunk in file.hunks)


def _touched(placed: Inline, file: FileDiff) -> bool:
    """Whether one of the finding's lines is changed, or a changed line of the file has a name that the finding speaks of."""
    hunk = hunk_of(file, placed.side, placed.line)
    lines = hunk.lines if hunk else ()
    within = (line for line in lines if line.side is placed.side and placed.start_line <= line.number <= placed.line)
    if any(line.changed for line in within):
        return True

    said = _names_spoken_of(placed.finding)
    said |= {name for name in names(placed.finding.quote) if not common(name)}
    return not said.isdisjoint(identifiers_in(line.text for line in _lines(file) if line.changed))


def _names_stand(finding: Finding, evidence: Evidence) -> bool:
    """Whether one at least of the names that the title speaks of is there; where it speaks of none, of the explanation's.

    One is enough: a title may name what ought to be there beside what is. An explanation that has a single name may have
    it from a library.
    """
    titled_names = set(chain.from_iterable(titled(finding.title)))
    if titled_names:
        return not titled_names.isdisjoint(evidence.names)

    explained_names = set(chain.from_iterable(explained(finding.explanation)))
    return len(explained_names) < _SEVERAL or not explained_names.isdisjoint(evidence.names)
