"""Logging: one line a record, in UTC, without secrets."""

import logging
import re
import sys
import threading
import time
from collections.abc import Iterable
from types import TracebackType

from typing_extensions import override

from kireji.core.text.log_commands import disarm_commands
from kireji.core.text.patterns import made, regex
from kireji.settings import Secret

# By form, for what is minted at run time or quoted by an exception. GitHub promises no length for its tokens.
_FORMS = regex(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|\bgh[a-z]_[\w.-]+|\bgithub_pat_\w+|\bsk-ant-[\w-]+|\bey[\w-]+\.ey[\w-]+\.[\w-]+"
    r"|(?i:(?<=bearer )|(?<=basic ))[\w.~+/=-]{8,}"
)
_SHOWN = "[secret]"
_SHORTEST = 6  # a shorter secret would blot out ordinary words


class LineFormatter(logging.Formatter):
    """`2026-11-22T20:41:07.123Z INFO kireji.entry.service.web message`; what follows a line end stays on the line as `\\n`.

    Secrets go last, so that messages, exceptions and stacks are all covered: those given, and all of a known form.
    """

    converter = time.gmtime
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
        texts = {secret.reveal() for secret in secrets}
        known = sorted((text for text in texts if len(text) >= _SHORTEST), key=len, reverse=True)
        self._known = made("|".join(map(re.escape, known))) if known else None

    @override
    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        text = super().format(record)
        if self._known:
            text = self._known.sub(_SHOWN, text)
        text = _FORMS.sub(_SHOWN, text)
        return disarm_commands(text.replace("\r", "\\r").replace("\n", "\\n"))


def set_up(level: str, secrets: Iterable[Secret] = ()) -> None:
    """Send every record of `level` and above to stderr. Libraries that tell every request do so only as warnings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("alembic", "github", "httpcore2", "httpx2", "anthropic", "urllib3", "werkzeug"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def catch() -> None:
    """Log what nobody catches, in this thread and in others, as one line without secrets like everything else."""

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        logging.getLogger("kireji").critical("uncaught", exc_info=(kind, error, trace))

    def in_thread(arguments: threading.ExceptHookArgs) -> None:
        error = arguments.exc_value or arguments.exc_type()
        uncaught(arguments.exc_type, error, arguments.exc_traceback)

    sys.excepthook = uncaught
    threading.excepthook = in_thread
