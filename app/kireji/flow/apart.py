"""Work on what strangers wrote, done in processes of their own where it may be more than a moment's."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from kireji.core.code.outline import Outline, is_prose
from kireji.core.context.outlining import Source, by_grammar, by_words
from kireji.core.secrets.redacting import UntrustedText, redact_untrusted
from kireji.core.secrets.spans import KnownSecrets
from kireji.core.text.undone import Undone
from kireji.ports import Apart

SMALL = 20_000
"""Characters of a text that patterns are let loose on in this process. Each is linear or bounded, so that is some 20 ms;
to load them into another process takes half a second, and most texts of most pull requests are smaller."""

Item = TypeVar("Item")
Result = TypeVar("Result")


async def sized(
    work: Callable[[Item], Result], items: Sequence[Item], size: Callable[[Item], int], apart: Apart
) -> list[Result | Undone]:
    """The work done on each item, in a thread for the small ones and apart for the others."""
    large = [index for index, item in enumerate(items) if size(item) > SMALL]
    small = [index for index, item in enumerate(items) if size(item) <= SMALL]

    done = dict[int, Result | Undone]()
    if large:
        results = await apart.each(work, [items[index] for index in large])
        done |= zip(large, results, strict=True)
    if small:
        here = await asyncio.to_thread(lambda: [work(items[index]) for index in small])
        done |= zip(small, here, strict=True)
    return [done[index] for index in range(len(items))]


async def texts_without_credentials(texts: Mapping[str, str], known: KnownSecrets, apart: Apart) -> dict[str, str]:
    """Files' texts by path. One that could not be looked through is left out: it goes nowhere as it is."""
    asked = [UntrustedText(path, text, known) for path, text in texts.items()]
    done = await sized(redact_untrusted, asked, lambda file: len(file.text), apart)
    return {file.path: text for file, text in zip(asked, done, strict=True) if not isinstance(text, Undone)}


async def outlines(sources: Sequence[Source], apart: Apart) -> dict[str, Outline]:
    """The outlines by path: by the grammars, never in this process; where one came to no end, by words and indentation."""
    code = [source for source in sources if not is_prose(source.path)]
    made = {source.path: by_words(source) for source in sources if is_prose(source.path)}

    lost = list[Source]()
    for source, outline in zip(code, await apart.each(by_grammar, code), strict=True):
        if isinstance(outline, Undone):
            lost.append(source)
        else:
            made[source.path] = outline

    for source, outline in zip(lost, await apart.each(by_words, lost), strict=True):
        if not isinstance(outline, Undone):
            made[source.path] = outline

    return {source.path: made[source.path] for source in sources if source.path in made}
