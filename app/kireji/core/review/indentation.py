"""Lines that replace others -> the same with the indentation that belongs there, where that is certain.

Models often leave out the indentation that all lines share, or that of the first line. To replace

            for item in cart:
                total += item

a model may offer the first or the second of these, and both become what was meant:

    for item in cart:                       for item in cart:
        total += item.price                             total += item.price

Putting it back is a repair only where the file still parses afterwards, which the caller checks.
"""

from collections.abc import Sequence
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
    """As offered, if that fits in place of `named`; if not, indented in the ways that may be meant, the likelier one first.

    `around` is the file, or as much of it as is known.
    """
    if _fits(offered, named) and _in_style(offered, named, around):
        return [list(offered)]

    deepest = _steepest(around)
    fitting = [lines for lines in _mended(offered, named) if _fits(lines, named)]
    return [lines for lines in fitting if _in_style(lines, named, around) and _steepest(lines) <= deepest]


def _mended(offered: Lines, named: Lines) -> list[list[str]]:
    """The indentation put back, of the first line only or of all; first the way whose last line ends up as the first.

    Lines with a text of several lines in them are not touched: its white space may be meant.
    """
    old = _filled(named)
    new = _filled(offered)
    if not old or not new or any(_within_text(offered)):
        return []
    due = _indent(old[0])
    given = _indent(new[0])

    first = offered.index(new[0])
    ways = [[*offered[:first], due + new[0].lstrip(" \t"), *offered[first + 1 :]]]
    if all(line.startswith(given) for line in new):
        ways.append([due + line.removeprefix(given) if line.strip() else line for line in offered])
    return sorted(ways, key=lambda lines: _indent(_filled(lines)[-1]) != due)


def _fits(lines: Lines, named: Lines) -> bool:
    """Whether the first line stands where the first replaced one stood, and none further out than those."""
    if not _filled(named) or not _filled(lines):
        return True
    if _is_flat(lines) and not _is_flat(named):
        return False
    return _begins_as(lines, named) and not _leaves(lines, named)


def _begins_as(lines: Lines, named: Lines) -> bool:
    """Whether the first line stands where the first replaced one stood.

    It may stand deeper where lines are put before the end of a block, which stays: "}" becomes "    return x" and "}".
    """
    old = _filled(named)
    new = _filled(lines)
    if _indent(new[0]) == _indent(old[0]):
        return True
    before_an_end = len(new) > 1 and new[-1] == old[0]
    return before_an_end and _depth(new[0]) > _depth(old[0])


def _leaves(lines: Lines, named: Lines) -> bool:
    """Whether a line stands further out than all that are replaced, and is none that may."""
    least = min(_depth(line) for line in _filled(named))
    for line, within_text in zip(lines, _within_text(lines), strict=True):
        further_out = bool(line.strip()) and _depth(line) < least
        may = within_text or line in named or _ends_or_continues(line)
        if further_out and not may:
            return True
    return False


def _is_flat(lines: Lines) -> bool:
    """Whether a line that opens a block is followed by one that is indented no deeper.

    So it is with "if x {" and "return" below it; not with "if x {" and "}", which closes it at once.
    """
    code = [line for line, within_text in zip(lines, _within_text(lines), strict=True) if not within_text]
    for line, after in pairwise(_filled(code)):
        deeper = _depth(after) > _depth(line)
        if _OPENS.match(line) and not deeper and not _ends_or_continues(after):
            return True
    return False


def _within_text(lines: Lines) -> list[bool]:
    """Of each line whether it begins within a text of several lines, where white space is part of the value."""
    found = list[bool]()
    mark = ""
    for line in lines:
        found.append(bool(mark))
        if not mark:
            mark = _opened_text(line)
        elif line.count(mark) % 2:
            mark = ""
    return found


def _opened_text(line: str) -> str:
    """What opens a text in this line that does not end in it, "" for nothing."""
    if _HEREDOC.search(line):
        return "<<"
    return next((mark for mark in _QUOTES if line.count(mark) % 2), "")


def _in_style(lines: Lines, named: Lines, around: Lines) -> bool:
    """Whether tabs or spaces are used as the replaced lines do, or, if these are not indented, as the file does."""
    kinds = _kinds(named) or _kinds(around)
    if len(kinds) != 1:
        return True
    code = [line for line, within_text in zip(lines, _within_text(lines), strict=True) if not within_text]
    return _kinds([line for line in code if line not in named]) <= kinds


def _kinds(lines: Lines) -> set[str]:
    """Which of tabs and spaces lines are indented with; a single space, as before a comment's star, says nothing."""
    indents = {_indent(line) for line in _filled(lines)}
    kinds = set[str]()
    if any("\t" in indent for indent in indents):
        kinds.add("\t")
    if any("  " in indent for indent in indents):
        kinds.add(" ")
    return kinds


def _steepest(lines: Lines) -> int:
    """By how much a line is at most indented deeper than the one before."""
    depths = [_depth(line) for line in _filled(lines)]
    return max((after - before for before, after in pairwise(depths)), default=0)


def _ends_or_continues(line: str) -> bool:
    """Whether it may stand further out than what it follows: the end of a block, another branch of it, a directive."""
    return bool(_OUTWARD.match(line.lstrip(" \t")))


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _depth(line: str) -> int:
    return len(_indent(line))


def _filled(lines: Lines) -> list[str]:
    return [line for line in lines if line.strip()]
