"""Redaction as processes of their own do it: one plain value in, one out. What a pattern comes to depends on the text."""

from dataclasses import dataclass, field

from kireji.core.secrets.redact import redact_text
from kireji.core.secrets.spans import KnownSecrets


@dataclass(frozen=True, slots=True)
class UntrustedText:
    """A text of a stranger's."""

    path: str
    """Tells how it is written; "" for prose."""

    text: str = field(repr=False)

    known: KnownSecrets = field(repr=False)
    """Values found elsewhere."""


def redact_untrusted(untrusted: UntrustedText) -> str:
    """The text without credentials."""
    return redact_text(untrusted.path, untrusted.text, untrusted.known)
