"""Threads of ours for tests, and the diff between two states of a file."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import unified_diff

from kireji.core.diff.unified import FileDiff, Side, line_at, parse_diff
from kireji.core.findings.finding import Finding, fingerprint
from kireji.core.findings.placement import Inline, by_path, place
from kireji.core.formats.github import comment
from kireji.core.pulls.thread import Thread, ThreadComment


def changed(before: Sequence[str], after: Sequence[str], path: str = "shop/cart.py") -> FileDiff:
    """A file's change, as git would tell it."""
    body = list(unified_diff(before, after, f"a/{path}", f"b/{path}", lineterm=""))
    return parse_diff("".join(f"{line}\n" for line in (f"diff --git a/{path} b/{path}", *body))).files[0]


def added(after: Sequence[str], path: str = "shop/new.py") -> FileDiff:
    """A new file."""
    head = (f"diff --git a/{path} b/{path}", "new file mode 100644", "--- /dev/null", f"+++ b/{path}")
    lines = (*head, f"@@ -0,0 +1,{len(after)} @@", *(f"+{line}" for line in after))
    return parse_diff("".join(f"{line}\n" for line in lines)).files[0]


def comment_of(body: str, *, ours: bool = False, author: str = "ann", number: int = 2) -> ThreadComment:
    """A comment in a thread."""
    return ThreadComment(number, f"C_{number}", "kireji[bot]" if ours else author, ours, ours, body)


def thread(told: Finding, *files: FileDiff, **changes: object) -> Thread:
    """The open thread that tells a finding on the diff as it is now, with changes."""
    placed = place(told, by_path(files))
    assert isinstance(placed, Inline)
    lines = (
        line_at(by_path(files)[placed.finding.path], placed.side, at)
        for at in range(placed.start_line, placed.line + 1)
    )
    made = Thread(
        node=f"T_{fingerprint(placed.finding)}",
        path=placed.finding.path,
        side=Side(placed.side),
        line=placed.line,
        original_line=placed.line,
        outdated=False,
        resolved=False,
        quoted=tuple(line.text for line in lines if line),
        fingerprint=fingerprint(placed.finding),
        comments=(comment_of(comment(placed).body, ours=True, number=1),),
    )
    return replace(made, **changes)  # pyrefly: ignore[bad-argument-type] - the tests name the fields


def outdated(one: Thread) -> Thread:
    """The same thread after its line was edited."""
    return replace(one, line=None, outdated=True)
