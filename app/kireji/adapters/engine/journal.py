"""The durable Journal: what a finished step gave, or how it failed, is in the database before the review goes on."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

from dbos import DBOS
from dbos import error as dbos_error
from pydantic import TypeAdapter
from typing_extensions import override

from kireji.errors import DefectError, KirejiError, TransientError, UserError
from kireji.ports import Journal

T = TypeVar("T")

# What DBOS raises at the begin or end of a step of a review that was cancelled, or is another worker's by now: sooner
# than our own look (`Running.watch`), and outside Exception, so that nobody would tidy up behind the review.
_NO_LONGER_OURS = (dbos_error.DBOSWorkflowCancelledError, dbos_error.DBOSWorkflowConflictIDError)


class DbosJournal(Journal):
    """The journal of one run of one review. Used only within `Engine`'s workflow, on its loop.

    - A step's failure (any KirejiError) is remembered like a result and raised again, as the same kind of error: by
      then the pull request may have been told of it, and a replay must not tell something else. DBOS would give back
      a type of its own, which nobody expects. A process that dies leaves nothing behind, so that step runs again.
    - Results are kept as ASCII JSON within DBOS's own JSON: that writes characters as they are, and text from outside
      may hold half a surrogate pair, which no database takes.
    - DBOS numbers steps in the order in which they are begun, so they must not be begun side by side; a name that
      differs from the remembered one at the same place ends the review.
    - Steps write outside, so none is preemptible: one that was cancelled half-way would leave nobody knowing what it
      did. Cancellation takes effect before a step or after it, see `stop`; it is asyncio's, whoever noticed it.
    """

    def __init__(self) -> None:
        self.stepping = False
        self._stopped = False

    @override
    async def step(self, name: str, call: Callable[[], Awaitable[T]], kind: object) -> T:
        adapter = TypeAdapter(cast("type[T]", kind))
        failed: KirejiError | None = None

        async def recorded() -> str:
            nonlocal failed
            try:
                return json.dumps({"value": adapter.dump_python(await call(), mode="json")})
            except KirejiError as error:
                failed = error
                return json.dumps({"error": dump_error(error)})

        self._halt()
        self.stepping = True
        try:
            outcome = json.loads(await DBOS.run_step_async({"name": name}, recorded))
        except _NO_LONGER_OURS as lost:
            raise asyncio.CancelledError from lost
        finally:
            self.stepping = False

        self._halt()
        if "error" in outcome:
            raise failed or load_error(outcome["error"])
        return adapter.validate_python(outcome["value"])

    def stop(self) -> bool:
        """The review is to end. Whether its task may be cancelled now; else the journal ends it after the step.

        Once is enough: a second cancellation would cut off what the review still has to tell.
        """
        first = not self._stopped
        self._stopped = True
        return first and not self.stepping

    def _halt(self) -> None:
        if self._stopped:
            raise asyncio.CancelledError


def dump_error(error: KirejiError) -> dict[str, object]:
    """A failure as JSON. Subtypes are kept as the kind that decides what is done about them."""
    match error:
        case UserError():
            return {"kind": "user", "message": str(error), "remedy": error.remedy}
        case TransientError():
            return {"kind": "transient", "message": str(error), "retry_after": error.retry_after}
        case _:
            return {"kind": "defect", "message": str(error)}


def load_error(dumped: dict[str, str]) -> KirejiError:
    """The failure that was dumped, as an error that can be raised."""
    match dumped:
        case {"kind": "user", "message": message, "remedy": remedy}:
            return UserError(message, remedy)
        case {"kind": "transient", "message": message, "retry_after": retry_after}:
            return TransientError(message, None if retry_after is None else float(retry_after))
        case _:
            return DefectError(dumped["message"])


def failure_of(output: object) -> str | None:
    """What a step's stored output says went wrong, None if nothing did."""
    outcome = json.loads(output) if isinstance(output, str) else {}
    return str(outcome["error"]["message"]) if "error" in outcome else None
