"""Runs a WSGI application in a daemon thread on 127.0.0.1, with HTTP/1.1 keep-alive and TCP_NODELAY.

Werkzeug's own development server closes every connection, which costs a client one handshake a request and hides the
mistakes that only a kept connection shows. This one keeps it: the request body is read in full before the application
runs, so the next request line is always where it should be.
"""

import contextlib
import io
import secrets
import socket
import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, NoReturn, Self

from typing_extensions import override
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

_DROPPED = "the sandbox dropped this connection"

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on, for a process that is about to start.

    It is below those that the kernel gives to whoever asks for any, so nobody gets it by chance meanwhile.
    """
    while True:
        port = 10_000 + secrets.randbelow(20_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def drop_connection(environ: dict[str, Any]) -> NoReturn:
    """Have the request's TCP connection cut without an answer. Raises ConnectionAbortedError, which ends the request.

    The server cuts it once everybody has put the request into their books, so that no client is ahead of them.
    """
    environ["sandbox.dropped"] = True
    raise ConnectionAbortedError(_DROPPED)


def _unless_dropped(environ: dict[str, Any]) -> None:
    """Also where a framework has turned the error into a page that says 500."""
    if environ.get("sandbox.dropped"):
        raise ConnectionAbortedError(_DROPPED)


class _Answer:
    """One answer on its way to the client: a body of known length as it is, any other one chunked."""

    def __init__(self, handler: "_Handler") -> None:
        self._handler = handler
        self._head: tuple[str, list[tuple[str, str]]] | None = None
        self._sent = self._chunked = False

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], None]:
        """WSGI's `start_response`."""
        if self._head is not None and exc_info is None:
            raise AssertionError("start_response was called twice")
        self._head = (status, headers)
        return self.write

    def write(self, data: bytes) -> None:
        """Send what the application yielded, at once."""
        if not self._sent:
            self._send_head()
        if data and self._handler.command != "HEAD":
            self._handler.wfile.write(b"%x\r\n%b\r\n" % (len(data), data) if self._chunked else data)
        self._handler.wfile.flush()

    def finish(self) -> None:
        """Send what is still missing: the headers of an empty answer, the end of a chunked one."""
        if not self._sent:
            self.write(b"")
        if self._chunked:
            self._handler.wfile.write(b"0\r\n\r\n")
        self._handler.wfile.flush()

    def _send_head(self) -> None:
        if self._head is None:
            raise AssertionError("the application wrote before it called start_response")

        status, headers = self._head
        code, _, reason = status.partition(" ")
        self._handler.send_response(int(code), reason)

        for name, value in headers:
            self._handler.send_header(name, value)

        bodiless = self._handler.command == "HEAD" or code in {"204", "304"}
        self._chunked = not bodiless and all(name.lower() != "content-length" for name, _ in headers)
        if self._chunked:
            self._handler.send_header("Transfer-Encoding", "chunked")

        self._handler.end_headers()
        self._sent = True


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    @override
    def setup(self) -> None:
        super().setup()
        if isinstance(self.server, _Server):
            self.server.open_connections.add(self.connection)

    @override
    def finish(self) -> None:
        if isinstance(self.server, _Server):
            self.server.open_connections.discard(self.connection)
        with contextlib.suppress(OSError):
            super().finish()

    @override
    def run_wsgi(self) -> None:
        if self.headers.get("Expect", "").lower().strip() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wfile.flush()

        environ = self.make_environ()
        environ["wsgi.input"] = io.BytesIO(self._body(environ))
        answer = _Answer(self)
        try:
            chunks = self.server.app(environ, answer.start)
            try:
                for chunk in chunks:
                    _unless_dropped(environ)
                    answer.write(chunk)
                _unless_dropped(environ)
                answer.finish()
            finally:
                close = getattr(chunks, "close", None)
                if close is not None:
                    close()
        except OSError:  # the client went away, or the sandbox dropped it on purpose
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)

    def _body(self, environ: dict[str, Any]) -> bytes:
        if environ.get("wsgi.input_terminated"):  # chunked: werkzeug has wrapped it
            return environ["wsgi.input"].read()
        return self.rfile.read(int(environ.get("CONTENT_LENGTH") or 0))

    @override
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing: the sandbox records its traffic itself."""


class _Server(ThreadedWSGIServer):
    def __init__(self, port: int, app: WsgiApp) -> None:
        self.open_connections: set[socket.socket] = set()
        super().__init__("127.0.0.1", port, app, handler=_Handler)

    @override
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing: the sandbox records its traffic itself."""


class LoopbackServer:
    """A WSGI application on 127.0.0.1, on a free port unless `port` names one. A context manager."""

    def __init__(self, app: WsgiApp, port: int = 0) -> None:
        self._server = _Server(port, app)
        self.port: int = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread: threading.Thread | None = None

    def start(self) -> Self:
        """Serve in a daemon thread; a second call does nothing."""
        if self._thread is None:
            serve = self._server.serve_forever
            self._thread = threading.Thread(target=serve, args=(0.01,), name=f"sandbox-{self.port}", daemon=True)
            self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving and close every connection, so that no client waits for an answer that never comes."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.server_close()
        for connection in list(self._server.open_connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
