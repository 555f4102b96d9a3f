"""What the loopback Claude refuses, with the original's statuses and error types, and what it takes."""

import http.client
import json
from datetime import date
from typing import Any

import anthropic
import pytest
from anthropic import Anthropic, BadRequestError

from tests.sandbox.claude import ClaudeSandbox
from tests.sandbox.tests.claude.support import HAIKU, body, schema_config, text_block

OBJECT: dict[str, Any] = {"type": "object", "additionalProperties": False}
TREE = OBJECT | {"properties": {"node": {"$ref": "#/$defs/node"}}, "required": ["node"]}
RECURSIVE = TREE | {
    "$defs": {"node": OBJECT | {"properties": {"next": {"$ref": "#/$defs/node"}}, "required": ["next"]}}
}
WIDE = OBJECT | {"properties": {f"p{n}": {"type": "string"} for n in range(25)}}
UNIONS = OBJECT | {
    "properties": {f"p{n}": {"type": ["string", "null"]} for n in range(17)},
    "required": [f"p{n}" for n in range(17)],
}
FORCED = {"tools": [{"name": "look", "input_schema": {"type": "object"}}], "tool_choice": {"type": "any"}}
THINK = {"type": "enabled", "budget_tokens": 1024}


def post(claude: ClaudeSandbox, sent: object, **headers: str | None) -> tuple[int, dict[str, Any], dict[str, str]]:
    """A raw request, so that headers and fields which the SDK would never send can be sent."""
    usual = {"authorization": f"Bearer {claude.api_key}", "anthropic-version": "2026-10-21"}
    named = usual | {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection(claude.url.removeprefix("http://"), timeout=10)
    data = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    kept = {name: value for name, value in named.items() if value is not None}
    connection.request("POST", "/v1/messages", data, kept)
    answer = connection.getresponse()
    found = answer.status, json.loads(answer.read()), {name.lower(): value for name, value in answer.getheaders()}
    connection.close()
    return found


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"temperature": 0.5}, "temperature: Extra inputs are not permitted"),
        ({"top_p": 0.5}, "top_p: Extra inputs are not permitted"),
        ({"top_k": 5}, "top_k: Extra inputs are not permitted"),
        ({"max_tokens": 64_001}, "max_tokens: 64001 > 64000"),
        ({"max_tokens": "10"}, "max_tokens: Input should be a valid integer"),
        ({"max_tokens": None}, "max_tokens: Field required"),
        ({"messages": []}, "messages: List should have at least 1 item"),
        ({"messages": [{"role": "user", "content": ""}]}, "messages.0: all messages must have non-empty content"),
        ({"messages": [{"role": "assistant", "content": "x"}]}, "first message must use the `user` role"),
        ({"messages": [{"role": "user", "content": "x", "name": "y"}]}, "messages.0.name: Extra inputs"),
        ({"messages": [{"role": "user", "content": [text_block("")]}]}, "messages.0.content.0.text: String should"),
        ({"system": [{"type": "text"}]}, "system.0.text: Field required"),
        ({"thinking": {"type": "adaptive"}}, "adaptive thinking is not supported"),
        ({"thinking": {"type": "enabled", "budget_tokens": 1000}}, "greater than or equal to 1024"),
        ({"thinking": THINK}, "must be greater than `thinking.budget_tokens`"),
        ({"thinking": THINK, "max_tokens": 2000, **FORCED}, "tool_choice forces tool use"),
        ({"output_config": {"effort": "low"}}, "does not support the effort parameter"),
        ({"output_config": {"format": {"type": "json_object"}}}, "output_config.format"),
        ({"system": [text_block("x", "5m")] * 5}, "maximum of 4 blocks"),
        ({"system": [text_block("x", "5m"), text_block("y", "1h")]}, "must not come after"),
        ({"messages": [{"role": "user", "content": "x" * 700_004}]}, "prompt is too long: 200006 tokens > 200000"),
        ({"max_tokens": 0, "stream": True}, "stream"),
        ({"max_tokens": 0, "output_config": schema_config()}, "output_config.format"),
        ({"max_tokens": 0, **FORCED}, "tool_choice"),
        ({"max_tokens": 0, "thinking": {"type": "adaptive"}, "model": "claude-haiku-5-5"}, "thinking"),
        (
            {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "{"}]}
            | {"output_config": schema_config()},
            "prefill",
        ),
    ],
)
def test_bad_requests_are_refused(claude: ClaudeSandbox, changes: dict[str, Any], words: str) -> None:
    """Each is a 400 with the type invalid_request_error and words that name the field."""
    status, answer, headers = post(claude, body(**changes))
    assert (status, answer["error"]["type"]) == (400, "invalid_request_error")
    assert words in answer["error"]["message"]
    assert answer["request_id"] == headers["request-id"]
    assert claude.calls[0].status == 400


