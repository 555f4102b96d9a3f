"""The HTTP face of the loopback Claude: routes, authentication, headers, error bodies."""

import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from tests.sandbox.claude.batches import Batches
from tests.sandbox.claude.catalogue import entry, listing
from tests.sandbox.claude.errors import ApiError, invalid
from tests.sandbox.claude.federation import Federation
from tests.sandbox.claude.service import Service
from tests.sandbox.serve import drop_connection

VERSION = "2026-10-21"
TOKENS = "/v1/oauth/token"
MEGABYTE = 1 << 20
MOST_BYTES = 32 * MEGABYTE
MOST_BATCH_BYTES = 256 * MEGABYTE


_FACE = "sandbox.claude"


@cache
def _flask() -> Flask:
    app = Flask("tests.sandbox.claude", static_folder=None)
    app.before_request(_check_request)
    app.register_error_handler(ApiError, _error)
    app.register_error_handler(HTTPException, lambda error: _error(ApiError(error.code or 500)))
    app.after_request(_headers)

    _add_messages(app)
    _add_models(app)
    _add_batches(app)
    _add_tokens(app)
    return app


@dataclass(frozen=True, slots=True)
class Face:
    """The WSGI application of one sandbox. All share one Flask application, since making one takes long."""

    service: Service
    batches: Batches
    federation: Federation
    api_key: str
    app: Flask = field(default_factory=_flask)  # made now: see the sandbox of GitHub

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve one request."""
        environ[_FACE] = self
        return self.app.wsgi_app(environ, start_response)


def _face() -> Face:
    """The sandbox that the present request is for."""
    face: Face = request.environ[_FACE]
    return face


def _add_messages(app: Flask) -> None:
    @app.post("/v1/messages")
    def create() -> Response:
        environ = request.environ
        service = _face().service
        ticket = service.admit(_body())
        if not ticket.request.stream:
            return _json(service.respond(ticket))
        events = service.stream(ticket, lambda: drop_connection(environ))
        return Response(events, content_type="text/event-stream; charset=utf-8", headers={"cache-control": "no-cache"})

    @app.post("/v1/messages/count_tokens")
    def count_tokens() -> Response:
        return _json({"input_tokens": _face().service.count_tokens(_body())})


def _add_models(app: Flask) -> None:
    @app.get("/v1/models")
    def models() -> Response:
        rows = listing(_face().service.today())
        return _json({"data": rows, "has_more": False, "first_id": rows[0]["id"], "last_id": rows[-1]["id"]})

    @app.get("/v1/models/<name>")
    def model(name: str) -> Response:
        return _json(entry(name, _face().service.today()))


def _add_batches(app: Flask) -> None:
    def shown(batch: dict[str, object]) -> Response:
        ended = batch["processing_status"] == "ended"
        url = f"{request.host_url}v1/messages/batches/{batch['id']}/results" if ended else None
        return _json(batch | {"results_url": url})

    @app.post("/v1/messages/batches")
    def create_batch() -> Response:
        return shown(_face().batches.create(_body()))

    @app.get("/v1/messages/batches")
    def list_batches() -> Response:
        size = request.args.get("limit", 20, type=int)
        return _json(_face().batches.listing(size, request.args.get("after_id"), request.args.get("before_id")))

    @app.get("/v1/messages/batches/<batch_id>")
    def retrieve_batch(batch_id: str) -> Response:
        return shown(_face().batches.retrieve(batch_id))

    @app.post("/v1/messages/batches/<batch_id>/cancel")
    def cancel_batch(batch_id: str) -> Response:
        return shown(_face().batches.cancel(batch_id))

    @app.get("/v1/messages/batches/<batch_id>/results")
    def batch_results(batch_id: str) -> Response:
        return Response(_face().batches.results(batch_id), content_type="application/x-jsonl")


def _add_tokens(app: Flask) -> None:
    @app.post(TOKENS)
    def exchange() -> Response:
        answer = _json(_face().federation.exchange(_body()))
        answer.headers["cache-control"] = "no-store"
        return answer


def _check_request() -> None:
    if request.path == TOKENS:
        return  # who asks shows himself by the identity token

    bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
    key = request.headers.get("x-api-key") or bearer
    if not key:
        raise ApiError(401, "x-api-key header is required")

    if key == bearer and bearer.startswith("sk-ant-oat"):
        _face().federation.check(bearer, request.headers.get("anthropic-beta", ""))
    elif not hmac.compare_digest(key.encode(), _face().api_key.encode()):
        raise ApiError(401, "invalid x-api-key")

    version = request.headers.get("anthropic-version")
    if version is None:
        raise invalid("anthropic-version: header is required")
    if version != VERSION:
        raise invalid(f"anthropic-version: {version!r} is not a valid version; the sandbox knows {VERSION}")

    most = MOST_BATCH_BYTES if request.path == "/v1/messages/batches" else MOST_BYTES
    if (request.content_length or 0) > most:
        raise ApiError(413)


def _body() -> dict[str, Any]:
    try:
        body = json.loads(request.get_data())
        json.dumps(body, ensure_ascii=False).encode()  # half a surrogate pair is no text to the original either
    except ValueError as error:
        raise invalid(f"The request body is not valid JSON: {error}") from error
    if not isinstance(body, dict):
        raise invalid("Input should be an object")
    return body


def _json(value: dict[str, object], status: int = 200) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), status, content_type="application/json")


def _error(error: ApiError) -> Response:
    request_id = _face().service.new_id("req")
    response = _json(error.body(request_id), error.status)
    response.headers.update(error.headers)
    response.headers["request-id"] = request_id
    return response


def _headers(response: Response) -> Response:
    service = _face().service
    response.headers.setdefault("request-id", service.new_id("req"))
    response.headers["anthropic-organization-id"] = "org_sandbox"
    if request.path == "/v1/messages":
        response.headers.update(service.limits.headers())
    return response
