"""Processes that die at any moment: `python -m tests.chaos`, and what the proofs in `tests/durable` share with it."""
