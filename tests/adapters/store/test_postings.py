"""Postings, on both stores."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from app.adapters.store.postings import Posting, note_posting, posted
from tests.adapters.store.make import name, push

REVIEW = name("a", 1)


def test_a_posting_is_noted_once(engine: Engine) -> None:
    """The first note stays."""
    push(engine, "a")
    assert posted(engine, "marker") is None
    assert note_posting(engine, "marker", REVIEW, "https://github.com/1", 1010.0)
    assert not note_posting(engine, "marker", REVIEW, "https://github.com/2", 1020.0)
    assert posted(engine, "marker") == Posting("marker", REVIEW, "https://github.com/1", 1010.0)


def test_a_posting_belongs_to_a_review(engine: Engine) -> None:
    """The database itself holds to it, SQLite too."""
    with pytest.raises(IntegrityError):
        note_posting(engine, "marker", "nobody", "https://github.com/1", 1010.0)
