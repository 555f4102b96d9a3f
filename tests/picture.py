"""The guide's picture of `kireji review`: `python -m tests.picture` runs it on the demo's change and has Chromium paint it.

It needs git and Debian's package `chromium`. Claude is the sandbox's, whose findings are marked as a stand-in's.
"""

import fcntl
import os
import pty
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from tests.sandbox import sample_repo
from tests.sandbox.claude import ClaudeSandbox

PICTURE = Path(__file__).parent.parent / "app" / "guide" / "pictures" / "review.png"
COLUMNS = 104
ROWS = 46  # of the page, whose end is the account of what was read
WIDTH, ROW_HEIGHT, MARGIN = 912, 18, 16  # pixels
PAGE = """<!DOCTYPE html>
<meta charset="utf-8">
<style>
{stylesheet}
body {{ margin: 0; padding: 16px; background: {background}; color: {foreground}; }}
pre {{ margin: 0; font: 14px/18px "DejaVu Sans Mono", monospace; }}
</style>
<pre>{code}</pre>
"""


def main() -> int:
    """0 if the picture was made."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.stderr.write("chromium is not installed\n")
        return 2
    with tempfile.TemporaryDirectory() as name, ClaudeSandbox() as claude:
        shop = Path(name) / "shop"
        _make(shop)
        shown = review(shop, {"ANTHROPIC_API_KEY": claude.api_key, "ANTHROPIC_BASE_URL": claude.url})
        page = Path(name) / "page.html"
        page.write_text(as_html(_shortened(shown)), "utf-8")
        _paint(chromium, page, Path(name))
    return 0


def review(shop: Path, settings: Mapping[str, str]) -> str:
    """What the command writes to a terminal that knows colours."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}  # noqa: TID251 - for git
    environ = {**kept, **settings, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS)}
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 200, COLUMNS, 0, 0))
    command = [Path(sys.executable).parent / "kireji", "review"]
    with subprocess.Popen(command, cwd=shop, env=environ, stdout=theirs, stderr=subprocess.DEVNULL):
        os.close(theirs)
        return _read_all(ours)


def as_html(shown: str) -> str:
    """A terminal's text, with its colours, as a page."""
    console = Console(file=StringIO(), record=True, width=COLUMNS, force_terminal=True, color_system="standard")
    console.print(Text.assemble(("$ ", "bold green"), ("kireji review\n", "bold")))
    console.print(Text.from_ansi(shown))
    return console.export_html(theme=MONOKAI, code_format=PAGE)


def _make(shop: Path) -> None:
    """A repository with the demo's change on a branch of its own."""
    _commit(shop, sample_repo.base_files(), "init", "-q", "-b", "main")
    _commit(shop, sample_repo.head_files(), "switch", "-q", "-c", "feature")


def _commit(shop: Path, files: Mapping[str, str | None], *first: str) -> None:
    """Files as they are to be, None for one that is to go, on what git does first."""
    shop.mkdir(exist_ok=True)
    who = ("-c", "user.name=alice", "-c", "user.email=alice@example.com")
    _git(shop, *first)
    for name, text in files.items():
        path = shop / name
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    _git(shop, "add", "--all")
    _git(shop, *who, "commit", "-q", "-m", sample_repo.TITLE)


def _git(shop: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=shop, check=True)


def _read_all(terminal: int) -> str:
    """Until nobody has the terminal's other end."""
    parts = list[bytes]()
    try:
        while part := os.read(terminal, 65_536):
            parts.append(part)
    except OSError:  # Linux says so instead of an empty read
        pass
    os.close(terminal)
    return b"".join(parts).decode("utf-8").replace("\r\n", "\n")


def _shortened(shown: str) -> str:
    """The first findings and the page's end: a whole page is too long for a picture."""
    lines = shown.rstrip().split("\n")
    blank = [number for number, line in enumerate(lines) if not line.strip()]
    end = next(number for number in range(len(lines)) if "findings in" in lines[number])
    room = ROWS - (len(lines) - end) - 2
    cut = max(number for number in blank if number <= room)
    return "\n".join((*lines[:cut], "", "…", "", *lines[end:]))


def _paint(chromium: str, page: Path, folder: Path) -> None:
    """The page as a picture, as high as its lines."""
    rows = page.read_text("utf-8").partition("<pre>")[2].count("\n")
    made = folder / "review.png"
    size = f"--window-size={WIDTH},{rows * ROW_HEIGHT + 2 * MARGIN}"
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--screenshot={made}"]
    subprocess.run([*command, size, page.as_uri()], check=True, capture_output=True)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(made, PICTURE)


if __name__ == "__main__":
    sys.exit(main())
