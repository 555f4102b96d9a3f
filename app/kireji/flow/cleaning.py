"""A diff without its credentials, searched where a text made for it can do no harm."""

import asyncio
from collections.abc import Sequence

from kireji.core.diff.unified import Diff
from kireji.core.secrets.leak_search import (
    RowsToSpread,
    SearchedRows,
    all_secrets,
    replace_spread,
    rows_of,
    search_rows,
)
from kireji.core.secrets.leaks import CleanDiff, put_together
from kireji.core.secrets.spans import KnownSecrets
from kireji.core.text.undone import Undone
from kireji.flow.apart import sized
from kireji.ports import Apart


async def without_credentials(diff: Diff, apart: Apart) -> CleanDiff:
    """Take the credentials out of a diff; a file whose search came to no end is not in it, and is named as unread.

    Small files are searched in a thread of this process: what little they can cost, they cost themselves.
    """
    texts = await asyncio.to_thread(lambda: [rows_of(file) for file in diff.files])
    found = await sized(search_rows, texts, lambda one: len(one.text), apart)
    known = all_secrets(one for one in found if isinstance(one, SearchedRows))
    shown = await _spread(found, known, apart)
    return await asyncio.to_thread(put_together, diff, shown, known)


async def _spread(found: Sequence[SearchedRows | Undone], known: KnownSecrets, apart: Apart) -> list[str | Undone]:
    """The rows of each file without what all of them have told."""
    if not known.kinds:
        return [one.text if isinstance(one, SearchedRows) else one for one in found]
    there = [RowsToSpread(one.text, known) for one in found if isinstance(one, SearchedRows)]
    done = iter(await sized(replace_spread, there, lambda one: len(one.text), apart))
    return [next(done) if isinstance(one, SearchedRows) else one for one in found]
