"""README's tables that the code knows: `python -m tests.readme` writes them between their marks."""

import re
from collections.abc import Mapping
from pathlib import Path

from kireji.core.events.commands import help_rows
from kireji.core.policy.schema import policy_table

README = Path(__file__).parent.parent / "README.md"


def tables() -> Mapping[str, str]:
    """Each mark's table."""
    return {"commands": help_rows(), "policy": policy_table()}


def page() -> str:
    """README as it should be."""
    text = README.read_text("utf-8")
    for name, table in tables().items():
        text = re.sub(
            f"(<!-- {name} -->\\n).*?(<!-- end -->)",
            lambda found, table=table: f"{found[1]}{table.rstrip()}\n{found[2]}",
            text,
            count=1,
            flags=re.DOTALL,
        )
    return text


if __name__ == "__main__":
    README.write_text(page(), "utf-8")
