"""Workload identity at the loopback Claude: POST /v1/oauth/token, and the access tokens that it gives.

As strict as the original, and as silent: whichever check an identity token fails, the answer is the same 401. Why, the
Console's authentication history tells, here `history`. Sources: Anthropic's "WIF reference" (checks, reasons, errors) and
the Admin API's federation issuers and rules (defaults, lifetimes), September 2026; the words about access tokens are those
that public issues quote. Where no reason's name is published it is ours.
"""

import re
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt

from tests.sandbox.claude.errors import ApiError, invalid
from tests.sandbox.oidc import Issuer

ORGANIZATION = "11111111-2222-4333-8444-555555555555"
RULE = "fdrl_01sandbox"
ACCOUNT = "svac_01sandbox"
WORKSPACE = "wrkspc_01sandbox"
AUDIENCE = "https://api.anthropic.com"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
API_BETA = "oauth-2025-04-20"
SKEW = 30
MOST_BYTES = 16 * 1024
_ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512"]
_REQUIRED = ("grant_type", "assertion", "federation_rule_id", "organization_id", "service_account_id")


@dataclass(slots=True)
class Trusted:
    """A federation issuer of the Console: whose tokens are taken, whether each only once, and how long they may live."""

    issuer: Issuer
    check_jti: bool = True
    max_jwt_lifetime_seconds: int = 3600


@dataclass(slots=True)
class Rule:
    """A federation rule. `subject` ends with `*` where it is a prefix; `token_lifetime_seconds` is 60 to 86400."""

    trusted: Trusted
    subject: str
    audience: str = AUDIENCE
    claims: Mapping[str, str] = field(default_factory=dict)
    service_account: str = ACCOUNT
    workspaces: tuple[str, ...] = (WORKSPACE,)
    token_lifetime_seconds: int = 3600
    archived: bool = False


@dataclass(slots=True)
class _Access:
    ends: float
    revoked: bool = False


class _DeniedError(Exception):
    """An identity token that is not taken; the reason is for the history alone."""


