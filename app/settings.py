"""Environment -> frozen Settings; the only reader of os.environ.

Every setting is one row of `SETTINGS`: the reader takes its default from there and README's table is made of it.
"""

import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from app.core.money import MODELS
from app.errors import SettingsError

PREFIX = "KIREJI_"
SANDBOX_PREFIX = "KIREJI_SANDBOX_"  # the demo's and the tests' own, never the service's
REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Setting:
    """One row: the environment variable, its default as text ("required", or "" for none), what it does."""

    name: str
    default: str
    meaning: str
    secret: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting("KIREJI_APP_ID", REQUIRED, "The GitHub App's id or client id"),
    Setting("KIREJI_PRIVATE_KEY", "", r"The App's RSA key as PEM, `\n` for line ends; or give the file", secret=True),
    Setting("KIREJI_PRIVATE_KEY_FILE", "", "A file that holds the private key, instead of `KIREJI_PRIVATE_KEY`"),
    Setting("KIREJI_WEBHOOK_SECRET", REQUIRED, "The App's webhook secret; deliveries are checked with it", secret=True),
    Setting(
        "KIREJI_GITHUB_API_URL",
        "https://api.github.com",
        "GitHub's API; for GitHub Enterprise Server `https://HOST/api/v3`. Plain http only for this machine",
    ),
    Setting("ANTHROPIC_API_KEY", REQUIRED, "The key for Claude", secret=True),
    Setting("ANTHROPIC_BASE_URL", "https://api.anthropic.com", "Claude's API, or a gateway in front of it"),
    Setting("KIREJI_MODEL", "claude-haiku-4-5", f"The model that reviews: {', '.join(f'`{name}`' for name in MODELS)}"),
    Setting("KIREJI_DATABASE_URL", "", "`postgresql://…` or `sqlite:///…`; checked, not used yet", secret=True),
    Setting("KIREJI_DATA_DIR", ".kireji", "A folder for the service's own files. It is not used yet"),
    Setting("KIREJI_HOST", "127.0.0.1", "The address to listen on; `0.0.0.0` for every IPv4 one"),
    Setting("KIREJI_PORT", "8080", "The port to listen on"),
    Setting("KIREJI_CONCURRENCY", "32", "Model calls at once, 1 to 256"),
    Setting("KIREJI_CHUNK_TOKENS", "4000", "Tokens of diff in one model call, 500 to 50000"),
    Setting("KIREJI_MAX_OUTPUT_TOKENS", "4096", "Tokens that one answer may take, from 256 to the model's own limit"),
    Setting(
        "KIREJI_MAX_COMMENTS", "30", "Inline comments in one review, 1 to 100; further findings are in the summary"
    ),
    Setting("KIREJI_MAX_FILE_LINES", "5000", "Changed lines above which a file is skipped as too large, 1 to 100000"),
    Setting("KIREJI_MAX_BODY_BYTES", "26214400", "The largest webhook body, 1024 to 26214400 bytes (GitHub's 25 MB)"),
    Setting("KIREJI_LOG_LEVEL", "INFO", "`DEBUG`, `INFO`, `WARNING` or `ERROR`"),
)
ROWS = {row.name: row for row in SETTINGS}


