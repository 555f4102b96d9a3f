"""Commits to be reviewed: this project's own, or some that are made here; and patches of new files."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.sandbox.sample_repo import make_change

ROOT = Path(__file__).parents[1]
COMMITS = 5


def git(folder: Path, *arguments: str) -> str:
    """What git prints."""
    author = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    done = subprocess.run(["git", *author, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def own_commits() -> list[str]:
    """The newest five commits of this project of ordinary size; [] in a tarball, or where the history is cut off."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        return []
    log = git(ROOT, "log", "--no-merges", "-150", "--format=commit %H", "--shortstat", "--", "app", "tests/core")
    sizes = re.findall(r"commit (\w+)\n\n [^\n]*? changed(?:, (\d+) insertion\S+)?(?:, (\d+) deletion\S+)?\n", log)
    fitting = [sha for sha, more, less in sizes if 20 <= int(more or 0) + int(less or 0) <= 250]
    return fitting[:COMMITS] if len(fitting) >= COMMITS else []


def made_commits(folder: Path, count: int = COMMITS) -> list[str]:
    """So many commits of a new repository in `folder`, oldest first; each has mistakes in it."""
    git(folder, "init", "-q", "-b", "main")
    git(folder, "commit", "-q", "--allow-empty", "-m", "Nothing yet")
    shas = list[str]()
    for number in range(count):
        for path, text in make_change(files=3, lines=80, planted=2, seed=number).head.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text or "")
        git(folder, "add", "--all")
        git(folder, "commit", "-qm", f"Change {number}")
        shas.append(git(folder, "rev-parse", "HEAD").strip())
    return shas


def new_files(files: Mapping[str, str | None]) -> str:
    """A patch that adds them."""
    parts = list[str]()
    for path, text in files.items():
        lines = (text or "").splitlines()
        parts += [f"diff --git a/{path} b/{path}", "new file mode 100644", "--- /dev/null", f"+++ b/{path}"]
        parts += [f"@@ -0,0 +1,{len(lines)} @@", *(f"+{line}" for line in lines)]
    return "".join(f"{part}\n" for part in parts)
