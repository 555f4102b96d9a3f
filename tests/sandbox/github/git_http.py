"""GitHub's git over HTTP: `git http-backend` on the bare repositories, for whoever may read them. Only fetches are served.

It counts against none of the API's limits.
"""

import base64
import os
import subprocess
from binascii import Error

from flask import Flask, Response, request

from tests.sandbox.github.auth import authenticate
from tests.sandbox.github.errors import ApiError
from tests.sandbox.github.world import RepoState, World

GIT = ".git/"
_CONFIG = {
    "uploadpack.allowAnySHA1InWant": "true",
    "uploadpack.allowFilter": "true",
    "http.receivepack": "false",
    "safe.directory": "*",
}


def add(flask: Flask, world_key: str) -> None:
    """Serve /OWNER/NAME.git; each request brings its world in `environ[world_key]`."""

    def view(owner: str, name: str, service: str) -> Response:
        world: World = request.environ[world_key]
        moved = world.moved(f"{owner}/{name}")
        try:
            repo = _repo(world, moved or world.repo(f"{owner}/{name}"), request.headers.get("Authorization"))
        except ApiError as error:
            headers = {"WWW-Authenticate": 'Basic realm="GitHub"'} if error.status == 401 else {}
            return Response(f"{error.message}\n", error.status, headers, content_type="text/plain")

        if moved is not None:
            query = request.query_string.decode("ascii", "replace")
            place = f"{world.url}/{moved.full_name}.git/{service}?{query}".rstrip("?")
            return Response("", 301, {"Location": place})

        return _backend(repo, service)

    flask.add_url_rule("/<owner>/<name>.git/<path:service>", "git", view, methods=["GET", "POST"])


def _repo(world: World, repo: RepoState | None, header: str | None) -> RepoState:
    """The same repository, if the caller may read its contents. Raises ApiError 401, 403 or 404, as GitHub does."""
    if header is None:
        if repo is None or repo.private:
            raise ApiError(401, "Repository not found.")
        return repo

    scheme, _, value = header.partition(" ")
    try:
        user, _, token = base64.b64decode(value, validate=True).decode().partition(":")
    except (Error, UnicodeDecodeError):
        user = ""
        token = ""

    if scheme.lower() != "basic" or user != "x-access-token":
        raise ApiError(401, "Invalid username or token. Password authentication is not supported for Git operations.")

    caller = authenticate(world, f"token {token}")
    if repo is None or repo not in world.reached(caller.app, caller.token):
        raise ApiError(404, "Repository not found.")
    if not caller.may("contents:read"):
        raise ApiError(403, "Resource not accessible by integration")

    return repo


def _backend(repo: RepoState, service: str) -> Response:
    path = repo.store.path
    given = {f"GIT_CONFIG_KEY_{number}": key for number, key in enumerate(_CONFIG)}
    given |= {f"GIT_CONFIG_VALUE_{number}": value for number, value in enumerate(_CONFIG.values())}

    body = request.get_data()
    environ = {
        "PATH": os.environ.get("PATH", os.defpath),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_COUNT": str(len(_CONFIG)),
        **given,
        "GIT_PROJECT_ROOT": str(path.parent),
        "GIT_HTTP_EXPORT_ALL": "1",
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        "PATH_INFO": f"/{path.name}/{service}",
        "REQUEST_METHOD": request.method,
        "QUERY_STRING": request.query_string.decode("ascii", "replace"),
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
    }
    done = subprocess.run(["git", "http-backend"], env=environ, input=body, capture_output=True, check=False)
    head, _, data = done.stdout.partition(b"\r\n\r\n")
    headers = [tuple(line.split(": ", 1)) for line in head.decode("latin-1").split("\r\n") if ": " in line]
    status = next((value for name, value in headers if name == "Status"), "200 OK")
    return Response(data, status, [(name, value) for name, value in headers if name != "Status"])
