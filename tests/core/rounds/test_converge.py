"""Rounds come to an end: nothing is said twice, and old code opens no threads."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kireji.core.diff.unified import FileDiff, Side
from kireji.core.findings.coverage import Reading
from kireji.core.findings.finding import Category, Confidence, Finding, Severity, fingerprint
from kireji.core.findings.placement import Inline, InSummary, by_path, place
from kireji.core.findings.rules import Rule
from kireji.core.models.catalogue import MODELS
from kireji.core.money.bill import Bill
from kireji.core.pulls.thread import Thread
from kireji.core.review.assemble import EarlierRounds, ReviewedChange, Thresholds, assemble
from kireji.core.review.result import Review
from kireji.core.rounds.converge import LATE, ConvergedFindings, converge
from kireji.core.rounds.history import History
from kireji.core.scope.choose import Scope
from tests.make import changes_of, chunk, files, finding
from tests.threads import added, changed, comment_of, outdated, thread

CART, OLD = files()
FILES = by_path((CART, OLD))
BILL = Bill(MODELS["claude-haiku-4-5"].name)
NET = finding(quote="    net = sum(cart)", start_line=4, end_line=4)
READ = History(reviewed_head="a", seen=changes_of([CART, OLD]))
FIXED = comment_of("Fixed: it is closed.\n\n<!-- kireji:said fixed o/r#1@abc/2 -->", ours=True)


def after(
    *told: Finding, history: History = READ, threads: Sequence[Thread] = (), full: bool = False, most: int = 30
) -> ConvergedFindings:
    """What is left of these findings."""
    return converge([place(each, FILES) for each in told], FILES, history, threads, full=full, most=most)


def kinds(left: ConvergedFindings) -> list[str]:
    """What became of the placements: "inline", or why not."""
    return ["inline" if isinstance(each, Inline) else each.reason for each in left.placements]


# -- Repeats -----------------------------------------------------------------------------------------------------------


def test_the_first_round_tells_everything() -> None:
    """Without history nothing is held back."""
    left = after(finding(), NET, history=History())
    assert (kinds(left), left.standing, left.silenced, left.room) == (["inline", "inline"], (), 0, 30)


def test_what_an_open_thread_tells_stands() -> None:
    """It is not told again, and the thread that tells it is not to be closed."""
    told = thread(finding(), CART)
    left = after(finding(title="In other words"), threads=[told], full=True)
    assert (left.placements, [each.title for each in left.standing]) == ((), ["In other words"])
    assert (left.silenced, left.holding) == (0, {told.node})


def test_an_outdated_thread_still_tells_its_finding() -> None:
    """The fingerprint is the finding's, wherever GitHub sees the line."""
    assert len(after(finding(), threads=[outdated(thread(finding(), CART))], full=True).standing) == 1


@pytest.mark.parametrize(
    ("history", "resolved"),
    [(History(), True), (History(dismissed=frozenset({fingerprint(finding())})), False)],
    ids=["resolved", "dismissed"],
)
def test_what_people_settled_is_not_told_again(history: History, resolved: bool) -> None:
    """A resolved thread and a dismissed finding are silent, in a full review too."""
    left = after(finding(), history=history, threads=[thread(finding(), CART, resolved=resolved)], full=True)
    assert (left.placements, left.standing, left.silenced) == ((), (), 1)


def test_a_low_finding_that_was_dismissed_is_silent_in_the_summary_too() -> None:
    """Dismissed is dismissed, also where it would open no thread."""
    lost = InSummary(finding(), "its confidence is low", Rule.CONFIDENCE_FLOOR, anchored=True)
    history = History(dismissed=frozenset({fingerprint(finding())}))
    assert converge([lost], FILES, history, (), full=False, most=30).silenced == 1


def test_one_open_thread_counts_more_than_a_resolved_one() -> None:
    """Told in two threads of which one is open, it is still open."""
    both = [thread(finding(), CART, resolved=True), thread(finding(), CART, node="T_2")]
    left = after(finding(), threads=both)
    assert (len(left.standing), left.silenced, left.holding) == (1, 0, {"T_2"})


