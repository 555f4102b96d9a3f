"""The real App as a child process, for the demo and the benchmarks: `kireji serve` between the two stand-ins."""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.sandbox.github import AppIdentity
from tests.sandbox.serve import free_port

START_LIMIT = 120.0  # a first start compiles the package, beside whatever else the machine does
STOP_LIMIT = 20.0


class NotStartedError(Exception):
    """The App ended, or did not answer in time; the message is what it wrote."""


@dataclass(frozen=True, slots=True)
class Child:
    """A running App: its address, its process, and the file that takes its log."""

    url: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def peak_memory(self) -> int:
        """The most memory, in bytes, that any process of the App has held so far (Linux's VmHWM)."""
        found = 0
        for status in Path("/proc").glob("[0-9]*/status"):
            with contextlib.suppress(OSError):
                fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
                family = {int(fields["Pid"]), int(fields["PPid"])}
                if self.process.pid in family:
                    found = max(found, int(fields.get("VmHWM", "0 kB").split()[0]) * 1024)
        return found


def environment(github_url: str, identity: AppIdentity, claude_url: str | None, **more: str) -> dict[str, str]:
    """What an operator would set. `claude_url` None means the real Claude, with the key of this environment."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    if claude_url is None:
        kept |= {name: os.environ[name] for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL") if name in os.environ}
    else:
        kept |= {"ANTHROPIC_API_KEY": "sk-ant-sandbox", "ANTHROPIC_BASE_URL": claude_url}

    return {
        **kept,
        "KIREJI_APP_ID": str(identity.app_id),
        "KIREJI_PRIVATE_KEY": identity.private_key_pem,
        "KIREJI_WEBHOOK_SECRET": identity.webhook_secret,
        "KIREJI_GITHUB_API_URL": github_url,
        **more,
    }


@contextlib.contextmanager
def serve(settings: Mapping[str, str]) -> Iterator[Child]:
    """Start the App and wait until its web process answers and its worker is ready; stop it in the end.

    Raises NotStartedError.
    """
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="kireji-sandbox-") as folder:
        log = Path(folder) / "app.log"
        chosen = {**settings, "KIREJI_PORT": str(port), "KIREJI_DATA_DIR": folder}
        with log.open("wb") as output:
            command = [Path(sys.executable).with_name("kireji"), "serve"]
            child = Child(
                f"http://127.0.0.1:{port}", subprocess.Popen(command, env=chosen, stdout=output, stderr=output), log
            )

        try:
            _await_start(child)
            yield child
        finally:
            child.process.terminate()
            child.process.wait(timeout=STOP_LIMIT)


def _await_start(child: Child) -> None:
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline and child.process.poll() is None:
        with contextlib.suppress(requests.RequestException):
            if requests.get(f"{child.url}/readyz", timeout=1).ok and b" is ready" in child.log.read_bytes():
                return
        time.sleep(0.05)
    raise NotStartedError(child.log.read_text(errors="replace"))
