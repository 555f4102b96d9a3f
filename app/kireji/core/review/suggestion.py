"""Finding x Diff x head's file -> its suggestion, if it can be committed as it is: applied in memory, and looked at.

A suggestion is one click from being code, so a doubtful one is withheld, and the finding keeps its words. Where the
head's file cannot be had, a suggestion for one line is judged by that line.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from kireji.core.chunks.chunk import MAX_LINE_CHARS
from kireji.core.code.languages import language
from kireji.core.diff.folded import FRAGMENT
from kireji.core.diff.unified import FileDiff, Side, line_at
from kireji.core.findings.finding import Confidence, Finding
from kireji.core.findings.placement import Inline, place
from kireji.core.review.head import HeadFile, added_text, read_head
from kireji.core.review.indentation import candidates
from kireji.core.review.syntax import Soundness
from kireji.core.secrets.spans import has_placeholder
from kireji.core.text.invisible import shown
from kireji.core.text.patterns import regex


class Withheld(StrEnum):
    """Why a suggestion is not offered, as a phrase for people."""

    LINES = "not for exactly the lines that it names"
    STALE = "the lines read otherwise in the file"
    REPEATS = "it repeats the line before or after"
    SAME = "it changes nothing"
    MARKS = "it holds marks of the diff"
    CREDENTIAL = "a credential was taken out of it"
    ENDINGS = "the file mixes line endings"
    INDENTATION = "indented otherwise than what it replaces"
    BROKEN = "the file would no longer parse"
    UNPROVEN = "it could not be checked"
    ADDRESSED = "the pull request addresses its reviewer"


@dataclass(frozen=True, slots=True)
class Vetted:
    """What became of a finding's suggestion."""

    finding: Finding
    """With the suggestion that may be offered, or without one."""
    withheld: Withheld | None = None
    """Why it is without one; None if it had none."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A file that findings make suggestions for: all that judges them, as one plain value."""

    findings: tuple[Finding, ...]
    file: FileDiff
    text: str | None = field(repr=False)
    """The head's, None if it is not known."""


def paths_to_read(findings: Iterable[Finding], files: Mapping[str, FileDiff]) -> list[str]:
    """The paths of the head's files that these findings' suggestions are to be judged by; a new file is in the diff."""
    named = (files[finding.path] for finding in findings if _offers(finding) and finding.path in files)
    return list(dict.fromkeys(file.path for file in named if added_text(file) is None))


def read_heads(
    findings: Iterable[Finding], files: Mapping[str, FileDiff], texts: Mapping[str, str]
) -> dict[str, HeadFile]:
    """The files that findings make suggestions for, each read once. `files` as `place` takes them; `texts` by path."""
    named = {finding.path: files[finding.path] for finding in findings if _offers(finding) and finding.path in files}
    return {path: read_head(file, texts.get(file.path)) for path, file in named.items()}


def vet(finding: Finding, files: Mapping[str, FileDiff], heads: Mapping[str, HeadFile]) -> Vetted:
    """Keep the finding's suggestion, fix its indentation, or take it away. What will have no comment is left as it is.

    A suggestion that is kept has the file's line endings; an empty one deletes the lines.
    """
    if finding.replacement is None or finding.path not in heads:
        return Vetted(finding)
    placed = place(finding, files)
    if not isinstance(placed, Inline):
        return Vetted(finding)

    result = _judge(finding, placed, files[finding.path], heads[finding.path])
    if isinstance(result, Withheld):
        return Vetted(replace(finding, replacement=None), result)
    return Vetted(replace(finding, replacement=result))


def group_by_file(
    findings: Iterable[Finding], files: Mapping[str, FileDiff], texts: Mapping[str, str]
) -> list[Offered]:
    """What there is to be judged, file by file, each finding once; parameters as in `read_heads`."""
    by_path = dict[str, dict[Finding, None]]()
    for finding in findings:
        if finding.path in files and finding.replacement is not None:
            by_path.setdefault(files[finding.path].path, {})[finding] = None

    offered = list[Offered]()
    for path, found in by_path.items():
        if any(map(_offers, found)):
            file = files[next(iter(found)).path]
            # A copy of the file, without what it has indexed so far: that need not go to another process.
            offered.append(Offered(tuple(found), replace(file), texts.get(path)))
    return offered


