"""Marks in what is posted: each proves itself at its own place, and nowhere else."""

import re
from dataclasses import replace

import pytest

from kireji.adapters.github.http.marks import CONVERSATION, FindingMark, Marks
from kireji.core.pulls.posting import READ_WHOLE
from kireji.core.pulls.signing import Signer

MARKS = Marks(Signer((b"a" * 32,)), 7, 1)
ELSEWHERE = [
    pytest.param(replace(MARKS, repository=8), id="another repository"),
    pytest.param(replace(MARKS, number=2), id="another pull request"),
    pytest.param(replace(MARKS, signer=Signer((b"b" * 32,))), id="another key"),
]
REVIEW = "octo/shop#1@a/1"
FINDING = MARKS.mark_finding("a.py", "f0", REVIEW)
PROOF = re.compile("<!-- kireji:proof [0-9a-f]{32} -->")


def test_a_finding() -> None:
    """In its own file; the last mark counts, since what stands above it quotes a model."""
    assert MARKS.read_finding("a.py", f"Odd.\n{FINDING}") == FindingMark("f0", REVIEW, signed=True)
    assert MARKS.read_finding("b.py", FINDING) == FindingMark("f0", REVIEW, signed=False)
    assert MARKS.read_finding("a.py", f"{FINDING}\n<!-- kireji:finding f9 {REVIEW} -->") == FindingMark(
        "f9", REVIEW, signed=False
    )
    assert MARKS.read_finding("a.py", "Odd.") is None


@pytest.mark.parametrize("marks", ELSEWHERE)
def test_a_copy_elsewhere_proves_nothing(marks: Marks) -> None:
    """Of any kind."""
    check = f"{READ_WHOLE}\n{MARKS.mark_check(5, 'success', 'Title', whole=True)}"
    assert marks.read_finding("a.py", FINDING) == FindingMark("f0", REVIEW, signed=False)
    assert marks.read_reviews(MARKS.mark_review("m", "ab,cd")) == {}
    assert not marks.is_statement(CONVERSATION, MARKS.mark_statement(CONVERSATION, "summary"), "summary")
    assert not marks.is_concluded(5, "success", "Title", check)
    assert MARKS.is_concluded(5, "success", "Title", check)


@pytest.mark.parametrize(
    "body",
    [
        PROOF.sub("", FINDING),
        FINDING.removesuffix(" -->")[:-1] + " -->",
        FINDING.replace("f0", "f1"),
        FINDING.replace(REVIEW, "octo/shop#1@b/1"),
        PROOF.sub(f"<!-- kireji:proof {'0' * 32} -->", FINDING),
        MARKS.mark_review("f0", "ab").replace("kireji:review f0 ab", f"kireji:finding f0 {REVIEW}"),
        FINDING.replace("--><!--", "--> <!--"),
    ],
    ids=["none", "cut", "another finding", "another review", "invented", "another kind's", "apart"],
)
def test_a_forged_finding(body: str) -> None:
    """It is a mark, and no proof."""
    told = MARKS.read_finding("a.py", body)
    assert told is None or not told.signed


def test_a_review_and_its_comments() -> None:
    """Whose keys were posted under which marker."""
    assert MARKS.read_reviews(f"x {MARKS.mark_review('m', 'ab,cd')}") == {"m": ("ab", "cd")}
    assert MARKS.read_reviews(MARKS.mark_review("m", "ab,cd").replace("ab,cd", "ab,ce")) == {}
    assert MARKS.read_reviews("<!-- kireji:review m ab,cd -->") == {}


def test_what_is_said_is_said_at_one_place() -> None:
    """In a thread, in another one, or in the conversation; under one marker, or whichever."""
    said = f"Because.\n\n{MARKS.mark_statement('12', 'reply d-1')}"
    assert MARKS.is_statement("12", said)
    assert MARKS.is_statement("12", said, "reply d-1")
    assert not MARKS.is_statement("12", said, "reply d-2")
    assert not MARKS.is_statement("13", said)
    assert not MARKS.is_statement(CONVERSATION, said)
    assert not MARKS.is_statement("12", "<!-- kireji:said reply d-1 -->", "reply d-1")


def test_without_a_key_that_lasts_what_was_said_is_not_said_again() -> None:
    """The marker alone counts: an answer too few is better than one in every run."""
    marks = replace(MARKS, signer=replace(MARKS.signer, lasting=False))
    assert marks.is_statement("12", MARKS.mark_statement("13", "summary"), "summary")
    assert not marks.is_statement("12", MARKS.mark_statement("12", "summary"), "other")


def test_a_kept_comment_from_before_is_written_over() -> None:
    """One without a proof; with a wrong one it is a copy."""
    assert MARKS.is_unsigned_statement("x\n\n<!-- kireji:said summary -->", "summary")
    assert not MARKS.is_unsigned_statement("x\n\n<!-- kireji:said other -->", "summary")
    assert not MARKS.is_unsigned_statement(MARKS.mark_statement("12", "summary"), "summary")


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
    mark = MARKS.mark_check(5, "neutral", "2 findings", whole=False)
    assert MARKS.is_concluded(5, "neutral", "2 findings", f"Two.\n\n{mark}")
    assert not MARKS.is_concluded(check_id, conclusion, title, f"{before}Two.\n\n{mark}")


def test_a_kireji_from_before_knows_the_marks() -> None:
    """During an upgrade it runs beside this one, and after one that was taken back alone; it looks for these."""
    assert re.search(r"<!-- kireji:finding (?P<fingerprint>\S+)(?: (?P<review>\S+))? -->", FINDING)
    assert re.search(r"<!-- kireji:review (?P<marker>\S+) (?P<keys>[0-9a-f,]+) -->", MARKS.mark_review("m", "ab,cd"))
    assert "<!-- kireji:said reply d-1 -->" in MARKS.mark_statement("12", "reply d-1")
