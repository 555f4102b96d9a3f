"""Rows of GitHub's list of files: what they hold, what they hide, and the unified text they make."""

from collections.abc import Sequence

from pydantic import BaseModel

from kireji.core.scope.binary import has_binary_name
from kireji.core.text.patterns import regex

EMPTY_BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"  # git's name for an empty file
HEAVY = 10_000  # patch lines; GitHub drops texts from about 20,000 on, and says nothing
LARGE = 2_000  # changed lines from which one file's patch may be missing however small the page

_MODE = "100644"  # the list does not tell a file's mode
_SUBMODULE = regex(r"@@[^\n]*\n(?:[-+]Subproject commit [0-9a-f]{40}\n?){1,2}")
_PLAIN = regex(r"[^\x00-\x1f\x7f-\U0010ffff\"\\]+")
_ESCAPES = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}


class Row(BaseModel):
    """One file, as list-files tells it."""

    filename: str
    status: str
    """GitHub's word."""
    changes: int
    sha: str | None = None
    patch: str | None = None
    """Without the lines of `---` and `+++`."""
    previous_filename: str | None = None
    binary: bool = False
    """Found by us, in its bytes."""
    was_binary: bool = False
    """Found by us, in its bytes before the change."""

    @property
    def old(self) -> str:
        """The path of the file before the change."""
        return self.previous_filename or self.filename

    @property
    def lines(self) -> int:
        """Lines of patch, or changed lines where the patch is not there."""
        return self.patch.count("\n") + 1 if self.patch else self.changes

    @property
    def looks_binary(self) -> bool:
        """Whether the name is a binary file's."""
        return has_binary_name(self.filename)


def is_hole(row: Row, *, heavy: bool, marked: bool = False) -> bool:
    """Whether the row may hide text that the pull request has. `heavy`: much text came before it or beside it.

    `marked`: the pull request changes attributes, which may call any text binary.

    A row of 0/0/0 without a patch is a binary, an empty file, a pure rename, a new mode, or a text that GitHub dropped:
    where there is little text, only the name of a text file makes it suspect, and only such a change as may hold text.
    """
    if row.patch:
        return False
    if row.changes:
        return True
    if row.sha == EMPTY_BLOB:
        return False
    if heavy:
        return True
    return (marked or row.status not in {"renamed", "copied", "changed"}) and not row.looks_binary


def is_heavy(rows: Sequence[Row]) -> bool:
    """Whether these rows hold so much text that GitHub may have dropped some."""
    return sum(row.lines for row in rows) >= HEAVY


def unified(row: Row) -> str:
    """The file's part of a unified diff, as git would write it as far as the row tells."""
    old = quoted("a/" + row.old)
    new = quoted("b/" + row.filename)
    lines = [f"diff --git {old} {new}", *_extended(row)]

    if row.patch:
        lines += [
            "--- " + ("/dev/null" if row.status == "added" else _tabbed(old)),
            "+++ " + ("/dev/null" if row.status == "removed" else _tabbed(new)),
            row.patch.removesuffix("\n"),
        ]
    elif row.binary or (row.looks_binary and row.status not in {"renamed", "copied"} and row.sha != EMPTY_BLOB):
        before = "/dev/null" if row.status == "added" else old
        after = "/dev/null" if row.status == "removed" else new
        lines.append(f"Binary files {before} and {after} differ")

    return "\n".join(lines) + "\n"


def quoted(path: str) -> str:
    r"""Git's way to write a path in a header: "a/\303\251.txt" in quotes where it has odd bytes, else as it is."""
    if _PLAIN.fullmatch(path):
        return path
    data = path.encode("utf-8", "surrogateescape")
    return '"' + "".join(_escaped(byte) for byte in data) + '"'


def _escaped(byte: int) -> str:
    if byte in _ESCAPES:
        return "\\" + _ESCAPES[byte]
    return chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"


def _tabbed(name: str) -> str:
    """Git ends a name that has spaces with a tab, so that readers see where it ends."""
    return name + "\t" if " " in name and not name.startswith('"') else name


def _extended(row: Row) -> list[str]:
    submodule = row.patch is not None and _SUBMODULE.fullmatch(row.patch) is not None
    mode = "160000" if submodule else _MODE

    if row.status == "added":
        return [f"new file mode {mode}"]
    if row.status == "removed":
        return [f"deleted file mode {mode}"]
    if row.status in {"renamed", "copied"}:
        verb = "rename" if row.status == "renamed" else "copy"
        same = [] if row.patch else ["similarity index 100%"]
        return [*same, f"{verb} from {quoted(row.old)}", f"{verb} to {quoted(row.filename)}"]
    return ["index 0000000..0000000 160000"] if submodule else []