def vet_file(offered: Offered) -> tuple[Vetted, ...]:
    """What becomes of each. It parses the file, so it is for a process of its own."""
    file = offered.file
    texts = dict[str, str]() if offered.text is None else {file.path: offered.text}
    files = {finding.path: file for finding in offered.findings}
    heads = read_heads(offered.findings, files, texts)
    return tuple(vet(finding, files, heads) for finding in offered.findings)


def withhold_unproven(finding: Finding) -> Vetted:
    """The finding where its file could not be judged."""
    return withhold(finding, Withheld.UNPROVEN)


def withhold(finding: Finding, why: Withheld = Withheld.ADDRESSED) -> Vetted:
    """The finding without what it offers, which is not judged: by default, as the pull request addresses its reviewer."""
    return Vetted(replace(finding, replacement=None), why if _offers(finding) else None)


def _offers(finding: Finding) -> bool:
    """Whether it has a suggestion that would be shown; guesses get no comment."""
    return finding.replacement is not None and finding.confidence is not Confidence.LOW


# -- One suggestion ----------------------------------------------------------------------------------------------------

# What only the model's view of a diff has: code points of unseen characters, labels of lines, where a line was cut.
_MARK = regex(r"<U\+[0-9A-F]{4,6}>|^[RL]\d+ +[ +~-] \| |… \(\d+ more characters\)", re.MULTILINE)
_PROSE = frozenset({None, "Markdown", "reStructuredText", "text"})


@dataclass(frozen=True, slots=True)
class _Edit:
    """Lines of a file that are to become others."""

    path: str
    head: HeadFile
    start: int
    """The first line that is replaced."""
    end: int
    """The last one."""
    named: list[str]
    """The lines as they are, without "\\r"."""

    def text(self, lines: Sequence[str]) -> str:
        """The lines as they stand in the file, without the end of the last one."""
        if not lines:
            return ""
        ending = self.head.ending or ""
        last_ending = "\r" if self.head.lines[self.end].endswith("\r") else ""
        before = "".join(f"{line}{ending}\n" for line in lines[:-1])
        return f"{before}{lines[-1]}{last_ending}"

    def applied(self, lines: Sequence[str]) -> str:
        """The whole file afterwards."""
        before = [self.head.lines[number] for number in range(1, self.start)]
        after = [self.head.lines[number] for number in range(self.end + 1, len(self.head.lines) + 1)]
        new = [self.text(lines)] if lines else []
        return "\n".join([*before, *new, *after])


def _judge(finding: Finding, placed: Inline, file: FileDiff, head: HeadFile) -> str | Withheld:
    """The text to offer, or why there is none."""
    start = placed.start_line
    end = placed.line
    # The quote found elsewhere than the numbers say leaves open which lines around it are meant.
    moved = finding.start_line not in {start, finding.end_line}
    if finding.replacement is None or placed.finding.replacement is None or moved or file.symlink:
        return Withheld.LINES

    numbers = range(start, end + 1)
    in_diff = [line_at(file, Side.RIGHT, number) for number in numbers]
    named = [line.text for line in in_diff if line is not None]
    if any(len(shown(line)) > MAX_LINE_CHARS for line in named):
        return Withheld.LINES  # the model has not seen all of it
    if named != [head.lines.get(number) for number in numbers]:
        return Withheld.STALE
    if head.ending is None:
        return Withheld.ENDINGS

    edit = _Edit(file.path, head, start, end, [line.removesuffix("\r") for line in named])
    return _first_sound(edit, _offered_lines(finding.replacement, edit.named))


