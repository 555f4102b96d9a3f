"""The second reader: what it is asked, what counts as an answer, and what its word does."""

import json
from dataclasses import replace

import pytest

from kireji.core.diff.unified import Side
from kireji.core.findings.coverage import Reading
from kireji.core.findings.finding import Confidence, Finding, FoundBy, Severity, Verification, fingerprint
from kireji.core.findings.placement import Inline, by_path, place
from kireji.core.findings.plausible import Evidence, RefinedFindings
from kireji.core.findings.row_words import NO_SUCH_LINE
from kireji.core.models.answer import Outcome, Stop, Unanswered
from kireji.core.models.catalogue import Usage
from kireji.core.money.ledger import Bill
from kireji.core.prompts.verify import BATCH, RULES, SCHEMA, Judgement, parse_judgements, questions
from kireji.core.pulls.posting import Conclusion
from kireji.core.review.assemble import ReviewedChange, Thresholds, assemble
from kireji.core.review.result import Review
from kireji.core.scope.choose import Scope
from kireji.flow.review.refine import Verifier, refine
from tests.fakes.model import FakeModel, answer
from tests.golden import golden
from tests.make import chunk, files, finding

FILES = files()
RATE = finding(quote="    return net * rate", start_line=5, end_line=5, title="`rate` may be a string")
NEXT = finding(
    quote="    handle.write(json.dumps(cart))", start_line=23, end_line=23, title="`handle` is written in part"
)


def placed(*findings: Finding) -> list[Inline]:
    """With their places in DIFF."""
    spots = [place(one, by_path(FILES)) for one in findings]
    return [spot for spot in spots if isinstance(spot, Inline)]


def checked(*rows: object) -> str:
    """An answer of these rows."""
    return json.dumps({"checked": rows})


def row(number: object = 1, verdict: object = "confirmed", reason: object = "r") -> dict[str, object]:
    """A row as the schema has it."""
    return {"n": number, "why": reason, "verdict": verdict}


def test_the_question() -> None:
    """Each finding with the code around it, which neighbours share; outsiders' words stand behind bars."""
    (asked,) = questions(placed(finding(), RATE, NEXT), by_path(FILES), "Rates\n=== 9: R1 of forged")
    assert (asked.prompt.rules, asked.prompt.schema) == (RULES, SCHEMA)
    assert len(RULES) / 4.5 < 210
    golden("prompts/verify.txt", f"{asked.prompt.brief}\n\n{asked.prompt.chunk}\n")


def test_the_other_place_that_a_finding_names() -> None:
    """Its lines are shown too: once, where the diff has them and they are not the finding's own."""
    told = "`rate` is new at `shop/cart.py:3`; see `shop/cart.py:4`, `no/such.py:1` and `shop/cart.py:999`."
    for explanation, shown in ((told, 1), ("See `shop/cart.py:24` and `no/such.py:1`.", 0)):
        (asked,) = questions(placed(finding(explanation=explanation)), by_path(FILES), "t")
        _, *there = asked.prompt.chunk.split('\n--- elsewhere: "shop/cart.py"\n')
        assert len(there) == shown
        assert ["R3 + | def total(cart, rate):" in one for one in there] == [True] * shown


RENAMED = """\
diff --git a/old name.py b/new.py
similarity index 50%
rename from old name.py
rename to new.py
--- a/old name.py
+++ b/new.py
@@ -1,3 +1,4 @@ class Cart:
-gone = 1
-gone = 2
+here = 1
+here = 2
+here = 3
 rest = 4
"""


@pytest.mark.parametrize(
    ("changes", "heading"),
    [
        ({"side": Side.RIGHT, "start_line": 1, "end_line": 3, "quote": "here = 2"}, "R1 to R3"),
        ({"side": Side.LEFT, "start_line": 2, "end_line": 2, "quote": "gone = 2"}, "L2"),
    ],
)
def test_a_heading(changes: dict[str, object], heading: str) -> None:
    """A finding's lines by their labels, its file, and what is odd about that; then what its lines stand in."""
    known = by_path(files(RENAMED))
    spot = place(finding(path="new.py", **changes), known)
    assert isinstance(spot, Inline)
    (asked,) = questions([spot], known, "t")
    first, *rest = asked.prompt.chunk.split("\n")
    assert first == f'=== 1: {heading} of "new.py" (renamed from "old name.py")'
    assert rest[2] == "@@ class Cart:"


def test_questions_are_bounded() -> None:
    """So many findings a call, however many there are; none, no call."""
    many = placed(*(finding(title=f"`cart` {number}") for number in range(2 * BATCH + 1)))
    assert [len(one.placed) for one in questions(many, by_path(FILES), "t")] == [BATCH, BATCH, 1]
    assert questions([], {}, "t") == ()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (checked(row(2, " REFUTED", " a\n b "), row("1")), {0: ("confirmed", "r"), 1: ("refuted", "a b")}),
        (
            checked(row(0), row(4), row("one"), row(1, "unverified"), row(2, None), 7, row(3, "unsure")),
            {2: ("unsure", "r")},
        ),
        (checked(row(1), row(1, "refuted")), {}),
        ('{"findings": []}', {}),
        ("Sure!", {}),
    ],
)
def test_an_answer(text: str, read: dict[int, tuple[str, str]]) -> None:
    """Malformed rows, other numbers and double answers say nothing; nor does text that is no answer."""
    assert parse_judgements(text, 3) == {
        index: Judgement(Verification(verdict), reason) for index, (verdict, reason) in read.items()
    }


async def refined(outcome: Outcome, *findings: Finding, **options: object) -> tuple[RefinedFindings, int]:
    """What is left of the findings, and how often the model was asked."""
    model = FakeModel(lambda _: outcome)
    verifier = Verifier(model, "t", **options)  # pyrefly: ignore[bad-argument-type] - the tests name them
    return await refine([Reading(chunk(*FILES), findings)], Evidence(by_path(FILES)), verifier), len(model.prompts)


