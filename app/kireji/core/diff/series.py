"""Changes of one file that follow on each other, as in a series of patches -> the one change that they come to.

What an earlier patch adds and a later one takes away again is in neither the old file nor the new one, and goes. All
line numbers are those of the first old and of the last new file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

from kireji.core.diff import patch_words as wording
from kireji.core.diff.series_lines import MismatchError, hunks_of_both
from kireji.core.diff.unified import FileDiff, FileStatus
from kireji.core.text.patterns import regex
from kireji.errors import DiffError

_INDEX = regex(r"index ([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})")
_NEW = frozenset({FileStatus.ADDED, FileStatus.COPIED})


def join_series(files: Sequence[FileDiff], commits: Sequence[int], *, mailed: bool = False) -> tuple[FileDiff, ...]:
    """The files, each once; `commits` has the number of the commit that each belongs to. Mails are applied as they stand.

    Commits may come with the oldest or with the newest first, as `git log` has them: the files' ids say which, else
    whether their lines fit. A file that is deleted and added again stays two, as git shows a change of type. DiffError
    where changes of one file do not fit together.
    """
    groups = _groups(files, commits)
    paths = list(chain.from_iterable(map(_names, groups)))
    if len(paths) == len(set(paths)):
        return tuple(files)

    first: MismatchError | None = None
    for order in [groups] if mailed else _orders(groups):
        try:
            return _in_order(order)
        except MismatchError as error:
            first = first or error

    raise DiffError(wording.named_twice(str(first)))


def _names(group: Iterable[FileDiff]) -> set[str]:
    """All paths that the files have or had, each once."""
    return set(chain.from_iterable((file.path, file.old_path) for file in group))


def _groups(files: Sequence[FileDiff], commits: Sequence[int]) -> list[list[FileDiff]]:
    """The files by commit. Where a file comes again without words in between, another commit has begun, too."""
    groups = list[list[FileDiff]]()
    targets = set[str]()
    before = -1
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
    onward = False
    backward = False
    latest: dict[str, FileDiff] = {}
    for group in groups:
        for file in group:
            before = latest.get(file.old_path) or latest.get(file.path)
            if before is not None:
                ahead = _follows(before, file)
                behind = _follows(file, before)
                onward |= ahead is True and behind is not True
                backward |= behind is True and ahead is not True

        for file in group:
            latest[file.old_path] = file
            latest[file.path] = file

    turned = groups[::-1]
    return [turned, groups] if backward and not onward else [groups, turned]


def _follows(first: FileDiff, second: FileDiff) -> bool | None:
    """Whether the second change begins with what the first ends with; None where one has no ids."""
    first_ids = _ids(first)
    second_ids = _ids(second)
    if first_ids is None or second_ids is None:
        return None

    end = first_ids[1]
    begin = second_ids[0]
    length = min(len(end), len(begin))  # ids may be abbreviated
    return end[:length] == begin[:length]


def _ids(file: FileDiff) -> tuple[str, str] | None:
    found = next((match for line in file.header if (match := _INDEX.match(line))), None)
    return (found[1], found[2]) if found else None


def _in_order(groups: Iterable[Sequence[FileDiff]]) -> tuple[FileDiff, ...]:
    """All groups as one, the files where they stand first."""
    histories: list[list[FileDiff]] = []
    places: dict[str, int] = {}  # of the history whose file has the path now
    for group in groups:
        # A commit's files begin with what was before it.
        found = [(file, _before(file, histories, places)) for file in group]
        for _, place in found:
            if place is not None:
                places.pop(histories[place][-1].path, None)

        for file, place in found:
            if place is None:
                places[file.path] = len(histories)
                histories.append([file])
            else:
                places[file.path] = place
                histories[place].append(file)

    return tuple(_all(history) for history in histories if not _came_and_went(history))


def _came_and_went(history: Sequence[FileDiff]) -> bool:
    """Whether the file is neither there before nor after."""
    return history[0].status in _NEW and history[-1].status is FileStatus.DELETED


def _before(file: FileDiff, histories: Sequence[Sequence[FileDiff]], places: dict[str, int]) -> int | None:
    """Which history of changes this one follows on."""
    if file.status in _NEW:
        place = places.get(file.path)
        if place is not None and histories[place][-1].status is not FileStatus.DELETED:
            raise MismatchError(file.path)
        return None

    place = places.get(file.old_path)
    if place is not None:
        last = histories[place][-1]
        if last.status is FileStatus.DELETED or _follows(last, file) is False:
            raise MismatchError(file.path)

    return place


def _all(history: list[FileDiff]) -> FileDiff:
    """The changes as one: neighbours first, so that a long history costs little more than its lines."""
    while len(history) > 1:
        pairs = [_both(*history[at : at + 2]) for at in range(0, len(history) - 1, 2)]
        history = [*pairs, *history[len(pairs) * 2 :]]
    return history[0]


def _both(first: FileDiff, second: FileDiff) -> FileDiff:
    """Both changes as one."""
    if (first.binary or second.binary) and (first.hunks or second.hunks):
        raise MismatchError(second.path)

    status, path, old_path = _status(first, second)
    return replace(
        second,
        path=path,
        old_path=old_path,
        status=status,
        hunks=tuple(hunks_of_both(first, second)),
        old_mode=first.old_mode or second.old_mode,
        new_mode=second.new_mode or first.new_mode,
        binary=first.binary or second.binary,
        header=(),
    )


def _status(first: FileDiff, second: FileDiff) -> tuple[FileStatus, str, str]:
    """What happened to the file in all, where it is now, and where it was."""
    if second.status is FileStatus.DELETED:
        return FileStatus.DELETED, first.old_path, first.old_path
    if first.status is FileStatus.ADDED:
        return FileStatus.ADDED, second.path, second.path
    if first.status is FileStatus.COPIED:
        return FileStatus.COPIED, second.path, first.old_path
    moved = first.old_path != second.path
    return FileStatus.RENAMED if moved else FileStatus.MODIFIED, second.path, first.old_path
