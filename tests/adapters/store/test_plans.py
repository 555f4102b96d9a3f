"""No statement reads a whole table that grows. SQLite's planner says so without having to see many rows."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event

from kireji.adapters.store import (
    budgets,
    deliveries,
    ledger,
    listing,
    memo,
    persons,
    postings,
    pulls,
    retention,
    reviews,
)
from kireji.adapters.store.engine import create_engine, reading, writing
from kireji.core.events.job import ReviewJob
from kireji.core.models.answer import Stop
from kireji.core.money.budget import SpendingClaim, SpendingLimits
from kireji.core.operations.lifecycle import ReviewState
from kireji.core.pulls.posting import Conclusion
from tests.adapters.store.make import CALL, REF, name, push
from tests.databases import SQLITE_FILE, new_sqlite

REVIEW = name("a", 1)
CLAIM = SpendingClaim((2, 1), SpendingLimits(9, 9, 9, 9), 1.0, 1.0, "mallory")


def in_transaction(engine: Engine, work: Callable[[Connection], object]) -> None:
    """Do it in a transaction of its own."""
    with writing(engine) as conn:
        work(conn)


USES: dict[str, Callable[[Engine], object]] = {
    "push": lambda engine: (push(engine, "a"), push(engine, "b")),
    "mark_reviewed": lambda engine: pulls.mark_reviewed(engine, REF, "a"),
    "known_deliveries": lambda engine: deliveries.known_deliveries(engine, ["a", "b"]),
    "start": lambda engine: (push(engine, "a"), reviews.start(engine, REVIEW, "w0", 1000.0, 1)),
    "finish": lambda engine: (push(engine, "a"), reviews.finish(engine, REVIEW, ReviewState.DONE, 1000.0)),
    "close_check": lambda engine: reviews.close_check(engine, REVIEW, Conclusion.SUCCESS),
    "list": listing.list_reviews,
    "list by state": lambda engine: listing.list_reviews(engine, state=ReviewState.QUEUED),
    "list by repository": lambda engine: listing.list_reviews(engine, name=REF.repo),
    "open_checks": lambda engine: listing.open_checks(engine, 1000.0),
    "open_reviews": lambda engine: listing.open_reviews(engine, 1000.0, 10),
    "wanted_in_vain": lambda engine: listing.wanted_in_vain(engine, 0.0, 1000.0, 10),
    "is_reviewed": lambda engine: in_transaction(engine, lambda conn: listing.is_reviewed(conn, REF, "a")),
    "unwant": lambda engine: in_transaction(engine, lambda conn: pulls.unwant(conn, REF, "a")),
    "still_wants": lambda engine: in_transaction(engine, lambda conn: pulls.still_wants(conn, REF, REVIEW)),
    "show": lambda engine: (push(engine, "a"), listing.show(engine, REVIEW)),
    "recall": lambda engine: memo.recall(engine, "key"),
    "remember": lambda engine: memo.remember(engine, CALL, "answer", Stop.END),
    "spent": lambda engine: ledger.sum_spent(engine, REVIEW),
    "reserve": lambda engine: (push(engine, "a"), budgets.reserve(engine, ReviewJob(REF, "a"), CLAIM)),
    "asked": lambda engine: persons.count_question(engine, REF, "mallory", "cause", now=1.0, most=2),
    "known": lambda engine: budgets.remembered_keys(engine, ["a", "b"]),
    "warm": lambda engine: budgets.is_warm(engine, CALL.model, 1.0),
    "noted": lambda engine: (push(engine, "a"), postings.list_posted(engine, REF)),
    "purge": lambda engine: retention.purge(engine, 1e9, retention.RetentionDays()),
}


@pytest.fixture
def sqlite(tmp_path: Path, sqlite_template: bytes) -> Iterator[Engine]:
    """An engine for a SQLite file with Kireji's tables."""
    (tmp_path / SQLITE_FILE).write_bytes(sqlite_template)
    engine = create_engine(new_sqlite(tmp_path))
    yield engine
    engine.dispose()


@pytest.mark.parametrize("use", USES)
def test_every_statement_finds_its_rows_by_an_index(sqlite: Engine, use: str) -> None:
    """Or walks one in order, which a limit ends."""
    sent = statements(sqlite, USES[use])
    assert sent
    plans = [line for statement, values in sent for line in plan(sqlite, statement, values)]
    assert [line for line in plans if line.startswith("SCAN") and " USING " not in line] == []


def statements(engine: Engine, use: Callable[[Engine], object]) -> list[tuple[str, tuple[object, ...]]]:
    """What the use sends to the database, with its values."""
    sent = list[tuple[str, tuple[object, ...]]]()

    @event.listens_for(engine, "before_cursor_execute")
    def note(_conn: object, _cursor: object, statement: str, values: tuple[object, ...], *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append((statement, values))

    use(engine)
    event.remove(engine, "before_cursor_execute", note)
    return sent


def plan(engine: Engine, statement: str, values: tuple[object, ...]) -> list[str]:
    """How SQLite would do it."""
    with reading(engine) as conn:
        return [row.detail for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
