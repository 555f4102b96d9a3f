"""A patch as commands and mails have it -> git's diff alone, and what of the patch could not be read.

Everything in it is one of three: a file's change, which is kept; words beside it, which go; or named as unread. What is
none of them for sure is an error: nothing that might be a part of the change goes by.
"""

from dataclasses import dataclass, field
from enum import Enum
from io import StringIO

from kireji.core.diff import header as git_header
from kireji.core.diff import patch_forms as forms
from kireji.core.diff import patch_lines as known
from kireji.core.diff import patch_words as wording
from kireji.core.diff.patch_hunks import HunkReader
from kireji.core.diff.quoting import quote, unquote
from kireji.core.diff.series import join_series
from kireji.core.diff.unified import Diff, FetchedDiff, Unread, parse_diff, render_diff
from kireji.errors import DiffError


class _Zone(Enum):
    """Where words stand, which says what may be among them."""

    START = "before all"
    LOG = "what git says of a commit, whose own words are indented"
    MAIL = "what a mail says"
    TAIL = "behind a file"
    SIGNATURE = "below a mail's signature mark"


def read_patch(text: str) -> FetchedDiff:
    r"""The diff in a patch that was decoded as UTF-8 with "surrogateescape".

    A series of commits becomes one diff: what a later one undoes is gone (see `series`). DiffError names the line where
    something cannot be told from a part of the change, and the file of which several changes do not fit together.

    A pipe of Windows may have put a "\r" before each line's end, which is taken away: git itself ends none of its own
    lines so, and quotes a path that does.
    """
    if text.startswith(("\udcff\udcfe", "\udcfe\udcff")) or "\0" in text[:2]:
        raise DiffError(f"Line 1 of the patch: {wording.WIDE}.")

    lines = list(StringIO(text))  # not splitlines(), which breaks at form feeds and their like
    if any(line.startswith(known.GIT) and line.endswith("\r\n") for line in lines):
        lines = [line.removesuffix("\n").removesuffix("\r") + "\n" for line in lines]

    patch = _Patch(lines)
    patch.read()

    diff = parse_diff("".join(patch.kept))
    if not patch.found and not all(known.COMMIT_ALONE.fullmatch(line.rstrip("\r\n")) for line in lines):
        _refuse(text, lines)

    files = join_series(diff.files, patch.commits, mailed=patch.mailed)
    whole = "".join(patch.kept) if files == diff.files else render_diff(Diff(files))
    return FetchedDiff(whole, tuple(patch.unread))


def _refuse(text: str, lines: list[str]) -> None:
    """Raise DiffError for what holds no file's change, with what to give instead, if that can be told."""
    try:
        parse_diff(text.strip())
    except DiffError as error:
        raise DiffError(f"{error} {forms.explain_form(lines)}".strip()) from None


