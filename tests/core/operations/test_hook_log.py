"""What of GitHub's log is missing here, and when it is asked for."""

from dataclasses import replace

import pytest

from kireji.core.operations import hook_log
from kireji.core.operations.hook_log import (
    WINDOW,
    Attempt,
    Gap,
    Memory,
    answering,
    asked,
    compare,
    dropped,
    due,
    dump,
    load,
)

NOW = 1_000_000.0
FAILED = Attempt(1, "g1", "pull_request", "opened", NOW - 300, 503)
ARRIVED = replace(FAILED, status=202)
BEFORE = Memory(since=NOW - 3600)


def guids(memory: Memory) -> list[str]:
    """What is missing."""
    return [one.guid for one in memory.missed]


@pytest.mark.parametrize(
    ("attempt", "missing"),
    [
        (FAILED, True),
        (replace(FAILED, status=0), True),
        (replace(FAILED, status=401), True),
        (ARRIVED, True),
        (replace(ARRIVED, at=BEFORE.since - 1), False),
        (replace(ARRIVED, redelivery=True), False),
        (replace(FAILED, at=BEFORE.since - 1), True),
        (replace(FAILED, action="assigned"), False),
        (replace(FAILED, event="star", action="created"), False),
        (replace(FAILED, event="ping", action=None), False),
        (replace(FAILED, event="installation", action="created"), False),
        (replace(FAILED, event="issue_comment", action="created"), True),
        (replace(FAILED, at=NOW - WINDOW), False),
    ],
)
def test_what_is_missing(attempt: Attempt, missing: bool) -> None:
    """What failed or is not here, if it may ask for work and GitHub can still send it; none that was here before us."""
    assert guids(compare(BEFORE, [attempt], (), NOW)) == (["g1"] if missing else [])
    assert guids(compare(BEFORE, [attempt], {"g1"}, NOW)) == []


@pytest.mark.parametrize(
    ("event", "action", "heard"),
    [
        ("merge_group", "checks_requested", True),  # a queue waits for it
        ("merge_group", "destroyed", False),
        ("pull_request_review", "submitted", True),
        ("pull_request", "stacked", True),
        ("installation", "created", False),
        ("star", "created", False),
    ],
)
def test_what_is_asked_for_again(event: str, action: str, *, heard: bool) -> None:
    """What may ask for work, and nothing else."""
    assert Attempt(1, "g1", event, action, NOW - 300, 503).heard is heard


def test_a_later_success_counts() -> None:
    """The last attempt decides, in whatever order the log has them."""
    again = replace(ARRIVED, id=2, at=NOW - 200, redelivery=True)
    assert guids(compare(BEFORE, [again, FAILED], (), NOW)) == []
    missed = compare(BEFORE, [FAILED], (), NOW)
    assert guids(compare(missed, [again], (), NOW)) == []
    (still,) = compare(missed, [replace(again, status=500)], (), NOW).missed
    assert (still.id, still.at) == (2, FAILED.at)


def test_one_that_came_or_is_too_old_is_forgotten() -> None:
    """Nothing need be in the log any more."""
    missed = compare(BEFORE, [FAILED], (), NOW)
    assert guids(compare(missed, [], (), NOW)) == ["g1"]
    assert guids(compare(missed, [], {"g1"}, NOW)) == []
    assert guids(compare(missed, [], (), NOW + WINDOW)) == []
    assert guids(dropped(missed, "g1")) == []


def test_asked_for_ones_wait_longer_each_time() -> None:
    """A minute after the failure at first; then 10, 20, 40 and 60 minutes after the last time."""
    memory = compare(BEFORE, [replace(FAILED, at=NOW)], (), NOW)
    assert (due(memory, NOW + 59), [one.guid for one in due(memory, NOW + 60)]) == ((), ["g1"])
    pauses = list[float]()
    for _ in range(5):
        memory = asked(memory, "g1", NOW)
        pauses.append(memory.missed[0].due - NOW)
    assert pauses == [600, 1200, 2400, 3600, 3600]
    later = compare(memory, [replace(FAILED, id=2, at=NOW + 1, redelivery=True)], (), NOW)
    assert later.missed[0].due == NOW + 3600


def test_the_oldest_come_first() -> None:
    """So that GitHub may send them in the order of the pushes."""
    attempts = [replace(FAILED, id=10 - n, guid=f"g{n}", at=NOW - 300 - n) for n in range(4)]
    assert [one.guid for one in due(compare(BEFORE, attempts, (), NOW), NOW)] == ["g3", "g2", "g1", "g0"]


def test_how_far_back_the_log_is_read() -> None:
    """Three days at first, then what is new and a little more."""
    first = load(None, NOW)
    assert first == Memory(since=NOW)
    assert first.until(NOW) == NOW - WINDOW
    seen = compare(first, [FAILED, replace(ARRIVED, guid="g2", at=NOW - 5)], (), NOW)
    assert seen.until(NOW) == NOW - 5 - hook_log.OVERLAP
    assert compare(seen, [], (), NOW).seen == seen.seen


def test_the_memory_lasts() -> None:
    """As text, whole."""
    memory = replace(asked(compare(BEFORE, [FAILED], (), NOW), "g1", NOW), gap=Gap("v1_7", NOW - 9))
    assert load(dump(memory), NOW + 1) == memory
    assert load('{"other": 1}', NOW) == Memory(since=NOW)


@pytest.mark.parametrize(("status", "at_home"), [(202, True), (401, True), (503, False), (0, False)])
def test_whether_somebody_answers(status: int, at_home: bool) -> None:
    """The newest attempt tells; a refusal is an answer too."""
    assert answering([replace(FAILED, status=status), replace(FAILED, status=202, at=0)]) is at_home
    assert answering([])
