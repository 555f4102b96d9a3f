"""The loopback GitHub as a whole: start it, fill it, fault it, and read what was sent to it."""

import secrets
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask

from tests.sandbox.faults import FaultMiddleware, Faults
from tests.sandbox.github import (
    graph,
    routes_app,
    routes_checks,
    routes_comments,
    routes_contents,
    routes_pulls,
    routes_reviews,
    webhooks,
)
from tests.sandbox.github.auth import mint
from tests.sandbox.github.git import Content, GitStore
from tests.sandbox.github.http import WORLD, make_app
from tests.sandbox.github.limits import Limits
from tests.sandbox.github.models import App, Delivery, Permissions
from tests.sandbox.github.payloads import Subject, payload, subject_of
from tests.sandbox.github.repository import Repository
from tests.sandbox.github.traffic import Exchange, TrafficLog, TrafficMiddleware
from tests.sandbox.github.world import RepoState, World
from tests.sandbox.serve import LoopbackServer

_MODULES = (routes_app, routes_pulls, routes_contents, routes_reviews, routes_comments, routes_checks, graph)
PERMISSIONS: Permissions = {
    "metadata": "read",
    "contents": "read",
    "pull_requests": "write",
    "issues": "write",
    "checks": "write",
    "merge_queues": "read",
}
EVENTS = (
    "pull_request",
    "issue_comment",
    "pull_request_review_comment",
    "pull_request_review",
    "check_run",
    "check_suite",
    "merge_group",
)


@cache
def _flask() -> Flask:
    return make_app([module.routes for module in _MODULES])


@dataclass(frozen=True, slots=True)
class AppIdentity:
    """What an operator knows of an installed App."""

    app_id: int
    client_id: str
    slug: str
    private_key_pem: str
    installation_id: int
    webhook_secret: str


