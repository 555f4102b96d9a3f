"""Small changes for stories: each file of `parts` makes one chunk of its own, with a mistake at a known line."""

from dataclasses import dataclass

CHUNK_TOKENS = "500"
"""The setting of KIREJI_CHUNK_TOKENS under which no two files of `parts` fit into one chunk."""

LINE = 12
"""Where each file's mistake is."""

HUNKS = 2
"""How many hunks each file's change has."""


@dataclass(frozen=True)
class Parts:
    """A repository's files, what a pull request makes of them, and their paths in order."""

    base: dict[str, str]
    head: dict[str, str]

    @property
    def paths(self) -> list[str]:
        """The files' paths, sorted."""
        return sorted(self.head)


def parts(count: int) -> Parts:
    """So many Python files, changed at two places each; the stand-in reviewer finds the mistake in LINE of each."""
    numbers = [f"{number:02}" for number in range(count)]
    return Parts(
        {path(number): "".join(_lines(number)) for number in numbers},
        {path(number): _head(number) for number in numbers},
    )


def path(number: str) -> str:
    """The path of file "03"."""
    return f"shop/part_{number}.py"


def mark(number: str) -> str:
    """Words that stand in the chunk of file "03" and in no other prompt."""
    return f"part {number},"


def _lines(number: str) -> list[str]:
    return [f"# {mark(number)} line {line}\n" for line in range(1, 41)]


def _head(number: str) -> str:
    lines = _lines(number)
    name = ("stream", "source", "page", "reply")[int(number) // 3 % 4]  # the same line in many files is one finding
    first = [f"def load({name}):\n", f"    return yaml.load({name})\n", "\n"]
    second = ["def double(price):\n", "    return 2 * price\n", "\n"]
    return "".join([*lines[:10], *first, *lines[10:30], *second, *lines[30:]])
