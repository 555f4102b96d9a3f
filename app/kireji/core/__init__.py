"""Decisions: no I/O, no clock, no SDK; all of it can be tested with plain values. Begin with `findings`."""