class Federation:
    """What the Console has of workload identity, by rule id, and the access tokens that it led to.

    `history` has an entry for each exchange that a rule was asked about: "success", or why not. `ahead` moves its clock,
    in seconds.
    """

    def __init__(self) -> None:
        self.rules: dict[str, Rule] = {}
        self.history: list[str] = []
        self.ahead = 0.0
        self._tokens: dict[str, _Access] = {}
        self._seen: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    @property
    def given(self) -> list[str]:
        """The access tokens so far, in order."""
        return list(self._tokens)

    def trust(self, issuer: Issuer, subject: str, **details: Any) -> Rule:
        """Set up the rule `RULE` for the tokens of this issuer."""
        rule = Rule(Trusted(issuer), subject, **details)
        self.rules[RULE] = rule
        return rule

    def expire(self) -> None:
        """Let all access tokens so far have ended, before their time."""
        for access in self._tokens.values():
            access.revoked = True

    def exchange(self, body: Mapping[str, Any]) -> dict[str, object]:
        """The answer to a request for an access token. Raises ApiError."""
        self._check_form(body)
        with self._lock:
            try:
                rule, claims = self._admit(body)
            except _DeniedError as error:
                self.history.append(str(error))
                raise ApiError(401, "Authentication failed") from None
            self.history.append("success")
            left = claims["exp"] - self._now()
            seconds = int(max(60, min(rule.token_lifetime_seconds, 2 * left)))
            token = f"sk-ant-oat01-{secrets.token_urlsafe(48)}"
            self._tokens[token] = _Access(self._now() + seconds)

        return {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": seconds,
            "scope": "workspace:inference",
        }

    def check(self, token: str, betas: str) -> None:
        """Whether a request may be made with this access token. Raises ApiError."""
        if API_BETA not in betas:
            raise ApiError(401, "OAuth authentication is currently not supported.")
        access = self._tokens.get(token)
        if access is None:
            raise ApiError(401, "Invalid bearer token")
        if access.revoked or access.ends <= self._now():
            raise ApiError(401, "OAuth token has expired. Please obtain a new token or refresh your existing token.")

    def _now(self) -> float:
        return time.time() + self.ahead

    def _check_form(self, body: Mapping[str, Any]) -> None:
        for name in _REQUIRED:
            if not isinstance(body.get(name), str) or not body[name]:
                raise invalid(f"{name}: Field required")

        if body["grant_type"] != GRANT:
            raise invalid("grant_type: unsupported grant type")
        if not re.fullmatch(r"fdrl_\w+", body["federation_rule_id"]):
            raise invalid("federation_rule_id: must be a federation rule ID (fdrl_...)")

        workspace = body.get("workspace_id")
        if workspace is not None and not re.fullmatch(r"wrkspc_\w+|default", str(workspace)):
            raise invalid("workspace_id: must be a workspace ID (wrkspc_...) or `default`")

    def _admit(self, body: Mapping[str, Any]) -> tuple[Rule, dict[str, Any]]:
        rule = self.rules.get(body["federation_rule_id"])
        if rule is None or rule.archived or body["organization_id"] != ORGANIZATION:
            raise _DeniedError("rule_not_found")

        claims = _verified(body["assertion"], rule.trusted.issuer)
        self._check_times(claims, rule.trusted.max_jwt_lifetime_seconds)
        _check_match(claims, rule)
        if body["service_account_id"] != rule.service_account:
            raise _DeniedError("service_account_mismatch")

        workspace = body.get("workspace_id")
        if workspace is None and len(rule.workspaces) > 1:
            raise _DeniedError("workspace_id_required")
        if workspace is not None and workspace not in rule.workspaces:
            raise _DeniedError("workspace_not_enabled")

        self._check_once(claims, rule.trusted)
        return rule, claims

    def _check_times(self, claims: Mapping[str, Any], longest: int) -> None:
        now = self._now()
        issued = claims.get("iat")
        ends = claims.get("exp")
        if not isinstance(issued, int) or issued > now + SKEW or claims.get("nbf", 0) > now + SKEW:
            raise _DeniedError("iat_invalid")
        if not isinstance(ends, int) or ends <= now - SKEW:
            raise _DeniedError("token_expired")
        if ends - issued > longest:
            raise _DeniedError("token_lifetime_exceeded")

    def _check_once(self, claims: Mapping[str, Any], trusted: Trusted) -> None:
        if "jti" not in claims or not trusted.check_jti:
            return
        use = (trusted.issuer.url, str(claims["jti"]))
        if use in self._seen:
            raise _DeniedError("jti_reused")
        self._seen.add(use)


def _verified(assertion: str, issuer: Issuer) -> dict[str, Any]:
    """The token's claims, once its size, key, signature and issuer are right."""
    if len(assertion.encode()) > MOST_BYTES:
        raise _DeniedError("token_too_large")

    try:
        if jwt.get_unverified_header(assertion).get("kid") != issuer.kid:
            raise _DeniedError("signature_invalid")
        options = {"verify_aud": False, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
        claims: dict[str, Any] = jwt.decode(assertion, issuer.key, algorithms=_ALGORITHMS, options=options)
    except jwt.PyJWTError:
        raise _DeniedError("signature_invalid") from None

    if claims.get("iss") != issuer.url:
        raise _DeniedError("issuer_mismatch")
    if not claims.get("sub"):
        raise _DeniedError("sub_missing")

    return claims


def _check_match(claims: Mapping[str, Any], rule: Rule) -> None:
    """The rule's own conditions, case and all."""
    subject = str(claims["sub"])
    prefix = rule.subject.removesuffix("*")
    if not (subject.startswith(prefix) if rule.subject.endswith("*") else subject == rule.subject):
        raise _DeniedError("match_subject_prefix")
    given = claims.get("aud")
    if rule.audience not in (given if isinstance(given, list) else [given]):
        raise _DeniedError("match_audience")
    if any(claims.get(name) != value for name, value in rule.claims.items()):
        raise _DeniedError("match_claims")
