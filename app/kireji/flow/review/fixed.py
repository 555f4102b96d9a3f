"""Which of our threads report something that is fixed: by the diff where it shows that, else by the model's word."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from kireji.core.diff.unified import FileDiff
from kireji.core.prompts.verdicts import FixedAnswer, parse_verdicts, questions
from kireji.core.pulls.thread import Thread
from kireji.core.rounds.closing import Fixed, Stands, Unsure, decide, touched
from kireji.core.rounds.history import History
from kireji.core.text.neutral import plain
from kireji.ports import Model

ANSWER_TOKENS = 2_000


@dataclass(frozen=True, slots=True)
class FixedThread:
    """A thread of ours to be resolved."""

    thread: Thread
    reason: str
    """A phrase for people, safe to be posted."""


async def find_fixed(
    threads: Sequence[Thread], files: Mapping[str, FileDiff], history: History, model: Model | None, *, whole: bool
) -> tuple[FixedThread, ...]:
    """Decide about these open threads, which the review did not find again. A model that fails to answer resolves none.

    `files` are all of the diff's by path; `whole` is False where GitHub did not serve all of it. Without a model only the
    diff decides.
    """
    by_diff = await asyncio.to_thread(_decide_by_diff, threads, files, history, whole=whole)  # beside a large diff
    by_model = [] if model is None else await _query_model(by_diff.unsure, files, model)
    return (*by_diff.fixed, *by_model)


@dataclass(frozen=True, slots=True)
class _Decided:
    """What the diff shows of threads."""

    fixed: list[FixedThread] = field(default_factory=list)
    unsure: list[Thread] = field(default_factory=list)
    """Those of which it shows nothing."""


def _decide_by_diff(
    threads: Sequence[Thread], files: Mapping[str, FileDiff], history: History, *, whole: bool
) -> _Decided:
    decided = _Decided()
    for thread in threads:
        changed = touched(thread, files, history.seen)
        decision = decide(thread, files, changed=changed, whole=whole)

        match decision:
            case Fixed():
                decided.fixed.append(FixedThread(thread, decision.reason))
            case Unsure():
                decided.unsure.append(thread)
            case Stands():
                pass
            case _:
                assert_never(decision)
    return decided


async def _query_model(threads: Sequence[Thread], files: Mapping[str, FileDiff], model: Model) -> list[FixedThread]:
    """Those that the model calls fixed."""
    fixed = list[FixedThread]()
    for question in await asyncio.to_thread(questions, threads, files, ANSWER_TOKENS):
        answer = await model.ask(question.prompt)
        if answer.whole_text is None:
            continue

        verdicts = parse_verdicts(answer.whole_text, len(question.threads))
        for index, verdict in verdicts.items():
            if verdict.fixed is FixedAnswer.YES:
                fixed.append(FixedThread(question.threads[index], plain(verdict.reason)))
    return fixed
