"""The lines of a patch, and what of them is in a form of its own: hunks and what git writes for binary files."""

from dataclasses import dataclass, field
from itertools import takewhile

from kireji.core.diff import patch_forms as forms
from kireji.core.diff import patch_lines as known
from kireji.core.diff import patch_words as wording
from kireji.errors import DiffError

_BOM = "\ufeff"


@dataclass
class HunkReader:
    """Goes through a patch's lines."""

    lines: list[str]
    """All of them."""

    at: int = 0
    """The index of the next one."""

    told: known.LineCounts = field(default_factory=known.LineCounts)
    """Counts what hunks have, beside what the patch says of them."""

    def line(self, ahead: int = 0) -> str:
        """A line to come, "" beyond the end."""
        at = self.at + ahead
        return self.lines[at].removeprefix(_BOM) if at < len(self.lines) else ""

    def wrong(self, why: str, at: int | None = None) -> DiffError:
        """What is wrong with a line, by default the next one."""
        at = self.at if at is None else at
        line = self.lines[at] if at < len(self.lines) else ""
        return DiffError(wording.at_line(at + 1, line, why))

    def take(self) -> str:
        """The next line, which then is behind us."""
        line = self.line()
        self.at += 1
        return line

    def hunks(self) -> list[str]:
        """A file's hunks; empty lines between them, as mails may have, go."""
        lines = list[str]()
        while known.HUNK.match(self.line()):
            lines += self.hunk()
            while self.line().strip("\r\n") == "" and self.at < len(self.lines):
                self.at += 1

        return lines

    def hunk(self) -> list[str]:
        """One hunk. Raises DiffError for what is none, or is longer or shorter than its first line says."""
        start = self.at
        lines = [self.take()]
        match = known.HUNK.match(lines[0])
        assert match is not None  # noqa: S101 - the caller has looked
        old, new = (int(count or 1) for count in match.groups())
        changed = 0

        while old > 0 or new > 0:
            line = self.lines[self.at] if self.at < len(self.lines) else ""
            line = " \n" if line == "\n" else line  # its space was stripped, as diff.suppressBlankEmpty has it
            mark = line[:1]
            if mark not in {" ", "+", "-", "\\"} or (mark == "\\" and len(lines) == 1):
                raise self.wrong(self._why_no_line(start) if line else wording.SHORT)

            old -= mark in {" ", "-"}
            new -= mark in {" ", "+"}
            if old < 0 or new < 0:
                raise self.wrong(wording.STRAY)

            changed += mark in {"+", "-"}
            self.told.plus += mark == "+"
            self.told.minus += mark == "-"
            lines.append(line)
            self.at += 1

        if self.line().startswith("\\ "):
            lines.append(self.take())

        if not changed:
            raise self.wrong(wording.NO_CHANGE, start)

        return lines

    def _why_no_line(self, start: int) -> str:
        """What to tell of a line that cannot be one of the hunk that begins at `start`."""
        rest = takewhile(lambda line: not line.startswith(known.GIT), self.lines[start + 1 :])
        return wording.WORD_DIFF if forms.is_word_diff(rest) else wording.NO_LINE

    def binary_patch(self) -> list[str]:
        """Both directions, each a line with its size, its lines, and an empty one."""
        lines = [self.take()]
        while known.BLOB.fullmatch(self.line()):
            lines.append(self.take())
            while known.BASE85.fullmatch(self.line()):
                lines.append(self.take())
            if self.line() == "\n":
                lines.append(self.take())

        return lines

    def combined_hunk(self, old: list[int], new: int) -> None:
        """Go behind a hunk of a merge's combined diff, which has so many lines of each parent, and of the merge."""
        self.at += 1
        while new > 0 or any(count > 0 for count in old):
            marks = self.line()[: len(old)]
            if marks == "\n":
                marks = " " * len(old)
            if not marks or marks.strip(" +-\\"):
                raise self.wrong(wording.NO_LINE if marks else wording.SHORT)

            if "-" in marks:
                old = [count - (mark == "-") for count, mark in zip(old, marks, strict=False)]
            elif "\\" not in marks:
                old = [count - (mark == " ") for count, mark in zip(old, marks, strict=False)]
                new -= 1

            self.at += 1

        while self.line().strip(" ").startswith("\\ "):
            self.at += 1
