"""Decisions: no I/O, no clock, no SDK. Everything here can be tested with plain values."""
