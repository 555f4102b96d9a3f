"""What is paid for once is not paid for again, whatever is asked; and all that is paid is in the ledger."""

import asyncio
import json
from dataclasses import replace

import pytest
from typing_extensions import override

from kireji.adapters.in_process.store import MemoryStore
from kireji.core.models.answer import Outcome, Stop, Unanswered
from kireji.core.models.catalogue import Usage
from kireji.core.models.structured import load_object
from kireji.core.money.ledger import CallOutcome, ModelCall, Purpose
from kireji.core.prompts import across, plan, talk, verdicts, verify
from kireji.core.prompts.prompt import RULES as REVIEW_RULES
from kireji.core.prompts.prompt import Prompt
from kireji.flow.memo import RememberingModel
from kireji.ports import ANYBODY, Caller
from tests.fakes.clock import FakeClock
from tests.fakes.model import FakeModel, answer

TEXT = "the same text"
FINDINGS = Prompt(REVIEW_RULES, "", TEXT, 100)
VERDICTS = Prompt(verdicts.RULES, "", TEXT, 100, verdicts.SCHEMA, purpose=Purpose.THREADS, read=verdicts.read_rows)
CHECKED = Prompt(verify.RULES, "", TEXT, 100, verify.SCHEMA, purpose=Purpose.VERIFY, read=verify.read_rows)
PLAN = Prompt(plan.RULES, "", TEXT, 100, plan.SCHEMA, purpose=Purpose.PLAN, read=plan.read_rows)
ACROSS = Prompt(across.RULES, "", TEXT, 100, purpose=Purpose.ACROSS)
TALK = Prompt(talk.RULES, "", TEXT, 100, talk.SCHEMA, purpose=Purpose.TALK, read=talk.read)
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
    ids=ANSWERS,
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
    """Whoever has a schema of another kind says who reads the answer: here, whatever is an object."""
    other = Prompt("rules", "", "x", 100, {"type": "object"}, read=load_object)
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


@pytest.mark.parametrize(("attempts", "entered"), [(1, [(CallOutcome.CANCELLED, 60)]), (0, [])])
async def test_a_call_that_is_cut_off_is_in_the_ledger(attempts: int, entered: list[tuple[CallOutcome, int]]) -> None:
    """With what it cost until then, under a word of its own; one that sent nothing is not. The cancelling goes on."""
    rows, asked = list[ModelCall](), asyncio.Event()

    class Ledger(MemoryStore):
        @override
        async def enter(self, call: ModelCall) -> None:
            await asyncio.sleep(0)
            rows.append(call)

    class CutOff(FakeModel):
        @override
        async def ask(self, prompt: Prompt, caller: Caller = ANYBODY) -> Outcome:
            asked.set()
            try:
                return await asyncio.Future[Outcome]()
            except asyncio.CancelledError:
                raise asyncio.CancelledError(Unanswered("cut off", Usage(10, 50), 1.0, attempts)) from None

    remembering = RememberingModel(CutOff(lambda _: answer()), Ledger(), FakeClock(), "o/r", "o/r#1@a/1")
    call = asyncio.create_task(remembering.ask(FINDINGS))
    await asked.wait()
    call.cancel()
    await asyncio.wait({call})
    assert call.cancelled()
    assert [(row.outcome, row.usage.total_input + row.usage.output_tokens) for row in rows] == entered


async def test_an_answer_with_a_row_that_nobody_can_use_is_not_remembered() -> None:
    """Its chunk would be read in part for ever."""
    assert await asked_twice(FINDINGS, '{"findings": [{"path": "a.py"}]}') == 2


TOLD = 'The pull request\'s title:\n| {0}\nIts description:\n| {1}\nIts files under review ({2}):\n| "a.py" (added)'


@pytest.mark.parametrize(
    ("brief", "asked"),
    [
        (TOLD.format("T", "Words", 1), 1),
        (TOLD.format("T", "Words", 2), 1),
        (TOLD.format("Other", "Words", 1), 2),
        (TOLD.format("T", "Other words", 1), 2),
        (TOLD.format("T", "Words\n| Its files under review (1):", 1), 2),
        ("", 2),
    ],
)
async def test_an_answer_belongs_to_what_was_said_of_the_change(brief: str, asked: int) -> None:
    """Another title or description may have bent it; another list of files has not, and would be paid for at each push."""
    model = FakeModel(lambda _: answer(ANSWERS["findings"]))
    remembering = RememberingModel(model, MemoryStore(), FakeClock(), "o/r", "o/r#1@a/1")
    await remembering.ask(replace(FINDINGS, brief=TOLD.format("T", "Words", 1)))
    await remembering.ask(replace(FINDINGS, brief=brief))
    assert len(model.prompts) == asked


@pytest.mark.parametrize("prompt", [FINDINGS, CHECKED, PLAN, ACROSS, TALK, VERDICTS])
async def test_what_a_forgetting_model_says(prompt: Prompt) -> None:
    """Nothing is recalled, whatever is asked, and nothing remembered; what it cost is entered all the same."""
    entered = list[ModelCall]()

    class Ledger(MemoryStore):
        @override
        async def enter(self, call: ModelCall) -> None:
            entered.append(call)

    (name,) = (one for one in ANSWERS if one in str(prompt.schema["required"]))
    model = FakeModel(lambda _: answer(ANSWERS[name]))
    remembering = RememberingModel(model, Ledger(), FakeClock(), "o/r", "o/r#1@a/1")
    for one in (remembering.forgetting(), remembering, remembering, remembering.forgetting()):
        await one.ask(prompt)
    assert len(model.prompts) == 3
    assert [call.key for call in entered] == [remembering.key(prompt)] * 2
    assert await remembering.knows([prompt]) == [True]
    assert await remembering.forgetting().knows([prompt, prompt]) == [False, False]


@pytest.mark.parametrize("prompt", [FINDINGS, VERDICTS, CHECKED, PLAN, ACROSS, TALK])
async def test_a_call_is_entered_under_what_its_prompt_is_for(prompt: Prompt) -> None:
    """Whether its answer can be used or not."""
    rows = list[ModelCall]()

    class Ledger(MemoryStore):
        @override
        async def enter(self, call: ModelCall) -> None:
            rows.append(call)

    model = FakeModel(lambda _: answer("Sure!"))
    await RememberingModel(model, Ledger(), FakeClock(), "o/r", "o/r#1@a/1").ask(prompt)
    assert [row.purpose for row in rows] == [prompt.purpose]
