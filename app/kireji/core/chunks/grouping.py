"""Which files are read together: neighbours by directory, as many as fit, and stable when one of them changes.

The files, sorted by directory, are split in two again and again until each part fits. Where a part is split depends on
the paths in it and never on sizes, so a file that grows or shrinks moves borders only in parts that hold it; and a path
that comes or goes replaces one border by two, or two by one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from posixpath import commonprefix
from zlib import crc32

_Border = tuple[int, bool, int]
"""How soon a border is a place to split, lowest first: the depth to which both sides share directories; whether they
share all (siblings stay together longest); and a number that only the two paths decide."""


def by_directory(path: str) -> tuple[list[str], str]:
    """A sort key that puts a directory's own files side by side, before those of its subdirectories."""
    *directories, name = path.split("/")
    return directories, name


def group_files(paths: Sequence[str], sizes: Sequence[int], limit: int) -> Iterator[range]:
    """The groups, in order, as ranges of indices: each has a total size up to `limit`, or is a single path.

    `paths` are sorted with `by_directory`; the k-th has the k-th of `sizes`.
    """
    sums = [0, *accumulate(sizes)]
    tree = _tree([_border(left, right) for left, right in pairwise(paths)])
    # A stack and not recursion: a chain of nested directories may be deeper than Python's.
    rest = [_Part(0, len(paths), tree.root)] if paths else []

    while rest:
        part = rest.pop()
        if part.border is None or sums[part.stop] - sums[part.start] <= limit:
            yield range(part.start, part.stop)
            continue

        middle = part.border + 1
        rest.append(_Part(middle, part.stop, tree.after[part.border]))
        rest.append(_Part(part.start, middle, tree.before[part.border]))


def _border(left: str, right: str) -> _Border:
    left_folders, _ = by_directory(left)
    right_folders, _ = by_directory(right)
    depth = len(commonprefix([left_folders, right_folders]))
    return depth, left_folders == right_folders, crc32(f"{left}\0{right}".encode("utf-8", "surrogateescape"))


@dataclass(frozen=True, slots=True)
class _Part:
    """The paths from `start` to before `stop`; `border` is where to split them, None for a single path."""

    start: int
    stop: int
    border: int | None


@dataclass(frozen=True, slots=True)
class _Tree:
    """For each border, the first to split at among those before and after it in its part: a Cartesian tree."""

    root: int | None
    before: list[int | None]
    after: list[int | None]


def _tree(borders: Sequence[_Border]) -> _Tree:
    """Built in one pass, so that thousands of files cost no more than thousands of steps."""
    before: list[int | None] = [None] * len(borders)
    after: list[int | None] = [None] * len(borders)
    spine = list[int]()  # the right edge of the tree so far

    for index, border in enumerate(borders):
        last = None
        while spine and borders[spine[-1]] > border:
            last = spine.pop()
        before[index] = last
        if spine:
            after[spine[-1]] = index
        spine.append(index)

    return _Tree(spine[0] if spine else None, before, after)
