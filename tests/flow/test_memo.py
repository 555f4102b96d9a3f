"""What is paid for once is not paid for again, whatever is asked."""

import json

import pytest

from app.adapters.memory import MemoryStore
from app.core import across, plan, talk, verdicts, verify
from app.core.answer import Stop
from app.core.prompt import ANSWER_SCHEMA, Prompt
from app.core.prompt import RULES as REVIEW_RULES
from app.flow.memo import READERS, RememberingModel
from tests.fakes.clock import FakeClock
from tests.fakes.model import FakeModel, answer

FINDINGS = Prompt(REVIEW_RULES, "", "the same text", 100)
VERDICTS = Prompt(verdicts.RULES, "", "the same text", 100, verdicts.SCHEMA)
CHECKED = Prompt(verify.RULES, "", "the same text", 100, verify.SCHEMA)
PLAN = Prompt(plan.RULES, "", "the same text", 100, plan.SCHEMA)
ACROSS = Prompt(across.RULES, "", "the same text", 100)
TALK = Prompt(talk.RULES, "", "the same text", 100, talk.SCHEMA)
ANSWERS = {
    "findings": '{"findings": []}',
    "verdicts": json.dumps({"verdicts": [{"thread": 1, "fixed": "yes", "reason": "r"}]}),
    "checked": json.dumps({"checked": [{"n": 1, "verdict": "confirmed", "why": "r"}]}),
    "plan": json.dumps({"plan": [{"path": "a.py", "look_for": "locks"}]}),
    "answer": '{"answer": "Because.", "withdraw": false}',
}


async def asked_twice(prompt: Prompt, text: str, stop: Stop = Stop.END) -> int:
    """How often the model is asked when the same is asked twice."""
    model = FakeModel(lambda _: answer(text, stop))
    remembering = RememberingModel(model, MemoryStore(), FakeClock(), "o/r", "o/r#1@a/1")
    first, second = await remembering.ask(prompt), await remembering.ask(prompt)
    assert first.text == second.text == text  # pyrefly: ignore[missing-attribute] - the fake answers
    return len(model.prompts)


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        (FINDINGS, ANSWERS["findings"]),
        (VERDICTS, ANSWERS["verdicts"]),
        (TALK, ANSWERS["answer"]),
        (PLAN, ANSWERS["plan"]),
        (CHECKED, ANSWERS["checked"]),
    ],
    ids=READERS,
)
async def test_an_answer_under_any_schema_is_remembered(prompt: Prompt, text: str) -> None:
    """What its own parser takes would do again."""
    assert await asked_twice(prompt, text) == 1


@pytest.mark.parametrize(
    ("name", "prompt"),
    [("findings", FINDINGS), ("verdicts", VERDICTS), ("answer", TALK), ("plan", PLAN), ("checked", CHECKED)],
)
@pytest.mark.parametrize("text", ["", "Sure!", "{}", "[]", *ANSWERS.values()])
async def test_an_answer_that_nobody_can_read_is_asked_for_again(name: str, prompt: Prompt, text: str) -> None:
    """Another schema's answer is none, and neither is one that was cut."""
    assert await asked_twice(prompt, text) == (1 if text == ANSWERS[name] else 2)
    assert await asked_twice(prompt, ANSWERS[name], Stop.CUT) == 2


async def test_a_schema_of_its_own_needs_an_object() -> None:
    """Whoever has a schema that nobody knows here gets what is an object at least."""
    other = Prompt("rules", "", "x", 100, {"type": "object"})
    assert await asked_twice(other, "{}") == 1
    assert await asked_twice(other, "[]") == 2


async def test_the_same_text_under_another_schema_is_another_question() -> None:
    """The key tells the schemas apart, by the rules that belong to them; and reading across files from reading a chunk."""
    texts = {
        id(ACROSS): '{"findings": [ ]}',
        id(FINDINGS): ANSWERS["findings"],
        id(VERDICTS): ANSWERS["verdicts"],
        id(TALK): ANSWERS["answer"],
    }
    model = FakeModel(lambda prompt: answer(texts[id(prompt)]))
    remembering = RememberingModel(model, MemoryStore(), FakeClock(), "o/r", "o/r#1@a/1")
    for _ in range(2):
        for prompt in (ACROSS, FINDINGS, VERDICTS, TALK):
            assert (await remembering.ask(prompt)).text == texts[id(prompt)]  # pyrefly: ignore[missing-attribute] - the fake answers
    assert model.prompts == [ACROSS, FINDINGS, VERDICTS, TALK]


def test_every_schema_has_a_reader() -> None:
    """By the name of its first property."""
    for schema in (ANSWER_SCHEMA, verdicts.SCHEMA, talk.SCHEMA, verify.SCHEMA):
        required = schema["required"]
        assert isinstance(required, list)
        assert required[0] in READERS
