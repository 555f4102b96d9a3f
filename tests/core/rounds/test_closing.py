"""Which threads are over, as far as the diff tells."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kireji.core.diff.unified import FileDiff, Side
from kireji.core.findings.placement import by_path
from kireji.core.pulls.thread import Thread
from kireji.core.rounds.closing import APPLIED, BACK, GONE, Decision, Fixed, Stands, Unsure, decide, touched
from tests.make import changes_of, finding
from tests.threads import added, changed, outdated, thread

BASE = [f"line {number}" for number in range(1, 31)]
BUG = "    handle = open(path)"
HEAD = [*BASE[:10], "def save(path):", BUG, "    handle.write(text)", *BASE[10:]]
BEFORE = changed(BASE, HEAD)
MEND = "    with open(path) as handle:"


def told(quote: str = BUG, file: FileDiff = BEFORE, lines: int = 1, **changes: object) -> Thread:
    """The thread that told of this line, and of those behind it."""
    at = next(line.number for hunk in file.hunks for line in hunk.lines if line.text == quote)
    made = finding(path=file.path, quote=quote, start_line=at, end_line=at + lines - 1, **changes)
    return thread(made, file)


def after(one: Thread, *files: FileDiff, whole: bool = True) -> Decision:
    """What becomes of a thread that was opened on BEFORE, once the diff is this one."""
    mapping = by_path(files)
    return decide(one, mapping, changed=touched(one, mapping, changes_of([BEFORE])), whole=whole)


def head(*lines: str) -> FileDiff:
    """The diff after a push that leaves these lines between those of the base."""
    return changed(BASE, [*BASE[:10], *lines, *BASE[10:]])


TABLE: list[tuple[str, FileDiff, Decision]] = [
    ("nothing happened", BEFORE, Stands()),
    ("deleted", head("def save(path):", "    handle.write(text)"), Fixed(GONE)),
    ("replaced", head("def save(path):", MEND, "        handle.write(text)"), Fixed(GONE)),
    ("all of it taken back but a line elsewhere", changed(BASE, [*BASE, "more"]), Fixed(GONE)),
    ("something beside it", head("def save(path):", BUG, "    handle.write(text)", "    handle.close()"), Unsure()),
    ("re-indented", head("def save(path):", "    if path:", f"    {BUG}", "        handle.write(text)"), Unsure()),
    ("commented out", head("def save(path):", "    # handle = open(path)", "    pass"), Unsure()),
    ("within a longer line", head("def save(path):", "    stack.push(handle = open(path))"), Unsure()),
    ("moved down as it is", changed(BASE, [*BASE, "def save(path):", BUG, "    handle.write(text)"]), Stands()),
    ("moved down alone", changed(BASE, [*BASE, BUG]), Unsure()),
    ("the line above it", head("def store(path):", BUG, "    handle.write(text)"), Unsure()),
]


@pytest.mark.parametrize(("name", "file", "decision"), TABLE, ids=[row[0] for row in TABLE])
def test_what_the_diff_tells(name: str, file: FileDiff, decision: Decision) -> None:
    """Gone is gone; what merely moved, or has other code around it now, is asked about."""
    gone = all(line.text != BUG for hunk in file.hunks for line in hunk.lines)
    assert after(outdated(told()) if gone else told(), file) == decision, name


def test_a_change_elsewhere_in_the_file_asks_nothing() -> None:
    """Only what is new in the thread's hunk counts."""
    assert after(told(), changed(BASE, [*HEAD, "far away"])) == Stands()


def test_a_rebase_asks_nothing() -> None:
    """Other numbers and other context are no change."""
    base, top = ["above", *BASE[:9], "other", *BASE[10:]], ["above", *HEAD[:9], "other", *HEAD[10:]]
    assert after(told(), changed(base, top)) == Stands()
    assert after(outdated(told()), changed(base, top)) == Stands()


def test_a_file_that_is_no_longer_changed() -> None:
    """The pull request has nothing to do with it any more."""
    assert after(outdated(told())) == Fixed(GONE)


def test_a_diff_that_github_did_not_serve_whole_proves_nothing() -> None:
    """A file that is not there may be one that was not served."""
    assert after(outdated(told()), whole=False) == Stands()


def test_a_line_that_moved_to_another_file_is_not_gone() -> None:
    """The same code elsewhere has the same defect, until somebody looks."""
    other = added(["def save(path):", f"  {BUG}", "    handle.write(text)"], "shop/files.py")
    assert after(outdated(told()), other) == Unsure()
    assert after(outdated(told()), head("from shop.files import save"), other) == Unsure()


def test_a_short_line_in_another_file_is_no_move() -> None:
    """A brace stands everywhere."""
    file = changed(BASE, [*BASE[:10], "if x {", "}", *BASE[10:]])
    one = told("}", file)
    assert after(outdated(one), head("if x { y() }"), added(["}"], "b.go")) == Fixed(GONE)


