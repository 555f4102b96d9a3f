"""What a check of the stand-in reviewer is: a pattern on one line and, where needed, a look around it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kireji.core.findings.finding import Category, Confidence, Severity


@dataclass(frozen=True, slots=True)
class Seen:
    r"""A line of a chunk rendering. `mark` is ' ' context, '+' added, '-' deleted, '~' another chunk's.

    Lines with the same `run` follow each other in the file without a gap.
    """

    side: str
    number: int
    mark: str
    text: str
    run: int = 0

    @property
    def code(self) -> str:
        r"""The text without a final "\r"."""
        return self.text.removesuffix("\r")

    @property
    def indent(self) -> int:
        """How far the code is indented, in characters; a tab is one."""
        return len(self.text) - len(self.text.lstrip())


Where = Callable[[Sequence[Seen], int], bool]


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of defect. `mend` is a replacement pattern for `re.sub`, None where one line cannot mend it."""

    languages: frozenset[str]
    pattern: re.Pattern[str]
    category: Category
    severity: Severity
    confidence: Confidence
    title: str
    explanation: str
    mend: str | None = None
    where: Where | None = None
    deleted: bool = False

    def hits(self, lines: Sequence[Seen], index: int) -> bool:
        """Whether the line at `index` has this defect."""
        return bool(self.pattern.search(lines[index].code)) and (self.where is None or self.where(lines, index))

    def mended(self, code: str) -> str | None:
        """The line as it should read, or None."""
        return None if self.mend is None else self.pattern.sub(self.mend, code, count=1)


def check(
    languages: str,
    pattern: str,
    kind: str,
    title: str,
    explanation: str,
    *,
    mend: str | None = None,
    where: Where | None = None,
    deleted: bool = False,
) -> Check:
    """Write a row; `kind` is "category severity confidence"."""
    category, severity, confidence = kind.split()
    return Check(
        frozenset(languages.split()),
        re.compile(pattern),
        Category(category),
        Severity(severity),
        Confidence(confidence),
        title,
        explanation,
        mend,
        where,
        deleted,
    )


def _outer(lines: Sequence[Seen], index: int) -> list[str]:
    """The lines that enclose this one by indentation, nearest first."""
    found: list[str] = []
    indent = lines[index].indent
    for line in reversed(lines[:index]):
        if line.run != lines[index].run:
            break
        if line.mark != "-" and line.code.strip() and line.indent < indent:
            indent = line.indent
            found.append(line.code.strip())
    return found


def _nearest(lines: Sequence[Seen], index: int, starts: tuple[str, ...]) -> str:
    return next((code for code in _outer(lines, index) if code.startswith(starts)), "")


def in_async_def(lines: Sequence[Seen], index: int) -> bool:
    """Whether the line runs inside a coroutine."""
    return _nearest(lines, index, ("def ", "async def ")).startswith("async")


def in_go_loop(lines: Sequence[Seen], index: int) -> bool:
    """Whether the line runs in a loop's body and not in a function of its own."""
    nearest = next((code for code in _outer(lines, index) if code.startswith("for ") or "func" in code), "")
    return nearest.startswith("for ")


def in_run(lines: Sequence[Seen], index: int) -> bool:
    """Whether the line is shell code of a workflow's step."""
    own = lines[index].code.strip().removeprefix("- ")
    return own.startswith("run:") or any(
        code.removeprefix("- ").startswith("run:") for code in _outer(lines, index)[:1]
    )


def body_is_pass(lines: Sequence[Seen], index: int) -> bool:
    """Whether the block that this line opens does nothing."""
    if lines[index].code.rstrip().endswith("pass"):
        return True
    rest = (line.code.strip() for line in lines[index + 1 :] if line.mark != "-" and line.run == lines[index].run)
    return next(rest, "") in {"pass", "continue", "..."}


def gone(lines: Sequence[Seen], index: int) -> bool:
    """Whether the deleted line was not merely moved or reworded within what the chunk shows."""
    word = lines[index].code.strip()
    return not any(line.mark in "+~" and word in line.code for line in lines)
