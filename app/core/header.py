"""The lines of a git diff above a file's first hunk: paths, modes, what happened.

Source: git's documentation, diff-generate-patch.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.paths import quote, unquote

_FIELD = re.compile(
    r"((?:old|new|new file|deleted file) mode|(?:rename|copy) (?:from|to)|index|---|\+\+\+) (.*)",
    re.DOTALL,
)
_LIKENESS = re.compile(r"(?:dis)?similarity index \d{1,3}%")
_BINARY = ("Binary files ", "GIT binary patch")
_START = "diff --git "
_TWO_QUOTED = re.compile(r'("(?:[^"\\]|\\.)*") ("(?:[^"\\]|\\.)*")')
_NOWHERE = "/dev/null"


@dataclass(frozen=True, slots=True)
class Header:
    """What a header says. `status` is GitHub's word for what happened: added, removed, modified, renamed or copied."""

    path: str
    old_path: str
    status: str
    old_mode: str | None
    new_mode: str | None
    binary: bool


def read(lines: Sequence[str]) -> Header:
    """Read a header, its lines without their ends. ValueError where no path can be told."""
    if lines[0].endswith("\r"):  # git would quote it
        raise ValueError("the diff's lines end in CRLF")
    fields: dict[str, str] = {}
    binary = False
    for line in lines[1:]:
        if line.startswith(_BINARY):
            binary = True
            break
        if match := _FIELD.match(line):
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
        old, new = _side(fields["---"], "a/"), _side(fields["+++"], "b/")
        if (known := new if old is None else old) is not None:
            return known if old is None else old, known if new is None else new
    return _same_path(start)


def _side(name: str, prefix: str) -> str | None:
    """A path of a `---` or `+++` line, after which git puts a tab where the path has a space. None for /dev/null."""
    name = name.partition("\t")[0]
    return None if name == _NOWHERE else _strip(name, prefix)


def _strip(name: str, prefix: str) -> str:
    path = unquote(name)
    if not path.startswith(prefix):
        raise ValueError(
            f"a path does not begin with {prefix} (git's diff.noprefix and diff.mnemonicPrefix must be off)"
        )
    return path.removeprefix(prefix)


def _same_path(start: str) -> tuple[str, str]:
    """Both paths from the first line alone: without a rename they are one path, named twice."""
    names = start.removeprefix(_START)
    if match := _TWO_QUOTED.fullmatch(names):
        old, new = match.groups()
    else:
        middle = len(names) // 2
        old, new = names[:middle], names[middle + 1 :]
    old, new = _strip(old, "a/"), _strip(new, "b/")
    if old != new:
        raise ValueError("the header does not name its file")
    return old, new


def write(header: Header, *, hunks: bool) -> tuple[str, ...]:
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
    old, new = header.old_mode, header.new_mode
    if not old or not new:
        return []
    # git gives an unchanged mode behind the object ids, which nobody here knows.
    return [f"index 0000000..0000000 {old}"] if old == new else [f"old mode {old}", f"new mode {new}"]


def _tabbed(name: str) -> str:
    return f"{name}\t" if " " in name else name
