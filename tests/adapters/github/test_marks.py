"""Marks in what is posted: each proves itself at its own place, and nowhere else."""

import re
from dataclasses import replace

import pytest

from kireji.adapters.github.http.marks import CONVERSATION, Marks, Told
from kireji.core.pulls.posting import READ_WHOLE
from kireji.core.pulls.signing import Signer

MARKS = Marks(Signer((b"a" * 32,)), 7, 1)
ELSEWHERE = [
    pytest.param(replace(MARKS, repository=8), id="another repository"),
    pytest.param(replace(MARKS, number=2), id="another pull request"),
    pytest.param(replace(MARKS, signer=Signer((b"b" * 32,))), id="another key"),
]
REVIEW = "octo/shop#1@a/1"
FINDING = MARKS.finding("a.py", "f0", REVIEW)
PROOF = re.compile("<!-- kireji:proof [0-9a-f]{32} -->")


def test_a_finding() -> None:
    """In its own file; the last mark counts, since what stands above it quotes a model."""
    assert MARKS.told("a.py", f"Odd.\n{FINDING}") == Told("f0", REVIEW, signed=True)
    assert MARKS.told("b.py", FINDING) == Told("f0", REVIEW, signed=False)
    assert MARKS.told("a.py", f"{FINDING}\n<!-- kireji:finding f9 {REVIEW} -->") == Told("f9", REVIEW, signed=False)
    assert MARKS.told("a.py", "Odd.") is None


@pytest.mark.parametrize("marks", ELSEWHERE)
def test_a_copy_elsewhere_proves_nothing(marks: Marks) -> None:
    """Of any kind."""
    check = f"{READ_WHOLE}\n{MARKS.check(5, 'success', 'Title', whole=True)}"
    assert marks.told("a.py", FINDING) == Told("f0", REVIEW, signed=False)
    assert marks.reviews(MARKS.review("m", "ab,cd")) == {}
    assert not marks.says(CONVERSATION, MARKS.said(CONVERSATION, "summary"), "summary")
    assert not marks.concluded(5, "success", "Title", check)
    assert MARKS.concluded(5, "success", "Title", check)


@pytest.mark.parametrize(
    "body",
    [
        PROOF.sub("", FINDING),
        FINDING.removesuffix(" -->")[:-1] + " -->",
        FINDING.replace("f0", "f1"),
        FINDING.replace(REVIEW, "octo/shop#1@b/1"),
        PROOF.sub(f"<!-- kireji:proof {'0' * 32} -->", FINDING),
        MARKS.review("f0", "ab").replace("kireji:review f0 ab", f"kireji:finding f0 {REVIEW}"),
        FINDING.replace("--><!--", "--> <!--"),
    ],
    ids=["none", "cut", "another finding", "another review", "invented", "another kind's", "apart"],
)
def test_a_forged_finding(body: str) -> None:
    """It is a mark, and no proof."""
    told = MARKS.told("a.py", body)
    assert told is None or not told.signed


def test_a_review_and_its_comments() -> None:
    """Whose keys were posted under which marker."""
    assert MARKS.reviews(f"x {MARKS.review('m', 'ab,cd')}") == {"m": ("ab", "cd")}
    assert MARKS.reviews(MARKS.review("m", "ab,cd").replace("ab,cd", "ab,ce")) == {}
    assert MARKS.reviews("<!-- kireji:review m ab,cd -->") == {}


def test_what_is_said_is_said_at_one_place() -> None:
    """In a thread, in another one, or in the conversation; under one marker, or whichever."""
    said = f"Because.\n\n{MARKS.said('12', 'reply d-1')}"
    assert MARKS.says("12", said)
    assert MARKS.says("12", said, "reply d-1")
    assert not MARKS.says("12", said, "reply d-2")
    assert not MARKS.says("13", said)
    assert not MARKS.says(CONVERSATION, said)
    assert not MARKS.says("12", "<!-- kireji:said reply d-1 -->", "reply d-1")


def test_without_a_key_that_lasts_what_was_said_is_not_said_again() -> None:
    """The marker alone counts: an answer too few is better than one in every run."""
    marks = replace(MARKS, signer=replace(MARKS.signer, lasting=False))
    assert marks.says("12", MARKS.said("13", "summary"), "summary")
    assert not marks.says("12", MARKS.said("12", "summary"), "other")


def test_a_kept_comment_from_before_is_written_over() -> None:
    """One without a proof; with a wrong one it is a copy."""
    assert MARKS.says_unsigned("x\n\n<!-- kireji:said summary -->", "summary")
    assert not MARKS.says_unsigned("x\n\n<!-- kireji:said other -->", "summary")
    assert not MARKS.says_unsigned(MARKS.said("12", "summary"), "summary")


@pytest.mark.parametrize(
    ("check_id", "conclusion", "title", "before"),
    [
        (6, "neutral", "2 findings", ""),
        (5, "success", "2 findings", ""),
        (5, "neutral", "No findings", ""),
        (5, "neutral", "2 findings", READ_WHOLE),
    ],
    ids=["another run", "another conclusion", "another title", "called whole"],
)
def test_a_check_run_is_believed_as_it_was_completed(check_id: int, conclusion: str, title: str, before: str) -> None:
    """Whoever has the App's identity may change it, or copy its text."""
    mark = MARKS.check(5, "neutral", "2 findings", whole=False)
    assert MARKS.concluded(5, "neutral", "2 findings", f"Two.\n\n{mark}")
    assert not MARKS.concluded(check_id, conclusion, title, f"{before}Two.\n\n{mark}")


def test_a_kireji_from_before_knows_the_marks() -> None:
    """During an upgrade it runs beside this one, and after one that was taken back alone; it looks for these."""
    assert re.search(r"<!-- kireji:finding (?P<fingerprint>\S+)(?: (?P<review>\S+))? -->", FINDING)
    assert re.search(r"<!-- kireji:review (?P<marker>\S+) (?P<keys>[0-9a-f,]+) -->", MARKS.review("m", "ab,cd"))
    assert "<!-- kireji:said reply d-1 -->" in MARKS.said("12", "reply d-1")
