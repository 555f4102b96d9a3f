"""An intake and a desk over a database with all tables, on both stores in turn; each test has a repository of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from app.adapters.clock import SystemClock
from app.adapters.desk import Desk
from app.adapters.engine.database import migrate
from app.adapters.engine.intake import Enqueuer
from app.adapters.engine.jobs import Jobs
from app.adapters.intake import DurableIntake
from app.adapters.seal import Seal
from app.adapters.store.engine import create_engine
from app.adapters.store.listing import list_reviews
from app.adapters.store.reviews import finish, set_check_run
from app.adapters.store.schema import upgrade
from app.core.events import Delivery
from app.core.job import ReviewJob
from app.core.lifecycle import ReviewRecord, ReviewState
from app.core.pull import PullRef
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
        self.desk = Desk(self.engine, self.intake, clock)
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
