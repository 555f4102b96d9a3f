"""Every format: one golden file each, read tests/data/formats to see them; and what the files' readers ask of them."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from app.core.diff import Side
from app.core.finding import Severity
from app.core.formats.json import schema
from app.core.formats.table import FORMATS
from app.core.formats.told import Subject, Told
from app.core.review import Reading, Review, assemble
from app.core.scope import Scope
from tests.golden import golden
from tests.make import chunk, finding
from tests.reviews import CART, OLD, PAID, a_review

ROOT = Path(__file__).parents[3]
SUBJECT = Subject("octo/shop#7", "base123", "https://github.example/octo/shop", (CART, OLD))
SUFFIXES = {"markdown": "md", "json": "json", "sarif": "sarif.json", "terminal": "txt", "github": "github.txt"}
HOSTILE = "\x1b]0;owned\x07\x9b2J::stop-commands::x\r\n::error::%0A\u202egnp.\u2028, a:b"


def told(review: Review | None = None) -> Told:
    """A review of two files with one of everything, one finding of which an open thread tells already."""
    if review is None:
        gone = finding(path="shop/old.py", side=Side.LEFT, start_line=1, end_line=1, quote="def gone():", title="Gone")
        review = replace(a_review(), standing=(gone,), silenced=1, minor=2, urls=("https://github.example/r/1",))
    return Told(review, SUBJECT, version="1.2.3")


def hostile() -> Told:
    """The same title, explanation and file name that would act on a terminal, a page or a runner, in each place."""
    text = f"shop/{HOSTILE}.py"
    bad = finding(title=HOSTILE, explanation=HOSTILE)
    lost = finding(path=text, title=HOSTILE, explanation=HOSTILE)
    readings = (Reading(chunk(CART, OLD), (bad, lost)),)
    review = assemble("abc1234", Scope((CART, OLD), ()), (), readings, PAID, most=30)
    return Told(review, replace(SUBJECT, name=HOSTILE))


@pytest.mark.parametrize("name", FORMATS)
def test_a_review_in_each_format(name: str) -> None:
    """One of everything, as the golden files show it; each ends with a line end."""
    text = FORMATS[name](told())
    golden(f"formats/review.{SUFFIXES[name]}", text)
    assert text.endswith("\n")


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_to_tell(name: str) -> None:
    """A change without a line to review is told, too, in every format."""
    empty = assemble("abc1234", Scope((), ()), (), (), PAID, most=30)
    golden(f"formats/empty.{SUFFIXES[name]}", FORMATS[name](told(empty)))


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_in_foreign_text_acts(name: str) -> None:
    """Escapes, bidirectional controls and odd line ends that the model or a branch's name holds reach no output."""
    text = FORMATS[name](hostile())
    assert not set(text) & set("\x1b\x07\x9b\r\u202e\u2028")
    assert [line for line in text.splitlines() if line.startswith(("::stop-commands", "::error::"))] == []


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
