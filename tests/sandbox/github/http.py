"""The Flask application: authentication, limits and rights before every handler, GitHub's headers after it."""

import secrets
import time
import traceback
from collections.abc import Iterable
from itertools import chain
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from tests.sandbox.github import git_http
from tests.sandbox.github.auth import Caller, authenticate
from tests.sandbox.github.call import Answer, Call, Route, Routes
from tests.sandbox.github.errors import ApiError, forbidden, lacking, not_found
from tests.sandbox.github.limits import Standing
from tests.sandbox.github.world import RepoState, World

WORLD = "sandbox.world"
_VERSIONS = {"2022-11-28", "2026-03-10"}
_REDIRECTS = "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects"
_SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. "
    "If you reach out to GitHub Support for help, please include the request ID."
)


# Every address of a repository has a twin by its id, to which GitHub redirects from a name that the repository had before.
BY_NAME = "/repos/<owner>/<name>"
BY_ID = "/repositories/<int:repo_id>"


def make_app(modules: Iterable[Routes]) -> Flask:
    """The whole loopback GitHub as one WSGI application; each request brings its world in `environ[WORLD]`."""
    flask = Flask("sandbox-github", static_folder=None)
    flask.url_map.strict_slashes = False
    flask.url_map.merge_slashes = False

    for route in chain.from_iterable(module.all for module in modules):
        for rule in {route.rule, route.rule.replace(BY_NAME, BY_ID)}:
            flask.add_url_rule(rule, endpoint=f"{route.method} {rule}", view_func=_View(route), methods=[route.method])
    git_http.add(flask, WORLD)
    flask.register_error_handler(HTTPException, _unknown)
    return flask


def _unknown(error: HTTPException) -> Response:
    world: World = request.environ[WORLD]
    world.violations.append(f"unknown endpoint {request.method} {request.path} ({error.code})")
    return _response(Answer(not_found().body(), 404), None)


class _View:
    def __init__(self, route: Route) -> None:
        self._route = route

    @property
    def _world(self) -> World:
        return request.environ[WORLD]

    def __call__(self, owner: str = "", name: str = "", repo_id: int = 0, **values: Any) -> Response:
        standing: Standing | None = None
        try:
            caller, standing = self._admit()
            call = self._call(caller, repo_id or (f"{owner}/{name}" if owner else None))
            answer = self._answer(call, values)
        except ApiError as error:
            answer = Answer(error.body(), error.status, error.headers)
        except Exception:  # noqa: BLE001 - a defect of the sandbox must be seen by the test, not swallowed by Flask
            self._world.violations.append(f"sandbox defect: {traceback.format_exc()}")
            answer = Answer({"message": "Server Error"}, 500)

        return _response(answer, standing)

    def _answer(self, call: Call, values: dict[str, Any]) -> Answer:
        if self._route.method == "GET" or self._route.rule == "/graphql":
            return self._route.handler(call, **values)
        with self._world.lock:
            return self._route.handler(call, **values)

    def _admit(self) -> tuple[Caller, Standing]:
        if not request.headers.get("User-Agent"):
            raise ApiError(
                403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header"
            )

        version = request.headers.get("X-GitHub-Api-Version")
        if version is not None and version not in _VERSIONS:
            raise ApiError(400, f'"{version}" is not a supported version of the API.')

        caller = authenticate(self._world, request.headers.get("Authorization"))
        resource = "graphql" if self._route.rule == "/graphql" else "core"
        now = self._world.seconds()
        if self._route.rule == "/rate_limit":
            return caller, self._world.limiter.standing(caller.key, resource, now)

        write = self._route.method != "GET" and resource == "core"
        standing = self._world.limiter.take(caller.key, resource, now, write=write, creates=self._route.creates)
        if standing.refused is not None:
            raise self._refusal(caller, standing)

        return caller, standing

    def _refusal(self, caller: Caller, standing: Standing) -> ApiError:
        limits = self._world.limits
        if standing.refused == "primary":
            message = f"API rate limit exceeded for installation ID {caller.app.installation_id}."
            return ApiError(403, message, headers=standing.headers())
        headers = {**standing.headers(), "Retry-After": str(limits.retry_after)}
        return ApiError(limits.secondary_status, _SECONDARY, headers=headers)

    def _call(self, caller: Caller, named: str | int | None) -> Call:
        route = self._route
        if route.by_app and caller.token is not None:
            raise ApiError(401, "A JSON web token could not be decoded")
        if not route.by_app and caller.token is None:
            raise forbidden()

        place = None if named is None else self._place(caller, named)
        if route.needs and not caller.may(*route.needs):
            raise lacking(caller.kind, route.needs)

        return Call(
            world=self._world,
            caller=caller,
            base=self._world.url + request.path,
            query=request.args.to_dict(),
            accept=request.headers.get("Accept", ""),
            data=request.get_data(),
            place=place,
        )

    def _place(self, caller: Caller, named: str | int) -> RepoState:
        reached = self._world.reached(caller.app, caller.token)
        if isinstance(named, int):
            repo = next((repo for repo in reached if repo.id == named), None)
        else:
            repo = self._world.repo(named) or self._world.moved(named)

        if repo is None or repo not in reached:
            raise not_found()
        if isinstance(named, str) and repo.full_name.lower() != named.lower():
            raise self._moved(repo)

        repo.guard.admit(repo.owner.login, self._world.url, kind=caller.kind)

        if self._route.method != "GET":
            repo.guard.admit_write(review=self._route.rule.endswith("/reviews"))

        return repo

    def _moved(self, repo: RepoState) -> ApiError:
        """GitHub's redirect from a name that a repository had before. It keeps the query."""
        rest = "/".join(request.path.split("/")[4:])
        query = request.query_string.decode("ascii", "replace")
        place = f"{self._world.url}/repositories/{repo.id}/{rest}".rstrip("/") + (f"?{query}" if query else "")
        status = 301 if request.method == "GET" else 307
        return ApiError(status, "Moved Permanently", url=place, docs=_REDIRECTS, headers={"Location": place})


def _response(answer: Answer, standing: Standing | None) -> Response:
    response = Response(answer.encoded(), answer.status, content_type=answer.kind)
    if answer.status == 204:
        del response.headers["Content-Type"]

    response.headers["X-GitHub-Request-Id"] = ":".join(secrets.token_hex(2).upper() for _ in range(5))
    response.headers["X-GitHub-Media-Type"] = "github.v3; format=json"
    version = request.headers.get("X-GitHub-Api-Version", "2022-11-28")
    response.headers["X-GitHub-Api-Version-Selected"] = version

    if standing is None:
        standing = Standing("core", 60, 0, int(time.time()) + 3600)

    for name, value in {**standing.headers(), **answer.headers}.items():
        response.headers[name] = value

    return response
