"""Replies that are not for Kireji: people who speak to each other in a thread, who say thanks, or send a smile.

Decided by form alone, before GitHub or Claude is asked: such a reply costs nothing. Where it is in doubt it is for us; a
question mark puts it in doubt.
"""

import re
from collections.abc import Iterator

from kireji.core.text.paragraphs import own_words
from kireji.core.text.patterns import regex
from kireji.core.text.small_talk_words import ANNOTATIONS, BESIDE, COURTESIES, GREETINGS, REFERRING

MAX_COURTESY_WORDS = 20

# A login or a team; behind it no decorator's dot or bracket. What stands before it must not make it an address.
_PERSON = regex(
    r"(?<![\w/.@+-])@(?P<name>[A-Za-z0-9][A-Za-z0-9-]{0,38})(?:/[\w.-]{1,100})?(?:\[bot\])?(?![\w@(\[]|\.\w|-)"
)
_COPY = regex(r"(?:^|(?<=\s))(?:/?cc|fyi)[:,]?(?:\s+@[\w/.-]{1,140},?)+", re.IGNORECASE)
_WORD = regex(r"[^\W_]+(?:['’][^\W_]+)*|[+-]1\b")
_SHORTCODE = regex(r":[a-z0-9_+-]{1,40}:", re.IGNORECASE)
_NAMED = regex(r"\b[0-9a-f]{7,40}\b|#\d+")  # a commit, an issue
_SENTENCE_END = regex(r"[.!?。！？\n]")
_END = regex(r"(?:[\s,;&]|and\b|@[\w/-]{1,140}+)*+(?P<mark>[.!?。！？\n]|\Z)")


def wants_answer(reply: str, mention: str = "kireji") -> bool:
    """Whether a reply that is no command may be for us, in a thread of ours. `mention` is the App's slug."""
    text = own_words(reply)
    people = [*_people(text)]
    if any(match["name"].lower() == mention.lower() for match in people):
        return not is_courtesy(text)

    text = _COPY.sub(" ", text)
    called = next((match for match in _people(text) if _is_called(text, match)), None)
    if called is not None:
        return _asks(text[: _sentence(text, called.start())])
    return not is_courtesy(text)


def is_courtesy(text: str) -> bool:
    """Whether somebody only thanks, agrees, says that it is done, or smiles: each word of it is known to be such."""
    if _asks(text):
        return False

    bare = _NAMED.sub(" ", _SHORTCODE.sub(" ", _PERSON.sub(" ", text)))
    words = [word.lower().replace("’", "'") for word in _WORD.findall(bare)]
    if not words:
        return True

    known = all(word in COURTESIES or word in BESIDE for word in words)
    return known and len(words) <= MAX_COURTESY_WORDS and any(word in COURTESIES for word in words)


def _asks(text: str) -> bool:
    return "?" in text or "？" in text


def _people(text: str) -> Iterator[re.Match[str]]:
    """Who is mentioned; what is an annotation in some language is nobody."""
    return (match for match in _PERSON.finditer(text) if match["name"].lower() not in ANNOTATIONS)


def _is_called(text: str, person: re.Match[str]) -> bool:
    """Whether the sentence speaks to somebody, at its beginning or at its end, and not of them."""
    if text.startswith(("'s", "’s"), person.end()):
        return False

    before = text[max(0, person.start() - 200) : person.start()]
    line = _SENTENCE_END.split(before)[-1]
    words = [word.lower() for word in _WORD.findall(_PERSON.sub(" ", line))]

    if all(word in GREETINGS for word in words):
        return True

    after = text[person.end() : person.end() + 200]
    end = _END.match(after)
    if end is None or words[-1] in REFERRING:
        return False

    return line.rstrip().endswith((",", "-", "–", "—", ":")) or _asks(after[: end.end()])


def _sentence(text: str, place: int) -> int:
    """Where the sentence begins that has this place."""
    return max((match.end() for match in _SENTENCE_END.finditer(text, 0, place)), default=0)
