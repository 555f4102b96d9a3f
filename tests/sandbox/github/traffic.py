"""Records every exchange, in memory and, where KIREJI_SANDBOX_TRAFFIC names a folder, as JSON lines. Keeps no secrets."""

import io
import itertools
import json
import os
import re
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.sandbox.serve import WsgiApp

_SERVERS = itertools.count(1)
_GIT = re.compile(r"/[^/]+/[^/]+\.git/")
_KEPT = ("accept", "authorization", "content-type", "user-agent", "x-github-api-version")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer. `status` is None where the connection was dropped; `path` has the query."""

    method: str
    path: str
    request: object
    status: int | None
    response: object
    request_headers: dict[str, str] = field(default_factory=dict)
    response_headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


class TrafficLog:
    """The exchanges so far, in the order in which they ended."""

    def __init__(self, *, to_file: bool = True) -> None:
        self._lock = threading.Lock()
        self._file: Path | None = None
        self.exchanges: list[Exchange] = []
        folder = os.environ.get("KIREJI_SANDBOX_TRAFFIC")
        if folder and to_file:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self._file = Path(folder) / f"github-{os.getpid()}-{next(_SERVERS)}.jsonl"

    def add(self, exchange: Exchange) -> None:
        """Keep one exchange."""
        with self._lock:
            self.exchanges.append(exchange)
            # GitHub's description has no addresses by a repository's id, although GitHub itself redirects to them.
            if self._file is not None and not exchange.path.startswith("/repositories/"):
                row = {name: value for name, value in asdict(exchange).items() if name != "seconds"}
                with self._file.open("a", encoding="utf-8") as log:
                    log.write(json.dumps(row) + "\n")


def _value(data: bytes) -> object:
    if not data:
        return None
    try:
        return json.loads(data)
    except ValueError:
        return data.decode("utf-8", "replace")


def _without_token(path: str, response: object) -> object:
    if path.endswith("/access_tokens") and isinstance(response, dict) and "token" in response:
        return {**response, "token": "(not kept)"}
    return response


class TrafficMiddleware:
    """Wraps a WSGI application and logs what passes."""

    def __init__(self, app: WsgiApp, log: TrafficLog) -> None:
        self._app = app
        self._log = log

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve one request and record it, dropped ones too."""
        started = time.monotonic()
        data: bytes = environ["wsgi.input"].read()
        environ["wsgi.input"] = io.BytesIO(data)
        heard = _Heard(start_response)
        chunks: list[bytes] = []
        try:
            body = self._app(environ, heard)
            chunks = list(body)
            close = getattr(body, "close", None)
            if close is not None:
                close()
        finally:
            self._log.add(_exchange(environ, data, heard, chunks, time.monotonic() - started))

        return chunks


class _Heard:
    """A `start_response` that remembers what it was told."""

    def __init__(self, start_response: Any) -> None:
        self._start_response = start_response
        self.status: int | None = None
        self.headers: list[tuple[str, str]] = []

    def __call__(self, status: str, headers: list[tuple[str, str]], exc_info: object = None) -> object:
        self.status = int(status.split(maxsplit=1)[0])
        self.headers = headers
        return self._start_response(status, headers, exc_info)


def _request_headers(environ: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in _KEPT:
        key = name.upper().replace("-", "_")
        value = environ.get(key if name == "content-type" else f"HTTP_{key}")
        if value:
            yield name, (value.split()[0] + " (not kept)" if name == "authorization" else value)


def _exchange(environ: dict[str, Any], data: bytes, heard: _Heard, chunks: list[bytes], seconds: float) -> Exchange:
    answered = not environ.get("sandbox.dropped")
    if _GIT.match(environ["PATH_INFO"]):
        data = b""  # packs
        chunks = list[bytes]()

    return Exchange(
        method=environ["REQUEST_METHOD"],
        path=environ["RAW_URI"],
        request=_value(data),
        status=heard.status if answered else None,
        response=_without_token(environ["PATH_INFO"], _value(b"".join(chunks))) if answered else None,
        request_headers=dict(_request_headers(environ)),
        response_headers=dict(heard.headers) if answered else {},
        seconds=seconds,
    )
