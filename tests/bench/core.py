"""Parsing, sorting and cutting a diff: time and memory, without any I/O."""

import subprocess
import tempfile
import time
import tracemalloc
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kireji.core.chunks.chunk import cut_chunks
from kireji.core.diff.unified import parse_diff
from kireji.core.scope.choose import choose_scope
from tests.sandbox.sample_repo import make_change


@dataclass(frozen=True, slots=True)
class Cut:
    """What it took to parse and chunk a diff: seconds for each, peak bytes of both together."""

    files: int
    lines: int
    parse: float
    chunk: float
    memory: int
    chunks: int


def measure(files: int, lines: int) -> Cut:
    """Parse, choose and cut a synthetic diff; the time is taken without the memory's tracing."""
    text = unified(files, lines)
    started = time.perf_counter()
    diff = parse_diff(text)
    parsed = time.perf_counter()
    chunks = cut_chunks(choose_scope(diff).reviewed, 4000)
    done = time.perf_counter()
    tracemalloc.start()
    again = cut_chunks(choose_scope(parse_diff(text)).reviewed, 4000)
    memory = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert again == chunks
    return Cut(
        files, sum(file.changed_lines for file in diff.files), parsed - started, done - parsed, memory, len(chunks)
    )


def unified(files: int, lines: int, planted: int = 0) -> str:
    """A synthetic change as git's unified text."""
    change = make_change(files=files, lines=lines, planted=planted, seed=files)
    return diff_text(change.base, change.head)


def diff_text(base: Mapping[str, str], head: Mapping[str, str | None]) -> str:
    """What git tells of a change: `base` before it, `head` what is new, None where a file goes."""
    with tempfile.TemporaryDirectory() as folder:
        for side, content in (("a", base), ("b", {**base, **head})):
            for path, text in content.items():
                if text is not None:
                    target = Path(folder, side, path)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_text(text)
        command = ["git", "diff", "--no-index", "--no-color", "--no-prefix", "a", "b"]
        shown = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        return shown.stdout.decode("utf-8", "surrogateescape")
