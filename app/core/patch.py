"""A patch as commands print it -> the diff alone: without the words of `git show`, `git log -p` and `git format-patch`."""

import re
from collections.abc import Iterator
from io import StringIO

_CRLF = re.compile(r"^diff --git .*\r$", re.MULTILINE)
_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
# What stands behind a whole hunk where the next commit, or the mail's signature, begins.
_PROSE = re.compile(r"(?:-- |From [0-9a-f]{40} .*|commit [0-9a-f]{40,64}\b.*|)\n?")


def without_prose(text: str) -> str:
    r"""The patch's own lines; what neither is one nor begins prose stays, for the parser to complain of.

    A pipe of Windows may have put a "\r" before each line's end, which is taken away: git itself ends none of its own
    lines so, and quotes a path that does.
    """
    if _CRLF.search(text):
        text = text.replace("\r\n", "\n").removesuffix("\r")
    return "".join(_kept(StringIO(text))) or text.strip()


def _kept(lines: StringIO) -> Iterator[str]:
    prose, old, new = True, 0, 0
    for line in lines:
        if old > 0 or new > 0:  # within a hunk, whatever the line looks like
            old -= line[:1] in {" ", "-"}
            new -= line[:1] in {" ", "+"}
            if line[:1] not in {" ", "-", "+", "\\"}:
                old = new = 0  # broken: told by the parser
            yield line
            continue
        if line.startswith("diff --git "):
            prose = False
        elif not prose and _PROSE.fullmatch(line):
            prose = True
        if not prose:
            yield line
        if not prose and (hunk := _HUNK.match(line)):
            old, new = (int(count or 1) for count in hunk.groups())
