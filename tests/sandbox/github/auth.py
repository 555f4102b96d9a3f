"""Who calls: an App by its JWT, or an installation by its token. Source: GitHub's "Authenticating with a GitHub App"."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

import jwt

from tests.sandbox.github.errors import ApiError
from tests.sandbox.github.models import App, Permissions, Token
from tests.sandbox.github.world import World

_LEVELS = {"none": 0, "read": 1, "write": 2, "admin": 3}
_UNREADABLE = "A JSON web token could not be decoded"


@dataclass(frozen=True, slots=True)
class Caller:
    """A caller that has shown who it is. Without a `token` it is the App itself."""

    app: App
    token: Token | None = None

    @property
    def key(self) -> str:
        """The name under which the rate limiter keeps its book."""
        return f"app-{self.app.id}" if self.token is None else f"installation-{self.token.installation_id}"

    @property
    def kind(self) -> str:
        """What kind of token it calls with, see `models.Token`."""
        return "installation" if self.token is None else self.token.kind

    def may(self, *needs: str) -> bool:
        """Does the token hold one of these permissions, each such as "checks:write"?"""
        return self.token is not None and any(_holds(self.token.permissions, need) for need in needs)


def _holds(permissions: Permissions, need: str) -> bool:
    name, _, level = need.partition(":")
    held = permissions.get(name, "read" if name == "metadata" else "none")
    return _LEVELS[held] >= _LEVELS[level]


def authenticate(world: World, header: str | None) -> Caller:
    """The caller behind an Authorization header. Raises ApiError 401."""
    if not header:
        raise ApiError(401, "Requires authentication")

    scheme, _, value = header.partition(" ")
    if scheme.lower() not in {"bearer", "token"} or not value:
        raise ApiError(401, "Bad credentials")

    token = world.tokens.get(value)
    if token is not None:
        if token.expires_at.timestamp() <= world.seconds():
            raise ApiError(401, "Bad credentials")
        check_active(token.app)
        return Caller(token.app, token)
    if value.count(".") == 2 and scheme.lower() == "bearer" and not value.startswith("ghs_"):
        return Caller(_app_of(world, value))

    raise ApiError(401, "Bad credentials")


def check_active(app: App) -> None:
    """Refuse everything of an installation that its account has suspended."""
    if app.suspended:
        raise ApiError(403, "This installation has been suspended")


def _app_of(world: World, value: str) -> App:
    try:
        issuer = jwt.decode(value, options={"verify_signature": False}).get("iss")
        app = next((app for app in list(world.apps.values()) if str(issuer) in {str(app.id), app.client_id}), None)
        if app is None:
            raise ApiError(401, "Integration not found")
        options = {"verify_exp": False, "verify_iat": False, "require": ["iat", "exp", "iss"], "verify_iss": False}
        claims = jwt.decode(value, app.public_key, algorithms=["RS256"], options=options)
    except jwt.PyJWTError as error:
        raise ApiError(401, _UNREADABLE) from error

    _check_times(claims.get("iat"), claims.get("exp"), world.seconds())
    return app


def _check_times(issued: object, expires: object, now: float) -> None:
    if not isinstance(issued, int) or issued > now:
        raise ApiError(
            401,
            "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
        )

    if not isinstance(expires, int) or expires <= now:
        raise ApiError(
            401,
            "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the "
            "assertion expires",
        )

    if expires > now + 600:
        raise ApiError(401, "'Expiration time' claim ('exp') is too far in the future")


def mint(
    world: World,
    app: App,
    permissions: Permissions | None = None,
    repositories: list[str] | None = None,
    *,
    ids: list[int] | None = None,
    installation_id: int | None = None,
) -> Token:
    """A new token of an installation (else the App's first), good for an hour.

    Raises ApiError 422 for what the installation does not have.
    """
    for name, level in (permissions or {}).items():
        if level not in _LEVELS or not _holds(app.permissions, f"{name}:{level}"):
            raise ApiError(422, "The permissions requested are not granted to this installation.")

    installation_id = installation_id or app.installation_id
    scope: frozenset[int] | None = None

    if repositories is not None or ids is not None:
        covered = world.app_repos(app, installation_id)
        known: dict[str | int, int] = {repo.name.lower(): repo.id for repo in covered}
        known |= {repo.id: repo.id for repo in covered}
        asked = [*(name.lower() for name in repositories or ()), *(ids or ())]
        if any(name not in known for name in asked):
            raise ApiError(
                422,
                "There is at least one repository that does not exist or is not accessible to the parent installation.",
            )
        scope = frozenset(known[name] for name in asked)

    granted = {"metadata": "read", **(app.permissions if permissions is None else permissions)}
    expires = world.now() + timedelta(hours=1)
    # GitHub's format since 2026 holds a JWT: nothing may be assumed about its length or its letters
    value = ".".join(secrets.token_urlsafe(size) for size in (24, 120, 240))
    token = Token(f"ghs_{app.id}_{value}", app, granted, scope, expires, installation_id)
    with world.lock:
        world.tokens[token.value] = token

    return token
