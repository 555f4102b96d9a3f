"""Lints what GitHub Actions runs: action.yml, our own workflows, and those that the pages tell people to copy."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.documents import ACTION_PAGE, README, ROOT

BIN = Path(sys.executable).parent
# The pages name the Action as people write it; that a release's tag may move is theirs to weigh.
ZIZMOR = "rules:\n  unpinned-uses:\n    config:\n      policies:\n        kireji/*: ref-pin\n        '*': hash-pin\n"


def published(page: Path = ACTION_PAGE) -> list[str]:
    """A page's workflows, in order."""
    return re.findall(r"^```yaml\n(name: Kireji\n.*?)^```$", page.read_text("utf-8"), re.M | re.S)


def main() -> int:
    """0 if the linters find nothing."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / ".github" / "workflows"
        folder.mkdir(parents=True)
        for number, text in enumerate((*published(README), *published())):
            (folder / f"page-{number}.yml").write_text(text, "utf-8")
        config = Path(name) / "zizmor.yml"
        config.write_text(ZIZMOR, "utf-8")
        files = [str(path) for path in (*sorted((ROOT / ".github" / "workflows").glob("*.yml")), *folder.glob("*.yml"))]
        action = str(ROOT / "action.yml")
        commands = (
            ["check-jsonschema", "--quiet", "--builtin-schema", "vendor.github-workflows", *files],
            ["check-jsonschema", "--quiet", "--builtin-schema", "vendor.github-actions", action],
            ["zizmor", "--offline", "--no-progress", "--quiet", "--config", str(config), action, *files],
            ["actionlint", "-shellcheck=", "-pyflakes=", *files],
        )
        return max(subprocess.run([str(BIN / command), *rest], check=False).returncode for command, *rest in commands)


if __name__ == "__main__":
    sys.exit(main())
