"""The stand-in's verdicts and answers, given the prompts that the product writes."""

import json

import pytest

from kireji.core.diff.unified import FileDiff
from kireji.core.findings.placement import Inline, by_path, place
from kireji.core.prompts import talk, verdicts, verify
from kireji.core.pulls.thread import Thread
from tests.make import finding
from tests.sandbox import reviewer_talk as stand_in
from tests.sandbox.reviewer import STAND_IN_NAME, review_chunk
from tests.sandbox.reviewer_talk import converse, judge
from tests.threads import added, comment_of, outdated, thread

BUG = "def total(cart, seen=[]):"
TITLE = "Mutable default argument is shared between calls"
BODY = ["    return sum(cart)", "", "def save(cart, path):", "    handle = open(path)", "    handle.write(cart)"]
BEFORE = added([BUG, *BODY])
ONE = thread(finding(path=BEFORE.path, quote=BUG, title=TITLE), BEFORE)
OTHER = thread(finding(path=BEFORE.path, quote=BODY[3], title="File is never closed"), BEFORE)


def judged(file: FileDiff, *threads: Thread) -> list[str]:
    """The stand-in's verdicts, read as the product does."""
    (question,) = verdicts.questions(threads, by_path((file,)), 1000)
    found = verdicts.parse_verdicts(json.dumps(judge(question.prompt.chunk, review_chunk)), len(threads))
    return [found[index].fixed.value for index in range(len(threads))]


def test_what_its_checks_still_hit_is_not_fixed() -> None:
    """Each thread by itself: what another check hits beside it does not count."""
    assert judged(BEFORE, ONE, OTHER) == ["no", "no"]
    assert judged(added(["def total(cart, seen=()):", *BODY]), outdated(ONE), OTHER) == ["yes", "no"]
    assert judged(added(["def sum_of(cart, seen=[]):", *BODY]), outdated(ONE), OTHER) == ["no", "no"]
    assert judged(added(["x = 1"], "other.py"), outdated(ONE), outdated(OTHER)) == ["yes", "yes"]


def test_it_confirms_what_its_checks_hit_again() -> None:
    """In the code shown for the finding, or for an earlier one; of what they do not hit it is unsure."""
    told = [
        finding(path=BEFORE.path, start_line=line, end_line=line, quote=quote, title=title)
        for line, quote, title in ((1, BUG, TITLE), (5, BODY[3], "File is never closed"), (2, BODY[0], "Else"))
    ]
    spots = [spot for spot in (place(answer, by_path((BEFORE,))) for answer in told) if isinstance(spot, Inline)]
    (question,) = verify.questions(spots, by_path((BEFORE,)), "t")
    said = verify.parse_judgements(json.dumps(stand_in.verify(question.prompt.chunk, review_chunk)), len(told))
    found = {placed.finding.title: said[index].checked.value for index, placed in enumerate(question.placed)}
    assert found == {TITLE: "confirmed", "File is never closed": "confirmed", "Else": "unsure"}


def test_another_reviewer_judges_by_its_own_findings() -> None:
    """Where a test has a reviewer of its own, a finding counts at a line that is there, under the title that was told."""
    (question,) = verdicts.questions([ONE], by_path((BEFORE,)), 1000)
    for title, quote, fixed in ((TITLE, BUG, "no"), ("Else", BUG, "yes"), (TITLE, "gone", "yes")):
        found = judge(question.prompt.chunk, lambda _, title=title, quote=quote: [{"title": title, "quote": quote}])
        assert [row.get("fixed") for row in found["verdicts"]] == [fixed]  # pyrefly: ignore[not-iterable] - JSON


@pytest.mark.parametrize(
    ("said", "withdraws"),
    [
        ("Why?", False),
        ("That is a false alarm: it is never called twice.", True),
        ("A FALSE ALARM\n\nindeed", True),
        ("Is it false? An alarm?", False),
    ],
)
def test_it_withdraws_where_it_is_told_so(said: str, withdraws: bool) -> None:
    """The question's words count, not those said before it; and it says that it is not Claude."""
    earlier = comment_of("Somebody said false alarm before.", number=5)
    again = thread(finding(path=BEFORE.path, quote=BUG, title=TITLE), BEFORE, comments=(ONE.first, earlier))
    asked = talk.in_thread(comment_of(said, number=9), again, by_path((BEFORE,)), 500)
    answer = talk.parse(json.dumps(converse(asked.chunk)))
    assert answer is not None
    assert answer.withdraw is withdraws
    assert STAND_IN_NAME in answer.answer
    assert talk.posted(answer) == f"**Kireji:** {answer.answer}"


def test_it_answers_in_the_conversation_too() -> None:
    """There is nothing to withdraw, but an answer."""
    asked = talk.in_conversation("ann", "What does it do?", (BEFORE,), 500)
    assert converse(asked.chunk)["withdraw"] is False
