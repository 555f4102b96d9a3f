"""The rules that keep a finding from being a comment, each with an id that the check run and JSON name.

`app/guide/rules.md` says of each what it means and what to do about it; a test holds that page to this table. So a new
rule is a member here, its row there, and the one place that applies it; what it drops is in `Review.dropped`.
"""

from collections.abc import Mapping
from enum import StrEnum


class Rule(StrEnum):
    """Why a finding is dropped, or moved to where it opens no thread. The ids are published: they stay."""

    # Dropped: what it says is no defect.
    NIT_STYLE = "nit/style"
    NIT_ADVICE = "nit/advice"
    NIT_PRAISE = "nit/praise"
    NIT_QUESTION = "nit/question"
    NIT_ABSENT = "nit/absent"
    NIT_OUTDATED = "nit/outdated"

    # Dropped: the code, or a second reader, speaks against it.
    CLAIM_EXISTS = "claim/exists"
    CLAIM_UNSEEN = "claim/unseen"
    NAME_UNKNOWN = "name/unknown"
    LINE_UNTOUCHED = "line/untouched"
    VERIFY_REFUTED = "verify/refuted"

    # Dropped: it is reported already, or nobody wants it.
    DUPLICATE_REWORDED = "duplicate/reworded"
    DUPLICATE_SAME = "duplicate/same"
    PEOPLE_DISMISSED = "people/dismissed"
    PEOPLE_RESOLVED = "people/resolved"
    SEVERITY_FLOOR = "severity/floor"
    ANSWER_MALFORMED = "answer/malformed"

    # Moved: to the check run's text, or to the thread that is open.
    CONFIDENCE_FLOOR = "confidence/floor"
    VERIFY_UNSURE = "verify/unsure"
    PLACE_NO_FILE = "place/no-file"
    PLACE_NO_LINE = "place/no-line"
    PLACE_SEVERAL_LINES = "place/several-lines"
    ROUND_LATE = "round/late"
    COMMENTS_LIMIT = "comments/limit"
    COMMENTS_REFUSED = "comments/refused"
    THREAD_OPEN = "thread/open"


PHRASES: Mapping[Rule, str] = {
    Rule.NIT_STYLE: "remarks on style or naming",
    Rule.NIT_ADVICE: "pieces of advice without a defect",
    Rule.NIT_PRAISE: "remarks without a defect",
    Rule.NIT_QUESTION: "questions",
    Rule.NIT_ABSENT: "missing tests, comments or documentation",
    Rule.NIT_OUTDATED: "claims about what was released",
    Rule.CLAIM_EXISTS: "things said to be missing that are there",
    Rule.CLAIM_UNSEEN: "guesses about imports and definitions outside the lines shown",
    Rule.NAME_UNKNOWN: "claims about names that stand nowhere in the code",
    Rule.LINE_UNTOUCHED: "remarks on lines that this change does not touch",
    Rule.VERIFY_REFUTED: "findings that a second reader refuted",
    Rule.DUPLICATE_REWORDED: "repeats of another finding in other words",
}
"""What is dropped before a review is put together, as plural phrases for people."""
