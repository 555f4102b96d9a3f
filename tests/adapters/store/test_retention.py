"""What is old goes, on both stores."""

from sqlalchemy import Engine

from kireji.adapters.store.deliveries import Body, TakenDelivery, known_deliveries, take_body, take_delivery
from kireji.adapters.store.engine import writing
from kireji.adapters.store.ledger import sum_spent
from kireji.adapters.store.listing import list_reviews
from kireji.adapters.store.memo import recall, remember
from kireji.adapters.store.perils import enter
from kireji.adapters.store.postings import note_posting
from kireji.adapters.store.retention import DAY, PurgedRows, RetentionDays, purge
from kireji.adapters.store.reviews import finish
from kireji.core.models.answer import Stop
from kireji.core.operations.lifecycle import ReviewState
from kireji.core.operations.perils import RiskyPart
from kireji.core.pulls.pull import PullRef
from tests.adapters.store.make import CALL, REF, call, find_posting, name, push, wanted_generation

KEEP = RetentionDays(deliveries=1, reviews=2, memo=3, model_calls=4, bodies=2, perils=3)


def test_what_is_old_goes_and_what_is_young_stays(engine: Engine) -> None:
    """Each kind by its own age; a review takes its postings along, its calls stay in the ledger."""
    with writing(engine) as conn:
        for number in range(5):
            take_delivery(conn, TakenDelivery(f"d{number}", "ping", {}, number * DAY))
            assert take_body(conn, f"d{number}", f"digest {number}", number * DAY) is Body.NEW

    for number in range(5):
        enter(engine, f"job {number}", RiskyPart.DIFF, number * DAY)
        push(engine, "a", number * DAY, PullRef(REF.repo, number))
        review = name("a", 1, PullRef(REF.repo, number))
        finish(engine, review, ReviewState.DONE, number * DAY)
        note_posting(engine, review, review, "https://github.com", number * DAY)
        remember(engine, call(number, key=f"k{number}", at=number * DAY), "answer", Stop.END)

    now = 4.5 * DAY
    assert purge(engine, now, KEEP, batch=1) == PurgedRows(
        deliveries=4, reviews=3, memo=2, model_calls=1, bodies=3, perils=2
    )
    assert known_deliveries(engine, ["d3", "d4"]) == {"d4"}
    assert [record.created_at for record in list_reviews(engine)] == [4 * DAY, 3 * DAY]
    assert [bool(find_posting(engine, name("a", 1, PullRef(REF.repo, n)))) for n in (2, 3)] == [False, True]
    assert [bool(recall(engine, f"k{number}")) for number in (1, 2)] == [False, True]
    assert sum_spent(engine, CALL.review_id).calls == 4
    assert purge(engine, now, KEEP) == PurgedRows(0, 0, 0, 0, 0, 0)


def test_what_is_under_way_stays_however_old(engine: Engine) -> None:
    """And a pull request's generation never begins again."""
    push(engine, "a", 0.0)
    push(engine, "b", 0.0)
    assert purge(engine, 1000 * DAY, KEEP).reviews == 1
    assert [record.id for record in list_reviews(engine)] == [name("b", 2)]
    assert wanted_generation(engine) == 2
