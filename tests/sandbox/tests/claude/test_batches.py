"""Message Batches, models and count_tokens through the SDK."""

from typing import Any

import anthropic
import pytest
from anthropic import Anthropic

from tests.sandbox.claude import ClaudeSandbox, Reply
from tests.sandbox.tests.claude.support import HAIKU, HandClock, body, text_block


def create(client: Anthropic, *names: str, **changes: Any) -> str:
    """A batch of requests with these custom ids; its id."""
    requests: list[Any] = [{"custom_id": name, "params": body(**changes)} for name in names]
    return client.messages.batches.create(requests=requests).id


def outcomes(client: Anthropic, batch_id: str) -> list[tuple[str, str]]:
    """The results, in the order of the file."""
    return [(line.custom_id, line.result.type) for line in client.messages.batches.results(batch_id)]


def test_a_batch_gives_its_results_in_another_order(claude: ClaudeSandbox, client: Anthropic) -> None:
    """Results are matched by custom_id, not by place; each is billed at half the price."""
    claude.script(lambda _: Reply("x", output_tokens=100))
    client.messages.create(**body())
    batch_id = create(client, "a", "b", "c")
    assert outcomes(client, batch_id) == [("c", "succeeded"), ("b", "succeeded"), ("a", "succeeded")]
    batch = client.messages.batches.retrieve(batch_id)
    assert (batch.processing_status, batch.request_counts.succeeded) == ("ended", 3)
    assert [call.batch for call in claude.calls] == [False, True, True, True]
    assert claude.calls[1].cost * 2 == claude.calls[0].cost


def test_a_slow_batch(claude: ClaudeSandbox, client: Anthropic, clock: HandClock) -> None:
    """Until its time a batch is in progress and has no results."""
    claude.batches.delay = 600
    batch_id = create(client, "a")
    batch = client.messages.batches.retrieve(batch_id)
    assert (batch.processing_status, batch.results_url, batch.request_counts.processing) == ("in_progress", None, 1)
    with pytest.raises(anthropic.AnthropicError, match="results_url"):
        client.messages.batches.results(batch_id)
    clock.pass_by(600)
    assert outcomes(client, batch_id) == [("a", "succeeded")]


def test_a_batch_expires_after_a_day(claude: ClaudeSandbox, client: Anthropic, clock: HandClock) -> None:
    """What is not done in 24 hours is expired and costs nothing."""
    claude.batches.delay = 90_000
    batch_id = create(client, "a", "b")
    clock.pass_by(86_400)
    assert outcomes(client, batch_id) == [("b", "expired"), ("a", "expired")]
    assert claude.cost() == 0


def test_a_cancelled_batch(claude: ClaudeSandbox, client: Anthropic) -> None:
    """Cancelling stops what has not been done; an ended batch cannot be cancelled."""
    claude.batches.delay = 600
    batch_id = create(client, "a")
    assert client.messages.batches.cancel(batch_id).processing_status == "canceling"
    assert outcomes(client, batch_id) == [("a", "canceled")]
    with pytest.raises(anthropic.BadRequestError, match="already ended"):
        client.messages.batches.cancel(batch_id)


def test_one_bad_request_fails_alone(client: Anthropic) -> None:
    """A batch takes any params; those that a message refuses are an errored result with the error's body."""
    requests: list[Any] = [
        {"custom_id": "good", "params": body()},
        {"custom_id": "bad", "params": body(max_tokens=99_999)},
        {"custom_id": "stream", "params": body(stream=True)},
    ]
    batch = client.messages.batches.create(requests=requests)
    results = {line.custom_id: line.result for line in client.messages.batches.results(batch.id)}

    assert {name: result.type for name, result in results.items()} == {
        "good": "succeeded",
        "bad": "errored",
        "stream": "errored",
    }
    assert results["bad"].model_dump()["error"]["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("names", [["a b"], ["a", "a"], [], ["x" * 65]])
def test_custom_ids_are_checked(client: Anthropic, names: list[str]) -> None:
    """Ids have 1 to 64 plain characters and occur once; an empty batch is refused."""
    with pytest.raises(anthropic.BadRequestError):
        create(client, *names)


def test_batches_use_the_cache(client: Anthropic) -> None:
    """A 1h entry that a message wrote is read by the batch's requests."""
    system = [text_block("Look for defects. " * 1000, "1h")]
    client.messages.create(**body(system=system))
    batch_id = create(client, "a", "b", system=system)
    for line in client.messages.batches.results(batch_id):
        assert line.result.type == "succeeded"
        assert line.result.message.usage.cache_read_input_tokens == 5143


def test_batches_are_listed_in_pages(client: Anthropic) -> None:
    """Newest first; the SDK follows the pages; an unknown id is a 404."""
    ids = [create(client, "a") for _ in range(5)]
    page = client.messages.batches.list(limit=2)
    assert ([batch.id for batch in page.data], page.has_more) == ([ids[4], ids[3]], True)
    assert [batch.id for batch in page] == list(reversed(ids))
    assert [batch.id for batch in client.messages.batches.list(limit=2, before_id=ids[1]).data] == [ids[3], ids[2]]
    with pytest.raises(anthropic.NotFoundError):
        client.messages.batches.retrieve("msgbatch_unknown")


def test_models_are_listed_and_described(client: Anthropic) -> None:
    """The real table's limits, the alias resolved, the retirement of Sonnet 4.5."""
    assert len(list(client.models.list())) == 5
    haiku = client.models.retrieve(HAIKU)
    assert (haiku.id, haiku.max_input_tokens, haiku.max_tokens) == ("claude-haiku-4-5-20251001", 200_000, 64_000)
    sonnet = client.models.retrieve("claude-sonnet-4-5")
    assert (sonnet.lifecycle, str(sonnet.retires_at)[:10]) == ("deprecated", "2026-11-30")
    with pytest.raises(anthropic.NotFoundError):
        client.models.retrieve("gpt")


def test_counting_agrees_with_billing(claude: ClaudeSandbox, client: Anthropic) -> None:
    """count_tokens gives what a message is billed for, 30 % more on a 5.x model, and is no call."""
    messages: list[Any] = [{"role": "user", "content": "x" * 3500}]
    old = client.messages.count_tokens(model=HAIKU, messages=messages, system="y" * 350).input_tokens
    new = client.messages.count_tokens(model="claude-haiku-5-5", messages=messages, system="y" * 350).input_tokens
    assert (old, new) == (1104, 1434)
    assert claude.count() == 0
    assert client.messages.create(**body(messages=messages, system="y" * 350)).usage.input_tokens == old
    with pytest.raises(anthropic.BadRequestError, match="max_tokens"):
        client.messages.count_tokens(model=HAIKU, messages=messages, extra_body={"max_tokens": 5})
