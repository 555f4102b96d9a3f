"""Webhook intake under load: signed deliveries at a fixed rate while a worker works, and how long each answer took.

The load is an open one: a delivery goes out at its time whether or not the one before was answered, and its latency
counts from that time, so a stalled server cannot hide behind fewer requests.
"""

import asyncio
import contextlib
import multiprocessing
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import func, select

from kireji.adapters.store.engine import create_engine, reading
from kireji.adapters.store.tables import deliveries
from tests.sandbox import child
from tests.sandbox.claude import ClaudeSandbox, Latency
from tests.sandbox.github import GitHubSandbox, Repository
from tests.sandbox.sample_repo import make_change

PULLS = 20
EACH = 50
PATIENCE = 30.0
WORK = Latency(first_token=0.6, per_output_token=1 / 110)

Request = tuple[dict[str, str], bytes]
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True, slots=True)
class Load:
    """What a run of so many deliveries a second gave; latencies in seconds. `lost` were acknowledged and not stored."""

    store: str
    rate: int
    seconds: int
    answered: int
    p50: float
    p99: float
    slowest: float
    lost: int
    reviews: int


def measure(store: str, url: str | None, rate: int, seconds: int) -> Load:
    """Load `kireji serve` over SQLite (`url` None) or Postgres, one delivery in 50 a push to one of 20 pull requests."""
    change = make_change(files=6, lines=200, planted=2, seed=6)
    with GitHubSandbox(latency=0.05, record=False) as github, ClaudeSandbox(latency=WORK) as claude:
        github.limits.points = github.limits.content = 10**9
        identity = github.install_app(app_id=4711)
        repo = github.create_repo("octo/shop", files=change.base)
        pulls = [repo.open_pull(title="A", body="", branch=f"b{n}", files=change.head) for n in range(PULLS)]
        requests = list(_requests(github, repo, [pull.number for pull in pulls], rate * seconds))
        more = {"KIREJI_DATABASE_URL": url} if url else {}
        settings = child.environment(github.url, identity, claude.url, **more)
        if url:
            kireji = Path(sys.executable).with_name("kireji")
            subprocess.run([kireji, "db", "upgrade"], env=settings, check=True, stdout=subprocess.DEVNULL)
        with child.serve(settings) as app:
            with multiprocessing.get_context("spawn").Pool(1) as pool:  # the load's own core, as far as there is one
                answers = pool.apply(fire, (urlsplit(app.url).port, requests, rate))
            stored = _stored(url or f"sqlite:///{app.log.parent / 'kireji.sqlite3'}")
            reviews = _reviewed(repo, [pull.number for pull in pulls])
    times = sorted(seconds for status, seconds in answers if status == 202)
    return Load(
        store=store,
        rate=rate,
        seconds=seconds,
        answered=len(times),
        p50=statistics.median(times),
        p99=times[int(len(times) * 0.99)],
        slowest=times[-1],
        lost=len(times) - stored,
        reviews=reviews,
    )


def _requests(github: GitHubSandbox, repo: Repository, numbers: Sequence[int], count: int) -> Iterator[Request]:
    """One push of a new head for each EACH deliveries; the others are what an App hears all day: people talking."""
    talk = repo.comment(
        numbers[0], "Looks good to me. Shall we merge it before the release?\n\n> when is that?", by="bob"
    )
    headers, body = github.webhook(
        "issue_comment", action="created", repo=repo, number=numbers[0], comment_id=talk.id, sender="bob"
    )
    for index in range(count):
        number = numbers[index // EACH % len(numbers)]
        if index % EACH == 0:
            repo.push(number, files={"pushed.txt": f"{index}\n"})
            yield github.webhook("pull_request", action="synchronize", repo=repo, number=number)
        else:
            yield {**headers, "X-GitHub-Delivery": str(uuid.uuid4())}, body


def _reviewed(repo: Repository, numbers: Sequence[int]) -> int:
    """How many of the pull requests have a completed check run on their last head, after a while of quiet."""
    deadline = time.monotonic() + PATIENCE
    while True:
        done = sum(any(run["status"] == "completed" for run in repo.check_runs(repo.pull(n).head_sha)) for n in numbers)
        if done == len(numbers) or time.monotonic() > deadline:
            return done
        time.sleep(0.2)


def _stored(url: str) -> int:
    database = create_engine(url)
    with contextlib.closing(database.connect()), reading(database) as conn:
        return conn.scalar(select(func.count()).select_from(deliveries)) or 0


def fire(port: int, requests: list[Request], rate: int) -> list[tuple[int, float]]:
    """Send the requests at this rate; each one's status (0: no answer) and latency in seconds."""
    return asyncio.run(_fire(port, requests, rate))


async def _fire(port: int, requests: list[Request], rate: int) -> list[tuple[int, float]]:
    """Over bare sockets that are kept open: an HTTP client would take a core of its own, which the server needs."""
    idle = list[Connection]()
    start = time.perf_counter() + 0.5

    async def send(number: int, request: Request) -> tuple[int, float]:
        due = start + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        status = 0
        while status == 0:
            kept = bool(idle)
            try:
                connection = idle.pop() if kept else await asyncio.open_connection("127.0.0.1", port)
                status = await _post(connection, request)
                idle.append(connection)
            except (OSError, asyncio.IncompleteReadError):
                if not kept:  # one that was kept open may have been closed since, which HTTP's clients try again
                    break
        return status, time.perf_counter() - due

    return await asyncio.gather(*(send(number, request) for number, request in enumerate(requests)))


async def _post(connection: Connection, request: Request) -> int:
    reader, writer = connection
    headers, body = request
    lines = [f"{name}: {value}" for name, value in headers.items() if name.lower() not in {"host", "content-length"}]
    head = "\r\n".join(["POST /webhook HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}", *lines])
    writer.write(head.encode() + b"\r\n\r\n" + body)
    answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = next(line for line in answer.splitlines() if line.startswith("content-length:"))
    await reader.readexactly(int(length.partition(":")[2]))
    return int(answer.split(" ", 2)[1])
