r"""Git's patterns of paths as regular expressions that take no more than the square of a path's length, whatever the pattern.

Source: git's wildmatch.c with WM_PATHNAME, and its tests: `*` and `?` stop at "/", `**` between slashes spans folders,
`[a-z]`, `[!a]`, `[^a]` and `[[:alpha:]]` are sets that have no "/", and "\" takes a character as it is.
"""

import re
from collections.abc import Sequence

from kireji.core.text.patterns import made, regex

STAR = "*"
FOLDERS = "**"  # between slashes, or at an end of the pattern

_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": r"\x21-\x7e",
    "lower": "a-z",
    "print": r"\x20-\x7e",
    "punct": r"!-/:-@\[-`{-~",
    "space": r" \t\n\r\f\v",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}
_NEVER = r"(?!)"
_PLAIN = regex(r"\A[^*?\[\\]*+")
_NO_BYTES = regex("[\ud800-\udc7f\udd00-\udfff]")


def compile_wildmatch(pattern: str) -> re.Pattern[str]:
    """An expression whose `fullmatch` says whether a path fits, as `by_bytes` gives it. What git cannot read fits nothing."""
    return made(_joined(_parts(by_bytes(pattern))), re.DOTALL)


def by_bytes(text: str) -> str:
    """A character for each byte, since git's `?` and sets stand for bytes."""
    return _NO_BYTES.sub("\ufffd", text).encode("utf-8", "surrogateescape").decode("latin-1")


def _parts(pattern: str) -> list[str]:
    """What a pattern is made of: STAR, FOLDERS, or an expression for one character.

    Git compares what stands before the first special character by itself, so that behind it a pattern begins anew.
    """
    parts = list[str]()
    place = 0
    plain = len(pattern) - len(_PLAIN.sub("", pattern, count=1))

    while place < len(pattern):
        char = pattern[place]
        if char == "*":
            end = place + len(pattern[place:]) - len(pattern[place:].lstrip("*"))
            alone = (place == plain or pattern[place - 1] == "/") and pattern[end : end + 1] in {"", "/"}
            parts.append(FOLDERS if alone and end - place > 1 else STAR)
            place = end
        elif char == "?":
            parts.append("[^/]")
            place += 1
        elif char == "[":
            found, place = _set(pattern, place + 1)
            parts.append(found)
        elif char == "\\":
            parts.append(re.escape(pattern[place + 1 : place + 2]) or _NEVER)
            place += 2
        else:
            parts.append(re.escape(char))
            place += 1

    return parts


def _set(pattern: str, place: int) -> tuple[str, int]:
    """A set from behind its "[", and the place behind it; one without an end fits nothing."""
    negated = pattern[place : place + 1] in {"!", "^"}
    place += negated

    ranges = list[str]()
    first = True
    before = ""
    while place < len(pattern) and (first or pattern[place] != "]"):
        first = False
        char = pattern[place]

        if pattern.startswith("[:", place):
            end = pattern.find(":]", place + 2)
            if end >= 0 and "]" not in pattern[place + 2 : end]:
                if pattern[place + 2 : end] not in _CLASSES:
                    return _NEVER, len(pattern)
                ranges.append(_CLASSES[pattern[place + 2 : end]])
                place = end + 2
                before = ""
                continue

        if char == "-" and before and pattern[place + 1 : place + 2] not in {"", "]"}:
            place += 1
            char, place = _taken(pattern, place)
            if before <= char:
                ranges.append(f"{re.escape(before)}-{re.escape(char)}")
            before = ""
            continue

        before, place = _taken(pattern, place)
        ranges.append(re.escape(before))

    if place >= len(pattern):
        return _NEVER, len(pattern)

    inner = "".join(ranges)
    if negated:
        return (f"(?!/)[^{inner}]" if inner else "[^/]"), place + 1
    return (f"(?!/)[{inner}]" if inner else _NEVER), place + 1


def _taken(pattern: str, place: int) -> tuple[str, int]:
    """A character of a set, and the place behind it; "\\" takes the next one as it is."""
    if pattern[place] == "\\" and place + 1 < len(pattern):
        return pattern[place + 1], place + 2
    return pattern[place], place + 1


def _joined(parts: Sequence[str]) -> str:
    """No star is tried again once what stands behind it was found: the first place is as good as any later one."""
    runs = [list[str]()]
    for part in parts:
        if part == FOLDERS:
            runs.append([])
        else:
            runs[-1].append(part)

    if len(runs) == 1:
        return _run(runs[0])

    head, *middle, last = runs
    slash = re.escape("/")
    said = _run(head)
    for run in middle:
        # What stands between two of them begins with the slash of the first, and ends with that of the second.
        inner = _run(run[1:])
        said += f"(?>(?:[^/]*/)*?{inner})" if inner else ""

    if not last:
        return f"{said}.*"
    return f"{said}(?:[^/]*/)*{_run(last[1:] if last[0] == slash else last)}"


def _run(parts: Sequence[str]) -> str:
    """Without FOLDERS: each star is followed by characters that are found at their first place, or end a name."""
    slash = re.escape("/")
    said = ""
    chunk = ""
    starred = False
    for part in (*parts, None):
        if part is None or part == STAR:
            if starred and part == STAR and chunk:
                said += f"(?>[^/]*?{chunk})"
            else:
                said += f"[^/]*{chunk}" if starred else chunk
            starred = part == STAR
            chunk = ""
        elif part == slash and starred:
            said += f"[^/]*{chunk}/"
            starred = False
            chunk = ""
        else:
            chunk += part

    return said
