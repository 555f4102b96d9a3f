"""Nothing of a webhook request is believed before its signature; what is heard is what the App subscribes to."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kireji.core.events.delivery import EVENTS, Delivery, parse_event
from kireji.errors import DeliveryError

SECRET = b"It's a Secret to Everybody"
# A few characters that have broken parsers, rather than all of Unicode, whose table is slow to build.
TEXT = st.text("a0/.:=,; \n\0é\ud800🦀", max_size=20)
MANIFEST = Path(__file__).parents[3] / "deploy/app-manifest.json"


def sign(body: bytes, secret: bytes = SECRET) -> str:
    """The signature that GitHub sends."""
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()


def headers_for(body: bytes, **changes: str | None) -> dict[str, str]:
    """The headers that GitHub sends, some changed or (None) left out; `_` stands for `-`."""
    headers: dict[str, str | None] = {
        "content-type": "application/json",
        "x-github-event": "ping",
        "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        "x-hub-signature-256": sign(body),
    }
    headers.update({name.replace("_", "-"): value for name, value in changes.items()})
    return {name: value for name, value in headers.items() if value is not None}


def receive(body: bytes, **changes: str | None) -> Delivery:
    """Receive a signed body."""
    return Delivery.from_http(headers_for(body, **changes), body, SECRET, 1000)


def refusal(body: bytes, **changes: str | None) -> DeliveryError:
    """Receive what must be refused."""
    with pytest.raises(DeliveryError) as caught:
        receive(body, **changes)
    return caught.value


def test_a_signed_delivery_is_taken() -> None:
    """Id and event come from the headers, the payload from the body."""
    assert receive(b'{"zen": "Keep it simple."}') == Delivery(
        "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        "ping",
        {"zen": "Keep it simple."},
        "e3fa2f26114580ef4e1296e570ff8f837f995cf74580c1c4e0b4e1bc55b27135",  # hashlib.sha256's
    )


def test_header_names_may_be_in_any_case() -> None:
    """HTTP says so, and servers differ."""
    headers = {name.title(): value for name, value in headers_for(b"{}").items()}
    assert Delivery.from_http(headers, b"{}", SECRET, 1000).event == "ping"


def test_the_signature_is_githubs() -> None:
    """GitHub documents this vector; its body is no JSON, so a good signature is seen by the 400 that follows."""
    documented = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert refusal(b"Hello, World!", x_hub_signature_256=documented).status == 400
    assert refusal(b"Hello, World?", x_hub_signature_256=documented).status == 401


def test_the_signature_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What compare_digest says is what counts: nothing else compares the two."""

    def same_length(left: bytes, right: bytes) -> bool:
        return len(left) == len(right)

    monkeypatch.setattr(hmac, "compare_digest", same_length)
    assert receive(b"{}", x_hub_signature_256="sha256=" + "0" * 64).event == "ping"


@pytest.mark.parametrize(
    ("body", "changes", "status", "message"),
    [
        (b"{}", {"content_type": "application/x-www-form-urlencoded"}, 415, "choose it in the webhook's settings"),
        (b"{}", {"content_type": None}, 415, "must be application/json"),
        (b" " * 1001, {}, 413, "larger than 1000 bytes"),
        (b"{}", {"x_hub_signature_256": None}, 401, "missing"),
        (b"{}", {"x_hub_signature_256": sign(b"{}", b"another")}, 401, "does not match"),
        (b"{}", {"x_hub_signature_256": sign(b"{}")[7:]}, 401, "does not match"),
        (b"{}", {"x_hub_signature_256": "sha256=é"}, 401, "does not match"),
        (b"{}", {"x_hub_signature_256": None, "x_hub_signature": "sha1=0"}, 401, "missing"),
        (b"{}", {"x_github_event": None}, 400, "X-GitHub-Event header is missing"),
        (b"{}", {"x_github_event": "ping\nforged log line"}, 400, "X-GitHub-Event header is not valid"),
        (b"{}", {"x_github_delivery": None}, 400, "X-GitHub-Delivery header is missing"),
        (b"{}", {"x_github_delivery": "../../etc"}, 400, "X-GitHub-Delivery header is not valid"),
        (b"{}", {"x_github_delivery": "a" * 65}, 400, "X-GitHub-Delivery header is not valid"),
        (b"{}", {"x_github_delivery": "a\n"}, 400, "X-GitHub-Delivery header is not valid"),
        (b'{"zen": ', {}, 400, "not JSON"),
        (b"", {}, 400, "not JSON"),
        (b'{"n": NaN}', {}, 400, "not JSON"),
        (b'{"zen": "\xff"}', {}, 400, "not JSON"),
        (b"[" * 900, {}, 400, "not JSON"),
        (b"[]", {}, 400, "not a JSON object"),
        (b"null", {}, 400, "not a JSON object"),
    ],
)
def test_a_bad_request_is_refused(body: bytes, changes: dict[str, str | None], status: int, message: str) -> None:
    """Each with its status, and with words that say what to mend."""
    error = refusal(body, **changes)
    assert (error.status, message in str(error)) == (status, True), str(error)


