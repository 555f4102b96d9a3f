"""How long a megabyte made to be slow takes: each pattern, and each reader of strangers' and the model's words."""

from dataclasses import dataclass

from tests.patterns.all import known, matching
from tests.patterns.hostile import GENERAL, pieces
from tests.patterns.readers import READERS
from tests.patterns.slope import Growth, worst

SLOWEST = 10


@dataclass(frozen=True, slots=True)
class Slow:
    """What read, and how its time grew on the worst piece."""

    name: str
    grown: Growth


def measure() -> tuple[list[Slow], list[Slow]]:
    """The slowest patterns and the slowest readers, of all."""
    patterns = [Slow(one.name, worst(matching(one), pieces(one.pattern.pattern, one.pattern.flags))) for one in known()]
    readers = [Slow(name, worst(reader, GENERAL)) for name, reader in READERS.items()]
    return _slowest(patterns), _slowest(readers)


def _slowest(seen: list[Slow]) -> list[Slow]:
    return sorted(seen, key=lambda one: one.grown.a_megabyte, reverse=True)[:SLOWEST]
