"""What tells a credential by a form of its own, wherever in a text it stands: our patterns and detect-secrets' ones."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from detect_secrets.filters import heuristic
from detect_secrets.plugins import (
    aws,
    azure_storage_key,
    discord,
    github_token,
    gitlab_token,
    jwt,
    mailchimp,
    sendgrid,
    slack,
    square_oauth,
    stripe,
    telegram_token,
    twilio,
)

from kireji.core.secrets import vendors
from kireji.core.secrets.credentials import FORMS, JWT, VAGUE
from kireji.core.secrets.placeholders import is_placeholder
from kireji.core.secrets.spans import Span
from kireji.core.text.patterns import regex


@dataclass(frozen=True, slots=True)
class _Form:
    """One way in which a kind of credential is written."""

    kind: str

    pattern: re.Pattern[str]
    """Its last group is the secret; all of it where there is none."""

    words: tuple[str, ...] = ()
    """The pattern is tried on texts that have one of them."""

    goes_on: bool = False
    """Whether the provider may make the secret longer than the pattern says."""

    plain: bool = False
    """Whether data in base 64 may hold it by chance: it has no sign that base 64 has not, and is looked at more closely."""


def _ours() -> Iterator[_Form]:
    for kind, forms in FORMS.items():
        for words, source in forms:
            pattern = regex(source)
            plain = pattern.groups == 0 and any(_IN_BASE64.fullmatch(word) for word in words)
            yield _Form(kind, pattern, words, plain=plain)


def _library(
    kind: str, patterns: Iterable[re.Pattern[str]], *words: str, goes_on: bool = True, plain: bool = False
) -> list[_Form]:
    return [_Form(kind, pattern, words, goes_on, plain) for pattern in patterns]


_IN_BASE64 = regex(r"[A-Za-z0-9+/]*")


# The library's patterns for PyPI, OpenAI, npm, tokens in JSON and Artifactory are not among these: they take the square
# of a line that is made for it, and that for addresses wants a user's name.
_FORMS = (
    *_ours(),
    *_library(
        "aws-access-key",
        aws.AWSKeyDetector.denylist[:1],
        "A3T",
        "ABIA",
        "ACCA",
        "AKIA",
        "ASIA",
        goes_on=False,
        plain=True,
    ),
    *_library("aws-secret-key", aws.AWSKeyDetector.denylist[1:], "aws", "AWS", "Aws", goes_on=False),
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
        plain=True,
    ),
    *_library("github-token", github_token.GitHubTokenDetector.denylist, "gh"),
    *_library("gitlab-token", gitlab_token.GitLabTokenDetector.denylist, "gl", "GR1348941", plain=True),
    *_library("mailchimp-key", mailchimp.MailchimpDetector.denylist, "-us", goes_on=False, plain=True),
    *_library("sendgrid-key", sendgrid.SendGridDetector.denylist, "SG.", plain=True),
    *_library("slack-token", slack.SlackDetector.denylist, "xox", "hooks.slack.com"),
    *_library("square-secret", square_oauth.SquareOAuthDetector.denylist, "sq0csp-"),
    *_library("stripe-key", stripe.StripeDetector.denylist, "k_live_"),
    *_library("telegram-token", telegram_token.TelegramBotTokenDetector.denylist, ":", goes_on=False, plain=True),
    *_library("twilio-key", twilio.TwilioKeyDetector.denylist, "AC", "SK", goes_on=False, plain=True),
)
_BY_PREFIX = frozenset(prefix.pattern for prefix in vendors.PREFIXES)


def _by_word(*, prefixes: bool) -> list[tuple[str, int]]:
    """Each word with the index of its form: of those that a vendor's prefix tells, or of the others."""
    found = list[tuple[str, int]]()
    for index, form in enumerate(_FORMS):
        if (form.pattern.pattern in _BY_PREFIX) is prefixes:
            found += ((word, index) for word in form.words)
    return found


