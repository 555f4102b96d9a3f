"""Patches made here from the two blobs, for files whose patch GitHub does not serve."""

import base64
from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

import requests
from github import GithubException

from kireji.adapters.github.http.client import RepoClient
from kireji.adapters.github.http.together import together
from kireji.adapters.github.read.rows import Row
from kireji.core.diff.local_diff import MAX_LINES, Pair, make_patch
from kireji.core.diff.patch_words import UTF16
from kireji.core.diff.unified import Unread
from kireji.core.pulls.pull import OpenedPull
from kireji.core.scope.binary import is_binary, is_wide, was_binary
from kireji.core.text.undone import Undone
from kireji.errors import TransientError
from kireji.ports import Apart

FILES = 30
BYTES = 1_000_000  # GitHub's contents API gives no text above 1 MB
UNSERVED = "GitHub serves no patch for it"
NOBODY = Undone("there is nobody to do it")


async def read_patches(
    client: RepoClient, opened: OpenedPull, rows: Sequence[Row], apart: Apart | None
) -> dict[str, Row | Unread]:
    """Each row by its filename, with the patch that GitHub left out; Unread where the text cannot be had."""
    taken = rows[:FILES]
    beyond = rows[FILES:]
    reason = f"GitHub serves no text for it, nor for {FILES} others that were fetched one by one"
    patched: dict[str, Row | Unread] = {row.filename: Unread(row.filename, reason) for row in beyond}
    if not taken:
        return patched

    base = await _merge_base(client, opened) if any(row.status != "added" for row in taken) else ""

    async def read_texts(row: Row) -> tuple[Row, Row | Unread | Pair]:
        return row, await _texts(client, row, base, opened.pull.head_sha)

    read = await together(partial(read_texts, row) for row in taken)
    patched |= {row.filename: found for row, found in read if not isinstance(found, Pair)}

    pairs = [(row, found) for row, found in read if isinstance(found, Pair)]
    patches = await _compared([pair for _, pair in pairs], apart)
    for (row, _), patch in zip(pairs, patches, strict=True):
        patched[row.filename] = _patched(row, patch)
    return patched


async def _compared(pairs: Sequence[Pair], apart: Apart | None) -> Sequence[str | Undone | None]:
    return [NOBODY] * len(pairs) if apart is None else await apart.each(make_patch, pairs)


def _patched(row: Row, patch: str | Undone | None) -> Row | Unread:
    """The row with what came of the comparison."""
    match patch:
        case str():
            return row.model_copy(update={"patch": patch or None})
        case Undone():
            return Unread(row.filename, f"{UNSERVED}, and it could not be compared here: {patch.why}")
        case None:
            return Unread(row.filename, f"{UNSERVED}, and it has more than {MAX_LINES:,} lines")


async def _merge_base(client: RepoClient, opened: OpenedPull) -> str:
    """GitHub's diff starts at the merge base, not at the base branch's tip. The second page comes without files."""
    span = f"{opened.pull.base_sha}...{opened.pull.head_sha}"
    answer = await client.get(f"/compare/{span}", per_page=1, page=2)
    return answer["merge_base_commit"]["sha"]


async def _texts(client: RepoClient, row: Row, base: str, head: str) -> Row | Unread | Pair:
    """What is to be compared; the row itself where it is binary."""
    try:
        old = b"" if row.status == "added" else await _blob(client, row.old, base)
        new = b"" if row.status == "removed" else await _blob(client, row.filename, head)
    except _NoTextError as error:
        return Unread(row.filename, f"{UNSERVED}, and {error}")
    except (GithubException, requests.RequestException, TransientError):
        return Unread(row.filename, "GitHub served neither its patch nor its text")

    if is_binary(old) or is_binary(new):
        if is_wide(old) or is_wide(new):
            return Unread(row.filename, UTF16)
        return row.model_copy(update={"binary": True, "was_binary": was_binary(old, new)})

    return Pair(old, new)


class _NoTextError(Exception):
    """A file's text cannot be compared; says why."""


async def _blob(client: RepoClient, path: str, sha: str) -> bytes:
    answer: Any = await client.get(f"/contents/{quote(path)}", ref=sha)
    if not isinstance(answer, dict) or answer.get("type") != "file":
        raise _NoTextError("it is no longer a file")
    if answer.get("size", 0) > BYTES or answer.get("encoding") != "base64":
        raise _NoTextError("it is larger than 1 MB")
    return base64.b64decode(answer["content"])
