"""A diff without its credentials, searched where a text made for it can do no harm."""

import asyncio
from collections.abc import Sequence

from kireji.core.diff.unified import Diff
from kireji.core.secrets.known import Known
from kireji.core.secrets.leak_search import Found, Spread, known_of, search, spread, texts_of
from kireji.core.secrets.leaks import Clean, put_together
from kireji.core.text.undone import Undone
from kireji.flow.apart import sized
from kireji.ports import Apart


async def without_credentials(diff: Diff, apart: Apart) -> Clean:
    """Take the credentials out of a diff; a file whose search came to no end is not in it, and is named as unread.

    Small files are searched in a thread of this process: what little they can cost, they cost themselves.
    """
    texts = await asyncio.to_thread(lambda: [texts_of(file) for file in diff.files])
    results = await sized(search, texts, lambda text: len(text.text), apart)
    known = known_of(found for found in results if isinstance(found, Found))
    cleaned = await _spread(results, known, apart)
    return await asyncio.to_thread(put_together, diff, cleaned, known)


async def _spread(results: Sequence[Found | Undone], known: Known, apart: Apart) -> list[str | Undone]:
    """The rows of each file without the credentials that were found in any of them."""
    if not known.kinds:
        return [result.text if isinstance(result, Found) else result for result in results]

    asked = [Spread(result.text, known) for result in results if isinstance(result, Found)]
    cleaned = iter(await sized(spread, asked, lambda text: len(text.text), apart))
    return [next(cleaned) if isinstance(result, Found) else result for result in results]
