"""Failures on purpose, as the SDK raises them: statuses, dropped connections, the three broken streams, the limits."""

from decimal import Decimal

import anthropic
import httpx2
import pytest
from anthropic import Anthropic, APIStatusError

from tests.sandbox.claude import ClaudeSandbox, RampLimit, Reply, api_fault
from tests.sandbox.faults import Fault
from tests.sandbox.tests.claude.support import HandClock, body, text_block


@pytest.mark.parametrize(
    ("status", "code", "kind_and_class"),
    [
        (429, None, ("rate_limit_error", anthropic.RateLimitError)),
        (429, "enforced_spend_limit_reached", ("rate_limit_error", anthropic.EnforcedSpendLimitReachedError)),
        (429, "ramp_limit_exceeded", ("rate_limit_error", anthropic.RampLimitExceededError)),
        (500, None, ("api_error", anthropic.InternalServerError)),
        (504, None, ("timeout_error", anthropic.GatewayTimeoutError)),
        (529, None, ("overloaded_error", anthropic.OverloadedError)),
        (413, None, ("request_too_large", anthropic.ContentTooLargeError)),
        (403, None, ("permission_error", anthropic.PermissionDeniedError)),
        (402, None, ("billing_error", anthropic.PaymentRequiredError)),
    ],
)
def test_statuses_raise_the_sdk_s_classes(
    claude: ClaudeSandbox,
    client: Anthropic,
    status: int,
    code: str | None,
    kind_and_class: tuple[str, type[APIStatusError]],
) -> None:
    """A planned status strikes once, with Anthropic's body, request-id and retry-after; then the service is well."""
    kind, raised = kind_and_class
    claude.faults.add(api_fault(status, code=code, retry_after="7"))

    with pytest.raises(raised) as failed:
        client.messages.create(**body())

    assert type(failed.value) is raised
    assert (failed.value.type, failed.value.error_code) == (kind, code)
    assert failed.value.response.headers["retry-after"] == "7"
    assert failed.value.request_id is not None
    assert (claude.count(), len(claude.faults.hits)) == (0, 1)
    assert client.messages.create(**body()).stop_reason == "end_turn"


def test_a_plain_fault_gets_anthropic_s_words(claude: ClaudeSandbox, client: Anthropic) -> None:
    """The shared Fault with only a status answers with the body of that status, at the nth request."""
    claude.faults.add(Fault("POST /v1/messages", status=529, skip=1))
    client.messages.create(**body())
    with pytest.raises(anthropic.OverloadedError) as failed:
        client.messages.create(**body())
    assert failed.value.api_message == "Overloaded"


@pytest.mark.parametrize(("drop", "executed"), [("before", 0), ("after", 1)])
def test_dropped_connections(claude: ClaudeSandbox, client: Anthropic, drop: str, executed: int) -> None:
    """A connection dropped before the answer is an APIConnectionError; dropped after, the call was made and billed."""
    claude.faults.add(Fault("POST /v1/messages", drop="before" if drop == "before" else "after"))
    with pytest.raises(anthropic.APIConnectionError):
        client.messages.create(**body())
    assert claude.count() == executed
    assert (claude.cost() > 0) == bool(executed)


@pytest.mark.parametrize("kind", ["overloaded_error", "api_error", "rate_limit_error"])
def test_an_error_event_ends_a_stream(claude: ClaudeSandbox, client: Anthropic, kind: str) -> None:
    """An SSE error event raises APIStatusError with status 200 and a type of its own; what was sent is billed."""
    claude.script(lambda _: Reply("word " * 40))
    claude.stream_faults.add("error", error_type=kind)
    with client.messages.stream(**body()) as stream, pytest.raises(APIStatusError) as failed:
        stream.until_done()
    assert (failed.value.status_code, failed.value.type) == (200, kind)
    (call,) = claude.calls
    assert (call.failure, call.stop_reason) == ("error", None)
    assert 0 < call.usage.output_tokens < 58
    assert call.cost > 0


def test_a_cut_stream_raises_nothing(claude: ClaudeSandbox, client: Anthropic) -> None:
    """A stream that ends cleanly too early looks like an answer, but has no stop reason."""
    claude.script(lambda _: Reply("word " * 40))
    claude.stream_faults.add("cut")
    with client.messages.stream(**body()) as stream:
        message = stream.get_final_message()
    assert message.stop_reason is None
    assert 0 < len(message.content[0].model_dump()["text"]) < 200
    assert claude.calls[0].failure == "cut"


