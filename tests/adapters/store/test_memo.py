"""The memo of answers, on both stores."""

import pytest
from sqlalchemy import Engine

from kireji.adapters.store.ledger import calls_of
from kireji.adapters.store.memo import recall, remember
from kireji.core.models.answer import Stop
from kireji.core.money.ledger import RememberedAnswer
from tests.adapters.store.make import CALL, call


@pytest.mark.parametrize("stop", Stop)
@pytest.mark.parametrize("text", ['{"findings": []}', "", 'nul \0, half a pair \ud83d, "quotes", 日本語'])
def test_an_answer_is_recalled_exactly(engine: Engine, stop: Stop, text: str) -> None:
    """To the character, with what it cost and who paid; and the ledger has the call."""
    remember(engine, CALL, text, stop)
    assert recall(engine, CALL.key) == RememberedAnswer(
        CALL.key, CALL.model, text, stop, CALL.usage, CALL.review_id, CALL.at
    )
    assert calls_of(engine, CALL.review_id) == (CALL,)


def test_an_unknown_prompt_is_not_recalled(engine: Engine) -> None:
    """It has to be paid for."""
    remember(engine, CALL, "answer", Stop.END)
    assert recall(engine, "another key") is None


def test_the_first_answer_stays_and_both_are_paid(engine: Engine) -> None:
    """Two workers may ask the same at the same moment."""
    remember(engine, call(1), "first", Stop.END)
    remember(engine, call(2), "second", Stop.END)
    found = recall(engine, CALL.key)
    assert found
    assert found.text == "first"
    assert len(calls_of(engine, CALL.review_id)) == 2


def test_remembering_again_changes_nothing(engine: Engine) -> None:
    """Whoever lost the connection while committing tries once more."""
    for _ in range(2):
        remember(engine, CALL, "answer", Stop.END)
    assert calls_of(engine, CALL.review_id) == (CALL,)
