"""`kireji worker`, `kireji web` and `kireji db upgrade` as processes of their own, over a real Postgres."""

import os
import signal
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from kireji.settings import load
from kireji.wiring.service import upgrade_database
from tests.databases import new_postgres, new_sqlite
from tests.entry.process import Done, environment, kireji, kirejis, running, wait
from tests.sandbox.serve import free_port

pytestmark = pytest.mark.timeout(180)  # a start takes two seconds, or twenty where the machine has other work


@pytest.fixture
def environ(postgres_server: str, tmp_path: Path) -> dict[str, str]:
    """Settings with a new, empty database on Postgres."""
    return environment(tmp_path, KIREJI_DATABASE_URL=new_postgres(postgres_server))


@pytest.fixture
def upgraded(environ: dict[str, str]) -> dict[str, str]:
    """Settings with a database that has its tables."""
    upgrade_database(load({name: value for name, value in environ.items() if name.startswith(("KIREJI", "ANTHROPIC"))}))
    return environ


def test_a_dead_workers_slot_is_taken_over(upgraded: dict[str, str], tmp_path: Path) -> None:
    """A worker that froze for longer than its lease must not write another word: it ends at once, with status 70."""
    with running(upgraded, tmp_path, "worker") as frozen, running(upgraded, tmp_path, "worker") as living:
        for worker in (frozen, living):
            worker.await_said("is ready")
        names = {name for worker in (frozen, living) for name in ("w0", "w1") if worker.said(f"worker {name} is ready")}
        assert names == {"w0", "w1"}
        name = "w0" if frozen.said("worker w0 is ready") else "w1"
        os.kill(frozen.process.pid, signal.SIGSTOP)
        living.await_said(f"worker {name} is gone; 0 of its reviews are queued again")
        os.kill(frozen.process.pid, signal.SIGCONT)
        assert frozen.process.wait(60) == 70
        assert frozen.said(f"worker {name} lost its lease and ends at once") == 1
        assert living.stop() == 0


def test_the_web_process_runs_alone(upgraded: dict[str, str], tmp_path: Path) -> None:
    """It is ready while the database answers, and SIGTERM ends it with status 0; it has no key, the App's nor Claude's."""
    keys = {"KIREJI_APP_ID", "KIREJI_PRIVATE_KEY", "ANTHROPIC_API_KEY"}
    environ = {name: value for name, value in upgraded.items() if name not in keys} | {"KIREJI_PORT": str(free_port())}
    with running(environ, tmp_path, "web") as web:
        wait(lambda: web.get("/readyz") == 200)
        second = kireji(environ, "web")
        assert (second.status, second.stderr.count("\n")) == (2, 1)
        assert "is taken by another program" in second.stderr
        assert web.stop() == 0


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A new, empty database on either store."""
    if request.param == "sqlite":
        (tmp_path / "data").mkdir()
        yield new_sqlite(tmp_path / "data")
    else:
        yield new_postgres(request.getfixturevalue("postgres_server"))


def test_tables_are_made_once_and_checked(url: str, tmp_path: Path) -> None:
    """Servers refuse what they do not know and name the command; two upgrades at once are as good as one."""
    environ = environment(tmp_path, **({"KIREJI_DATABASE_URL": url} if url.startswith("postgres") else {}))
    for refused in kirejis(environ, ["worker"], ["web"], ["jobs", "list"]):
        assert refused == Done(2, "", "kireji: the database has no tables of Kireji's yet: run `kireji db upgrade`\n")
    with ThreadPoolExecutor(2) as pool:
        upgrades = [pool.submit(kireji, environ, "db", "upgrade") for _ in range(2)]
    for upgrade in upgrades:
        done = upgrade.result()
        assert (done.status, done.stdout) == (0, "The database is up to date.\n"), done.stderr
    again, listed = kirejis(environ, ["db", "upgrade"], ["jobs", "list", "--json"])
    assert (again.status, listed) == (0, Done(0, "[]\n", ""))

    execute(url, "UPDATE kireji_schema SET version_num = '9999'")
    newer = "kireji: the database's tables (version 9999) are of a Kireji newer than this one:"
    for refused in kirejis(environ, ["web"], ["db", "upgrade"], ["worker"]):
        assert (refused.status, refused.stderr.startswith(newer), refused.stderr.count("\n")) == (2, True, 1)


def test_a_database_that_is_away_is_told(tmp_path: Path) -> None:
    """One line with the database's own reason and without its password; status 75, since it may be back soon."""
    environ = environment(tmp_path, KIREJI_DATABASE_URL="postgresql://kireji:swordfish-db@127.0.0.1:1/kireji")
    for done in kirejis(environ, ["serve"], ["worker"], ["web"], ["jobs", "list"]):
        assert (done.status, done.stdout) == (75, "")
        assert done.stderr.startswith("kireji: the database does not answer: ")
        assert done.stderr.endswith("Connection refused\n")
        assert done.stderr.count("\n") == 1
        assert "swordfish" not in done.stderr


def execute(url: str, statement: str) -> None:
    """Run a statement."""
    if url.startswith("sqlite"):
        with sqlite3.connect(str(make_url(url).database)) as connection:
            connection.execute(statement)
        connection.close()
    else:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement.encode())
