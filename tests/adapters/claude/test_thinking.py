"""How each model is asked to think."""

import pytest
from anthropic import Omit

from kireji.adapters.claude import connect
from kireji.adapters.claude.thinking import thinking
from kireji.core.models.answer import Answer, Stop
from kireji.core.models.catalogue import MODELS, Thinking, spec_of
from kireji.core.prompts.prompt import Prompt
from tests.adapters.claude.conftest import EMPTY, RULES
from tests.fakes.clock import FakeClock
from tests.sandbox.claude import ClaudeSandbox, Reply


@pytest.mark.parametrize(
    ("model", "room", "thought", "sent", "max_tokens", "effort"),
    [
        ("claude-haiku-4-5", 4096, 0, None, 4096, None),
        ("claude-haiku-4-5", 4096, 2048, {"type": "enabled", "budget_tokens": 2048}, 6144, None),
        ("claude-haiku-4-5", 4096, 10, {"type": "enabled", "budget_tokens": 1024}, 5120, None),
        ("claude-haiku-4-5", 63_500, 2048, None, 63_500, None),
        ("claude-haiku-4-5", 60_000, 8000, {"type": "enabled", "budget_tokens": 4000}, 64_000, None),
        ("claude-haiku-4-5", 100_000, 0, None, 64_000, None),
        ("claude-haiku-5-5", 4096, 0, {"type": "disabled"}, 4096, None),
        ("claude-haiku-5-5", 4096, 2048, {"type": "adaptive"}, 6144, None),
        ("claude-sonnet-5-5", 4096, 0, {"type": "between_tools"}, 4096, None),
        ("claude-sonnet-5-5", 4096, 2048, {"type": "adaptive"}, 6144, None),
        ("claude-opus-5-5", 4096, 0, {"type": "adaptive"}, 8192, "low"),
        ("claude-opus-5-5", 128_000, 0, {"type": "adaptive"}, 128_000, "low"),
        ("claude-opus-5-5", 4096, 2048, {"type": "adaptive"}, 6144, None),
        ("qwen3-coder", 4096, 2048, None, 4096, None),
    ],
)
def test_by_the_model_table(  # noqa: PLR0917 - a row of the table
    model: str, room: int, thought: int, sent: object, max_tokens: int, effort: str | None
) -> None:
    """By budget, which lies below `max_tokens` and never below 1,024; or adaptively, which is the 5.x models' default.

    Each of those is kept from it in its own way, and one only by a low effort, with room for what it thinks anyway.
    """
    found = thinking(Prompt("", "", "", room, thinking=thought), spec_of(model))
    assert (None if isinstance(found.thinking, Omit) else found.thinking) == sent
    assert (found.max_tokens, found.effort) == (max_tokens, effort)


@pytest.mark.filterwarnings("ignore:The model 'claude-sonnet-4-5' is deprecated:DeprecationWarning")
@pytest.mark.parametrize("model", MODELS)
async def test_the_service_takes_it(claude: ClaudeSandbox, model: str) -> None:
    """With and without thought, every model answers, and of a thinking answer only the text is read."""
    claude.script(lambda _: Reply(EMPTY, thinking_tokens=700))
    adapter = connect(claude.api_key, claude.url, model, FakeClock())
    unbidden = 700 if MODELS[model].thinking is Thinking.ALWAYS else 0
    for thought, output in ((0, unbidden), (2048, 700)):
        answer = await adapter.ask(Prompt(RULES, "a brief", "a chunk", 1000, thinking=thought))
        assert isinstance(answer, Answer)
        assert (answer.text, answer.stop) == (EMPTY, Stop.END)
        assert output < answer.usage.output_tokens < output + 20
    await adapter.aclose()