HAIKU_5 = "claude-haiku-5-5"
SONNET_5 = "claude-sonnet-5-5"
OPUS_5 = "claude-opus-5-5"
ENABLED = '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and '
DISABLED = '"thinking.type.disabled" is not supported for this model. Use "thinking.type.adaptive" and '
BETWEEN = '"thinking.type.between_tools" is not supported for this model.'
NOT_FORCED = 'tool_choice: type "tool" and "any" are not supported for this model.'
INSTEAD = (
    'To turn thinking off on this model, send "thinking": {"type": "between_tools"} instead of {"type": "disabled"}.'
)


@pytest.mark.parametrize(
    ("model", "changes", "words"),
    [
        (HAIKU, {"thinking": {"type": "adaptive"}}, "adaptive thinking is not supported on this model"),
        (HAIKU, {"thinking": {"type": "between_tools"}}, BETWEEN),
        (HAIKU, {"output_config": {"effort": "low"}}, "This model does not support the effort parameter."),
        (HAIKU_5, {"thinking": THINK}, ENABLED),
        (HAIKU_5, {"thinking": {"type": "between_tools"}}, BETWEEN),
        (
            HAIKU_5,
            {"thinking": {"type": "disabled"}, "output_config": {"effort": "xhigh"}},
            "output_config.effort 'xhigh' is not supported when thinking is disabled on this model. Use effort 'high' or below",
        ),
        (SONNET_5, {"thinking": THINK}, ENABLED),
        (SONNET_5, {"thinking": {"type": "disabled"}}, INSTEAD),
        (
            SONNET_5,
            {"thinking": {"type": "between_tools", "display": "omitted"}},
            "display: Extra inputs are not permitted",
        ),
        (
            SONNET_5,
            {"thinking": {"type": "between_tools"}, "output_config": {"effort": "max"}},
            "output_config.effort 'max' is not supported when thinking is disabled",
        ),
        (SONNET_5, FORCED, NOT_FORCED),
        (SONNET_5, {"thinking": {"type": "between_tools"}, **FORCED}, NOT_FORCED),
        (OPUS_5, {"thinking": THINK}, ENABLED),
        (OPUS_5, {"thinking": {"type": "disabled"}}, DISABLED),
        (OPUS_5, {"thinking": {"type": "between_tools"}}, BETWEEN),
        (OPUS_5, FORCED, NOT_FORCED),
    ],
)
def test_what_each_model_refuses(claude: ClaudeSandbox, model: str, changes: dict[str, Any], words: str) -> None:
    """In the original's words; where only tokens are counted, too, and that costs no call."""
    sent = body(model=model, max_tokens=2000, **changes)
    status, answer, _ = post(claude, sent)
    assert (status, answer["error"]["type"]) == (400, "invalid_request_error")
    assert words in answer["error"]["message"]
    client = Anthropic(base_url=claude.url, api_key=claude.api_key, max_retries=0)
    with pytest.raises(BadRequestError) as refused:
        client.messages.count_tokens(**{name: value for name, value in sent.items() if name != "max_tokens"})
    assert words in str(refused.value.api_message)


