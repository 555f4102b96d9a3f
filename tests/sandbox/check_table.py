"""The stand-in reviewer's checks: one row a defect. The first that hits a line speaks for it."""

from tests.sandbox.checks import Check, body_is_pass, check, gone, in_async_def, in_go_loop, in_run

CHECKS: tuple[Check, ...] = (
    # -- Python --------------------------------------------------------------------------------------------------------
    check(
        "python",
        r"""\.execute(many)?\(\s*(f["']|["'][^"']*["']\s*(%|\+)\s*\S|["'].*["']\.format\()""",
        "security critical high",
        "SQL built from values",
        "The values are pasted into the SQL text, so a value with a quote in it changes the statement: who controls "
        "the value can read or delete other rows. Pass the values as parameters of execute().",
    ),
    check(
        "python",
        r"^\s*except(\s+(Base)?Exception(\s+as\s+\w+)?)?\s*:\s*(pass)?\s*$",
        "errors high high",
        "Every error is swallowed",
        "Whatever fails here, a typing mistake or a lost connection alike, leaves no trace, and the code goes on as if "
        "it had worked. Catch the error that is expected and log or raise the others.",
        where=body_is_pass,
    ),
    check(
        "python",
        r"^\s*(async\s+)?def .*=\s*(\[\]|\{\}|set\(\)|dict\(\)|list\(\))",
        "correctness high high",
        "Mutable default argument is shared between calls",
        "The default is made once, when the function is defined. What one call adds to it is still there in the next "
        "call. Use None as the default and make a new one inside.",
    ),
    check(
        "python",
        r"^(?!\s*with\b).*(=\s*open\(|\bopen\([^)]*\)\.(read|write|readlines)\(|(?:load|reader)\(open\()",
        "resources medium high",
        "File is never closed",
        "The file opened here has no `with` and no close(). When an error comes between, or many files are opened, "
        "descriptors leak and buffered writes may be lost. Open it in a `with` statement.",
    ),
    check(
        "python",
        r"range\(len\(([\w.]+)\)\s*\+\s*1\)",
        "correctness high high",
        "Loop runs one index too far",
        "The last turn uses the index len(), which is not there: it raises IndexError on every non-empty list.",
        mend=r"range(len(\1))",
    ),
    check(
        "python",
        r"subprocess\.\w+\((?!\s*[\"'][^\"'{]*[\"'],).*shell=True",
        "security high high",
        "Shell command built from values",
        "With shell=True the shell interprets the values: a file name with `;` or `$( )` in it runs as a command. Pass "
        "a list of arguments and leave shell=True out.",
    ),
    check(
        "python",
        r"yaml\.load\((?!.*Safe)([^()]*)\)",
        "security critical high",
        "yaml.load runs code from the document",
        "Without a safe loader the document may name any Python object to be built, so who writes the document can run "
        "code here. Use yaml.safe_load.",
        mend=r"yaml.safe_load(\1)",
    ),
    check(
        "python",
        r",\s*verify=False\b",
        "security high high",
        "TLS certificate is not checked",
        "Any machine on the way can answer in the server's place and read or change the traffic.",
        mend="",
    ),
    check(
        "python",
        r"(?<!await )\btime\.sleep\(",
        "concurrency high high",
        "Blocking sleep inside a coroutine",
        "time.sleep stops the whole event loop, so every other task of the process stands still meanwhile.",
        mend="await asyncio.sleep(",
        where=in_async_def,
    ),
    check(
        "python",
        r"^\s*assert\s+(True|1)\s*(,|$)",
        "tests medium high",
        "Assertion that cannot fail",
        "The test passes whatever the code does, so it protects nothing. Assert on the result.",
    ),
    # -- JavaScript and TypeScript -------------------------------------------------------------------------------------
    check(
        "script",
        r"\.forEach\(\s*async\b",
        "concurrency high high",
        "forEach does not wait for async callbacks",
        "forEach throws the promises away: the code after it runs before they are done, and a rejection is never "
        "handled. Use `for (const … of …)` with await, or Promise.all over map.",
    ),
    check(
        "script",
        r"\.innerHTML\s*\+?=\s*(?![\"'][^\"']*[\"'];?$)(?!`[^`$]*`;?$)\S",
        "security high high",
        "Text is inserted as HTML",
        "Markup in the value becomes part of the page, so a name such as `<img onerror=…>` runs a script in the "
        "visitor's session. Use textContent, or escape the value.",
    ),
    check(
        "script",
        r"(?<![\w.])eval\(",
        "security high high",
        "eval runs text as code",
        "Whoever can influence the text can run code here.",
    ),
    check(
        "script",
        r"([\w.]+(?:\([\w., ]*\))?)\s*={2,3}\s*NaN\b",
        "correctness high high",
        "Comparison with NaN is never true",
        "NaN is not equal to anything, itself included, so this branch is never taken.",
        mend=r"Number.isNaN(\1)",
    ),
    check(
        "script",
        r"(for\s*\(.*\b\w+\s*)<=(\s*[\w.]+\.length\b)(?!\s*-)",
        "correctness high high",
        "Loop runs one index too far",
        "The last turn reads the element at `length`, which is undefined.",
        mend=r"\1<\2",
    ),
    # -- Go ------------------------------------------------------------------------------------------------------------
    check(
        "go",
        r"\.(Query|QueryRow|Exec)(Context)?\(.*(fmt\.Sprintf\(|\"\s*\+\s*\w)",
        "security critical high",
        "SQL built from values",
        "The values are pasted into the SQL text, so a value with a quote in it changes the statement. Pass them as "
        "arguments after the query.",
    ),
    check(
        "go",
        r"^\s*defer\b.*\.(Close|Unlock|RUnlock)\(",
        "resources high high",
        "defer inside a loop",
        "Deferred calls run when the function returns, not at the end of the turn: every turn keeps its resource until "
        "the whole loop is over. Close it in the turn, or move the turn into a function.",
        where=in_go_loop,
    ),
    check(
        "go",
        r"^\s*(\w+,\s*)*\w*[a-zA-Z0-9],\s*_\s*:?=\s*(?!range\b)[\w.]+\(|^\s*_\s*=\s*[\w.]+\(",
        "errors high medium",
        "Error is thrown away",
        "If the call fails, the code goes on with an empty result as if it had worked. Check the error and return it.",
    ),
    check(
        "go",
        r"(for\s.*\b\w+\s*)<=(\s*len\([\w.]+\))(?!\s*-)",
        "correctness high high",
        "Loop runs one index too far",
        "The last turn uses the index len(), which is not there: it panics with index out of range.",
        mend=r"\1<\2",
    ),
    # -- SQL, shell, Dockerfile, workflows -----------------------------------------------------------------------------
    check(
        "sql",
        r"(?i)^\s*(DELETE\s+FROM\s+[\w.\"]+|UPDATE\s+[\w.\"]+\s+SET\s+(?!.*\bWHERE\b).*[^\s;])\s*;",
        "data_loss critical high",
        "Statement without WHERE changes every row",
        "There is no condition, so the whole table is changed or emptied.",
    ),
    check(
        "shell",
        r"(\brm\s+-\w*r\w*\s+(?:-\w+\s+)*\"?\$)\{?(\w+)\}?(\"?/)",
        "data_loss critical high",
        "rm -rf of a path whose variable may be empty",
        "When the variable is unset or empty the path becomes /, and everything the user may delete is deleted.",
        mend=r"\1{\2:?}\3",
    ),
    check(
        "dockerfile",
        r"^\s*ADD\s+(--\S+\s+)*https?://(?!.*--checksum)",
        "security medium medium",
        "Download into the image is not verified",
        "ADD takes whatever the server sends at build time; nothing notices when the file was replaced. Give "
        "--checksum, or fetch it with a digest check.",
    ),
    check(
        "workflow",
        r"\$\{\{\s*github\.(event\.(pull_request|issue|comment|review)\.(title|body|head\.ref)|head_ref)\s*\}\}",
        "security critical high",
        "Untrusted text is pasted into a shell script",
        "GitHub puts the text into the script before the shell reads it, so a title such as `$(curl …)` runs with the "
        "workflow's token. Pass it through `env:` and quote the variable.",
        where=in_run,
    ),
    # -- Deleted lines -------------------------------------------------------------------------------------------------
    check(
        "python",
        r"^\s*@(\w+\.)?(login_required|require_\w+|requires_\w+|permission_required|csrf_protect)\b",
        "security high medium",
        "Access check is removed",
        "Without this decorator the function answers everyone.",
        where=gone,
        deleted=True,
    ),
    check(
        "go",
        r"^\s*defer\s+\w+\.(Close|Unlock|RUnlock|Rollback)\(",
        "resources high medium",
        "Release of a resource is removed",
        "Nothing else in sight releases it, so every call keeps a connection or a lock, until none is left.",
        where=gone,
        deleted=True,
    ),
)
