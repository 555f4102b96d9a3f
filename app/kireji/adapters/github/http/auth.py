"""Who the bot is: a GitHub App with installation tokens, or one fixed token (Action, CLI).

PyGithub's own installation tokens cannot be scoped to a repository and are minted anew by every thread that finds none.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from github import GithubException
from github.Auth import AppAuth, Auth
from github.Auth import Token as FixedToken
from github.Requester import Requester
from requests import RequestException

from kireji.adapters.github.http import failures
from kireji.adapters.github.http.answers import said
from kireji.core.pulls.denial import Home
from kireji.core.pulls.pull import PullRef
from kireji.errors import KirejiError, SettingsError, UserError
from kireji.ports import Clock

PERMISSIONS = {
    "metadata": "read",
    "contents": "read",
    "pull_requests": "write",
    "checks": "write",
    "issues": "write",
}
APP_NEEDS = "to be the App that its id and private key belong to"
"""What the App itself needs for what it asks about itself."""


class TokenPurpose(StrEnum):
    """What a token is for. Some things want more than all else needs: a token of its own, where the App was granted it."""

    USUAL = "usual"
    RESOLVING = "resolving"
    QUEUE = "queue"


_MORE = {
    TokenPurpose.USUAL: {},
    TokenPurpose.RESOLVING: {"contents": "write"},  # what GitHub wants for a thread to be resolved
    TokenPurpose.QUEUE: {"merge_queues": "read"},
}
MARGIN = timedelta(minutes=5)  # a token this close to its end is not used for a new request

RequesterFor = Callable[[Auth], Requester]
# Installation, "owner/name", what for, and the repository's id, which is better than its name.
Key = tuple[int, str, TokenPurpose, int | None]


@dataclass(frozen=True, slots=True)
class _Token:
    value: str = field(repr=False)
    expires: datetime


def app_auth(app_id: int | str, private_key_pem: str) -> AppAuth:
    """The App itself, by its JWT. The key is loaded once: PyGithub would parse the PEM for every signature."""
    key = _load(private_key_pem)

    def sign(payload: dict[str, Any]) -> str:
        return jwt.encode(payload, key, algorithm="RS256")

    return AppAuth(str(app_id), sign_func=sign)


def key_material(private_key_pem: str) -> bytes:
    """The private key as bytes that stay the same however its PEM is written. Raises SettingsError."""
    return _load(private_key_pem).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


class AppTokens:
    """Installation tokens, each for one repository and with the least permissions, kept until shortly before they end."""

    def __init__(self, app_id: int | str, private_key_pem: str, clock: Clock, home: Home) -> None:
        self._app = app_auth(app_id, private_key_pem)
        self._clock = clock
        self._home = home
        self._tokens: dict[Key, _Token] = {}
        self._locks: dict[Key, threading.Lock] = {}
        self._guard = threading.Lock()

    def token(self, key: Key, requester_for: RequesterFor) -> str:
        """The token for a key, minted where none is fresh; one mint however many ask.

        Raises UserError where the App is not installed there or lacks a permission, TransientError for a passing failure.
        """
        with self._guard:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            known = self._tokens.get(key)
            if known is None or known.expires - MARGIN <= self._clock.now():
                known = self._tokens[key] = self._mint(key, requester_for(self._app))
            return known.value

    def installation_of(self, repo_id: int, requester_for: RequesterFor) -> int:
        """The installation that covers a repository now. Raises GithubException 404 where none does."""
        _, answer = requester_for(self._app).requestJsonAndCheck("GET", f"/repositories/{repo_id}/installation")
        return int(answer["id"])

    def forget(self, key: Key) -> None:
        """Drop a token that GitHub no longer takes."""
        self._tokens.pop(key, None)

    def _mint(self, key: Key, requester: Requester) -> _Token:
        """Ask for what is needed; where not all of it was granted, for what was: then at least the check run can say so."""
        repo = key[1]

        try:
            return self._ask_for_permissions(key, requester)
        except GithubException as error:
            if error.status in {404, 422}:
                raise _not_granted(error, repo) from error
            raise self._failed(error, repo) from error
        except RequestException as error:
            raise self._failed(error, repo) from error

    def _ask_for_permissions(self, key: Key, requester: Requester) -> _Token:
        try:
            return self._ask(key, requester, {"permissions": PERMISSIONS | _MORE[key[2]]})
        except GithubException as error:
            if error.status != 422:
                raise
            return self._ask(key, requester, {})

    def _ask(self, key: Key, requester: Requester, more: dict[str, Any]) -> _Token:
        installation, repo, _, repo_id = key
        named = {"repositories": [repo.partition("/")[2]]} if repo_id is None else {"repository_ids": [repo_id]}
        path = f"/app/installations/{installation}/access_tokens"
        _, answer = requester.requestJsonAndCheck("POST", path, input={**named, **more})
        return _Token(answer["token"], datetime.fromisoformat(answer["expires_at"]))

    def _failed(self, error: GithubException | RequestException, repo: str) -> KirejiError:
        return failures.explain(error, f"asking for a token for {repo}", self._clock.now(), _needs(), self._home)


class RepoAuth(Auth):
    """Signs PyGithub's requests with the repository's installation token, a fresh one where the last has ended."""

    def __init__(self, tokens: AppTokens, key: Key, requester_for: RequesterFor) -> None:
        self._tokens = tokens
        self._key = key
        self._requester_for = requester_for

    @property
    def token_type(self) -> str:
        """The word before the token in the Authorization header."""
        return "token"

    @property
    def token(self) -> str:
        """A token that is good for some minutes; minting one blocks."""
        return self._tokens.token(self._key, self._requester_for)

    def forget(self) -> None:
        """Have the next request mint a new token."""
        self._tokens.forget(self._key)


@dataclass(frozen=True, slots=True)
class Credentials:
    """The App, a fixed token, or both: the token serves where a pull request comes without an installation."""

    app: AppTokens | None = None
    token: str | None = field(default=None, repr=False)

    def of(self, ref: PullRef, requester_for: RequesterFor, purpose: TokenPurpose = TokenPurpose.USUAL) -> Auth:
        """What signs requests about this repository, for this purpose. Raises UserError where nothing can."""
        if self.app is not None and ref.installation is not None:
            return RepoAuth(self.app, (ref.installation, ref.repo, purpose, ref.repo_id), requester_for)
        if self.token:
            return FixedToken(self.token)
        raise UserError(
            f"Kireji has no credentials for {ref.repo}.",
            "Install the App on this repository, or give Kireji a token.",
        )


@lru_cache(maxsize=2)
def _load(pem: str) -> RSAPrivateKey:
    """The key, proved to be one, which takes a twentieth of a second."""
    problem = "the App's private key is not an RSA key in PEM form; download it again from the App's settings page"
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise SettingsError((problem,)) from None  # the cause might quote the key
    if not isinstance(key, RSAPrivateKey):
        raise SettingsError((problem,))
    return key


def _not_granted(error: GithubException, repo: str) -> UserError:
    """404: no such installation. 422: the repository or one of the permissions is not part of it."""
    return UserError(
        f"GitHub gives Kireji no token for {repo}: {said(error) or 'no reason given'}.",
        f"Install the App on this repository and grant it {_needs()}.",
    )


def _needs() -> str:
    return ", ".join(f"{name.replace('_', ' ')}: {level}" for name, level in PERMISSIONS.items())
