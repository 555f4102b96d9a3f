"""What a model writes around a quote and a path comes off, and a finding stands where its quote stands."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kireji.core.chunks.chunk import Chunk
from kireji.core.chunks.rendering import quote_path
from kireji.core.diff.unified import FileDiff, Side, hunk_of, line_at
from kireji.core.findings.anchors import anchored
from kireji.core.findings.coverage import Reading
from kireji.core.findings.finding import Finding, FoundBy
from kireji.core.findings.paths_meant import DiffPaths
from kireji.core.findings.placement import Inline, InSummary, Placement, by_path, place
from kireji.core.findings.quotes_meant import lines_meant
from kireji.core.findings.row_words import NO_SUCH_FILE, NO_SUCH_LINE, SEVERAL_LINES
from tests.make import chunk, files, finding
from tests.threads import added

CART, OLD = files()
CODE = 'handle = open(path, "w")'


def placed(found: Finding, *asked_about: FileDiff, among: tuple[FileDiff, ...] = (CART, OLD)) -> Placement:
    """Where the finding of a reader stands, who was asked about these files, in a diff of those."""
    there = by_path(among)
    parts = chunk(*asked_about) if asked_about else Chunk((), 0)
    (reading,) = anchored([Reading(parts, (found,))], there)
    return place(reading.findings[0], there)


def spot(found: Finding, *asked_about: FileDiff, among: tuple[FileDiff, ...] = (CART, OLD)) -> object:
    """Path and line of it, or the reason why it has none."""
    at = placed(found, *asked_about, among=among)
    return (at.finding.path, at.start_line) if isinstance(at, Inline) else at.reason


@pytest.mark.parametrize(
    "quote",
    [
        f"R22 + |     {CODE}",
        f"R22   | {CODE}",
        f"22 + | {CODE}",
        f"22 | {CODE}",
        f"+ | {CODE}",
        f"| {CODE}",
        f"R22: {CODE}",
        f"+    {CODE}",
        f"22: {CODE}",
        f"22. {CODE}",
        f"22\t{CODE}",
        f"> {CODE}",
        f"`{CODE}`",
        f"``{CODE}``",
        f"`+ {CODE}`",
        f'"{CODE}"',
        f"“{CODE}”",
        f"```python\n{CODE}\n```",
        f"```diff\n+    {CODE}\n```",
        f"~~~\nR22 + | {CODE}\n~~~",
        f"def nothing(stream):\n    {CODE}",
        f"R21   | def nothing(stream):\nR22 + |     {CODE}",
        f"...\n{CODE}\n...",
        f"... {CODE} ...",
        f"{CODE[:20]}…",
        f"{CODE[:20]}… (4 more characters)",
        CODE.replace('"', '\\"'),
        CODE.replace('"', "&quot;"),
    ],
)
@pytest.mark.parametrize("line", [22, 5, 0])
def test_what_surrounds_a_quote(quote: str, line: int) -> None:
    """Gutters, marks, numbers, fences, backticks, quotation marks, dots: whichever line is named, the quote's counts."""
    assert spot(finding(quote=quote, start_line=line, end_line=line), CART) == ("shop/cart.py", 22)


@pytest.mark.parametrize(
    ("quote", "line", "expected"),
    [
        ("+}", 3, 3),
        ("R3 + | }", 3, 3),
        ("R3 + | }", 90, NO_SUCH_LINE),
        ("+ one", 2, 2),
        ("+ one", 5, 5),
        ("3: two", 4, 4),
        ("3: two", 90, 4),
        ("two", 1, NO_SUCH_LINE),
    ],
)
def test_what_is_short_or_looks_like_a_mark_is_held_against_the_line(quote: str, line: int, expected: object) -> None:
    """A line that begins with a mark itself is taken as it is, unless the line that is named has it without."""
    rows = added(["f() {", "one", "}", "3: two", "+ one"], "f")
    found = spot(finding(path="f", quote=quote, start_line=line, end_line=line), rows, among=(rows,))
    assert found == (expected if isinstance(expected, str) else ("f", expected))


