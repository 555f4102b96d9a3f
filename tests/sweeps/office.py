"""The App as the sweeps see it: a web process that can be closed, the tables, the queue, and GitHub."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine, text
from typing_extensions import override

from kireji.adapters.clock import SystemClock
from kireji.adapters.engine.intake import Enqueuer
from kireji.adapters.engine.jobs import Jobs
from kireji.adapters.github import connect, connect_hooks
from kireji.adapters.queue.intake import DurableIntake
from kireji.adapters.queue.seal import Seal
from kireji.adapters.queue.upkeep import SqlUpkeep
from kireji.adapters.store.engine import writing
from kireji.adapters.store.listing import list_reviews, show
from kireji.adapters.store.store import SqlStore
from kireji.core.operations.lifecycle import ReviewRecord, ReviewState
from kireji.entry.service.web import create_app
from kireji.flow.upkeep.mend import Checks, Heads, mend_reviews
from kireji.flow.upkeep.missed import sweep_deliveries
from tests.sandbox.github import AppIdentity, GitHubSandbox
from tests.sandbox.serve import LoopbackServer


class LateClock(SystemClock):
    """The machine's clock, put forward; a sleep lasts until `arrived` says that nothing is on its way."""

    def __init__(self, arrived: Callable[[], object]) -> None:
        self.ahead = 300.0
        self._arrived = arrived

    @override
    def now(self) -> datetime:
        """The moment, in UTC."""
        return super().now() + timedelta(seconds=self.ahead)

    @override
    async def sleep(self, seconds: float) -> None:
        """Wait as long as it takes."""
        await eventually(self._arrived)


class Office:
    """The App's parts. Times are those of `clock`, which is five minutes ahead: what happened now happened a while ago."""

    def __init__(self, database: Engine, github: GitHubSandbox, identity: AppIdentity) -> None:
        self.database = database
        self.github = github
        self.identity = identity
        self.clock = LateClock(self._arrived)
        self.intake = DurableIntake(database, Enqueuer(database), SystemClock(), debounce=5, seal=Seal(b"swordfish"))
        self.jobs = Jobs(database)
        self.store = SqlStore(database, self.clock, worker="w0", repo_limit=5)
        late = DurableIntake(database, Enqueuer(database), self.clock, debounce=5, seal=Seal(b"swordfish"))
        self.upkeep = SqlUpkeep(database, late, self.clock)
        who = {"api_url": github.url, "app_id": identity.app_id, "private_key_pem": identity.private_key_pem}
        self.forge = connect(**who, clock=self.clock)
        self.hooks = connect_hooks(**who, clock=self.clock)
        self.checks = Checks(self.forge, self.store, self.upkeep, self.clock)
        self._server: LoopbackServer | None = None

    # -- the web process

    def open(self) -> None:
        """Take webhooks."""
        app = create_app(self.intake, secret=self.identity.webhook_secret.encode(), max_body_bytes=1_000_000)
        self._server = LoopbackServer(app.wsgi_app).start()
        self.github.hook_url = f"{self._server.url}/webhook"

    def close(self) -> None:
        """Take none; the address stays GitHub's."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def _arrived(self) -> bool:
        """Whether GitHub has heard an answer, or that there is nobody, for all that it was asked to send again."""
        return sum(one.redelivery for one in self.github.deliveries) == len(self.github.redeliveries)

    # -- the sweeps

    async def sweep_deliveries(self) -> int:
        """One sweep; how many deliveries it asked for."""
        before = len(self.github.redeliveries)
        await sweep_deliveries(self.hooks, self.upkeep, self.clock)
        return len(self.github.redeliveries) - before

    async def mend(self) -> None:
        """The other sweeps, once."""
        await mend_reviews(self.store, self.upkeep, self.clock)
        await self.checks.close()
        await Heads(self.forge, self.upkeep, self.clock).follow()

    # -- what there is

    @property
    def reviews(self) -> tuple[ReviewRecord, ...]:
        """All reviews, newest first."""
        return list_reviews(self.database, limit=1000)

    def review(self, review_id: str) -> ReviewRecord:
        """One review, which must be there."""
        detail = show(self.database, review_id)
        assert detail
        return detail.review

    def states(self) -> list[ReviewState]:
        """The states of all reviews, the oldest generation first."""
        return [one.state for one in sorted(self.reviews, key=lambda one: one.generation)]

    def end_job(self, review_id: str, status: str, worker: str = "w0") -> None:
        """Let the engine's row say something else, in DBOS's words."""
        table = "workflow_status" if self.database.dialect.name == "sqlite" else "dbos.workflow_status"
        over = status not in {"PENDING", "ENQUEUED"}
        values = {
            "id": review_id,
            "status": status,
            "worker": worker,
            "completed": int(SystemClock().now().timestamp() * 1000) if over else None,
        }
        with writing(self.database) as conn:
            conn.execute(
                text(
                    f"UPDATE {table} SET status = :status, executor_id = :worker, completed_at = :completed"
                    " WHERE workflow_uuid = :id"
                ),
                values,
            )


async def eventually(condition: Callable[[], object]) -> None:
    """Wait until it holds."""
    deadline = time.monotonic() + 40
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        await asyncio.sleep(0.02)
