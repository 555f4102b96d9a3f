"""Lines that replace others -> the same with the indentation that belongs there, where that is certain.

Models often leave out the indentation that all lines share, or that of the first line; putting it back is a repair only
where the file still parses afterwards, which the caller checks.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from kireji.core.text.patterns import regex

Lines = Sequence[str]

# What may stand further out than the lines it replaces: the end of a block, the next branch of a statement, a directive.
_OUTWARD = regex(
    r"[})\]]|</|#|(?:else|elif|elsif|except|finally|catch|rescue|ensure|end|fi|done|esac|case|default|when)\b"
)
_OPENS = regex(r"(?!\s*(?:namespace|extern)\b).*(?:[{(\[]|\b(?:do|then))\s*$")
_QUOTES = ('"""', "'''", "`")
_HEREDOC = regex(r"<<[-~]?['\"]?[A-Za-z_]")


def candidates(offered: Lines, named: Lines, around: Lines) -> list[list[str]]:
    """As offered, if that fits in place of `named`; if not, mended in the ways that may be meant, the likelier one first.

    `around` is the file, or as much of it as is known.
    """
    if _fits(offered, named) and _in_style(offered, named, around):
        return [list(offered)]
    deepest = _steepest(around)
    return [
        lines
        for lines in _mended(offered, named)
        if _fits(lines, named) and _in_style(lines, named, around) and _steepest(lines) <= deepest
    ]


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _filled(lines: Lines) -> list[str]:
    return [line for line in lines if line.strip()]


def _fits(lines: Lines, named: Lines) -> bool:
    """Whether the first line stands where the first replaced one stood, and none further out than those."""
    old, new = _filled(named), _filled(lines)
    if not old or not new:
        return True
    before = len(new) > 1 and new[-1] == old[0]  # put before the end of a block: "}" becomes "    return x" and "}"
    if _indent(new[0]) != _indent(old[0]) and not (before and len(_indent(new[0])) > len(_indent(old[0]))):
        return False
    least = min(len(_indent(line)) for line in old)
    loose = _loose(lines)
    if _flat(lines) and not _flat(named):
        return False
    return all(
        len(_indent(line)) >= least or line in named or within or _OUTWARD.match(line.lstrip(" \t"))
        for line, within in zip(lines, loose, strict=True)
        if line.strip()
    )


def _flat(lines: Lines) -> bool:
    """Whether a line that opens a block is followed by one that is indented no deeper."""
    filled = [line for line, within in zip(lines, _loose(lines), strict=True) if line.strip() and not within]
    return any(
        _OPENS.match(line) and len(_indent(after)) <= len(_indent(line)) and not _OUTWARD.match(after.lstrip(" \t"))
        for line, after in pairwise(filled)
    )


def _loose(lines: Lines) -> list[bool]:
    """Of each line whether it begins within a text of several lines, where white space is part of the value."""
    found, open_ = list[bool](), ""
    for line in lines:
        found.append(bool(open_))
        if not open_:
            open_ = "<<" if _HEREDOC.search(line) else next((mark for mark in _QUOTES if line.count(mark) % 2), "")
        elif line.count(open_) % 2:
            open_ = ""
    return found


def _in_style(lines: Lines, named: Lines, around: Lines) -> bool:
    """Whether tabs or spaces are used as the replaced lines do, or, if these are not indented, as the file does."""
    kinds = _kinds(named) or _kinds(around)
    new = [line for line, within in zip(lines, _loose(lines), strict=True) if line not in named and not within]
    return len(kinds) != 1 or _kinds(new) <= kinds


def _kinds(lines: Lines) -> set[str]:
    """Which of tabs and spaces lines are indented with; a single space, as before a comment's star, says nothing."""
    leads = {_indent(line) for line in _filled(lines)}
    return {char for char, mark in (("\t", "\t"), (" ", "  ")) if any(mark in lead for lead in leads)}


def _steepest(lines: Lines) -> int:
    """By how much a line is at most indented deeper than the one before."""
    depths = [len(_indent(line)) for line in _filled(lines)]
    return max((after - before for before, after in pairwise(depths)), default=0)


def _mended(offered: Lines, named: Lines) -> Iterator[list[str]]:
    """The indentation put back, of all lines or of the first only; the one whose last line ends up as the first."""
    old, new = _filled(named), _filled(offered)
    if not old or not new or any(_loose(offered)):
        return
    due, given = _indent(old[0]), _indent(new[0])
    at = offered.index(new[0])
    ways = [[*offered[:at], due + new[0].lstrip(" \t"), *offered[at + 1 :]]]
    if all(line.startswith(given) for line in new):
        ways.append([due + line.removeprefix(given) if line.strip() else line for line in offered])
    yield from sorted(ways, key=lambda lines: _indent(_filled(lines)[-1]) != due)