PATHS = ("shop/cart.py", "web/Cart.py", "web/api/cart.ts", "a/lib/util.py", "b/lib/util.py", 'od"d/\u202e.py', "caf\udce9.py", "Ünï.py")  # fmt: skip


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("shop/cart.py", "shop/cart.py"),
        ("a/shop/cart.py", "shop/cart.py"),
        ("b/shop/cart.py", "shop/cart.py"),
        ("w/shop/cart.py", "shop/cart.py"),
        ("./shop/cart.py", "shop/cart.py"),
        ("/shop/cart.py", "shop/cart.py"),
        (" shop/cart.py\n", "shop/cart.py"),
        ("`shop/cart.py`", "shop/cart.py"),
        ("**shop/cart.py**", "shop/cart.py"),
        ('"shop/cart.py"', "shop/cart.py"),
        ('"shop/cart.py" (renamed from "old.py", Python)', "shop/cart.py"),
        ('=== file: "shop/cart.py" (modified, Python)', "shop/cart.py"),
        ("shop/cart.py:12", "shop/cart.py"),
        ("shop/cart.py#L3-L4", "shop/cart.py"),
        ("shop\\cart.py", "shop/cart.py"),
        ("Shop/Cart.py", "shop/cart.py"),
        ("api/cart.ts", "web/api/cart.ts"),
        ("cart.ts", "web/api/cart.ts"),
        ("CART.TS", "web/api/cart.ts"),
        ("a/lib/util.py", "a/lib/util.py"),
        ("b/a/lib/util.py", "a/lib/util.py"),
        ("lib/util.py", None),
        ("util.py", None),
        ("cart.py", None),
        ("art.ts", None),
        ("web", None),
        ("", None),
        (".", None),
        ("x" * 9_000, None),
        ('od"d/\u202e.py', 'od"d/\u202e.py'),
        (quote_path('od"d/\u202e.py'), 'od"d/\u202e.py'),
        ('od\\"d/\\u202e.py', 'od"d/\u202e.py'),
        ("caf\ufffd.py", "caf\udce9.py"),
        ("caf\\udce9.py", "caf\udce9.py"),
        ("U\u0308ni\u0308.py", "Ünï.py"),
    ],
)
def test_paths(said: str, meant: str | None) -> None:
    """As the prompt shows them, as git prefixes them, in other case, or the end alone, if it is one file's."""
    assert DiffPaths(by_path(tuple(added(["x"], path) for path in PATHS))).meant(said) == meant


def test_a_path_of_before_a_rename_is_the_file() -> None:
    """Both paths of one file are no two files."""
    text = "diff --git a/lib/old/x.py b/lib/new/x.py\nsimilarity index 90%\nrename from lib/old/x.py\nrename to lib/new/x.py\n"
    (moved,) = files(f"{text}--- a/lib/old/x.py\n+++ b/lib/new/x.py\n@@ -1 +1 @@\n-a\n+b\n")
    paths = DiffPaths(by_path((moved,)))
    assert [paths.meant(said) for said in ("x.py", "old/x.py", "lib/old/x.py")] == [
        *("lib/new/x.py", "lib/new/x.py"),
        "lib/old/x.py",
    ]


ONE = added(["import yaml", "load(first)", "return None"], "one.py")
TWO = added(["import yaml", "load(second)", "return None"], "two.py")


@pytest.mark.parametrize(
    ("path", "quote", "asked_about", "expected"),
    [
        ("one.py", "load(second)", (ONE, TWO), ("two.py", 2)),
        ("three.py", "load(second)", (ONE, TWO), ("two.py", 2)),
        ("three.py", "+load(second)", (ONE, TWO), ("two.py", 2)),
        ("three.py", "oad(second", (ONE, TWO), ("two.py", 2)),
        ("three.py", "nothing at all\nload(second)", (ONE, TWO), ("two.py", 2)),
        ("three.py", "return None", (ONE, TWO), NO_SUCH_FILE),
        ("three.py", "return None", (TWO,), ("two.py", 3)),
        ("three.py", "return None", (), NO_SUCH_FILE),
        ("three.py", "load(second)", (), ("two.py", 2)),
        ("three.py", "load(second)", (ONE,), NO_SUCH_FILE),
        ("three.py", "turn No", (ONE, TWO), NO_SUCH_FILE),
        ("three.py", "x", (ONE, TWO), NO_SUCH_FILE),
        ("three.py", "", (ONE, TWO), NO_SUCH_FILE),
        ("one.py", "load(third)", (ONE, TWO), NO_SUCH_LINE),
    ],
)
def test_a_wrong_path(path: str, quote: str, asked_about: tuple[FileDiff, ...], expected: object) -> None:
    """The quote counts where it stands once in what was asked about; in several places, or elsewhere, it does not."""
    assert spot(finding(path=path, quote=quote, start_line=2, end_line=2), *asked_about, among=(ONE, TWO)) == expected


