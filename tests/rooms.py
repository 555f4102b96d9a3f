"""The architecture page's table of rooms, made of the packages' docstrings: `python -m tests.rooms` writes it."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "app" / "kireji"
PAGE = ROOT / "app" / "README.md"
TABLE = re.compile(r"(<!-- rooms -->\n).*?(<!-- end -->)", re.DOTALL)
FRONT_DOOR = re.compile(r"Begin with `(\w+)`\.$")


def modules() -> list[Path]:
    """Every module of the package, and of the sandbox that stands for GitHub and Claude; sample code apart."""
    sandbox = ROOT / "tests" / "sandbox"
    apart = {sandbox / "sample", sandbox / "tests"}
    ours = [path for path in sandbox.rglob("*.py") if not apart & {*path.parents}]
    return sorted([*PACKAGE.rglob("*.py"), *ours])


def rooms() -> list[Path]:
    """Every package within the package."""
    return sorted(path.parent for path in PACKAGE.rglob("__init__.py") if path.parent != PACKAGE)


def purpose(path: Path) -> str:
    """The first line of a module's docstring."""
    return (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").partition("\n")[0]


def table() -> str:
    """A row a room: where it is, what it is for, and the module to begin with."""
    rows = [f"| `{room.relative_to(PACKAGE).as_posix()}/` | {purpose(room / '__init__.py')} |" for room in rooms()]
    return "\n".join(["| room | what is in it |", "|---|---|", *rows])


def page() -> str:
    """The page as it should be."""
    return TABLE.sub(lambda found: f"{found[1]}{table()}\n{found[2]}", PAGE.read_text("utf-8"))


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
