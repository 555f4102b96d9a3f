"""Nothing of a webhook request is believed before its signature, and none of its fields before its type."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.events import EVENTS, Delivery, parse_event
from app.core.happened import Ping, PullAction, PullRequestChanged
from app.core.pull import PullRef
from app.errors import DeliveryError

SECRET = b"It's a Secret to Everybody"
# A few characters that have broken parsers, rather than all of Unicode, whose table is slow to build.
TEXT = st.text("a0/.:=,; \n\0é\ud800🦀", max_size=20)
SHA = "0123456789abcdef0123456789abcdef01234567"


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


def opened() -> dict[str, Any]:
    """A `pull_request.opened` payload: the fields that are read, as GitHub shapes them, and one that is not."""
    return {
        "action": "opened",
        "number": 7,
        "pull_request": {"number": 7, "head": {"sha": SHA, "ref": "topic"}, "draft": False, "title": "T"},
        "repository": {"full_name": "octo-org/hello.world", "private": True},
        "sender": {"login": "octocat", "type": "User"},
        "installation": {"id": 42},
    }


def parse(payload: Mapping[str, Any], event: str = "pull_request") -> object:
    """The event of a payload."""
    return parse_event(Delivery("id", event, payload))


def test_a_signed_delivery_is_taken() -> None:
    """Id and event come from the headers, the payload from the body."""
    assert receive(b'{"zen": "Keep it simple."}') == Delivery(
        "72d3162e-cc78-11e3-81ab-4c9367dc0958", "ping", {"zen": "Keep it simple."}
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


@settings(deadline=None)
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


@pytest.mark.parametrize("action", list(PullAction))
def test_a_pull_request_that_may_need_a_review_is_an_event(action: PullAction) -> None:
    """The four actions that bring something new to read."""
    assert parse({**opened(), "action": action.value}) == PullRequestChanged(
        ref=PullRef("octo-org/hello.world", 7, 42),
        head_sha=SHA,
        action=action,
        draft=False,
        sender="octocat",
        sender_is_bot=False,
    )


def test_a_draft_by_a_bot_of_a_repository_hook() -> None:
    """Draft and bot are told; a webhook that is not an App's names no installation."""
    payload = opened()
    payload["pull_request"]["draft"] = True
    payload["sender"] = {"login": "renovate[bot]", "type": "Bot"}
    del payload["installation"]
    event = parse(payload)
    assert isinstance(event, PullRequestChanged)
    assert (event.draft, event.sender_is_bot, event.ref.installation) == (True, True, None)


def test_a_ping_is_an_event() -> None:
    """With or without its aphorism."""
    assert parse({"zen": "Design for failure.", "hook_id": 1}, "ping") == Ping("Design for failure.")
    assert parse({}, "ping") == Ping("")


@pytest.mark.parametrize(
    ("event", "payload"),
    [("star", {"action": "created"}), ("pull_request", {"action": "assigned"}), ("installation", {}), ("push", {})],
)
def test_what_we_do_not_act_on_is_no_event(event: str, payload: dict[str, Any]) -> None:
    """Unknown events and actions are ignored, whatever else they carry."""
    assert parse(payload, event) is None


def _with(*path: str, value: object) -> Callable[[], dict[str, Any]]:
    def build() -> dict[str, Any]:
        payload = opened()
        inner = payload
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value
        return payload

    return build


@pytest.mark.parametrize(
    ("build", "path"),
    [
        (_with("action", value=["opened"]), "action"),
        (_with("action", value=None), "action"),
        (_with("pull_request", value=None), "pull_request"),
        (_with("pull_request", "number", value="7"), "pull_request.number"),
        (_with("pull_request", "number", value=True), "pull_request.number"),
        (_with("pull_request", "number", value=-1), "pull_request.number"),
        (_with("pull_request", "number", value=10**40), "pull_request.number"),
        (_with("pull_request", "head", value=[]), "pull_request.head"),
        (_with("pull_request", "head", "sha", value="main"), "pull_request.head.sha"),
        (_with("pull_request", "head", "sha", value=SHA + "\n"), "pull_request.head.sha"),
        (_with("pull_request", "draft", value="false"), "pull_request.draft"),
        (_with("repository", "full_name", value="octocat"), "repository.full_name"),
        (_with("repository", "full_name", value="octocat/.."), "repository.full_name"),
        (_with("repository", "full_name", value="octocat/a/../b"), "repository.full_name"),
        (_with("repository", "full_name", value="octocat/a?b"), "repository.full_name"),
        (_with("repository", "full_name", value="octocat/a\n"), "repository.full_name"),
        (_with("repository", "full_name", value="octocat/" + "a" * 300), "repository.full_name"),
        (_with("sender", "login", value=1), "sender.login"),
        (_with("installation", "id", value=0), "installation.id"),
    ],
)
def test_a_field_of_a_wrong_type_is_named(build: Callable[[], dict[str, Any]], path: str) -> None:
    """The sender is told which field, and none of what it sent."""
    with pytest.raises(DeliveryError) as caught:
        parse(build())
    assert (caught.value.status, str(caught.value).split(" is ", maxsplit=1)[0]) == (400, f"the payload's {path}")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None)
@given(where=st.sampled_from(["pull_request", "repository", "sender", "installation", "zen"]), value=JSON)
def test_any_json_in_any_field_is_parsed_or_refused(where: str, value: object) -> None:
    """No payload raises anything but DeliveryError."""
    for row in EVENTS:
        status = 0
        try:
            parse({**opened(), where: value}, row.name)
        except DeliveryError as error:
            status = error.status
        assert status in {0, 400}


def test_every_row_has_a_name_of_its_own() -> None:
    """Two rows for one event would leave the second dead."""
    assert len({row.name for row in EVENTS}) == len(EVENTS)
