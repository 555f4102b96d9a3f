"""What becomes of work on untrusted text that is done in a process of its own, where it did not get done."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Undone:
    """In place of a result. `why` is a phrase for people, as "it took more than 5 seconds"; nothing of the text is in it."""

    why: str
