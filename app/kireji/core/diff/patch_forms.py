"""What of git's output people hand in for a patch and is none, and which of git's options to leave out.

Sources: git's documentation of git-log (`--graph`, `--oneline`) and of diff-options (`--stat`, `--raw`, `--word-diff` and
their like).
"""

from collections.abc import Iterable, Sequence

from kireji.core.diff import patch_lines as known
from kireji.core.diff import patch_words as wording
from kireji.core.text.patterns import regex

_GRAPH = regex(r"[ |\\/]{0,100}\* +(?:commit )?[0-9a-f]{7,64}\b")
_LISTED = regex(
    r" .{1,1000} \| +(?:\d+ ?[+-]*|Bin\b.*)|(?:\d+|-)\t(?:\d+|-)\t.+| ?\d+ files? changed\b.*"  # --stat, --numstat, --shortstat
    r"|[ACDMRTUX]\d{0,3}\t.+|:\d{6} \d{6} .+"  # --name-status, --raw
    r"| (?:(?:create|delete) mode \d{6}|mode change \d{6} =>|rename|copy) .+"  # --summary
)
_PATH = regex(r"[^\t<>|:*?]*[^\s<>|:*?]\.[A-Za-z0-9]{1,10}|[^\s<>|:*?/]*(?:/[^\s<>|:*?/]+)+")


def explain_form(lines: Sequence[str]) -> str:
    """What to hand in instead of text that shows no change, as a sentence; "" where it cannot be told what it is."""
    said = [line.rstrip() for line in lines if line.strip()]
    if any(_GRAPH.match(line) for line in said[:1]):
        return wording.GRAPH
    words = [line for line in said if not known.COMMIT_ALONE.fullmatch(line)]
    if any(_LISTED.fullmatch(line) for line in words):
        return wording.LIST
    commits = all(known.ONE_LINE.match(line) for line in words)
    return wording.LIST if commits or all(_PATH.fullmatch(line) for line in words) else ""


def is_word_diff(lines: Iterable[str]) -> bool:
    """Whether the lines of a hunk that cannot be read have the marks of `git diff --word-diff`."""
    marks = (("[-", "-]"), ("{+", "+}"))
    return any(line == "~\n" or any(start in line and end in line for start, end in marks) for line in lines)
