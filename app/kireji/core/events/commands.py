"""What a comment may ask for with a slash command, who may ask for it, and the table that people are shown.

To add a command, add a dataclass to `Command`, a row to `COMMANDS`, a word to `command_parser`, and a case to `needs`; the
type checker and a test name what is missing.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never


@dataclass(frozen=True, slots=True)
class ReviewCommand:
    """`/review`, alone or with what is to be read."""

    full: bool = False  # again what was read before
    deep: bool = False  # with thought, planned and checked by a better model
    paths: tuple[str, ...] = ()  # .gitignore patterns; none means every file


@dataclass(frozen=True, slots=True)
class PauseCommand:
    """`/review pause`: no push is reviewed from now on."""


@dataclass(frozen=True, slots=True)
class ResumeCommand:
    """`/review resume`: the pause ends."""


@dataclass(frozen=True, slots=True)
class CancelCommand:
    """`/review cancel`: the review under way ends."""


@dataclass(frozen=True, slots=True)
class DismissCommand:
    """`/review dismiss`, in a thread: its finding does not come again."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class ResolveCommand:
    """`/review resolve`: our open threads are closed, or the one in which it stands."""


@dataclass(frozen=True, slots=True)
class ConfigCommand:
    """`/review config`: the policy in force is shown."""


@dataclass(frozen=True, slots=True)
class HelpCommand:
    """`/review help`: the table of commands is shown."""


@dataclass(frozen=True, slots=True)
class AskCommand:
    """`/review ask`: a question about the change."""

    question: str  # never ""


Command = (
    ReviewCommand
    | PauseCommand
    | ResumeCommand
    | CancelCommand
    | DismissCommand
    | ResolveCommand
    | ConfigCommand
    | HelpCommand
    | AskCommand
)


class Mistake(StrEnum):
    """What a word behind `/review` looks like that is neither a command nor a path."""

    WORD = "a word"
    FLAG = "a flag"
    ADDRESS = "an address"
    PERSON = "a person"
    NUMBER = "a number"
    BACKSLASH = "a path with backslashes"
    LONG = "too long"


@dataclass(frozen=True, slots=True)
class UnknownCommand:
    """A comment that begins as a command does and is none."""

    said: str  # the word behind `/review`, cut short
    nearest: str = ""  # the word that was probably meant, "" if none is near
    mistake: Mistake = Mistake.WORD


class Need(StrEnum):
    """Who may ask for something. The floor is the policy's, by default the permission to write."""

    ANYONE = "anyone"
    AUTHOR_OR_FLOOR = "author or floor"
    FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class CommandRow:
    """A command as people are told of it."""

    syntax: str
    does: str
    need: Need


COMMANDS: tuple[CommandRow, ...] = (
    CommandRow("/review", "reviews what has changed since the last review", Need.AUTHOR_OR_FLOOR),
    CommandRow("/review full", "reviews the whole pull request again, including what was reviewed before", Need.FLOOR),
    CommandRow(
        "/review deep",
        "like `full`, with extended thinking, planned and verified by a stronger model",
        Need.FLOOR,
    ),
    CommandRow("/review path/**", "reviews the files of one or more patterns, as in .gitignore", Need.FLOOR),
    CommandRow("/review pause", "stops automatic reviews", Need.FLOOR),
    CommandRow("/review resume", "ends the pause, and reviews what was pushed meanwhile", Need.FLOOR),
    CommandRow("/review cancel", "cancels the running review", Need.FLOOR),
    CommandRow(
        "/review dismiss <reason>", "in a thread: its finding is not reported again in this pull request", Need.FLOOR
    ),
    CommandRow("/review resolve", "resolves Kireji's open threads; in a thread, that one", Need.FLOOR),
    CommandRow("/review ask <question>", "answers a question about the change", Need.AUTHOR_OR_FLOOR),
    CommandRow("/review config", "shows the policy in force, and where each value comes from", Need.FLOOR),
    CommandRow("/review help", "shows this table", Need.ANYONE),
)


def help_rows(floor: str = "write") -> str:
    """The commands as a Markdown table, with a line end behind each row. `floor` is the permission that the policy asks for."""
    who = {
        Need.ANYONE: "anyone",
        Need.AUTHOR_OR_FLOOR: f"`{floor}`, or the pull request's author",
        Need.FLOOR: f"`{floor}`",
    }
    rows = [f"| `{row.syntax}` | {row.does} | {who[row.need]} |\n" for row in COMMANDS]
    return "".join(["| command | what it does | who may |\n", "|---|---|---|\n", *rows])


def needs(command: Command) -> Need:
    """Who may ask for it."""
    match command:
        case HelpCommand():
            return Need.ANYONE
        case AskCommand():
            return Need.AUTHOR_OR_FLOOR
        case ReviewCommand(full=full, deep=deep, paths=paths):
            return Need.FLOOR if full or deep or paths else Need.AUTHOR_OR_FLOOR
        case PauseCommand() | ResumeCommand() | CancelCommand() | DismissCommand() | ResolveCommand() | ConfigCommand():
            return Need.FLOOR
        case _:
            assert_never(command)
