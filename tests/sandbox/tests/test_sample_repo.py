"""The demo's sample repository and the synthetic changes, reviewed over a naive rendering of their diffs."""

import difflib
import json
from collections.abc import Iterator, Mapping

import pytest

from tests.sandbox.reviewer import review_chunk
from tests.sandbox.sample_repo import BODY, PLANTED, TITLE, Planted, base_files, head_files, make_change


def rendered(base: Mapping[str, str], head: Mapping[str, str | None]) -> str:
    """A change in the wire format of chunks, as one chunk, made with difflib and three lines of context."""
    return "\n\n".join("\n".join(rendered_file(path, base.get(path, ""), text or "")) for path, text in head.items())


def rendered_file(path: str, old: str, new: str) -> Iterator[str]:
    """One file's block."""
    before = old.splitlines()
    after = new.splitlines()
    yield f"=== file: {json.dumps(path, ensure_ascii=False)} (modified)"
    for group in difflib.SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(3):
        yield "@@ -1 +1 @@"
        for kind, old_start, old_end, new_start, new_end in group:
            if kind != "equal":
                yield from (f"L{index + 1:<5} - | {before[index]}" for index in range(old_start, old_end))
            mark = " " if kind == "equal" else "+"
            yield from (f"R{index + 1:<5} {mark} | {after[index]}" for index in range(new_start, new_end))


def found(base: Mapping[str, str], head: Mapping[str, str | None]) -> set[tuple[object, ...]]:
    """What the reviewer finds: path, line, side, title."""
    findings = review_chunk(rendered(base, head))
    return {(item["path"], item["start_line"], item["side"], item["title"]) for item in findings}


def as_rows(planted: tuple[Planted, ...]) -> set[tuple[object, ...]]:
    """Planted mistakes in the same shape."""
    return {(item.path, item.line, item.side, item.title) for item in planted}


def changed_lines(base: Mapping[str, str], head: Mapping[str, str | None]) -> int:
    """How many lines a change adds and deletes."""
    return sum(
        line[0] in "RL" and line.split(" | ")[0][-1] in "+-" for line in rendered(base, head).splitlines() if line
    )


def test_exactly_the_planted_mistakes_of_the_sample_are_found() -> None:
    """The reviewer finds every planted mistake at its line, and nothing else in the sample's change."""
    assert found(base_files(), head_files()) == as_rows(PLANTED)


def test_the_sample_is_a_small_shop_in_three_languages() -> None:
    """The base has enough files to look real, every planted language has two mistakes, and a lock file changes too."""
    assert 12 <= len(base_files()) <= 20
    suffixes = [planted.path.rsplit(".", 1)[1] for planted in PLANTED]
    assert all(suffixes.count(suffix) >= 2 for suffix in ("py", "ts", "go"))
    assert "web/package-lock.json" in head_files()
    assert TITLE
    assert BODY.endswith("\n")


QUOTES = (
    "extra: list[str] = []",
    "except Exception:",
    "ILIKE '%{words}%'\")",
    "i <= len(items)",
    "defer rows.Close()",
    "quantity, _ := strconv.Atoi(count)",
    "this.lines.forEach(async (line) => {",
    "heading.innerHTML = ",
)


@pytest.mark.parametrize(("planted", "quoted"), list(zip(PLANTED, QUOTES, strict=True)))
def test_planted_lines_hold_the_mistakes(planted: Planted, quoted: str) -> None:
    """Each planted line number points at the mistaken line, of the old file on the left and of the new on the right."""
    text = base_files()[planted.path] if planted.side == "LEFT" else head_files()[planted.path]
    assert text is not None
    assert quoted in text.splitlines()[planted.line - 1]


@pytest.mark.parametrize(
    ("files", "lines", "planted", "seed"),
    [(3, 60, 2, 0), (3, 36, 0, 1), (20, 1500, 12, 2), (20, 700, 40, 3), (400, 30_000, 60, 4)],
)
def test_synthetic_changes_hold_what_is_asked_for(files: int, lines: int, planted: int, seed: int) -> None:
    """A synthetic change has the files, lines and mistakes asked for, and the reviewer finds just these mistakes."""
    change = make_change(files, lines, planted, seed)
    assert len(change.head) == files
    assert len(change.planted) == planted
    assert changed_lines(change.base, change.head) == lines
    assert found(change.base, change.head) == as_rows(change.planted)


def test_synthetic_changes_repeat() -> None:
    """The same seed gives the same change, another seed another one."""
    assert make_change(9, 400, 5, seed=7) == make_change(9, 400, 5, seed=7)
    assert make_change(9, 400, 5, seed=7) != make_change(9, 400, 5, seed=8)


def test_synthetic_changes_are_spread_over_directories_and_languages() -> None:
    """A large change touches many folders and languages, and both new and modified files."""
    change = make_change(90, 3000, 10)
    assert len({path.rsplit("/", 1)[0] for path in change.head}) > 20
    assert len({path.rsplit(".", 1)[1] for path in change.head}) == 4
    assert 20 < len(set(change.head) - set(change.base)) < 40


def test_too_few_lines_are_refused() -> None:
    """Mistakes that do not fit into the lines asked for are an error, not a smaller change."""
    with pytest.raises(ValueError, match="too few"):
        make_change(3, 30, 1)