def test_a_defect_that_came_back_is_news() -> None:
    """A thread that we closed ourselves, as fixed, silences nothing; one that people resolved after us does."""
    ours = thread(finding(), CART, resolved=True)
    ours = replace(ours, comments=(*ours.comments, FIXED))
    assert kinds(after(finding(), history=History(), threads=[ours])) == ["inline"]
    theirs = replace(ours, comments=(*ours.comments, comment_of("No, it is meant.", number=3)))
    assert after(finding(), history=History(), threads=[theirs]).silenced == 1


NEW = added(["def save(path):", '    handle = open(path, "w")', "    return handle"], "shop/store.py")
COPY = added(["", '    handle = open(path, "w")'], "shop/copy.py")


@pytest.mark.parametrize(
    ("there", "changes", "dismissed", "what"),
    [
        ({"shop/store.py"}, {}, False, "standing"),
        ({"shop/store.py"}, {"resolved": True}, False, "silenced"),
        ({"shop/store.py"}, {}, True, "silenced"),
        ({"shop/store.py", "shop/cart.py"}, {}, False, "told"),
        ({"shop/store.py"}, {"fingerprint": ""}, False, "told"),
        ({"shop/store.py"}, {"path": "shop/other.py"}, False, "told"),
        (None, {}, False, "told"),
    ],
    ids=["moved", "resolved", "dismissed", "copied", "no finding", "another's name", "not all served"],
)
def test_a_renamed_file(there: set[str] | None, changes: dict[str, object], dismissed: bool, what: str) -> None:
    """A finding in a new file is the one of the thread whose path is gone, if it differs from it in the path only."""
    told, found = thread(finding(), CART, **changes), finding(path="shop/store.py", start_line=2, end_line=2)
    history = History(dismissed=frozenset({told.fingerprint} if dismissed else ()))
    new = by_path((NEW,))
    left = converge([place(found, new)], new, history, [told], full=True, most=30, there=there)
    counts = {"standing": len(left.standing), "silenced": left.silenced, "told": len(left.placements)}
    assert counts == {"standing": 0, "silenced": 0, "told": 0} | {what: 1}
    assert left.holding == ({told.node} if what == "standing" else set())


def test_a_thread_moves_to_one_file() -> None:
    """Of two files that have its line now, the one with the likelier line and name is its own; the other is told."""
    told, new = thread(finding(), CART, path="store.py", original_line=2), by_path((COPY, NEW))
    told = replace(told, fingerprint=fingerprint(finding(path="store.py")))
    both = [place(finding(path=path, start_line=2, end_line=2), new) for path in ("shop/copy.py", "shop/store.py")]
    left = converge(both, new, History(), [told], full=True, most=30, there=set(new))
    assert [one.path for one in left.standing] == ["shop/store.py"]
    assert len(left.placements) == 1


@pytest.mark.parametrize(
    ("changes", "stands"),
    [
        ({}, True),
        ({"line": None}, False),
        ({"line": 23}, False),
        ({"side": Side.LEFT}, False),
        ({"path": "shop/old.py"}, False),
        ({"resolved": True}, False),
        ({"comments": (comment_of("I think so.", ours=True),)}, True),
    ],
    ids=["same place", "outdated", "another line", "another side", "another file", "resolved", "kind unknown"],
)
def test_the_same_defect_in_other_words(changes: dict[str, object], stands: bool) -> None:
    """At the line of an open thread, and of its kind, a finding is the same one, whatever it quotes."""
    told = thread(finding(), CART, **({"fingerprint": "f" * 16} | changes))
    left = after(finding(quote='open(path, "w")'), threads=[told], full=True)
    assert (len(left.standing) == 1) is stands


@pytest.mark.parametrize("category", [each for each in Category if each is not Category.RESOURCES])
def test_another_defect_at_the_same_line_is_told(category: Category) -> None:
    """One thread at a line does not hide findings of another kind there, unless they tell the same under that kind."""
    told = thread(finding(), CART)
    another = finding(category=category, title="The text may be written twice")
    assert kinds(after(another, threads=[told], full=True)) == ["inline"]
    same = finding(category=category, title="The file may never be closed")
    assert kinds(after(same, threads=[told], full=True)) == []


