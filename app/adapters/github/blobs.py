"""Patches made here from the two blobs, for files whose patch GitHub does not serve."""

import asyncio
import base64
from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

import cydifflib
import requests
from github import GithubException

from app.adapters.github.client import RepoClient
from app.adapters.github.rows import Row
from app.adapters.github.together import together
from app.core.binary import is_binary, is_wide, was_binary
from app.core.diff import Unread
from app.core.pull import OpenedPull
from app.core.wording_patches import UTF16
from app.errors import TransientError

FILES = 30
BYTES = 1_000_000  # GitHub's contents API gives no text above 1 MB
LINES = 50_000  # a side; keeps the worst case of the diff to seconds


async def read_patches(client: RepoClient, opened: OpenedPull, rows: Sequence[Row]) -> dict[str, Row | Unread]:
    """Each row by its filename, with the patch that GitHub left out; Unread where the text cannot be had."""
    taken, beyond = rows[:FILES], rows[FILES:]
    reason = f"GitHub serves no text for it, nor for {FILES} others that were fetched one by one"
    patched: dict[str, Row | Unread] = {row.filename: Unread(row.filename, reason) for row in beyond}
    if not taken:
        return patched
    base = await _merge_base(client, opened) if any(row.status != "added" for row in taken) else ""

    async def one(row: Row) -> tuple[str, Row | Unread]:
        return row.filename, await _patched(client, row, base, opened.pull.head_sha)

    return patched | dict(await together(partial(one, row) for row in taken))


async def _merge_base(client: RepoClient, opened: OpenedPull) -> str:
    """GitHub's diff starts at the merge base, not at the base branch's tip. The second page comes without files."""
    span = f"{opened.pull.base_sha}...{opened.pull.head_sha}"
    answer = await client.get(f"/compare/{span}", per_page=1, page=2)
    return answer["merge_base_commit"]["sha"]


async def _patched(client: RepoClient, row: Row, base: str, head: str) -> Row | Unread:
    try:
        old = b"" if row.status == "added" else await _blob(client, row.old, base)
        new = b"" if row.status == "removed" else await _blob(client, row.filename, head)
        if is_binary(old) or is_binary(new):
            if is_wide(old) or is_wide(new):
                return Unread(row.filename, UTF16)
            return row.model_copy(update={"binary": True, "was_binary": was_binary(old, new)})
        return row.model_copy(update={"patch": await asyncio.to_thread(make_patch, old, new) or None})
    except _NoTextError as error:
        return Unread(row.filename, f"GitHub serves no patch for it, and {error}")
    except (GithubException, requests.RequestException, TransientError):
        return Unread(row.filename, "GitHub served neither its patch nor its text")


class _NoTextError(Exception):
    """A file's text cannot be compared; says why."""


async def _blob(client: RepoClient, path: str, sha: str) -> bytes:
    answer: Any = await client.get(f"/contents/{quote(path)}", ref=sha)
    if not isinstance(answer, dict) or answer.get("type") != "file":
        raise _NoTextError("it is no longer a file")
    if answer.get("size", 0) > BYTES or answer.get("encoding") != "base64":
        raise _NoTextError("it is larger than 1 MB")
    return base64.b64decode(answer["content"])


def make_patch(old: bytes, new: bytes) -> str:
    """The hunks between two texts, as git writes them; "" where both are the same.

    Raises _NoTextError for texts of too many lines. Bytes that are not UTF-8 become lone surrogates.
    """
    before, after = _lines(old), _lines(new)
    if max(len(before), len(after)) > LINES:
        raise _NoTextError(f"it has more than {LINES:,} lines")
    # pyrefly: ignore[missing-attribute] - a compiled module without stubs
    diff = list(cydifflib.unified_diff(before, after))[2:]  # without the two header lines
    return "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in diff)


def _lines(data: bytes) -> list[str]:
    """Lines with their end; only LF ends one."""
    *whole, rest = data.decode("utf-8", "surrogateescape").split("\n")
    return [line + "\n" for line in whole] + ([rest] if rest else [])
