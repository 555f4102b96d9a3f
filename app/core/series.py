"""Changes of one file that follow on each other, as in a series of patches -> the one change that they come to.

What an earlier patch adds and a later one takes away again is in neither the old file nor the new one, and goes. All
line numbers are those of the first old and of the last new file.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from app.core import wording_patches as wording
from app.core.diff import FileDiff, FileStatus, Hunk, Line, LineKind
from app.errors import DiffError

_INDEX = re.compile(r"index ([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})")
_NEW = frozenset({FileStatus.ADDED, FileStatus.COPIED})


class _MismatchError(Exception):
    """Two changes do not follow on each other."""


def joined(files: Sequence[FileDiff], commits: Sequence[int]) -> tuple[FileDiff, ...]:
    """The files, each once; `commits` has the number of the commit that each belongs to.

    Commits may come with the oldest or with the newest first, as `git log` has them: the files' ids say which, else
    whether their lines fit. A file that is deleted and added again stays two, as git shows a change of type. DiffError
    where changes of one file do not fit together.
    """
    groups = _groups(files, commits)
    paths = [path for group in groups for path in {name for file in group for name in (file.path, file.old_path)}]
    if len(paths) == len(set(paths)):
        return tuple(files)
    first: _MismatchError | None = None
    for order in _orders(groups):
        try:
            return _in_order(order)
        except _MismatchError as error:
            first = first or error
    raise DiffError(wording.twice(str(first)))


def _groups(files: Sequence[FileDiff], commits: Sequence[int]) -> list[list[FileDiff]]:
    """The files by commit. Where a file comes again without words in between, another commit has begun, too."""
    groups = list[list[FileDiff]]()
    targets, before = set[str](), -1
    for file, commit in zip(files, commits, strict=True):
        last = groups[-1][-1] if groups else None
        if commit != before or (file.path in targets and not _retyped(last, file)):
            groups.append([])
            targets = set()
        groups[-1].append(file)
        targets.add(file.path)
        before = commit
    return groups


def _retyped(before: FileDiff | None, file: FileDiff) -> bool:
    """Whether the two are one change of a file's type, which git shows as deleted and added."""
    return (
        before is not None
        and before.path == file.path
        and (before.status, file.status) == (FileStatus.DELETED, FileStatus.ADDED)
    )


def _orders(groups: list[list[FileDiff]]) -> list[list[list[FileDiff]]]:
    """The orders in which the groups may follow on each other: by the files' ids one of the two, without ids both."""
    onward, backward = False, False
    latest: dict[str, FileDiff] = {}
    for group in groups:
        for file in group:
            before = latest.get(file.old_path) or latest.get(file.path)
            if before is not None:
                ahead, behind = _follows(before, file), _follows(file, before)
                onward |= ahead is True and behind is not True
                backward |= behind is True and ahead is not True
        latest |= {name: file for file in group for name in (file.old_path, file.path)}
    turned = groups[::-1]
    return [turned, groups] if backward and not onward else [groups, turned]


def _follows(first: FileDiff, second: FileDiff) -> bool | None:
    """Whether the second change begins with what the first ends with; None where one has no ids."""
    one, two = _ids(first), _ids(second)
    if one is None or two is None:
        return None
    length = min(len(one[1]), len(two[0]))
    return one[1][:length] == two[0][:length]


def _ids(file: FileDiff) -> tuple[str, str] | None:
    found = next((match for line in file.header if (match := _INDEX.match(line))), None)
    return (found[1], found[2]) if found else None


# -- Files -------------------------------------------------------------------------------------------------------------


def _in_order(groups: Iterable[Sequence[FileDiff]]) -> tuple[FileDiff, ...]:
    """All groups as one, the files where they stand first."""
    chains: list[list[FileDiff]] = []
    places: dict[str, int] = {}  # of the chain whose file has the path now
    for group in groups:
        found = [
            (file, _before(file, chains, places)) for file in group
        ]  # a commit's files begin with what was before it
        for _, place in found:
            if place is not None:
                places.pop(chains[place][-1].path, None)
        for file, place in found:
            if place is None:
                places[file.path] = len(chains)
                chains.append([file])
            else:
                places[file.path] = place
                chains[place].append(file)
    return tuple(_all(chain) for chain in chains)


def _before(file: FileDiff, chains: Sequence[Sequence[FileDiff]], places: dict[str, int]) -> int | None:
    """Which chain of changes this one follows on."""
    if file.status in _NEW:
        place = places.get(file.path)
        if place is not None and chains[place][-1].status is not FileStatus.DELETED:
            raise _MismatchError(file.path)
        return None
    place = places.get(file.old_path)
    if place is not None:
        last = chains[place][-1]
        if last.status is FileStatus.DELETED or _follows(last, file) is False:
            raise _MismatchError(file.path)
    return place


def _all(chain: list[FileDiff]) -> FileDiff:
    """The changes as one: neighbours first, so that a long chain costs little more than its lines."""
    while len(chain) > 1:
        pairs = [_one(*chain[at : at + 2]) for at in range(0, len(chain) - 1, 2)]
        chain = [*pairs, *chain[len(pairs) * 2 :]]
    return chain[0]


def _one(first: FileDiff, second: FileDiff) -> FileDiff:
    """Both changes as one."""
    if (first.binary or second.binary) and (first.hunks or second.hunks):
        raise _MismatchError(second.path)
    status, path, old_path = _status(first, second)
    return replace(
        second,
        path=path,
        old_path=old_path,
        status=status,
        hunks=tuple(_hunks(first, second)),
        old_mode=first.old_mode or second.old_mode,
        new_mode=second.new_mode or first.new_mode,
        binary=first.binary or second.binary,
        header=(),
    )