@dataclass
class _Patch(HunkReader):
    """Reads a patch line by line."""

    kept: list[str] = field(default_factory=list)

    commits: list[int] = field(default_factory=list)
    """For each file that is kept, the commit's number."""

    unread: list[Unread] = field(default_factory=list)
    found: bool = False
    mailed: bool = False
    _zone: _Zone = _Zone.START
    _commit: int = 0
    _merge: str = ""
    _boundaries: set[str] = field(default_factory=set)

    def read(self) -> None:
        """Read all of it."""
        while self.at < len(self.lines):
            line = self.line()
            if line.startswith(known.GIT) and self._begins_file():
                self._file()
            elif line == "\n":
                self.at += 1
            elif match := known.COMBINED.match(line):
                self._combined(match[1])
            elif match := known.SUBMODULE.fullmatch(line):
                self._submodule(unquote(match[1]), match[2], match[3])
            else:
                self._beside(line)

        self._end_commit()

    # -- files

    def _begins_file(self) -> bool:
        """Whether more of a file follows: else somebody only writes of a diff."""
        after = self.line(1)
        return bool(known.HEADER.match(after) or known.BINARY.fullmatch(after) or after.startswith(known.BINARY_PATCH))

    def _file(self) -> None:
        start = self.at
        lines = [self.line()]
        self.at += 1
        while known.HEADER.match(self.line()):
            lines.append(self.take())

        told = self._header(lines, start)
        if known.BINARY.fullmatch(self.line()):
            lines.append(self.take())
        elif self.line().startswith(known.BINARY_PATCH):
            lines += self.binary_patch()
        elif hunks := self.hunks():
            lines += hunks
        elif any(line.startswith(("--- ", "+++ ")) for line in lines):
            raise self.wrong(f"{wording.NO_HUNK} ({told.path!r})", start)
        elif not git_header.tells_all([line.removesuffix("\n") for line in lines], told):
            self.unread.append(Unread(told.path, wording.ANNOUNCED))

        self._keep(lines)

    def _header(self, lines: list[str], start: int) -> git_header.Header:
        try:
            return git_header.read_header([line.removesuffix("\n") for line in lines])
        except ValueError as error:
            raise self.wrong(str(error), start) from None

    def _keep(self, lines: list[str]) -> None:
        self.found = True
        last = lines[-1]
        self.kept += lines if last.endswith("\n") else [*lines[:-1], f"{last}\n"]
        self.commits.append(self._commit)
        self._merge = ""
        self.told.files += 1
        self._zone = _Zone.TAIL

    # -- what stands for a file

    def _combined(self, name: str) -> None:
        """A merge's change against all its parents, which no comment can be placed in: named."""
        self.at += 1
        self.found = True
        self._merge = ""
        while known.HEADER.match(self.line()) or known.BINARY.fullmatch(self.line()):
            self.at += 1

        hunks = 0
        while match := known.COMBINED_HUNK.match(self.line()):
            hunks += 1
            of_parents = [known.hunk_length(part) for part in match[1].split()]
            self.combined_hunk(of_parents, int(match[2] or 1))
        self.unread.append(Unread(unquote(name.rstrip("\n")), wording.COMBINED, hunks))

        self.told = known.LineCounts()  # a summary counts a merge otherwise
        self._zone = _Zone.TAIL

    def _submodule(self, path: str, old: str | None, new: str | None) -> None:
        """A submodule as `git diff --submodule=log` tells of it, in the form that a plain `git diff` has."""
        self.at += 1
        while known.SUBMODULE_COMMIT.match(self.line()):
            self.at += 1

        self.told.plus += 1
        self.told.minus += 1

        ids = f"{old or '0000000'}..{new or '0000000'}"
        self._keep([f"{known.GIT}{quote('a/' + path)} {quote('b/' + path)}\n", f"index {ids} 160000\n"])

    # -- words

    def _beside(self, line: str) -> None:
        """A line of no file: it goes, unless it could be a part of one."""
        if known.HUNK.match(line):
            raise self.wrong(wording.LONE_HUNK)
        if known.is_change(line, self.line(1)) or ("\x1b[" in line and known.GIT in line):
            raise self.wrong(wording.NOT_GIT)
        if "\0" in line:
            raise self.wrong(wording.WIDE)
        if self._zone is not _Zone.TAIL and known.is_encoded(line):
            raise self.wrong(wording.ENCODED)
        if self._zone is not _Zone.TAIL and known.is_flowed(line):
            raise self.wrong(wording.FLOWED)

        self._zone = self._after(line)

        if match := known.BOUNDARY.match(line):
            self._boundaries |= {f"--{match[1]}", f"--{match[1]}--"}
        if self._zone is _Zone.LOG and (merge := known.MERGE.fullmatch(line)):
            self._merge = merge[1]
        if known.COVER.match(line):
            self.told.cover = True
        if match := known.SUMMARY.fullmatch(line):
            self.told = known.LineCounts(int(match[1] or 0), int(match[2] or 0), cover=self.told.cover)

        self.at += 1

    def _after(self, line: str) -> _Zone:
        """The zone behind a line of words; raises DiffError where no words may be."""
        if (opened := self._opened(line)) is not None:
            self._end_commit()
            return opened

        odd = line.startswith(("+", "-", "\\", "@", known.GIT))
        match self._zone:
            case _Zone.MAIL:
                return _Zone.MAIL
            case _ if line.rstrip() in self._boundaries:
                return _Zone.MAIL
            case _Zone.START | _Zone.LOG if odd and line.rstrip() != "---":
                raise self.wrong(wording.BEFORE)
            case _Zone.TAIL if known.SIGNATURE.fullmatch(line):
                return _Zone.SIGNATURE
            case _Zone.TAIL if line.strip() and not known.TRAILER.fullmatch(line):
                raise self.wrong(wording.WORD_DIFF if forms.is_word_diff([line]) else wording.STRAY)
            case _Zone.SIGNATURE if odd and not known.SIGNATURE.fullmatch(line):
                raise self.wrong(wording.STRAY)
            case _:
                return self._zone

    def _opened(self, line: str) -> _Zone | None:
        """The zone where words begin here: a commit's, a mail's."""
        if known.COMMIT.match(line):
            return _Zone.LOG
        if known.MAIL.match(line) or (self._zone is not _Zone.LOG and known.MAIL_HEADER.match(line)):
            self.mailed |= line.startswith(("From ", "From:", "Subject:"))
            return _Zone.MAIL

        follows = self.line(1) if self.line(1).strip() else self.line(2)
        return _Zone.LOG if known.ONE_LINE.match(line) and follows.startswith("diff --") else None

    def _end_commit(self) -> None:
        if self.told.short:
            self.unread.append(Unread("a part of the patch", wording.SUMMARY))
        if self._merge:
            self.unread.append(Unread(f"the merge of {self._merge.replace(' ', ' and ')}", wording.MERGE))
        self._merge = ""
        self.told = known.LineCounts()
        self._commit += 1
