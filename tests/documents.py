"""The pages' tables that the code knows: `python -m tests.documents` writes them between their marks."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt

from kireji.core.events.commands import help_rows
from kireji.core.policy.schema import policy_table
from kireji.settings.table import GROUPS, table

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
OPERATING = ROOT / "deploy" / "README.md"
SETTINGS_PAGE = ROOT / "deploy" / "settings.md"
ACTION_PAGE = ROOT / "deploy" / "action.md"
GUIDE = ROOT / "app" / "guide"
LOCAL_PAGE = GUIDE / "local.md"
POLICY_PAGE = GUIDE / "policy.md"

_TABLE = re.compile(r"(<!-- table: (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)
_HIDDEN = re.compile(r"[^\w\- ]")


def pages() -> list[Path]:
    """Every page that people read: README, and what it leads to."""
    folders = (ROOT / "deploy", GUIDE, ROOT / "app", ROOT / ".github")
    return [README, *(path for folder in folders for path in sorted(folder.glob("*.md")))]


def tables() -> Mapping[str, str]:
    """Each mark's table."""
    action: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    settings = {f"{group} settings": table(rows) for group, rows in GROUPS.items()}
    return {
        **settings,
        "commands": help_rows(),
        "policy keys": policy_table(),
        "action inputs": inputs_table(action["inputs"]),
        "action outputs": outputs_table(action["outputs"]),
    }


def inputs_table(inputs: Mapping[str, Any]) -> str:
    """What a workflow may give to the Action's step."""
    rows = (f"| `{name}` | {_shown(row['default'])} | {_plain(row['description'])} |" for name, row in inputs.items())
    return "\n".join(("| Input | Default | Meaning |", "| --- | --- | --- |", *rows))


def outputs_table(outputs: Mapping[str, Any]) -> str:
    """What a later step may read."""
    rows = (f"| `{name}` | {_plain(row['description'])} |" for name, row in outputs.items())
    return "\n".join(("| Output | Meaning |", "| --- | --- |", *rows))


def renewed(path: Path) -> str:
    """A page as it should be. Raises KeyError for a mark that no table has."""
    made = tables()
    return _TABLE.sub(lambda found: f"{found[1]}{made[found[2]].rstrip()}\n{found[3]}", path.read_text("utf-8"))


def marks() -> list[str]:
    """The marks of all pages."""
    return [found[2] for path in pages() for found in _TABLE.finditer(path.read_text("utf-8"))]


def links(path: Path) -> Iterator[str]:
    """Where a page's links and pictures lead."""
    for block in MarkdownIt().enable("table").parse(path.read_text("utf-8")):
        for token in block.children or ():
            target = token.attrGet("href") or token.attrGet("src")
            if target:
                yield str(target)


def anchors(path: Path) -> set[str]:
    """What a link may name behind `#`: each heading as GitHub writes it, small, without signs, and a number if it is not the first.

    Source: GitHub's "Basic writing and formatting syntax", "Section links".
    """
    found = dict[str, int]()
    names = set[str]()
    blocks = MarkdownIt().parse(path.read_text("utf-8"))
    headings = [text for opening, text in pairwise(blocks) if opening.type == "heading_open"]
    for heading in headings:
        words = "".join(token.content for token in heading.children or ())
        name = _HIDDEN.sub("", words.lower()).replace(" ", "-")
        before = found.get(name, 0)
        names.add(f"{name}-{before}" if before else name)
        found[name] = before + 1
    return names


def _shown(default: str) -> str:
    return f"`{default}`" if default else "none"


def _plain(description: str) -> str:
    return description.replace("|", "\\|")


def main() -> None:
    """Renew every page."""
    for path in pages():
        path.write_text(renewed(path), "utf-8")


if __name__ == "__main__":
    main()
