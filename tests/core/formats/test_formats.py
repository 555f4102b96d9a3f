"""Every format: one golden file each, read tests/data/formats to see them; and what the files' readers ask of them."""

import json
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from kireji.core.diff.unified import Side
from kireji.core.findings.coverage import Reading
from kireji.core.findings.finding import Category, FoundBy, Place, Severity, Verification
from kireji.core.formats.json import schema
from kireji.core.formats.report import ReviewReport, ReviewSubject
from kireji.core.formats.table import FORMATS
from kireji.core.money.budget import Period, ReviewExtent, Shortage
from kireji.core.review.assemble import ReviewedChange, Thresholds, assemble
from kireji.core.review.result import Review
from kireji.core.review.suggestion import Withheld
from kireji.core.scope.choose import Scope
from tests.golden import golden
from tests.make import chunk, finding
from tests.reviews import CART, OLD, PAID, a_review

ROOT = Path(__file__).parents[3]
SUBJECT = ReviewSubject("octo/shop#7", "base123", "https://github.example/octo/shop", (CART, OLD))
SUFFIXES = {"markdown": "md", "json": "json", "sarif": "sarif.json", "terminal": "txt", "github": "github.txt"}
HOSTILE = "\x1b]0;owned\x07\x9b2J::stop-commands::x\r\n::error::%0A\u202egnp.\u2028, a:b ##[add-mask]x ###[error]"


def told(review: Review | None = None) -> ReviewReport:
    """A review of two files with one of everything, one finding of which an open thread tells already."""
    if review is None:
        gone = finding(path="shop/old.py", side=Side.LEFT, start_line=1, end_line=1, quote="def gone():", title="Gone")
        review = replace(a_review(), standing=(gone,), silenced=1, minor=2, urls=("https://github.example/r/1",))
        worst = review.inline[0]
        others = (Place("shop/old.py", Side.LEFT, 3), Place("shop/cart.py", Side.RIGHT, 24))
        checked = replace(worst, finding=replace(worst.finding, checked=Verification.CONFIRMED, others=others))
        review = replace(review, inline=(checked, *review.inline[1:]), withheld=(Withheld.BROKEN,))
    return ReviewReport(review, SUBJECT, version="1.2.3")


def hostile() -> ReviewReport:
    """The same title, explanation and file name that would act on a terminal, a page or a runner, in each place."""
    text = f"shop/{HOSTILE}.py"
    bad = finding(title=HOSTILE, explanation=f"{HOSTILE}\n\n  ::error::x {'word ' * 20}\n\n```\n::error::x\n```")
    lost = finding(
        path=text, title=HOSTILE, explanation=f"{HOSTILE}\n\n  ::error::x {'word ' * 20}\n\n```\n::error::x\n```"
    )
    readings = (Reading(chunk(CART, OLD), (bad, lost)),)
    review = assemble("abc1234", ReviewedChange(Scope((CART, OLD), ())), readings, PAID, Thresholds(30))
    return ReviewReport(review, replace(SUBJECT, name=HOSTILE))


@pytest.mark.parametrize("name", FORMATS)
def test_a_review_in_each_format(name: str) -> None:
    """One of everything, as the golden files show it; each ends with a line end."""
    text = FORMATS[name](told())
    golden(f"formats/review.{SUFFIXES[name]}", text)
    assert text.endswith("\n")


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_to_tell(name: str) -> None:
    """A change without a line to review is told, too, in every format."""
    empty = assemble("abc1234", ReviewedChange(Scope((), ())), (), PAID, Thresholds(30))
    golden(f"formats/empty.{SUFFIXES[name]}", FORMATS[name](told(empty)))


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_in_foreign_text_acts(name: str) -> None:
    """Escapes, bidirectional controls, odd line ends and a runner's commands, old ones too, reach no output."""
    text = FORMATS[name](hostile())
    assert not set(text) & set("\x1b\x07\x9b\r\u202e\u2028")
    assert [line for line in text.splitlines() if line.lstrip().startswith(("::stop-commands", "::error::"))] == []
    assert "##[" not in text


def test_the_json_is_as_published() -> None:
    """`kireji review --schema > deploy/review.schema.json` renews the schema; what is written fits it."""
    published = json.loads((ROOT / "deploy" / "review.schema.json").read_text("utf-8"))
    assert published == schema()
    jsonschema.Draft202012Validator.check_schema(published)
    for one in (told(), hostile()):
        value = json.loads(FORMATS["json"](one))
        jsonschema.validate(value, published)
        assert sum(value["counts"].values()) == len(value["findings"])
    assert json.loads(FORMATS["json"](told()))["findings"][0]["severity"] == Severity.CRITICAL


