"""The loopback server: connections are kept, bodies are whole, a drop is a drop, a stop is a stop."""

import http.client
import threading
from collections.abc import Iterator

import pytest
from flask import Flask, Response, request

from tests.sandbox.serve import LoopbackServer, drop_connection


def _echo() -> Flask:
    flask = Flask("echo")
    heard: list[int] = []

    @flask.post("/echo")
    def echo() -> Response:
        heard.append(request.environ["REMOTE_PORT"])
        return Response(request.get_data(), headers={"X-Connections": str(len(set(heard)))})

    @flask.post("/unread")
    def unread() -> str:
        return "never looked at the body"

    @flask.get("/stream")
    def stream() -> Response:
        return Response(f"part {number}\n" for number in range(3))

    @flask.get("/drop")
    def drop() -> str:
        drop_connection(request.environ)

    return flask


@pytest.fixture
def connection() -> Iterator[http.client.HTTPConnection]:
    """One kept connection to an echoing server."""
    with LoopbackServer(_echo()) as server:
        client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        yield client
        client.close()


def _ask(client: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    client.request(method, path, body)
    answer = client.getresponse()
    return answer.status, answer.read()


def test_one_connection_serves_many_requests(connection: http.client.HTTPConnection) -> None:
    """Bodies read or unread, answers whole, streamed, empty or missing: the connection goes on."""
    for _ in range(3):
        assert _ask(connection, "POST", "/echo", b"x" * 100_000) == (200, b"x" * 100_000)
        assert _ask(connection, "POST", "/unread", b"y" * 100_000)[0] == 200
        assert _ask(connection, "GET", "/stream") == (200, b"part 0\npart 1\npart 2\n")
        assert _ask(connection, "HEAD", "/stream") == (200, b"")
        assert _ask(connection, "GET", "/nowhere")[0] == 404

    connection.request("POST", "/echo", b"")
    answer = connection.getresponse()
    answer.read()
    assert answer.headers["X-Connections"] == "1"


def test_a_dropped_connection_has_no_answer(connection: http.client.HTTPConnection) -> None:
    """The client sees the connection end; a new one is served."""
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        _ask(connection, "GET", "/drop")
    connection.close()
    assert _ask(connection, "POST", "/echo", b"again") == (200, b"again")


def test_stopping_ends_kept_connections() -> None:
    """A client that waits on a kept connection is told, and no thread of the server is left."""
    with LoopbackServer(_echo()) as server:
        client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        assert _ask(client, "POST", "/echo", b"x")[0] == 200
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        _ask(client, "POST", "/echo", b"x")
    client.close()
    assert f"sandbox-{server.port}" not in {thread.name for thread in threading.enumerate()}
