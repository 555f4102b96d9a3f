"""gunicorn, as `kireji serve` and deploy/gunicorn.conf.py run it."""

import logging
from collections.abc import Callable
from pathlib import Path
from socket import socket
from typing import Any, Protocol

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger
from typing_extensions import override

from app.entry.logs import LineFormatter
from app.settings import Settings

PROCESSES = 2  # one takes some 200 deliveries a second; the second answers while the first is restarted
SECONDS_TO_SEND = 10  # GitHub itself gives up on a delivery after 10 seconds
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn makes an unlinked heartbeat file there; a disk may block it


class OneLineLogger(Logger):
    """gunicorn's own records, in the form of all others."""

    @override
    def setup(self, cfg: Config) -> None:
        """Replace the formatters that gunicorn set."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(LineFormatter())


class _Unreader(Protocol):
    sock: socket


class _Request(Protocol):
    unreader: _Unreader


def limit_reading(_worker: object, request: _Request) -> None:
    """Before each request: a sender that falls silent within its body must not hold a thread for ever."""
    request.unreader.sock.settimeout(SECONDS_TO_SEND)


def options(settings: Settings) -> dict[str, object]:
    """gunicorn's settings. What a delivery asks for is in the database when it is answered, so any process may take it."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return {
        "bind": f"{host}:{settings.port}",
        "workers": PROCESSES,
        "worker_class": "gthread",
        "threads": 8,
        "worker_tmp_dir": str(SHARED_MEMORY) if SHARED_MEMORY.is_dir() else None,
        "timeout": 60,
        "graceful_timeout": 30,
        "keepalive": 5,
        "accesslog": None,  # the application logs each delivery, and a proxy knows the real client
        "errorlog": "-",
        "loglevel": settings.log_level.lower(),
        "logger_class": OneLineLogger,
        "pre_request": limit_reading,
        "forwarded_allow_ips": "127.0.0.1,::1",
        "control_socket_disable": True,
    }


class Server(BaseApplication):
    """gunicorn within this process, which keeps the `app` that is already imported, whatever the working directory."""

    def __init__(self, chosen: dict[str, object], create: Callable[[], Flask]) -> None:
        self.chosen = chosen
        self.create = create
        super().__init__()

    @override
    def load_config(self) -> None:
        """Take the options over, each checked by gunicorn."""
        for name, value in self.chosen.items():
            self.cfg.set(name, value)

    @override
    def load(self) -> Any:
        """Make the application; gunicorn calls this in the worker. Its stubs know no type that Flask fits."""
        return self.create()


def serve(settings: Settings, create: Callable[[Settings], Flask]) -> None:
    """Serve until a signal ends it."""
    logging.captureWarnings(capture=True)
    Server(options(settings), lambda: create(settings)).run()
