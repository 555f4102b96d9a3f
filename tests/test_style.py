"""The code is written for a stranger: what stops a reader, as far as a machine can see it, is not there."""

from pathlib import Path

import pytest

from tests import style
from tests.rooms import PACKAGE

MIGRATIONS = PACKAGE / "adapters" / "store" / "migrations"  # these never change, whatever the style is
MODULES = [path for path in style.product() if not path.is_relative_to(MIGRATIONS)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_reader_stumbles(path: Path) -> None:
    """Long functions have paragraphs, a line assigns one value, nothing is called `one`, no comprehension holds another."""
    assert [str(stumble) for stumble in style.stumbles(path)] == []


def test_no_two_public_classes_share_a_name() -> None:
    """A name that is met in an import means one thing."""
    assert style.repeated_classes() == {}


def test_what_stops_a_reader_is_found(tmp_path: Path) -> None:
    """Each kind, so that the tests above are ones that can fail."""
    block = "\n".join(f"    step_{number}()" for number in range(style.LONG))
    hostile = tmp_path / "hostile.py"
    hostile.write_text(f"def f(one):\n{block}\n\na, b = 1, 2\nc = [x for y in a for x in y]\n")
    assert [stumble.what for stumble in style.stumbles(hostile)] == [
        "f has no paragraphs",
        "several values are assigned in one line",
        "a comprehension within a comprehension",
        "`one` says nothing of what it is",
    ]
