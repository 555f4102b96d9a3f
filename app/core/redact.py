"""Text -> the same text with each credential replaced by a typed placeholder, as `<secret:aws-access-key>`.

The only importer of detect-secrets, of which this uses the detectors' patterns and judgements: pure functions of a line.
Its scanner, which opens files and asks providers whether a credential works, is never run. Lines keep their numbers, and
the placeholder tells nothing of the value: what is made of the text (a memo's key, a fingerprint) does not depend on it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from detect_secrets.filters import heuristic
from detect_secrets.plugins import (
    aws,
    azure_storage_key,
    discord,
    github_token,
    gitlab_token,
    jwt,
    keyword,
    mailchimp,
    sendgrid,
    slack,
    square_oauth,
    stripe,
    telegram_token,
    twilio,
)

from app.core import password_files, password_forms
from app.core.credentials import FORMS, JWT, PASSWORD, PRIVATE_KEY, VAGUE
from app.core.known import SPREAD, Known
from app.core.placeholder_words import is_placeholder
from app.core.private_keys import key_pieces
from app.core.spans import HELD, PLACEHOLDER, Span, by_line, has_placeholder, merged, replaced

__all__ = ["Redacted", "has_placeholder", "redact_lines", "redact_text", "replace_known"]

NOTHING = Known()


@dataclass(frozen=True, slots=True)
class Redacted:
    """Lines as they may be shown; `kinds` holds for each what was replaced in it; `known` the values that were found."""

    lines: tuple[str, ...]
    kinds: tuple[tuple[str, ...], ...]
    known: Known = field(repr=False)


def redact_text(path: str, text: str, known: Known = NOTHING) -> str:
    """The text without credentials, its lines where they were. `path` tells how it is written, "" for prose.

    `known` are values found elsewhere, which are replaced too. What is redacted already stays as it is.
    """
    return "\n".join(redact_lines(path, text.split("\n"), known).lines)


def redact_lines(path: str, lines: Sequence[str], known: Known = NOTHING) -> Redacted:
    """The same for lines that follow each other."""
    aside = [found for line in lines for found in _ASIDE.findall(line)]
    lines = [_ASIDE.sub(HELD, line) for line in lines] if aside else lines
    text, starts = "\n".join(lines), [0, *accumulate(len(line) + 1 for line in lines)]
    spans = [*_spans(path, text)]
    keys = ((starts[key.line], key) for key in key_pieces(path, lines))
    spans += (Span(at + key.start, at + key.end, PRIVATE_KEY) for at, key in keys)
    spans = [*_pieces(spans, text)]
    found = Known({text[span.start : span.end]: span.kind for span in spans if _spreads(span)})
    spans += (*known.spans(text), *found.spans(text))
    there = by_line(merged(spans), starts)
    back = iter(aside)
    return Redacted(
        tuple(_put_back(replaced(line, there.get(index, ())), back) for index, line in enumerate(lines)),
        tuple(tuple(span.kind for span in there.get(index, ())) for index in range(len(lines))),
        found,
    )


def replace_known(text: str, known: Known) -> str:
    """The text without these values: for what was redacted before they were known."""
    held = _ASIDE.sub(HELD, text)
    return _put_back(replaced(held, merged(known.spans(held))), iter(_ASIDE.findall(text)))


def _spreads(span: Span) -> bool:
    return span.kind in _BY_SURROUNDINGS and span.end - span.start >= SPREAD


_BY_SURROUNDINGS = VAGUE | {"aws-secret-key", "azure-storage-key", "twilio-key"}

# Placeholders are set aside, each as one character that stands in no credential, and put back in the end: who writes one
# into a password hides no part of it.
_ASIDE = re.compile(f"{PLACEHOLDER.pattern}|{HELD}")
_PIECE = re.compile(f"[^{HELD}\\n]+")


def _put_back(text: str, aside: Iterator[str]) -> str:
    return re.sub(HELD, lambda _: next(aside), text) if HELD in text else text


def _pieces(spans: Iterable[Span], text: str) -> Iterator[Span]:
    """What of them is no placeholder, each piece on one line."""
    for span in spans:
        yield from (Span(*piece.span(), span.kind) for piece in _PIECE.finditer(text, span.start, span.end))


# -- What has a form of its own ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Form:
    """A pattern whose `group` is the secret, tried on texts that have one of the `words`, or on all if there are none.

    A secret `goes_on` where its provider may make it longer than the pattern says.
    """

    kind: str
    pattern: re.Pattern[str]
    words: tuple[str, ...] = ()
    group: int = 0
    goes_on: bool = False


def _ours() -> Iterator[_Form]:
    for kind, forms in FORMS.items():
        for words, source in forms:
            pattern = re.compile(source)
            yield _Form(kind, pattern, words, pattern.groups)


def _library(
    kind: str, patterns: Iterable[re.Pattern[str]], *words: str, group: int = 0, goes_on: bool = True
) -> list[_Form]:
    return [_Form(kind, pattern, words, group, goes_on) for pattern in patterns]


# The library's patterns for PyPI, OpenAI, npm, tokens in JSON and Artifactory are not among these: they take the square
# of a line that is made for it, and that for addresses wants a user's name.
_FORMS = (
    *_ours(),
    *_library("aws-access-key", aws.AWSKeyDetector.denylist[:1], "A3T", "ABIA", "ACCA", "AKIA", "ASIA", goes_on=False),
    *_library("aws-secret-key", aws.AWSKeyDetector.denylist[1:], "aws", "AWS", "Aws", group=1, goes_on=False),
    *_library("azure-storage-key", azure_storage_key.AzureStorageKeyDetector.denylist, "AccountKey="),
    *_library(
        "discord-token",
        discord.DiscordBotTokenDetector.denylist,
        "iscord",
        "ISCORD",
        "bot",
        "Bot",
        "BOT",
        "MT",
        "OT",
        "ND",
    ),
    *_library("github-token", github_token.GitHubTokenDetector.denylist, "gh"),
    *_library("gitlab-token", gitlab_token.GitLabTokenDetector.denylist, "gl", "GR1348941"),
    *_library("mailchimp-key", mailchimp.MailchimpDetector.denylist, "-us", goes_on=False),
    *_library("sendgrid-key", sendgrid.SendGridDetector.denylist, "SG."),
    *_library("slack-token", slack.SlackDetector.denylist, "xox", "hooks.slack.com"),
    *_library("square-secret", square_oauth.SquareOAuthDetector.denylist, "sq0csp-"),
    *_library("stripe-key", stripe.StripeDetector.denylist, "k_live_"),
    *_library("telegram-token", telegram_token.TelegramBotTokenDetector.denylist, ":", goes_on=False),
    *_library("twilio-key", twilio.TwilioKeyDetector.denylist, "AC", "SK", goes_on=False),
)
_JWT = re.compile(r"(?<![\w-])eyJ[\w-]{8,4000}+={0,2}\.[\w=-]{2,4000}+(?:\.[\w=-]{0,2000}+){0,3}+")
_WORD = re.compile(r"[A-Za-z0-9_-]*")
_SAME = re.compile(r"([A-Za-z0-9*.])\1{9}")


def _spans(path: str, text: str) -> Iterator[Span]:
    """The credentials of one line each; what tells of one may stand on the lines above, as in a `.netrc`."""
    yield from _with_form(text)
    yield from _with_name(path, text)


def _with_form(text: str) -> Iterator[Span]:
    for form in _FORMS:
        if any(word in text for word in form.words):
            yield from _of_form(form, text)
    if "eyJ" in text:
        for match in _JWT.finditer(text):
            if _is_jwt(match[0]):
                yield Span(*match.span(), JWT)


def _is_jwt(token: str) -> bool:
    try:
        return jwt.JwtTokenDetector.is_formally_valid(".".join(token.split(".")[:2]))
    except RecursionError:  # it holds JSON, which somebody has nested too deep for the library
        return True


def _of_form(form: _Form, text: str) -> Iterator[Span]:
    """Where the form stands. What a word holds that was told, or judged, is not gone through again."""
    until = told = same = -1  # where the word ends, where the last one told does, and the sameness in it begins
    for match in form.pattern.finditer(text):
        start, end = match.span(form.group)
        if start < told:
            continue
        if form.goes_on:
            if end > until and (rest := _WORD.match(text, end)):
                until = rest.end()
            end = until
        if form.group == 0 and not _stands_alone(text, start, end):  # a group's edges are the pattern's own
            continue
        if _is_example(form.kind, text, start, end):
            continue
        if form.kind not in VAGUE and same < start and (run := _SAME.search(text, start, end)):
            same = run.start()
        if same < start:
            told = end
            yield Span(start, end, form.kind)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Not a piece of a longer word, as of a hash or of data in base 64."""
    return not (start and _is_word(text[start - 1])) and not (end < len(text) and _is_word(text[end]))


