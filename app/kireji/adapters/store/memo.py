"""Answers that have been paid for, by the key of prompt and model: asked again, they cost nothing."""

from dataclasses import asdict

from sqlalchemy import Engine, select

from kireji.adapters.store.engine import insert_new, reading, writing
from kireji.adapters.store.ledger import enter, usage_of
from kireji.adapters.store.tables import memo
from kireji.core.models.answer import Stop
from kireji.core.money.ledger import ModelCall, RememberedAnswer


def recall(engine: Engine, key: str) -> RememberedAnswer | None:
    """The answer to this prompt, if one was paid for."""
    with reading(engine) as conn:
        row = conn.execute(select(memo).where(memo.c.key == key)).first()
    if row is None:
        return None
    return RememberedAnswer(key, row.model, row.text, row.stop, usage_of(row._asdict()), row.review_id, row.created_at)


def remember(engine: Engine, call: ModelCall, text: str, stop: Stop) -> None:
    """Keep an answer and enter its cost, both or neither; safe to repeat.

    If another call answered the same prompt first, its answer stays and both costs are entered.
    """
    row = {
        "key": call.key,
        "model": call.model,
        "text": text,
        "stop": stop,
        **asdict(call.usage),
        "review_id": call.review_id,
        "created_at": call.at,
    }

    with writing(engine) as conn:
        insert_new(conn, memo, row)
        enter(conn, call)
