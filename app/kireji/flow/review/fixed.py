"""Which of our threads tell something that is fixed: by the diff where it shows that, else by the model's word."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from kireji.core.diff.unified import FileDiff
from kireji.core.models.answer import Answer, Stop
from kireji.core.prompts.verdicts import FixedAnswer, parse_verdicts, questions
from kireji.core.pulls.thread import Thread
from kireji.core.rounds.closing import Fixed, Stands, Unsure, decide, touched
from kireji.core.rounds.history import History
from kireji.core.text.neutral import neutral_line
from kireji.ports import Model

ANSWER_TOKENS = 2_000


@dataclass(frozen=True, slots=True)
class FixedThread:
    """A thread of ours to be closed; `reason` is a phrase for people, safe to be posted."""

    thread: Thread
    reason: str


async def find_fixed(
    threads: Sequence[Thread], files: Mapping[str, FileDiff], history: History, model: Model | None, *, whole: bool
) -> tuple[FixedThread, ...]:
    """Decide about these open threads, which the review did not find again. A model that fails to answer closes none.

    `files` are all of the diff's by path; `whole` is False where GitHub did not serve all of it. Without a model only the
    diff decides.
    """
    found, unsure = await asyncio.to_thread(_decided, threads, files, history, whole=whole)  # beside a large diff
    return (*found, *(await _asked(unsure, files, model) if model is not None else ()))


def _decided(
    threads: Sequence[Thread], files: Mapping[str, FileDiff], history: History, *, whole: bool
) -> tuple[list[FixedThread], list[Thread]]:
    """Those that the diff shows to be fixed, and those of which it shows nothing."""
    found, unsure = list[FixedThread](), list[Thread]()
    for thread in threads:
        decision = decide(thread, files, changed=touched(thread, files, history.seen), whole=whole)
        match decision:
            case Fixed():
                found.append(FixedThread(thread, decision.reason))
            case Unsure():
                unsure.append(thread)
            case Stands():
                pass
            case _:
                assert_never(decision)
    return found, unsure


async def _asked(threads: Sequence[Thread], files: Mapping[str, FileDiff], model: Model) -> list[FixedThread]:
    """Those that the model calls fixed."""
    found = list[FixedThread]()
    for question in await asyncio.to_thread(questions, threads, files, ANSWER_TOKENS):
        answer = await model.ask(question.prompt)
        if not isinstance(answer, Answer) or answer.stop is not Stop.END:
            continue
        verdicts = parse_verdicts(answer.text, len(question.threads))
        told = {index: one.reason for index, one in verdicts.items() if one.fixed is FixedAnswer.YES}
        found += [FixedThread(question.threads[index], neutral_line(reason)) for index, reason in told.items()]
    return found
