"""Every request that the product makes x every model of the table, in both forms, against the strict loopback Claude."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import pytest

from kireji.adapters.claude import connect
from kireji.adapters.claude.checkup import try_model
from kireji.core.chunks.depth import THINKING
from kireji.core.findings.placement import Inline, by_path, place
from kireji.core.models.answer import Answer, Outcome, Stop, Unanswered
from kireji.core.models.catalogue import MODELS, ModelSpec, retired
from kireji.core.models.providers import Access, Provider
from kireji.core.money.ledger import Purpose
from kireji.core.operations.checkup import Health
from kireji.core.operations.checkup_models import ModelUse
from kireji.core.prompts import across, plan, talk, verdicts, verify
from kireji.core.prompts.prompt import Prompt, brief, prompt
from kireji.core.pulls.pull import PullRef, PullRequest
from tests.fakes.clock import FakeClock
from tests.make import chunk, files, finding
from tests.sandbox.claude import ClaudeSandbox
from tests.threads import comment_of, outdated, thread

pytestmark = pytest.mark.filterwarnings("ignore:The model 'claude-sonnet-4-5' is deprecated:DeprecationWarning")

FILES = files()
ROOM = 4_096
THREAD = thread(finding(), *FILES)
PULL = PullRequest(PullRef("octo/shop", 7), "Rates", "", "ann", "b" * 40, "c" * 40, "main", "rates", 2)
BRIEF = brief(PULL, FILES)


def placed() -> Inline:
    """A finding where it is."""
    found = place(finding(), by_path(FILES))
    assert isinstance(found, Inline)
    return found


def verifying(thinking: int) -> Callable[[ModelSpec], Prompt]:
    """The second reader's question."""

    def asked(_: ModelSpec) -> Prompt:
        (question,) = verify.questions([placed()], by_path(FILES), "Rates")
        return replace(question.prompt, thinking=thinking)

    return asked


def still_there(_: ModelSpec) -> Prompt:
    """Whether a finding is fixed."""
    (question,) = verdicts.questions([outdated(THREAD)], by_path(FILES), 2_000)
    return question.prompt


# What is asked, by who asks it; a reader that asks again wants no thought, and twice the room.
REQUESTS: Mapping[str, Callable[[ModelSpec], Prompt]] = {
    "reader, fast": lambda _: prompt(chunk(*FILES), BRIEF, ROOM),
    "reader, balanced": lambda _: prompt(chunk(*FILES), BRIEF, ROOM, THINKING, "Context."),
    "reader, again": lambda _: prompt(chunk(*FILES), BRIEF, 2 * ROOM),
    "reader, all the room": lambda spec: prompt(chunk(*FILES), BRIEF, spec.max_output),
    "reader, all the room, thinking": lambda spec: prompt(chunk(*FILES), BRIEF, spec.max_output, THINKING),
    "plan": lambda _: plan.question(FILES, BRIEF, ROOM, THINKING),
    "across": lambda spec: across.question(FILES, {}, BRIEF, spec, ROOM, THINKING),
    "verifier, fast": verifying(0),
    "verifier": verifying(THINKING),
    "fixed?": still_there,
    "answer in a thread": lambda _: talk.in_thread(comment_of("Why?"), THREAD, by_path(FILES), 1_500, brief=BRIEF),
    "answer to /review ask": lambda _: talk.in_conversation("ann", "Why?", FILES, 1_500, brief=BRIEF),
}
STRUCTURED = Access()
BY_TOOL = Access(Provider.COMPATIBLE)


async def ask(claude: ClaudeSandbox, access: Access, model: str, question: Prompt, clock: FakeClock) -> Outcome:
    """What comes of one question."""
    adapter = connect(claude.api_key, claude.url, model, clock, access=access)
    try:
        return await adapter.ask(question)
    finally:
        await adapter.aclose()


@pytest.mark.parametrize(
    "access", [pytest.param(STRUCTURED, id="structured"), pytest.param(BY_TOOL, id="by tool", marks=pytest.mark.proof)]
)
@pytest.mark.parametrize("model", MODELS)
async def test_every_model_takes_every_request(claude: ClaudeSandbox, access: Access, model: str) -> None:
    """The first time, and answers in the form that its reader wants; nobody thinks who was not asked to, but for one."""
    for who, request in REQUESTS.items():
        question = request(MODELS[model])
        answer = await ask(claude, access, model, question, FakeClock())
        assert isinstance(answer, Answer), f"{who}: {answer}"
        assert (answer.stop, answer.attempts) == (Stop.END, 1), who
        question.read(answer.text)
    assert {call.status for call in claude.calls} == {200}
    assert len(claude.calls) == len(REQUESTS)


def test_every_purpose_of_the_ledger_has_a_request() -> None:
    """Each prompt says itself what it is for, and no two kinds of question are entered as one."""
    spec = next(iter(MODELS.values()))
    assert {request(spec).purpose for request in REQUESTS.values()} == {*Purpose}


@pytest.mark.parametrize("access", [STRUCTURED, BY_TOOL], ids=["counted", "one token"])
@pytest.mark.parametrize("model", MODELS)
def test_doctor_asks_every_model(claude: ClaudeSandbox, access: Access, model: str) -> None:
    """Where nothing is counted, one token is asked for, however the model thinks."""
    use = ModelUse(MODELS[model], "KIREJI_MODEL")
    trial = try_model(access=access, api_key=claude.api_key, base_url=claude.url, use=use)
    assert (trial.health, trial.remedy) == (Health.OK, "")
    assert [(call.status, call.request["max_tokens"]) for call in claude.calls] == (
        [] if access is STRUCTURED else [(200, 1)]
    )


@pytest.mark.parametrize("day", [date(2026, 11, 29), date(2026, 11, 30), date(2028, 2, 29)])
@pytest.mark.parametrize("model", MODELS)
async def test_a_retired_model_is_not_asked(claude: ClaudeSandbox, clock: FakeClock, model: str, day: date) -> None:
    """By a process that has run since before that day, too: the reason names what to set instead. Nothing is sent.

    Of a server that Anthropic does not run nobody knows until when it has a model, so it is asked.
    """
    clock.advance((day - clock.now().date()).days * 86_400)
    question = REQUESTS["reader, fast"](MODELS[model])
    answer = await ask(claude, STRUCTURED, model, question, clock)

    if retired(MODELS[model], day):
        assert isinstance(answer, Unanswered)
        assert answer.reason == f"Anthropic retired {model} on 2026-11-30: set KIREJI_MODEL to claude-sonnet-5-5"
        assert (answer.attempts, claude.calls) == (0, [])
        assert isinstance(await ask(claude, BY_TOOL, model, question, clock), Answer)
    else:
        assert isinstance(answer, Answer)
