"""gunicorn's own answers to what is no HTTP request, as all our others: JSON, of a few words, without what was sent."""

import json
import socket
from typing import Any

from gunicorn.workers.base import Worker
from typing_extensions import override


class _Plain:
    """The socket as gunicorn writes an error to it: of its page only the status goes out."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def sendall(self, page: bytes) -> None:
        """Send the status, and its reason as JSON."""
        status = page.partition(b"\r\n")[0]
        reason = status.decode("latin-1").split(" ", 2)[-1]
        body = json.dumps({"error": reason.lower()}).encode()
        head = b"Connection: close\r\nContent-Type: application/json\r\nX-Content-Type-Options: nosniff\r\n"
        self._sock.sendall(b"%b\r\n%bContent-Length: %d\r\n\r\n%b" % (status, head, len(body), body))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


class PlainErrors(Worker):
    """For a worker's bases, before gunicorn's own."""

    @override
    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer a request that could not be read, or that failed before the application saw it."""
        page: Any = _Plain(client)
        super().handle_error(req, page, addr, exc)
