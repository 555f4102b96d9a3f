"""An intake and a desk over a database with all tables, on both stores in turn; each test has a repository of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from kireji.adapters.clock import SystemClock
from kireji.adapters.engine.database import migrate
from kireji.adapters.engine.intake import Enqueuer
from kireji.adapters.engine.jobs import Jobs
from kireji.adapters.queue.desk import SqlReviewDesk
from kireji.adapters.queue.intake import DurableIntake
from kireji.adapters.queue.seal import Seal
from kireji.adapters.store.engine import create_engine
from kireji.adapters.store.listing import list_reviews
from kireji.adapters.store.reviews import finish, set_check_run
from kireji.adapters.store.schema import upgrade
from kireji.core.events.delivery import Delivery
from kireji.core.events.job import ReviewJob
from kireji.core.operations.lifecycle import ReviewRecord, ReviewState
from kireji.core.pulls.pull import PullRef
from tests.databases import STORES, new_postgres, new_sqlite, postgres_server

__all__ = ["postgres_server"]


@dataclass
class Office:
    """Where deliveries come in and people look after the reviews."""

    engine: Engine
    repo: str = field(default_factory=lambda: f"octo/{uuid4().hex}")

    def __post_init__(self) -> None:
        clock = SystemClock()
        self.intake = DurableIntake(self.engine, Enqueuer(self.engine), clock, debounce=5, seal=Seal(b"swordfish"))
        self.desk = SqlReviewDesk(self.engine, self.intake, clock)
        self.jobs = Jobs(self.engine)

    def deliver(self, guid: str = "one", head: str = "aaaa111", number: int = 7) -> None:
        """A pull request was opened, or pushed to."""
        job = ReviewJob(PullRef(self.repo, number, 42), head)
        self.intake.accept(Delivery(f"{self.repo} {guid}", "pull_request", {"action": "opened"}), [job])

    def reviews(self) -> tuple[ReviewRecord, ...]:
        """Those of this repository, the oldest first."""
        found = list_reviews(self.engine, name=self.repo)
        return tuple(sorted(found, key=lambda review: (review.ref.number, review.generation)))

    def states(self) -> list[ReviewState]:
        """How far each review is, the oldest first."""
        return [review.state for review in self.reviews()]

    def end(self, state: ReviewState, note: str = "") -> None:
        """The newest review ends."""
        assert finish(self.engine, self.reviews()[-1].id, state, 2000.0, note)

    def open_check(self) -> None:
        """The newest review has opened its check run."""
        set_check_run(self.engine, self.reviews()[-1].id, 99)


@pytest.fixture(scope="session", params=STORES)
def full_engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine for a database with the engine's tables and ours, which tests share."""
    if request.param == "sqlite":
        url = new_sqlite(tmp_path_factory.mktemp("office"))
    else:
        url = new_postgres(request.getfixturevalue("postgres_server"))
    migrate(url)
    engine = create_engine(url)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def office(full_engine: Engine) -> Office:
    """An office for one test."""
    return Office(full_engine)