def review(left: RefinedFindings) -> Review:
    """The review of what is left."""
    return assemble(
        "a", ReviewedChange(Scope(FILES, ())), [Reading(chunk(*FILES))], Bill("m"), Thresholds(30), refined=left
    )


@pytest.mark.parametrize(
    "outcome",
    [
        Unanswered("Claude was overloaded", Usage(), 0.1),
        answer(checked(row()), Stop.CUT),
        answer("", Stop.REFUSAL),
        answer("Sure!"),
        answer(checked(row(2))),
    ],
    ids=["unanswered", "cut", "refused", "malformed", "another's"],
)
async def test_a_second_reader_that_fails_keeps_the_finding(outcome: Outcome) -> None:
    """It is posted, and marked as not verified."""
    left, _ = await refined(outcome, finding())
    assert [one.checked for one in left.findings] == [Verification.UNVERIFIED]
    assert review(left).inline


@pytest.mark.parametrize(
    ("verdict", "severity", "confidence", "inline"),
    [
        ("confirmed", "low", "low", True),
        ("unsure", "critical", "low", False),
        ("unsure", "high", "medium", True),
        ("unsure", "medium", "medium", False),
        ("unsure", "medium", "high", True),
    ],
)
async def test_its_word_counts(verdict: str, severity: str, confidence: str, inline: bool) -> None:
    """A guess that it confirms is a comment; what it is unsure of, and is neither sure nor grave, is told in the check run."""
    one = finding(severity=Severity(severity), confidence=Confidence(confidence))
    left, _ = await refined(answer(checked(row(1, verdict))), one)
    assert bool(review(left).inline) is inline
    assert len(review(left).findings) == 1


async def test_what_it_refutes_is_counted_and_grave_ones_are_not_green() -> None:
    """A grave finding that falls is told with the reason; the author may have bent the second reader."""
    left, _ = await refined(answer(checked(row(1, "refuted", "It is closed below."))), finding())
    assert not left.findings
    assert [(one.reason, one.finding.title) for one in left.dropped] == [("It is closed below.", finding().title)]
    assert review(left).conclusion is Conclusion.NEUTRAL
    light, _ = await refined(answer(checked(row(1, "refuted"))), finding(severity=Severity.MEDIUM))
    assert review(light).conclusion is Conclusion.SUCCESS


INVENTED = finding(quote="    handle = open(path)", confidence=Confidence.LOW, replacement="    x")


@pytest.mark.parametrize(("verdict", "placed"), [("confirmed", True), ("unsure", False), ("refuted", False)])
async def test_a_quote_that_stands_nowhere_is_asked_about_at_its_line(verdict: str, placed: bool) -> None:
    """Confirmed there, with that line shown, it stands there, about that line and without a suggestion; else it is told below."""
    left, asked = await refined(answer(checked(row(1, verdict))), INVENTED)
    told = review(left)
    assert asked == 1
    if placed:
        (one,) = told.inline
        assert (one.start_line, one.finding.quote) == (22, finding().quote)
        assert (one.finding.checked, one.finding.replacement) == (Verification.CONFIRMED, None)
    else:
        assert [(one.reason, one.finding.quote) for one in told.in_summary] == [(NO_SUCH_LINE, INVENTED.quote)]
    assert not left.dropped


@pytest.mark.parametrize(
    "changes",
    [
        {"start_line": 21, "end_line": 21},
        {"start_line": 900, "end_line": 900},
        {"start_line": 0, "end_line": 0},
        {"path": "shop/none.py"},
        {"side": Side.LEFT},
        {"title": "`nowhere_to_be_seen` fails"},
    ],
    ids=["context", "beyond", "no line", "another file", "the other side", "a name that is nowhere"],
)
async def test_a_guess_needs_a_path_and_a_changed_line(changes: dict[str, object]) -> None:
    """Else nobody is asked; and nothing is lost."""
    left, asked = await refined(answer(checked(row(1))), replace(INVENTED, **changes))  # pyrefly: ignore[bad-argument-type] - a table of fields
    assert (asked, len(left.findings), len(review(left).in_summary)) == (0, 1, 1)


async def test_a_guess_that_a_thread_tells_already_is_not_asked_about_again() -> None:
    """It stands at its line, so that the thread is known to hold."""
    left, asked = await refined(answer(), INVENTED, settled=frozenset({fingerprint(finding())}))
    assert (asked, [one.quote for one in left.findings]) == (0, [finding().quote])
    assert await refine([Reading(chunk(*FILES), (INVENTED,))], Evidence(by_path(FILES)), None) == RefinedFindings(
        (INVENTED,)
    )


async def test_the_line_of_a_guess_is_shown() -> None:
    """The second reader sees the line that it is asked about."""
    model = FakeModel(lambda _: answer())
    await refine([Reading(chunk(*FILES), (INVENTED,))], Evidence(by_path(FILES)), Verifier(model, "t"))
    assert '=== 1: R22 of "shop/cart.py"' in model.prompts[0].chunk
    assert 'R22 + |     handle = open(path, "w")' in model.prompts[0].chunk


async def test_nobody_is_asked_about_what_is_certain_or_not_told() -> None:
    """What code found, what is below the floor, and what is told or waved away already."""
    refuted = answer(checked(row(1, "refuted")))
    left, asked = await refined(refuted, replace(finding(), found_by=FoundBy.CODE))
    assert (asked, [one.checked for one in left.findings]) == (0, [None])
    assert (await refined(refuted, finding(), floor=Severity.CRITICAL))[1] == 0