def test_an_unsigned_sender_learns_nothing_else() -> None:
    """Before the signature is checked, neither the headers nor the JSON are looked at."""
    assert refusal(b"no JSON", x_hub_signature_256=None, x_github_event=None, x_github_delivery=None).status == 401


def test_a_type_with_a_charset_is_json() -> None:
    """Proxies add one."""
    assert receive(b"{}", content_type="Application/JSON; charset=utf-8").event == "ping"


def test_a_body_of_just_the_limit_is_taken() -> None:
    """The limit itself is allowed."""
    assert receive(b"{" + b" " * 998 + b"}").payload == {}


@given(
    headers=st.dictionaries(
        st.sampled_from(["Content-Type", "X-GitHub-Event", "X-GitHub-Delivery", "X-Hub-Signature-256", "Other"]),
        TEXT | st.just("application/json"),
    ),
    body=st.binary(),
    signed=st.booleans(),
)
def test_whatever_comes_is_taken_or_refused(headers: dict[str, str], body: bytes, signed: bool) -> None:
    """No bytes and no headers raise anything but DeliveryError, with one of its four statuses."""
    headers |= headers_for(body) if signed else {}
    status = 0
    try:
        Delivery.from_http(headers, body, SECRET, 1000)
    except DeliveryError as error:
        status = error.status
    assert status in {0, 400, 401, 413, 415}


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("star", {"action": "created"}),
        ("push", {}),
        ("pull_request", {"action": "assigned"}),
        ("issue_comment", {"action": "deleted"}),
        ("check_run", {"action": "completed"}),
        ("installation", {"action": "an_action_of_2027"}),
    ],
)
def test_what_we_do_not_act_on_is_no_event(event: str, payload: dict[str, object]) -> None:
    """Unknown events and actions are ignored, whatever else they carry."""
    assert parse_event(Delivery("id", event, payload)) is None


@pytest.mark.parametrize("payload", [{}, {"action": None}, {"action": ["opened"]}])
def test_an_event_without_its_action_is_refused(payload: dict[str, object]) -> None:
    """All but a ping have one."""
    with pytest.raises(DeliveryError, match="the payload's action is not as GitHub documents it"):
        parse_event(Delivery("id", "pull_request", payload))


def test_every_row_has_a_name_of_its_own() -> None:
    """Two rows for one event would leave the second dead."""
    assert len({row.name for row in EVENTS}) == len(EVENTS)


def test_the_manifest_subscribes_to_what_is_heard() -> None:
    """An App that is made of it hears each event of the table that GitHub does not send by itself, and no other."""
    assert manifest()["default_events"] == sorted(row.name for row in EVENTS if row.permission)
    assert {row.name for row in EVENTS if not row.permission} == {"installation", "installation_repositories", "ping"}


def test_the_manifest_asks_for_what_kireji_does() -> None:
    """Each permission is there for a reason; one more would have to be granted by everybody who installed the App."""
    permissions = manifest()["default_permissions"]
    assert permissions == {
        "checks": "write",  # the check run
        "contents": "read",  # the diff's files, and the base branch's policy
        "issues": "write",  # reactions on comments in the conversation
        "merge_queues": "read",  # to be told that a queue waits, and what is in it
        "metadata": "read",
        "pull_requests": "write",  # reviews and replies
    }
    assert {row.permission for row in EVENTS if row.permission} <= set(permissions)


def test_the_manifest_is_to_be_filled_in_at_one_place() -> None:
    """The webhook's address, as the operators' page tells it."""
    assert manifest()["hook_attributes"] == {"url": "https://YOUR-HOST/webhook", "active": True}
    assert MANIFEST.read_text("utf-8").count("YOUR-HOST") == 1


def manifest() -> dict[str, Any]:
    """From which GitHub makes an App."""
    return json.loads(MANIFEST.read_text("utf-8"))
