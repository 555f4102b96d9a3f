"""Comment text -> Command. A command stands at the start of a line, outside quotes and code."""

from dataclasses import dataclass
from enum import StrEnum


class Verb(StrEnum):
    """What can be asked for."""

    REVIEW = "review"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    DISMISS = "dismiss"
    RESOLVE = "resolve"
    CONFIG = "config"
    HELP = "help"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Command:
    """What a comment asks for. `full`, `deep` and `paths` belong to REVIEW; `text` is DISMISS's reason or ASK's question."""

    verb: Verb
    full: bool = False
    deep: bool = False
    paths: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class UnknownCommand:
    """A comment that begins as a command does and is none; `nearest` is the one that was probably meant, "" if none is near."""

    said: str
    nearest: str = ""
