"""Comment text -> Command. A command stands at the start of a line, outside quotes and code.

To add a command, add a verb, a row to `COMMANDS`, and a case to `_review` and to `needs`; the type checker and a test name
what is missing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from typing import assert_never

from kireji.core.text.invisible import drop_invisible
from kireji.core.text.paragraphs import CommentLine, own_paragraphs
from kireji.core.text.patterns import made, regex
from kireji.core.text.small_talk import is_courtesy

MAX_PATHS = 20
MAX_PATH = 200  # characters in one pattern
MAX_SAID = 40
MAX_TEXT = 4_000  # characters of a question or a reason
_OF_A_PATH = regex(r"[/*.]")


class Verb(StrEnum):
    """What can be asked for."""

    REVIEW = "review"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    DISMISS = "dismiss"
    RESOLVE = "resolve"
    CONFIG = "config"
    HELP = "help"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Command:
    """What a comment asks for. `full`, `deep` and `paths` belong to REVIEW; `text` is DISMISS's reason or ASK's question.

    `paths` are .gitignore patterns. A reason may be ""; a question never is.
    """

    verb: Verb
    full: bool = False
    deep: bool = False
    paths: tuple[str, ...] = ()
    text: str = ""


class Mistake(StrEnum):
    """What a word behind `/review` looks like that is neither a command nor a path."""

    WORD = "a word"
    FLAG = "a flag"
    ADDRESS = "an address"
    PERSON = "a person"
    NUMBER = "a number"
    BACKSLASH = "a path with backslashes"
    LONG = "too long"


@dataclass(frozen=True, slots=True)
class UnknownCommand:
    """A comment that begins as a command does and is none; `nearest` is the one that was probably meant, "" if none is near.

    Both are the word behind `/review`; `said` is cut to MAX_SAID characters.
    """

    said: str
    nearest: str = ""
    mistake: Mistake = Mistake.WORD


class Need(StrEnum):
    """Who may ask for something. The floor is the policy's, by default the permission to write."""

    ANYONE = "anyone"
    AUTHOR_OR_FLOOR = "author or floor"
    FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class CommandRow:
    """A command as people are told of it."""

    syntax: str
    does: str
    need: Need


COMMANDS: tuple[CommandRow, ...] = (
    CommandRow("/review", "reviews what has changed since the last review", Need.AUTHOR_OR_FLOOR),
    CommandRow("/review full", "reviews the whole pull request again, including what was reviewed before", Need.FLOOR),
    CommandRow(
        "/review deep",
        "like `full`, with extended thinking, planned and verified by a stronger model",
        Need.FLOOR,
    ),
    CommandRow("/review path/**", "reviews the files of one or more patterns, as in .gitignore", Need.FLOOR),
    CommandRow("/review pause", "stops automatic reviews", Need.FLOOR),
    CommandRow("/review resume", "ends the pause, and reviews what was pushed meanwhile", Need.FLOOR),
    CommandRow("/review cancel", "cancels the running review", Need.FLOOR),
    CommandRow(
        "/review dismiss <reason>", "in a thread: its finding is not reported again in this pull request", Need.FLOOR
    ),
    CommandRow("/review resolve", "resolves Kireji's open threads; in a thread, that one", Need.FLOOR),
    CommandRow("/review ask <question>", "answers a question about the change", Need.AUTHOR_OR_FLOOR),
    CommandRow("/review config", "shows the policy in force, and where each value comes from", Need.FLOOR),
    CommandRow("/review help", "shows this table", Need.ANYONE),
)

_SCOPES = ("full", "deep")
_VERBS = tuple(verb.value for verb in Verb if verb is not Verb.REVIEW)
_WORDS = (*_VERBS, *_SCOPES)
_POLITE = "please"  # which is so near to "pause" that it would be taken for a slip
# A word ends where white space begins; a comma or full stop may stand between.
_SLASH = regex(r"/review[.,:;!]*(?!\S)", re.IGNORECASE)
# Other bots take flags and `name=value`; "#3" and "octo/shop#3" are a pull request; a folder "@types" is written "/@types/".
_FLAG = regex(r"[-–—]|[\w.-]+=[^/]*\Z")
_ADDRESS = regex(r"<?[a-z][a-z0-9+.-]*://|\[.*\]\(|www\.|git@|github\.com/", re.IGNORECASE)
_NUMBER = regex(r"#\d+$")


def help_rows(floor: str = "write") -> str:
    """The commands as a Markdown table, with a line end behind each row. `floor` is the permission that the policy asks for."""
    who = {
        Need.ANYONE: "anyone",
        Need.AUTHOR_OR_FLOOR: f"`{floor}`, or the pull request's author",
        Need.FLOOR: f"`{floor}`",
    }
    rows = [f"| `{row.syntax}` | {row.does} | {who[row.need]} |\n" for row in COMMANDS]
    return "".join(["| command | what it does | who may |\n", "|---|---|---|\n", *rows])