def _offered_lines(replacement: str, named: Sequence[str]) -> list[str]:
    """Its lines, without empty ones at the end that nobody asked for."""
    if not replacement:
        return []
    text = replacement.rstrip("\n") if named[-1].strip() else replacement
    return text.split("\n")


def _first_sound(edit: _Edit, offered: Sequence[str]) -> str | Withheld:
    """The first way to indent it against which nothing speaks; if there is none, what speaks against the likeliest."""
    if has_placeholder("\n".join(offered)):
        return Withheld.CREDENTIAL
    if _has_unseen_marks(offered, edit.named) or _is_signed(offered, edit.named) or _is_fenced(offered, edit.named):
        return Withheld.MARKS

    reasons: list[Withheld] = []
    around = [line.removesuffix("\r") for line in edit.head.lines.values()]
    for lines in candidates(offered, edit.named, around):
        reason = _against(edit, lines, mended=lines != offered)
        if reason is None:
            return edit.text(lines)
        reasons.append(reason)
    return reasons[0] if reasons else Withheld.INDENTATION


def _against(edit: _Edit, lines: Sequence[str], *, mended: bool) -> Withheld | None:
    """What speaks against these lines."""
    if [line.rstrip() for line in lines] == [line.rstrip() for line in edit.named]:
        return Withheld.SAME
    if _repeats(edit, lines):
        return Withheld.REPEATS

    whole = edit.head.whole
    soundness = Soundness.UNKNOWN if whole is None else whole.judge(edit.applied(lines))
    if soundness is Soundness.BROKEN:
        return Withheld.BROKEN
    if soundness is Soundness.SOUND:
        return None

    one_line = bool(lines) and edit.start == edit.end
    known = whole is not None or one_line
    plausible = language(edit.path) in _PROSE or _balance(lines) == _balance(edit.named)
    return None if known and plausible and not mended else Withheld.UNPROVEN


def _has_unseen_marks(offered: Sequence[str], named: Sequence[str]) -> bool:
    """Whether it holds what only the model's view of a diff has, and the lines themselves have not."""
    own = "\n".join(named)
    return any(mark not in own for mark in _MARK.findall("\n".join(offered)))


def _is_signed(offered: Sequence[str], named: Sequence[str]) -> bool:
    """Whether its lines begin with a diff's signs, and none of those that they replace does."""
    first_characters = {line[0] for line in offered if line.strip()}
    if first_characters in ({"+"}, {"+", " "}):
        sign = "+"
    elif first_characters == {"-"}:
        sign = "-"
    else:
        return False
    return not any(line.lstrip().startswith(sign) for line in named)


def _is_fenced(offered: Sequence[str], named: Sequence[str]) -> bool:
    """Whether it is wrapped as a code block of Markdown, and what it replaces is not."""
    fenced = len(offered) > 1 and offered[0].startswith("```") and offered[-1].strip() == "```"
    return fenced and not named[0].startswith("```")


def _repeats(edit: _Edit, lines: Sequence[str]) -> bool:
    """Whether it repeats a line that stays in place beside it: then it was meant for more lines than it names."""
    if not lines:
        return False
    line_before = edit.head.lines.get(edit.start - 1, "")
    line_after = edit.head.lines.get(edit.end + 1, "")
    return _is_repeated(lines[0], edit.named[0], line_before) or _is_repeated(lines[-1], edit.named[-1], line_after)


def _is_repeated(new: str, old: str, beside: str) -> bool:
    """Whether a new line is the one beside it, and long enough to tell; as the old one was is no repetition."""
    long_enough = len(new.strip()) >= FRAGMENT
    return long_enough and new.rstrip() == beside.rstrip() and beside.rstrip() != old.rstrip()


def _balance(lines: Sequence[str]) -> Counter[str]:
    """How many brackets are left open or closed, and whether quotes are."""
    count = Counter("".join(lines))
    brackets = {pair: count[pair[0]] - count[pair[1]] for pair in ("()", "[]", "{}")}
    quotes = {quote: count[quote] % 2 for quote in "\"'`"}
    return Counter(brackets | quotes)
