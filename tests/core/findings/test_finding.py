"""What the model says becomes checked data, or a plain reason why not."""

import json
import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kireji.core.diff.unified import Side
from kireji.core.findings.finding import (
    MAX_QUOTE,
    Category,
    Confidence,
    Finding,
    Severity,
    fingerprint,
)
from kireji.core.findings.mended_rows import MAX_LINE_NUMBER
from kireji.core.findings.parsing import MAX_EXPLANATION, MAX_REPLACEMENT, MAX_TITLE, parse
from kireji.core.models.structured import AnswerError
from kireji.errors import DefectError

WIRE: dict[str, object] = {
    "path": "src/app.py",
    "side": "RIGHT",
    "start_line": 11,
    "end_line": 12,
    "quote": "    return f.read()",
    "category": "resources",
    "severity": "high",
    "confidence": "medium",
    "title": "The file stays open",
    "explanation": "`f` is never closed.",
    "replacement": None,
}
FINDING = Finding(
    path="src/app.py",
    side=Side.RIGHT,
    start_line=11,
    end_line=12,
    quote="    return f.read()",
    category=Category.RESOURCES,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    title="The file stays open",
    explanation="`f` is never closed.",
)


def answer(*items: object) -> str:
    """An answer's text."""
    return json.dumps({"findings": items})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {}),
        ({"severity": "HIGH", "category": "Resources", "confidence": " Medium "}, {}),
        ({"side": "right"}, {}),
        ({"side": "Left"}, {"side": Side.LEFT}),
        ({"start_line": 12, "end_line": 11}, {}),
        ({"start_line": 11, "end_line": 11}, {"end_line": 11}),
        (
            {"start_line": MAX_LINE_NUMBER, "end_line": MAX_LINE_NUMBER},
            {"start_line": MAX_LINE_NUMBER, "end_line": MAX_LINE_NUMBER},
        ),
        ({"replacement": ""}, {"replacement": ""}),
        ({"replacement": " \n"}, {}),
        ({"replacement": "\n"}, {}),
        ({"replacement": "    a\r\n    b\r\n"}, {"replacement": "    a\n    b"}),
        ({"replacement": "    a\n\n"}, {"replacement": "    a\n"}),
        ({"replacement": "x" * MAX_REPLACEMENT}, {"replacement": "x" * MAX_REPLACEMENT}),
        ({"replacement": "x" * (MAX_REPLACEMENT + 1)}, {"replacement": None}),
        ({"replacement": "if admin\u202e:"}, {"replacement": None}),
        ({"replacement": "x = 1  # <!-- kireji:finding 0123456789abcdef -->"}, {"replacement": None}),
        ({"surprise": {"deep": [1]}}, {}),
        ({"title": "  The file\n\tstays  open "}, {}),
        ({"title": "t" * 121}, {"title": "t" * (MAX_TITLE - 1) + "…"}),
        ({"explanation": "e" * 2001}, {"explanation": "e" * (MAX_EXPLANATION - 1) + "…"}),
        ({"quote": "q" * 501}, {"quote": "q" * MAX_QUOTE}),
        ({"quote": ""}, {"quote": ""}),
        ({"quote": "a\ud800"}, {"quote": "a\ufffd"}),
        ({"title": "\ud83d\ude00 broken"}, {"title": "😀 broken"}),
    ],
)
def test_tolerates_what_structured_outputs_do_not_promise(
    changes: dict[str, object], expected: dict[str, object]
) -> None:
    """Capitals, order of lines, empty replacements and lengths are put right."""
    parsed = parse(answer(WIRE | changes))
    assert parsed.rejected == ()
    assert parsed.findings == (replace(FINDING, **expected),)  # pyrefly: ignore[bad-argument-type] - a table of fields


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"path": ""}, "path: "),
        ({"path": "p" * 5000}, "path: "),
        ({"side": "MIDDLE"}, "side: "),
        ({"side": ["RIGHT"]}, "side: "),
        ({"category": "style"}, "category: "),
        ({"category": None}, "category: "),
        ({"severity": "awful"}, "severity: "),
        ({"severity": 3}, "severity: "),
        ({"severity": "low or high"}, "severity: "),
        ({"confidence": 9}, "confidence: "),
        ({"title": " \n", "explanation": ""}, "title: "),
        ({"title": ["x"]}, "title: "),
        ({"quote": 3}, "quote: "),
    ],
)
def test_rejects_one_malformed_finding_and_keeps_the_others(changes: dict[str, object], reason: str) -> None:
    """A finding that makes no sense is named by its number and field; its neighbours are unharmed."""
    parsed = parse(answer(WIRE, WIRE | changes, WIRE))
    assert parsed.findings == (FINDING, FINDING)
    (rejected,) = parsed.rejected
    assert rejected.startswith(f"finding 2: {reason}")


