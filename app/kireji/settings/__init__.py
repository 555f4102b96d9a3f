"""The environment becomes frozen settings; nothing else reads `os.environ`. Begin with `table`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from typing_extensions import override

from kireji.core.models.providers import Access
from kireji.settings.fields import log_level, review_fields, web_fields
from kireji.settings.models import MODEL
from kireji.settings.reader import SettingsReader
from kireji.settings.secret import Secret
from kireji.settings.signin import secrets_of
from kireji.settings.table import KEPT_FROM_WEB, SETTINGS, Setting, table

__all__ = [
    "SETTINGS",
    "LocalSettings",
    "ReviewSettings",
    "Secret",
    "Setting",
    "Settings",
    "WebSettings",
    "environ_for_web",
    "load",
    "load_local",
    "load_review",
    "load_web",
    "table",
]

# What git is told by those who call it: a hook's index and folder among them. Nothing else of the environment is its.
_GITS = ("PATH", "HOME", "XDG_CONFIG_HOME", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR")


def _present(*secrets: Secret | None) -> tuple[Secret, ...]:
    """The secrets that are set."""
    return tuple(secret for secret in secrets if secret is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSettings:
    """What any review needs, whoever runs it, checked. `SETTINGS` says what each means."""

    github_api_url: str  # without a slash at its end, as every address
    anthropic_api_key: Secret | None
    anthropic_base_url: str | None
    access: Access
    signin_unused: bool  # one is set up beside a key, which goes first
    asks: bool  # False: the model is only named, so no key is needed
    model: str
    policy_models: tuple[str, ...]
    deep_model: str  # "" for none
    budget_review: Decimal | None
    budget_author_day: Decimal | None
    budget_repository_day: Decimal | None
    budget_installation_month: Decimal | None
    answers_per_hour: int
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
    signing_key: tuple[Secret, ...]  # what is posted is signed with the first, and known again by any
    loader: Mapping[str, str]  # the part that a Python of ours needs to start; it has no secret in it

    @property
    def signing_secrets(self) -> tuple[Secret, ...]:
        """By what whoever runs no App knows its own again, the first of which signs; none without a key that lasts."""
        return (*self.signing_key, *_present(self.anthropic_api_key))

    def secrets(self) -> tuple[Secret, ...]:
        """Everything that must not be shown, for the log's redaction."""
        return (*_present(self.anthropic_api_key), *secrets_of(self.access.signin), *self.signing_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSettings(ReviewSettings):
    """What a review on somebody's own machine needs."""

    github_token: Secret | None
    git: Mapping[str, str]  # git's part of the environment

    @override
    def secrets(self) -> tuple[Secret, ...]:
        """Everything that must not be shown, for the log's redaction."""
        return (*ReviewSettings.secrets(self), *_present(self.github_token))


@dataclass(frozen=True, kw_only=True)
class WebSettings:
    """What the web process needs: neither the App's key nor one for Claude, for strangers talk to it.

    Without slots, since a class may have but one base with them, and `Settings` has two bases.
    """

    webhook_secret: Secret
    database_url: Secret | None
    data_dir: Path
    debounce_seconds: int
    host: str
    port: int
    max_body_bytes: int
    log_level: str

    def secrets(self) -> tuple[Secret, ...]:
        """Everything that must not be shown, for the log's redaction."""
        return (self.webhook_secret, *_present(self.database_url))

    @property
    def store_url(self) -> str:
        """The database's address: what is set, or the SQLite file in the data folder."""
        return self.database_url.reveal() if self.database_url else f"sqlite:///{self.data_dir / 'kireji.sqlite3'}"

    @property
    def embedded(self) -> bool:
        """Whether everything is on one machine, over one SQLite file."""
        return self.store_url.startswith("sqlite")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(ReviewSettings, WebSettings):
    """What the operator of the App chose, checked."""

    app_id: str
    private_key: Secret
    max_reviews: int
    max_reviews_per_installation: int
    max_reviews_per_repository: int
    drain_seconds: int
    sweep_seconds: int
    mention: str
    notify: str  # where systemd hears that the service lives, "" where it does not listen

    @override
    def secrets(self) -> tuple[Secret, ...]:
        """Everything that must not be shown, for the log's redaction."""
        return (*ReviewSettings.secrets(self), *WebSettings.secrets(self), self.private_key)


def load(environ: Mapping[str, str] | None = None, *, today: date | None = None) -> Settings:
    """Read the environment. Empty values count as not set. Raises SettingsError with every problem at once.

    With `today` no model is offered that is retired by then.
    """
    reader = SettingsReader(_given(environ), today=today)
    reader.refuse_unknown()

    app_id = reader.matching("KIREJI_APP_ID", r"[A-Za-z0-9._-]{1,64}", "a GitHub App's id, as 123456, or client id")
    settings = Settings(
        app_id=app_id,
        private_key=reader.private_key(),
        max_reviews=reader.number("KIREJI_MAX_REVIEWS", 1, 200),
        max_reviews_per_installation=reader.number("KIREJI_MAX_REVIEWS_PER_INSTALLATION", 1, 200),
        max_reviews_per_repository=reader.number("KIREJI_MAX_REVIEWS_PER_REPOSITORY", 1, 200),
        drain_seconds=reader.number("KIREJI_DRAIN_SECONDS", 0, 600),
        sweep_seconds=reader.number("KIREJI_SWEEP_SECONDS", 5, 3600),
        mention=reader.matching("KIREJI_MENTION", r"[A-Za-z0-9][A-Za-z0-9-]{0,38}", "the App's name in its address"),
        notify=reader.environ.get("NOTIFY_SOCKET", ""),
        **web_fields(reader),
        **review_fields(reader),
    )

    reader.raise_problems()
    return settings


def load_web(environ: Mapping[str, str] | None = None) -> WebSettings:
    """Read what the web process needs; what else is set is not looked at. Raises as `load` does."""
    reader = SettingsReader(_given(environ))
    reader.refuse_unknown()
    settings = WebSettings(**web_fields(reader), log_level=log_level(reader))
    reader.raise_problems()
    return settings


def environ_for_web(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for a web process that is started on the worker's machine: without what it must not know."""
    return {name: value for name, value in _given(environ).items() if name not in KEPT_FROM_WEB}


def load_review(environ: Mapping[str, str] | None = None, *, today: date | None = None) -> ReviewSettings:
    """Read what any review needs, where no App is run. `today` and what it raises as for `load`."""
    reader = SettingsReader(_given(environ), today=today)
    settings = ReviewSettings(**review_fields(reader))
    reader.raise_problems()
    return settings


def load_local(
    environ: Mapping[str, str] | None = None,
    *,
    model: str = "",
    called: str = MODEL,
    asks: bool = True,
    today: date | None = None,
) -> LocalSettings:
    """Read what a review on this machine needs, and no more; `model` goes before KIREJI_MODEL, and is `called` so in errors.

    Who never `asks` the model needs no key for Claude. `today` as for `load`. Raises as `load` does.
    """
    environ = dict(_given(environ))
    if model:
        environ[MODEL] = model
    reader = SettingsReader(environ, today=today, called={MODEL: called})
    reader.refuse_unknown()

    token = reader.matching("GITHUB_TOKEN", r"[!-~]+", "a token: it holds white space or worse")
    settings = LocalSettings(
        github_token=Secret(token) if token else None,
        git={name: environ[name] for name in _GITS if name in environ},
        **review_fields(reader, asks=asks),
    )

    reader.raise_problems()
    return settings


def _given(environ: Mapping[str, str] | None) -> Mapping[str, str]:
    """The environment that a caller gave, or else that of this process."""
    return os.environ if environ is None else environ
