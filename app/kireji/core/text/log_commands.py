"""Text in the log of a GitHub Actions step, which the runner reads for commands to itself.

It knows two forms (source: actions/runner, ActionCommand.cs): "::name::" at the beginning of a line, behind white space;
and the older "##[name]" anywhere in one.
"""

import re

from kireji.core.text.patterns import regex

_COMMAND = regex(r"^((?:[^\S\n]|\x1b\[[0-9;]*m)*):(?=:)", re.MULTILINE)  # colours are ours
_OLD = "##["


def disarm_commands(page: str) -> str:
    """The page with both forms broken by a space."""
    return _COMMAND.sub(r"\1: ", page).replace(_OLD, "## [")


def disarm_commands_in_json(text: str) -> str:
    """JSON of the same value without the older form, which only a string can hold; no line of JSON begins with ":"."""
    return text.replace(_OLD, "#\\u0023[")
