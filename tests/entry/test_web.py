"""The web side over real HTTP, under werkzeug's server in this process and under gunicorn as it is deployed."""

import contextlib
import hashlib
import hmac
import json
import logging
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from importlib.metadata import version
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from kireji.core.events.delivery import Delivery, parse_event
from kireji.core.events.job import Job
from kireji.entry.service.web import HEADERS, create_app
from kireji.errors import DeliveryError, TransientError
from tests.entry.process import environment
from tests.sandbox.serve import free_port

SECRET = b"It's a Secret to Everybody"
LIMIT = 25 * 1024 * 1024
GOOD = json.dumps({"action": "opened", "zen": "Approachable is better than simple."}).encode()


@dataclass
class Basket:
    """An intake that keeps what it takes; `error` is raised instead, if there is one."""

    taken: list[Delivery] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    error: Exception | None = None

    def accept(self, delivery: Delivery, jobs: Sequence[Job]) -> None:
        """Keep the delivery."""
        if self.error:
            raise self.error
        self.taken.append(delivery)
        self.jobs += jobs

    def ready(self) -> bool:
        """Unless there is an error."""
        return self.error is None


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    json: dict[str, str]


def signed(body: bytes, **changes: str | None) -> dict[str, str]:
    """GitHub's headers for a body, some changed or (None) left out; `_` stands for `-`."""
    headers: dict[str, str | None] = {
        "content-type": "application/json",
        "content-length": str(len(body)),
        "x-github-event": "ping",
        "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        "x-hub-signature-256": "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest(),
    }
    headers.update({name.replace("_", "-"): value for name, value in changes.items()})
    return {name: value for name, value in headers.items() if value is not None}


def talk(port: int, raw: bytes, *, hang_up: bool = True) -> Answer:
    """Send bytes, say that no more will come (or stay silent), and read the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        try:
            connection.sendall(raw)
            if hang_up:
                connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the server has answered and reads no more
        response = HTTPResponse(connection)
        response.begin()
        return Answer(response.status, dict(response.getheaders()), json.loads(response.read()))


def raw_post(headers: dict[str, str], body: bytes) -> bytes:
    """A request as it crosses the wire, whatever its headers claim."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST /webhook HTTP/1.1\r\nhost: localhost\r\n{lines}\r\n".encode("latin-1") + body


def post(port: int, body: bytes, **changes: str | None) -> Answer:
    """POST a signed body as a client would."""
    return ask(port, "POST", "/webhook", body, signed(body, **changes))


