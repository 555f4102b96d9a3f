"""Workers that are killed, frozen and stopped: what is done stays done, what is not done is done."""

import signal

import pytest

from kireji.adapters.engine.jobs import JobState
from tests.adapters.engine.place import Place, wait

pytestmark = pytest.mark.timeout(180)  # a start takes two seconds, or thirty where the machine has other work


def test_kill(place: Place) -> None:
    """After kill -9 finished steps never run again, the one under way does, and a failure that was told is the same."""
    held = place.hold("two"), place.hold("fail")
    first = place.start("w0")
    place.enqueue("steps-1", "fail-1")
    wait(lambda: place.count("two", "begins") and place.count("told"))
    first.kill()
    first.wait()
    for path in held:
        path.unlink()
    place.start("w0")
    wait(lambda: place.state("steps-1") is JobState.DONE and place.state("fail-1") is JobState.FAILED)
    assert place.lines("steps-1") == [
        "w0 steps-1 one begins",
        "w0 steps-1 one ends",
        "w0 steps-1 two begins",
        "w0 steps-1 two begins",
        "w0 steps-1 two ends",
        "w0 steps-1 three begins",
        "w0 steps-1 three ends",
        "w0 steps-1 done one two three",
    ]
    assert place.count("fail-1", "fails") == 1
    assert place.lines("told") == ["w0 fail-1 told TransientError:GitHub is away:7.5"] * 2
    job, steps = place.shown("fail-1")
    assert (job.attempts, job.error) == (2, "GitHub is away")
    assert [(step.name, step.error) for step in steps] == [("fail", "GitHub is away")]


def test_stop_and_start(sqlite_place: Place) -> None:
    """SIGTERM ends a worker in good order although a review is under way; the next worker does the rest of it."""
    place = sqlite_place
    held_step, held_wait = place.hold("two"), place.hold("wait")
    first = place.start("w0")
    place.enqueue("steps-1", "wait-1")
    wait(lambda: place.count("two", "begins") and place.count("waits"))
    first.terminate()
    wait(lambda: place.count("wait-1", "cancelled"))  # at once, as it is in no step
    held_step.unlink()  # the step may end
    assert first.wait(30) == 0
    assert place.lines("left") == ["w0 left"]
    assert place.count("three") == 0
    assert {place.state("steps-1"), place.state("wait-1")} == {JobState.RUNNING}
    held_wait.unlink()
    place.start("w0")
    wait(lambda: {place.state("steps-1"), place.state("wait-1")} == {JobState.DONE})
    assert place.count("one", "begins") == place.count("two", "begins") == place.count("three", "begins") == 1


def test_two_workers(postgres_place: Place) -> None:
    """A dead worker's review is left alone until its slot is recovered; the living keep to the limits together."""
    place = postgres_place
    limits = {"partition": 2}
    held = place.hold("two")
    dead = place.start("w0", limits=limits)
    place.enqueue("steps-1")
    wait(lambda: place.count("two", "begins"))
    dead.kill()
    dead.wait()
    held.unlink()
    place.start("w1", limits=limits)
    place.enqueue("steps-2")
    wait(lambda: place.state("steps-2") is JobState.DONE)
    assert place.state("steps-1") is JobState.RUNNING
    place.start("w2", limits=limits, recover=["w0"])
    wait(lambda: place.state("steps-1") is JobState.DONE)
    assert place.lines("w2", "recovered") == ["w2 recovered steps-1"]
    assert place.count("steps-1", "one", "begins") == 1
    assert place.shown("steps-1")[0].worker in {"w1", "w2"}

    held = place.hold("three")
    many = [f"steps-many{number}" for number in range(6)]
    place.enqueue(*many, partition="many")
    wait(lambda: place.begun("steps-many") == 2)
    held.unlink()
    wait(lambda: {place.state(review_id) for review_id in many} == {JobState.DONE})
    assert place.most_at_once("steps-many") == 2


def test_frozen_worker(postgres_place: Place) -> None:
    """A worker that was thought dead and wakes up again ends its run, and records nothing."""
    place = postgres_place
    held = place.hold("wait")
    frozen = place.start("w0")
    place.enqueue("wait-1")
    wait(lambda: place.count("waits"))
    frozen.send_signal(signal.SIGSTOP)
    place.start("w1", recover=["w0"])
    wait(lambda: place.count("w1", "waits"))
    frozen.send_signal(signal.SIGCONT)
    wait(lambda: place.lines("cancelled"))
    assert place.lines("cancelled") == ["w0 wait-1 cancelled"]
    held.unlink()
    wait(lambda: place.state("wait-1") is JobState.DONE)
    assert place.lines("done") == ["w1 wait-1 done"]