def _status(first: FileDiff, second: FileDiff) -> tuple[FileStatus, str, str]:
    """What happened to the file in all, where it is now, and where it was."""
    if second.status is FileStatus.DELETED:
        gone = first.path if first.status in _NEW else first.old_path
        return FileStatus.DELETED, gone, gone
    if first.status is FileStatus.ADDED:
        return FileStatus.ADDED, second.path, second.path
    if first.status is FileStatus.COPIED:
        return FileStatus.COPIED, second.path, first.old_path
    moved = first.old_path != second.path
    return FileStatus.RENAMED if moved else FileStatus.MODIFIED, second.path, first.old_path


# -- Lines -------------------------------------------------------------------------------------------------------------


@dataclass
class _Place:
    """A line of the file between the two changes, and what stands before it in either."""

    gone: list[Line] = field(default_factory=list)  # deleted by the first
    come: list[Line] = field(default_factory=list)  # added by the second
    one: Line | None = None
    two: Line | None = None
    section: str = ""


def _places(first: FileDiff, second: FileDiff) -> dict[int, _Place]:
    """By its number in the file between the two."""
    places: dict[int, _Place] = {}
    for hunk in first.hunks:
        at = hunk.new_start + (hunk.new_count == 0)
        places.setdefault(at, _Place()).section = hunk.section
        for line in hunk.lines:
            place = places.setdefault(at, _Place())
            if line.kind is LineKind.DELETED:
                place.gone.append(line)
            else:
                place.one = line
                at += 1
    for hunk in second.hunks:
        at = hunk.old_start + (hunk.old_count == 0)
        places.setdefault(at, _Place()).section = hunk.section
        for line in hunk.lines:
            place = places.setdefault(at, _Place())
            if line.kind is LineKind.ADDED:
                place.come.append(line)
            else:
                place.two = line
                at += 1
    return places


def _hunks(first: FileDiff, second: FileDiff) -> Iterator[Hunk]:
    """The hunks of both changes as one; none where the second undoes the first."""
    walk = _Walk(second.path)
    held, begun, section, last = list[Line](), (1, 1), "", 0
    for at, place in sorted(_places(first, second).items()):
        if at != last + 1 or walk.broken:
            yield from _hunk(held, begun, section)
            held, begun, section = list[Line](), walk.numbers(at), place.section
        held += walk.lines(at, place)
        last = at
    yield from _hunk(held, begun, section)


@dataclass
class _Walk:
    """Goes through the file between the two changes. `before` and `after` are how far the others' numbers are from its own.

    `broken` says that the line just passed is in neither change, so that a hunk ends before it.
    """

    path: str
    before: int = 0
    after: int = 0
    broken: bool = False

    def numbers(self, at: int) -> tuple[int, int]:
        """The numbers of the line in the old and in the new file."""
        return at + self.before, at + self.after

    def lines(self, at: int, place: _Place) -> Iterator[Line]:
        """The lines at a place, with their numbers."""
        for line in place.gone:
            yield replace(line, old=at + self.before, new=None)
            self.before += 1
        for line in place.come:
            yield replace(line, old=None, new=at + self.after)
            self.after += 1
        one, two = place.one, place.two
        self.broken = one is None and two is None
        if one is not None and two is not None and one.text != two.text:
            raise _MismatchError(self.path)
        there = two or one
        if there is None:
            return
        added, deleted = one is not None and one.changed, two is not None and two.changed
        if added:
            self.before -= 1
        if deleted:
            self.after -= 1
        if added and not deleted:
            yield Line(LineKind.ADDED, None, at + self.after, there.text, there.newline)
        elif deleted and not added:
            yield Line(LineKind.DELETED, at + self.before, None, there.text, there.newline)
        elif not added:
            yield Line(LineKind.CONTEXT, at + self.before, at + self.after, there.text, there.newline)


def _hunk(lines: Iterable[Line], begun: tuple[int, int], section: str) -> Iterator[Hunk]:
    """A hunk of the lines, if they change anything; deleted and added lines of equal text are none."""
    told = [line for changed, run in groupby(lines, lambda line: line.changed) for line in _told(run, changed=changed)]
    if not any(line.changed for line in told):
        return
    old, new = (sum(line.kind is not kind for line in told) for kind in (LineKind.ADDED, LineKind.DELETED))
    yield Hunk(begun[0] - (old == 0), old, begun[1] - (new == 0), new, section, tuple(told))


def _told(run: Iterable[Line], *, changed: bool) -> Iterator[Line]:
    """A run of changed lines, the deleted ones first, and those at its ends that are the same on both sides as context."""
    if not changed:
        yield from run
        return
    lines = list(run)
    gone = [line for line in lines if line.kind is LineKind.DELETED]
    come = [line for line in lines if line.kind is LineKind.ADDED]
    head = _alike(gone, come)
    tail = _alike(gone[head:][::-1], come[head:][::-1])
    pairs = list(zip(gone, come, strict=False))
    yield from (_kept(*pair) for pair in pairs[:head])
    yield from gone[head : len(gone) - tail]
    yield from come[head : len(come) - tail]
    yield from (_kept(*pair) for pair in zip(gone[len(gone) - tail :], come[len(come) - tail :], strict=True))


def _alike(gone: Sequence[Line], come: Sequence[Line]) -> int:
    """How many of the first lines are the same on both sides."""
    same = (one.text == two.text and one.newline == two.newline for one, two in zip(gone, come, strict=False))
    return next((index for index, like in enumerate(same) if not like), min(len(gone), len(come)))


def _kept(gone: Line, come: Line) -> Line:
    return Line(LineKind.CONTEXT, gone.old, come.new, gone.text, gone.newline)
