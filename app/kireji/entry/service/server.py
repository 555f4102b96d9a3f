"""gunicorn, as `kireji serve` and deploy/gunicorn.conf.py run it."""

import errno
import logging
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.errors import AppImportError
from gunicorn.glogging import Logger
from typing_extensions import override

from kireji.entry.service.patient import worker_for
from kireji.entry.startup import BAD_SETTING
from kireji.errors import SettingsError
from kireji.settings import WebSettings

PROCESSES = 2  # one takes some 200 deliveries a second; the second answers while the first is restarted
BACKLOG = 2048  # connections that wait while gunicorn starts again
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn makes an unlinked heartbeat file there; a disk may block it


class OneLineLogger(Logger):
    """gunicorn's own records, which go the way of all others: one line each, without secrets."""

    @override
    def setup(self, cfg: Config) -> None:
        """Remove the handler that gunicorn set."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


def options(settings: WebSettings) -> dict[str, object]:
    """gunicorn's settings. What a delivery asks for is in the database when it is answered, so any process may take it."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host

    return {
        "bind": f"{host}:{settings.port}",
        "workers": PROCESSES,
        "worker_class": worker_for(settings.max_body_bytes),
        "threads": 8,
        "worker_tmp_dir": str(SHARED_MEMORY) if SHARED_MEMORY.is_dir() else None,
        "timeout": 60,
        "graceful_timeout": 30,
        "keepalive": 5,
        "accesslog": None,  # the application logs each delivery, and a proxy knows the real client
        "errorlog": "-",
        "loglevel": settings.log_level.lower(),
        "logger_class": OneLineLogger,
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
        """Make the application; gunicorn calls this in its processes. Its stubs know no type that Flask fits."""
        try:
            return self.create()
        except SettingsError as error:  # as the one exception that gunicorn tells in plain words, without trying again
            raise AppImportError("\n".join(f"kireji: {problem}" for problem in error.problems)) from error


def listen(settings: WebSettings) -> socket.socket:
    """A socket that listens where the settings say; SettingsError if that cannot be."""
    host = settings.host
    port = settings.port

    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            taken = f"KIREJI_PORT {port} on {host} is taken by another program: stop it, or name another port"
            raise SettingsError((taken,)) from error

        raise SettingsError(
            (f"KIREJI_HOST {host}, KIREJI_PORT {port}: cannot listen there: {error.strerror}",)
        ) from error
    return listener


def inherited(descriptor: int) -> socket.socket:
    """The listening socket that the parent process made."""
    return socket.socket(fileno=descriptor)


def serve(settings: WebSettings, create: Callable[[WebSettings], Flask], listener: socket.socket) -> None:
    """Serve on a listening socket until a signal ends it, or, with exit status 2, a setting that the application refuses."""
    logging.captureWarnings(capture=True)
    chosen = options(settings) | {"bind": f"fd://{listener.detach()}"}
    try:
        Server(chosen, lambda: create(settings)).run()
    except SystemExit as ended:
        sys.exit(BAD_SETTING if ended.code == Arbiter.APP_LOAD_ERROR else ended.code)