_STARTS = _by_word(prefixes=True)
_WORDS = _by_word(prefixes=False)
_RUN = regex(r"[\w.=+/~-]{20,}+")  # what any of the prefixes' tokens is a part of
_JWT = regex(r"(?<![\w-])eyJ[\w-]{8,4000}+={0,2}\.[\w=-]{2,4000}+(?:\.[\w=-]{0,2000}+){0,3}+")
_WORD = regex(r"[A-Za-z0-9_-]*")
_ROW_OF_ONE_SIGN = regex(r"([A-Za-z0-9*.])\1{9}")


def known_words() -> tuple[str, ...]:
    """What a text has in it that has a credential with a form: prefixes mostly."""
    return tuple(chain.from_iterable(form.words for form in _FORMS))


def tokens(text: str) -> Iterator[Span]:
    """Each of them, and what may be one."""
    runs = "\n".join(_RUN.findall(text))  # far less to look through
    there = {index for word, index in _WORDS if word in text} | {index for word, index in _STARTS if word in runs}
    for index in sorted(there):
        yield from _of_form(_FORMS[index], text)

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
    """Where the form stands. What a word holds that was reported, or judged, is not gone through again: it stays linear."""
    reported_end = -1  # where the last secret that was reported ends
    word_end = -1  # where the last word ends that a secret went on in
    row_start = -1  # where the last row of one sign begins, as no secret has it

    for match in form.pattern.finditer(text):
        start, end = match.span(match.lastindex or 0)
        if start < reported_end:
            continue

        if form.goes_on:
            if end > word_end and (rest := _WORD.match(text, end)):
                word_end = rest.end()
            end = word_end

        is_part = form.plain and not _stands_alone(form.kind, text, start, end)
        if is_part or _is_example(form.kind, text, start, end):
            continue

        if form.kind not in VAGUE and row_start < start and (row := _ROW_OF_ONE_SIGN.search(text, start, end)):
            row_start = row.start()
        if row_start < start:
            reported_end = end
            yield Span(start, end, form.kind)


_LONGER = 20
"""So many letters of base 64 beside a `/` or `+` make what stands there a piece of data."""
_MIXED = (regex(r"[a-z]"), regex(r"[A-Z]"), regex(r"\d"))
_BEFORE = regex(r"(?:\\[bfnrt]|%[0-9A-Fa-f]{2})\Z")
_BASE64 = regex(rf"[A-Za-z0-9+/_-]{{{_LONGER}}}")
_NAMES_OF_ACCOUNTS = "twilio-key"  # which stand in addresses, and are no secret there


def _stands_alone(kind: str, text: str, start: int, end: int) -> bool:
    """Not a piece of a longer word, as of a hash or of data in base 64; a path's or an address's parts stand alone."""
    before = text[max(0, start - _LONGER) : start]
    after = text[end : end + _LONGER]
    if before[-1:].isalnum() and not _BEFORE.search(before):
        return False
    if after[:1].isalnum():
        return False
    if kind == _NAMES_OF_ACCOUNTS:
        return not (before[-1:] in {"_", "+", "/"} or after[:1] in {"_", "+", "/"})
    return not any(_BASE64.fullmatch(side) and all(sign.search(side) for sign in _MIXED) for side in (before, after))


def _is_example(kind: str, text: str, start: int, end: int) -> bool:
    """Whether it is one of the values that documentation shows, or stands for another one."""
    if kind in VAGUE:
        return is_placeholder(text[start:end]) or heuristic.is_templated_secret(text[start:end])
    if kind in _PREFIXED and not _is_made(text[start : min(end, start + _ENOUGH)]):
        return True
    return text[max(start, end - 10) : end].upper().endswith(("EXAMPLE", "EXAMPLEKEY"))


_PREFIXED = frozenset(prefix.kind for prefix in vendors.PREFIXES)
_ENOUGH = 200  # characters of a token are looked at
_SAYS_SO = regex(r"(?i:your|example|placeholder|change.?me|redacted|x{6}|insert|_here)")


def _is_made(token: str) -> bool:
    """Whether a machine made it up, and no person who shows how tokens look, or names something."""
    return any(map(str.isdigit, token[4:])) and _SAYS_SO.search(token) is None
