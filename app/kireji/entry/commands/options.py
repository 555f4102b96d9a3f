"""What `kireji review` and `kireji replay` are asked for on the command line."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class ReviewOptions:
    """The options of a review. Each field is called as click calls the parameter."""

    change: str = ""  # "" for this branch
    staged: bool = False
    form: str = "terminal"  # a `FormatName`
    output: Path | None = None  # None for standard output
    fail_on: str | None = None  # a severity or "never"; None for the policy's
    min_severity: str | None = None
    paths: tuple[str, ...] = ()  # .gitignore patterns; none means every file
    policy_file: Path | None = None
    model: str = ""  # "" for KIREJI_MODEL
    post: bool = False
    explain_skips: bool = False
    verbose: bool = False
    estimate: bool = False

    @classmethod
    def from_click(cls, parameters: Mapping[str, Any]) -> "ReviewOptions":
        """What click has parsed. A parameter that is no field is for the command itself."""
        names = {field.name for field in fields(cls)}
        values = {name: value for name, value in parameters.items() if name in names}

        for name in ("output", "policy_file"):
            values[name] = Path(values[name]) if values.get(name) else None

        return cls(**values)