def ask(port: int, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
    """One request by the standard library's client."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), json.loads(response.read()))
    finally:
        connection.close()


# The service as `kireji serve` starts it; nothing here asks for a review. A sender that says so is waited for less long,
# and few answers fit between the service and who does not read them.
GUNICORN = """
from kireji.wiring import service
from kireji.entry import cli
from kireji.entry.service import patient, server
import socket

def listen(settings, plain=server.listen):
    listener = plain(settings)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    return listener

server.listen = listen
patient.HEAD_SECONDS = 3
patient.BODY_SECONDS = 6
service.upgrade_database(cli._settings())
cli.main(["web"])
"""


def _gunicorn(folder: Path) -> Iterator[int]:
    port = free_port()
    environ = environment(folder, KIREJI_PORT=str(port), KIREJI_WEBHOOK_SECRET=SECRET.decode())
    child = subprocess.Popen([sys.executable, "-c", GUNICORN], env=environ, stderr=subprocess.PIPE, text=True)
    assert child.stderr
    try:
        said = ""
        while "Booting worker" not in said:
            line = child.stderr.readline()
            assert line, f"gunicorn did not start: {said}"
            said += line
        yield port
    finally:
        child.terminate()
        log = child.communicate()[0] or ""
    assert "Traceback" not in log
    assert all(re.match(r"\d{4}-\d\d-\d\dT[\d:.]+Z (INFO|WARNING) [\w.]+ ", line) for line in log.splitlines()), log
    assert child.returncode == 0


def _werkzeug(_folder: Path) -> Iterator[int]:
    server = make_server("127.0.0.1", 0, create_app(Basket(), secret=SECRET, max_body_bytes=LIMIT), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module", params=[_werkzeug, _gunicorn], ids=["werkzeug", "gunicorn"])
def port(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The service's port; when a test ends, a good delivery must still be answered."""
    yield from request.param(tmp_path_factory.mktemp("web"))


@pytest.fixture(autouse=True)
def well_afterwards(request: pytest.FixtureRequest) -> Iterator[None]:
    """After whatever a test sent, the service is healthy and takes a good delivery."""
    yield
    if "port" in request.fixturenames:
        port = request.getfixturevalue("port")
        assert post(port, GOOD).status == 202
        assert ask(port, "GET", "/healthz").status == 200


def test_a_good_delivery_is_accepted(port: int) -> None:
    """202, and the delivery's id so that it can be found in the log."""
    answer = post(port, GOOD)
    assert (answer.status, answer.json) == (202, {"delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958"})


def test_health_tells_the_version(port: int) -> None:
    """For probes, and for people who wonder what runs."""
    answer = ask(port, "GET", "/healthz")
    assert (answer.status, answer.json) == (200, {"status": "ok", "version": version("kireji")})


@pytest.mark.parametrize(
    ("body", "changes", "status", "words"),
    [
        (GOOD, {"x_hub_signature_256": None}, 401, "missing"),
        (GOOD, {"x_hub_signature_256": "sha256=" + "0" * 64}, 401, "does not match"),
        (b"zen=plain", {}, 400, "not JSON"),
        (b"[1]", {}, 400, "not a JSON object"),
        (GOOD, {"content_type": "application/x-www-form-urlencoded"}, 415, "application/json"),
        (GOOD, {"x_github_event": None}, 400, "X-GitHub-Event"),
        (GOOD, {"x_github_delivery": "a b"}, 400, "X-GitHub-Delivery"),
    ],
)
def test_a_bad_delivery_is_refused(
    port: int, body: bytes, changes: dict[str, str | None], status: int, words: str
) -> None:
    """Each with its status and a reason."""
    answer = post(port, body, **changes)
    assert (answer.status, words in answer.json["error"]) == (status, True), answer


def test_an_unknown_event_is_accepted(port: int) -> None:
    """GitHub may be told to send more than we hear; that is no mistake of the sender's."""
    assert post(port, GOOD, x_github_event="star").status == 202


def test_a_body_of_26_mb_is_refused(port: int) -> None:
    """By its announced length, before it is read."""
    body = b" " * (26 * 1024 * 1024)
    answer = talk(port, raw_post(signed(body), body))
    assert (answer.status, answer.json) == (413, {"error": f"the body is larger than {LIMIT} bytes"})


def test_an_endless_body_is_refused(port: int) -> None:
    """A chunked body announces no length; it is read to the limit and no further."""
    body = b" " * (26 * 1024 * 1024)
    headers = signed(body, content_length=None, transfer_encoding="chunked")
    answer = talk(port, raw_post(headers, b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)))
    assert (answer.status, answer.json) == (413, {"error": f"the body is larger than {LIMIT} bytes"})


def test_a_chunked_body_is_taken(port: int) -> None:
    """Proxies may send one."""
    headers = signed(GOOD, content_length=None, transfer_encoding="chunked")
    chunks = b"%x\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (5, GOOD[:5], len(GOOD) - 5, GOOD[5:])
    assert talk(port, raw_post(headers, chunks)).status == 202


def test_a_truncated_body_is_refused(port: int) -> None:
    """Content-Length promises more than comes: said so, rather than called a bad signature."""
    answer = talk(port, raw_post(signed(GOOD, content_length=str(len(GOOD) + 10)), GOOD))
    assert (answer.status, "broke off" in answer.json["error"]) == (400, True), answer


@pytest.mark.parametrize("chunks", [b"zz\r\n", b"5\r\nabc", b"3\r\nabcdef\r\n0\r\n\r\n", b""])
def test_a_broken_chunked_body_is_refused(port: int, chunks: bytes) -> None:
    """Bad size, cut short, longer than its size, nothing at all: the sender's mistake, no failure of ours."""
    headers = signed(b"abc", content_length=None, transfer_encoding="chunked")
    answer = talk(port, raw_post(headers, chunks))
    assert (answer.status, "broke off" in answer.json["error"]) == (400, True), answer


GUNICORN_ALONE = pytest.mark.parametrize("port", [_gunicorn], ids=["gunicorn"], indirect=True)
HALF_A_HEAD = b"POST /webhook HTTP/1.1\r\nhost: localhost\r\n"
FORGED = {"x_hub_signature_256": "sha256=" + "0" * 64}  # a good head, which anybody can send


