"""Reads one environment variable at a time, and keeps what is wrong with each."""

import difflib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from kireji.core.text.patterns import made, regex
from kireji.errors import SettingsError
from kireji.settings.secret import Secret
from kireji.settings.table import PREFIX, REQUIRED, ROWS, SANDBOX_PREFIX

_KEY = "KIREJI_PRIVATE_KEY"
_KEY_FILE = "KIREJI_PRIVATE_KEY_FILE"
_NUMBER = regex(r"[0-9]{1,12}")
_DOLLARS = regex(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_DATABASE = regex(r"(postgres(ql)?://[^/]|sqlite:///).")


class SettingsReader:
    """Reads one value at a time and keeps what is wrong; what it returns after a problem is never used.

    `today` is for what has an end, None where nobody knows the day; `called` are settings that people gave by another name.
    """

    def __init__(
        self, environ: Mapping[str, str], *, today: date | None = None, called: Mapping[str, str] | None = None
    ) -> None:
        self.environ = environ
        self.today = today
        self._called = called or {}
        self.problems: list[str] = []

    def bad(self, name: str, what: str) -> None:
        """Keep a problem. `what` never holds a secret's value."""
        self.problems.append(f"{self._called.get(name, name)} {what}")

    def raise_problems(self) -> None:
        """Raise SettingsError with every problem that was kept, if there is one."""
        if self.problems:
            raise SettingsError(tuple(self.problems))

    def given(self, name: str) -> str:
        """The value, "" if it is not set; a line end left by a secret file is not part of it."""
        return self.environ.get(name, "").strip()

    def text(self, name: str) -> str:
        """The value, or its default where it is not set; one that is required and missing is a problem."""
        default = ROWS[name].default
        if (value := self.given(name)) or default != REQUIRED:
            return value or default
        self.bad(name, f"is not set: {ROWS[name].meaning[0].lower()}{ROWS[name].meaning[1:]}")
        return ""

    def matching(self, name: str, pattern: str, form: str) -> str:
        """A value of one form; `form` ends the sentence "… is not"."""
        value = self.text(name)
        if value and not made(pattern).fullmatch(value):
            self.bad(name, f"is not {form}")
        return value

    def choice(self, name: str, known: tuple[str, ...]) -> str:
        """A value that must be one of a few words."""
        value = self.text(name)
        if value not in known:
            self.bad(name, f"is {shown(value)}; it must be one of {', '.join(known)}")
        return value

    def number(self, name: str, least: int, most: int) -> int:
        """A value that must be a whole number from `least` to `most`."""
        value = self.text(name)
        if _NUMBER.fullmatch(value) and least <= int(value) <= most:
            return int(value)
        # Kubernetes injects KIREJI_PORT=tcp://… into the pods beside a Service that is named kireji.
        hint = "; Kubernetes set it: add enableServiceLinks: false to the pod" if value.startswith("tcp://") else ""
        self.bad(name, f"is {shown(value)}; it must be a whole number from {least} to {most}{hint}")
        return least

    def dollars(self, name: str) -> Decimal | None:
        """An amount of money, None where none is set, or `none` is."""
        value = self.text(name)
        if value == "none":
            return None
        if value and not _DOLLARS.fullmatch(value):
            self.bad(name, f"is {shown(value)}; it must be an amount of dollars, as 0.25, or none")
            return None
        return Decimal(value) if value else None

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
        if value and not _DATABASE.match(value):
            self.bad("KIREJI_DATABASE_URL", "must begin with postgresql://HOST/ or sqlite:///")
        return Secret(value) if value else None

    def private_key(self) -> Secret:
        """The App's key, from the variable or the file, checked to be one that can sign."""
        pem = self.given(_KEY)
        file = self.given(_KEY_FILE)
        if pem and file:
            self.bad(_KEY, f"and {_KEY_FILE} are both set; set only one")
            return Secret("")
        if not pem and not file:
            self.bad(_KEY, f"is not set, nor is {_KEY_FILE}: the App's RSA private key is needed")

        source = _KEY_FILE if file else _KEY
        if file:
            pem = self.read_file(_KEY_FILE, Path(file))
        pem = pem.replace("\\n", "\n")
        if pem and (problem := _key_problem(pem)):
            self.bad(source, problem)
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


def shown(value: str) -> str:
    """A value as a sentence quotes it, cut where it is long."""
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
