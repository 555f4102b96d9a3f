"""Credentials in base 64: private keys, service accounts, a user's name with a password, what a Kubernetes Secret holds."""

import base64
import binascii
import re
from collections.abc import Callable, Iterator

from kireji.core.secrets.credentials import PASSWORD, PRIVATE_KEY
from kireji.core.secrets.placeholders import SHORTEST
from kireji.core.secrets.spans import Span
from kireji.core.text.patterns import regex

# How "-----BEGIN" begins, and JSON, in base 64.
_HELD = regex(r"(?<![A-Za-z0-9+/])(?:LS0tLS1CRUdJTi|ey[AIJ]|ew[0o])[A-Za-z0-9+/_-]{60,20000}+={0,2}")
_NEXT = regex(r"\r?\n[ \t]{0,60}+([A-Za-z0-9+/]{20,2000}+={0,2})(?=\s|\Z)")
_KEY_INSIDE = regex(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY|\"private_key\"\s{0,4}:|\"client_secret\"\s{0,4}:")
_DOCKER = regex(r"[\"']auth[\"'][ \t]{0,4}:[ \t]{0,4}[\"']([A-Za-z0-9+/]{8,2000}+={0,2})[\"']")
_SECRET = regex(r"^kind:[ \t]{0,4}[\"']?Secret[\"']?[ \t]{0,4}$|\"kind\":[ ]?\"Secret\"", re.MULTILINE)
_END = regex(r"^---|^kind:|\"kind\":", re.MULTILINE)
_DATA = regex(
    r"(?:^|(?<=[{,\s]))[ \t]{0,20}[\"']?[\w.-]{1,253}[\"']?:[ \t]{1,4}"
    r"[\"']?([A-Za-z0-9+/]{8,20000}+={0,2})[\"']?[ \t]{0,4}(?=$|[,}])",
    re.MULTILINE,
)
_PLAIN = regex(r"^([ \t]{0,20})stringData:[ \t]{0,4}\r?\n((?:\1[ \t]{1,20}+\S[^\n]{0,20000}\n?){1,200}+)", re.MULTILINE)
_ENTRY = regex(
    r"^[ \t]{1,40}[\"']?[\w.-]{1,253}[\"']?:[ \t]{1,4}[\"']?([^\s\"']{6,200})[\"']?[ \t]{0,4}\r?$", re.MULTILINE
)


def encoded(text: str, is_secret: Callable[[str], bool]) -> Iterator[Span]:
    """Each of them, its whole value; `is_secret` judges what was hidden in it."""
    if any(word in text for word in ("LS0tLS1CRUdJTi", "eyA", "eyI", "eyJ", "ew0", "ewo")):
        yield from _keys(text)

    if "auth" in text:
        for match in _DOCKER.finditer(text):
            _, _, password = _decoded(match[1]).partition(":")
            if len(password) >= SHORTEST:
                yield Span(*match.span(1), PASSWORD)

    yield from _of_manifests(text, is_secret)


def _keys(text: str) -> Iterator[Span]:
    """Private keys and service accounts."""
    last_end = 0  # each line of a key may look like its first
    for match in _HELD.finditer(text):
        if match.start() < last_end or not _KEY_INSIDE.search(_decoded(match[0])):
            continue
        for span in _lines(text, match):
            last_end = span.end
            yield span


def _lines(text: str, match: re.Match[str] | None) -> Iterator[Span]:
    """What begins there, and the lines below that go on with it."""
    while match:
        yield Span(*match.span(match.lastindex or 0), PRIVATE_KEY)
        match = _NEXT.match(text, match.end())


def _of_manifests(text: str, is_secret: Callable[[str], bool]) -> Iterator[Span]:
    """The `data` and `stringData` of a Kubernetes Secret, if they stand for what somebody would keep secret."""
    for kind in _SECRET.finditer(text) if "Secret" in text else ():
        after = _END.search(text, kind.end())
        end = after.start() if after else len(text)

        for match in _DATA.finditer(text, kind.end(), end):
            if is_secret(_decoded(match[1])):
                yield Span(*match.span(1), PASSWORD)

        for block in _PLAIN.finditer(text, kind.end(), end):
            for match in _ENTRY.finditer(text, *block.span(2)):
                if is_secret(match[1]):
                    yield Span(*match.span(1), PASSWORD)


def _decoded(value: str) -> str:
    """What it stands for, or "" where that is no text."""
    body = value.rstrip("=").replace("-", "+").replace("_", "/")
    if len(body) % 4 == 1:  # no number of bytes ends so: the last sign is not part of it
        body = body[:-1]
    padding = "=" * (-len(body) % 4)

    try:
        return base64.b64decode(body + padding, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
