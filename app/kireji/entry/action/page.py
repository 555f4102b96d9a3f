"""What a step leaves behind: its log, its outputs, its summary. Source: GitHub's "Workflow commands"."""

import secrets
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kireji.core.text.log_commands import disarm_commands

MOST_SUMMARY = 1_000_000  # bytes; GitHub takes 1 MiB a step


@dataclass(frozen=True, slots=True)
class Page:
    """The runner's files; None outside of a runner."""

    output_file: Path | None
    summary_file: Path | None

    @staticmethod
    def say_errors(problems: Iterable[str]) -> None:
        """Each problem as an error of the step. They are ours, in one line."""
        _say("error", problems)

    @staticmethod
    def say_warnings(problems: Iterable[str]) -> None:
        """Each problem as a warning, likewise."""
        _say("warning", problems)

    @staticmethod
    def quote(text: str) -> None:
        """Text that others wrote, in the log: within it the runner hears no commands."""
        token = secrets.token_hex(16)
        sys.stdout.write(f"::stop-commands::{token}\n{text.rstrip()}\n::{token}::\n")

    @staticmethod
    def mask(secret: str) -> None:
        """Have the runner blot it out, in this step's log and in those that come after it."""
        sys.stdout.write(f"::add-mask::{secret}\n")
        sys.stdout.flush()

    @staticmethod
    def command(text: str) -> None:
        """Workflow commands of ours, escaped already."""
        sys.stdout.write(text)

    def outputs(self, values: Mapping[str, str]) -> None:
        """Set the step's outputs, whatever their values hold."""
        if self.output_file is None:
            return
        with self.output_file.open("a", encoding="utf-8") as file:
            for name, value in values.items():
                mark = secrets.token_hex(16)
                file.write(f"{name}<<{mark}\n{value}\n{mark}\n")

    def summary(self, markdown: str) -> None:
        """Add to the step's summary; what does not fit is left out."""
        if self.summary_file is None:
            self.quote(markdown)
            return
        room = MOST_SUMMARY - (self.summary_file.stat().st_size if self.summary_file.exists() else 0)
        text = markdown.encode("utf-8", "replace")[: max(room, 0)].decode("utf-8", "ignore")
        with self.summary_file.open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")


def _say(level: str, problems: Iterable[str]) -> None:
    for problem in problems:
        line = disarm_commands(" ".join(problem.split())).replace("%", "%25")
        sys.stdout.write(f"::{level} title=Kireji::{line}\n")
