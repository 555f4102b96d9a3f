"""Suggestions: what is offered can be committed, and what cannot be is withheld, with the reason."""

from collections import Counter

import pytest

from kireji.core.diff.unified import FileDiff, Side
from kireji.core.findings.finding import Confidence, Finding
from kireji.core.findings.placement import by_path
from kireji.core.review.suggestion import Withheld, paths_to_read, read_heads, vet
from kireji.core.wording import review_words
from tests.make import files, finding
from tests.suggestions import FILES, Case, corpus, file_of

MENDED = {"tabs", "indentation"}  # what may be put right


def judged(found: Finding, file: FileDiff, text: str | None) -> str | Withheld | None:
    """What is offered in the end, or why nothing is."""
    known = {} if text is None else {file.path: text}
    vetted = vet(found, by_path((file,)), read_heads([found], by_path((file,)), known))
    return vetted.withheld or vetted.finding.replacement


def committed(case: Case) -> str | None:
    """The file after the suggestion is committed, None where none is offered: GitHub replaces whole lines."""
    offered = judged(case.finding, case.file, case.text)
    if isinstance(offered, Withheld) or offered is None:
        return None
    lines = case.text.split("\n")
    new = offered.split("\n") if offered else []
    return "\n".join([*lines[: case.finding.start_line - 1], *new, *lines[case.finding.end_line :]])


def test_two_hundred_suggestions_of_which_half_are_broken() -> None:
    """Sound ones are offered; broken ones are withheld, or, where only the indentation is wrong, offered mended."""
    wrong = list[Case]()
    missed = Counter[str]()
    for case in corpus(200, seed=1):
        after = committed(case)
        if case.kind:
            wrong += [case] if after is not None and not (case.kind in MENDED and after == case.expected) else []
        elif after != case.expected:
            missed[case.finding.path] += 1
    assert wrong == []
    assert missed.total() <= 2


CART = FILES["shop/cart.py"]


def on_cart(start: int, end: int, replacement: str, text: str = CART) -> str | Withheld | None:
    """What becomes of a suggestion for the Python file of the corpus, of which the named lines are new."""
    quote = text.split("\n")[start - 1]
    found = finding(path="shop/cart.py", start_line=start, end_line=end, quote=quote, replacement=replacement)
    return judged(found, file_of("shop/cart.py", text, changed=range(start, end + 1)), text)


@pytest.mark.parametrize(
    ("lines", "replacement", "offered"),
    [
        pytest.param((6, 6), "        net = 0.0", "        net = 0.0", id="one line"),
        pytest.param((6, 6), "        net = 0.0\n\n", "        net = 0.0", id="empty lines at the end are dropped"),
        pytest.param((12, 12), "", "", id="a deletion"),
        pytest.param((18, 18), "", Withheld.BROKEN, id="a deletion that leaves no body"),
        pytest.param((6, 6), "net = 0.0", "        net = 0.0", id="indentation left out"),
        pytest.param(
            (7, 8),
            "for item in self.items:\n    net += item.price",
            "        for item in self.items:\n            net += item.price",
            id="the indentation that all lines share left out",
        ),
        pytest.param(
            (7, 8),
            "for item in self.items:\n            net += item.price",
            "        for item in self.items:\n            net += item.price",
            id="the first line's indentation left out",
        ),
        pytest.param((6, 6), "    net = 0.0", "        net = 0.0", id="indented too little"),
        pytest.param((6, 6), "\tnet = 0.0", "        net = 0.0", id="a tab among spaces"),
        pytest.param((8, 8), "            net += item.price\n\t\treturn net", Withheld.INDENTATION, id="tabs among spaces"),
        pytest.param((8, 8), "            net += item.price\n    return net", Withheld.INDENTATION, id="further out"),
        pytest.param(
            (9, 9),
            "        if net:\n            return net\n        else:\n            return 0",
            "        if net:\n            return net\n        else:\n            return 0",
            id="another branch",
        ),
        pytest.param((6, 6), "        net = (0", Withheld.BROKEN, id="a bracket left open"),
        pytest.param((6, 6), "        net = 0", Withheld.SAME, id="what is there"),
        pytest.param((6, 6), "        net = 0\n        for item in self.items:", Withheld.REPEATS, id="the line after, too"),
        pytest.param((6, 6), "+        net = 0.0", Withheld.MARKS, id="the sign of an added line"),
        pytest.param((6, 6), "        net = '<secret:aws-access-key>'", Withheld.CREDENTIAL, id="where a credential was"),
        pytest.param((6, 6), "R6 + |         net = 0.0", Withheld.MARKS, id="a label"),
        pytest.param((6, 6), "        net = '<U+200B>'", Withheld.MARKS, id="the name of a character that nobody sees"),
        pytest.param((6, 6), '        net = """\nx\n"""', '        net = """\nx\n"""', id="a text of several lines"),
    ],
)  # fmt: skip
def test_what_becomes_of_a_suggestion(lines: tuple[int, int], replacement: str, offered: str | Withheld) -> None:
    """It is offered as it is, mended, or withheld for a reason."""
    assert on_cart(*lines, replacement) == offered


