"""Which of our threads tell something that is fixed: by the diff where it shows that, else by the model's word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.answer import Answer, Stop
from app.core.closing import Fixed, Stands, Unsure, decide, touched
from app.core.diff import FileDiff
from app.core.history import History
from app.core.neutral import plain
from app.core.thread import Thread
from app.core.verdicts import Answered, parse_verdicts, questions
from app.flow.world import World

ANSWER_TOKENS = 2_000


@dataclass(frozen=True, slots=True)
class Closing:
    """A thread of ours to be closed; `reason` is a phrase for people, safe to be posted."""

    thread: Thread
    reason: str


async def find_closings(
    threads: Sequence[Thread], files: Mapping[str, FileDiff], history: History, world: World, *, whole: bool
) -> tuple[Closing, ...]:
    """Decide about these open threads, which the review did not find again. A model that fails to answer closes none.

    `files` are all of the diff's by path; `whole` is False where GitHub did not serve all of it.
    """
    closings, unsure = list[Closing](), list[Thread]()
    for thread in threads:
        decision = decide(thread, files, changed=touched(thread, files, history.seen), whole=whole)
        match decision:
            case Fixed():
                closings.append(Closing(thread, decision.reason))
            case Unsure():
                unsure.append(thread)
            case Stands():
                pass
    return (*closings, *await _asked(unsure, files, world))


async def _asked(threads: Sequence[Thread], files: Mapping[str, FileDiff], world: World) -> list[Closing]:
    """Those that the model calls fixed."""
    closings = list[Closing]()
    for question in questions(threads, files, ANSWER_TOKENS):
        answer = await world.model.ask(question.prompt)
        if not isinstance(answer, Answer) or answer.stop is not Stop.END:
            continue
        verdicts = parse_verdicts(answer.text, len(question.threads))
        fixed = {index: one.reason for index, one in verdicts.items() if one.fixed is Answered.YES}
        closings += [Closing(question.threads[index], plain(reason)) for index, reason in fixed.items()]
    return closings