@pytest.mark.parametrize(
    ("day", "status", "lifecycle"),
    [("2026-11-29", 200, "deprecated"), ("2026-11-30", 404, "retired"), ("2028-02-29", 404, "retired")],
)
def test_a_retired_model_is_not_found(claude: ClaudeSandbox, day: str, status: int, lifecycle: str) -> None:
    """From its day on, under either name; it is listed no more, and its own page calls it retired."""
    claude.today = date.fromisoformat(day)
    for name in ("claude-sonnet-4-5", "claude-sonnet-4-5-20250929"):
        found, answer, _ = post(claude, body(model=name))
        assert found == status
        if status == 404:
            assert answer["error"] == {"type": "not_found_error", "message": f"model: {name}"}

    client = Anthropic(base_url=claude.url, api_key=claude.api_key, max_retries=0)
    assert client.models.retrieve("claude-sonnet-4-5").lifecycle == lifecycle
    listed = {model.id for model in client.models.list()}
    assert ("claude-sonnet-4-5-20250929" in listed) is (status == 200)
    assert "claude-haiku-4-5-20251001" in listed


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "object", "properties": {}}, "'additionalProperties' must be explicitly set to false"),
        ({"type": "array", "items": {"type": "object"}}, "schema.items: For 'object' type, 'additionalProperties'"),
        ({"type": "array", "items": {"type": "string"}, "minItems": 2}, "'minItems' values other than 0 or 1"),
        ({"type": "array", "items": {"type": "string"}, "maxItems": 2}, "maxItems is not supported"),
        ({"type": "integer", "minimum": 1}, "For 'integer' type, minimum is not supported"),
        ({"type": "string", "maxLength": 10}, "For 'string' type, maxLength is not supported"),
        ({"type": "text"}, "Invalid schema type"),
        (RECURSIVE, "Recursive schemas are not supported"),
        (TREE, "Cannot resolve #/$defs/node"),
        (WIDE, "at most 24 optional parameters; found 25"),
        (UNIONS, "at most 16 union-typed parameters; found 17"),
    ],
)
def test_schemas_that_cannot_be_compiled_are_refused(client: Anthropic, schema: dict[str, Any], words: str) -> None:
    """Structured outputs take a part of JSON schema only; the rest is a 400."""
    with pytest.raises(BadRequestError) as refused:
        client.messages.create(**body(output_config=schema_config(schema)))
    assert words in str(refused.value.api_message)


def test_allowed_schemas_are_taken(claude: ClaudeSandbox, client: Anthropic) -> None:
    """References, enums, unions, constants and `minItems: 1` within the limits compile, and answers satisfy them."""
    item = OBJECT | {
        "properties": {
            "kind": {"enum": ["a", "b"]},
            "note": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
            "fixed": {"const": 3},
        },
        "required": ["kind", "note"],
    }
    schema = OBJECT | {
        "$defs": {"item": item},
        "properties": {"findings": {"type": "array", "items": {"$ref": "#/$defs/item"}, "minItems": 1}},
        "required": ["findings"],
    }
    claude.script(lambda _: [{"kind": "a", "note": None, "fixed": 3}, {"kind": "b", "note": "2026-01-01"}])

    assert client.messages.create(**body(output_config=schema_config(schema))).stop_reason == "end_turn"

    wrong = ({"kind": "c", "note": None}, {"kind": "a"}, {"kind": "a", "note": 1}, {"kind": "a", "note": "", "x": 1})
    for finding in wrong:
        claude.script(lambda _, finding=finding: [finding])
        with pytest.raises(anthropic.InternalServerError):
            client.messages.create(**body(output_config=schema_config(schema)))


