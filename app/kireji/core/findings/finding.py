"""What a finding is: one defect at some lines, as checked data. `parsing` makes them of a model's answer."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from kireji.core.diff.unified import Line, Side
from kireji.core.text.patterns import regex

MAX_QUOTE = 500

_NAMED_PLACE = regex(r"`([^`\n]{1,4096}):(\d{1,7})(?:-\d{1,7})?`")


class Severity(StrEnum):
    """How bad it is if the finding is true, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


class Confidence(StrEnum):
    """How sure the model is that the finding is true."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the surest."""
        return list(Confidence).index(self)


class Category(StrEnum):
    """What kind of defect."""

    CORRECTNESS = "correctness"
    SECURITY = "security"
    CONCURRENCY = "concurrency"
    RESOURCES = "resources"
    ERRORS = "errors"
    CONTRACT = "contract"
    DATA_LOSS = "data_loss"
    PERFORMANCE = "performance"
    TESTS = "tests"


class FoundBy(StrEnum):
    """Who found it. What code finds is certain: nobody is asked whether it is true."""

    MODEL = "model"
    CODE = "code"


class Verification(StrEnum):
    """What became of it when a second reader tried to refute it; UNVERIFIED where no usable answer came."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    UNSURE = "unsure"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file of the diff, on `side`."""

    path: str
    side: Side
    line: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect. All text in it is the model's and untrusted."""

    path: str
    side: Side

    start_line: int
    """1-based, on `side`; NO_LINE where the model names none."""

    end_line: int
    """At least `start_line`; NO_LINE with it."""

    quote: str
    """The text of the line meant."""

    category: Category
    severity: Severity
    confidence: Confidence
    title: str
    explanation: str

    replacement: str | None = None
    """Stands for exactly the named lines, "" deletes them. `suggestion` judges it, and gives it the file's line endings."""

    found_by: FoundBy = FoundBy.MODEL

    checked: Verification | None = None
    """None where no second reader was asked."""

    others: tuple[Place, ...] = ()
    """Further places of the same defect."""

    @property
    def other_places(self) -> tuple[Place, ...]:
        """Places that the explanation names as `path:line`, where two files do not fit together, besides its own.

        They are lines of the new file by the model's word: whether they exist is not said.
        """
        named = _NAMED_PLACE.findall(self.explanation)
        places = dict.fromkeys(Place(path, Side.RIGHT, int(line)) for path, line in named)
        return tuple(place for place in places if (place.path, place.line) != (self.path, self.start_line))


def found_by_code(
    path: str, line: Line, *, severity: Severity, confidence: Confidence, title: str, explanation: str
) -> Finding:
    """What code finds of security at one line of the new file."""
    return Finding(
        path=path,
        side=Side.RIGHT,
        start_line=line.number,
        end_line=line.number,
        quote=line.text[:MAX_QUOTE],
        category=Category.SECURITY,
        severity=severity,
        confidence=confidence,
        title=title,
        explanation=explanation,
        found_by=FoundBy.CODE,
    )


def fingerprint(finding: Finding) -> str:
    """16 hex digits that stay the same however the model words the finding and wherever the line moves."""
    quote = " ".join(finding.quote.split())
    name = "\0".join((finding.path, finding.category, quote))
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
