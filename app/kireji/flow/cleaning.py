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
    found = await sized(search, texts, lambda one: len(one.text), apart)
    known = known_of(one for one in found if isinstance(one, Found))
    shown = await _spread(found, known, apart)
    return await asyncio.to_thread(put_together, diff, shown, known)


async def _spread(found: Sequence[Found | Undone], known: Known, apart: Apart) -> list[str | Undone]:
    """The rows of each file without what all of them have told."""
    if not known.kinds:
        return [one.text if isinstance(one, Found) else one for one in found]
    there = [Spread(one.text, known) for one in found if isinstance(one, Found)]
    done = iter(await sized(spread, there, lambda one: len(one.text), apart))
    return [next(done) if isinstance(one, Found) else one for one in found]
