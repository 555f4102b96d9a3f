"""Chunks: each changed line once, within the budget, and no other chunk moves when a file changes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kireji.core.chunks.chunk import MAX_OVERLAP_LINES, Chunk, Part, Slice, cut_chunks, cut_sparingly, split_chunk
from kireji.core.chunks.rendering import NO_NEWLINE, render_chunk
from kireji.core.chunks.weight import MAX_LINE_CHARS, count_tokens
from kireji.core.diff.unified import FileDiff, FileStatus, Hunk, Line, LineKind
from tests import strategies

DATA = Path(__file__).parents[2] / "data" / "chunks"

Key = tuple[str, str, int, int]


def reviewable(files: Iterable[FileDiff]) -> Counter[Key]:
    """Every changed line of the files, by path, status, hunk and index."""
    return Counter(
        (file.path, file.status, at, index)
        for file in files
        for at, hunk in enumerate(file.hunks)
        for index, line in enumerate(hunk.lines)
        if line.changed
    )


def reviewed(chunks: Iterable[Chunk]) -> Counter[Key]:
    """Every changed line that the chunks are to review."""
    places = {id(hunk): at for chunk in chunks for part in chunk.parts for at, hunk in enumerate(part.file.hunks)}
    return Counter(
        (part.file.path, part.file.status, places[id(piece.hunk)], index)
        for chunk in chunks
        for part in chunk.parts
        for piece in part.slices
        for index in range(piece.start, piece.stop)
        if piece.hunk.lines[index].changed
    )


def count(chunk: Chunk) -> int:
    """How many changed lines a chunk is to review."""
    return sum(reviewed([chunk]).values())


def paths(chunk: Chunk) -> set[str]:
    """The files of a chunk."""
    return {part.file.path for part in chunk.parts}


def added(path: str, *texts: str, start: int = 1) -> FileDiff:
    """A new file, or a part of one, of these lines."""
    lines = tuple(Line(LineKind.ADDED, None, start + index, text) for index, text in enumerate(texts))
    return FileDiff(path, path, FileStatus.ADDED, (Hunk(0, 0, start, len(lines), "", lines),))


def plan(chunks: Sequence[Chunk]) -> list[str]:
    """One line a chunk: files, with the lines of the slices where a file is cut, and how many are shown before them."""
    return [" ".join(_part(part) for part in chunk.parts) for chunk in chunks]


def _part(part: Part) -> str:
    if [(piece.hunk, piece.start, piece.stop) for piece in part.slices] == [
        (hunk, 0, len(hunk.lines)) for hunk in part.file.hunks
    ]:
        return part.file.path
    return f"{part.file.path}[{', '.join(_slice(piece) for piece in part.slices)}]"


def _slice(piece: Slice) -> str:
    first, last = piece.hunk.lines[piece.start], piece.hunk.lines[piece.stop - 1]
    lead = piece.start - piece.lead
    return f"{first.number}-{last.number}" + (f" after {lead}" if lead else "")


# -- Read as a page ----------------------------------------------------------------------------------------------------

TREE = [
    added(path, *["x" * 50] * 20)
    for path in [
        "README.md",
        "setup.py",
        "app/main.py",
        "app/web.py",
        "app/core/diff.py",
        "app/core/chunk.py",
        "app/core/scope.py",
        "app/core/formats/json.py",
        "tests/test_main.py",
        "tests/core/test_diff.py",
        "tests/core/test_chunk.py",
        "docs/index.md",
        "docs/usage.md",
    ]
]


LONG = added("app/long.py", *(f"{'    ' * (line % 10 > 0)}{'x' * 40 if line % 10 != 9 else ''}" for line in range(60)))
HUNKS = replace(
    LONG, path="app/hunks.py", hunks=tuple(added("", *["x" * 50] * 20, start=at).hunks[0] for at in range(1, 400, 50))
)


@pytest.mark.parametrize(
    ("name", "files", "budgets"),
    [
        ("tree", TREE, [20_000, 8_000, 5_000, 2_500, 700]),
        ("hunk_too_large", [LONG], [2_000, 1_000, 500]),
        ("file_too_large", [HUNKS], [9_000, 3_000, 1_500, 600]),
    ],
)
def test_golden(name: str, files: list[FileDiff], budgets: list[int]) -> None:
    """The plans for several budgets are as stored: cut between directories, then siblings, hunks, blank lines."""
    text = "".join(
        f"{budget} tokens\n"
        + "".join(f"  {chunk.tokens:>5}  {row}\n" for chunk, row in zip(chunks, plan(chunks), strict=True))
        for budget in budgets
        for chunks in [cut_chunks(files, budget)]
    )
    assert text == (DATA / f"{name}.txt").read_text("utf-8")


# -- Single decisions --------------------------------------------------------------------------------------------------


def test_nothing_to_review() -> None:
    """Files without changed lines make no chunk, and hunks without any no slice."""
    silent = Hunk(1, 1, 1, 1, "", (Line(LineKind.CONTEXT, 1, 1, "x"),))
    file = added("a", "x", start=9)
    assert cut_chunks([replace(file, hunks=()), replace(file, hunks=(silent,))], 100) == ()
    (chunk,) = cut_chunks([replace(file, hunks=(silent, *file.hunks))], 1000)
    assert [piece.hunk for piece in chunk.parts[0].slices] == list(file.hunks)


def test_no_files() -> None:
    """Nothing comes of nothing."""
    assert cut_chunks([], 100) == ()


def test_a_line_longer_than_the_budget_stands_alone() -> None:
    """The lines beside it keep within the budget; its own estimate is capped, since it will be shown cut."""
    chunks = cut_chunks([added("a", "short", "y" * 1_000_000, "short")], 300)
    assert plan(chunks) == ["a[1-1]", "a[2-2]", "a[3-3]"]
    assert chunks[0].tokens < 300 < chunks[1].tokens < count_tokens(MAX_LINE_CHARS + 400)
    assert chunks[2].tokens < 300


def test_context_alone_is_not_sent() -> None:
    """A stretch of a large hunk without a changed line is in no slice, but leads up to one."""
    context = [Line(LineKind.CONTEXT, number, number, "x" * 50) for number in range(1, 101)]
    lines = (*context, Line(LineKind.ADDED, None, 101, "new"))
    file = replace(added("a", "x"), hunks=(Hunk(1, 100, 1, 101, "", lines),))
    (chunk,) = cut_chunks([file], 2000)
    (piece,) = chunk.parts[0].slices
    assert (piece.stop, piece.start - piece.lead) == (101, MAX_OVERLAP_LINES)


def test_a_replacement_is_not_torn_apart() -> None:
    """No cut runs between a deleted line and the one in its place."""
    pairs = [
        line
        for number in range(1, 201)
        for line in (Line(LineKind.DELETED, number, None, "old"), Line(LineKind.ADDED, None, number, "new"))
    ]
    chunks = cut_chunks([replace(added("a", "x"), hunks=(Hunk(1, 200, 1, 200, "", tuple(pairs)),))], 500)
    starts = [piece.start for chunk in chunks for part in chunk.parts for piece in part.slices]
    assert len(starts) > 3
    assert all(pairs[start].kind is LineKind.DELETED for start in starts)


def test_a_file_that_changed_its_type() -> None:
    """A path that is deleted as a file and added as a link is two files, in one order whatever the input's."""
    new = added("a", "target")
    old = FileDiff("a", "a", FileStatus.DELETED, (Hunk(1, 1, 0, 0, "", (Line(LineKind.DELETED, 1, None, "x"),)),))
    assert cut_chunks([new, old], 1000) == cut_chunks([old, new], 1000)
    assert reviewed(cut_chunks([new, old], 1)) == reviewable([new, old])


