"""Golden files, in tests/data."""

from pathlib import Path

import pytest

DATA = Path(__file__).parent / "data"


def golden(name: str, text: str) -> None:
    """Compare with the file "folder/name"; a missing one is written, and the test fails so that somebody reads it."""
    path = DATA / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        pytest.fail(f"{path} was missing; it is written now: read it and run again")
    assert text == path.read_text("utf-8")
