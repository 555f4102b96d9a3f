"""A line as lines are compared: white space folded, and invisible characters as a model was shown them."""

from kireji.core.diff.unified import FileDiff, Hunk
from kireji.core.text.invisible import make_visible

# A piece of a line shorter than this may stand inside many lines: it must then be the whole line.
MIN_FRAGMENT = 8


def fold(text: str) -> str:
    """A line without its indentation, white space folded: the same for a line that was only moved or re-indented."""
    return " ".join(make_visible(text.removesuffix("\r")).split())


def occurs_in(wanted: str, folded: str) -> bool:
    """Whether a line is this one, or, if that is long enough to mean something, holds it; both folded."""
    return wanted == folded or (len(wanted) >= MIN_FRAGMENT and wanted in folded)


def folded_lines(file: FileDiff) -> dict[str, list[tuple[Hunk, int]]]:
    """Each text of the file's lines, folded, and where it stands: hunks and indices in them. Made at the first question."""
    known = file._folded  # noqa: SLF001 - the file's own memo
    if not known:
        for hunk in file.hunks:
            for index, line in enumerate(hunk.lines):
                known.setdefault(fold(line.text), []).append((hunk, index))
    return known