@pytest.mark.parametrize(
    "changes",
    [
        {"thinking": THINK, "max_tokens": 2000},
        {"thinking": {"type": "disabled"}},
        {"model": "claude-haiku-5-5", "thinking": {"type": "adaptive"}, "output_config": {"effort": "max"}},
        {"model": "claude-haiku-5-5", "thinking": {"type": "disabled"}, "output_config": {"effort": "high"}},
        {"model": "claude-opus-5-5", "max_tokens": 128_000},
        {"model": "claude-opus-5-5", "thinking": {"type": "adaptive"}, "output_config": {"effort": "low"}},
        {"model": "claude-sonnet-5-5", "thinking": {"type": "between_tools"}, "output_config": {"effort": "high"}},
        {"model": "claude-sonnet-5-5", "thinking": {"type": "adaptive"}, "output_config": {"effort": "xhigh"}},
        FORCED,
        {"model": "claude-haiku-5-5", "thinking": {"type": "adaptive"}, **FORCED},
        {"model": "claude-haiku-5-5", "thinking": {"type": "disabled"}, **FORCED},
        {"system": [text_block("x", "1h"), text_block("y", "5m")], "metadata": {"user_id": "u"}},
        {"max_tokens": 64_000},
        {"max_tokens": 0},
    ],
)
def test_good_requests_are_taken(claude: ClaudeSandbox, changes: dict[str, Any]) -> None:
    """What the original takes, the sandbox takes."""
    status, answer, _ = post(claude, body(**changes))
    assert (status, answer["type"]) == (200, "message")


@pytest.mark.parametrize(
    ("headers", "status", "kind", "words"),
    [
        ({"authorization": None}, 401, "authentication_error", "x-api-key header is required"),
        ({"authorization": "Bearer wrong"}, 401, "authentication_error", "invalid x-api-key"),
        ({"authorization": None, "x_api_key": "wrong"}, 401, "authentication_error", "invalid x-api-key"),
        ({"anthropic_version": None}, 400, "invalid_request_error", "anthropic-version: header is required"),
        ({"anthropic_version": "2020-01-01"}, 400, "invalid_request_error", "not a valid version"),
    ],
)
def test_headers_are_required(
    claude: ClaudeSandbox, headers: dict[str, str | None], status: int, kind: str, words: str
) -> None:
    """Without the right key it is a 401, without a known version a 400; nothing is executed."""
    got, answer, _ = post(claude, body(), **headers)
    assert (got, answer["error"]["type"]) == (status, kind)
    assert words in answer["error"]["message"]
    assert claude.count() == 0


def test_the_key_is_taken_in_either_header(claude: ClaudeSandbox) -> None:
    """Bearer and x-api-key both work."""
    assert post(claude, body())[0] == 200
    assert post(claude, body(), authorization=None, x_api_key=claude.api_key)[0] == 200


@pytest.mark.parametrize("sent", [b"{", b"[]", b'{"model": "\\ud800"}'])
def test_what_is_no_json_object_is_refused(claude: ClaudeSandbox, sent: bytes) -> None:
    """Broken JSON, a list, half a surrogate pair: 400."""
    status, answer, _ = post(claude, sent)
    assert (status, answer["error"]["type"]) == (400, "invalid_request_error")


def test_a_request_of_more_than_32_megabytes_is_too_large(claude: ClaudeSandbox, client: Anthropic) -> None:
    """The SDK raises its own class for the 413."""
    with pytest.raises(anthropic.ContentTooLargeError):
        client.messages.create(**body(system="x" * (32 << 20)))
    assert claude.count() == 0


def test_an_unknown_model_is_not_found(client: Anthropic) -> None:
    """404 with the model's name."""
    with pytest.raises(anthropic.NotFoundError) as missing:
        client.messages.create(**body(model="claude-haiku-9"))
    assert (missing.value.type, missing.value.api_message) == ("not_found_error", "model: claude-haiku-9")


def test_an_unknown_path_is_not_found(client: Anthropic) -> None:
    """Anything else is a 404 with an error body and a request-id."""
    with pytest.raises(anthropic.NotFoundError) as missing:
        client.get("/v1/nothing", cast_to=object)
    assert missing.value.type == "not_found_error"
    assert missing.value.request_id is not None
