"""HTTP request -> Delivery -> Event: what GitHub sends, checked before any of it is believed.

Sans-I/O: whoever serves HTTP hands over headers and bytes. To hear another event, add a row to `EVENTS`, a dataclass to
`happened.Event` and a parser to `payloads`; the type checker then names the places that must decide about it, and a test
the App's manifest.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic_core import from_json

from kireji.core.events.happened import Event, PullAction
from kireji.core.events.payloads import checks, comments, installations, pulls, queues
from kireji.core.events.payloads.fields import ActionPayload, Payload, read
from kireji.core.text.patterns import regex
from kireji.errors import DeliveryError

_SIGNATURE = regex(r"sha256=[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook request whose signature is good.

    The signature covers the body and not its id: whoever has caught one may send it under any other.

    Source: GitHub's documentation, "Webhook events and payloads".
    """

    id: str  # the same when GitHub sends it again
    event: str
    payload: Payload  # untrusted
    digest: str = ""  # the body's, "" where there was no request

    @classmethod
    def from_http(cls, headers: Mapping[str, str], body: bytes, secret: bytes, max_bytes: int) -> "Delivery":
        """Check a request. `body` is the raw bytes; header names may be in any case.

        Raises DeliveryError: 415 another content type, 413 above `max_bytes`, 401 not signed with `secret`, else 400.
        """
        lowered = {name.lower(): value for name, value in headers.items()}
        check_head(lowered)

        if len(body) > max_bytes:
            raise DeliveryError(413, f"the body is larger than {max_bytes} bytes")
        _check_signature(lowered.get("x-hub-signature-256", ""), body, secret)

        return cls(
            id=_header(lowered, *_ID),
            event=_header(lowered, *_EVENT),
            payload=_json_object(body),
            digest=hashlib.sha256(body).hexdigest(),
        )


_ID = ("X-GitHub-Delivery", regex(r"[A-Za-z0-9-]{1,64}"))
_EVENT = ("X-GitHub-Event", regex(r"[a-z_]{1,64}"))
_MISMATCH = "the X-Hub-Signature-256 header does not match the body; is the webhook secret the same?"


def check_head(lowered: Mapping[str, str]) -> None:
    """What can be told before the body is there; names of headers in lower case. Raises DeliveryError as `from_http`."""
    if lowered.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise DeliveryError(415, "the content type must be application/json; choose it in the webhook's settings")

    signature = lowered.get("x-hub-signature-256", "")
    if not signature:
        raise DeliveryError(401, "the X-Hub-Signature-256 header is missing; set a secret in the webhook's settings")
    if not _SIGNATURE.fullmatch(signature):
        raise DeliveryError(401, _MISMATCH)

    for name, pattern in (_ID, _EVENT):
        _header(lowered, name, pattern)


def _check_signature(signature: str, body: bytes, secret: bytes) -> None:
    """Compare in constant time: how far a forged signature is right must not show."""
    expected = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
    # As bytes, because compare_digest refuses text beyond ASCII, which a header may hold.
    if not hmac.compare_digest(signature.encode("utf-8", "replace"), expected.encode()):
        raise DeliveryError(401, _MISMATCH)


def _header(lowered: Mapping[str, str], name: str, pattern: re.Pattern[str]) -> str:
    value = lowered.get(name.lower(), "")
    if not pattern.fullmatch(value):
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


# -- The events that are heard -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event that is heard."""

    name: str
    actions: tuple[str, ...]  # those that matter; none: it has no actions
    parse: Callable[[Payload], Event | None]
    permission: str = ""
    """What an App needs in order to subscribe to it; "" where GitHub tells every App, subscribed or not.

    Those ask for no work.
    """


_PULL_ACTIONS = (*PullAction, "labeled", "unlabeled", "stacked", "closed")
_INSTALLATION_ACTIONS = ("created", "deleted", "suspend", "unsuspend", "new_permissions_accepted")

EVENTS: tuple[EventRow, ...] = (
    EventRow("pull_request", _PULL_ACTIONS, pulls.pull_request, "pull_requests"),
    EventRow("issue_comment", ("created", "edited"), comments.issue_comment, "issues"),
    EventRow("pull_request_review_comment", ("created", "edited"), comments.review_comment, "pull_requests"),
    EventRow("pull_request_review", ("submitted", "edited"), comments.review, "pull_requests"),
    EventRow("check_run", ("rerequested", "requested_action"), checks.check_run, "checks"),
    EventRow("check_suite", ("rerequested",), checks.check_suite, "checks"),
    EventRow("merge_group", ("checks_requested",), queues.merge_group, "merge_queues"),
    EventRow("installation", _INSTALLATION_ACTIONS, installations.installation),
    EventRow("installation_repositories", ("added", "removed"), installations.installation),
    EventRow("ping", (), installations.ping),
)


def parse_event(delivery: Delivery) -> Event | None:
    """What the delivery says, None if nothing that we act on. Raises DeliveryError 400 that names a wrong field."""
    row = next((row for row in EVENTS if row.name == delivery.event), None)
    if row is None or (row.actions and read(ActionPayload, delivery.payload).action not in row.actions):
        return None
    return row.parse(delivery.payload)