def test_no_line_and_several_places() -> None:
    """Nobody knows which is meant, unless one of them alone is changed."""
    twice = added(["load(first)", "x", "load(first)"], "f")
    no_line = finding(path="f", quote="load(first)", start_line=0, end_line=0)
    assert spot(no_line, twice, among=(twice,)) == SEVERAL_LINES
    text = "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1,3 @@\n load(first)\n+x\n+load(first)\n"
    assert spot(no_line, *files(text), among=files(text)) == ("f", 3)


def test_what_stands_as_it_is_stays_as_it_is() -> None:
    """A good finding, what code found, and what is not plain: so its fingerprint stays the one of earlier rounds."""
    good = finding(quote=f"    {CODE}\n    handle.write(json.dumps(cart))")
    fragment = finding(quote="handle = open(")
    code = finding(quote=f"+{CODE}", found_by=FoundBy.CODE)
    lost = finding(quote="nowhere")
    (reading,) = anchored([Reading(chunk(CART), (good, fragment, code, lost))], by_path((CART, OLD)))
    assert reading.findings == (good, fragment, code, lost)


LINES = [(file, line) for file in (CART, OLD) for hunk in file.hunks for line in hunk.lines]
WRAPS: tuple[Callable[[str], str], ...] = (
    lambda text: f"`{text}`",
    lambda text: f'"{text}"',
    lambda text: f"+{text}",
    lambda text: f"- {text}",
    lambda text: f"7: {text}",
    lambda text: f"R7 + | {text}",
    lambda text: f"L12 - | {text}",
    lambda text: f"```\n{text}\n```",
    lambda text: f"  {text}  ",
)


@given(st.sampled_from(LINES), st.lists(st.sampled_from(WRAPS), max_size=2), st.sampled_from(["", "./", "b/"]))
def test_whatever_surrounds_a_true_quote_it_stands_at_its_line(
    at: tuple[FileDiff, object], wraps: list[Callable[[str], str]], prefix: str
) -> None:
    """Any line of the diff, wrapped once or twice, with its own number."""
    file, line = next(pair for pair in LINES if pair == at)
    if not line.text.strip():
        return
    quote = line.text
    for wrap in wraps:
        quote = wrap(quote)
    found = finding(path=prefix + file.path, side=line.side, quote=quote, start_line=line.number, end_line=line.number)
    there = placed(found, CART, OLD)
    assert isinstance(there, Inline)
    assert (there.finding.path, there.side, there.line) == (file.path, line.side, line.number)


@given(
    st.text("+-|`\"'R3: \nxload(first)}…\\", max_size=40) | st.sampled_from([line.text for _, line in LINES]),
    st.sampled_from(["shop/cart.py", "cart.py", "shop/OLD.py", "a/x", "", "one.py"]),
    st.integers(0, 40),
    st.sampled_from(Side),
)
def test_none_is_lost_and_each_comment_has_a_line(quote: str, path: str, line: int, side: Side) -> None:
    """Whatever the model writes: a line on which GitHub takes a comment, or the summary with what it said."""
    found = finding(path=path, quote=quote, start_line=line, end_line=line + 2 if line else 0, side=side)
    at = placed(found, CART, OLD, among=(CART, OLD, ONE))
    assert (at.finding.title, at.finding.severity) == (found.title, found.severity)
    if isinstance(at, InSummary):
        assert at.reason
        return
    file = by_path((CART, OLD, ONE))[at.finding.path]
    assert line_at(file, at.side, at.line) is not None
    assert hunk_of(file, at.side, at.line) is hunk_of(file, at.side, at.start_line)


@pytest.mark.parametrize(
    "text", ["`" * 500, "+" * 500, "R3 + | " * 70, "3:" * 250, '"' * 500, "\\" * 500, "&lt;" * 120, "…" * 500]
)
def test_quotes_are_bounded(text: str) -> None:
    """However it is made, a line of a quote means a few texts, none longer than it."""
    (texts,) = lines_meant(text)
    assert len(texts) <= 20
    assert all(len(one) <= len(text) for one in texts)
    assert len(lines_meant("load(first)\n" * 40)) <= 12


def test_a_path_may_be_anything() -> None:
    """The end of a path, or half a header, raises nothing."""
    paths = DiffPaths(by_path((CART, OLD)))
    for said in ('=== file: "', '"', "`", "a/b/c/" * 800, json.dumps("x" * 4_000), "shop/cart.py:", "\udce9"):
        assert paths.meant(said) in {None, "shop/cart.py"}
