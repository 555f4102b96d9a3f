"""Comment text -> Command. A command stands at the start of a line, outside quotes and code."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache

from kireji.core.events.commands import (
    AskCommand,
    CancelCommand,
    Command,
    ConfigCommand,
    DismissCommand,
    HelpCommand,
    Mistake,
    PauseCommand,
    ResolveCommand,
    ResumeCommand,
    ReviewCommand,
    UnknownCommand,
)
from kireji.core.text.invisible import drop_invisible
from kireji.core.text.paragraphs import CommentLine, own_paragraphs
from kireji.core.text.patterns import made, regex
from kireji.core.text.small_talk import is_courtesy

MAX_PATHS = 20
MAX_PATH = 200  # characters in one pattern
MAX_SAID = 40  # characters of a word that is no command
MAX_TEXT = 4_000  # characters of a question or a reason

_REVIEW = "review"
_ASK = "ask"
_DISMISS = "dismiss"
_ALONE: Mapping[str, Command] = {
    "pause": PauseCommand(),
    "resume": ResumeCommand(),
    "cancel": CancelCommand(),
    "resolve": ResolveCommand(),
    "config": ConfigCommand(),
    "help": HelpCommand(),
}
"""Commands that are one word; what stands behind it is not looked at."""

_VERBS = (*_ALONE, _DISMISS, _ASK)
_SCOPES = ("full", "deep")
_WORDS = (*_VERBS, *_SCOPES)
_POLITE = "please"  # which is so near to "pause" that it would be taken for a slip
# A word ends where white space begins; a comma or full stop may stand between.
_SLASH = regex(r"/review[.,:;!]*(?!\S)", re.IGNORECASE)
# Other bots take flags and `name=value`; "#3" and "octo/shop#3" are a pull request; a folder "@types" is written "/@types/".
_FLAG = regex(r"[-–—]|[\w.-]+=[^/]*\Z")
_ADDRESS = regex(r"<?[a-z][a-z0-9+.-]*://|\[.*\]\(|www\.|git@|github\.com/", re.IGNORECASE)
_NUMBER = regex(r"#\d+$")
_OF_A_PATH = regex(r"[/*.]")


def parse_command(comment: str, mention: str = "kireji") -> Command | UnknownCommand | None:
    """The first command of a comment, None if there is none. `mention` is the App's slug; "@slug" does as "/review".

    Never raises. Time grows with the text alone, and `core.text.paragraphs` bounds that.
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
    if _word(first) in {_REVIEW, "/review"}:
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
    if word == _ASK:
        return _ask(others, following)
    if word == _DISMISS:
        return DismissCommand(_text([others]))
    return _ALONE.get(word) or _review_of(rest.split())


def _ask(question: str, following: Sequence[CommentLine]) -> Command:
    """The paragraph's other lines belong to the question. Without one there is only help."""
    text = _text([question, *(line.text for line in following)])
    return AskCommand(text) if text else HelpCommand()


def _review_of(words: Sequence[str]) -> Command | UnknownCommand:
    """A review, and of what. Too many patterns are cut; one that is too long must not widen the review by going away."""
    scopes = set[str]()
    paths = dict[str, None]()

    for said in words:
        bare = _bare(said)
        word = bare.lower()
        if word in _SCOPES:
            scopes.add(word)
        elif word in {"", _POLITE}:
            continue
        elif mistake := _mistake(bare):
            near = get_close_matches(word[:MAX_SAID].lstrip("-–—"), _WORDS, 1)
            return UnknownCommand(bare[:MAX_SAID], next(iter(near), ""), mistake)
        else:
            paths[bare] = None

    return ReviewCommand(full="full" in scopes, deep="deep" in scopes, paths=tuple(paths)[:MAX_PATHS])


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
