"""What Kireji says where a pull request speaks to its reviewer."""

from collections.abc import Sequence

from kireji.core.text.lists import first_of
from kireji.core.text.named import quote_words

MOST_NAMED = 5
MOST_SHOWN = 200  # characters of a name

TITLE = "This line addresses an automated reviewer"
EXPLANATION = (
    "It reads as an instruction to an automated reviewer (prompt injection), not as something that the program needs. Kireji "
    "treats it as text and does not follow it. Check whether it is meant to have the change reviewed less closely."
)


LEFT_OUT = "(left out, as it is written to an automated reader)"
"""What a model is shown in place of such text, where that is not the change itself."""


def hidden(explanation: str) -> str:
    """The same, of text that is not to be seen."""
    return f"{explanation} It holds characters that cannot be seen or that reorder what is shown."


def not_shown(paths: Sequence[str]) -> str:
    """Said of files that have something around the changes that speaks, as Markdown."""
    names = first_of(paths, MOST_NAMED, lambda path: quote_words(path, MOST_SHOWN))
    return (
        "⚠️ Claude was not shown some code around the changes, as it addresses an automated reviewer (prompt injection): "
        f"in {names}."
    )


def speaks(places: Sequence[str], lines: int) -> str:
    """The check run's warning: where, and what follows from it."""
    added = [f"{lines} added {'line' if lines == 1 else 'lines'}"] if lines else []
    where = [*places, *added]
    listed = where[0] if len(where) == 1 else f"{', '.join(where[:-1])} and {where[-1]}"
    return (
        f"⚠️ **This pull request addresses its reviewer** in {listed} (prompt injection). Such text is not followed. As it may "
        "have kept Claude from reporting something, this check is not green: have a person review the change."
    )
