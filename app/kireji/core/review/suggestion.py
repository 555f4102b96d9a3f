"""Finding x Diff x head's file -> its suggestion, if it can be committed as it is: applied in memory, and looked at.

A suggestion is one click from being code, so a doubtful one is withheld, and the finding keeps its words. Where the
head's file cannot be had, a suggestion for one line is judged by that line.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from kireji.core.chunks.weight import MAX_LINE_CHARS
from kireji.core.code.languages import language
from kireji.core.diff.folded import MIN_FRAGMENT
from kireji.core.diff.unified import FileDiff, FileStatus, Side, line_at
from kireji.core.findings.finding import Confidence, Finding
from kireji.core.findings.placement import Inline, place
from kireji.core.review import syntax
from kireji.core.review.indentation import candidates
from kireji.core.review.syntax import Original, Soundness
from kireji.core.secrets.spans import has_placeholder
from kireji.core.text.invisible import make_visible
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
    """A finding with the suggestion that may be offered, or without one and why; `withheld` is None if it had none."""

    finding: Finding
    withheld: Withheld | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a file at the head: its lines by number, and all of it, if that is known.

    `ending` is "\\r" where each line ends in "\\r\\n", "" where none does, None where some do.
    """

    lines: Mapping[int, str]
    ending: str | None
    whole: Original | None = None


def unread(findings: Iterable[Finding], files: Mapping[str, FileDiff]) -> list[str]:
    """The paths of the head's files that these findings' suggestions are to be judged by; a new file is in the diff."""
    named = (files[finding.path] for finding in findings if _offers(finding) and finding.path in files)
    return list(dict.fromkeys(file.path for file in named if _added(file) is None))


def heads(findings: Iterable[Finding], files: Mapping[str, FileDiff], texts: Mapping[str, str]) -> dict[str, Head]:
    """The files that findings make suggestions for, each read once. `files` as `place` takes them; `texts` by path."""
    named = {finding.path: files[finding.path] for finding in findings if _offers(finding) and finding.path in files}
    return {path: _head(file, texts.get(file.path)) for path, file in named.items()}


def vet(finding: Finding, files: Mapping[str, FileDiff], known: Mapping[str, Head]) -> Vetted:
    """Keep the finding's suggestion, mend its indentation, or take it away. What will have no comment is left as it is.

    A suggestion that is kept has the file's line endings; an empty one deletes the lines.
    """
    if finding.replacement is None or finding.path not in known:
        return Vetted(finding)
    placed = place(finding, files)
    if not isinstance(placed, Inline):
        return Vetted(finding)
    result = _judge(finding, finding.replacement, placed, files[finding.path], known[finding.path])
    if isinstance(result, Withheld):
        return Vetted(replace(finding, replacement=None), result)
    return Vetted(replace(finding, replacement=result))


@dataclass(frozen=True, slots=True)
class Offered:
    """A file that findings make suggestions for: all that judges them, as one plain value. `text` is None if not known."""

    findings: tuple[Finding, ...]
    file: FileDiff
    text: str | None = field(repr=False)


def offers(findings: Iterable[Finding], files: Mapping[str, FileDiff], texts: Mapping[str, str]) -> list[Offered]:
    """What there is to be judged, file by file, each finding once; parameters as in `heads`."""
    named = dict[str, dict[Finding, None]]()
    for finding in findings:
        if finding.path in files and finding.replacement is not None:
            named.setdefault(files[finding.path].path, {})[finding] = None
    there = ((path, tuple(those)) for path, those in named.items() if any(map(_offers, those)))
    # A copy of the file, without what it has indexed so far: that need not go to another process.
    return [Offered(those, replace(files[those[0].path]), texts.get(path)) for path, those in there]


def vet_file(offered: Offered) -> tuple[Vetted, ...]:
    """What becomes of each. It parses the file, so it is for a process of its own."""
    file = offered.file
    texts = dict[str, str]() if offered.text is None else {file.path: offered.text}
    files = {finding.path: file for finding in offered.findings}
    known = heads(offered.findings, files, texts)
    return tuple(vet(finding, files, known) for finding in offered.findings)


def unproven(finding: Finding) -> Vetted:
    """The finding where its file could not be judged."""
    return withhold(finding, Withheld.UNPROVEN)


def withhold(finding: Finding, why: Withheld = Withheld.ADDRESSED) -> Vetted:
    """The finding without what it offers, which is not judged: by default, as the pull request addresses its reviewer."""
    return Vetted(replace(finding, replacement=None), why if _offers(finding) else None)


def _offers(finding: Finding) -> bool:
    """Whether it has a suggestion that would be shown; guesses get no comment."""
    return finding.replacement is not None and finding.confidence is not Confidence.LOW


# -- The file ----------------------------------------------------------------------------------------------------------


def _added(file: FileDiff) -> str | None:
    """The text of a new file, which the diff shows whole."""
    if file.status is not FileStatus.ADDED or file.symlink or len(file.hunks) != 1:
        return None
    lines = file.hunks[0].lines
    return "\n".join(line.text for line in lines) + ("\n" if lines[-1].newline else "")


