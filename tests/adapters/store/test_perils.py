"""What stands in the database of parts that are under way, on both stores."""

import pytest
from sqlalchemy import Engine

from kireji.adapters.store.perils import begin, enter, forget, leave, suspect
from kireji.core.operations.perils import Past, RiskyPart


@pytest.mark.parametrize("again", [1, 3])
def test_a_part_that_is_still_there_is_a_death(engine: Engine, again: int) -> None:
    """Each start that finds one has one more behind it, and finds it once; a start that died elsewhere has none."""
    for number in range(again):
        assert begin(engine, "a", 1.0) == Past((RiskyPart.CONTEXT,) * number)
        for _ in range(2):
            enter(engine, "a", RiskyPart.DIFF, 1.0)
            leave(engine, "a")
        enter(engine, "a", RiskyPart.CONTEXT, 1.0)
        assert begin(engine, "b", 1.0) == Past()

    died = Past((RiskyPart.CONTEXT,) * again)
    assert [begin(engine, "a", 2.0) for _ in range(2)] == [died, died]
    leave(engine, "a")
    assert begin(engine, "a", 3.0) == died
    forget(engine, "a")
    assert begin(engine, "a", 4.0) == Past()


def test_what_is_said_of_kin_stays(engine: Engine) -> None:
    """The last word counts, and no job's end takes it away."""
    for past in (Past((RiskyPart.DIFF,)), Past((RiskyPart.DIFF, RiskyPart.CONTEXT))):
        suspect(engine, "octo/shop#7", past, 1.0)
        forget(engine, "octo/shop#7@a/1")
        assert begin(engine, "octo/shop#7", 2.0) == past
