"""How long commands take to begin: the best of some starts, in seconds, and what of it imports take."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass

STARTS = 5
BYTECODE = tempfile.TemporaryDirectory(prefix="kireji-bytecode-")  # as an installed program has it


@dataclass(frozen=True, slots=True)
class Start:
    """The best start of a command. `imports` is the time that imports took in it, `modules` how many there were."""

    command: str
    seconds: float
    imports: float
    modules: int


def measure() -> list[Start]:
    """Python alone, help, and what a review loads before it reads anything."""
    return [
        _start("python -c pass", ("-c", "pass")),
        _start("kireji --help", ("-c", "from kireji.entry.cli import main; main(['--help'])")),
        _start("kireji review --help", ("-c", "from kireji.entry.cli import main; main(['review', '--help'])")),
        _start("import kireji", ("-c", "import kireji")),
        _start(
            "what kireji review imports",
            ("-c", "import kireji.entry.commands.review_run; from kireji.wiring.parts import preload; preload()"),
        ),
    ]


def _start(command: str, arguments: Sequence[str]) -> Start:
    _run(arguments)  # its bytecode is written now
    best = min(_seconds(arguments) for _ in range(STARTS))
    told = _run(("-X", "importtime", *arguments)).stderr
    own = [int(micros) for micros in re.findall(r"^import time:\s+(\d+) \|", told, re.MULTILINE)]
    return Start(command, best, sum(own) / 1e6, len(own))


def _seconds(arguments: Sequence[str]) -> float:
    started = time.perf_counter()
    _run(arguments)
    return time.perf_counter() - started


def _run(arguments: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}  # noqa: TID251 - a child's
    environ["PYTHONPYCACHEPREFIX"] = BYTECODE.name
    return subprocess.run([sys.executable, *arguments], env=environ, capture_output=True, text=True, check=True)
