"""Patches of real git after mails, tools and people have had them: never read in part and called whole. Git is the judge."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest

from kireji.core.chunks.chunk import cut_sparingly
from kireji.core.diff.patch import read_patch
from kireji.core.diff.unified import FileDiff, LineKind, parse_diff
from kireji.core.findings.coverage import Reading
from kireji.core.money.ledger import Bill
from kireji.core.review.assemble import ReviewedChange, Thresholds, assemble
from kireji.core.review.result import Review
from kireji.core.scope.choose import choose_scope
from kireji.errors import DiffError
from tests.patches import FORMS, Repository, mutated

HEADS = tuple(f"{mark} {name}".encode() for mark in ("+++", "---") for name in ("a/", "b/", '"a/', '"b/', "/dev/null"))
Counts = Counter[tuple[str, str]]
"""How many lines of which mark a path has."""


@dataclass(frozen=True)
class Told:
    """What became of a patch: the review of it, and the lines that were read, or skipped on purpose."""

    review: Review
    files: int
    read: Counts


def reviewed(patch: bytes) -> Told:
    """Have it read as the command does, by a model that finds nothing."""
    served = read_patch(patch.decode("utf-8", "surrogateescape"))
    files = parse_diff(served.text).files
    scope = choose_scope(parse_diff(served.text), max_lines=10**9)
    chunks = cut_sparingly(scope.reviewed, 4000)
    readings = [Reading(chunk) for chunk in chunks]
    change = ReviewedChange(scope, (*served.unread, *scope.unread))
    review = assemble("head", change, readings, Bill("m"), Thresholds(9))
    shown = Counter(
        (part.file.path, line.kind.value)
        for chunk in chunks
        for part in chunk.parts
        for piece in part.slices
        for line in piece.hunk.lines[piece.start : piece.stop]
        if line.changed
    )
    skipped = {skip.path for skip in scope.skipped}
    left = counted(file for file in files if file.path in skipped and not file.submodule)
    return Told(review, sum(not file.submodule for file in files), shown + left)


def counted(files: Iterator[FileDiff]) -> Counts:
    """All changed lines of some files."""
    lines = ((file.path, line.kind) for file in files for hunk in file.hunks for line in hunk.lines)
    return Counter((path, kind.value) for path, kind in lines if kind is not LineKind.CONTEXT)


def by_git(rows: Sequence[tuple[int, int, str]]) -> Counts:
    """The same as git counts."""
    counts = Counts()
    for added, deleted, path in rows:
        counts[path, "+"] += added
        counts[path, "-"] += deleted
    return +counts


def by_eye(patch: bytes) -> tuple[int, int]:
    """Lines below the first file that look like added and deleted ones, for a patch that git refuses."""
    below = [line.rstrip(b"\r") for line in patch[max(patch.find(b"diff --"), 0) :].split(b"\n")]
    words = Counter(
        line[:1] for line in below if line.startswith((*HEADS, b"-------")) or line in {b"-- ", b"--", b"---"}
    )
    marks = Counter(line[:1] for line in below)
    return marks[b"+"] - words[b"+"], marks[b"-"] - words[b"-"]


def total(counts: Counts) -> tuple[int, int]:
    """All added and all deleted lines."""
    added = sum(number for (_, mark), number in counts.items() if mark == "+")
    return added, counts.total() - added


def lost(told: Told, rows: Sequence[tuple[int, int, str]] | None, patch: bytes) -> str:
    """What went by unread although the review calls itself whole, "" if nothing did."""
    if not told.review.coverage.complete:
        return ""
    if rows is not None and not (missing := by_git(rows) - told.read):
        return ""
    there, mine = by_eye(patch) if rows is None else total(by_git(rows)), total(told.read)
    gone = (there[0] - mine[0], there[1] - mine[1])
    undone = gone[0] == gone[1] >= 0  # a series in one: what it undoes itself is in neither
    if (rows is None and (undone or max(gone) <= 0)) or (rows is not None and len(rows) > told.files and undone):
        return ""
    return f"there are {there} lines, read: {mine}" if rows is None else f"git counts {missing} more"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """One repository for all."""
    return Repository(tmp_path_factory.mktemp("patches"))


@pytest.fixture(scope="module")
def patches(repository: Repository) -> dict[str, bytes]:
    """A patch of each form."""
    return {name: repository.git(*words) for name, words in FORMS.items()}


def campaign(repository: Repository, patches: dict[str, bytes], seeds: range) -> Counter[str]:
    """Mutate, read, compare; how many came to which end. A seed names its patch for good."""
    ends = Counter[str]()
    for seed in seeds:
        dice = random.Random(seed)
        form, other = dice.choices(list(patches), k=2)
        patch, what = mutated(dice, patches[form], patches[other])
        try:
            told = reviewed(patch)
        except DiffError:
            ends["refused"] += 1
            continue
        assert not (why := lost(told, repository.counts(patch), patch)), f"seed {seed}: {form}, {what}: {why}"
        ends["whole" if told.review.coverage.complete else "named"] += 1
    return ends


REFUSED = {"no prefix", "word diff", "colours"}
NAMED = {"merge", "merges", "log with figures"}


@pytest.mark.parametrize("form", FORMS)
def test_what_git_writes(repository: Repository, patches: dict[str, bytes], form: str) -> None:
    """Each form is read whole, or named, or refused, as it is."""
    if form in REFUSED:
        with pytest.raises(DiffError):
            reviewed(patches[form])
        return
    told = reviewed(patches[form])
    assert told.review.coverage.complete == (form not in NAMED), told.review.coverage.unread
    assert not lost(told, repository.counts(patches[form]), patches[form])


def test_a_sample(repository: Repository, patches: dict[str, bytes]) -> None:
    """Of mutated patches some are whole, some named, some refused; none is read in part and called whole."""
    ends = campaign(repository, patches, range(150))
    assert min(ends["whole"], ends["named"], ends["refused"]) > 0


@pytest.mark.proof
@pytest.mark.parametrize("start", range(150, 5150, 500))
def test_five_thousand(repository: Repository, patches: dict[str, bytes], start: int) -> None:
    """The same, at length."""
    assert campaign(repository, patches, range(start, start + 500)).total() == 500


def test_a_reader_that_loses_lines_is_caught(repository: Repository, patches: dict[str, bytes]) -> None:
    """The comparison is worth something: of a patch with lines that nobody counted it says so."""
    told = reviewed(patches["diff"])
    more = patches["diff"] + patches["one line"]
    assert lost(told, repository.counts(more), more)
