"""The lines of a git diff above a file's first hunk: paths, modes, what happened.

Source: git's documentation, diff-generate-patch.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kireji.core.diff.quoting import quote, unquote
from kireji.core.text.patterns import regex

_FIELD = regex(
    r"((?:old|new|new file|deleted file) mode|(?:rename|copy) (?:from|to)|index|---|\+\+\+) (.*)",
    re.DOTALL,
)
_LIKENESS = regex(r"(?:dis)?similarity index \d{1,3}%")
_BINARY = ("Binary files ", "GIT binary patch")
_BASE85 = regex(r"(?:literal|delta) \d+|[A-Za-z][0-9A-Za-z!#$%&()*+;<=>?@^_`{|}~-]+|")
_START = "diff --git "
_TWO_QUOTED = regex(r'("(?:[^"\\]|\\.)*") ("(?:[^"\\]|\\.)*")')
_NOWHERE = "/dev/null"
# The ids of an empty file in SHA-1 and SHA-256, as `git hash-object` gives them.
_EMPTY = (
    "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
)


@dataclass(frozen=True, slots=True)
class Header:
    """What a header says."""

    path: str
    old_path: str

    status: str
    """GitHub's word for what happened: added, removed, modified, renamed or copied."""

    old_mode: str | None
    new_mode: str | None
    binary: bool


def read_header(lines: Sequence[str]) -> Header:
    """Read a header, its lines without their ends. ValueError where no path can be told."""
    if any("\r" in line for line in lines):  # git would quote it
        raise ValueError("a line has a carriage return in it; CRLF must end all lines or none")

    fields: dict[str, str] = {}
    binary = False
    for line in lines[1:]:
        if binary:
            if not _BASE85.fullmatch(line):
                raise ValueError(f"a line behind what is binary: {line[:80]!r}")
        elif line.startswith(_BINARY):
            binary = True
        elif match := _FIELD.match(line):
            fields[match[1]] = match[2]
        elif not _LIKENESS.fullmatch(line):  # else what follows a hunk's damaged first line would go by unread
            raise ValueError(f"a line that git does not write above a hunk: {line[:80]!r}")

    status = _status(fields)
    old, new = _paths(lines[0], fields)
    index_mode = fields.get("index", "").partition(" ")[2] or None

    return Header(
        path=old if status == "removed" else new,
        old_path=new if status == "added" else old,
        status=status,
        old_mode=fields.get("old mode") or fields.get("deleted file mode") or index_mode,
        new_mode=fields.get("new mode") or fields.get("new file mode") or index_mode,
        binary=binary,
    )


def _status(fields: dict[str, str]) -> str:
    told = (
        ("new file mode" in fields or fields.get("---") == _NOWHERE, "added"),
        ("deleted file mode" in fields or fields.get("+++") == _NOWHERE, "removed"),
        ("rename to" in fields, "renamed"),
        ("copy to" in fields, "copied"),
    )
    return next((status for yes, status in told if yes), "modified")


def _paths(start: str, fields: dict[str, str]) -> tuple[str, str]:
    """The old and the new path; on the side where there is no file, the other side's."""
    for change in ("rename", "copy"):
        if f"{change} from" in fields and f"{change} to" in fields:
            return unquote(fields[f"{change} from"]), unquote(fields[f"{change} to"])

    if "---" in fields and "+++" in fields:
        old = _side(fields["---"], "a/")
        new = _side(fields["+++"], "b/")
        if (known := new if old is None else old) is not None:
            if not _names(start, fields["---"], fields["+++"]):
                raise ValueError("its lines name other files")
            return known if old is None else old, known if new is None else new

    return _same_path(start)


def _side(name: str, prefix: str) -> str | None:
    """A path of a `---` or `+++` line, after which git puts a tab where the path has a space. None for /dev/null."""
    name = name.partition("\t")[0]
    return None if name == _NOWHERE else _strip(name, prefix)


def _names(start: str, old: str, new: str) -> bool:
    """Whether the first line names the files that the `---` and `+++` lines name: all three are written alike."""
    old = old.partition("\t")[0]
    new = new.partition("\t")[0]
    if old == _NOWHERE:
        old = new.replace("b/", "a/", 1)
    if new == _NOWHERE:
        new = old.replace("a/", "b/", 1)

    return start == f"{_START}{old} {new}"


def _strip(name: str, prefix: str) -> str:
    path = unquote(name)
    if not path.startswith(prefix):
        raise ValueError(
            f"a path does not begin with {prefix}, as with git's diff.noprefix or diff.mnemonicPrefix: give it as `git diff "
            "--default-prefix`, or, before git 2.41, with --src-prefix=a/ --dst-prefix=b/"
        )
    return path.removeprefix(prefix)


def _same_path(start: str) -> tuple[str, str]:
    """Both paths from the first line alone: without a rename they are one path, named twice."""
    names = start.removeprefix(_START)
    if match := _TWO_QUOTED.fullmatch(names):
        old, new = match.groups()
    else:
        middle = len(names) // 2
        old = names[:middle]
        new = names[middle + 1 :]

    old = _strip(old, "a/")
    new = _strip(new, "b/")
    if old != new:
        raise ValueError("the header does not name its file")
    return old, new


def tells_all(lines: Sequence[str], told: Header) -> bool:
    """Whether a header without a hunk tells all that there is: a name, a mode, an empty file."""
    fields = dict(line.split(" ", 1) for line in lines)
    old, _, rest = fields.get("index", "").partition("..")
    new = rest.partition(" ")[0]

    if told.binary or told.new_mode == "160000" or told.old_mode == "160000":
        return True

    if told.status in {"renamed", "copied"}:
        return "similarity index 100%" in lines or (old != "" and old == new)

    if old:
        return old == new or (_is_empty(old) and _is_empty(new))

    has_old_mode = any(line.startswith("old mode ") for line in lines)
    return has_old_mode and any(line.startswith("new mode ") for line in lines)


def _is_empty(blob: str) -> bool:
    """Whether an id, which may be abbreviated, is that of an empty file or of none."""
    return not blob.strip("0") or any(empty.startswith(blob) for empty in _EMPTY)


def write_header(header: Header, *, hunks: bool) -> tuple[str, ...]:
    """A header as git would write it, less the object ids, for a diff that did not come from git."""
    lines = [f"{_START}{quote('a/' + header.old_path)} {quote('b/' + header.path)}"]
    match header.status:
        case "added":
            lines.append(f"new file mode {header.new_mode or '100644'}")
        case "removed":
            lines.append(f"deleted file mode {header.old_mode or '100644'}")
        case _:
            lines += _modes(header)

    if header.status in {"renamed", "copied"}:
        verb = {"renamed": "rename", "copied": "copy"}[header.status]
        lines += [f"{verb} from {quote(header.old_path)}", f"{verb} to {quote(header.path)}"]

    old = _NOWHERE if header.status == "added" else quote("a/" + header.old_path)
    new = _NOWHERE if header.status == "removed" else quote("b/" + header.path)

    if header.binary:
        lines.append(f"Binary files {old} and {new} differ")
    elif hunks:
        lines += ["--- " + _tabbed(old), "+++ " + _tabbed(new)]

    return tuple(lines)


def _modes(header: Header) -> list[str]:
    old = header.old_mode
    new = header.new_mode
    if not old or not new:
        return []

    # git gives an unchanged mode behind the object ids, which nobody here knows.
    return [f"index 0000000..0000000 {old}"] if old == new else [f"old mode {old}", f"new mode {new}"]


def _tabbed(name: str) -> str:
    return f"{name}\t" if " " in name else name