def test_a_missing_newline_is_counted() -> None:
    """The line that tells of it has its price."""
    file = added("a", "x")
    (line,) = file.hunks[0].lines
    bare = replace(file, hunks=(replace(file.hunks[0], lines=(replace(line, newline=False),)),))
    (with_newline,), (without,) = cut_chunks([file], 1000, 1.0), cut_chunks([bare], 1000, 1.0)
    assert without.tokens - with_newline.tokens == len(NO_NEWLINE) + 1


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("a", 1), ("abcd", 2), (4, 2), (5, 3), ("日", 2), ("日本", 3), ("\udcff", 2)]
)
def test_estimates_round_up(text: str | int, tokens: int) -> None:
    """Rounded up, and by UTF-8 bytes."""
    assert count_tokens(text, 2.0) == tokens


def test_a_new_file_moves_few_others() -> None:
    """Adding one file to a hundred leaves nine of ten chunks as they were."""
    files = [added(f"pkg{n % 7}/mod{n % 3}/file{n}.py", *["x" * 40] * (n % 30 + 1)) for n in range(100)]
    before, after = cut_chunks(files, 2000), cut_chunks([*files, added("pkg3/mod1/new.py", *["x"] * 20)], 2000)
    assert len(before) > 20
    assert len(set(before) & set(after)) > 0.9 * len(before)


# -- Properties --------------------------------------------------------------------------------------------------------

