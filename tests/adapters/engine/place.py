"""A database with the engine's tables, and real worker processes on it."""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from json import dumps
from pathlib import Path

from sqlalchemy import Engine

from kireji.adapters.engine.database import migrate
from kireji.adapters.engine.intake import Enqueuer
from kireji.adapters.engine.jobs import Job, Jobs, JobState, JobStep
from kireji.adapters.store.engine import create_engine

SCRIPT = Path(__file__).with_name("worker.py")
ROOT = Path(__file__).parents[3]


@dataclass
class Place:
    """A database and a folder where workers write what they do."""

    url: str
    folder: Path
    store: Engine
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.jobs = Jobs(self.store)
        self.enqueuer = Enqueuer(self.store)

    def enqueue(self, *review_ids: str, partition: str = "p", delay: float = 0) -> None:
        """Enqueue reviews, each in a transaction of its own."""
        for review_id in review_ids:
            with self.store.begin() as conn:
                self.enqueuer.enqueue(conn, review_id, partition, delay)

    def start(self, executor: str, **options: object) -> subprocess.Popen[bytes]:
        """Start a worker and wait until it works."""
        ready = self.count(executor, "ready")
        process = subprocess.Popen(
            [sys.executable, SCRIPT, self.url, executor, self.folder, dumps(options)], cwd=ROOT, env={"PYTHONPATH": "."}
        )
        self.processes.append(process)
        wait(lambda: self.count(executor, "ready") > ready or process.poll() is not None)
        assert process.poll() is None
        return process

    def end(self) -> None:
        """End what still runs; the database goes too, so in no order."""
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()

    def lines(self, *words: str) -> list[str]:
        """The log's lines that hold all these words."""
        log = self.folder / "log"
        text = log.read_text("utf-8") if log.exists() else ""
        return [line for line in text.splitlines() if set(words) <= set(line.split(" "))]

    def count(self, *words: str) -> int:
        """How many lines hold all these words."""
        return len(self.lines(*words))

    def begun(self, prefix: str) -> int:
        """How many reviews, named by their ids' beginning, have begun."""
        return len({line.split(" ")[1] for line in self.lines("one", "begins") if f" {prefix}" in line})

    def most_at_once(self, prefix: str) -> int:
        """How many reviews, named by their ids' beginning, ran at once at the most."""
        running = most = 0
        for line in self.lines():
            if re.search(rf" {prefix}\S* one begins$", line):
                running += 1
            elif re.search(rf" {prefix}\S* done ", line):
                running -= 1
            most = max(most, running)
        return most

    def hold(self, name: str) -> Path:
        """Let steps of a name wait until the file is removed."""
        path = self.folder / f"hold-{name}"
        path.touch()
        return path

    def shown(self, job_id: str) -> tuple[Job, tuple[JobStep, ...]]:
        """The job, which must exist."""
        shown = self.jobs.show(job_id)
        assert shown
        return shown

    def state(self, job_id: str) -> JobState:
        """How far the job is."""
        return self.shown(job_id)[0].state


def wait(condition: Callable[[], object]) -> None:
    """Wait until the condition holds."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "waited for nothing"
        time.sleep(0.02)


def make_place(url: str, folder: Path) -> Iterator[Place]:
    """A place on a new database; its workers end with it."""
    migrate(url)
    store = create_engine(url)
    place = Place(url, folder, store)
    yield place
    place.end()
    store.dispose()
