"""Redaction as processes of their own do it: one plain value in, one out. What a pattern comes to depends on the text."""

from dataclasses import dataclass, field

from kireji.core.secrets.known import Known
from kireji.core.secrets.redact import redact_text


@dataclass(frozen=True, slots=True)
class Told:
    """A text of a stranger's; `path` tells how it is written, "" for prose; `known` are values found elsewhere."""

    path: str
    text: str = field(repr=False)
    known: Known = field(repr=False)


def redacted(told: Told) -> str:
    """The text without credentials."""
    return redact_text(told.path, told.text, told.known)
