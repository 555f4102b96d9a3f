"""Requests that are no good deliveries: each gets its answer, and the next good delivery is reviewed."""

import gzip
import hashlib
import hmac
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
import requests

from tests.sandbox.github import Repository
from tests.stories import changes
from tests.stories.town import Town

ONE = changes.parts(1)
Signed = tuple[dict[str, str], bytes]


@pytest.fixture
def repo(town: Town) -> Repository:
    """A repository with a pull request that has a mistake."""
    repo = town.github.create_repo("octo/shop", files=ONE.base)
    repo.open_pull(files=ONE.head)
    return repo


def signed(town: Town, body: bytes, **headers: str) -> Signed:
    """A request about a pull request with this body under a good signature."""
    digest = hmac.new(town.identity.webhook_secret.encode(), body, hashlib.sha256).hexdigest()
    usual = {
        "Content-Type": "application/json",
        "X-GitHub-Event": "pull_request",
        "X-GitHub-Delivery": "00000000-0000-0000-0000-000000000001",
        "X-Hub-Signature-256": f"sha256={digest}",
    }
    return usual | headers, body


def good(town: Town, repo: Repository) -> Signed:
    """A delivery that would be reviewed."""
    return town.github.webhook("pull_request", action="opened", repo=repo, number=1)


def _unsigned(town: Town, repo: Repository) -> Signed:
    headers, body = good(town, repo)
    return {name: value for name, value in headers.items() if not name.startswith("X-Hub-Signature")}, body


def _only_sha1(town: Town, repo: Repository) -> Signed:
    headers, body = good(town, repo)
    return {name: value for name, value in headers.items() if name != "X-Hub-Signature-256"}, body


def _forged(town: Town, repo: Repository) -> Signed:
    headers, body = good(town, repo)
    return headers | {"X-Hub-Signature-256": "sha256=" + hmac.new(b"guess", body, hashlib.sha256).hexdigest()}, body


def _changed(town: Town, repo: Repository) -> Signed:
    headers, body = good(town, repo)
    return headers, body.replace(b'"draft":false', b'"draft":true ')


def _not_json(town: Town, _: Repository) -> Signed:
    return signed(town, b"{'action': 'opened'}")


def _cut_json(town: Town, repo: Repository) -> Signed:
    return signed(town, good(town, repo)[1][:-200])


def _a_list(town: Town, _: Repository) -> Signed:
    return signed(town, b"[]")


def _deep(town: Town, _: Repository) -> Signed:
    return signed(town, b"[" * 100_000)


def _empty(town: Town, _: Repository) -> Signed:
    return signed(town, b"")


def _compressed(town: Town, repo: Repository) -> Signed:
    return signed(town, gzip.compress(good(town, repo)[1]), **{"Content-Encoding": "gzip"})


def _a_form(town: Town, repo: Repository) -> Signed:
    return signed(town, good(town, repo)[1], **{"Content-Type": "application/x-www-form-urlencoded"})


def _nameless(town: Town, repo: Repository) -> Signed:
    headers, body = good(town, repo)
    return {name: value for name, value in headers.items() if name != "X-GitHub-Delivery"}, body


def _huge(town: Town, _: Repository) -> Signed:
    return signed(town, b'{"zen": "' + b"x" * (26 * 1024 * 1024) + b'"}')


def _without_a_repository(town: Town, _: Repository) -> Signed:
    return signed(town, b'{"action": "opened", "number": 1}')


def _with_a_path_for_a_name(town: Town, repo: Repository) -> Signed:
    body = good(town, repo)[1]
    assert body.count(b'"full_name":"octo/shop"')
    return signed(town, body.replace(b'"full_name":"octo/shop"', b'"full_name":"octo/../../user"'))


BAD: dict[str, tuple[Callable[[Town, Repository], Signed], int, str]] = {
    "no signature": (_unsigned, 401, "the X-Hub-Signature-256 header is missing"),
    "only the old signature": (_only_sha1, 401, "the X-Hub-Signature-256 header is missing"),
    "wrong signature": (_forged, 401, "does not match the body"),
    "changed on the way": (_changed, 401, "does not match the body"),
    "not JSON": (_not_json, 400, "the body is not JSON"),
    "truncated JSON": (_cut_json, 400, "the body is not JSON"),
    "a list": (_a_list, 400, "the body is not a JSON object"),
    "nested without end": (_deep, 400, "the body is not JSON"),
    "empty": (_empty, 400, "the body is not JSON"),
    "compressed": (_compressed, 400, "the body is not JSON"),
    "a form": (_a_form, 415, "the content type must be application/json"),
    "no delivery id": (_nameless, 400, "the X-GitHub-Delivery header is missing"),
    "26 MB": (_huge, 413, "the body is larger than 26214400 bytes"),
    "no repository": (_without_a_repository, 400, "the payload's repository is not as GitHub documents it"),
    "a repository named as a path": (_with_a_path_for_a_name, 400, "the payload's repository.full_name is not"),
}


def test_a_bad_request_is_answered_and_leaves_the_service_well(
    town: Town, repo: Repository, subtests: pytest.Subtests
) -> None:
    """Each is refused with a status and a plain reason, and starts nothing; the good delivery after it is reviewed."""
    for number, (name, (make, status, words)) in enumerate(BAD.items(), start=2):
        with subtests.test(name):
            town.github.clear_traffic()
            answer = town.post(*make(town, repo))
            assert (answer.status_code, words in answer.json()["error"]) == (status, True), answer.text
            town.settle()
            assert not town.github.count()
            repo.open_pull(files=ONE.head, branch=f"branch{number}")
            town.open(repo, number)
            assert town.placed(repo, number) == [(ONE.paths[0], changes.LINE)]


def test_a_body_that_breaks_off(town: Town, repo: Repository) -> None:
    """The sender hangs up before the announced length: 400, nothing starts, and the good delivery is reviewed."""
    headers, body = good(town, repo)
    head = "".join(f"{name}: {value}\r\n" for name, value in {**headers, "Content-Length": str(len(body))}.items())
    where = urlsplit(town.url)
    with socket.create_connection((str(where.hostname), where.port or 0), timeout=10) as sender:
        sender.sendall(f"POST /webhook HTTP/1.1\r\nHost: app\r\n{head}\r\n".encode() + body[:100])
        sender.shutdown(socket.SHUT_WR)
        answer = sender.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b'{"error":"the body broke off' in answer
    town.open(repo, 1)
    assert town.placed(repo, 1) == [(ONE.paths[0], changes.LINE)]


def test_other_addresses_and_methods(town: Town) -> None:
    """There is nothing to find out at other addresses, and /webhook takes POST only."""
    assert requests.get(f"{town.url}/webhook", timeout=10).status_code == 405
    assert requests.get(f"{town.url}/.env", timeout=10).status_code == 404
    assert requests.get(f"{town.url}/healthz", timeout=10).json()["status"] == "ok"
