"""Every inline placement names lines that GitHub takes, whatever the diff and whatever the model claims."""

import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kireji.core.diff.unified import Side, parse_diff
from kireji.core.findings.finding import Category, Confidence, Finding, Severity
from kireji.core.findings.placement import Inline, by_path, place
from kireji.core.formats.github import comment
from kireji.core.pulls.posting import CommentDraft
from tests.sandbox.github import GitHubSandbox, Repository
from tests.sandbox.github.show import Shown

PATHS = ("a.py", "dir/b c.txt", "é.md")
# Few texts, so that lines repeat and quotes match in several places; some that have led diff parsers astray.
LINES = (
    "",
    "x = 1",
    "    return x",
    "\treturn x\r",
    "}",
    "-- a",
    "++ b",
    "@@ -1 +1 @@",
    "feed\x0c",
    "sep\u2028arator",
    "日本",
)
NEW, OLD = "new.txt", "old name.txt"  # of a file that is renamed
CLAIMS = 150

lines = st.sampled_from(LINES)


def text(rows: list[str], *, newline: bool) -> str:
    """A file's text."""
    return "\n".join(rows) + ("\n" if newline and rows else "")


texts = st.builds(text, st.lists(lines, min_size=15, max_size=40), newline=st.booleans()) | st.just("")


@st.composite
def changes(draw: st.DrawFn) -> tuple[str, str]:
    """A text before and after: a few runs of lines replaced, or another text altogether."""
    before = draw(texts)
    if draw(st.integers(0, 3)) == 0:
        return before, draw(texts)
    rows = before.split("\n")
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(rows)))
        rows[start : start + draw(st.integers(0, 3))] = draw(st.lists(lines, max_size=4))
    return before, "\n".join(rows)


def claims(seed: int) -> Iterator[Finding]:
    """Claims about some lines of some files, true or not: many from one number, as Hypothesis is slow to draw them."""
    rng = random.Random(seed)
    for _ in range(CLAIMS):
        start = rng.randint(1, 45)
        yield Finding(
            path=rng.choice((*PATHS, NEW, OLD, "nowhere.py")),
            side=rng.choice(list(Side)),
            start_line=start,
            end_line=start + rng.choice((0, 1, 3, 20)),
            quote="\n".join(rng.choices((*LINES, "return"), k=rng.choice((1, 1, 2)))),
            category=Category.CORRECTNESS,
            severity=Severity.HIGH,
            confidence=Confidence.HIGH,
            title="It is wrong",
            explanation="It goes wrong.",
            replacement=rng.choice((None, *LINES)),
        )


@pytest.fixture(scope="module")
def repo() -> Iterator[Repository]:
    """A repository on the loopback GitHub."""
    with GitHubSandbox() as github:
        github.install_app(slug="kireji")
        yield github.create_repo("octo/shop")


@settings(max_examples=settings().max_examples // 2)
@given(
    pairs=st.lists(changes(), min_size=len(PATHS), max_size=len(PATHS)),
    renamed=changes(),
    seed=st.integers(0, 10**9),
)
def test_github_takes_every_inline_placement(
    repo: Repository, pairs: list[tuple[str, str]], renamed: tuple[str, str], seed: int
) -> None:
    """Random texts are committed, random claims are placed by git's diff of them, and one review takes them all."""
    before = dict(zip(PATHS, (pair[0] for pair in pairs), strict=True)) | {OLD: renamed[0], NEW: None}
    after = dict(zip(PATHS, (pair[1] for pair in pairs), strict=True)) | {NEW: renamed[1]}
    number = len(repo.state.pulls) + 1
    repo.commit(f"base{number}", before)
    pull = repo.open_pull(base=f"base{number}", branch=f"head{number}", files=after, renames={OLD: NEW})
    served = repo.state.comparison(pull).text.decode("utf-8", "surrogateescape")
    files = by_path(parse_diff(served).files)
    placed = [placement for claim in claims(seed) if isinstance(placement := place(claim, files), Inline)]
    repo.add_review(number, by="kireji[bot]", body="Review", comments=[_row(comment(inline)) for inline in placed])
    assert len(repo.review_comments(number)) == len(placed)


def _row(draft: CommentDraft) -> Shown:
    """A comment as POST reviews takes it."""
    row: Shown = {"path": draft.path, "body": draft.body, "line": draft.line, "side": str(draft.side)}
    if draft.start_line is not None:
        row |= {"start_line": draft.start_line, "start_side": str(draft.side)}
    return row
