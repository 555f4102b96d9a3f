"""Answer -> Finding: what the model says, as checked data."""

from dataclasses import dataclass
from enum import StrEnum

from app.core.diff import Side


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


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect. Lines are 1-based, on `side`, `start_line <= end_line`; `quote` is the text of the line meant.

    All text is the model's and untrusted. `replacement` stands for exactly the named lines, None if there is none.
    """

    path: str
    side: Side
    start_line: int
    end_line: int
    quote: str
    category: Category
    severity: Severity
    confidence: Confidence
    title: str
    explanation: str
    replacement: str | None = None
