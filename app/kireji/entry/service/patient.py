"""gunicorn's threaded worker with patience of its own: slow senders wait in the event loop, and hold no thread.

A thread gets a request once it is whole, or once its head shows that it is to be refused. Heads and bodies have
deadlines in all, not between two bytes; of connections that have not sent a request, and of bytes that they have sent, a
limited number is kept. gunicorn's own worker waits in its threads for both, and in its event loop for two seconds for
each client that does not hang up after its answer.
"""

import logging
import selectors
import socket
import time
from collections.abc import Mapping
from functools import cache, partial
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import TConn, ThreadWorker
from typing_extensions import override

from kireji.core.events.arrival import Arrival, Progress
from kireji.core.events.delivery import check_head
from kireji.entry.service.plain_errors import PlainErrors
from kireji.errors import DeliveryError

log = logging.getLogger(__name__)

HEAD_SECONDS = 10.0
BODY_SECONDS = 10.0  # GitHub itself gives up on a delivery after 10 seconds
LEAVE_SECONDS = 2.0  # for a client to read its answer and hang up
SEND_SECONDS = 2.0  # for an answer to go out, which waits only for a client that asks and asks and does not read
# Connections; together they stay under the thousand descriptors that a process may have. Of more the one goes that has
# waited longest: a request takes milliseconds.
MOST_ARRIVING = 300
MOST_LEAVING = 150
MOST_KEPT = 150  # for their next request; more are closed after their answer
MOST_BUFFERED = 100 * 1024 * 1024  # bytes; of more the largest request goes
AT_ONCE = 64 * 1024
LATE = b'{"error":"the request did not come in time"}'


class _Sent:
    """The socket as gunicorn's parser sees it: what was sent, and then the end, so it never waits.

    It comes in pieces: what the parser holds it copies for each part that is read, and for each chunk of a body.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._data = memoryview(b"")

    def put(self, data: bytes) -> None:
        """Have this to be read."""
        self._data = memoryview(data)

    def recv(self, size: int) -> bytes:
        """The next bytes."""
        piece = self._data[:size]
        self._data = self._data[size:]
        return bytes(piece)

    def rest(self) -> bytes:
        """What was not read, which is the next request's."""
        return self.recv(len(self._data))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


class Visitor(TConn):
    """A connection: what it has sent, and until when it may send more (`until`, monotonic seconds)."""

    arrival: Arrival
    until = 0.0
    whole = True
    leave: Any = None

    @override
    def init(self) -> None:
        """Make the parser, which has what was sent and gets no more."""
        super().init()
        self.sock.settimeout(SEND_SECONDS)
        unreader = getattr(self.parser, "unreader")  # noqa: B009 - of the parser for HTTP/1
        if not isinstance(unreader.sock, _Sent):
            unreader.sock = _Sent(self.sock)
        unreader.sock.put(bytes(self.arrival.data))
        self.arrival.data.clear()

    def unread_rest(self) -> None:
        """Give the parser's buffer what is behind its request: gunicorn looks there for the next one."""
        unreader = getattr(self.parser, "unreader", None)
        if unreader is not None and isinstance(unreader.sock, _Sent):
            unreader.unread(unreader.take_buffered() + unreader.sock.rest())

    @override
    def close(self, graceful: bool = False) -> None:
        """Close it; gracefully: let the client read its answer first, without waiting for it."""
        if graceful and self.leave is not None:
            self.leave(self)
        else:
            util.close(self.sock)