def needs(command: Command) -> Need:
    """Who may ask for it."""
    match command.verb:
        case Verb.HELP:
            return Need.ANYONE
        case Verb.ASK:
            return Need.AUTHOR_OR_FLOOR
        case Verb.REVIEW:
            return Need.FLOOR if command.full or command.deep or command.paths else Need.AUTHOR_OR_FLOOR
        case Verb.PAUSE | Verb.RESUME | Verb.CANCEL | Verb.DISMISS | Verb.RESOLVE | Verb.CONFIG:
            return Need.FLOOR
        case _:
            assert_never(command.verb)


def parse(comment: str, mention: str = "kireji") -> Command | UnknownCommand | None:
    """The first command of a comment, None if there is none. `mention` is the App's slug; "@slug" does as "/review".

    Never raises. Time grows with the text alone, and `comment_lines` bounds that.
    """
    seen = drop_invisible(comment).lower()
    if "/review" not in seen and f"@{mention.lower()}" not in seen:
        return None
    for lines in own_paragraphs(comment):
        for index, line in enumerate(lines):
            found = _command(line, lines[index + 1 :], mention) if line.plain else None
            if found:
                return found
    return None


def _command(line: CommentLine, following: Sequence[CommentLine], mention: str) -> Command | UnknownCommand | None:
    slash = _SLASH.match(line.text)
    if slash:
        return _review(line.text[slash.end() :], following)
    mentioned = _mention(mention).match(line.text) if mention else None
    if mentioned is None:
        return None
    rest = line.text[mentioned.end() :].lstrip()
    if rest and is_courtesy(_text([rest, *(other.text for other in following)])):
        return None
    first, _, others = rest.partition(" ")
    if _word(first) in {Verb.REVIEW, "/review"}:
        return _review(others, following)
    if _word(first) in _VERBS:
        return _review(rest, following)
    return _ask(rest, following)


@lru_cache(maxsize=8)
def _mention(slug: str) -> re.Pattern[str]:
    """A login's characters must not go on behind it; an App's own login ends in "[bot]". Others may be named before it."""
    others = r"(?:@[a-z0-9][a-z0-9-]{0,38}(?:\[bot\])?[,;:&]*\s(?:and\s)?){0,10}?"
    return made(rf"{others}@{re.escape(slug)}(?:\[bot\])?[.,:;!?]*(?!\S)", re.IGNORECASE)


def _review(rest: str, following: Sequence[CommentLine]) -> Command | UnknownCommand:
    """What stands behind "/review"."""
    first, _, others = rest.strip().partition(" ")
    word = _word(first)
    if word not in _VERBS:
        return _scoped(rest.split())
    match verb := Verb(word):
        case Verb.ASK:
            return _ask(others, following)
        case Verb.DISMISS:
            return Command(verb, text=_text([others]))
        case Verb.PAUSE | Verb.RESUME | Verb.CANCEL | Verb.RESOLVE | Verb.CONFIG | Verb.HELP | Verb.REVIEW:
            return Command(verb)
        case _:
            assert_never(verb)


def _ask(question: str, following: Sequence[CommentLine]) -> Command:
    """The paragraph's other lines belong to the question. Without one there is only help."""
    text = _text([question, *(line.text for line in following)])
    return Command(Verb.ASK, text=text) if text else Command(Verb.HELP)


def _scoped(words: Sequence[str]) -> Command | UnknownCommand:
    """A review, and of what. Too many patterns are cut; one that is too long must not widen the review by going away."""
    asked, paths = set[str](), dict[str, None]()
    for said in words:
        bare = _bare(said)
        word = bare.lower()
        if word in _SCOPES:
            asked.add(word)
        elif word in {"", _POLITE}:
            continue
        elif mistake := _mistake(bare):
            near = get_close_matches(word[:MAX_SAID].lstrip("-–—"), _WORDS, 1)
            return UnknownCommand(bare[:MAX_SAID], next(iter(near), ""), mistake)
        else:
            paths[bare] = None
    return Command(Verb.REVIEW, full="full" in asked, deep="deep" in asked, paths=tuple(paths)[:MAX_PATHS])


def _mistake(word: str) -> Mistake | None:
    """What is wrong with a word where a pattern is wanted, None if it may be one."""
    if len(word) > MAX_PATH:
        return Mistake.LONG
    if _FLAG.match(word):
        return Mistake.FLAG
    if _ADDRESS.match(word):
        return Mistake.ADDRESS
    if word.startswith("@"):
        return Mistake.PERSON
    if _NUMBER.search(word):
        return Mistake.NUMBER
    if "\\" in word:
        return Mistake.BACKSLASH
    return None if _OF_A_PATH.search(word) else Mistake.WORD


def _word(said: str) -> str:
    return _bare(said).lower()


def _bare(said: str) -> str:
    """Without what people put around a word: code ticks, quotation marks, "./", and the sentence's punctuation behind it."""
    bare = said.strip("`").rstrip(".,;:!").strip("`")
    if len(bare) > 2 and bare[0] == bare[-1] and bare[0] in "'\"":
        bare = bare[1:-1]
    return bare.removeprefix("./")


def _text(lines: Sequence[str]) -> str:
    return "\n".join(lines).strip()[:MAX_TEXT].rstrip()
