"""Loopback identity providers: one that signs tokens about workloads, and GitHub's endpoint that gives a job such tokens.

Sources: GitHub's "OpenID Connect reference" (claims, request and answer), Kubernetes' page on service account tokens.
"""

import hmac
import itertools
import json
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.sandbox.faults import FaultMiddleware, Faults
from tests.sandbox.serve import LoopbackServer

GITHUB = "https://token.actions.githubusercontent.com"
ACTIONS_SECONDS = 300


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Issuer:
    """An identity provider. `now` gives its epoch seconds."""

    def __init__(self, url: str = GITHUB, *, now: Callable[[], float] = time.time) -> None:
        self.url = url
        self.kid = secrets.token_hex(8)
        self._now = now

    @property
    def key(self) -> rsa.RSAPublicKey:
        """What its signatures are checked with, under `kid`."""
        return _key().public_key()

    def token(self, subject: str, audience: str | list[str], *, seconds: float = ACTIONS_SECONDS, **claims: Any) -> str:
        """A token about a workload, with further `claims`; None takes one out."""
        now = int(self._now())
        said = {
            "iss": self.url,
            "sub": subject,
            "aud": audience,
            "iat": now,
            "nbf": now,
            "exp": now + int(seconds),
            "jti": secrets.token_hex(16),
        } | claims
        kept = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(kept, _key(), algorithm="RS256", headers={"kid": self.kid})


class ActionsTokens:
    """GitHub's endpoint for the identity tokens of one job. A context manager.

    `environ` is what the job's `id-token: write` puts into its environment; without that permission there is neither
    variable. `given` are the tokens that it got, in order, and `faults` break the endpoint.
    """

    def __init__(self, issuer: Issuer, repository: str, *, subject: str = "pull_request") -> None:
        self.issuer = issuer
        self.given: list[str] = []
        self.faults = Faults()
        self._repository = repository
        self._subject = f"repo:{repository}:{subject}"
        self._bearer = issuer.token("a job's own", GITHUB, seconds=6 * 3600)
        self._runs = itertools.count(1)
        self._server = LoopbackServer(FaultMiddleware(self._serve, self.faults))

    @property
    def environ(self) -> Mapping[str, str]:
        """The two variables."""
        return {
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{self._server.url}/idtoken/1/?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": self._bearer,
        }

    def _serve(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        query = parse_qs(environ.get("QUERY_STRING", ""))
        bearer = environ.get("HTTP_AUTHORIZATION", "").partition(" ")[2]
        allowed = hmac.compare_digest(bearer.encode(), self._bearer.encode())
        status = "401 Unauthorized"
        body = dict[str, object](message="Unauthorized")

        if allowed and query.get("api-version") != ["2.0"]:
            status = "400 Bad Request"
            body = {"message": "api-version is missing"}
        elif allowed:
            owner = f"https://github.com/{self._repository.partition('/')[0]}"
            token = self._token(query.get("audience", [owner])[0])
            status = "200 OK"
            body = {"count": len(token), "value": token}

        start_response(status, [("Content-Type", "application/json; charset=utf-8")])
        return [json.dumps(body).encode()]

    def _token(self, audience: str) -> str:
        owner = self._repository.partition("/")[0]
        event = self._subject.rpartition(":")[2]
        claims = {"repository": self._repository, "repository_owner": owner, "event_name": event}
        token = self.issuer.token(self._subject, audience, run_id=str(next(self._runs)), **claims)
        self.given.append(token)
        return token

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
