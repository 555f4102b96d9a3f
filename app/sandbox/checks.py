"""The stand-in reviewer's checks: one row a defect, each a pattern on one line and, where needed, a look around it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.core.finding import Category, Confidence, Severity


@dataclass(frozen=True, slots=True)
class Seen:
    r"""A line of a chunk rendering. `mark` is ' ' context, '+' added, '-' deleted, '~' another chunk's."""

    side: str
    number: int
    mark: str
    text: str

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


def _check(
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
        if line.mark != "-" and line.code.strip() and line.indent < indent:
            indent = line.indent
            found.append(line.code.strip())
    return found


def _nearest(lines: Sequence[Seen], index: int, starts: tuple[str, ...]) -> str:
    return next((code for code in _outer(lines, index) if code.startswith(starts)), "")


def _in_async_def(lines: Sequence[Seen], index: int) -> bool:
    return _nearest(lines, index, ("def ", "async def ")).startswith("async")


def _in_go_loop(lines: Sequence[Seen], index: int) -> bool:
    return _nearest(lines, index, ("for ", "func ", "go func", "defer func")).startswith("for ")


def _in_run(lines: Sequence[Seen], index: int) -> bool:
    own = lines[index].code.strip().removeprefix("- ")
    return own.startswith("run:") or any(
        code.removeprefix("- ").startswith("run:") for code in _outer(lines, index)[:1]
    )


def _body_is_pass(lines: Sequence[Seen], index: int) -> bool:
    if lines[index].code.rstrip().endswith("pass"):
        return True
    rest = (line.code.strip() for line in lines[index + 1 :] if line.mark != "-")
    return next(rest, "") in {"pass", "continue", "..."}


def _gone(lines: Sequence[Seen], index: int) -> bool:
    """Whether the deleted line was not merely moved or reworded within what the chunk shows."""
    word = lines[index].code.strip()
    return not any(line.mark in "+~" and word in line.code for line in lines)


CHECKS: tuple[Check, ...] = (
    # -- Python --------------------------------------------------------------------------------------------------------
    _check(
        "python",
        r"""\.execute(many)?\(\s*(f["']|["'][^"']*["']\s*(%|\+)\s*\S|["'].*["']\.format\()""",
        "security critical high",
        "SQL built from values",
        "The values are pasted into the SQL text, so a value with a quote in it changes the statement: who controls "
        "the value can read or delete other rows. Pass the values as parameters of execute().",
    ),
    _check(
        "python",
        r"^\s*except(\s+(Base)?Exception(\s+as\s+\w+)?)?\s*:\s*(pass)?\s*$",
        "errors high high",
        "Every error is swallowed",
        "Whatever fails here, a typing mistake or a lost connection alike, leaves no trace, and the code goes on as if "
        "it had worked. Catch the error that is expected and log or raise the others.",
        where=_body_is_pass,
    ),
    _check(
        "python",
        r"^\s*(async\s+)?def .*=\s*(\[\]|\{\}|set\(\)|dict\(\)|list\(\))",
        "correctness high high",
        "Mutable default argument is shared between calls",
        "The default is made once, when the function is defined. What one call adds to it is still there in the next "
        "call. Use None as the default and make a new one inside.",
    ),
    _check(
        "python",
        r"^(?!\s*with\b).*(=\s*open\(|\bopen\([^)]*\)\.(read|write|readlines)\(|(?:load|reader)\(open\()",
        "resources medium high",
        "File is never closed",
        "The file opened here has no `with` and no close(). When an error comes between, or many files are opened, "
        "descriptors leak and buffered writes may be lost. Open it in a `with` statement.",
    ),
    _check(
        "python",
        r"range\(len\(([\w.]+)\)\s*\+\s*1\)",
        "correctness high high",
        "Loop runs one index too far",
        "The last turn uses the index len(), which is not there: it raises IndexError on every non-empty list.",
        mend=r"range(len(\1))",
    ),
    _check(
        "python",
        r"subprocess\.\w+\((?!\s*[\"'][^\"'{]*[\"'],).*shell=True",
        "security high high",
        "Shell command built from values",
        "With shell=True the shell interprets the values: a file name with `;` or `$( )` in it runs as a command. Pass "
        "a list of arguments and leave shell=True out.",
    ),
    _check(
        "python",
        r"yaml\.load\((?!.*Safe)([^()]*)\)",
        "security critical high",
        "yaml.load runs code from the document",
        "Without a safe loader the document may name any Python object to be built, so who writes the document can run "
        "code here. Use yaml.safe_load.",
        mend=r"yaml.safe_load(\1)",
    ),
    _check(
        "python",
        r",\s*verify=False\b",
        "security high high",
        "TLS certificate is not checked",
        "Any machine on the way can answer in the server's place and read or change the traffic.",
        mend="",
    ),
    _check(
        "python",
        r"(?<!await )\btime\.sleep\(",
        "concurrency high high",
        "Blocking sleep inside a coroutine",
        "time.sleep stops the whole event loop, so every other task of the process stands still meanwhile.",
        mend="await asyncio.sleep(",
        where=_in_async_def,
    ),
    _check(
        "python",
        r"^\s*assert\s+(True|1)\s*(,|$)",
        "tests medium high",
        "Assertion that cannot fail",
        "The test passes whatever the code does, so it protects nothing. Assert on the result.",
    ),
    # -- JavaScript and TypeScript -------------------------------------------------------------------------------------
    _check(
        "script",
        r"\.forEach\(\s*async\b",
        "concurrency high high",
        "forEach does not wait for async callbacks",
        "forEach throws the promises away: the code after it runs before they are done, and a rejection is never "
        "handled. Use `for (const … of …)` with await, or Promise.all over map.",
    ),
    _check(
        "script",
        r"\.innerHTML\s*\+?=\s*(?![\"'][^\"']*[\"'];?$)(?!`[^`$]*`;?$)\S",
        "security high high",
        "Text is inserted as HTML",
        "Markup in the value becomes part of the page, so a name such as `<img onerror=…>` runs a script in the "
        "visitor's session. Use textContent, or escape the value.",
    ),
    _check(
        "script",
        r"(?<![\w.])eval\(",
        "security high high",
        "eval runs text as code",
        "Whoever can influence the text can run code here.",
    ),
    _check(
        "script",
        r"([\w.]+(?:\([\w., ]*\))?)\s*={2,3}\s*NaN\b",
        "correctness high high",
        "Comparison with NaN is never true",
        "NaN is not equal to anything, itself included, so this branch is never taken.",
        mend=r"Number.isNaN(\1)",
    ),
    _check(
        "script",
        r"(for\s*\(.*\b\w+\s*)<=(\s*[\w.]+\.length\b)(?!\s*-)",
        "correctness high high",
        "Loop runs one index too far",
        "The last turn reads the element at `length`, which is undefined.",
        mend=r"\1<\2",
    ),
    # -- Go ------------------------------------------------------------------------------------------------------------
    _check(
        "go",
        r"\.(Query|QueryRow|Exec)(Context)?\(.*(fmt\.Sprintf\(|\"\s*\+\s*\w)",
        "security critical high",
        "SQL built from values",
        "The values are pasted into the SQL text, so a value with a quote in it changes the statement. Pass them as "
        "arguments after the query.",
    ),
    _check(
        "go",
        r"^\s*defer\b.*\.(Close|Unlock|RUnlock)\(",
        "resources high high",
        "defer inside a loop",
        "Deferred calls run when the function returns, not at the end of the turn: every turn keeps its resource until "
        "the whole loop is over. Close it in the turn, or move the turn into a function.",
        where=_in_go_loop,
    ),
    _check(
        "go",
        r"^\s*(\w+,\s*)*\w*[a-zA-Z0-9],\s*_\s*:?=\s*(?!range\b)[\w.]+\(|^\s*_\s*=\s*[\w.]+\(",
        "errors high medium",
        "Error is thrown away",
        "If the call fails, the code goes on with an empty result as if it had worked. Check the error and return it.",
    ),
    _check(
        "go",
        r"(for\s.*\b\w+\s*)<=(\s*len\([\w.]+\))(?!\s*-)",
        "correctness high high",
        "Loop runs one index too far",
        "The last turn uses the index len(), which is not there: it panics with index out of range.",
        mend=r"\1<\2",
    ),
    # -- SQL, shell, Dockerfile, workflows -----------------------------------------------------------------------------
    _check(
        "sql",
        r"(?i)^\s*(DELETE\s+FROM\s+[\w.\"]+|UPDATE\s+[\w.\"]+\s+SET\s+(?!.*\bWHERE\b).*[^\s;])\s*;",
        "data_loss critical high",
        "Statement without WHERE changes every row",
        "There is no condition, so the whole table is changed or emptied.",
    ),
    _check(
        "shell",
        r"(\brm\s+-\w*r\w*\s+(?:-\w+\s+)*\"?\$)\{?(\w+)\}?(\"?/)",
        "data_loss critical high",
        "rm -rf of a path whose variable may be empty",
        "When the variable is unset or empty the path becomes /, and everything the user may delete is deleted.",
        mend=r"\1{\2:?}\3",
    ),
    _check(
        "dockerfile",
        r"^\s*ADD\s+(--\S+\s+)*https?://(?!.*--checksum)",
        "security medium medium",
        "Download into the image is not verified",
        "ADD takes whatever the server sends at build time; nothing notices when the file was replaced. Give "
        "--checksum, or fetch it with a digest check.",
    ),
    _check(
        "workflow",
        r"\$\{\{\s*github\.(event\.(pull_request|issue|comment|review)\.(title|body|head\.ref)|head_ref)\s*\}\}",
        "security critical high",
        "Untrusted text is pasted into a shell script",
        "GitHub puts the text into the script before the shell reads it, so a title such as `$(curl …)` runs with the "
        "workflow's token. Pass it through `env:` and quote the variable.",
        where=_in_run,
    ),
    # -- Deleted lines -------------------------------------------------------------------------------------------------
    _check(
        "python",
        r"^\s*@(\w+\.)?(login_required|require_\w+|requires_\w+|permission_required|csrf_protect)\b",
        "security high medium",
        "Access check is removed",
        "Without this decorator the function answers everyone.",
        where=_gone,
        deleted=True,
    ),
    _check(
        "go",
        r"^\s*defer\s+\w+\.(Close|Unlock|RUnlock|Rollback)\(",
        "resources high medium",
        "Release of a resource is removed",
        "Nothing else in sight releases it, so every call keeps a connection or a lock, until none is left.",
        where=_gone,
        deleted=True,
    ),
)
