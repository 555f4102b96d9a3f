"""Environment -> frozen Settings; the only reader of os.environ."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from typing_extensions import override

from app.core.money import MODELS
from app.core.providers import Access, Provider
from app.errors import SettingsError
from app.settings.providers import access_of, base_url_of, deep_of, had, key_of, named
from app.settings.reader import Reader
from app.settings.secret import Secret
from app.settings.signin import secrets_of, signin_of, unused
from app.settings.table import SETTINGS, Setting, table

__all__ = [
    "SETTINGS",
    "LocalSettings",
    "ReviewSettings",
    "Secret",
    "Setting",
    "Settings",
    "load",
    "load_local",
    "load_review",
    "table",
]

NO_MODEL = "none"
# What git is told by those who call it: a hook's index and folder among them. Nothing else of the environment is its.
_GITS = ("PATH", "HOME", "XDG_CONFIG_HOME", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR")
_NETWORK = (
    *("PATH", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE"),
    *(f"{scheme}_proxy" for scheme in ("http", "https", "all", "no")),
    *(f"{scheme}_PROXY" for scheme in ("HTTPS", "ALL", "NO")),
)
# How the system's loader finds what Python is made of, where that is not in its usual places.
_LOADER = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


def given(*secrets: Secret | None) -> tuple[Secret, ...]:
    """Those that there are."""
    return tuple(secret for secret in secrets if secret is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSettings:
    """What any review needs, whoever runs it, checked. `SETTINGS` says what each means; addresses have no slash at the end."""

    github_api_url: str
    anthropic_api_key: Secret | None
    anthropic_base_url: str | None
    access: Access
    signin_unused: bool  # one is set up beside a key, which goes first
    asks: bool  # False: the model is only named, so no key is needed
    model: str
    policy_models: tuple[str, ...]
    deep_model: str  # "" for none
    budget_review: Decimal | None
    budget_repository_day: Decimal | None
    budget_installation_month: Decimal | None
    concurrency: int
    chunk_tokens: int
    context_tokens: int
    max_output_tokens: int
    max_comments: int
    max_file_lines: int
    log_level: str
    search: bool
    code_dir: Path  # where fetched repositories are kept
    network: Mapping[str, str]  # the part of the environment that any git needs to reach GitHub
    loader: Mapping[str, str]  # the part that a Python of ours needs to start; it has no secret in it

    def secrets(self) -> tuple[Secret, ...]:
        """Everything that must not be shown, for the log's redaction."""
        return (*given(self.anthropic_api_key), *secrets_of(self.access.signin))


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSettings(ReviewSettings):
    """What a review on somebody's own machine needs. `git` is git's part of the environment."""

    github_token: Secret | None
    git: Mapping[str, str]

    @override
    def secrets(self) -> tuple[Secret, ...]:
        """Everything that must not be shown, for the log's redaction."""
        return (*ReviewSettings.secrets(self), *given(self.github_token))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(ReviewSettings):
    """What the operator of the App chose, checked."""

    app_id: str
    private_key: Secret
    webhook_secret: Secret
    database_url: Secret | None
    data_dir: Path
    debounce_seconds: int
    max_reviews: int
    max_reviews_per_installation: int
    max_reviews_per_repository: int
    drain_seconds: int
    sweep_seconds: int
    mention: str
    host: str
    port: int
    max_body_bytes: int
    notify: str  # where systemd hears that the service lives, "" where it does not listen

    @override
    def secrets(self) -> tuple[Secret, ...]:
        """Everything that must not be shown, for the log's redaction."""
        return (*ReviewSettings.secrets(self), self.private_key, self.webhook_secret, *given(self.database_url))

    @property
    def store_url(self) -> str:
        """The database's address: what is set, or the SQLite file in the data folder."""
        return self.database_url.reveal() if self.database_url else f"sqlite:///{self.data_dir / 'kireji.sqlite3'}"

    @property
    def embedded(self) -> bool:
        """Whether everything is on one machine, over one SQLite file."""
        return self.store_url.startswith("sqlite")


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the environment. Empty values count as not set. Raises SettingsError with every problem at once."""
    reader = Reader(os.environ if environ is None else environ)
    reader.refuse_unknown()
    app_id = reader.matching("KIREJI_APP_ID", r"[A-Za-z0-9._-]{1,64}", "a GitHub App's id, as 123456, or client id")
    settings = Settings(
        app_id=app_id,
        private_key=reader.private_key(),
        webhook_secret=Secret(reader.text("KIREJI_WEBHOOK_SECRET")),
        database_url=reader.database(),
        data_dir=Path(reader.text("KIREJI_DATA_DIR")),
        debounce_seconds=reader.number("KIREJI_DEBOUNCE_SECONDS", 0, 60),
        max_reviews=reader.number("KIREJI_MAX_REVIEWS", 1, 200),
        max_reviews_per_installation=reader.number("KIREJI_MAX_REVIEWS_PER_INSTALLATION", 1, 200),
        max_reviews_per_repository=reader.number("KIREJI_MAX_REVIEWS_PER_REPOSITORY", 1, 200),
        drain_seconds=reader.number("KIREJI_DRAIN_SECONDS", 0, 600),
        sweep_seconds=reader.number("KIREJI_SWEEP_SECONDS", 5, 3600),
        mention=reader.matching("KIREJI_MENTION", r"[A-Za-z0-9][A-Za-z0-9-]{0,38}", "the App's name in its address"),
        host=reader.matching("KIREJI_HOST", r"[A-Za-z0-9.:_-]+", "a host name or an address, as 127.0.0.1"),
        port=reader.number("KIREJI_PORT", 1, 65535),
        max_body_bytes=reader.number("KIREJI_MAX_BODY_BYTES", 1024, 25 * 1024 * 1024),
        notify=reader.environ.get("NOTIFY_SOCKET", ""),
        **_review(reader),
    )
    if reader.problems:
        raise SettingsError(tuple(reader.problems))
    return settings


def load_review(environ: Mapping[str, str] | None = None) -> ReviewSettings:
    """Read what any review needs, where no App is run. Raises SettingsError with every problem at once."""
    reader = Reader(os.environ if environ is None else environ)
    settings = ReviewSettings(**_review(reader))
    if reader.problems:
        raise SettingsError(tuple(reader.problems))
    return settings


def load_local(environ: Mapping[str, str] | None = None, *, model: str = "", asks: bool = True) -> LocalSettings:
    """Read what a review on this machine needs, and no more; `model` goes before KIREJI_MODEL. Raises as `load` does.

    Who never `asks` the model needs no key for Claude.
    """
    environ = dict(os.environ if environ is None else environ)
    if model:
        environ["KIREJI_MODEL"] = model
    reader = Reader(environ)
    reader.refuse_unknown()
    token = reader.matching("GITHUB_TOKEN", r"[!-~]+", "a token: it holds white space or worse")
    settings = LocalSettings(
        github_token=Secret(token) if token else None,
        git={name: environ[name] for name in _GITS if name in environ},
        **_review(reader, asks=asks),
    )
    if reader.problems:
        raise SettingsError(tuple(reader.problems))
    return settings


def _code_dir(reader: Reader) -> Path:
    """In the service's data folder; elsewhere in the runner's own for one job, or in the user's cache."""
    if reader.given("KIREJI_DATA_DIR") or reader.given("KIREJI_APP_ID"):
        return Path(reader.text("KIREJI_DATA_DIR")).absolute() / "code"
    runner, cache = reader.given("RUNNER_TEMP"), reader.given("XDG_CACHE_HOME")
    home = Path(runner or cache or Path(reader.given("HOME") or Path.cwd()) / ".cache")
    return home.absolute() / "kireji" / "code"