def test_a_renamed_file() -> None:
    """It is found by its old name."""
    renamed = replace(BEFORE, path="shop/store.py", old_path="shop/cart.py")
    assert after(told(), renamed) == Unsure()
    bare = replace(renamed, hunks=())
    assert after(outdated(told()), bare) == Fixed(GONE)


def test_a_file_that_became_binary_shows_nothing() -> None:
    """Where the diff has no text, the text decides nothing."""
    assert after(outdated(told()), replace(BEFORE, hunks=(), binary=True)) == Stands()


def test_of_several_lines_one_that_stands_keeps_the_thread() -> None:
    """It is gone when all of it is."""
    one = told(lines=2)
    assert len(one.quoted) == 2
    assert after(outdated(one), head("def save(path):", "    handle.write(text)")) == Unsure()
    assert after(outdated(one), head("def save(path):", "    pass")) == Fixed(GONE)


def test_a_thread_that_quotes_nothing_is_never_gone() -> None:
    """Blank lines tell nothing apart."""
    blank = replace(outdated(told()), quoted=("", "  "))
    assert after(blank, head("x = 1")) == Unsure()
    assert after(replace(blank, quoted=()), BEFORE) == Stands()


# -- Deleted lines -----------------------------------------------------------------------------------------------------

CUT = changed(BASE, [*BASE[:14], *BASE[15:]])


def test_a_deleted_line_that_is_back() -> None:
    """A thread on a deletion is over when the line is deleted no more."""
    one = told("line 15", CUT, side=Side.LEFT)
    assert one.side is Side.LEFT
    assert after(outdated(one), changed(BASE, [*BASE, "more"])) == Fixed(BACK)
    assert after(outdated(one)) == Fixed(BACK)
    assert decide(one, by_path((CUT,)), changed=False) == Stands()
    assert after(one, changed(BASE, [*BASE[:14], "line 15b", *BASE[15:]])) == Unsure()


# -- Suggestions -------------------------------------------------------------------------------------------------------


def suggested(*lines: str, replaces: int = 1) -> Thread:
    """A thread that offers these lines for BUG."""
    return outdated(told(replacement="\n".join(lines), lines=replaces))


@pytest.mark.parametrize(
    ("offered", "replaces", "now"),
    [
        ([MEND], 1, ["def save(path):", MEND, "    handle.write(text)"]),
        ([MEND, "        pass"], 1, ["def save(path):", MEND, "        pass", "    handle.write(text)"]),
        ([MEND, "        handle.write(text)"], 2, ["def save(path):", MEND, "        handle.write(text)"]),
        ([BUG, "    check(handle)"], 1, ["def save(path):", BUG, "    check(handle)", "    handle.write(text)"]),
        ([MEND], 1, ["def save(path):", f"{MEND}\r", "    handle.write(text)"]),
    ],
    ids=["a line", "more lines", "two lines", "a line more", "windows"],
)
def test_a_suggestion_that_was_applied(offered: Sequence[str], replaces: int, now: Sequence[str]) -> None:
    """Its lines stand there, and those that it replaces do not, but as a part of it."""
    assert after(suggested(*offered, replaces=replaces), head(*now)) == Fixed(APPLIED)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("another cure", head("def save(path):", "    write(path, text)")),
        ("other indentation", head("def save(path):", f"  {MEND}", "    handle.write(text)")),
        ("far away", changed(BASE, [*BASE[:10], "def save(path):", *BASE[10:], *["x"] * 200, MEND])),
    ],
)
def test_a_suggestion_that_was_not_applied_exactly(name: str, file: FileDiff) -> None:
    """The line may be gone all the same."""
    assert after(suggested(MEND), file) == Fixed(GONE), name


def test_both_the_line_and_the_suggestion_stand() -> None:
    """Applied beside the line, and not for it, it is no cure."""
    assert after(suggested(MEND), head("def save(path):", BUG, MEND, "    handle.write(text)")) == Unsure()


def test_what_stood_there_before_is_no_cure() -> None:
    """Unchanged context that looks like the suggestion proves nothing."""
    one = replace(suggested("line 12"), original_line=12)
    assert after(one, head("def save(path):", BUG, "    handle.write(text)", "    more()")) == Unsure()


# -- In general --------------------------------------------------------------------------------------------------------

LINES = st.lists(st.sampled_from(["a = 1", BUG, f"  {BUG}", "}", "", "b = 2  # long enough"]), max_size=6)


@given(LINES, LINES, st.booleans())
def test_a_line_that_stands_is_never_called_gone(now: list[str], other: list[str], changes: bool) -> None:
    """Wherever the quoted line is added now, re-indented or not, its thread is not closed by itself."""
    files = [file for file in (head("new", *now), added(["new", *other], "z.py")) if file.hunks]
    decision = decide(outdated(told()), by_path(tuple(files)), changed=changes)
    if any(BUG.strip() in line for line in (*now, *other)):
        assert decision == (Unsure() if changes else Stands())
    else:
        assert decision == Fixed(GONE)
