"""One reader -> the fields of the settings classes: those of any review, and those of the web process."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from kireji.core.models.catalogue import MODELS
from kireji.settings.models import NO_MODEL, deep_model_of, model_of, policy_models_of
from kireji.settings.providers import access_of, base_url_of, deep_of, key_of, servable, with_own_names
from kireji.settings.reader import SettingsReader
from kireji.settings.secret import Secret
from kireji.settings.signin import signin_of, unused
from kireji.settings.signing import signing_keys

_NETWORK = (
    *("PATH", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE"),
    *(f"{scheme}_proxy" for scheme in ("http", "https", "all", "no")),
    *(f"{scheme}_PROXY" for scheme in ("HTTPS", "ALL", "NO")),
)
# How the system's loader finds what Python is made of, where that is not in its usual places.
_LOADER = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


def review_fields(reader: SettingsReader, *, asks: bool = True) -> dict[str, Any]:
    """The fields of `ReviewSettings`, read and checked; `asks` whether the model is to be asked anything."""
    access = access_of(reader)
    model = model_of(reader, access)
    deep = deep_model_of(reader, access)
    signin = signin_of(reader, access.provider, asks=asks)
    access = replace(with_own_names(reader, access, model, deep), signin=signin)

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
        "policy_models": servable(reader, access, policy_models_of(reader, access)),
        "deep_model": deep_of(reader, access, "" if deep == NO_MODEL else deep),
        "budget_review": reader.dollars("KIREJI_BUDGET_REVIEW"),
        "budget_author_day": reader.dollars("KIREJI_BUDGET_AUTHOR_DAY"),
        "budget_repository_day": reader.dollars("KIREJI_BUDGET_REPOSITORY_DAY"),
        "budget_installation_month": reader.dollars("KIREJI_BUDGET_INSTALLATION_MONTH"),
        "answers_per_hour": reader.number("KIREJI_ANSWERS_PER_HOUR", 1, 1000),
        "concurrency": reader.number("KIREJI_CONCURRENCY", 1, 256),
        "chunk_tokens": reader.number("KIREJI_CHUNK_TOKENS", 500, 50_000),
        "context_tokens": reader.number("KIREJI_CONTEXT_TOKENS", 0, 20_000),
        "max_output_tokens": reader.number("KIREJI_MAX_OUTPUT_TOKENS", 256, longest),
        "max_comments": reader.number("KIREJI_MAX_COMMENTS", 1, 100),
        "search": reader.choice("KIREJI_SEARCH", ("on", "off")) == "on",
        "signing_key": signing_keys(reader),
        "code_dir": _code_dir(reader),
        "loader": {name: reader.environ[name] for name in _LOADER if name in reader.environ},
        "network": {name: reader.environ[name] for name in _NETWORK if name in reader.environ},
        "max_file_lines": reader.number("KIREJI_MAX_FILE_LINES", 1, 100_000),
        "log_level": log_level(reader),
    }


def web_fields(reader: SettingsReader) -> dict[str, Any]:
    """The fields of `WebSettings`, but for the log's level, which any review has too."""
    return {
        "webhook_secret": Secret(reader.text("KIREJI_WEBHOOK_SECRET")),
        "database_url": reader.database(),
        "data_dir": Path(reader.text("KIREJI_DATA_DIR")),
        "debounce_seconds": reader.number("KIREJI_DEBOUNCE_SECONDS", 0, 60),
        "host": reader.matching("KIREJI_HOST", r"[A-Za-z0-9.:_-]+", "a host name or an address, as 127.0.0.1"),
        "port": reader.number("KIREJI_PORT", 1, 65535),
        "max_body_bytes": reader.number("KIREJI_MAX_BODY_BYTES", 1024, 25 * 1024 * 1024),
    }


def log_level(reader: SettingsReader) -> str:
    """The lowest level that is logged."""
    return reader.choice("KIREJI_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"))


def _code_dir(reader: SettingsReader) -> Path:
    """In the service's data folder; elsewhere in the runner's own for one job, or in the user's cache."""
    if reader.given("KIREJI_DATA_DIR") or reader.given("KIREJI_APP_ID"):
        return Path(reader.text("KIREJI_DATA_DIR")).absolute() / "code"
    runner = reader.given("RUNNER_TEMP")
    cache = reader.given("XDG_CACHE_HOME")
    home = Path(runner or cache or Path(reader.given("HOME") or Path.cwd()) / ".cache")
    return home.absolute() / "kireji" / "code"
