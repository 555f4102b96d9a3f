"""HTTP request -> Delivery -> Event: what GitHub sends, checked before any of it is believed.

Sans-I/O: whoever serves HTTP hands over headers and bytes. To hear another event, add a row to `EVENTS` and a dataclass
to `happened.Event`; the type checker then names the places that must decide about it.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import from_json

from app.core.happened import Event, Ping, PullAction, PullRequestChanged
from app.core.pull import PullRef
from app.errors import DeliveryError

Payload = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook request whose signature is good. `id` is the same when GitHub sends it again; `payload` is untrusted.

    Source: GitHub's documentation, "Webhook events and payloads".
    """

    id: str
    event: str
    payload: Payload

    @classmethod
    def from_http(cls, headers: Mapping[str, str], body: bytes, secret: bytes, max_bytes: int) -> "Delivery":
        """Check a request. `body` is the raw bytes; header names may be in any case.

        Raises DeliveryError: 415 another content type, 413 above `max_bytes`, 401 not signed with `secret`, else 400.
        """
        lowered = {name.lower(): value for name, value in headers.items()}
        if lowered.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise DeliveryError(415, "the content type must be application/json; choose it in the webhook's settings")
        if len(body) > max_bytes:
            raise DeliveryError(413, f"the body is larger than {max_bytes} bytes")
        _check_signature(lowered.get("x-hub-signature-256", ""), body, secret)
        return cls(
            id=_header(lowered, "X-GitHub-Delivery", r"[A-Za-z0-9-]{1,64}"),
            event=_header(lowered, "X-GitHub-Event", r"[a-z_]{1,64}"),
            payload=_json_object(body),
        )


def _check_signature(signature: str, body: bytes, secret: bytes) -> None:
    """Compare in constant time: how far a forged signature is right must not show."""
    if not signature:
        raise DeliveryError(401, "the X-Hub-Signature-256 header is missing; set a secret in the webhook's settings")
    expected = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
    # As bytes, because compare_digest refuses text beyond ASCII, which a header may hold.
    if not hmac.compare_digest(signature.encode("utf-8", "replace"), expected.encode()):
        raise DeliveryError(
            401, "the X-Hub-Signature-256 header does not match the body; is the webhook secret the same?"
        )


def _header(lowered: Mapping[str, str], name: str, pattern: str) -> str:
    value = lowered.get(name.lower(), "")
    if not re.fullmatch(pattern, value):
        raise DeliveryError(400, f"the {name} header is {'not valid' if value else 'missing'}")
    return value


def _json_object(body: bytes) -> Payload:
    """Parsed by pydantic's reader, which limits depth and refuses NaN and broken Unicode, all with ValueError."""
    try:
        value: object = from_json(body, allow_inf_nan=False, cache_strings="keys")
    except ValueError as error:
        raise DeliveryError(400, "the body is not JSON") from error
    if not isinstance(value, dict):
        raise DeliveryError(400, "the body is not a JSON object")
    return value


# -- The wire ----------------------------------------------------------------------------------------------------------


class _Wire(BaseModel):
    """Strict where a field is named, blind to all others: GitHub adds fields at any time."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


# Both end up in the addresses of API calls: no slash, and no name of dots only, may get through.
_RepoName = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,100}/[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*$")
]
_Sha = Annotated[str, StringConstraints(pattern=r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$")]
_Id = Annotated[int, Field(gt=0, lt=2**63)]


class _Repository(_Wire):
    full_name: Annotated[_RepoName, StringConstraints(max_length=210)]


class _Installation(_Wire):
    id: _Id


class _Sender(_Wire):
    login: str
    type: str = "User"


class _Head(_Wire):
    sha: _Sha


class _PullRequest(_Wire):
    number: _Id
    head: _Head
    draft: bool = False


class _Action(_Wire):
    action: str


class _PullRequestPayload(_Wire):
    pull_request: _PullRequest
    repository: _Repository
    sender: _Sender
    installation: _Installation | None = None


class _PingPayload(_Wire):
    zen: str = ""


_Model = TypeVar("_Model", bound=_Wire)


def _read(model: type[_Model], payload: Payload) -> _Model:
    try:
        return model.model_validate(payload)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        path = ".".join(str(step) for step in first["loc"])
        raise DeliveryError(400, f"the payload's {path} is not as GitHub documents it: {first['msg']}") from error


def _pull_request(payload: Payload) -> Event:
    wire = _read(_PullRequestPayload, payload)
    installation = wire.installation.id if wire.installation else None
    return PullRequestChanged(
        ref=PullRef(wire.repository.full_name, wire.pull_request.number, installation),
        head_sha=wire.pull_request.head.sha,
        action=PullAction(_read(_Action, payload).action),
        draft=wire.pull_request.draft,
        sender=wire.sender.login,
        sender_is_bot=wire.sender.type == "Bot",
    )


def _ping(payload: Payload) -> Event:
    return Ping(_read(_PingPayload, payload).zen)


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event that is heard: its name, those of its actions that matter (none: it has no actions), and its parser."""

    name: str
    actions: tuple[str, ...]
    parse: Callable[[Payload], Event]


EVENTS: tuple[EventRow, ...] = (
    EventRow("pull_request", ("opened", "reopened", "ready_for_review", "synchronize"), _pull_request),
    EventRow("ping", (), _ping),
)


def parse_event(delivery: Delivery) -> Event | None:
    """What the delivery says, None if nothing that we act on. Raises DeliveryError 400 that names a wrong field."""
    row = next((row for row in EVENTS if row.name == delivery.event), None)
    if row is None or (row.actions and _read(_Action, delivery.payload).action not in row.actions):
        return None
    return row.parse(delivery.payload)
