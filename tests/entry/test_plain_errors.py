"""What gunicorn answers by itself gives nothing away, and is no page."""

import json
import socket
from http.client import HTTPResponse

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.http.errors import ParseException
from gunicorn.http.parser import RequestParser

from kireji.entry.service.patient import PatientWorker


def answer(sent: bytes) -> tuple[int, dict[str, str], bytes]:
    """What gunicorn's parser and worker make of bytes on a real connection."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(sent)
        theirs.shutdown(socket.SHUT_WR)
        worker = PatientWorker.__new__(PatientWorker)
        worker.cfg = Config()
        worker.log = Logger(worker.cfg)
        request, failed = None, Exception("<secret>")  # as if the application could not be asked
        try:
            request = next(RequestParser(worker.cfg, ours, ("127.0.0.1", 1)))
        except ParseException as error:
            failed = error
        worker.handle_error(request, ours, ("127.0.0.1", 1), failed)
        ours.close()
        response = HTTPResponse(theirs)
        response.begin()
        return response.status, dict(response.getheaders()), response.read()


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        (b"<script>alert(1)</script>\r\n\r\n", 400, "bad request"),
        (b"GET / HTTP/9.9\r\n\r\n", 400, "bad request"),
        (b"GET / HTTP/1.1\r\n<b>: x\r\n\r\n", 400, "bad request"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n folded: <i>\r\n\r\n", 400, "bad request"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: <b>\r\n\r\n", 501, "bad request"),
        (b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\n\r\n", 414, "uri too long"),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n", 431, "request header fields too large"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 500, "internal server error"),
    ],
)
def test_it_is_json_and_says_what_and_no_more(sent: bytes, status: int, said: str) -> None:
    """As the application's own refusals; nothing of what was sent, nor of the server, is in it."""
    got, headers, body = answer(sent)
    assert (got, json.loads(body)) == (status, {"error": said})
    assert headers["Content-Type"] == "application/json"
    assert headers["Connection"] == "close"
    assert "Server" not in headers