@pytest.mark.parametrize("item", [None, 3, "text", [], {}])
def test_rejects_what_is_no_finding_at_all(item: object) -> None:
    """Elements that are not objects, or lack every field, are rejected."""
    parsed = parse(answer(item, WIRE))
    assert parsed.findings == (FINDING,)
    assert len(parsed.rejected) == 1


def test_a_rejection_does_not_repeat_the_models_text() -> None:
    """Reasons are logged, so they hold nothing that the model, or the pull request through it, could put there."""
    (reason,) = parse(answer(WIRE | {"severity": "@everyone", "title": ["@everyone"]})).rejected
    assert "everyone" not in reason


@pytest.mark.parametrize("wrapped", ["```json\n{}\n```", "```\n{}\n```", "\n ```json \n{}\n```\n", "  {}\n"])
def test_reads_json_in_a_markdown_fence(wrapped: str) -> None:
    """A fence around the whole answer is taken off."""
    assert parse(wrapped.replace("{}", answer(WIRE))).findings == (FINDING,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I found no problems.",
        answer(WIRE)[:-20],
        '{"findings": [',
        "[]",
        "{}",
        "null",
        '"[]"',
        '{"findings": {}}',
        '{"findings": "none"}',
        "[[]]",
        f"Like {{}} {answer(WIRE)} and then {answer(WIRE)}",
        '{"findings": null}',
        "[" * 100_000,
        '{"findings": ' + "9" * 5000 + "}",
        answer(WIRE) + answer(WIRE),
    ],
)
def test_an_unusable_answer_is_an_error(text: str) -> None:
    """Prose, cut-off JSON, two answers and a wrong shape leave nothing to keep, so the chunk counts as unread."""
    with pytest.raises(AnswerError) as caught:
        parse(text)
    assert isinstance(caught.value, DefectError)


def test_no_findings_is_an_answer() -> None:
    """An empty list is the most common right answer."""
    assert parse('{"findings": []}').findings == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*WIRE]) | st.text(), inner, max_size=4)
    ),
    max_leaves=4,
)


@given(st.lists(JSON | st.dictionaries(st.sampled_from([*WIRE]), JSON).map(lambda item: WIRE | item), max_size=4))
def test_each_element_is_either_kept_or_rejected(items: list[object]) -> None:
    """Whatever JSON comes, every element is accounted for and every finding keeps its type's promises."""
    parsed = parse(answer(*items))
    assert len(parsed.findings) + len(parsed.rejected) == len(items)
    for finding in parsed.findings:
        assert 0 <= finding.start_line <= finding.end_line <= MAX_LINE_NUMBER
        assert 0 < len(finding.title) <= MAX_TITLE
        assert "\n" not in finding.title
        assert len(finding.explanation) <= MAX_EXPLANATION
        for text in (finding.path, finding.quote, finding.title, finding.explanation, finding.replacement or ""):
            text.encode()


@pytest.mark.parametrize(
    "same",
    [
        {"title": "Another title", "explanation": "Other words."},
        {"start_line": 90, "end_line": 91, "side": Side.LEFT},
        {"severity": Severity.LOW, "confidence": Confidence.LOW, "replacement": "x"},
        {"quote": "\treturn  f.read()  "},
    ],
)
def test_a_fingerprint_outlives_wording_and_moves(same: dict[str, object]) -> None:
    """Prose, line numbers, grades and indentation do not change the fingerprint."""
    changed = replace(FINDING, **same)  # pyrefly: ignore[bad-argument-type] - a table of fields
    assert fingerprint(changed) == fingerprint(FINDING)


@pytest.mark.parametrize(
    "other",
    [
        {"path": "src/other.py"},
        {"category": Category.ERRORS},
        {"quote": "    return g.read()"},
        {"quote": "    RETURN f.read()"},
        {"quote": "    returnf.read()"},
    ],
)
def test_a_fingerprint_tells_defects_apart(other: dict[str, object]) -> None:
    """Another path, category or quoted line, capitals included, is another finding."""
    changed = replace(FINDING, **other)  # pyrefly: ignore[bad-argument-type] - a table of fields
    assert fingerprint(changed) != fingerprint(FINDING)


def test_a_fingerprint_never_changes_between_releases() -> None:
    """Fingerprints are stored in comments on GitHub, so the same finding must get the same one for ever."""
    assert fingerprint(FINDING) == "84e4bb5727ecd494"
    assert set(fingerprint(FINDING)) <= set(string.hexdigits.lower())
    assert fingerprint(replace(FINDING, quote="\ud800"))
