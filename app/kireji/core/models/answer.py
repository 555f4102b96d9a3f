"""What the model sent back, or why it sent nothing."""

from dataclasses import dataclass
from enum import StrEnum

from kireji.core.models.catalogue import Usage


class Stop(StrEnum):
    """Why the model stopped writing. FULL: question and answer together are more than it can hold, whatever its room."""

    END = "end_turn"
    CUT = "max_tokens"
    FULL = "context_full"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    text: str
    stop: Stop

    usage: Usage
    """Of every attempt, failed ones too."""

    seconds: float
    """The wall time of all of them."""

    attempts: int = 1

    @property
    def whole_text(self) -> str | None:
        """The text, None where the model did not write it to its end."""
        return self.text if self.stop is Stop.END else None


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No answer after all retries."""

    reason: str
    """One plain phrase for people, as "Claude was overloaded (529)"."""

    usage: Usage
    seconds: float
    attempts: int = 1

    @property
    def whole_text(self) -> None:
        """There is none."""
        return


Outcome = Answer | Unanswered
