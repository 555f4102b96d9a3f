"""From the start of the Action's steps to its first model call, on a warm cache: real wheels, the real scripts of action.yml.

Restoring the cache is GitHub's and is not in the figures; the wheels that it would bring are downloaded beforehand.
"""

import json
import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.sandbox.claude import ClaudeSandbox
from tests.sandbox.github import GitHubSandbox, new_private_key
from tests.stories import changes

ROOT = Path(__file__).parent.parent.parent
SCRIPT = ROOT / "deploy" / "action.sh"


MEMORY = Path("/dev/shm")


@dataclass(frozen=True)
class Start:
    """Seconds of each step, the last one up to the first model call; `wheels` and `packages` in bytes."""

    folder: str
    download: float
    place: float
    install: float
    first_call: float
    wheels: int
    packages: int

    @property
    def warm(self) -> float:
        """Seconds from the first step's start to the first model call, the wheels being there."""
        return self.place + self.install + self.first_call


def measure() -> list[Start]:
    """With the runner's folder on this machine's disk, and in memory, where a file is made at once."""
    told = [_measure("disk", Path(tempfile.gettempdir()))]
    return [*told, _measure("memory", MEMORY)] if MEMORY.is_dir() else told


def _measure(told: str, where: Path) -> Start:
    """One cold run that fills the cache, then a warm one."""
    with tempfile.TemporaryDirectory(prefix="kireji-action-", dir=where) as name:
        folder = Path(name)
        environ = {
            "PATH": os.environ["PATH"],  # noqa: TID251 - python3 and pip are found there
            "HOME": name,
            "GITHUB_ACTION_PATH": str(ROOT),
            "RUNNER_TEMP": name,
            "GITHUB_OUTPUT": str(folder / "output"),
            "PIP_NO_INPUT": "1",
        }
        wheels, venv = folder / "kireji" / "wheels", folder / "kireji" / "venv"
        download = _step(environ | {"HIT": "false"}, "install", str(wheels))
        for left in (venv, folder / "kireji" / "uv", folder / ".cache"):  # the next run has another machine
            shutil.rmtree(left, ignore_errors=True)
        place = _step(environ, "place")
        install = _step(environ | {"HIT": "true"}, "install", str(wheels))
        return Start(told, download, place, install, _first_call(environ, folder), _size(wheels), _size(venv))


def _step(environ: dict[str, str], *words: str) -> float:
    started = time.perf_counter()
    subprocess.run(["sh", SCRIPT, *words], env=environ, check=True, capture_output=True)
    return time.perf_counter() - started


def _first_call(environ: dict[str, str], folder: Path) -> float:
    parts = changes.parts(2)
    with GitHubSandbox() as github, ClaudeSandbox() as claude:
        github.install_app(slug="github-actions", private_key_pem=new_private_key())
        repo = github.create_repo("octo/shop", files=parts.base)
        repo.open_pull(title="Two parts", author="alice", files=parts.head)
        _, body = github.webhook("pull_request", action="opened", repo=repo, number=1)
        (folder / "event.json").write_text(json.dumps(json.loads(body) | {"installation": None}), "utf-8")
        given = {
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_EVENT_PATH": str(folder / "event.json"),
            "GITHUB_API_URL": github.url,
            "INPUT_GITHUB_TOKEN": github.token(),
            "ANTHROPIC_API_KEY": claude.api_key,
            "ANTHROPIC_BASE_URL": claude.url,
        }
        started = time.monotonic()
        ran = subprocess.run(["sh", SCRIPT, "review"], env=environ | given, check=False, capture_output=True, text=True)
        if ran.returncode:
            raise RuntimeError(ran.stdout + ran.stderr)
        return claude.calls[0].started - started


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