class PatientWorker(PlainErrors, ThreadWorker):
    """See above. `limit` is the longest body in bytes."""

    limit = 25 * 1024 * 1024

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._arriving = dict[Visitor, None]()
        self._leaving = dict[Visitor, None]()
        self._buffered = 0
        self.max_keepalived = MOST_KEPT

    # -- in the event loop: arrivals

    @override
    def accept(self, listener: Any) -> None:
        """Take a connection on."""
        try:
            sock, address = listener.accept()
        except OSError as error:  # it is gone again, or another process has it; or there are no descriptors left
            if not isinstance(error, BlockingIOError | ConnectionAbortedError):
                log.warning("a connection could not be taken: %s", error)
            return
        self.nr_conns += 1
        self._await(Visitor(self.cfg, sock, address, listener.getsockname()))

    @override
    def on_client_socket_readable(self, conn: Any, client: Any) -> None:
        """Another request on a connection that was kept."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._await(conn)

    @override
    def enqueue_req(self, conn: Any) -> None:
        """Bytes of the next request came with the last one."""
        sent = conn.parser.unreader.take_buffered()
        self._await(conn)
        self._fed(conn, sent)

    def _await(self, conn: Visitor) -> None:
        conn.sock.setblocking(False)
        conn.arrival = Arrival(self.limit, _wants)
        conn.leave = self._let_leave
        conn.until = time.monotonic() + HEAD_SECONDS
        self._arriving[conn] = None
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._arrives, conn))
        if len(self._arriving) > MOST_ARRIVING:
            self._drop(next(iter(self._arriving)))

    def _arrives(self, conn: Visitor, sock: socket.socket) -> None:
        if conn not in self._arriving:
            return  # dropped for another in this very round
        try:
            sent = sock.recv(AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            self._drop(conn)
            return

        if sent:
            self._fed(conn, sent)
        elif conn.arrival.data:
            self._hand_over(conn)  # it sends no more: the server says what is missing
        else:
            self._drop(conn)

    def _fed(self, conn: Visitor, sent: bytes) -> None:
        before = conn.arrival.progress
        progress = conn.arrival.feed(sent)
        self._buffered += len(sent)
        if progress in {Progress.WHOLE, Progress.CUT}:
            self._hand_over(conn)
            return

        if progress is not before:
            conn.until = time.monotonic() + BODY_SECONDS

        while self._buffered > MOST_BUFFERED:
            self._drop(max(self._arriving, key=lambda visitor: len(visitor.arrival.data)))

    def _hand_over(self, conn: Visitor) -> None:
        """To a thread, which reads nothing more from the socket."""
        self._forget(conn)
        conn.whole = conn.arrival.progress is Progress.WHOLE
        conn.data_ready = True
        super().enqueue_req(conn)

    # -- in the event loop: ends

    @override
    def finish_request(self, conn: Any, fs: Any) -> None:
        """A thread has answered."""
        conn.unread_rest()
        super().finish_request(conn, fs)

    @override
    def murder_pending(self) -> None:
        """Once a second or more often: who is late is told so, and who lingers goes."""
        super().murder_pending()
        now = time.monotonic()
        for conn in [visitor for visitor in self._arriving if visitor.until < now]:
            self._send_away(conn)
        for conn in [visitor for visitor in self._leaving if visitor.until < now]:
            self._gone(conn)

    def _send_away(self, conn: Visitor) -> None:
        answer = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Type: application/json\r\n"
        self._forget(conn)
        self.nr_conns -= 1
        try:
            conn.sock.send(b"%bContent-Length: %d\r\n\r\n%b" % (answer, len(LATE), LATE))
        except OSError:
            conn.close()
        else:
            self._let_leave(conn)

    def _drop(self, conn: Visitor) -> None:
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()

    def _forget(self, conn: Visitor) -> None:
        del self._arriving[conn]
        self._buffered -= len(conn.arrival.data)
        self.poller.unregister(conn.sock)

    def _let_leave(self, conn: Visitor) -> None:
        """Say that no more comes, and discard what is still sent: closed before, the answer might be lost on its way."""
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._leaves, conn))
        except (OSError, ValueError, KeyError):
            util.close(conn.sock)
            return

        conn.until = time.monotonic() + LEAVE_SECONDS
        self._leaving[conn] = None
        if len(self._leaving) > MOST_LEAVING:
            self._gone(next(iter(self._leaving)))

    def _leaves(self, conn: Visitor, sock: socket.socket) -> None:
        if conn not in self._leaving:
            return
        try:
            left = not sock.recv(AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            left = True

        if left:
            self._gone(conn)

    def _gone(self, conn: Visitor) -> None:
        del self._leaving[conn]
        self.poller.unregister(conn.sock)
        util.close(conn.sock)

    # -- in a thread

    @override
    def handle_request(self, req: Any, conn: Any) -> bool:
        """Whether the connection may be kept: not where a part of the request was not read, which would pass for the next.

        Nor where the answer is not read.
        """
        try:
            return super().handle_request(req, conn) and conn.whole
        except TimeoutError:
            log.warning("an answer was not read")
            return False


@cache
def worker_for(limit: int) -> type[PatientWorker]:
    """The worker class for bodies of so many bytes at most."""
    return type("PatientWorker", (PatientWorker,), {"limit": limit})


def _wants(line: str, headers: Mapping[str, str]) -> bool:
    """Whether the body matters: only a delivery has one, and only with a good head."""
    method, _, rest = line.partition(" ")
    if method != "POST" or rest.partition(" ")[0].partition("?")[0] != "/webhook":
        return False
    try:
        check_head(headers)
    except DeliveryError:
        return False
    return True
