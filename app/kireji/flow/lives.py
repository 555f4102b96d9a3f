"""The starts of a job, in whatever processes: what ended them is known to the next one, which is more careful.

| deaths in a part of its own | the next start |
|---|---|
| none | as any |
| one | alone in its worker: another death is then this job's own, and not one of those beside it |
| two | alone, and plain: without what can be left out |
| three | does not happen: the job is ended, and the pull request says so |
"""

import contextlib
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from kireji.core.operations.perils import SUSPECT, Past, RiskyPart
from kireji.flow.isolation import Isolation
from kireji.ports import Perils


@dataclass(frozen=True, slots=True)
class Life:
    """One start of a job."""

    job: str
    past: Past
    """What is known of the starts before it."""
    _perils: Perils

    @contextlib.asynccontextmanager
    async def part(self, part: RiskyPart) -> AsyncGenerator[None]:
        """While a part is under way that may end the process."""
        await self._perils.enter(self.job, part)
        try:
            yield
        finally:
            await self._perils.leave(self.job)


class Lives:
    """The jobs of one worker."""

    def __init__(self, perils: Perils, isolation: Isolation | None = None) -> None:
        self._perils = perils
        self._isolation = isolation or Isolation()

    @contextlib.asynccontextmanager
    async def begun(self, job: str, kin: str = "") -> AsyncGenerator[Life]:
        """While a job runs here. What ends it in here, well or not, ends its story; a stop of the worker does not.

        `kin` is what it has in common with others, as a pull request: where one of them was suspected, this one is at once.
        One that died beside another's poison, and came to its end alone, is suspected no longer.
        """
        inherited = await self._perils.begin(kin) if kin else Past()
        own = await self._perils.begin(job)
        past = Past((*inherited.died, *own.died))

        async with self._turn(past):
            try:
                yield Life(job, past, self._perils)
            except Exception:
                await self._end(job, kin, past, cleared=False)
                raise
            await self._end(job, kin, past, cleared=past.cleared)

    async def _end(self, job: str, kin: str, past: Past, *, cleared: bool) -> None:
        if kin and past.suspect:
            if cleared:
                await self._perils.forget(kin)
            else:
                await self._perils.suspect(kin, Past(past.died[-SUSPECT:]))
        await self._perils.forget(job)

    def _turn(self, past: Past) -> AbstractAsyncContextManager[None]:
        if past.died and not past.over:
            return self._isolation.alone()
        return self._isolation.together()