@pytest.mark.proof
@GUNICORN_ALONE
@pytest.mark.parametrize(
    "raw",
    [
        HALF_A_HEAD,
        raw_post(signed(GOOD, **FORGED, content_length="20000000"), b"{"),
        raw_post(signed(GOOD, **FORGED, content_length=None, transfer_encoding="chunked"), b"5\r\nab"),
        raw_post(signed(GOOD), GOOD) + HALF_A_HEAD,
    ],
    ids=["head", "body", "chunk", "next"],
)
def test_slow_senders_hold_up_nobody(port: int, raw: bytes) -> None:
    """Many more of them than there are threads, which send a byte now and then: others are answered, and they are sent away."""
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30)) for _ in range(64)]
        for one in slow:
            one.sendall(raw)
        for _ in range(5):
            assert ask(port, "GET", "/healthz").status == 200
            assert post(port, GOOD).status == 202
            for one in slow:
                with contextlib.suppress(OSError):
                    one.sendall(b"a")
        answers = [read_to_end(one) for one in slow]
    assert all(b"HTTP/1.1 408 " in answer for answer in answers)
    assert {answer.count(b"HTTP/1.1 ") for answer in answers} == {
        2 if raw.startswith(raw_post(signed(GOOD), b"")) else 1
    }


def read_to_end(connection: socket.socket) -> bytes:
    """All that comes until the server hangs up."""
    said = b""
    while piece := connection.recv(65536):
        said += piece
    return said


@GUNICORN_ALONE
def test_clients_that_do_not_hang_up_hold_up_nobody(port: int) -> None:
    """Each has had its answer, and that it is the last one; the others are answered meanwhile."""
    with contextlib.ExitStack() as stack:
        for _ in range(64):
            one = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            one.sendall(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
            assert read_to_end(one).startswith(b"HTTP/1.1 200 ")
        assert ask(port, "GET", "/healthz").status == 200


@pytest.mark.proof
@GUNICORN_ALONE
def test_clients_that_read_no_answers_hold_up_nobody(port: int) -> None:
    """They ask and ask, until no more answers fit between them and the service: then they are sent away."""
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            one = stack.enter_context(socket.socket())
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            one.settimeout(30)
            one.connect(("127.0.0.1", port))
            one.sendall(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n" * 150)
        for _ in range(400):
            assert ask(port, "GET", "/healthz").status == 200
        assert post(port, GOOD).status == 202


@pytest.mark.proof
@GUNICORN_ALONE
@pytest.mark.parametrize(("size", "number"), [(1, 300_000), (512, 24_000)])
def test_bodies_of_many_chunks_hold_up_nobody(port: int, size: int, number: int) -> None:
    """They take time by their size, and those of the smallest chunks are refused."""
    head = raw_post(signed(GOOD, **FORGED, content_length=None, transfer_encoding="chunked"), b"")
    raw = head + b"%x\r\n%b\r\n" % (size, b"a" * size) * number + b"0\r\n\r\n"
    with contextlib.ExitStack() as stack:
        many = [stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30)) for _ in range(18)]
        for one in many:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                one.sendall(raw)
        assert ask(port, "GET", "/healthz").status == 200
        status = 400 if size == 1 else 401
        assert all(read_to_end(one).startswith(b"HTTP/1.1 %d " % status) for one in many[:4])


