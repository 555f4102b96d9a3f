"""An answer's text -> JSON. Structured outputs promise an object; not every provider has them, and some answers slip.

Read in spite of its form is what can be meant in one way only: a fence or prose around the object, raw line ends and
other control characters in its strings, a comma too many, a backslash that escapes nothing, a list written as text.
What is cut off is never filled up: the rest of it would be lost in silence. Takes time linear in the text.
"""

import json
import re
from collections.abc import Mapping
from itertools import chain

from kireji.core.text.patterns import regex
from kireji.errors import DefectError

_BEGINNING = regex(r'\{\s*+"|\[\s*+\{\s*+"')
# A string, to its end or the text's; or a comma before what closes.
_STRING_OR_COMMA = regex(r'"(?:[^"\\]|\\.)*+"?|,(?=\s*+[\]}])', re.DOTALL)
_ESCAPE = regex(r'\\(["\\/bfnrt]|u[0-9a-fA-F]{4})?')
_MORE = regex(r"[\[{]\s*+['\"]")  # another value behind the first, in Python's quotation marks too


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object whose keys differ: of two equal ones JSON keeps the last, and what the first held would be lost."""
    made = dict[str, object]()
    for key, value in pairs:
        if key in made and made[key] != value:
            raise ValueError("a key stands twice in one object")
        made[key] = value
    return made


_LENIENT = json.JSONDecoder(strict=False, object_pairs_hook=_object)


class AnswerError(DefectError):
    """An answer that is not JSON, is cut off, or has not the agreed parts: what was asked about counts as unread."""


def load_object(text: str) -> Mapping[str, object]:
    """The object. Raises AnswerError if it is none."""
    answer = decode(text)
    if not isinstance(answer, dict):
        raise AnswerError("the answer is no JSON object")
    return answer


def load_rows(text: str, name: str) -> list[object]:
    """The elements of the list that the object has under `name`, unchecked. Raises AnswerError if there is no such list.

    The list may be written as text, may stand without its object, and one element without its list.
    """
    answer = decode(text)

    found = answer.get(name) if isinstance(answer, dict) else answer
    if isinstance(found, str):
        inner = decode(found)
        found = inner.get(name, inner) if isinstance(inner, dict) else inner

    if isinstance(found, dict) and found:
        return [found]

    bare = not isinstance(answer, dict)
    if not isinstance(found, list) or (bare and not (found and all(isinstance(row, dict) for row in found))):
        raise AnswerError(f'the answer has no list called "{name}"')

    if not found and isinstance(answer, dict) and any(_holds_rows(part) for part in answer.values()):
        raise AnswerError(f'the answer has rows elsewhere than in "{name}", which is empty')

    return found


def _holds_rows(part: object) -> bool:
    """Whether an object stands in a list here, or in a list one level below."""
    parts = list(part.values()) if isinstance(part, dict) else [part]
    lists = (inner for inner in parts if isinstance(inner, list))
    return any(isinstance(row, dict) for row in chain.from_iterable(lists))


def decode(text: str) -> object:
    """The one value that a text holds. Raises AnswerError if it holds none, or several."""
    bare = text.removeprefix("\ufeff").strip()
    try:
        return _LENIENT.decode(bare)
    except (ValueError, RecursionError) as error:
        problem = error

    beginning = _BEGINNING.search(bare)
    if beginning is None:
        raise AnswerError(f"the answer is not JSON: {problem}") from problem

    try:
        value, rest = _first_value(bare[beginning.start() :])
    except (ValueError, RecursionError) as error:
        raise AnswerError(f"the answer is not JSON: {error}") from error

    if _MORE.search(rest):
        raise AnswerError("the answer holds several JSON values")
    return value


def _first_value(text: str) -> tuple[object, str]:
    """The value with which the text begins, its slips mended, and what follows it."""
    try:
        value, end = _LENIENT.raw_decode(text)
    except ValueError:
        text = _STRING_OR_COMMA.sub(_mend, text)
        value, end = _LENIENT.raw_decode(text)
    return value, text[end:]


def _mend(token: re.Match[str]) -> str:
    """A string with its stray backslashes doubled; nothing for a comma."""
    text = token[0]
    return _ESCAPE.sub(_doubled, text) if text.startswith('"') else ""


def _doubled(escape: re.Match[str]) -> str:
    return escape[0] if escape[1] else "\\\\"
