"""Postings, on both stores."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from kireji.adapters.store.postings import list_posted, note_posting
from kireji.adapters.store.reviews import close_check, set_check_run
from kireji.core.pulls.posting import Conclusion, OwnPosts
from tests.adapters.store.make import REF, find_posting, name, push

REVIEW = name("a", 1)


def test_a_posting_is_noted_once(engine: Engine) -> None:
    """The first note stays."""
    push(engine, "a")
    assert find_posting(engine, "marker") is None
    assert note_posting(engine, "marker", REVIEW, "https://github.com/1", 1010.0)
    assert not note_posting(engine, "marker", REVIEW, "https://github.com/2", 1020.0)
    noted = find_posting(engine, "marker")
    assert noted is not None
    assert tuple(noted) == ("marker", REVIEW, "https://github.com/1", 1010.0)


def test_a_posting_belongs_to_a_review(engine: Engine) -> None:
    """The database itself holds to it, SQLite too."""
    with pytest.raises(IntegrityError):
        note_posting(engine, "marker", "nobody", "https://github.com/1", 1010.0)


def test_what_was_posted_on_a_pull_request(engine: Engine) -> None:
    """Reviews by their ids on GitHub, whatever the repository's name was then; check runs once they are completed."""
    push(engine, "a")
    push(engine, "b")
    other = replace(REF, number=8)
    push(engine, "a", ref=other)

    assert list_posted(engine, REF) == OwnPosts()

    url = "https://github.com/old/name/pull/7#pullrequestreview-5000000001"
    note_posting(engine, "m 1", REVIEW, url, 1010.0)
    note_posting(engine, "m 2", name("b", 2), url.replace("001", "002"), 1010.0)
    note_posting(engine, "m 3", name("a", 1, other), url.replace("001", "003"), 1010.0)
    note_posting(engine, "m 4", REVIEW, "https://github.com/elsewhere", 1010.0)
    set_check_run(engine, REVIEW, 71)
    close_check(engine, REVIEW, Conclusion.NEUTRAL)
    set_check_run(engine, name("b", 2), 72)

    assert list_posted(engine, REF) == OwnPosts(frozenset({5_000_000_001, 5_000_000_002}), {71: Conclusion.NEUTRAL})
    assert list_posted(engine, other) == OwnPosts(frozenset({5_000_000_003}))