def test_the_sarif_is_as_oasis_has_it() -> None:
    """The official schema takes it, hostile text and all; every result has its rule."""
    official = json.loads((ROOT / "tests/data/sarif/sarif-2.1.0-rtm.5.json").read_text("utf-8"))
    validator = jsonschema.Draft4Validator(official, format_checker=jsonschema.FormatChecker())
    for one in (told(), hostile()):
        log = json.loads(FORMATS["sarif"](one))
        assert [error.message for error in validator.iter_errors(log)] == []
        (run,) = log["runs"]
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        assert [rules[result["ruleIndex"]] for result in run["results"]] == [each["ruleId"] for each in run["results"]]


@pytest.mark.parametrize(
    ("severity", "level", "score"),
    [("critical", "error", "9.5"), ("high", "error", "8.0"), ("medium", "warning", "5.5"), ("low", "note", "2.0")],
)
def test_how_grave_a_weakness_is(severity: str, level: str, score: str) -> None:
    """Code scanning reads a weakness's severity off its rule, and the level of everything else off the result."""
    weak = finding(category=Category.SECURITY, severity=Severity(severity))
    review = assemble(
        "abc1234", ReviewedChange(Scope((CART,), ())), (Reading(chunk(CART), (weak,)),), PAID, Thresholds(30)
    )
    (run,) = json.loads(FORMATS["sarif"](told(review)))["runs"]
    (rule,) = (rule for rule in run["tool"]["driver"]["rules"] if rule["id"] == "kireji/security")
    assert (run["results"][0]["level"], rule["properties"]["security-severity"]) == (level, score)


@pytest.mark.parametrize(
    ("checked", "word"),
    [
        (Verification.CONFIRMED, "verified"),
        (Verification.UNSURE, "unsure"),
        (Verification.UNVERIFIED, "unverified"),
        (None, None),
    ],
)
def test_what_programs_are_told_of_doubt(checked: Verification | None, word: str | None) -> None:
    """One word in JSON and SARIF, none where nobody was asked; who found it; the budget that was short."""
    short = Shortage(ReviewExtent.RISKY, Period.DAY, 5_000_000, 20_000_000, ())
    found = finding(checked=checked, found_by=FoundBy.CODE)
    review = assemble(
        "abc1234", ReviewedChange(Scope((CART,), ())), (Reading(chunk(CART), (found,)),), PAID, Thresholds(30)
    )
    one = told(replace(review, shortage=short))
    value, (run,) = json.loads(FORMATS["json"](one)), json.loads(FORMATS["sarif"](one))["runs"]
    jsonschema.validate(value, schema())
    assert [(each["checked"], each["found_by"]) for each in value["findings"]] == [(word, "code")]
    assert value["shortage"] == {
        "of": "day",
        "step": "risky files only",
        "room_dollars": 0.005,
        "whole_dollars": 0.02,
    }
    (result,) = run["results"]
    assert (result["properties"].get("checked"), result["properties"]["foundBy"]) == (word, "code")
    assert run["properties"]["shortage"].endswith("the repository's daily budget has $0.0050 left")


def test_a_fix_is_whole_lines() -> None:
    """It deletes the lines named and puts the replacement in their place, whose last line keeps the file's line end."""
    (run,) = json.loads(FORMATS["sarif"](told()))["runs"]
    ((fix,),) = [result["fixes"] for result in run["results"] if "fixes" in result]
    assert fix["artifactChanges"][0]["replacements"] == [
        {
            "deletedRegion": {"startLine": 22, "endLine": 22},
            "insertedContent": {"text": '    with open(path, "w") as handle:'},
        }
    ]


def test_colours_only_where_they_are_wanted() -> None:
    """The same words with colours and without; each finding stands with its code."""
    plain, coloured = FORMATS["terminal"](told()), FORMATS["terminal"](replace(told(), colour=True))
    assert "\x1b[" not in plain
    assert "\x1b[" in coloured
    assert [line.rstrip() for line in re.sub("\x1b\\[[0-9;]*m", "", coloured).splitlines()] == plain.splitlines()


def test_skips_are_named_where_somebody_asks() -> None:
    """Their number else."""
    assert "--explain-skips" in FORMATS["terminal"](told())
    text = FORMATS["terminal"](replace(told(), explain_skips=True))
    assert "  poetry.lock: lock file\n" in text