# -- Old code ----------------------------------------------------------------------------------------------------------


def test_a_late_find_opens_no_thread() -> None:
    """On lines that an earlier round read it is told in the check run, labelled, as an annotation."""
    (late,) = after(finding()).placements
    assert isinstance(late, InSummary)
    assert (late.reason, late.anchored) == (LATE, True) == ("an earlier review had already read these lines", True)


def test_new_code_opens_threads() -> None:
    """What no round has read may."""
    partly = History("a", seen=changes_of([OLD]))
    assert kinds(after(finding(), history=partly)) == ["inline"]


def test_a_full_review_may_open_threads_on_old_code() -> None:
    """People asked for it."""
    assert kinds(after(finding(), full=True)) == ["inline"]


def test_what_stands_in_the_summary_keeps_its_reason() -> None:
    """Being late is no reason where there is another one."""
    assert kinds(after(finding(path="shop/none.py"))) == ["it names a file that this pull request does not change"]


def test_open_threads_take_room() -> None:
    """The cap counts what is open, and never goes below nothing."""
    open_ones = [thread(finding(), CART, node=f"T_{number}") for number in range(3)]
    closed = [thread(finding(), CART, node=f"R_{number}", resolved=True) for number in range(3)]
    assert after(threads=[*open_ones, *closed], most=5).room == 2
    assert after(threads=open_ones, most=1).room == 0


# -- Rounds ------------------------------------------------------------------------------------------------------------

CAP = 4


def beside(file: FileDiff) -> dict[str, set[tuple[str, str]]]:
    """The added lines of a diff, each with the lines of the diff's text directly before and after it."""
    found = dict[str, set[tuple[str, str]]]()
    for hunk in file.hunks:
        texts = ["", *(f"{line.kind}{line.text}" if line.changed else "" for line in hunk.lines), ""]
        for before, line, behind in zip(texts, texts[1:], texts[2:], strict=False):
            if line.startswith("+"):
                found.setdefault(line[1:], set()).add((before, behind))
    return found


@dataclass
class Pull:
    """A pull request in its rounds: what stands on its base and head, and what we said. All lines of text are different."""

    base: list[str]
    head: list[str]
    history: History = field(default_factory=History)
    threads: list[Thread] = field(default_factory=list)
    read: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    made: int = 0

    def text(self, kind: str) -> str:
        """A line that was never there before."""
        self.made += 1
        return f"{kind} number {self.made}"

    def diff(self) -> FileDiff:
        """What the pull request changes now."""
        return changed(self.base, self.head)

    def round(self, file: FileDiff, quotes: Sequence[str], *, fails: bool) -> Review:
        """A review in which the model finds something at these lines."""
        numbers = {line.text: line.number for hunk in file.hunks for line in hunk.lines}
        nits = tuple(
            finding(
                path=file.path,
                quote=quote,
                start_line=numbers[quote],
                end_line=numbers[quote],
                title=self.text("nit"),
                category=list(Category)[self.made % len(Category)],
            )
            for quote in quotes
        )
        reading = Reading(chunk(file), unread="Claude was overloaded") if fails else Reading(chunk(file), nits)
        earlier = EarlierRounds(self.history, self.now(file))
        review = assemble("h", ReviewedChange(Scope((file,), ())), (reading,), BILL, Thresholds(CAP), earlier=earlier)
        self.history = replace(self.history, reviewed_head="h", seen=self.history.seen | review.seen)
        self.threads += [thread(placed.finding, file, node=self.text("T")) for placed in review.inline]
        if not fails:
            for name, places in beside(file).items():
                self.read.setdefault(name, set()).update(places)
        return review

    def now(self, file: FileDiff) -> list[Thread]:
        """Our threads as GitHub shows them on this diff."""
        numbers = {line.text: line.number for hunk in file.hunks for line in hunk.lines if line.side is Side.RIGHT}
        return [replace(each, line=numbers.get(each.quoted[-1])) for each in self.threads]


