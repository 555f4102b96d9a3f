"""Our own comment -> what it reported: read back from GitHub, which keeps it for us."""

import re

from kireji.core.findings.finding import Category
from kireji.core.pulls.thread import Thread
from kireji.core.text.patterns import regex

FIXED = "fixed"
"""The first word of the marker under which a thread is closed because its finding is fixed."""

# The names that comments show, where they are not the category's own; a test holds them to `finding_words.CATEGORY_NAMES`.
_NAMES = {category.value: category for category in Category} | {
    "error handling": Category.ERRORS,
    "API contract": Category.CONTRACT,
    "data loss": Category.DATA_LOSS,
}
_HIDDEN = regex(r"<!--.*?-->", re.DOTALL)
# What a comment of ours ends with: the suggestion, if there is one, and our small print, as `formats.github.comment` writes
# them, and the marker that it is posted with. All above it is the model's, in whose code blocks anything may stand. A fence
# is longer than any run of backticks that it holds.
_END = regex(
    r"(?:^(?P<fence>`{3,})suggestion\n(?P<offered>(?:(?!.*(?P=fence)).*\n)*)(?P=fence)\n\n)?"
    r"^<sub>(?P<kind>[^<·]*)[^\n]*</sub>\s*(?:<!--[^\n]*-->\s*)?\Z",
    re.MULTILINE,
)
_TITLE = regex(r"\S+ \*\*\w+\*\* \*\*(?P<title>[^\n]*)\*\*(?:\n|\Z)")
_FIXED = regex(rf"<!-- kireji:(?:[\w-]+ )*{FIXED}\b[^>]*-->")
_GAP = regex(r"\n{3,}")


def category(thread: Thread) -> Category | None:
    """The category of the finding it reports; None where its comment does not say."""
    found = _END.search(_unix(thread.first.body))
    return _NAMES.get(found["kind"].strip()) if found else None


def title(thread: Thread) -> str:
    """The title of the finding it reports, as the comment shows it; "" where it does not."""
    found = _TITLE.match(_unix(thread.first.body))
    return found["title"] if found else ""


def suggestion(thread: Thread) -> tuple[str, ...]:
    """The lines that its comment offers for a commit; none where it offers none."""
    found = _END.search(_unix(thread.first.body))
    offered = (found["offered"] or "").removesuffix("\n") if found else ""
    return tuple(offered.split("\n")) if offered.strip() else ()


def words(body: str) -> str:
    """A comment of ours without its hidden markers, its suggestion and its small print."""
    return _GAP.sub("\n\n", _HIDDEN.sub("", _END.sub("", _unix(body)))).strip()


def closed_as_fixed(thread: Thread) -> bool:
    """Whether we closed it ourselves because its finding was fixed: then the same finding, come back, is news."""
    last = thread.comments[-1]
    return thread.resolved and last.ours and _FIXED.search(last.body) is not None


def _unix(body: str) -> str:
    return body.replace("\r\n", "\n")
