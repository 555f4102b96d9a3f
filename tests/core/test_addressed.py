"""Text that speaks to its reviewer is told from text about reviews, models and prompts."""

from pathlib import Path

import pytest

from app.core.addressed import speaks_to_reviewer
from tests.attacks.table import ATTACKS, Attack

ORDINARY = """
Fix the review bot's crash when a pull request has no files
Ignore errors of the optional import
Do not report coverage for generated files
docs: system prompt for the summariser
Add a prompt for Claude that lists the findings of a chunk
The model returns an empty list of findings when the diff is empty.
def ignore_previous(instructions: list[str]) -> None:
SYSTEM_PROMPT = "You are a helpful assistant that summarises tickets."
messages=[{"role": "system", "content": prompt}, {"role": "user", "content": text}]
# The reviewer must have write permission.
# Note: the previous instructions for installing are out of date.
# This code was reviewed by Maria.
if not findings: return "No findings"
Reviewers: please look at the migration first.
assert answer == {"findings": found}
Skip the review of drafts
Claude Haiku 4.5 caches no prefix below 4,096 tokens
// the bot ignores comments of other bots
raise ValueError("the answer has no list called findings")
Approve the deployment in the console after the merge
Ignore whitespace when comparing rules
Please review: this is the second part of #12
""".strip().splitlines()


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.text[:40].encode("ascii", "replace").decode())
def test_an_attack_is_told(attack: Attack) -> None:
    """Wherever it stands."""
    text = attack.text.replace("-", " ") if attack.place in {"branch", "file"} else attack.text
    assert speaks_to_reviewer(text)


@pytest.mark.parametrize("line", ORDINARY)
def test_an_ordinary_text_is_not(line: str) -> None:
    """Code and prose about the same things."""
    assert not speaks_to_reviewer(line)


def test_this_repository_speaks_to_nobody() -> None:
    """Few false alarms: of a bot's own sources, which are all about reviews and models, hardly a line."""
    root = Path(__file__).parents[2]
    files = [*root.glob("app/**/*.py"), root / "README.md", root / "app/README.md"]
    lines = [(path.name, line) for path in files for line in path.read_text("utf-8").splitlines()]
    told = [
        (name, line) for name, line in lines if name not in {"obedient.py", "marker.py"} and speaks_to_reviewer(line)
    ]
    assert len(told) <= len(lines) // 1000, told
