"""Signs webhooks, sends them to the App's hook URL, and keeps the hook log. GitHub never sends one again by itself."""

import hashlib
import hmac
import json
import threading
import time
import urllib.error
import urllib.request
import uuid
from typing import Any

from tests.sandbox.github.models import App, Delivery
from tests.sandbox.github.show import stamp
from tests.sandbox.github.world import World

TIMEOUT = 10.0  # seconds in which GitHub wants an answer
_HookAnswer = tuple[int, str, dict[str, str], str]  # status, reason, headers, body
_UNREACHED: _HookAnswer = (0, "failed to connect to host", {}, "")


def signed(app: App, event: str, payload: dict[str, Any], guid: str | None = None) -> tuple[dict[str, str], bytes]:
    """The headers and the exact bytes of a webhook, signed with the App's webhook secret."""
    body = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()
    return headers_for(app, event, guid or str(uuid.uuid4()), body), body


def headers_for(app: App, event: str, guid: str, body: bytes) -> dict[str, str]:
    """GitHub's webhook headers."""
    key = app.webhook_secret.encode()
    return {
        "Accept": "*/*",
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/5a7d0c1",
        "X-GitHub-Delivery": guid,
        "X-GitHub-Event": event,
        "X-GitHub-Hook-ID": str(app.id + 1),
        "X-GitHub-Hook-Installation-Target-ID": str(app.id),
        "X-GitHub-Hook-Installation-Target-Type": "integration",
        "X-Hub-Signature": "sha1=" + hmac.new(key, body, hashlib.sha1).hexdigest(),
        "X-Hub-Signature-256": "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest(),
    }


def deliver(
    world: World, app: App, headers: dict[str, str], body: bytes, *, redelivery: bool = False, lost: bool = False
) -> Delivery:
    """POST a webhook to `world.hook_url` and log it. `lost` logs a delivery that reached nobody, without sending."""
    started = time.monotonic()
    url = None if lost else world.hook_url
    status, reason, answer_headers, answer = _UNREACHED if url is None else _post(url, headers, body)
    payload = json.loads(body)
    with world.lock:
        delivery = Delivery(
            id=world.new_id(),
            guid=headers["X-GitHub-Delivery"],
            event=headers["X-GitHub-Event"],
            action=payload.get("action"),
            delivered_at=world.now(),
            redelivery=redelivery,
            duration=round(time.monotonic() - started, 2),
            status=reason,
            status_code=status,
            installation_id=payload["installation"].get("id", app.installation_id)
            if "installation" in payload
            else None,
            repository_id=payload.get("repository", {}).get("id"),
            request_headers=headers,
            request_body=body,
            response_headers=answer_headers,
            response_body=answer,
        )
        world.deliveries.append(delivery)

    return delivery


def redeliver(world: World, app: App, delivery: Delivery) -> None:
    """Send a logged delivery again in the background, as GitHub does after its 202."""
    headers = delivery.request_headers
    body = delivery.request_body
    with world.lock:
        world.redeliveries.append(delivery.id)
    if world.hook_url is not None:
        again = threading.Thread(target=deliver, args=(world, app, headers, body), kwargs={"redelivery": True})
        again.daemon = True
        again.start()


def _post(url: str, headers: dict[str, str], body: bytes) -> _HookAnswer:
    request = urllib.request.Request(url, body, headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            return answer.status, "OK", dict(answer.headers), answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        text = error.read().decode("utf-8", "replace")
        return error.code, f"Invalid HTTP Response: {error.code}", dict(error.headers), text
    except TimeoutError:
        return 0, "timed out", {}, ""
    except OSError:
        return _UNREACHED


def shown_delivery(delivery: Delivery, *, full: bool = False) -> dict[str, Any]:
    """GitHub's hook-delivery-item, or its hook-delivery with what was sent and answered."""
    shown: dict[str, Any] = {
        "id": delivery.id,
        "guid": delivery.guid,
        "delivered_at": stamp(delivery.delivered_at),
        "redelivery": delivery.redelivery,
        "duration": delivery.duration,
        "status": delivery.status,
        "status_code": delivery.status_code,
        "event": delivery.event,
        "action": delivery.action,
        "installation_id": delivery.installation_id,
        "repository_id": delivery.repository_id,
        "throttled_at": None,
    }
    if full:
        shown["request"] = {"headers": delivery.request_headers, "payload": json.loads(delivery.request_body)}
        shown["response"] = {"headers": delivery.response_headers, "payload": delivery.response_body}

    return shown
