"""The `Code` port for a change in a repository on this machine: nothing has to be fetched."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from kireji.core.code.identifiers import Hit
from kireji.core.pulls.change import Change
from kireji.core.pulls.pull import PullRef


class LocalCode:
    """The code of one change's head."""

    def __init__(self, change: Change) -> None:
        self._change = change

    async def find(
        self,
        ref: PullRef,  # noqa: ARG002 - there is one change
        sha: str,  # noqa: ARG002 - and its head
        names: Sequence[str],
        choose: Callable[[Sequence[Hit]], Sequence[str]],
    ) -> Mapping[str, str]:
        """See `Code.find`."""
        hits = await asyncio.to_thread(self._change.search, names)
        return await asyncio.to_thread(self._change.head_texts, choose(hits)) if hits else {}
