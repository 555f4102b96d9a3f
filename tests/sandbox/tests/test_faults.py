"""The plan of faults: who is struck, how often, in which order."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.sandbox.faults import Fault, Faults


def test_a_fault_strikes_what_matches() -> None:
    """The pattern is on method and path; other requests pass."""
    faults = Faults()
    fault = Fault("POST */reviews", status=502)
    faults.add(fault)
    assert faults.pick("GET", "/repos/o/r/pulls/1/reviews") is None
    assert faults.pick("POST", "/repos/o/r/pulls/1/comments") is None
    assert faults.pick("POST", "/repos/o/r/pulls/1/reviews") is fault
    assert faults.hits == [("POST /repos/o/r/pulls/1/reviews", fault)]


@pytest.mark.parametrize(
    ("skip", "times", "struck"),
    [(0, 1, [True, False, False, False]), (1, 2, [False, True, True, False]), (0, 9, [True] * 4)],
)
def test_skip_and_times(skip: int, times: int, struck: list[bool]) -> None:
    """The first `skip` go through, the next `times` fail."""
    faults = Faults()
    faults.add(Fault("*", skip=skip, times=times))
    assert [faults.pick("GET", "/") is not None for _ in struck] == struck


def test_the_earlier_fault_comes_first() -> None:
    """Once it is used up, the next one strikes."""
    faults = Faults()
    for status in (500, 502):
        faults.add(Fault("*", status=status))
    assert [fault and fault.status for fault in (faults.pick("GET", "/") for _ in range(3))] == [500, 502, None]
    faults.clear()
    assert faults.hits == []


def test_threads_share_one_count() -> None:
    """However many clients there are, a fault strikes as often as planned."""
    faults = Faults()
    faults.add(Fault("*", times=25))
    with ThreadPoolExecutor(8) as pool:
        struck = list(pool.map(faults.pick, ["GET"] * 100, ["/"] * 100))
    assert sum(fault is not None for fault in struck) == 25
