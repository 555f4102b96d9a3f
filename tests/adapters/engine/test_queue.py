"""What a worker takes from the queue, when, and how many at once. One worker for all tests of a store."""

from collections.abc import Callable, Iterator

import pytest

from kireji.adapters.engine.jobs import UNFINISHED, JobState
from kireji.errors import UserError
from tests.adapters.engine.place import Place, make_place, wait
from tests.databases import STORES, new_postgres, new_sqlite

LIMITS = {"worker": 60, "partition": 2, "total": 60}


@pytest.fixture(scope="module", params=STORES)
def at_work(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A place where a worker works; at most two reviews of a partition at once."""
    folder = tmp_path_factory.mktemp("engine")
    sqlite = request.param == "sqlite"
    url = new_sqlite(folder) if sqlite else new_postgres(request.getfixturevalue("postgres_server"))
    for place in make_place(url, folder):
        place.start("w0", limits=LIMITS)
        yield place


def over(place: Place, *job_ids: str) -> Callable[[], bool]:
    """Whether these jobs are over."""
    return lambda: all(place.state(job_id) not in UNFINISHED for job_id in job_ids)


@pytest.mark.proof
def test_same_id_twice(at_work: Place) -> None:
    """A review that is enqueued again, before or after it ran, runs once."""
    at_work.enqueue("steps-twice", "steps-twice")
    wait(over(at_work, "steps-twice"))
    at_work.enqueue("steps-twice", "steps-twice-next")
    wait(over(at_work, "steps-twice-next"))
    assert at_work.state("steps-twice") is JobState.DONE
    assert at_work.count("steps-twice", "done") == 1


@pytest.mark.proof
def test_rolled_back(at_work: Place) -> None:
    """What is enqueued in a transaction that is rolled back was never there."""
    with at_work.store.connect() as conn, conn.begin() as transaction:
        at_work.enqueuer.enqueue(conn, "steps-rolled-back", "p")
        transaction.rollback()
    at_work.enqueue("steps-committed")
    wait(over(at_work, "steps-committed"))
    assert at_work.jobs.show("steps-rolled-back") is None


def test_delay(at_work: Place) -> None:
    """A review waits for its delay; cancelled meanwhile it never begins."""
    at_work.enqueue("steps-late", delay=1)
    at_work.enqueue("steps-never", delay=2)
    assert at_work.state("steps-late") is at_work.state("steps-never") is JobState.DELAYED
    assert at_work.enqueuer.cancel("steps-unknown")
    assert at_work.enqueuer.cancel("steps-never")
    wait(over(at_work, "steps-late"))
    assert at_work.state("steps-late") is JobState.DONE
    assert at_work.state("steps-never") is JobState.CANCELLED
    assert at_work.count("steps-never") == 0


def test_cancel_a_running_review(at_work: Place) -> None:
    """A cancelled review ends where it waits, but not within a step: then after it; its steps so far are remembered."""
    held = at_work.hold("wait"), at_work.hold("two")
    at_work.enqueue("wait-cancelled", "steps-cancelled")
    wait(lambda: at_work.count("wait-cancelled", "waits") and at_work.count("steps-cancelled", "two", "begins"))
    assert at_work.enqueuer.cancel("wait-cancelled")
    at_work.jobs.cancel("steps-cancelled")
    wait(lambda: at_work.count("wait-cancelled", "cancelled"))

    for path in held:
        path.unlink()

    wait(lambda: at_work.count("steps-cancelled", "two", "ends"))
    at_work.enqueue("steps-after")
    wait(over(at_work, "steps-after"))
    assert at_work.count("steps-cancelled", "three") == 0
    assert at_work.state("steps-cancelled") is at_work.state("wait-cancelled") is JobState.CANCELLED
    assert [step.name for step in at_work.shown("steps-cancelled")[1]] == ["one"]


def test_partition_limit(at_work: Place) -> None:
    """Of one partition two reviews run at once, of another more beside them; the others follow."""
    held = at_work.hold("one")
    many = [f"steps-part{number}" for number in range(5)]
    at_work.enqueue(*many, partition="a")
    at_work.enqueue("steps-b", partition="b")
    wait(lambda: at_work.count("steps-b", "one", "begins"))
    wait(lambda: at_work.begun("steps-part") == 2)
    held.unlink()
    wait(over(at_work, *many, "steps-b"))
    assert at_work.most_at_once("steps-part") == 2


@pytest.mark.proof
def test_many(at_work: Place) -> None:
    """Fifty reviews of many installations all end, each once."""
    ids = [f"steps-many{number}" for number in range(50)]
    for number, review_id in enumerate(ids):
        at_work.enqueue(review_id, partition=f"many{number % 25}")
    wait(over(at_work, *ids))
    assert {at_work.state(review_id) for review_id in ids} == {JobState.DONE}
    assert sum(at_work.count(review_id, "done") for review_id in ids) == 50


def test_an_errand_that_failed_is_done_again(at_work: Place) -> None:
    """From its start and under the same id; one that is done or unknown is left as it is."""
    for name in ("fail-errand", "steps-errand"):
        with at_work.store.begin() as conn:
            at_work.enqueuer.enqueue_errand(conn, name, "p")
    wait(over(at_work, "errand/fail-errand", "errand/steps-errand"))
    assert at_work.state("errand/fail-errand") is JobState.FAILED
    for name in ("fail-errand", "steps-errand", "nowhere"):
        at_work.enqueuer.retry_errand(name, "p")
    wait(lambda: at_work.count("fail-errand", "fails") == 2 and at_work.state("errand/fail-errand") is JobState.FAILED)
    assert at_work.count("steps-errand", "done") == 1


def test_what_is_over_cannot_be_cancelled(at_work: Place) -> None:
    """It is said so."""
    at_work.enqueue("steps-fine")
    wait(over(at_work, "steps-fine"))
    with pytest.raises(UserError, match="job steps-fine is over: done"):
        at_work.jobs.cancel("steps-fine")
    with pytest.raises(UserError, match="no job steps-nowhere"):
        at_work.jobs.cancel("steps-nowhere")


def test_list_and_forget(at_work: Place) -> None:
    """Jobs are listed by state; old ones that are over are deleted, and those that wait are not."""
    at_work.enqueue("steps-old")
    at_work.enqueue("steps-waiting", delay=3600)
    wait(over(at_work, "steps-old"))

    assert "steps-old" in {job.id for job in at_work.jobs.list([JobState.DONE], limit=1000)}

    (waiting,) = (job for job in at_work.jobs.list([JobState.DELAYED]) if job.id == "steps-waiting")
    assert waiting.due_at is not None
    assert waiting.due_at - waiting.created_at > 3590

    finished = at_work.shown("steps-old")[0].finished_at
    assert finished is not None
    assert at_work.jobs.forget(finished - 3600) == 0
    assert at_work.jobs.forget(finished) >= 1
    assert at_work.jobs.show("steps-old") is None
    assert at_work.state("steps-waiting") is JobState.DELAYED
