"""A diff without its credentials, and findings for those that it adds."""

import json
import random

import pytest

from kireji.core.diff.unified import Diff, parse_diff
from kireji.core.findings.finding import Confidence, Severity, fingerprint
from kireji.core.findings.placement import Inline, by_path, place
from kireji.core.secrets.leaks import answer_without_secrets, without_secrets
from tests.credentials import TOKENS, letters, pem
from tests.make import clean

RNG = random.Random(21)
AWS, OTHER = TOKENS["aws-access-key"](RNG), TOKENS["aws-access-key"](RNG)
PASSWORD = f"q7{letters(RNG, 'abcdefXYZ', 10)}"
KEY = pem(RNG, lines=4)


def diff(path: str, *lines: str, section: str = "") -> Diff:
    """One hunk of these lines."""
    old, new = (sum(line[0] != mark for line in lines) for mark in "+-")
    head = f"diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n@@ -1,{old} +1,{new} @@{section}\n"
    return parse_diff(head + "".join(f"{line}\n" for line in lines))


def test_added_is_told_deleted_and_context_are_not() -> None:
    """All three are redacted, and lines keep their numbers."""
    change = diff(
        "a.py", f" A = '{OTHER}'", f"-B = '{AWS}'", f"+C = '{AWS[:-1]}7'", "+D = 1", section=f" key = '{OTHER}'"
    )
    cleaned = clean(change)
    assert [(one.start_line, one.severity) for one in cleaned.findings] == [(2, Severity.CRITICAL)]
    hunk = cleaned.diff.files[0].hunks[0]
    assert [line.text for line in hunk.lines] == [f"{name} = '<secret:aws-access-key>'" for name in "ABC"] + ["D = 1"]
    assert "secret:" in hunk.section
    assert AWS not in repr(cleaned)


def test_findings_stand_in_the_redacted_diff() -> None:
    """Their quotes are of it, so that they are placed as any other finding is."""
    cleaned = clean(diff("a.py", f"+A = '{AWS}'", "+", *(f"+{line}" for line in KEY)))
    placed = [place(finding, by_path(cleaned.diff.files)) for finding in cleaned.findings]
    assert [one.line for one in placed if isinstance(one, Inline)] == [1, 3]


def test_one_finding_for_a_key_of_many_lines() -> None:
    """At its first line; where that was there before, at the first line that is new."""
    begin, *rest = KEY
    assert [one.start_line for one in clean(diff("k", *(f"+{line}" for line in KEY))).findings] == [1]
    assert [one.start_line for one in clean(diff("k", f" {begin}", *(f"+{line}" for line in rest))).findings] == [2]


def test_a_line_that_moved_adds_nothing() -> None:
    """Its credential was in the repository before."""
    assert clean(diff("a.py", f"-A = '{AWS}'", " x = 1", f"+    A = '{AWS}'")).findings == ()


def test_another_value_is_the_same_finding() -> None:
    """Its fingerprint and the redacted diff do not depend on it."""
    one, other = (clean(diff("a.py", f"+A = '{value}'")) for value in (AWS, OTHER))
    assert [*map(fingerprint, one.findings)] == [*map(fingerprint, other.findings)]
    assert one.diff == other.diff


def test_a_value_told_in_one_file_is_known_in_all() -> None:
    """And in what the pull request says of itself."""
    other = diff("b.py", f'+login("{PASSWORD}")')
    cleaned = clean(Diff((*other.files, *diff("a.py", f'+PASSWORD = "{PASSWORD}"').files)))
    assert cleaned.diff.files[0].hunks[0].lines[0].text == 'login("<secret:password>")'
    assert cleaned.text(f"it is {PASSWORD}") == "it is <secret:password>"


def test_a_made_up_password_opens_no_thread() -> None:
    """In tests and documentation a password is mostly no secret; a provider's token is one wherever it stands."""
    (vague,) = clean(diff("tests/test_db.py", f'+password = "{PASSWORD}"')).findings
    (sure,) = clean(diff("tests/test_db.py", f'+key = "{AWS}"')).findings
    assert (vague.confidence, sure.confidence) == (Confidence.LOW, Confidence.HIGH)


def test_a_delivery_is_kept_without_them() -> None:
    """What people wrote in it, however deep; what machines wrote stays."""
    payload = {"action": "opened", "pull_request": {"title": f"use {AWS}", "body": None, "head": {"sha": "0" * 40}}}
    kept = without_secrets(payload)
    assert kept == {**payload, "pull_request": {**payload["pull_request"], "title": "use <secret:aws-access-key>"}}


@pytest.mark.parametrize("depth", [10, 300, 480, 490, 700, 980, 20_000])
def test_no_answer_is_nested_too_deep(depth: int) -> None:
    """A model may be brought to nest its answer as deep as it likes: it is kept, less its credentials, whatever it is worth."""
    deep = f'{{"findings":{"[" * depth}"%s"{"]" * depth}}}'
    kept = answer_without_secrets(deep % AWS)
    assert AWS not in kept
    assert json.loads(answer_without_secrets(deep % "x")) if depth < 300 else answer_without_secrets(deep % "x")


@pytest.mark.parametrize("around", ["{}", "The key is AKIA: {}\nas {} says"])
def test_nearly_right_answers_keep_their_json(around: str) -> None:
    """What is read in spite of its form is kept without its credentials, and without what stands around it."""
    said = f'{{"findings": [{{"quote": "a\nb {AWS}"}},]}}'
    kept = answer_without_secrets(around.replace("{}", said, 1).replace("{}", AWS))
    assert AWS not in kept
    assert json.loads(kept)["findings"][0]["quote"].startswith("a\nb <secret:")
