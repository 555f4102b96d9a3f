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
    results = await sized(search_rows, texts, lambda text: len(text.text), apart)
    known = all_secrets(found for found in results if isinstance(found, SearchedRows))
    cleaned = await _spread(results, known, apart)
    return await asyncio.to_thread(put_together, diff, cleaned, known)


async def _spread(results: Sequence[SearchedRows | Undone], known: KnownSecrets, apart: Apart) -> list[str | Undone]:
    """The rows of each file without the credentials that were found in any of them."""
    if not known.kinds:
        return [result.text if isinstance(result, SearchedRows) else result for result in results]

    asked = [RowsToSpread(result.text, known) for result in results if isinstance(result, SearchedRows)]
    cleaned = iter(await sized(replace_spread, asked, lambda text: len(text.text), apart))
    return [next(cleaned) if isinstance(result, SearchedRows) else result for result in results]
