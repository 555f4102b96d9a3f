"""Is the finding of an open thread fixed? Decided from the diff where that is possible; else the model is to be asked."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from kireji.core.diff.folded import MIN_FRAGMENT, fold, folded_lines, occurs_in
from kireji.core.diff.unified import FileDiff, Line, Side, hunk_of
from kireji.core.pulls.thread import Thread
from kireji.core.rounds import own_comment
from kireji.core.rounds.seen import of_hunk

GONE = "the line is gone"
BACK = "the deleted line is back"
APPLIED = "the suggestion was applied"

NEAR = 100  # lines between where a suggestion was made and where it stands now, as other edits move it


@dataclass(frozen=True, slots=True)
class Fixed:
    """It is."""

    reason: str
    """A phrase for people, in our own words."""


@dataclass(frozen=True, slots=True)
class Unsure:
    """The code around it has changed, and only who understands it can tell."""


@dataclass(frozen=True, slots=True)
class Stands:
    """It is not: nothing there has changed."""


Decision = Fixed | Unsure | Stands


def decide(thread: Thread, files: Mapping[str, FileDiff], *, changed: bool, whole: bool = True) -> Decision:
    """Decide about one open thread of ours.

    `files` are all of the new diff's, those too that are not reviewed, as `placement.by_path` makes them; `whole` is
    False where GitHub did not serve all of it. `changed` as `touched` says.
    """
    file = files.get(thread.path)
    if file is None and not whole:
        return Stands()
    if file is not None and _applied(thread, file):
        return Fixed(APPLIED)
    if _gone(thread, files):
        return Fixed(GONE if thread.side is Side.RIGHT else BACK)
    return Unsure() if changed else Stands()


def touched(thread: Thread, files: Mapping[str, FileDiff], seen: Collection[str]) -> bool:
    """Whether anything around the thread is new: in its hunk, or in its file where it is outdated. `seen` as in `History`."""
    file = files.get(thread.path)
    if file is None:
        return True

    own_hunk = None if thread.line is None else hunk_of(file, thread.side, thread.line)
    hunks = file.hunks if own_hunk is None else (own_hunk,)
    changes = chain.from_iterable(of_hunk(file, hunk) for hunk in hunks)
    return any(digest not in seen for digest in changes)


def _gone(thread: Thread, files: Mapping[str, FileDiff]) -> bool:
    """Whether none of the quoted lines stands in the diff any more: not re-indented, not within a longer line, not moved.

    The diff shows every line that the pull request adds or deletes, so what it does not show it does not do any more.
    """
    quoted = [line for line in map(fold, thread.quoted) if line]
    file = files.get(thread.path)
    if not quoted or (file is not None and (file.binary or file.submodule)):
        return False
    if file is not None and _stand(quoted, file, thread.side, changed=False):
        return False
    if thread.side is Side.LEFT:
        return True

    telling = [line for line in quoted if len(line) >= MIN_FRAGMENT]
    others = {other.path: other for other in files.values() if other is not file}  # the mapping may name a file twice
    moved = any(_stand(telling, other, Side.RIGHT, changed=True) for other in others.values())
    return not moved


def _stand(quoted: Sequence[str], file: FileDiff, side: Side, *, changed: bool) -> bool:
    """Whether one of the folded lines stands on this side of the file; in a changed line, if that is wanted."""
    for text, places in folded_lines(file).items():
        if not any(occurs_in(wanted, text) for wanted in quoted):
            continue
        if any(_is_on(side, hunk.lines[index], changed=changed) for hunk, index in places):
            return True

    return False


def _is_on(side: Side, line: Line, *, changed: bool) -> bool:
    return line.side is side and (line.changed or not changed)


def _applied(thread: Thread, file: FileDiff) -> bool:
    """Whether the lines of our suggestion stand near its place, and the lines that they replace do not."""
    offered = own_comment.suggestion(thread)
    if not offered or thread.side is Side.LEFT:
        return False

    blocks = [block for block in _blocks(file, offered) if any(line.changed for line in block)]
    first = thread.original_line - len(thread.quoted) + 1
    if not any(abs(block[0].number - first) <= NEAR for block in blocks):
        return False

    # A suggestion may keep some of the lines that it replaces: those stand within it.
    offered_at = {line.number for line in chain.from_iterable(blocks)}
    replaced = chain.from_iterable(_blocks(file, thread.quoted))
    return all(line.number in offered_at for line in replaced)


def _blocks(file: FileDiff, wanted: Sequence[str]) -> Iterator[list[Line]]:
    """Each place in the new file's hunks where these lines follow each other."""
    sought = [text.removesuffix("\r") for text in wanted]
    if not sought:
        return

    for hunk in file.hunks:
        lines = [line for line in hunk.lines if line.side is Side.RIGHT]
        texts = [line.text.removesuffix("\r") for line in lines]
        for start in range(len(lines) - len(sought) + 1):
            end = start + len(sought)
            if texts[start:end] == sought:
                yield lines[start:end]
