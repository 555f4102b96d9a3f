"""What was read is known by its content: edits make it new, rebases do not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kireji.core.chunks.chunk import Chunk, Part, Slice, cut
from kireji.core.diff.unified import Diff, FileDiff, Side
from kireji.core.findings.coverage import Reading
from kireji.core.rounds.seen import MAX_DIGESTS, digests, is_new, read_changes
from tests.make import changes_of, chunk, files
from tests.strategies import calm, diffs, file_diffs
from tests.threads import added, changed

CART, OLD = files()
BASE = [f"line {number}" for number in range(1, 41)]


def edited(lines: list[str], at: int, *new: str, gone: int = 0) -> list[str]:
    """The lines with some put in before index `at`, and some taken out there."""
    return [*lines[:at], *new, *lines[at + gone :]]


def test_a_changed_line_has_a_digest_of_twelve_digits() -> None:
    """One for each added or deleted line, none for context."""
    assert len(digests(CART)) == CART.changed_lines == 8
    assert all(len(digest) == 12 and int(digest, 16) >= 0 for digest in digests(CART))


HEAD = edited(BASE, 20, "added", "added too")


@pytest.mark.parametrize(
    ("name", "base", "head"),
    [
        ("lines above", ["new", *BASE], ["new", *HEAD]),
        ("context edited", edited(BASE, 19, "other", gone=1), edited(HEAD, 19, "other", gone=1)),
        ("another change", BASE, edited(HEAD, 30, "far away")),
    ],
)
def test_a_rebase_leaves_digests_alone(name: str, base: list[str], head: list[str]) -> None:
    """Other numbers, other context and other hunks make a change no other one."""
    assert set(digests(changed(BASE, HEAD))) <= set(digests(changed(base, head))), name


@pytest.mark.parametrize(
    "other",
    [
        changed(BASE, edited(BASE, 20, "added", "added 2")),
        changed(BASE, edited(BASE, 20, "added")),
        changed(BASE, edited(HEAD, 21, "between")),
        changed(BASE, HEAD, path="other.py"),
        changed(HEAD, BASE),
    ],
    ids=["edited", "neighbour gone", "neighbour come", "another path", "another mark"],
)
def test_an_edit_is_new(other: FileDiff) -> None:
    """Text, neighbours, mark and path all count."""
    assert not set(digests(changed(BASE, HEAD))) & set(digests(other))


def test_an_edit_in_a_new_file_makes_new_what_is_beside_it_only() -> None:
    """A new file is one long run of added lines; one of them edited does not make all of them new."""
    seen = changes_of([added(BASE)])
    after = added(edited(BASE, 10, "edited", gone=1))
    assert [line for line in range(1, 41) if is_new(after, Side.RIGHT, line, line, seen)] == [10, 11, 12]


def test_equal_changes_share_a_digest() -> None:
    """Two changes of equal content in one file are one to us; in two files they are not."""
    twice = changed(BASE, edited(edited(BASE, 30, "same"), 10, "same"))
    assert len(digests(twice)) == 2
    assert len(changes_of([twice])) == 1
    assert len(changes_of([twice, replace(twice, path="other.py")])) == 2


def test_a_finding_is_as_new_as_the_changes_it_touches() -> None:
    """Of several lines one new one is enough; on context, the newest change in its hunk counts."""
    before = changed(BASE, edited(BASE, 20, "a", "b", "c", "d"))
    seen = changes_of([before])
    after = changed(BASE, edited(BASE, 20, "a", "b", "c", "d", "e"))
    assert not is_new(after, Side.RIGHT, 21, 23, seen)
    assert is_new(after, Side.RIGHT, 21, 24, seen)
    assert is_new(after, Side.RIGHT, 20, 20, seen)
    assert not is_new(before, Side.RIGHT, 20, 20, seen)
    assert not is_new(before, Side.RIGHT, 19, 21, seen)


def test_a_line_outside_the_diff_is_new() -> None:
    """What cannot be compared is not held back."""
    assert is_new(CART, Side.RIGHT, 9_999, 9_999, changes_of([CART]))


def test_only_what_was_read_is_seen() -> None:
    """A failed chunk leaves nothing behind."""
    readings = (Reading(chunk(CART)), Reading(chunk(OLD), unread="Claude was overloaded"))
    assert read_changes(readings) == changes_of([CART])


def test_a_run_that_was_cut_counts_as_far_as_it_was_read() -> None:
    """Of a hunk in two chunks, the part that failed is new in the next round."""
    file = added(BASE)
    (hunk,) = file.hunks
    first = Chunk((Part(file, (Slice(hunk, 0, 25, 0),)),), 1)
    second = Chunk((Part(file, (Slice(hunk, 25, 40, 20),)),), 1)
    assert read_changes([Reading(first), Reading(second)]) == changes_of([file])
    seen = read_changes([Reading(first), Reading(second, unread="no")])
    assert [line for line in range(1, 41) if not is_new(file, Side.RIGHT, line, line, seen)] == list(range(1, 26))


def test_what_was_missed_anywhere_is_not_seen() -> None:
    """Where equal changes share a digest, one that was not read keeps both new."""
    twice = changed(BASE, edited(edited(BASE, 30, "same"), 10, "same"))
    one, two = (Chunk((Part(twice, (Slice(hunk, 0, len(hunk.lines), 0),)),), 1) for hunk in twice.hunks)
    assert read_changes([Reading(one), Reading(two, unread="no")]) == frozenset()


def test_there_is_an_end_to_it() -> None:
    """A review leaves at most MAX_DIGESTS digests behind."""
    file = added([f"x{number}" for number in range(MAX_DIGESTS + 10)])
    assert len(read_changes([Reading(chunk(file))])) == MAX_DIGESTS


@calm
@given(diffs(), st.integers(20, 400))
def test_all_chunks_read_is_all_changes_seen(diff: Diff, budget: int) -> None:
    """However a diff is cut, what was read of it is all of its changes, and none of them is new."""
    changes = diff.files
    seen = read_changes([Reading(each) for each in cut(changes, budget)])
    assert seen == changes_of(changes)
    for file in changes:
        for hunk in file.hunks:
            assert not any(is_new(file, line.side, line.number, line.number, seen) for line in hunk.lines)


@calm
@given(file_diffs(), st.integers(1, 500))
def test_numbers_and_context_do_not_count(file: FileDiff, shift: int) -> None:
    """The same changes further down, without the context around them, have the same digests."""
    moved = replace(
        file,
        hunks=tuple(
            replace(
                hunk,
                lines=tuple(
                    replace(
                        line,
                        text=line.text if line.changed else "other context",
                        old=None if line.old is None else line.old + shift,
                        new=None if line.new is None else line.new + shift,
                    )
                    for line in hunk.lines
                ),
            )
            for hunk in file.hunks
        ),
    )
    assert digests(moved) == digests(file)