def _review(reader: Reader, *, asks: bool = True) -> dict[str, Any]:
    """The fields of `ReviewSettings`."""
    access = access_of(reader)
    free = access.provider is Provider.COMPATIBLE
    model = (
        reader.matching("KIREJI_MODEL", r"[!-~]{1,200}", "a model's name")
        if free
        else reader.choice("KIREJI_MODEL", tuple(MODELS))
    )
    deep = reader.choice("KIREJI_DEEP_MODEL", (*MODELS, NO_MODEL))
    signin = signin_of(reader, access.provider, asks=asks)
    access = replace(named(reader, access, model, deep), signin=signin)
    keyless = signin is not None
    longest = MODELS[model].max_output if model in MODELS else 128_000
    return {
        "github_api_url": reader.address("KIREJI_GITHUB_API_URL", private=True),
        "anthropic_api_key": key_of(reader, access.provider, asks=asks, keyless=keyless),
        "anthropic_base_url": base_url_of(reader, access.provider, keyless=keyless),
        "access": access,
        "signin_unused": unused(reader, access.provider),
        "asks": asks,
        "model": model,
        "policy_models": had(reader, access, reader.choices("KIREJI_POLICY_MODELS", tuple(MODELS))),
        "deep_model": deep_of(reader, access, "" if deep == NO_MODEL else deep),
        "budget_review": reader.dollars("KIREJI_BUDGET_REVIEW"),
        "budget_repository_day": reader.dollars("KIREJI_BUDGET_REPOSITORY_DAY"),
        "budget_installation_month": reader.dollars("KIREJI_BUDGET_INSTALLATION_MONTH"),
        "concurrency": reader.number("KIREJI_CONCURRENCY", 1, 256),
        "chunk_tokens": reader.number("KIREJI_CHUNK_TOKENS", 500, 50_000),
        "context_tokens": reader.number("KIREJI_CONTEXT_TOKENS", 0, 20_000),
        "max_output_tokens": reader.number("KIREJI_MAX_OUTPUT_TOKENS", 256, longest),
        "max_comments": reader.number("KIREJI_MAX_COMMENTS", 1, 100),
        "search": reader.choice("KIREJI_SEARCH", ("on", "off")) == "on",
        "code_dir": _code_dir(reader),
        "loader": {name: reader.environ[name] for name in _LOADER if name in reader.environ},
        "network": {name: reader.environ[name] for name in _NETWORK if name in reader.environ},
        "max_file_lines": reader.number("KIREJI_MAX_FILE_LINES", 1, 100_000),
        "log_level": reader.choice("KIREJI_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR")),
    }
