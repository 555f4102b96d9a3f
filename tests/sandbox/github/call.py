"""One REST call: who makes it, to which repository, with which right; and its answer, paginated as GitHub does."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from tests.sandbox.github.auth import Caller
from tests.sandbox.github.errors import ApiError, locked, not_found
from tests.sandbox.github.models import App, IssueComment, Pull, ReviewComment, User
from tests.sandbox.github.wire import Body
from tests.sandbox.github.world import RepoState, World

T = TypeVar("T")
B = TypeVar("B", bound=Body)
_MEDIA = re.compile(r"application/vnd\.github(?:\.v3)?\.(diff|patch|raw|html|object)\b")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back: `data` as JSON, or bytes as they are under `kind`."""

    data: object
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = "application/json; charset=utf-8"

    def encoded(self) -> bytes:
        """The body."""
        if isinstance(self.data, bytes):
            return self.data
        return b"" if self.data is None else json.dumps(self.data).encode()


@dataclass(slots=True)
class Call:
    """A request that is allowed to happen. `base` is the address without its query."""

    world: World
    caller: Caller
    base: str
    query: dict[str, str]
    accept: str
    data: bytes
    place: RepoState | None = None

    @property
    def app(self) -> App:
        """The App that calls."""
        return self.caller.app

    @property
    def viewer(self) -> User:
        """The account in whose name the call is made."""
        return self.caller.app.bot

    @property
    def repo(self) -> RepoState:
        """The repository that the address names."""
        if self.place is None:
            raise not_found()
        return self.place

    @property
    def media(self) -> str:
        """json, unless Accept asks for GitHub's diff, patch, raw, html or object."""
        asked = _MEDIA.search(self.accept)
        return asked.group(1) if asked else "json"

    def json(self) -> object:
        """The request body's JSON object; an empty body is an empty object."""
        if not self.data:
            return dict[str, object]()
        try:
            value = json.loads(self.data)
        except ValueError as error:
            raise ApiError(400, "Problems parsing JSON") from error
        if not isinstance(value, dict):
            raise ApiError(400, "Body should be a JSON object")
        return value

    def body(self, model: type[B]) -> B:
        """The request body under a model. What GitHub's description does not know is noted as a violation."""
        body = model.read(self.json())
        for name in body.unknown_names():
            self.world.violations.append(f"{self.base}: GitHub knows no property {name!r}")
        return body

    def number(self, name: str, default: int, highest: int | None = None) -> int:
        """A query parameter that is a number from 1, or the default for anything else."""
        text = self.query.get(name, "")
        value = int(text) if text.isdecimal() and int(text) > 0 else default
        return value if highest is None else min(value, highest)

    def pull(self, number: int) -> Pull:
        """The pull request, or 404."""
        found = self.repo.pulls.get(number)
        if found is None:
            raise not_found()
        return found

    def open_conversation(self, number: int) -> Pull:
        """The pull request, if something may be said there: 403 where its conversation is locked.

        Source: GitHub's "Locking conversations": nobody reacts, and only who may push says something. Whether an App that
        may push counts as such no page says: here it does not.
        """
        pull = self.pull(number)
        if pull.locked:
            raise locked()
        return pull

    def issue_comment(self, comment_id: int) -> tuple[Pull, IssueComment]:
        """A comment in a conversation, with its pull request, or 404."""
        for pull in list(self.repo.pulls.values()):
            for comment in list(pull.issue_comments):
                if comment.id == comment_id:
                    return pull, comment
        raise not_found()

    def review_comment(self, comment_id: int) -> tuple[Pull, ReviewComment]:
        """A review comment that the caller may see, with its pull request, or 404."""
        for pull in list(self.repo.pulls.values()):
            for comment in pull.shown_comments(self.viewer):
                if comment.id == comment_id:
                    return pull, comment
        raise not_found()

    def page(self, items: Sequence[T], show: Callable[[T], Any], wrap: str | None = None) -> Answer:
        """One page of a list, with GitHub's Link header. `wrap` names the list inside an object with total_count."""
        size = self.number("per_page", 30, 100)
        page = self.number("page", 1)
        last = max(1, -(-len(items) // size))
        shown = [show(item) for item in items[(page - 1) * size : page * size]]
        links = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}

        if page == 1:
            del links["prev"], links["first"]

        if page >= last:
            del links["next"], links["last"]

        header = ", ".join(f'<{self._address(page=number)}>; rel="{name}"' for name, number in links.items())
        data: object = shown if wrap is None else {"total_count": len(items), wrap: shown}
        return Answer(data, headers={"Link": header} if header else {})

    def _address(self, **changed: int) -> str:
        query = {**self.query, **{name: str(value) for name, value in changed.items()}}
        return f"{self.base}?{urlencode(query)}"


Handler = Callable[..., Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """An endpoint. `needs` lists permissions of which the token must hold one; `by_app` wants the App's JWT instead."""

    method: str
    rule: str
    handler: Handler
    needs: tuple[str, ...]
    by_app: bool
    creates: bool


class Routes:
    """The endpoints of one module."""

    def __init__(self) -> None:
        self.all: list[Route] = []

    def add(
        self, method: str, rule: str, *needs: str, by_app: bool = False, creates: bool = False
    ) -> Callable[[Handler], Handler]:
        """Register a handler. Under /repos/{owner}/{name} the call's repository is found first."""

        def keep(handler: Handler) -> Handler:
            full = rule.replace("{repo}", "/repos/<owner>/<name>")
            self.all.append(Route(method, full, handler, needs, by_app, creates))
            return handler

        return keep
