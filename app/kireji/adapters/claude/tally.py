"""What the tries of one call add up to, and what the call comes to in the end."""

from dataclasses import dataclass, field

from kireji.adapters.claude.failure import Failure
from kireji.adapters.claude.stream import STOPS, StreamedAnswer
from kireji.core.models.answer import Answer, Stop, Unanswered
from kireji.core.models.catalogue import Usage


@dataclass(slots=True)
class Tally:
    """What the tries of one call have come to so far."""

    usage: Usage = field(default_factory=Usage)
    attempts: int = 0
    seconds: float = 0.0
    """Of all requests, each from its sending to its end."""
    request_id: str | None = None
    """Of the last request that the service answered."""
    said: str = ""
    """By the service, of the last try that it refused."""
    held: float = 0.0
    """Seconds that the tries have waited for their turns."""
    reminded: bool = False
    """Whether the tool that is offered was left aside before."""

    def answer(self, outcome: StreamedAnswer | Failure) -> Answer | Unanswered:
        """What the port is told. A prompt that the model cannot hold is no failure: it may be asked in pieces."""
        if isinstance(outcome, Failure):
            if outcome.overlong:
                return Answer("", Stop.FULL, self.usage, self.seconds, self.attempts)
            return Unanswered(outcome.reason, self.usage, self.seconds, self.attempts)
        stop = STOPS[outcome.stop or ""]
        return Answer(outcome.text, stop, self.usage, self.seconds, self.attempts)