class Secret:
    """Text that repr, str and format never show. `reveal` gives it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself: for the one call that needs it."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator chose, checked. `SETTINGS` says what each means; addresses have no slash at the end."""

    app_id: str
    private_key: Secret
    webhook_secret: Secret
    github_api_url: str
    anthropic_api_key: Secret
    anthropic_base_url: str
    model: str
    database_url: Secret | None
    data_dir: Path
    host: str
    port: int
    concurrency: int
    chunk_tokens: int
    max_output_tokens: int
    max_comments: int
    max_file_lines: int
    max_body_bytes: int
    log_level: str

    def secrets(self) -> tuple[Secret, ...]:
        """Everything that must not be shown, for the log's redaction."""
        always = (self.private_key, self.webhook_secret, self.anthropic_api_key)
        return always if self.database_url is None else (*always, self.database_url)


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the environment. Empty values count as not set. Raises SettingsError with every problem at once."""
    reader = _Reader(os.environ if environ is None else environ)
    reader.refuse_unknown()
    model = reader.choice("KIREJI_MODEL", tuple(MODELS))
    longest = MODELS[model].max_output if model in MODELS else 128_000
    settings = Settings(
        app_id=reader.matching("KIREJI_APP_ID", r"[A-Za-z0-9._-]{1,64}", "a GitHub App's id, as 123456, or client id"),
        private_key=reader.private_key(),
        webhook_secret=Secret(reader.text("KIREJI_WEBHOOK_SECRET")),
        github_api_url=reader.address("KIREJI_GITHUB_API_URL", private=True),
        anthropic_api_key=Secret(
            reader.matching("ANTHROPIC_API_KEY", r"[!-~]+", "a key: it holds white space or worse")
        ),
        anthropic_base_url=reader.address("ANTHROPIC_BASE_URL", private=False),
        model=model,
        database_url=reader.database(),
        data_dir=Path(reader.text("KIREJI_DATA_DIR")),
        host=reader.matching("KIREJI_HOST", r"[A-Za-z0-9.:_-]+", "a host name or an address, as 127.0.0.1"),
        port=reader.number("KIREJI_PORT", 1, 65535),
        concurrency=reader.number("KIREJI_CONCURRENCY", 1, 256),
        chunk_tokens=reader.number("KIREJI_CHUNK_TOKENS", 500, 50_000),
        max_output_tokens=reader.number("KIREJI_MAX_OUTPUT_TOKENS", 256, longest),
        max_comments=reader.number("KIREJI_MAX_COMMENTS", 1, 100),
        max_file_lines=reader.number("KIREJI_MAX_FILE_LINES", 1, 100_000),
        max_body_bytes=reader.number("KIREJI_MAX_BODY_BYTES", 1024, 25 * 1024 * 1024),
        log_level=reader.choice("KIREJI_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR")),
    )
    if reader.problems:
        raise SettingsError(tuple(reader.problems))
    return settings


def table() -> str:
    """README's table of settings, in Markdown."""
    rows = (f"| `{row.name}` | {_default(row)} | {row.meaning} |" for row in SETTINGS)
    return "\n".join(("| Setting | Default | Meaning |", "| --- | --- | --- |", *rows))


def _default(row: Setting) -> str:
    return row.default if row.default == REQUIRED else f"`{row.default}`" if row.default else "none"


