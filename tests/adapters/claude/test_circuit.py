"""The memory of failures that concern every call."""

from kireji.adapters.claude.circuit import Circuit
from kireji.adapters.claude.failure import Failure
from tests.fakes.clock import FakeClock


def test_a_failure_is_remembered_for_a_while() -> None:
    """Until the time is over the same failure is told; then calls may try again."""
    clock = FakeClock()
    circuit = Circuit(clock, seconds=30)
    assert circuit.failure() is None
    refused = Failure("refused", common=True)
    circuit.trip(refused)
    clock.advance(29)
    assert circuit.failure() == refused
    clock.advance(1)
    assert circuit.failure() is None
