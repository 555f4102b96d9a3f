"""Text that the diff shows as binary since an attribute says so: made from the two blobs, so that it is read all the same."""

import asyncio

from kireji.adapters.github.http.client import RepoClient
from kireji.adapters.github.read import blobs
from kireji.adapters.github.read.rows import Row, unified
from kireji.core.diff.unified import FetchedDiff, FileDiff, Hunk, Unread, parse_diff
from kireji.core.pulls.pull import OpenedPull
from kireji.core.scope.hidden import find_hidden, show_hidden
from kireji.ports import Apart


async def with_hidden(client: RepoClient, opened: OpenedPull, whole: str, apart: Apart | None) -> FetchedDiff:
    """The diff, with the text of files whose names are not a binary file's; those that were binary before are named so.

    No request where there are none, else one or two for each, and one for all.
    """
    files = find_hidden(whole, opened.base_files)
    if not files:
        return FetchedDiff(whole)

    made = await blobs.read_patches(client, opened, [_row(file) for file in files], apart)
    rows = [(path, row) for path, row in made.items() if isinstance(row, Unread) or not row.binary]
    was = frozenset(path for path, row in made.items() if isinstance(row, Row) and row.was_binary)
    hunks = await asyncio.to_thread(lambda: {path: _hunks(row) for path, row in rows})
    return await asyncio.to_thread(show_hidden, whole, hunks, was)


def _row(file: FileDiff) -> Row:
    """The file as GitHub's list would have it."""
    moved = file.old_path if file.old_path != file.path else None
    return Row(filename=file.path, status=file.status.value, changes=0, previous_filename=moved)


def _hunks(row: Row | Unread) -> tuple[Hunk, ...] | Unread:
    return row if isinstance(row, Unread) else parse_diff(unified(row)).files[0].hunks
