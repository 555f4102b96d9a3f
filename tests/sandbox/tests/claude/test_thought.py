"""Thinking in the loopback Claude: who thinks, the block that tells of it, and what it takes of the answer's room."""

from typing import Any

import pytest
from anthropic import Anthropic

from tests.sandbox.claude import ClaudeSandbox, Reply
from tests.sandbox.tests.claude.support import body

THINK = {"type": "enabled", "budget_tokens": 1024}
NEWER = "claude-sonnet-5-5"


@pytest.mark.parametrize(
    ("changes", "tokens"),
    [
        ({}, None),
        ({"thinking": {"type": "disabled"}}, None),
        ({"thinking": THINK, "max_tokens": 2000}, 251),
        ({"model": NEWER}, 251),
        ({"model": NEWER, "thinking": {"type": "adaptive"}}, 251),
        ({"model": NEWER, "thinking": {"type": "between_tools"}}, None),
        ({"model": "claude-haiku-5-5", "thinking": {"type": "disabled"}}, None),
        ({"model": "claude-opus-5-5", "output_config": {"effort": "low"}}, 62),
    ],
)
def test_who_thinks(client: Anthropic, changes: dict[str, Any], tokens: int | None) -> None:
    """The 4.5 models if asked to, the 5.x ones unless asked not to, and less at a low effort; thought counts as output, and is told apart."""
    answer = client.messages.create(**body(**changes), extra_body={"messages": [{"role": "user", "content": "x" * 35}]})
    kinds = [block.type for block in answer.content]
    details = answer.usage.output_tokens_details
    assert kinds == (["text"] if tokens is None else ["thinking", "text"])
    assert (None if details is None else details.thinking_tokens) == tokens


def test_a_stream_of_thought(claude: ClaudeSandbox, client: Anthropic) -> None:
    """The thinking block comes first, closed by its signature; the text is the second block."""
    claude.script(lambda _: Reply("yes", thinking_tokens=500))
    with client.messages.stream(**body(thinking=THINK, max_tokens=2000)) as stream:
        answer = stream.get_final_message()
    assert [block.model_dump()["type"] for block in answer.content] == ["thinking", "text"]
    assert answer.content[0].model_dump()["signature"]
    assert (stream.get_final_text(), answer.usage.output_tokens) == ("yes", 501)


def test_thought_that_leaves_no_room(claude: ClaudeSandbox, client: Anthropic) -> None:
    """Thought is held to its budget, and an answer that no longer fits is cut."""
    claude.script(lambda _: Reply("word " * 700, thinking_tokens=5000))
    answer = client.messages.create(**body(thinking=THINK, max_tokens=1500))
    assert (answer.stop_reason, answer.usage.output_tokens) == ("max_tokens", 1500)
    claude.script(lambda _: Reply("word", thinking_tokens=5000))
    answer = client.messages.create(**body(model=NEWER, max_tokens=1500))
    assert [block.type for block in answer.content] == ["thinking"]
    assert answer.stop_reason == "max_tokens"


def test_thought_that_is_not_shown(client: Anthropic) -> None:
    """With `display` omitted the block has its signature only."""
    answer = client.messages.create(**body(thinking=THINK | {"display": "omitted"}, max_tokens=2000))
    block = answer.content[0].model_dump()
    assert (block["thinking"], bool(block["signature"])) == ("", True)
