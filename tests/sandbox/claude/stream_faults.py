"""Streams that break on purpose, in the three ways in which they break with the SDK."""

import json
import threading
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["error", "cut", "drop"]


@dataclass(frozen=True, slots=True)
class StreamFault:
    """One planned failure of a stream, halfway through the answer.

    "error" sends an SSE error event of `error_type`, "cut" ends the stream cleanly without stop reason, "drop" breaks
    the connection. Of the streaming requests whose JSON text holds `match`, the first `skip` go well, the next `times`
    fail.
    """

    kind: Kind
    times: int = 1
    skip: int = 0
    match: str = ""
    error_type: str = "overloaded_error"


class StreamFaults:
    """The plan of stream faults, safe to use from many threads. `hits` lists what has struck, in order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._plan: list[tuple[StreamFault, list[int]]] = []
        self.hits: list[StreamFault] = []

    def add(
        self,
        kind: Kind,
        *,
        times: int = 1,
        skip: int = 0,
        match: str = "",
        error_type: str = "overloaded_error",
    ) -> None:
        """Plan a fault; the earlier one wins where two match."""
        with self._lock:
            self._plan.append((StreamFault(kind, times, skip, match, error_type), [0]))

    def clear(self) -> None:
        """Forget every planned fault and every hit."""
        with self._lock:
            self._plan.clear()
            self.hits.clear()

    def pick(self, body: dict[str, Any]) -> StreamFault | None:
        """The fault that strikes this request, counted; None lets it through."""
        with self._lock:
            if not self._plan:
                return None
            text = json.dumps(body, ensure_ascii=False)
            for fault, seen in self._plan:
                if fault.match not in text or seen[0] >= fault.skip + fault.times:
                    continue
                seen[0] += 1
                if seen[0] > fault.skip:
                    self.hits.append(fault)
                    return fault

        return None
