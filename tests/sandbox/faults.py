"""Faults on purpose: which requests fail, how, and how many times. Shared by the loopback GitHub and Claude."""

import fnmatch
import io
import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Literal

from tests.sandbox.serve import WsgiApp, drop_connection

LONGEST = 60.0  # seconds that a request is held


@dataclass(frozen=True, slots=True)
class Fault:
    """One planned failure.

    `match` is an fnmatch pattern on "METHOD /path" (no query), such as "POST */reviews"; with `holding`, only requests
    whose body holds that text match. The first `skip` matching requests go through, the next `times` fail.
    `drop="before"` cuts the connection before the request is executed; `drop="after"` executes it first, and then cuts
    the connection, or answers with `status` where one is given. With a `status` and no `drop` the request is not
    executed. With neither, it is only late: by `delay` seconds, or `until` a test lets it go. `body` is the answer's: text
    as it is, anything else as JSON, None for a short error object.
    """

    match: str
    status: int | None = None
    drop: Literal["before", "after"] | None = None
    delay: float = 0.0
    until: threading.Event | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object = None
    times: int = 1
    skip: int = 0
    holding: str = ""


class Faults:
    """The plan of faults, safe to use from many threads. `hits` lists what has struck, in order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._plan: list[Fault] = []
        self._seen: list[int] = []
        self.hits: list[tuple[str, Fault]] = []

    def add(self, fault: Fault) -> None:
        """Plan a fault; the earlier one wins where two match."""
        with self._lock:
            self._plan.append(fault)
            self._seen.append(0)

    def clear(self) -> None:
        """Forget every planned fault and every hit."""
        with self._lock:
            self._plan.clear()
            self._seen.clear()
            self.hits.clear()

    def pick(self, method: str, path: str, body: bytes = b"") -> Fault | None:
        """The fault that strikes this request, counted; None lets it through."""
        request = f"{method} {path}"
        with self._lock:
            for index, fault in enumerate(self._plan):
                if not fnmatch.fnmatchcase(request, fault.match) or fault.holding.encode() not in body:
                    continue
                if self._seen[index] >= fault.skip + fault.times:
                    continue
                self._seen[index] += 1
                if self._seen[index] > fault.skip:
                    self.hits.append((request, fault))
                    return fault

        return None


class FaultMiddleware:
    """Wraps a WSGI application and lets the planned faults strike."""

    def __init__(self, app: WsgiApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve one request, or fail it as planned."""
        body: bytes = environ["wsgi.input"].read()
        environ["wsgi.input"] = io.BytesIO(body)
        fault = self._faults.pick(environ["REQUEST_METHOD"], environ["PATH_INFO"], body)
        if fault is None:
            return self._app(environ, start_response)

        if fault.delay:
            time.sleep(fault.delay)

        if fault.until is not None:
            fault.until.wait(LONGEST)

        if fault.drop == "before":
            drop_connection(environ)

        if fault.drop == "after":
            _run_unheard(self._app, environ)
            if fault.status is None:
                drop_connection(environ)

        if fault.status is None:
            return self._app(environ, start_response)

        return _answer(fault, fault.status, start_response)


def _run_unheard(app: WsgiApp, environ: dict[str, Any]) -> None:
    """Execute the request and throw its answer away."""
    chunks = app(environ, _start_unheard)
    for _ in chunks:
        pass
    close = getattr(chunks, "close", None)
    if close is not None:
        close()


def _start_unheard(_status: str, _headers: list[tuple[str, str]], _exc_info: object = None) -> Callable[[bytes], None]:
    def write(_data: bytes) -> None:
        return

    return write


def _answer(fault: Fault, status: int, start_response: Any) -> Iterable[bytes]:
    reason = next((known.phrase for known in HTTPStatus if known == status), "Sandbox Fault")
    body = {"message": reason} if fault.body is None else fault.body
    data = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = "text/html" if isinstance(body, str) else "application/json"
    headers = {"Content-Type": kind, "Content-Length": str(len(data)), **fault.headers}
    start_response(f"{status} {reason}", list(headers.items()))
    return [data]
