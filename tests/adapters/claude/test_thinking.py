"""How each model is asked to think."""

import pytest
from anthropic import Omit

from app.adapters.claude import connect
from app.adapters.claude.thinking import thinking
from app.core.answer import Answer, Stop
from app.core.money import MODELS
from app.core.prompt import Prompt
from app.sandbox.claude import ClaudeSandbox, Reply
from tests.adapters.claude.conftest import EMPTY, RULES
from tests.fakes.clock import FakeClock


@pytest.mark.parametrize(
    ("model", "room", "thought", "sent", "max_tokens"),
    [
        ("claude-haiku-4-5", 4096, 0, None, 4096),
        ("claude-haiku-4-5", 4096, 2048, {"type": "enabled", "budget_tokens": 2048}, 6144),
        ("claude-haiku-4-5", 4096, 10, {"type": "enabled", "budget_tokens": 1024}, 5120),
        ("claude-haiku-4-5", 63_500, 2048, None, 63_500),
        ("claude-haiku-4-5", 60_000, 8000, {"type": "enabled", "budget_tokens": 4000}, 64_000),
        ("claude-haiku-4-5", 100_000, 0, None, 64_000),
        ("claude-sonnet-5-5", 4096, 0, {"type": "disabled"}, 4096),
        ("claude-sonnet-5-5", 4096, 2048, {"type": "adaptive"}, 6144),
    ],
)
def test_by_the_model_table(model: str, room: int, thought: int, sent: object, max_tokens: int) -> None:
    """By budget, which lies below `max_tokens` and never below 1,024; or adaptively, which is the 5.x models' default."""
    found, most = thinking(Prompt("", "", "", room, thinking=thought), MODELS[model])
    assert (None if isinstance(found, Omit) else found) == sent
    assert most == max_tokens


@pytest.mark.filterwarnings("ignore:The model 'claude-sonnet-4-5' is deprecated:DeprecationWarning")
@pytest.mark.parametrize("model", MODELS)
async def test_the_service_takes_it(claude: ClaudeSandbox, model: str) -> None:
    """With and without thought, every model answers, and of a thinking answer only the text is read."""
    claude.script(lambda _: Reply(EMPTY, thinking_tokens=700))
    adapter = connect(claude.api_key, claude.url, model, FakeClock())
    for thought, output in ((0, 0), (2048, 700)):
        answer = await adapter.ask(Prompt(RULES, "a brief", "a chunk", 1000, thinking=thought))
        assert isinstance(answer, Answer)
        assert (answer.text, answer.stop) == (EMPTY, Stop.END)
        assert output < answer.usage.output_tokens < output + 20
    await adapter.aclose()