def test_line_endings_are_the_files_own() -> None:
    """In a file of CRLF lines each line of the suggestion ends in CR LF, but for the last of a file without a last end."""
    windows = CART.replace("\n", "\r\n")
    assert on_cart(12, 12, "        a = 1\n        b = 2", windows) == "        a = 1\r\n        b = 2\r"
    ends = windows.removesuffix("\r\n")
    assert on_cart(18, 18, "    a = 1\n    return a", ends) == "    a = 1\r\n    return a"
    assert on_cart(6, 6, "        net = 0.0", CART.replace("0\n", "0\r\n")) is Withheld.ENDINGS


@pytest.mark.parametrize(
    ("changes", "offered"),
    [
        pytest.param({}, '    handle = open(path, "w", newline="")', id="one line of one"),
        pytest.param({"replacement": '    handle = open(path, "w"'}, Withheld.UNPROVEN, id="a bracket left open"),
        pytest.param({"replacement": "    handle = open(path, 'w\")"}, Withheld.UNPROVEN, id="a quote left open"),
        pytest.param({"replacement": ""}, Withheld.UNPROVEN, id="a deletion"),
        pytest.param({"end_line": 23}, Withheld.UNPROVEN, id="several lines"),
        pytest.param({"replacement": 'handle = open(path, "w", newline="")'}, Withheld.UNPROVEN, id="badly indented"),
        pytest.param({"end_line": 400}, Withheld.LINES, id="beyond the hunk"),
        pytest.param({"start_line": 2, "end_line": 3}, Withheld.LINES, id="the quote is elsewhere than the lines"),
        pytest.param(
            {"side": Side.LEFT, "quote": "    open(path).write(json.dumps(cart))", "start_line": 21, "end_line": 21},
            Withheld.LINES,
            id="deleted lines",
        ),
        pytest.param({"quote": "not there"}, '    handle = open(path, "w", newline="")', id="no comment, no question"),
        pytest.param({"confidence": Confidence.LOW}, '    handle = open(path, "w", newline="")', id="a guess"),
        pytest.param({"replacement": None}, None, id="none"),
    ],
)
def test_without_the_heads_file(changes: dict[str, object], offered: str | Withheld | None) -> None:
    """Then one line may become others, if brackets and quotes add up."""
    found = finding(**{"replacement": '    handle = open(path, "w", newline="")', **changes})
    assert judged(found, files()[0], None) == offered


def test_code_that_a_parser_does_not_know_may_not_get_worse() -> None:
    """What was faulty before the edit is not held against it; brackets and quotes must add up then."""
    text = "{{ template }}: [\nimage: shop:1\nname: x\n"
    file = file_of("a.yaml", text, changed=range(2, 3))
    for replacement, offered in (("image: shop:2", "image: shop:2"), ("image: [shop", Withheld.UNPROVEN)):
        found = finding(path="a.yaml", start_line=2, end_line=2, quote="image: shop:1", replacement=replacement)
        assert judged(found, file, text) == offered


def test_which_files_are_read() -> None:
    """Those that have suggestions, once each; not what is new, which the diff shows whole."""
    [new] = files(
        "diff --git a/new.py b/new.py\nnew file mode 100644\n--- /dev/null\n+++ b/new.py\n@@ -0,0 +1 @@\n+a = 1\n"
    )
    there = by_path((*files(), new))
    new_one = finding(path="new.py", start_line=1, end_line=1, quote="a = 1", replacement="a = (1")
    asked = [finding(replacement="x"), finding(), finding(replacement="y"), new_one, finding(path="no.py")]
    assert paths_to_read(asked, there) == ["shop/cart.py"]
    assert judged(new_one, new, None) is Withheld.BROKEN


def test_the_check_run_counts_what_is_withheld() -> None:
    """In one line, the most frequent reason first."""
    told = review_words.withheld((Withheld.BROKEN, Withheld.SAME, Withheld.BROKEN))
    assert told == "3 suggestions not offered for a commit: the file would no longer parse (2); it changes nothing (1)."
    assert review_words.withheld(()) == ""
