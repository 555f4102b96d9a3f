"""What the formats are called. Imports nothing of ours: the command line offers them before it imports what renders."""

from enum import StrEnum


class FormatName(StrEnum):
    """A format, as `kireji review --format` takes it."""

    TERMINAL = "terminal"
    MARKDOWN = "markdown"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