class GitHubSandbox:
    """A GitHub on 127.0.0.1. `latency` is slept before every answer, in seconds. A context manager."""

    def __init__(self, latency: float = 0.0, *, port: int = 0, record: bool = True) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="sandbox-github-")
        self.latency = latency
        self.world = World(Path(self._folder.name))
        self.faults = Faults()
        self._log = TrafficLog(to_file=record)
        self._web = _flask()  # now: two threads that make it at once bring CPython 3.11 to a SystemError in `ast.parse`
        served = FaultMiddleware(self._serve, self.faults)
        self._server = LoopbackServer(TrafficMiddleware(served, self._log), port)
        self.url = self.world.url = self._server.url

    def _serve(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if self.latency:
            time.sleep(self.latency)
        environ[WORLD] = self.world
        return self._web.wsgi_app(environ, start_response)

    def start(self) -> Self:
        """Begin to serve."""
        self._server.start()
        return self

    def stop(self) -> None:
        """Stop serving and remove the repositories."""
        self._server.stop()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    # -- what is there

    def install_app(
        self,
        *,
        app_id: int | None = None,
        private_key_pem: str | None = None,
        permissions: Permissions | None = None,
        slug: str = "kireji",
        webhook_secret: str | None = None,
        account: str | None = None,
    ) -> AppIdentity:
        """Install an App on every repository, or on those of one `account`. Makes an RSA key if none is given."""
        world = self.world
        if private_key_pem is None:
            private_key_pem = new_private_key()

        with world.lock:
            number = app_id or world.new_id()
            app = App(
                id=number,
                client_id=f"Iv23li{number:014d}",
                slug=slug,
                bot=world.user(f"{slug}[bot]"),
                owner=world.user("kireji-maintainer"),
                public_key=_public_key(private_key_pem),
                webhook_secret=webhook_secret or secrets.token_hex(20),
                installation_id=world.new_id(),
                permissions={"metadata": "read", **(PERMISSIONS if permissions is None else permissions)},
                events=list(EVENTS),
                created_at=world.now(),
                account=account,
            )
            world.apps[number] = app

        return AppIdentity(number, app.client_id, slug, private_key_pem, app.installation_id, app.webhook_secret)

    def install_on(self, account: str, app_id: int | None = None) -> int:
        """Install the App on one more account, for that account's repositories; the installation's id."""
        with self.world.lock:
            number = self._app(app_id).others[account] = self.world.new_id()
        return number

    def create_repo(
        self, full_name: str, files: Mapping[str, Content] | None = None, *, private: bool = True
    ) -> Repository:
        """A repository of this name; `files` are its first commit on main. Any token reads one that is not private."""
        world = self.world
        owner, _, name = full_name.partition("/")
        with world.lock:
            number = world.new_id()
            store = GitStore(world.folder / owner / f"{name}-{number}.git")  # the name may have been another's before
            state = RepoState(number, world.user(owner), name, store, world.now())
            state.private = private
            repository = Repository(world, state)
            repository.commit("main", files or {"README.md": f"# {name}\n"}, message="First commit")
            world.repos[full_name.lower()] = state

        return repository

    def token(
        self,
        *,
        permissions: Permissions | None = None,
        repositories: list[str] | None = None,
        app_id: int | None = None,
        kind: Literal["installation", "fine-grained", "classic"] = "installation",
    ) -> str:
        """A token without asking over HTTP: an installation's, such as an Action's GITHUB_TOKEN, or a person's."""
        token = mint(self.world, self._app(app_id), permissions, repositories)
        token.kind = kind
        return token.value

    def advance(self, seconds: float) -> None:
        """Let time pass: tokens expire, rate limits reset."""
        self.world.ahead += seconds

    @property
    def limits(self) -> Limits:
        """GitHub's limits, to be adjusted."""
        return self.world.limits

    @property
    def patch_missing(self) -> set[str]:
        """Paths whose `patch` list-files leaves out."""
        return self.world.patch_missing

    @property
    def violations(self) -> list[str]:
        """What no well-made client does: unknown endpoints and properties; and defects of the sandbox itself."""
        return self.world.violations

    # -- what was said

    @property
    def traffic(self) -> list[Exchange]:
        """Every exchange so far."""
        return self._log.exchanges

    def count(self, match: str = "*") -> int:
        """How many exchanges match "METHOD /path?query", an fnmatch pattern."""
        return sum(fnmatchcase(f"{exchange.method} {exchange.path}", match) for exchange in list(self.traffic))

    @property
    def requests(self) -> int:
        """How many exchanges were the API's: all but git's own."""
        return self.count() - self.count("* /*.git/*")

    def clear_traffic(self) -> None:
        """Forget the exchanges so far."""
        self._log.exchanges = []

    # -- webhooks

    @property
    def hook_url(self) -> str | None:
        """Where `deliver` sends webhooks."""
        return self.world.hook_url

    @hook_url.setter
    def hook_url(self, url: str | None) -> None:
        self.world.hook_url = url

    @property
    def deliveries(self) -> list[Delivery]:
        """The hook log, oldest first."""
        return list(self.world.deliveries)

    @property
    def redeliveries(self) -> list[int]:
        """The ids of the deliveries that were asked for again."""
        return list(self.world.redeliveries)

    def webhook(
        self,
        event: str,
        *,
        action: str | None = None,
        repo: Repository | None = None,
        number: int | None = None,
        sender: str = "alice",
        comment_id: int | None = None,
        review_id: int | None = None,
        check_run_id: int | None = None,
        label: str | None = None,
        button: str | None = None,
        extra: Mapping[str, Any] | None = None,
        guid: str | None = None,
        app_id: int | None = None,
    ) -> tuple[dict[str, str], bytes]:
        """A signed webhook: its headers and exact bytes.

        Events: ping, pull_request, issue_comment and pull_request_review_comment (with `comment_id`), pull_request_review
        (with `review_id`), check_run and check_suite (with `check_run_id`), merge_group (of a `number` that is queued, or
        was when its group was `destroyed`), installation, installation_repositories. The last edit is told by `edited`,
        the last push by `synchronize`. `label` goes with labeled and unlabeled, `button` (its identifier; ValueError
        for one that is not there) with requested_action. `extra` is laid over the payload.
        """
        app = self._app(app_id)
        about = Subject() if repo is None else subject_of(repo.state, number, comment_id or review_id, check_run_id)
        subject = replace(about, label=label, button=button)
        body = payload(self.world, app, event, action, subject=subject, sender=sender, extra=extra or {})
        return webhooks.signed(app, event, body, guid)

    def deliver(self, event: str, *, lost: bool = False, app_id: int | None = None, **about: Any) -> Delivery:
        """Send a webhook (arguments as `webhook`'s) to `hook_url` and log it; `lost`: logged, and never arrived."""
        headers, body = self.webhook(event, app_id=app_id, **about)
        return webhooks.deliver(self.world, self._app(app_id), headers, body, lost=lost)

    def _app(self, app_id: int | None) -> App:
        if not self.world.apps:
            raise LookupError("install_app() first")
        return next(iter(self.world.apps.values())) if app_id is None else self.world.apps[app_id]


def new_private_key() -> str:
    """A fresh RSA key as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    ).decode()


def _public_key(private_key_pem: str) -> bytes:
    key = serialization.load_pem_private_key(
        private_key_pem.encode(), password=None, unsafe_skip_rsa_key_validation=True
    )
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
