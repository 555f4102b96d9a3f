"""The list of files, where GitHub refuses the diff as a whole; composed to unified text.

GitHub drops the text of files on long pages without a word (facts of November 2026), so rows without text are asked for
again in small pages, and what is still missing is made from the two blobs.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import chain

from kireji.adapters.github.http.client import RepoClient
from kireji.adapters.github.http.together import together
from kireji.adapters.github.read import blobs
from kireji.adapters.github.read.rows import EMPTY_BLOB, LARGE, Row, is_heavy, is_hole, unified
from kireji.core.diff.unified import FetchedDiff, Unread
from kireji.core.pulls.pull import OpenedPull
from kireji.core.scope.attributes import FILE_NAME as ATTRIBUTES
from kireji.ports import Apart

PAGE = 100
LISTED = 3_000  # files; GitHub's own end of the list
SMALL_PAGES = (50, 10)  # patches have been seen missing above 70 a page
SMALL_REQUESTS = 120  # in all; enough for 3,000 files, and what is left then is read file by file or named

Pages = dict[int, list[Row]]


async def read_listing(client: RepoClient, opened: OpenedPull, apart: Apart | None) -> FetchedDiff:
    """All files that GitHub lists. What it lists without text, or not at all, is `unread`."""
    count = min(opened.pull.changed_files, LISTED)
    page_count = max(1, -(-count // PAGE))
    pages = await _pages(client, PAGE, range(1, page_count + 1))
    rows = [*chain.from_iterable(page for _, page in sorted(pages.items()))]

    holes = await _ask_again(client, rows, _holes(pages))
    made = await blobs.read_patches(client, opened, [rows[index] for index in sorted(holes)], apart)

    texts: list[str] = []
    unread: list[Unread] = []
    for index, row in enumerate(rows):
        whole = made[row.filename] if index in holes else row
        if isinstance(whole, Unread):
            unread.append(whole)
        else:
            texts.append(unified(whole))

    binary = frozenset(row.filename for row in made.values() if isinstance(row, Row) and row.was_binary)
    return FetchedDiff("".join(texts), (*unread, *_unlisted(opened, len(rows))), binary)


def _holes(pages: Pages) -> set[int]:
    """The indexes of suspect rows. Whether GitHub counts its lines by page or over all pages is not known: over all."""
    holes: set[int] = set()
    seen: list[Row] = []
    marked = any(row.filename.endswith(ATTRIBUTES) for row in chain.from_iterable(pages.values()))
    for _, page in sorted(pages.items()):
        start = len(seen)
        seen += page
        heavy = is_heavy(seen)
        holes |= {start + index for index, row in enumerate(page) if is_hole(row, heavy=heavy, marked=marked)}
    return holes


async def _ask_again(client: RepoClient, rows: list[Row], holes: set[int]) -> set[int]:
    """Fill holes in place from small pages; gives those that are left, which only the blobs can fill."""
    remaining = SMALL_REQUESTS
    hopeless = {index for index in holes if rows[index].changes >= LARGE}
    asked = holes - hopeless

    for size in SMALL_PAGES:
        wanted = sorted({index // size + 1 for index in asked})[:remaining]
        remaining -= len(wanted)

        unfilled: set[int] = set()
        for number, page in (await _pages(client, size, wanted)).items():
            inside = {index for index in asked if index // size + 1 == number}
            left_open = _fill(rows, inside, page, (number - 1) * size)
            if not is_heavy(page):
                hopeless |= left_open  # no smaller page tells more than a light one
            unfilled |= left_open
            asked -= inside

        hopeless |= {index for index in unfilled if rows[index].changes}
        asked |= unfilled - hopeless

    return hopeless | asked


def _fill(rows: list[Row], holes: Iterable[int], page: Sequence[Row], start: int) -> set[int]:
    """Take over what a small page tells of the holes; gives the holes that remain.

    0/0/0 on a light page is a binary file, a new mode, or text that an attribute calls binary: only the blobs tell.
    """
    remain: set[int] = set()
    for index in holes:
        row = page[index - start] if index - start < len(page) else None
        if row is None or row.filename != rows[index].filename:
            remain.add(index)  # the list has changed meanwhile
            continue

        rows[index] = row
        if not row.patch and row.sha != EMPTY_BLOB:
            remain.add(index)

    return remain


async def _pages(client: RepoClient, size: int, numbers: Iterable[int]) -> Pages:
    async def read_page(number: int) -> tuple[int, list[Row]]:
        answer = await client.get(f"/pulls/{client.ref.number}/files", per_page=size, page=number)
        return number, [Row.model_validate(row) for row in answer]

    return dict(await together(partial(read_page, number) for number in numbers))


def _unlisted(opened: OpenedPull, listed: int) -> tuple[Unread, ...]:
    count = opened.pull.changed_files - listed
    if count <= 0:
        return ()
    over = opened.pull.changed_files > LISTED
    reason = "GitHub lists at most 3,000 files of a pull request" if over else "GitHub did not list them"
    return (Unread(f"{count:,} more file{'' if count == 1 else 's'}", reason),)