def pushes(pull: Pull, data: st.DataObject) -> None:
    """Somebody adds, replaces and deletes a few lines."""
    for _ in range(data.draw(st.integers(0, 3))):
        at, gone = data.draw(st.integers(0, len(pull.head))), data.draw(st.integers(0, 2))
        new = [pull.text("code") for _ in range(data.draw(st.integers(0, 3)))]
        pull.head[at : at + gone] = new


def pull_request(data: st.DataObject) -> Pull:
    """A file of thirty lines and a first push; its first lines are never touched but by a rebase."""
    base = [f"base {number}" for number in range(30)]
    pull = Pull(base, list(base))
    while pull.head == pull.base:
        pushes(pull, data)
        pull.head.insert(12, pull.text("code"))
    return pull


@settings(max_examples=settings().max_examples // 2)
@given(st.data())
def test_ten_rounds_with_a_model_that_never_has_enough(data: st.DataObject) -> None:
    """It finds something new on old code, and on new code, in each round: old code opens no thread, and the cap holds."""
    pull = pull_request(data)
    for number in range(10):
        if number:
            pushes(pull, data)
        if pull.head == pull.base:
            continue
        file = pull.diff()
        beside_now = beside(file)
        old = {name for name, places in beside_now.items() if places <= pull.read.get(name, set())}
        quotes = data.draw(st.lists(st.sampled_from(sorted(beside_now)), unique=True, max_size=6)) if beside_now else []
        review = pull.round(file, quotes, fails=data.draw(st.integers(0, 4)) == 0)
        assert not {placed.finding.quote for placed in review.inline} & old
        assert len(pull.threads) <= CAP
        assert len(review.findings) + len(review.standing) + review.silenced in {0, len(quotes)}


@settings(max_examples=settings().max_examples // 2)
@given(st.data())
def test_a_rebase_opens_nothing(data: st.DataObject) -> None:
    """The base moves, numbers and context change, the changes do not: whatever the model finds, there is no new thread."""
    pull = pull_request(data)
    file = pull.diff()
    everything = [line.text for hunk in file.hunks for line in hunk.lines if line.changed]
    pull.round(file, [], fails=False)
    kept = [line for line in pull.base if line in pull.head]
    above = [f"above {number}" for number in range(data.draw(st.integers(0, 5)))]
    for lines in (pull.base, pull.head):
        for index, line in enumerate(lines):
            if line in kept:
                lines[index] = f"{line}, reworded"
        lines[:0] = above
    review = pull.round(pull.diff(), everything, fails=False)
    assert review.inline == ()
    assert len(review.in_summary) == len(everything)


# -- In a review -------------------------------------------------------------------------------------------------------


def review(*told: Finding, threads: Sequence[Thread] = (), most: int = 30) -> Review:
    """A review of DIFF in which these findings were made."""
    readings = (Reading(chunk(CART, OLD), told),)
    change = ReviewedChange(Scope((CART, OLD), ()))
    return assemble("abc", change, readings, BILL, Thresholds(most), earlier=EarlierRounds(threads=threads))


def test_guesses_stand_too() -> None:
    """A finding of low confidence that a thread tells already is standing, not told again in the summary."""
    told = thread(finding(), CART)
    again = review(finding(confidence=Confidence.LOW), threads=[told])
    assert (len(again.standing), again.findings) == (1, ())


def test_the_cap_says_where_the_room_went() -> None:
    """With threads open, fewer new ones fit, the gravest first."""
    told = thread(finding(), CART)
    grave = replace(NET, severity=Severity.CRITICAL)
    other = finding(quote="    return net * rate", start_line=5, end_line=5)
    capped = review(grave, other, threads=[told], most=2)
    assert [placed.finding.severity for placed in capped.inline] == [Severity.CRITICAL]
    assert [each.reason for each in capped.in_summary] == [
        "the limit of 2 comments went to open threads and more severe ones"
    ]
