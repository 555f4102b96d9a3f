"""Which pull requests are reviewed by themselves, and the reason for each that is not."""

from dataclasses import replace
from typing import Any

import pytest

from kireji.core.policy.model import Policy
from kireji.core.policy.reading import read_policy
from kireji.core.policy.wanted import instructions_for, label_matters, not_wanted
from kireji.core.pulls.pull import PullRef, PullRequest

PULL = PullRequest(
    ref=PullRef("octo/shop", 1, 1),
    title="A",
    body="",
    author="alice",
    base_sha="b",
    head_sha="h",
    base_ref="main",
    head_ref="topic",
    changed_files=3,
)


def reason(text: str, *, forced: bool = False, pushed: bool = False, lines: int = 10, **changes: Any) -> str:
    """Why it is not reviewed under this policy."""
    policy = read_policy(text, None).policy
    return not_wanted(policy, replace(PULL, **changes), forced=forced, pushed=pushed, changed_lines=lines)


CASES: list[tuple[str, dict[str, Any], str]] = [
    ("", {}, ""),
    ("", {"draft": True}, "the pull request is a draft; it is reviewed once it is ready"),
    ("triggers: {drafts: true}", {"draft": True}, ""),
    ("", {"open": False}, "the pull request is closed"),
    ("", {"author": "dependabot[bot]", "author_is_bot": True}, "its author `dependabot[bot]` is a bot, and the policy"),
    ("triggers: {bots: true}", {"author_is_bot": True}, ""),
    ("", {"labels": ("No-Review",)}, "it has the label `No-Review`"),
    ("triggers: {labels: {require: [ready, done]}}", {}, "it has no label that the policy requires: `ready`, `done`"),
    ("triggers: {labels: {require: [ready]}}", {"labels": ("READY",)}, ""),
    ("triggers: {authors: {ignore: [ALICE]}}", {}, "its author `alice` is ignored by the policy"),
    ("triggers: {base_branches: ['release/*']}", {}, "its base branch `main` is not one that the policy names"),
    ("triggers: {base_branches: ['release/*']}", {"base_ref": "release/1/x"}, ""),
    ("triggers: {base_branches: [main]}", {"base_ref": "feat/auth", "stack_base": "main"}, ""),
    (
        "triggers: {base_branches: ['release/*']}",
        {"base_ref": "release/1", "stack_base": "main"},
        "its stack's base branch `main` is not one that the policy names",
    ),
    ("triggers: {max_files: 2}", {}, "it changes 3 files, and the policy's limit is 2"),
    ("triggers: {max_lines: 9}", {}, "it changes 10 lines, and the policy's limit is 9"),
    ("triggers: {max_lines: 10}", {}, ""),
    (
        "triggers: {on_push: false}",
        {"pushed": True},
        "the policy wants pushes to wait until somebody asks for a review",
    ),
    ("triggers: {on_push: false}", {}, ""),
]


@pytest.mark.parametrize(("text", "changes", "words"), CASES)
def test_the_reason(text: str, changes: dict[str, Any], words: str) -> None:
    """One plain clause, "" where it is reviewed; what a person asks for is reviewed unless it is closed."""
    found = reason(text, **changes)
    assert found.startswith(words)
    assert bool(found) is bool(words)
    assert reason(text, forced=True, **changes) == (found if "open" in changes else "")


def test_hostile_names_do_nothing() -> None:
    """A label or a branch of other people's words stays within its code span."""
    found = reason("triggers: {labels: {ignore: ['@octo/team `x` ']}}", labels=("@octo/team `x`",))
    assert "@octo/team" not in found.replace("`` @octo/team `x` ``", "")


def test_which_labels_matter() -> None:
    """Those that the policy names, in any capitals."""
    policy = read_policy("triggers: {labels: {require: [ready]}}", None).policy
    assert [label_matters(policy, label) for label in ("Ready", "no-review", "nice")] == [True, True, False]


def test_instructions_by_path() -> None:
    """Those that a file fits, in the policy's order."""
    text = "instructions:\n  - {paths: ['*.sql'], text: SQL}\n  - {paths: [shop/], text: Shop}\n"
    policy = read_policy(text, None).policy
    assert [one.text for one in instructions_for(policy, ["shop/a.sql"])] == ["SQL", "Shop"]
    assert [one.text for one in instructions_for(policy, ["a.py"])] == []
    assert instructions_for(Policy(), ["a.py"]) == ()
