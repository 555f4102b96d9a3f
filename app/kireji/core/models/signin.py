"""Signing in to Claude without a key: an identity token, vouched for by somebody else, is exchanged for a short-lived one.

Sources: Anthropic's "Workload Identity Federation", its WIF reference and its pages on GitHub Actions and Kubernetes
(September 2026); the SDK's own names (anthropic 2.12).
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

AUDIENCE = "https://api.anthropic.com"
"""Whom a token is for, by the pages' own examples and by default in claude-code-action."""

MAX_MOMENT = 2**37  # epoch seconds, over four thousand years on
MAX_TOKEN_CHARS = 16 * 1024  # characters; Claude takes no identity token that is longer


@dataclass(frozen=True, slots=True)
class TokenFile:
    """A file that somebody else renews, such as Kubernetes; it is read anew for each exchange."""

    path: str


@dataclass(frozen=True, slots=True)
class TokenText:
    """The token itself, for one run: nobody renews it."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class JobToken:
    """GitHub gives the job of a workflow as many as it asks for; `bearer` is what it asks with."""

    url: str
    bearer: str = field(repr=False)
    audience: str = AUDIENCE


TokenSource = TokenFile | TokenText | JobToken


@dataclass(frozen=True, slots=True)
class SignIn:
    """Whom Claude is to take us for: ids from the Claude Console, none of them a secret. "" where none is given."""

    rule: str
    organization: str
    source: TokenSource
    service_account: str = ""
    workspace: str = ""


@dataclass(frozen=True, slots=True)
class Claims:
    """What an identity token says of itself, which nobody here has verified."""

    issuer: str = ""
    subject: str = ""
    audience: str = ""

    expires: float | None = None
    """In epoch seconds."""

    once: bool = False
    """It has an id of its own (`jti`), so that Claude takes it a single time, unless its issuer is set otherwise."""


def claims_of(token: str) -> Claims | None:
    """What a token says, None if it is no JWT. It may be anything: what is odd in it is left out."""
    parts = token.split(".")
    if len(parts) != 3 or len(token) > MAX_TOKEN_CHARS:
        return None

    padded = parts[1] + "=" * (-len(parts[1]) % 4)
    try:
        found = json.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, RecursionError):
        return None

    if not isinstance(found, dict):
        return None

    return Claims(
        issuer=_text(found, "iss"),
        subject=_text(found, "sub"),
        audience=_audience(found),
        expires=_moment(found.get("exp")),
        once="jti" in found,
    )


def _moment(given: object) -> float | None:
    """Epoch seconds of a time that a calendar can have."""
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= MAX_MOMENT:
        return None
    return float(given)


def _audience(claims: Mapping[str, object]) -> str:
    """One, or several as Kubernetes writes them."""
    given = claims.get("aud")
    several = given if isinstance(given, list) else [given]
    return ", ".join(_shown(audience) for audience in several if isinstance(audience, str))


def _text(claims: Mapping[str, object], name: str) -> str:
    given = claims.get(name)
    return _shown(given) if isinstance(given, str) else ""


def _shown(text: str) -> str:
    """As it may stand in a sentence."""
    return "".join(char if char.isprintable() else "·" for char in text[:200])
