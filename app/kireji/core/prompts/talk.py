"""A question of a person's -> a prompt; the answer -> what is posted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, StrictBool, StrictStr, ValidationError

from kireji.core.chunks.rendering import quote_path
from kireji.core.diff.unified import FileDiff
from kireji.core.models.structured import AnswerError, load_object
from kireji.core.money.ledger import Purpose
from kireji.core.prompts.prompt import TEXT, Prompt, barred, closed_object, read_rules
from kireji.core.prompts.spots import Spot, code_around, show
from kireji.core.pulls.thread import Thread, ThreadComment
from kireji.core.rounds import own_comment
from kireji.core.text.invisible import encodable
from kireji.core.text.neutral import neutralise
from kireji.core.text.patterns import regex
from kireji.core.text.shorten import shorten

RULES = read_rules("talk")
LEAD = "**Kireji:**"
_BLOCK = regex(r"- |> |\d+\. |```")
ASK = "Answer the question."

MAX_ANSWER = 4_000
MAX_QUESTION_CHARS = 4_000
MAX_COMMENTS = 10
MAX_COMMENT_CHARS = 1_500
MAX_FINDING_CHARS = 3_000
MAX_PULL_CHARS = 20_000

SCHEMA = closed_object({"answer": TEXT, "withdraw": {"type": "boolean"}})


@dataclass(frozen=True, slots=True)
class TalkAnswer:
    """What the model answers."""

    answer: str
    """Its text; see `posted`."""

    withdraw: bool
    """Whether its finding was wrong, by its own word."""


# -- The question ------------------------------------------------------------------------------------------------------


def in_thread(
    question: ThreadComment, thread: Thread, files: Mapping[str, FileDiff], max_tokens: int, *, brief: str = ""
) -> Prompt:
    """Ask for an answer to a comment in a thread of ours.

    `files` as `placement.by_path` makes them; `brief` as `prompt.brief` does. `question.body` is what is asked: of a
    command, its text.
    """
    code = code_around(thread, files)
    parts = ("\n".join(_so_far(thread, question)), _code(code), _asked(question.author, question.body))
    return _prompt(brief, parts, max_tokens)


def in_conversation(
    author: str, text: str, files: Sequence[FileDiff], max_tokens: int, *, brief: str = "", path: str = ""
) -> Prompt:
    """Ask for an answer to a question about the pull request; files that it names are shown first.

    `path` is the file at which it was asked, "" in the conversation.
    """
    at = f"\nIt was asked at a line of {quote_path(path)}." if path else ""
    parts = (_code(_overview(files, f"{path}\n{text}")), _asked(author, text) + at)
    return _prompt(brief, parts, max_tokens)


def _prompt(brief: str, parts: Sequence[str], max_tokens: int) -> Prompt:
    text = "\n\n".join((*parts, ASK))
    return Prompt(RULES, brief, text, max_tokens, SCHEMA, purpose=Purpose.TALK, read=read)


def _so_far(thread: Thread, question: ThreadComment) -> Iterator[str]:
    yield f"Your comment, on {quote_path(thread.path)}:"
    yield from barred(own_comment.words(thread.first.body), MAX_FINDING_CHARS)
    later = [comment for comment in thread.comments[1:] if comment.id != question.id]
    if len(later) > MAX_COMMENTS:
        yield f"... {len(later) - MAX_COMMENTS} more comments are not shown"
    for comment in later[-MAX_COMMENTS:]:
        yield "You wrote:" if comment.ours else f"{_name(comment.author)} wrote:"
        yield from barred(own_comment.words(comment.body) if comment.ours else comment.body, MAX_COMMENT_CHARS)


def _asked(author: str, text: str) -> str:
    return "\n".join((f"The question, by {_name(author)}:", *barred(text, MAX_QUESTION_CHARS)))


def _name(login: str) -> str:
    """Whatever it is, it is one line, in quotes."""
    return quote_path(login)


def _code(code: str) -> str:
    return f"The code as it is now:\n{code}" if code else "The pull request changes nothing there now."


def _overview(files: Sequence[FileDiff], question: str) -> str:
    """The beginnings of hunks, those of files that the question names before others, as many as there is room for."""
    named = [file for file in files if file.path in question or file.path.rpartition("/")[2] in question]
    others = [file for file in files if not any(file is first for first in named)]
    shown = list[str]()
    room = MAX_PULL_CHARS
    left = 0

    for spot in _beginnings((*named, *others)):
        text = show(spot) if room > 0 else ""
        if not text or len(text) > room:
            left += 1
            room = 0
        else:
            shown.append(text)
            room -= len(text)

    note = [f"... {left} more {'hunk is' if left == 1 else 'hunks are'} not shown"] if left else []
    return "\n\n".join((*shown, *note))


def _beginnings(files: Iterable[FileDiff]) -> Iterator[Spot]:
    """The first line of each hunk."""
    for file in files:
        for hunk in file.hunks:
            if hunk.lines:
                yield Spot(file, hunk, 0)


# -- The answer --------------------------------------------------------------------------------------------------------


def parse(text: str) -> TalkAnswer | None:
    """Read an answer's text; None if nothing in it can be used."""
    try:
        return read(text)
    except AnswerError:
        return None


def read(text: str) -> TalkAnswer:
    """The same, raising AnswerError."""
    try:
        wire = _WireAnswer.model_validate(load_object(text))
    except ValidationError:
        raise AnswerError('the answer has no "answer" and "withdraw"') from None
    if not wire.answer.strip():
        raise AnswerError("the answer is empty")
    return TalkAnswer(encodable(wire.answer).strip(), wire.withdraw)


def posted(said: TalkAnswer) -> str:
    """The answer as it may stand on GitHub, behind a word of ours: bots read the beginning of a comment for commands.

    Cut before it is made safe: a cut behind that could open what was closed.
    """
    text = neutralise(shorten(said.answer, MAX_ANSWER))
    return f"{LEAD}\n\n{text}" if _BLOCK.match(text) else f"{LEAD} {text}"


class _WireAnswer(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    answer: StrictStr
    withdraw: StrictBool
