"""Text -> the same text with each credential replaced by a typed placeholder, as `<secret:aws-access-key>`.

Of detect-secrets this and `tokens` use the detectors' patterns and judgements: pure functions of a line.
Its scanner, which opens files and asks providers whether a credential works, is never run. Lines keep their numbers, and
the placeholder tells nothing of the value: what is made of the text (a memo's key, a fingerprint) does not depend on it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain

from detect_secrets.filters import heuristic
from detect_secrets.plugins import keyword

from kireji.core.secrets import passwords
from kireji.core.secrets.credentials import KEY_LINES, PASSWORD, PRIVATE_KEY, VAGUE
from kireji.core.secrets.encoded import encoded
from kireji.core.secrets.placeholders import is_placeholder
from kireji.core.secrets.private_keys import key_pieces
from kireji.core.secrets.spans import HELD, PLACEHOLDER, SPREAD, KnownSecrets, Span, by_line, merged, replaced
from kireji.core.secrets.tokens import tokens
from kireji.core.text.patterns import regex

NOTHING = KnownSecrets()
_HELD = regex(HELD)


@dataclass(frozen=True, slots=True)
class RedactedLines:
    """Lines as they may be shown."""

    lines: tuple[str, ...]

    kinds: tuple[tuple[str, ...], ...]
    """For each line, what was replaced in it."""

    known: KnownSecrets = field(repr=False)
    """The values that were found, as far as they are to be looked for elsewhere."""


def redact_text(path: str, text: str, known: KnownSecrets = NOTHING) -> str:
    """The text without credentials, its lines where they were. `path` tells how it is written, "" for prose.

    `known` are values found elsewhere, which are replaced too. What is redacted already stays as it is.
    """
    return "\n".join(redact_lines(path, text.split("\n"), known).lines)


def redact_lines(path: str, lines: Sequence[str], known: KnownSecrets = NOTHING) -> RedactedLines:
    """The same for lines that follow each other."""
    # (1) Placeholders that stand there already are set aside.
    aside = [*chain.from_iterable(map(_ASIDE.findall, lines))]
    lines = [_ASIDE.sub(HELD, line) for line in lines] if aside else lines
    text = "\n".join(lines)
    starts = [0, *accumulate(len(line) + 1 for line in lines)]

    # (2) Credentials are found by what they look like and what stands around them; keys run over several lines.
    spans = [*_spans(path, text)]
    for key in key_pieces(path, lines):
        at = starts[key.line]
        spans.append(Span(at + key.start, at + key.end, PRIVATE_KEY if key.sure else KEY_LINES))
    spans = [*_pieces(spans, text)]

    # (3) Their values are found wherever else they stand, and so are those that are known from elsewhere.
    found = KnownSecrets({text[span.start : span.end]: span.kind for span in spans if _spreads(span)})
    spans += (*known.spans(text), *found.spans(text))

    # (4) All of them are replaced, and what was set aside is put back.
    replacements = by_line(merged(spans), starts)
    back = iter(aside)
    shown = list[str]()
    kinds = list[tuple[str, ...]]()
    for index, line in enumerate(lines):
        in_line = replacements.get(index, ())
        shown.append(_put_back(replaced(line, in_line), back))
        kinds.append(tuple(span.kind for span in in_line))

    return RedactedLines(tuple(shown), tuple(kinds), found)


def replace_known(text: str, known: KnownSecrets) -> str:
    """The text without these values: for what was redacted before they were known."""
    held = _ASIDE.sub(HELD, text)
    return _put_back(replaced(held, merged(known.spans(held))), iter(_ASIDE.findall(text)))


def _spreads(span: Span) -> bool:
    return span.kind in _BY_SURROUNDINGS and span.end - span.start >= SPREAD


_BY_SURROUNDINGS = VAGUE | {"aws-secret-key", "azure-storage-key", "twilio-key"}

# Placeholders are set aside, each as one character that stands in no credential, and put back in the end: who writes one
# into a password hides no part of it.
_ASIDE = regex(f"{PLACEHOLDER.pattern}|{HELD}")
_PIECE = regex(f"[^{HELD}\\n]+")


def _put_back(text: str, aside: Iterator[str]) -> str:
    return _HELD.sub(lambda _: next(aside), text) if HELD in text else text


def _pieces(spans: Iterable[Span], text: str) -> Iterator[Span]:
    """What of them is no placeholder, each piece on one line."""
    for span in spans:
        yield from (Span(*piece.span(), span.kind) for piece in _PIECE.finditer(text, span.start, span.end))


def _spans(path: str, text: str) -> Iterator[Span]:
    """The credentials of one line each; what tells of one may stand on the lines above, as in a `.netrc`."""
    yield from tokens(text)
    yield from _with_name(path, text)
    yield from encoded(text, _is_secret)
    for pattern, form in _HOLDING:
        if pattern.search(path):
            yield from (Span(*match.span(1), PASSWORD) for match in form.finditer(text) if _is_secret(match[1]))


# -- Passwords and keys, known by the name of what they are assigned to ------------------------------------------------

# The library's names with some of ours; its patterns around them can keep a worker busy for minutes with one line.
_NAME = "|".join(
    (*keyword.DENYLIST, "token", "credential", "passphrase", "access_?key", "signing_?key", "encryption_?key")
)
_STEMS = regex("key|pass|pwd|secret|contrase|token|credential")
# What Swift, Rust, Kotlin, TypeScript and Python say between a name and its value.
_TYPE = r"(?:[ \t]{0,4}:[ \t]{0,4}&?(?:'?\w{1,20} )?[A-Za-z][\w.<>\[\]?| ]{0,40}(?= ?=))?"
_ASSIGNED = regex(
    rf"(?i:{_NAME})\w{{0,20}}[\"'\])]{{0,3}}{_TYPE}[ \t]{{0,20}}(?::=|=>|={{1,3}}|!={{1,2}}|:|,)[ \t]{{0,20}}[@brfu]{{0,2}}"
    rf"(?:{passwords.DOUBLE}|{passwords.SINGLE}|`([^`\n]{{6,200}})`)"
)
# A literal begins where no other has just begun: of a row of quotation marks only the first is worth a look.
_COMPARED = regex(
    rf"(?<![\"'])(?<![\"']\\)(?:{passwords.DOUBLE}|{passwords.SINGLE})"
    rf"[ \t]{{0,4}}[!=]={{1,2}}[ \t]{{0,4}}[\w.]{{0,60}}(?i:{_NAME})"
)
_IN_LINE = [(words, regex(source)) for words, source in passwords.IN_LINE]
_HOLDING = [(regex(path), regex(form, re.MULTILINE)) for path, form in passwords.PASSWORD_FILES]
_PLAIN, _WHOLE = (regex(form, re.MULTILINE) for form in passwords.unquoted_forms(_NAME))


def _with_name(path: str, text: str) -> Iterator[Span]:
    lines = [*_lines_with_names(text)]
    there = "\n".join(text[first:last] for first, last in lines)

    patterns = [_ASSIGNED, _COMPARED, *(form for words, form in _IN_LINE if any(word in there for word in words))]
    if passwords.UNQUOTED_OR_CODE.search(path):
        patterns.append(_PLAIN)
    if passwords.UNQUOTED.search(path):
        patterns.append(_WHOLE)

    for first, last in lines:
        for pattern in patterns:
            for match in pattern.finditer(text, first, last):
                start, end = match.span(match.lastindex or 0)
                if _is_secret(text[start:end].replace(HELD, "")):
                    yield Span(start, end, PASSWORD)


def _lines_with_names(text: str) -> Iterator[tuple[int, int]]:
    """Where the lines begin and end that may name a secret: few do, and to look closely takes time."""
    lower = text.lower()
    if len(lower) != len(text):  # a few letters have no single small one
        lower = "".join(small if len(small := character.lower()) == 1 else character for character in text)

    end = -1
    for stem in _STEMS.finditer(lower):
        if stem.start() > end:
            end = text.find("\n", stem.end())
            end = len(text) if end < 0 else end
            yield text.rfind("\n", 0, stem.start()) + 1, end


def _is_secret(value: str) -> bool:
    """Whether somebody would keep this to himself."""
    return not (
        is_placeholder(value)
        or heuristic.is_templated_secret(value)
        or heuristic.is_sequential_string(value)
        or heuristic.is_not_alphanumeric_string(value)
    )
