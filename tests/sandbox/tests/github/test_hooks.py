"""Webhooks: signed, whole, delivered once, and logged for whoever asks again."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator

import pytest
from flask import Flask, request
from github import GithubIntegration

from tests.sandbox.github import AppIdentity, GitHubSandbox, Pull, Repository
from tests.sandbox.serve import LoopbackServer


class Receiver:
    """An App's web process: answers `status` to every webhook and remembers it."""

    def __init__(self) -> None:
        self.status = 202
        self.heard: list[tuple[str, str]] = []
        self.again = threading.Event()
        self.flask = Flask("receiver")
        self.flask.add_url_rule("/webhook", view_func=self.hear, methods=["POST"])

    def hear(self) -> tuple[str, int]:
        """Take one webhook."""
        self.heard.append((request.headers["X-GitHub-Delivery"], request.headers["X-GitHub-Event"]))
        if len(self.heard) > 1:
            self.again.set()
        return "heard", self.status


@pytest.fixture
def receiver(github: GitHubSandbox) -> Iterator[Receiver]:
    """A running receiver, set as the App's hook URL."""
    receiver = Receiver()
    with LoopbackServer(receiver.flask) as server:
        github.hook_url = f"{server.url}/webhook"
        yield receiver


def test_a_signed_webhook(github: GitHubSandbox, app: AppIdentity, shop: Repository, pull: Pull) -> None:
    """The signature is over the exact bytes; the payload is whole."""
    headers, body = github.webhook("pull_request", action="opened", repo=shop, number=pull.number, sender="alice")
    digest = hmac.new(app.webhook_secret.encode(), body, hashlib.sha256).hexdigest()

    assert headers["X-Hub-Signature-256"] == f"sha256={digest}"
    assert (headers["X-GitHub-Event"], headers["Content-Type"]) == ("pull_request", "application/json")
    assert headers["X-GitHub-Hook-Installation-Target-ID"] == str(app.app_id)

    payload = json.loads(body)
    assert (payload["action"], payload["number"], payload["sender"]["login"]) == ("opened", pull.number, "alice")
    assert payload["installation"]["id"] == app.installation_id
    assert payload["repository"]["full_name"] == "octo/shop"
    assert payload["pull_request"]["head"]["sha"] == pull.head_sha
    assert payload["pull_request"]["changed_files"] == 4


def test_github_signs_as_its_documentation_says(github: GitHubSandbox, private_key: str) -> None:
    """GitHub's own test vector for the signature scheme."""
    secret = "It's a Secret to Everybody"
    text = b"Hello, World!"
    expected = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert hmac.new(secret.encode(), text, hashlib.sha256).hexdigest() == expected
    github.install_app(private_key_pem=private_key, webhook_secret=secret)
    headers, body = github.webhook("ping")
    assert headers["X-Hub-Signature-256"] == "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_every_event_has_its_payload(github: GitHubSandbox, shop: Repository, pull: Pull) -> None:
    """Each event the App hears can be made."""
    comment = shop.comment(pull.number, "/kireji review", by="bob")
    line = {"path": "till.py", "line": 4, "body": "Hm."}
    shop.add_review(pull.number, by="bob", body="x", comments=[line])
    repo = {"repo": shop, "number": pull.number}
    _, talk = github.webhook("issue_comment", action="created", sender="bob", comment_id=comment.id, **repo)
    review_comment = shop.review_comments(pull.number)[0]
    _, thread = github.webhook("pull_request_review_comment", action="created", comment_id=review_comment["id"], **repo)
    _, installed = github.webhook("installation", action="created")
    _, ping = github.webhook("ping")
    _, labeled = github.webhook("pull_request", action="labeled", extra={"label": {"name": "review me"}}, **repo)

    assert json.loads(talk)["comment"]["body"] == "/kireji review"
    assert json.loads(talk)["issue"]["pull_request"]["url"].endswith("/pulls/1")
    assert json.loads(thread)["comment"]["line"] == 4
    assert [repository["full_name"] for repository in json.loads(installed)["repositories"]] == ["octo/shop"]
    assert "zen" in json.loads(ping)
    assert json.loads(labeled)["label"] == {"name": "review me"}


def test_check_events_and_forks(
    github: GitHubSandbox, integration: GithubIntegration, app: AppIdentity, shop: Repository, pull: Pull
) -> None:
    """check_run and check_suite name the pull request, unless it is a fork's."""
    fork = shop.open_pull(author="mallory", fork=True, branch="evil", files={"a.py": "1\n"})
    repo = integration.get_github_for_installation(app.installation_id).get_repo("octo/shop")
    named: list[list[int]] = []
    for pull_request in (pull, fork):
        run = repo.create_check_run("kireji", pull_request.head_sha)
        for event in ("check_run", "check_suite"):
            _, body = github.webhook(event, action="rerequested", repo=shop, check_run_id=run.id)
            payload = json.loads(body)[event]
            assert payload["head_sha"] == pull_request.head_sha
            named.append([each["number"] for each in payload["pull_requests"]])

    assert named == [[1], [1], [], []]


def test_deliveries_are_logged(github: GitHubSandbox, integration: GithubIntegration, receiver: Receiver) -> None:
    """What arrived, what was refused, and what never arrived, newest first, in pages by cursor."""
    github.deliver("ping")
    receiver.status = 500
    github.deliver("ping")
    github.deliver("ping", lost=True)

    assert [delivery.status_code for delivery in github.deliveries] == [202, 500, 0]
    assert len(receiver.heard) == 2

    headers, first = integration.requester.requestJsonAndCheck("GET", "/app/hook/deliveries?per_page=2")
    assert [(row["status_code"], row["status"]) for row in first] == [
        (0, "failed to connect to host"),
        (500, "Invalid HTTP Response: 500"),
    ]

    following = str(headers["link"]).split(";")[0].strip("<>").removeprefix(github.url)
    _, second = integration.requester.requestJsonAndCheck("GET", following)

    assert [row["status_code"] for row in second] == [202]

    _, whole = integration.requester.requestJsonAndCheck("GET", f"/app/hook/deliveries/{second[0]['id']}")
    assert whole["request"]["headers"]["X-GitHub-Event"] == "ping"
    assert whole["response"]["payload"] == "heard"


def test_nothing_is_sent_again_unless_asked(
    github: GitHubSandbox, integration: GithubIntegration, receiver: Receiver
) -> None:
    """A failed delivery stays failed; asked for again, it comes under the same GUID."""
    receiver.status = 503
    failed = github.deliver("ping")
    assert len(receiver.heard) == 1
    receiver.status = 202
    integration.requester.requestJsonAndCheck("POST", f"/app/hook/deliveries/{failed.id}/attempts")
    assert receiver.again.wait(10)
    assert receiver.heard == [(failed.guid, "ping")] * 2
    assert github.redeliveries == [failed.id]
