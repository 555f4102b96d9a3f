"""The architecture page's list of modules, made of their docstrings: `python -m tests.modules` writes it."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "app" / "README.md"
LIST = re.compile(r"(<!-- modules -->\n).*?(<!-- end -->)", re.DOTALL)


def modules() -> list[Path]:
    """Every module of the package, sample code apart."""
    found = sorted((ROOT / "app").rglob("*.py"))
    return [path for path in found if "sample" not in path.relative_to(ROOT).parts[:3]]


def purpose(path: Path) -> str:
    """The first line of a module's docstring."""
    return (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").partition("\n")[0]


def listing() -> str:
    """A list a folder: each module and its purpose."""
    folders: dict[str, list[str]] = {}
    for path in modules():
        folder = path.parent.relative_to(ROOT).as_posix()
        name = "" if path.name == "__init__.py" else f"`{path.name}`: "
        folders.setdefault(folder, []).append(f"- {name}{purpose(path)}")
    return "\n\n".join(f"**`{folder}/`**\n\n" + "\n".join(rows) for folder, rows in folders.items())


def page() -> str:
    """The page as it should be."""
    return LIST.sub(lambda found: f"{found[1]}{listing()}\n{found[2]}", PAGE.read_text("utf-8"))


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
