"""An answer's text -> a JSON object. Structured outputs promise one; an answer that was cut off or refused may be none."""

import json
import re
from collections.abc import Mapping

from app.errors import DefectError

_FENCED = re.compile(r"\s*```[a-zA-Z]*[ \t]*\n(.*)\n[ \t]*```\s*", re.DOTALL)


class AnswerError(DefectError):
    """An answer that is not JSON, is cut off, or has not the agreed parts: what was asked about counts as unread."""


def load(text: str) -> Mapping[str, object]:
    """The object, in a code block perhaps. Raises AnswerError if it is none."""
    fenced = _FENCED.fullmatch(text)
    try:
        answer: object = json.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError) as error:
        raise AnswerError(f"the answer is not JSON: {error}") from error
    if not isinstance(answer, dict):
        raise AnswerError("the answer is no JSON object")
    return answer