class _Reader:
    """Reads one value at a time and keeps what is wrong; what it returns after a problem is never used."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def bad(self, name: str, what: str) -> None:
        """Keep a problem. `what` never holds a secret's value."""
        self.problems.append(f"{name} {what}")

    def given(self, name: str) -> str:
        """The value, "" if it is not set; a line end left by a secret file is not part of it."""
        return self.environ.get(name, "").strip()

    def text(self, name: str) -> str:
        """The value or its default."""
        default = ROWS[name].default
        if (value := self.given(name)) or default != REQUIRED:
            return value or default
        self.bad(name, f"is not set: {ROWS[name].meaning[0].lower()}{ROWS[name].meaning[1:]}")
        return ""

    def matching(self, name: str, pattern: str, form: str) -> str:
        """A value of one form; `form` ends the sentence "… is not"."""
        value = self.text(name)
        if value and not re.fullmatch(pattern, value):
            self.bad(name, f"is not {form}")
        return value

    def choice(self, name: str, known: tuple[str, ...]) -> str:
        """One of a few words."""
        value = self.text(name)
        if value not in known:
            self.bad(name, f"is {_shown(value)}; it must be one of {', '.join(known)}")
        return value

    def number(self, name: str, least: int, most: int) -> int:
        """A whole number within its limits."""
        value = self.text(name)
        if re.fullmatch(r"[0-9]{1,12}", value) and least <= int(value) <= most:
            return int(value)
        # Kubernetes injects KIREJI_PORT=tcp://… into the pods beside a Service that is named kireji.
        hint = "; Kubernetes set it: add enableServiceLinks: false to the pod" if value.startswith("tcp://") else ""
        self.bad(name, f"is {_shown(value)}; it must be a whole number from {least} to {most}{hint}")
        return least

    def address(self, name: str, *, private: bool) -> str:
        """An http(s) address. A `private` one is not sent over plain http, except on this machine."""
        value = self.text(name)
        parts = _split(value)
        if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
            self.bad(name, f"is not an address, as {ROWS[name].default}")
        elif parts.username is not None or parts.query or parts.fragment:
            self.bad(name, "must be a bare address, without user, query or fragment")
        elif private and parts.scheme == "http" and not _is_loopback(parts.hostname):
            self.bad(name, "must begin with https://: tokens would cross the network in the open")
        return value.rstrip("/")

    def database(self) -> Secret | None:
        """The database's address, which may hold a password; None where none is given."""
        value = self.given("KIREJI_DATABASE_URL")
        if value and not re.match(r"(postgres(ql)?://[^/]|sqlite:///).", value):
            self.bad("KIREJI_DATABASE_URL", "must begin with postgresql://HOST/ or sqlite:///")
        return Secret(value) if value else None

    def private_key(self) -> Secret:
        """The App's key, from the variable or the file, checked to be one that can sign."""
        name, file_name = "KIREJI_PRIVATE_KEY", "KIREJI_PRIVATE_KEY_FILE"
        pem, file = self.given(name), self.given(file_name)
        if pem and file:
            self.bad(name, f"and {file_name} are both set; set only one")
            return Secret("")
        if file:
            name, pem = file_name, self.read_file(file_name, Path(file))
        elif not pem:
            self.bad(name, f"is not set, nor is {file_name}: the App's RSA private key is needed")
        pem = pem.replace("\\n", "\n")
        if pem and (problem := _key_problem(pem)):
            self.bad(name, problem)
        return Secret(pem)

    def read_file(self, name: str, path: Path) -> str:
        """A file's text, "" after a problem."""
        text = ""
        try:
            text = path.read_text("utf-8").strip()
        except OSError as error:
            self.bad(name, f"names {path}, which cannot be read: {error.strerror}")
        except UnicodeDecodeError:
            self.bad(name, f"names {path}, which is not a PEM file")
        else:
            if not text:
                self.bad(name, f"names {path}, which is empty")
        return text

    def refuse_unknown(self) -> None:
        """A misspelt name would silently leave a default in force."""
        for name in sorted(self.environ):
            if name.startswith(PREFIX) and not name.startswith(SANDBOX_PREFIX) and name not in ROWS:
                near = difflib.get_close_matches(name, ROWS, n=1)
                self.bad(name, f"is not a setting{f'; did you mean {near[0]}?' if near else ''}")


def _shown(value: str) -> str:
    return repr(value if len(value) <= 60 else value[:60] + "…")


def _split(value: str) -> SplitResult | None:
    """The address's parts, None where it cannot be one."""
    try:
        parts = urlsplit(value)
        _ = parts.port  # raises for a port that is no number
    except ValueError:
        return None
    return parts if value.isascii() and value.isprintable() and " " not in value else None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _key_problem(pem: str) -> str | None:
    """Why this is not a key that can sign an App's tokens, None if it is."""
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except TypeError:
        return "is a private key under a password; GitHub's own file has none"
    except (ValueError, UnsupportedAlgorithm):
        return "is not a private key in PEM form, which begins with -----BEGIN RSA PRIVATE KEY-----"
    return None if isinstance(key, RSAPrivateKey) else "is a private key, but not an RSA one"
