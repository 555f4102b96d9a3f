"""Parts of the work that may end or hold the process that does them, as what strangers send is read in them.

While one is under way it stands in the database. A start that finds it there knows in which part the last one died: so
only what a death has to do with counts, and no kill from outside while a review waits for Claude.
"""

from dataclasses import dataclass
from enum import StrEnum

SUSPECT = 2  # deaths, after which it does without what can be left out; alone it runs from the first on
LIVES = 3  # deaths, after which it is ended


class RiskyPart(StrEnum):
    """A part of the work, as words for people that follow "while"."""

    DIFF = "the diff was read"
    CONTEXT = "the code around the change was read"
    FINDINGS = "findings were put to their lines"
    SUGGESTIONS = "suggestions were tried"
    ERRAND = "the delivery was read and answered"


LEFT_OUT = frozenset({RiskyPart.CONTEXT, RiskyPart.SUGGESTIONS})
"""What a suspect's start does without."""


@dataclass(frozen=True, slots=True)
class Past:
    """In which parts earlier starts died, oldest first."""

    died: tuple[RiskyPart, ...] = ()

    @property
    def suspect(self) -> bool:
        """Whether it is to do without what can be left out."""
        return len(self.died) >= SUSPECT

    @property
    def over(self) -> bool:
        """Whether it is not to be begun again."""
        return len(self.died) >= LIVES

    @property
    def cleared(self) -> bool:
        """Whether a start that came to its end alone proves that others were to blame: it did all that it had died in."""
        return not self.over and LEFT_OUT.isdisjoint(self.died)