def _head(file: FileDiff, text: str | None) -> Head:
    text = _added(file) if text is None else text
    if text is not None:
        lines = text.split("\n")
        return Head(dict(enumerate(lines, start=1)), _ending(lines[:-1]), syntax.original(file.path, text))
    there = [line for hunk in file.hunks for line in hunk.lines if line.side is Side.RIGHT]
    return Head({line.number: line.text for line in there}, _ending([line.text for line in there if line.newline]))


def _ending(lines: Sequence[str]) -> str | None:
    """What stands before each "\\n"."""
    found = {"\r" if line.endswith("\r") else "" for line in lines}
    return None if len(found) > 1 else next(iter(found), "")


# -- One suggestion ----------------------------------------------------------------------------------------------------

# What only the model's view of a diff has: code points of unseen characters, labels of lines, where a line was cut.
_MARK = regex(r"<U\+[0-9A-F]{4,6}>|^[RL]\d+ +[ +~-] \| |… \(\d+ more characters\)", re.MULTILINE)
_PROSE = frozenset({None, "Markdown", "reStructuredText", "text"})


@dataclass(frozen=True, slots=True)
class _Edit:
    """Lines `start` to `end` of a file are to become others. `named` has them as they are, without "\\r"."""

    path: str
    head: Head
    start: int
    end: int
    named: list[str]

    def text(self, lines: Sequence[str]) -> str:
        """The lines as they stand in the file, without the end of the last one."""
        ending = self.head.ending or ""
        last = "\r" if self.head.lines[self.end].endswith("\r") else ""
        return "".join(f"{line}{ending}\n" for line in lines[:-1]) + "".join(f"{line}{last}" for line in lines[-1:])

    def applied(self, lines: Sequence[str]) -> str:
        """The whole file afterwards."""
        before = [self.head.lines[number] for number in range(1, self.start)]
        after = [self.head.lines[number] for number in range(self.end + 1, len(self.head.lines) + 1)]
        return "\n".join([*before, *([self.text(lines)] if lines else ()), *after])


def _judge(finding: Finding, replacement: str, placed: Inline, file: FileDiff, head: Head) -> str | Withheld:
    """The text to offer, or why there is none."""
    start, end = placed.start_line, placed.line
    # The quote found elsewhere than the numbers say leaves open which lines around it are meant.
    moved = finding.start_line not in {start, finding.end_line}
    if placed.finding.replacement is None or moved or file.symlink:
        return Withheld.LINES
    there = [line_at(file, Side.RIGHT, number) for number in range(start, end + 1)]
    named = [line.text for line in there if line is not None]
    if any(len(make_visible(line)) > MAX_LINE_CHARS for line in named):
        return Withheld.LINES  # the model has not seen all of it
    if named != [head.lines.get(number) for number in range(start, end + 1)]:
        return Withheld.STALE
    if head.ending is None:
        return Withheld.ENDINGS
    edit = _Edit(file.path, head, start, end, [line.removesuffix("\r") for line in named])
    return _first_sound(edit, _offered(replacement, edit.named))


def _offered(replacement: str, named: Sequence[str]) -> list[str]:
    """Its lines, without empty ones at the end that nobody asked for."""
    if not replacement:
        return []
    text = replacement.rstrip("\n") if named[-1].strip() else replacement
    return text.split("\n")


def _first_sound(edit: _Edit, offered: Sequence[str]) -> str | Withheld:
    if has_placeholder("\n".join(offered)):
        return Withheld.CREDENTIAL
    if _marked(offered, edit.named):
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
    verdict = edit.head.whole.judge(edit.applied(lines)) if edit.head.whole else Soundness.UNKNOWN
    if verdict is Soundness.BROKEN:
        return Withheld.BROKEN
    if verdict is Soundness.SOUND:
        return None
    one_line = bool(lines) and edit.start == edit.end
    known = edit.head.whole is not None or one_line
    plausible = language(edit.path) in _PROSE or _balance(lines) == _balance(edit.named)
    return None if known and plausible and not mended else Withheld.UNPROVEN


def _marked(offered: Sequence[str], named: Sequence[str]) -> bool:
    text = "\n".join(offered)
    if any(mark not in "\n".join(named) for mark in _MARK.findall(text)):
        return True
    fenced = len(offered) > 1 and offered[0].startswith("```") and offered[-1].strip() == "```"
    signs = {line[0] for line in offered if line.strip()}
    sign = "+" if signs in ({"+"}, {"+", " "}) else "-" if signs == {"-"} else None
    signed = sign is not None and not any(line.lstrip().startswith(sign) for line in named)
    return signed or (fenced and not named[0].startswith("```"))


def _repeats(edit: _Edit, lines: Sequence[str]) -> bool:
    """Whether it tells a line again that stays in place beside it: then it was meant for more lines than it names."""
    if not lines:
        return False
    ends = ((lines[0], edit.named[0], edit.start - 1), (lines[-1], edit.named[-1], edit.end + 1))
    return any(
        len(new.strip()) >= MIN_FRAGMENT and new.rstrip() == edit.head.lines.get(beside, "").rstrip() != old.rstrip()
        for new, old, beside in ends
    )


def _balance(lines: Sequence[str]) -> Counter[str]:
    """How many brackets are left open or closed, and whether quotes are."""
    count = Counter("".join(lines))
    pairs = {pair: count[pair[0]] - count[pair[1]] for pair in ("()", "[]", "{}")}
    return Counter(pairs | {quote: count[quote] % 2 for quote in "\"'`"})
