"""What the base branch's files come to, and what is said of those that are not used."""

from dataclasses import replace

import pytest

from kireji.core.diff.unified import FileDiff, parse_diff
from kireji.core.policy.overrides import POLICY, SECOND, UNREAD, Overrides
from kireji.core.policy.steering import base_files, steer
from kireji.core.pulls.pull import OpenedPull, PullRef
from kireji.core.scope.attributes import MAX_FOLDERS, MAX_RULES
from tests.fakes.forge import pull

OPENED = OpenedPull(pull())


def change(*paths: str) -> tuple[FileDiff, ...]:
    """Files with a changed line each."""
    text = "".join(f"diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n@@ -1 +1 @@\n-a\n+b\n" for path in paths)
    return parse_diff(text).files


@pytest.mark.parametrize(
    ("there", "policy", "others"),
    [
        ((), POLICY, ()),
        ((POLICY,), POLICY, ()),
        ((SECOND,), SECOND, ()),
        ((POLICY, SECOND), POLICY, (SECOND,)),
        (("kireji.yml",), POLICY, ("kireji.yml",)),
        ((SECOND, ".github/Kireji.yml"), SECOND, (".github/Kireji.yml",)),
    ],
)
def test_which_file_is_the_policy(there: tuple[str, ...], policy: str, others: tuple[str, ...]) -> None:
    """The first of both endings, and what else looks like one."""
    found = steer(replace(OPENED, base_files=dict.fromkeys(there, "conclusion:\n  fail_on: high\n")))
    assert (found.policy_file, found.others) == (policy, others)
    assert (found.policy.conclusion.fail_on is not None) == (policy in there)
    assert [path for path in others if f"`{path}`" not in "".join(found.notes)] == []


def test_a_policy_that_cannot_be_read_wins_all_the_same() -> None:
    """A second one must not slip in where the first is broken."""
    found = steer(replace(OPENED, base_files={SECOND: "x: y\n"}, unreadable=frozenset({POLICY})))
    assert (found.policy_file, found.others) == (POLICY, (SECOND,))
    assert "too large to be read" in found.notes[0]


def test_a_file_that_the_run_names() -> None:
    """Then no other place is looked at."""
    named = Overrides(policy_file="ci/review.yml")
    assert {SECOND, *UNREAD}.isdisjoint(base_files(named))
    found = steer(replace(OPENED, base_files={"kireji.yml": "", "ci/review.yml": "x: y\n"}), named)
    assert (found.policy_file, found.others) == ("ci/review.yml", ())
    assert "`ci/review.yml`, line 1" in found.notes[0]
    assert found.unheard(change("kireji.yml")) == ()


def test_the_organisation_s_own_repository() -> None:
    """There the uppermost file is the organisation's."""
    own = replace(pull(), ref=PullRef("octo/.github", 1))
    assert steer(OpenedPull(own, {"kireji.yml": ""})).others == ()


def test_attributes_that_are_not_used() -> None:
    """Too large, in too many folders, of too many lines: each is told, since files may be read or skipped by it."""
    found = steer(replace(OPENED, unreadable=frozenset({"a/.gitattributes"})))
    assert "`a/.gitattributes` could not be read" in found.unread(change("a/x.py"))[0]
    many = change(*(f"{number}/x.py" for number in range(MAX_FOLDERS + 3)))
    assert "`.gitattributes` of 3 were not looked for" in steer(OPENED).unread(many)[0]
    lines = "*.py linguist-generated\n" * (MAX_RULES + 1)
    assert "too many lines" in steer(replace(OPENED, base_files={".gitattributes": lines})).unread(change("x.py"))[0]
    assert steer(replace(OPENED, base_files={".gitattributes": "*.py text\n"})).unread(change("a/x.py")) == ()