@GUNICORN_ALONE
def test_a_crowd_of_silent_connections_holds_up_nobody(port: int) -> None:
    """More than are kept: those go that have waited longest, and whoever sends a request is answered."""
    with contextlib.ExitStack() as stack:
        for _ in range(700):
            one = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            one.sendall(HALF_A_HEAD)
        assert post(port, GOOD).status == 202


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"x_hub_signature_256": None}, 401),
        ({"x_hub_signature_256": "sha256=0"}, 401),
        ({"content_type": "text/plain"}, 415),
        ({"x_github_event": "A B"}, 400),
        ({"x_github_delivery": None}, 400),
        ({"content_length": str(26 * 1024 * 1024)}, 413),
        ({"content_length": "-1"}, 400),
    ],
)
@GUNICORN_ALONE
def test_a_bad_head_is_refused_without_its_body(port: int, changes: dict[str, str | None], status: int) -> None:
    """Which never comes."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(raw_post(signed(GOOD, **changes), b""))
        assert read_to_end(connection).startswith(b"HTTP/1.1 %d " % status)


@GUNICORN_ALONE
def test_requests_on_one_connection(port: int) -> None:
    """One after the other, and two at once, as proxies send them; whole bodies that nobody wants are no requests."""
    whole = raw_post(signed(GOOD), GOOD)
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        for number in (1, 2, 3):
            connection.sendall(whole * number)
            said = b""
            while said.count(b'"delivery"') < number:
                said += connection.recv(65536)
            assert said.count(b"HTTP/1.1 202 ") == number
    smuggled = b"GET /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n%b" % (len(whole), whole)
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(smuggled)
        assert read_to_end(connection).count(b"HTTP/1.1 ") == 1


def test_a_wrong_method_or_address(port: int) -> None:
    """405 with what is allowed, 404; both as JSON."""
    answer = ask(port, "GET", "/webhook")
    assert (answer.status, sorted(answer.headers["Allow"].split(", "))) == (405, ["OPTIONS", "POST"])
    assert answer.json == {"error": "the method is not allowed at this address"}
    assert ask(port, "GET", "/").json == {"error": "there is nothing at this address"}


def test_every_answer_bears_the_security_headers(port: int) -> None:
    """Good answers and bad ones alike."""
    for answer in (post(port, GOOD), post(port, b""), ask(port, "GET", "/healthz"), ask(port, "GET", "/nothing")):
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert answer.headers["Content-Type"] == "application/json"


def test_the_intake_gets_the_delivery() -> None:
    """Id, event and payload; nothing that was refused."""
    basket = Basket()
    client = create_app(basket, secret=SECRET, max_body_bytes=LIMIT).test_client()
    client.post("/webhook", data=GOOD, headers=signed(GOOD, x_hub_signature_256="sha256=0"))
    client.post("/webhook", data=GOOD, headers=signed(GOOD))
    digest = hashlib.sha256(GOOD).hexdigest()
    assert basket.taken == [Delivery("72d3162e-cc78-11e3-81ab-4c9367dc0958", "ping", json.loads(GOOD), digest)]


def test_the_limit_is_the_last_size_that_is_taken() -> None:
    """One byte more is too much."""
    client = create_app(Basket(), secret=SECRET, max_body_bytes=len(GOOD)).test_client()
    assert client.post("/webhook", data=GOOD, headers=signed(GOOD)).status_code == 202
    assert client.post("/webhook", data=GOOD + b" ", headers=signed(GOOD + b" ")).status_code == 413


def test_a_payload_that_the_intake_refuses_is_answered() -> None:
    """A field of a wrong type is found where the event is read."""
    basket = Basket()
    try:
        parse_event(Delivery("id", "pull_request", {"action": 1}))
    except DeliveryError as error:
        basket.error = error
    answer = (
        create_app(basket, secret=SECRET, max_body_bytes=LIMIT)
        .test_client()
        .post("/webhook", data=GOOD, headers=signed(GOOD))
    )
    assert answer.status_code == 400
    assert answer.json == {
        "error": "the payload's action is not as GitHub documents it: Input should be a valid string"
    }


def test_a_failure_of_ours_is_logged_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    """The sender gets 500 and no details; the log gets the exception."""
    app = create_app(Basket(error=RuntimeError("disk full at /var/lib")), secret=SECRET, max_body_bytes=LIMIT)
    with caplog.at_level(logging.ERROR):
        answer = app.test_client().post("/webhook", data=GOOD, headers=signed(GOOD))
    assert (answer.status_code, answer.json) == (500, {"error": "the service failed; its log says why"})
    assert "disk full at /var/lib" in caplog.text


def test_a_store_that_is_away_is_told() -> None:
    """503, so that GitHub records the delivery as failed, and whoever asks for it again finds it there."""
    basket = Basket(error=TransientError("the database does not answer"))
    client = create_app(basket, secret=SECRET, max_body_bytes=LIMIT).test_client()
    answer = client.post("/webhook", data=GOOD, headers=signed(GOOD))
    assert (answer.status_code, answer.json) == (503, {"error": "the database does not answer"})
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json) == (503, {"status": "the store does not answer"})
    basket.error = None
    assert client.get("/readyz").json == {"status": "ready"}


def test_what_was_sent_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """A payload may hold private code, and a header a forged log line."""
    client = create_app(Basket(), secret=SECRET, max_body_bytes=LIMIT).test_client()
    with caplog.at_level(logging.DEBUG):
        client.post("/webhook", data=GOOD, headers=signed(GOOD))
        client.post("/webhook", data=GOOD, headers=signed(GOOD, x_github_event="forged line"))
    assert "delivery 72d3162e-cc78-11e3-81ab-4c9367dc0958 (ping) accepted" in caplog.text
    assert "refused with 400: the X-GitHub-Event header is not valid" in caplog.text
    assert "Approachable" not in caplog.text
    assert "forged" not in caplog.text


def test_an_empty_secret_is_refused() -> None:
    """It would make every signature forgeable."""
    with pytest.raises(ValueError, match="empty webhook secret"):
        create_app(Basket(), secret=b"", max_body_bytes=LIMIT)