_near = st.sampled_from([f"{directory}{name}" for directory in ("", "a/", "a/b/", "a/c/", "d/") for name in "vwxyz"])
_texts = strategies.texts | st.sampled_from(["z" * 3000, "é" * 90, "\u202e" * 900])
_file = strategies.file_diffs(paths=_near, texts=_texts, max_hunk_lines=15)
_files = st.lists(_file, max_size=5, unique_by=lambda file: file.path)
_budgets = st.sampled_from([1, 150, 300, 600, 1500, 5000])


@strategies.calm
@given(_files, _budgets, st.randoms(use_true_random=False))
def test_chunks_partition_the_reviewable_lines(files: list[FileDiff], budget: int, random: Random) -> None:
    """Each changed line is in exactly one chunk; only a chunk of one line is over budget; the files' order is nothing."""
    chunks = cut_chunks(files, budget)
    assert reviewed(chunks) == reviewable(files)
    for chunk in chunks:
        pieces = [piece for part in chunk.parts for piece in part.slices]
        assert all(0 <= piece.lead <= piece.start < piece.stop <= len(piece.hunk.lines) for piece in pieces)
        assert chunk.tokens <= budget or [(piece.stop - piece.lead) for piece in pieces] == [1]
    shuffled = list(files)
    random.shuffle(shuffled)
    assert cut_chunks(shuffled, budget) == chunks


@strategies.calm
@given(_files, _budgets)
def test_what_fits_is_not_cut(files: list[FileDiff], budget: int) -> None:
    """A file in more than one chunk would not have fitted into one."""
    chunks = cut_chunks(files, budget)
    for path, times in Counter(path for chunk in chunks for path in paths(chunk)).items():
        alone = cut_chunks([file for file in files if file.path == path], 10**9)
        assert times == 1 or alone[0].tokens > budget


@strategies.calm
@given(_files, _budgets, st.sampled_from([1.8, 2.2, 4.0]))
def test_the_estimate_errs_upwards(files: list[FileDiff], budget: int, chars_per_token: float) -> None:
    """What the model is shown of a chunk is no longer than what was counted."""
    for chunk in cut_chunks(files, budget, chars_per_token):
        assert count_tokens(render_chunk(chunk), chars_per_token) <= chunk.tokens


@strategies.calm
@given(_files.filter(len), _file, _budgets, st.data())
def test_a_change_in_one_file_leaves_other_chunks_alone(
    files: list[FileDiff], other: FileDiff, budget: int, data: st.DataObject
) -> None:
    """A chunk stays as it is unless the changed file is in it, or its files are now read with the changed file."""
    at = data.draw(st.integers(0, len(files) - 1))
    path = files[at].path
    changed = [*files[:at], replace(files[at], hunks=other.hunks), *files[at + 1 :]]
    one, two = cut_chunks(files, budget), cut_chunks(changed, budget)
    for before, after in ((one, two), (two, one)):
        joined = {name for chunk in after if path in paths(chunk) for name in paths(chunk)}
        for chunk in before:
            assert path in paths(chunk) or chunk in after or paths(chunk) <= joined


@strategies.calm
@given(_files.filter(len), _budgets)
def test_splitting_keeps_every_line(files: list[FileDiff], budget: int) -> None:
    """Halves review what the whole did, each less of it and for fewer tokens, down to single lines."""
    rest = list(cut_chunks(files, budget, 1.0))
    while rest:
        chunk = rest.pop()
        halves = split_chunk(chunk, 1.0)
        if count(chunk) == 1:
            assert halves == (chunk,)
            continue
        one, two = halves
        assert reviewed([one]) + reviewed([two]) == reviewed([chunk])
        assert all(0 < count(half) < count(chunk) and half.tokens < chunk.tokens for half in halves)
        rest += halves


def test_a_small_change_is_read_at_once() -> None:
    """What is no more than two chunks' budgets together is one chunk; what is more is cut as ever."""
    lines = tuple(Line(LineKind.ADDED, None, number, f"value_{number} = {number}") for number in range(1, 31))
    hunk = Hunk(0, 0, 1, 30, "", lines)
    files = [FileDiff(path, path, FileStatus.ADDED, (hunk,)) for path in ("a/x.py", "b/x.py", "c/x.py")]
    (whole,) = cut_chunks(files, 10_000)
    assert len(cut_chunks(files, whole.tokens * 2 // 3)) > 1
    assert cut_sparingly(files, whole.tokens * 2 // 3) == (whole,)
    assert cut_sparingly(files, whole.tokens // 3) == cut_chunks(files, whole.tokens // 3)