def _is_word(character: str) -> bool:
    return character.isalnum() or character in "_+/"


def _is_example(kind: str, text: str, start: int, end: int) -> bool:
    """Whether it is one of the values that documentation shows, or stands for another one."""
    if kind in VAGUE:
        return is_placeholder(text[start:end])
    return text[max(start, end - 10) : end].upper().endswith(("EXAMPLE", "EXAMPLEKEY"))


# -- Passwords and keys, known by the name of what they are assigned to ------------------------------------------------

# The library's names with some of ours; its patterns around them can keep a worker busy for minutes with one line.
_NAME = "|".join(
    (*keyword.DENYLIST, "token", "credential", "passphrase", "access_?key", "signing_?key", "encryption_?key")
)
_STEMS = re.compile("key|pass|pwd|secret|contrase|token|credential")
_ASSIGNED = re.compile(
    rf"(?i:{_NAME})\w{{0,20}}[\"'\])]{{0,3}}[ \t]{{0,20}}(?::=|=>|={{1,3}}|!={{1,2}}|:|,)[ \t]{{0,20}}[@brfu]{{0,2}}"
    rf"(?:{password_forms.DOUBLE}|{password_forms.SINGLE}|`([^`\n]{{6,200}})`)"
)
# A literal begins where no other has just begun: of a row of quotation marks only the first is worth a look.
_COMPARED = re.compile(
    rf"(?<![\"'])(?<![\"']\\)(?:{password_forms.DOUBLE}|{password_forms.SINGLE})"
    rf"[ \t]{{0,4}}[!=]={{1,2}}[ \t]{{0,4}}[\w.]{{0,60}}(?i:{_NAME})"
)
_IN_LINE = [(words, re.compile(source)) for words, source in password_forms.IN_LINE]
_PLAIN, _WHOLE = (re.compile(form, re.MULTILINE) for form in password_files.forms(_NAME))


def _with_name(path: str, text: str) -> Iterator[Span]:
    lines = [*_lines_with_names(text)]
    there = "\n".join(text[first:last] for first, last in lines)
    patterns = [_ASSIGNED, _COMPARED, *(form for words, form in _IN_LINE if any(word in there for word in words))]
    if password_files.PLAIN.search(path):
        patterns.append(_PLAIN)
    if password_files.DATA.search(path):
        patterns.append(_WHOLE)
    for first, last in lines:
        for pattern in patterns:
            for match in pattern.finditer(text, first, last):
                start, end = match.span(match.lastindex or 0)
                if _is_secret(text[start:end].replace(HELD, "")):
                    yield Span(start, end, PASSWORD)


def _lines_with_names(text: str) -> Iterator[tuple[int, int]]:
    """Where the lines begin and end that may name a secret: few do, and to look closely takes time."""
    lower, end = text.lower(), -1
    if len(lower) != len(text):  # a few letters have no single small one
        lower = "".join(small if len(small := character.lower()) == 1 else character for character in text)
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
