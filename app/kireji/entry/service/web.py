"""The web side: deliveries in, answers out. Whatever happens, the answer is short JSON and the reason is in the log."""

import logging
from collections.abc import Sequence
from typing import Protocol

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import ClientDisconnected, HTTPException, RequestEntityTooLarge

from kireji.core.events.delivery import Delivery, check_head, parse_event
from kireji.core.events.job import Job
from kireji.errors import DeliveryError, TransientError
from kireji.flow.dispatch import jobs
from kireji.version import own_version

log = logging.getLogger(__name__)

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
WORDS = {404: "there is nothing at this address", 405: "the method is not allowed at this address"}


class Intake(Protocol):
    """Takes deliveries on and returns at once: GitHub waits 10 seconds for the answer, a review takes longer."""

    def accept(self, delivery: Delivery, jobs: Sequence[Job]) -> None:
        """Take the delivery and its jobs on, for good. May raise TransientError; called by many threads."""
        ...

    def ready(self) -> bool:
        """Whether it can take deliveries on now."""
        ...


def create_app(
    intake: Intake,
    *,
    secret: bytes,
    max_body_bytes: int,
    broken_body: tuple[type[Exception], ...] = (),
) -> Flask:
    """The WSGI application: `POST /webhook`, `GET /healthz` and `GET /readyz`.

    `broken_body` are the exceptions that the WSGI server raises while a body that breaks HTTP's rules is read. Of a
    delivery it reads who it is about and what is to be done; what people wrote it passes on without a look.
    """
    if not secret:
        raise ValueError("an empty webhook secret would let anyone in")
    app = Flask(__name__, static_folder=None)
    # One byte more, because werkzeug cuts an endless body at the limit in silence; `_body` sees that byte.
    app.config["MAX_CONTENT_LENGTH"] = max_body_bytes + 1

    @app.post("/webhook")
    def webhook() -> tuple[Response, int]:
        """Answer 202 as soon as the delivery is taken on."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        check_head(headers)  # before the body is read, which a stranger may send as slowly as they like
        delivery = Delivery.from_http(headers, _body(max_body_bytes, broken_body), secret, max_body_bytes)
        intake.accept(delivery, jobs(parse_event(delivery)))
        log.info("delivery %s (%s) accepted", delivery.id, delivery.event)
        return jsonify(delivery=delivery.id), 202

    @app.get("/healthz")
    def healthz() -> Response:
        """Say that the process answers."""
        return jsonify(status="ok", version=own_version())

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        """Say whether deliveries can be taken on: the store answers."""
        return (jsonify(status="ready"), 200) if intake.ready() else (jsonify(status="the store does not answer"), 503)

    _answer_errors(app)

    @app.after_request
    def harden(response: Response) -> Response:
        """Nothing here is a page."""
        response.headers.update(HEADERS)
        return response

    return app


def _body(limit: int, broken: tuple[type[Exception], ...]) -> bytes:
    """The raw body, read no further than the limit."""
    declared = request.content_length
    too_large = DeliveryError(413, f"the body is larger than {limit} bytes")
    if declared is not None and declared > limit:
        raise too_large

    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise too_large from None
    except (ClientDisconnected, *broken) as error:
        raise DeliveryError(400, "the body broke off or is not valid HTTP") from error

    if len(body) > limit:
        raise too_large
    if declared is not None and len(body) < declared:
        # Servers that end the stream themselves, as gunicorn does, end a truncated one without an error.
        raise DeliveryError(400, f"the body broke off after {len(body)} of {declared} bytes")
    return body


def _answer_errors(app: Flask) -> None:
    """Turn whatever is raised into JSON that gives nothing away."""

    @app.errorhandler(DeliveryError)
    def refused(error: DeliveryError) -> tuple[Response, int]:
        """The sender's mistake: it is told."""
        log.warning("request refused with %d: %s", error.status, error)
        return jsonify(error=str(error)), error.status

    @app.errorhandler(TransientError)
    def busy(error: TransientError) -> tuple[Response, int]:
        """The store is away: GitHub records the delivery as failed, and the sweep asks for it again."""
        log.error("delivery not taken: %s", error)
        return jsonify(error=str(error)), 503

    @app.errorhandler(HTTPException)
    def refused_by_flask(error: HTTPException) -> Response:
        """No such address or method: werkzeug's answer, with its headers, in our form."""
        response = error.get_response()
        answer = jsonify(error=WORDS.get(response.status_code, error.name.lower()))
        answer.status_code = response.status_code
        if "Allow" in response.headers:
            answer.headers["Allow"] = response.headers["Allow"]
        return answer

    @app.errorhandler(Exception)
    def failed(error: Exception) -> tuple[Response, int]:
        """Our mistake, and the outermost edge: the log has the details, the sender has not."""
        log.error("request failed", exc_info=error)
        return jsonify(error="the service failed; its log says why"), 500
