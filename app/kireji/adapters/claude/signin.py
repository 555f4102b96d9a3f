"""Access tokens for Claude, where there is no key: exchanged for an identity token, kept, and renewed before they end.

The SDK does the exchange and the renewal. What it lacks is here: Claude takes an identity token once, so all clients of a
process share one access token; and of many calls that wait for a token that is refused, one asks.
"""

import hashlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NoReturn

import anthropic
import httpx2
from anthropic.lib.credentials import (
    AccessToken,
    TokenCache,
    WorkloadIdentityCredentials,
    WorkloadIdentityError,
)

from kireji.adapters.claude.failure import FailedRequest, Failure, failure_of
from kireji.adapters.claude.identity import Identity, SignInError
from kireji.core.models.signin import JobToken, SignIn
from kireji.core.text.patterns import regex
from kireji.core.wording import signin_words as wording
from kireji.errors import SettingsError, TransientError, UserError
from kireji.ports import Clock

DEFAULT_URL = "https://api.anthropic.com"
MEMORY = 2.0  # seconds for which a refusal stands, so that those who wait need not each meet it
LEEWAY = 30.0  # seconds by which Claude lets a token be late
_PASSING = frozenset({408, 409, 429})
_REMEDY = regex(r": (?![^“]{0,400}”)")  # what stands before a sentence's remedy; Claude's own words may have it too
_MAX_SAID = 200  # characters of Claude's sentence

FailureSorter = Callable[[Exception, datetime, FailedRequest], Failure]
"""Sorts what a call may raise, at a moment, and of what it was asked."""

log = logging.getLogger("kireji.signin")


class Tokens:
    """The access tokens of one process. From any thread; whoever has no token yet blocks in it, never in the event loop.

    `mask` is told each token, identity and access, before anything else has it. Raises SettingsError for an address that
    an identity token must not be sent to.
    """

    def __init__(
        self, signin: SignIn, base_url: str | None, clock: Clock, mask: Callable[[str], None] = lambda _: None
    ) -> None:
        self.signin = signin
        self._clock = clock
        self._mask = mask
        self._identity = Identity(signin, mask)
        self._exchange = WorkloadIdentityCredentials(
            identity_token_provider=self._identity.read,
            federation_rule_id=signin.rule,
            organization_id=signin.organization,
            service_account_id=signin.service_account or None,
            workspace_id=signin.workspace or None,
        )

        try:
            self._exchange.bind_base_url(base_url or DEFAULT_URL)
        except anthropic.AnthropicError:
            raise SettingsError(("ANTHROPIC_BASE_URL must begin with https:// to sign in without a key",)) from None

        self._cache = TokenCache(self._fresh)
        self._spent = ""  # the digest of the identity token that was exchanged last
        self._refusal: tuple[Failure, float] | None = None
        self._token = ""
        self._ends = 0.0

    def provider(self, *, force_refresh: bool = False) -> AccessToken:  # noqa: ARG002 - see `failure`
        """The token of now, as the SDK's `AccessTokenProvider`. That it ends at 0 has the SDK keep none by itself."""
        return AccessToken(self._cache.get_token(), expires_at=0)

    def try_it(self) -> str:
        """Sign in, and say how. Blocks. Raises UserError or TransientError."""
        try:
            self._cache.get_token()
        except SignInError as error:
            if error.failure.passing:
                raise TransientError(error.failure.reason) from None

            said, remedy = _REMEDY.split(error.failure.reason, maxsplit=1)
            claims = self._identity.claims
            seen = f" (it has {wording.described(claims)})" if claims is not None else ""
            raise UserError(f"{said}{seen}", f"{remedy[:1].upper()}{remedy[1:]}.") from None

        return wording.signed_in(self.signin, self._ends - self._clock.now().timestamp())

    def failure(self, error: Exception, now: datetime, request: FailedRequest) -> Failure:
        """Sort an error of a call that was made with one of these."""
        match error:
            case SignInError(failure=failure):
                return failure
            case anthropic.AuthenticationError():
                self._give_up(error.response.request.headers.get("authorization", ""))
                return Failure(wording.ACCESS_REFUSED, passing=True)
            case anthropic.PermissionDeniedError():
                return Failure(wording.not_allowed(self.signin), common=True)
            case _:
                return failure_of(error, now, request)

    @property
    def advice(self) -> str:
        """What else an operator should do about the sign-in, "" for nothing."""
        return wording.shared(self.signin, self._identity.claims)

    def close(self) -> None:
        """Close the connections."""
        self._exchange.close()

    def _give_up(self, header: str) -> None:
        """Have a token renewed that Claude refused, unless it was since then: another call may have been quicker.

        The SDK does so only where it repeats requests by itself, which we have it not do.
        """
        if self._token and header == f"Bearer {self._token}":
            self._cache.invalidate()

    def _fresh(self, *, force_refresh: bool = False) -> AccessToken:  # noqa: ARG002 - the SDK's name; it is always fresh
        if self._refusal is not None and self._clock.monotonic() < self._refusal[1]:
            raise SignInError(self._refusal[0])

        try:
            token = self._exchange()
        except SignInError as error:
            self._refuse(error.failure, None)
        except WorkloadIdentityError as error:
            self._refuse(self._failure_of(error), error.request_id)

        self._mask(token.token)
        self._spent = _digest(self._identity.last)
        self._refusal = None
        self._token = token.token
        self._ends = float(token.expires_at or 0)
        return token

    def _refuse(self, failure: Failure, request_id: str | None) -> NoReturn:
        claims = self._identity.claims
        seen = "" if claims is None else f"; the identity token has {wording.described(claims)}"
        log.warning("no access token, request=%s: %s%s", request_id or "-", failure.reason, seen)
        self._refusal = (failure, self._clock.monotonic() + MEMORY)
        raise SignInError(failure)

    def _failure_of(self, error: WorkloadIdentityError) -> Failure:
        """Sort a failed exchange."""
        status = error.status_code
        if status is None and isinstance(error.__cause__, httpx2.HTTPError):
            return Failure(wording.UNREACHABLE, passing=True)
        if status is None or status < 400:
            return Failure(wording.GARBLED, passing=True)
        if status >= 500 or status in _PASSING:
            return Failure(wording.exchange_failed(status), passing=True)
        if status == 400:
            return Failure(wording.malformed(self.signin, _said(error.body)), common=True)

        # What the token itself says may tell why it was refused.
        source = self.signin.source
        claims = self._identity.claims
        if claims is not None and claims.expires is not None:
            ended = datetime.fromtimestamp(claims.expires, UTC)
            if claims.expires + LEEWAY < self._clock.now().timestamp():
                return Failure(wording.expired(source, ended), common=True)

        used = claims is not None and claims.once and _digest(self._identity.last) == self._spent
        if used and not isinstance(source, JobToken):
            return Failure(wording.used_up(source), common=True)

        return Failure(wording.refused(self.signin, status, claims), common=True)


def _said(body: object) -> str:
    """Claude's own sentence about a request that was malformed, as it may stand in one of ours."""
    error = body.get("error") if isinstance(body, dict) else None
    message = error.get("message") if isinstance(error, dict) else None
    text = message if isinstance(message, str) else ""
    plain = (char if char.isprintable() and char != "`" else " " for char in text[:_MAX_SAID])
    return "".join(plain).strip()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
