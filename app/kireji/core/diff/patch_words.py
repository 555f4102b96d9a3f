"""What is said of a patch that holds more, or less, than could be read."""

COMBINED = (
    "a merge is shown against all its parents at once; give the change as `git show --first-parent`, or as "
    "`git diff HEAD^1 HEAD`"
)
MERGE = (
    "git shows no change of a merge here; give it as `git show --first-parent`, as `git log -p --first-parent -m`, or as "
    "`git diff A B`"
)
ANNOUNCED = "the patch names this change and does not show it"
SUMMARY = "the patch itself counts more changed lines than it shows: a part of it is missing"
BINARY = (
    "its text was not shown: it is marked as binary, or holds binary bytes, and its name is not a binary file's; if it is one, "
    "say so in the base branch's .gitattributes: `binary`"
)
UTF16 = "it is text in UTF-16, which git shows as binary"

ONE_DIFF = "give the change as one diff: git diff A B"
NOT_GIT = "it shows a change in a form that is not git's; give it as git diff shows it"
COLOURS = " It has colours in it: git's option --no-color keeps them out, and --color-words must go."
GRAPH = "Git has drawn its graph beside the change: leave out --graph."
LIST = (
    "It says which files have changed, and not how: give `git diff`, `git show` or `git log -p`, without --stat, --name-only "
    "and their like."
)
WIDE = (
    "the patch is not in UTF-8 but, it seems, in UTF-16, as PowerShell's > writes it; let git write the file: "
    "git diff --output=FILE"
)
ENCODED = "the mail is encoded; save its text decoded, or let git mailinfo do that"
FLOWED = "the mail's text is format=flowed, which breaks lines; attach the patch, or send it with git send-email"
NO_HUNK = "the file's lines are announced and none follow"
STRAY = "a line after the end of its hunk"
BEFORE = "a line of a change before the first file's `diff --git`"
SHORT = "the hunk is shorter than its first line says"
NO_LINE = "no line of a hunk; it may have been wrapped, or its first character lost"
WORD_DIFF = "it is no line of a hunk but, it seems, of a word diff, which cannot be read: leave out --word-diff"
NO_CHANGE = "the hunk changes nothing; if this is a word diff, leave out --word-diff"
LONE_HUNK = "a hunk without its file"


def without_change(text: str) -> str:
    """Of a patch in which nothing is left to review, which is no error, as `git diff` may be empty.

    "" where it does show changes, which later ones undo.
    """
    if "diff --git " in text:
        return ""
    if text.strip():
        return "the commits that came in show no change, so there is nothing to review; git log shows it with -p"
    return (
        "no patch came in on standard input, so there is nothing to review; git diff is empty where nothing has changed"
    )


def unsearched(why: str) -> str:
    """Of a file in which nobody could look for credentials, so that it is shown to no model."""
    return f"it could not be searched for credentials: {why}"


def named_twice(path: str) -> str:
    """A file that several patches change, none of which follows on the other."""
    return f"{path!r} is changed several times, and the changes do not follow on each other: {ONE_DIFF}."


def at_line(number: int, line: str, why: str) -> str:
    """What is wrong in a patch, by the line's number; of an untrusted line only the beginning."""
    colours = COLOURS if "\x1b[" in line else ""
    return f"Line {number} of the patch, {line[:80]!r}: {why}.{colours}"
