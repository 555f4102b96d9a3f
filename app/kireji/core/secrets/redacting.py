"""Redaction as processes of their own do it: one plain value in, one out. What a pattern comes to depends on the text."""

from dataclasses import dataclass, field

from kireji.core.secrets.redact import redact_text
from kireji.core.secrets.spans import KnownSecrets


@dataclass(frozen=True, slots=True)
class UntrustedText:
    """A text of a stranger's; `path` tells how it is written, "" for prose; `known` are values found elsewhere."""

    path: str
    text: str = field(repr=False)
    known: KnownSecrets = field(repr=False)


def redact_untrusted(told: UntrustedText) -> str:
    """The text without credentials."""
    return redact_text(told.path, told.text, told.known)
