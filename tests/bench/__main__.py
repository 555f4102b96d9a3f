"""Run the benchmarks and write their tables between the marks in README.md."""

import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.bench import core, reviews

README = Path(__file__).with_name("README.md")
SIZES = ((3, 80, 2), (20, 1200, 12), (100, 8000, 25), (400, 30_000, 30))


def main() -> int:
    """Measure every size, print the tables, and put them into the README."""
    cuts = [core.measure(files, lines) for files, lines, _ in SIZES]
    parts = {"core": _table(CORE_HEAD, map(_core_row, cuts))}
    rows = list[list[str]]()
    for files, lines, planted in SIZES:
        rows += map(_review_row, reviews.measure(files, lines, planted))
        print(f"{files} files done", flush=True)
    parts["reviews"] = _table(REVIEW_HEAD, rows)
    text = README.read_text()
    for name, table in parts.items():
        print(f"\n{table}")
        text = re.sub(f"(<!-- {name} -->\n).*?(<!-- end -->)", rf"\1{table}\n\2", text, flags=re.DOTALL)
    README.write_text(text)
    return 0


CORE_HEAD = ("files", "changed lines", "parse", "scope and chunk", "peak memory", "chunks")
REVIEW_HEAD = (
    "files", "lines", "cache", "wall", "wall / limit", "dollars", "model calls", "GitHub requests", "lines seen",
    "tokens cached", "found / planted", "elsewhere", "App's peak memory",
)  # fmt: skip


def _core_row(cut: core.Cut) -> list[str]:
    return [
        f"{cut.files}",
        f"{cut.lines:,}",
        f"{cut.parse:.2f} s",
        f"{cut.chunk:.2f} s",
        f"{cut.memory / 1e6:.0f} MB",
        f"{cut.chunks}",
    ]


def _review_row(seen: reviews.Measured) -> list[str]:
    return [
        f"{seen.files}",
        f"{seen.lines:,}",
        "warm" if seen.warm else "cold",
        f"{seen.wall:.1f} s",
        f"{seen.wall / seen.limit:.2f}",
        f"${seen.dollars:.4f}",
        f"{seen.calls}",
        f"{seen.requests}",
        f"{seen.seen:.0%}",
        f"{seen.cached:.0%}",
        f"{seen.found} / {seen.planted}",
        f"{seen.elsewhere}",
        f"{seen.peak_memory / 1e6:.0f} MB",
    ]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
