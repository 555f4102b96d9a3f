"""An answer's text becomes JSON wherever it can be meant in one way only; what is cut off never does."""

import json
import string
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kireji.core.models.structured import AnswerError, decode, load_object, load_rows

ROW = {"path": "a.py", "quote": 'if re.match("\\d", "[,]") {'}
WHOLE = json.dumps({"findings": [ROW]})


@pytest.mark.parametrize(
    "text",
    [
        f"Here is my review:\n{WHOLE}\nI hope {{this}} helps.",
        f"```json\n{WHOLE}\n```\nThat is all, \"really\".",
        f"\ufeff{WHOLE}",
        WHOLE.replace("]}", "],}").replace("}]", "},]"),
        json.dumps({"findings": [ROW]}, indent=2).replace("\n  ]", ",\n  ]"),
        json.dumps({"findings": json.dumps([ROW])}),
        json.dumps({"findings": WHOLE}),
        json.dumps({"findings": ROW}),
        json.dumps([ROW]),
        f"```json\n{json.dumps([ROW])}\n```",
        WHOLE.replace("\\\\d", "\\d"),
    ],
    ids=[
        *("prose", "fence and prose", "mark of order", "commas", "comma on a line", "list as text", "answer in a list"),
        *("one row", "bare list", "bare list in a fence", "stray backslash"),
    ],
)  # fmt: skip
def test_a_nearly_right_answer_is_read(text: str) -> None:
    """What stands around the object, or slipped within it, changes nothing in what it says."""
    assert load_rows(text, "findings") == [ROW]


@pytest.mark.parametrize("control", ["\n", "\r\n", "\t", "\0", "\x1b"])
def test_raw_control_characters_in_strings(control: str) -> None:
    """JSON wants them escaped, and some providers do not."""
    assert load_object(f'{{"findings": [], "note": "a{control}b"}}')["note"] == f"a{control}b"


@pytest.mark.parametrize(
    "text",
    [
        *(WHOLE[:end] for end in range(len(WHOLE))),
        f"First {WHOLE}, or rather {WHOLE}",
        f'As in {{"a": 1}}: {WHOLE}',
        '{"findings": "[{]"}',
        "None",
        "[" * 200_000,
        '{"' * 100_000,
        '{"a":' * 50_000,
        '{"a": "' + "\\" * 200_000,
        '"' * 200_000,
    ],
)
def test_what_is_cut_off_or_told_twice_is_no_answer(text: str) -> None:
    """Filled up it would lose in silence what was cut off; of two answers nobody knows which is meant."""
    with pytest.raises(AnswerError):
        load_rows(text, "findings")


TEXT = st.text(string.printable + "\u2028é\x00", max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(TEXT, VALUES, min_size=1),
    st.text("abc .,!?\n`'", max_size=40),
    st.text("abc .,}]!\n`'", max_size=40),
)
def test_prose_around_changes_nothing(value: dict[str, object], before: str, after: str) -> None:
    """Any object comes out as it went in, however it is wrapped; and a comma too many in it does not matter."""
    text = json.dumps(value)
    assert decode(f"{before}{text}{after}") == value
    assert decode(f"{before}{text[:-1]},}}{after}") == value


@given(st.text('{}[]",:\\ \nu01abc', max_size=60))
def test_any_text_is_an_answer_or_none(text: str) -> None:
    """Nothing but AnswerError is ever raised."""
    with suppress(AnswerError):
        decode(text)


@pytest.mark.parametrize(
    "text",
    [
        f'{{"findings": {json.dumps([ROW])}, "findings": []}}',
        '{"findings": [{"severity": "critical", "severity": "low"}]}',
        json.dumps({"findings": [], "more_findings": [ROW]}),
        json.dumps({"findings": [], "result": {"findings": [ROW]}}),
        "{\"findings\": []}\n{'findings': [{'path': 'a.py'}]}",
    ],
    ids=["list twice", "field twice", "another list", "a list below", "another value"],
)
def test_rows_that_would_be_lost_make_it_no_answer(text: str) -> None:
    """It is asked for once more: of two equal keys the first, and what stands beside an empty list, are not dropped."""
    with pytest.raises(AnswerError):
        load_rows(text, "findings")
