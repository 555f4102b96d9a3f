"""The `Code` port for a change in a repository on this machine: nothing has to be fetched."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from typing_extensions import override

from kireji.core.code.identifiers import Hit
from kireji.core.pulls.change import Change
from kireji.core.pulls.pull import PullRef
from kireji.ports import Code


class LocalCode(Code):
    """The code of one change's head, whichever pull request and commit is asked for: there is no other."""

    def __init__(self, change: Change) -> None:
        self._change = change

    @override
    async def find(
        self,
        ref: PullRef,
        sha: str,
        names: Sequence[str],
        choose: Callable[[Sequence[Hit]], Sequence[str]],
    ) -> Mapping[str, str]:
        hits = await asyncio.to_thread(self._change.search, names)
        return await asyncio.to_thread(self._change.head_texts, choose(hits)) if hits else {}