def test_a_dropped_stream_raises_a_raw_error(claude: ClaudeSandbox, client: Anthropic) -> None:
    """A connection lost in mid-stream is httpx2's own error, not the SDK's."""
    claude.script(lambda _: Reply("word " * 40))
    claude.stream_faults.add("drop")
    with client.messages.stream(**body()) as stream, pytest.raises(httpx2.RemoteProtocolError):
        stream.until_done()
    assert claude.calls[0].failure == "drop"


def test_stream_faults_strike_where_they_should(claude: ClaudeSandbox, client: Anthropic) -> None:
    """`match` looks at the request's text, `skip` lets some through, `times` ends it; whole answers are spared."""
    claude.stream_faults.add("cut", match="needle", skip=1, times=2)
    asked = ["needle", "hay", "needle", "a needle", "hay", "needle"]
    reasons = []
    for words in asked:
        with client.messages.stream(**body(messages=[{"role": "user", "content": words}])) as stream:
            reasons.append(stream.get_final_message().stop_reason)

    assert reasons == ["end_turn", "end_turn", None, None, "end_turn", "end_turn"]
    claude.stream_faults.add("error", times=9)
    assert client.messages.create(**body()).stop_reason == "end_turn"
    claude.stream_faults.clear()
    assert claude.stream_faults.hits == []


def test_a_broken_stream_leaves_its_prefix_readable(claude: ClaudeSandbox, client: Anthropic) -> None:
    """The cache is written at message_start, so a stream that breaks later has warmed it."""
    claude.stream_faults.add("drop")
    system = [text_block("Look for defects. " * 1000, "5m")]
    with client.messages.stream(**body(system=system)) as stream, pytest.raises(httpx2.RemoteProtocolError):
        stream.until_done()
    assert client.messages.create(**body(system=system)).usage.cache_read_input_tokens == 5143


def test_the_request_limit(claude: ClaudeSandbox, client: Anthropic, clock: HandClock) -> None:
    """The third request of two a minute is a 429 that says when to come back, and is let in then."""
    claude.rate_limits.requests_per_minute = 2
    answer = client.messages.with_raw_response.create(**body())
    assert answer.headers["anthropic-ratelimit-requests-limit"] == "2"
    assert answer.headers["anthropic-ratelimit-requests-remaining"] == "1"
    client.messages.create(**body())

    with pytest.raises(anthropic.RateLimitError, match="2 requests per minute") as failed:
        client.messages.create(**body())

    assert failed.value.response.headers["retry-after"] == "30"
    assert failed.value.response.headers["anthropic-ratelimit-requests-remaining"] == "0"
    assert claude.calls[-1].status == 429
    clock.pass_by(30)
    assert client.messages.create(**body()).stop_reason == "end_turn"


def test_cache_reads_do_not_count_as_input(claude: ClaudeSandbox, client: Anthropic) -> None:
    """After the write there is no room for another 5,000 tokens, but reading them is free of the limit."""
    claude.rate_limits.input_tokens_per_minute = 6000
    cached = body(system=[text_block("Look for defects. " * 1000, "5m")])
    for _ in range(5):
        client.messages.create(**cached)
    with pytest.raises(anthropic.RateLimitError, match="6,000 input tokens per minute"):
        client.messages.create(**body(system="Look for defects. " * 1000))


def test_the_output_limit(claude: ClaudeSandbox, client: Anthropic, clock: HandClock) -> None:
    """Output counts once it is written: the call that exceeds it goes through, the next must wait."""
    claude.rate_limits.output_tokens_per_minute = 60
    claude.script(lambda _: Reply("x", output_tokens=90))
    client.messages.create(**body())
    with pytest.raises(anthropic.RateLimitError, match="output tokens") as failed:
        client.messages.create(**body())
    clock.pass_by(float(failed.value.response.headers["retry-after"]))
    client.messages.create(**body())


def test_a_steep_ramp(claude: ClaudeSandbox, client: Anthropic, clock: HandClock) -> None:
    """More than so many starts within a second raise the SDK's RampLimitExceededError."""
    claude.rate_limits.ramp = RampLimit(requests=2, seconds=1.0)
    client.messages.create(**body())
    client.messages.create(**body())
    with pytest.raises(anthropic.RampLimitExceededError) as failed:
        client.messages.create(**body())
    assert failed.value.response.headers["retry-after"] == "1"
    clock.pass_by(1)
    client.messages.create(**body())


def test_the_spend_cap(claude: ClaudeSandbox, client: Anthropic) -> None:
    """Once the cap is spent every request raises EnforcedSpendLimitReachedError, without a time to come back."""
    claude.rate_limits.spend_cap = Decimal("0.00001")
    client.messages.create(**body())
    with pytest.raises(anthropic.EnforcedSpendLimitReachedError) as failed:
        client.messages.create(**body())
    assert "retry-after" not in failed.value.response.headers
