"""The whole diff, by whatever way GitHub is willing to serve it."""

from github import GithubException

from app.adapters.github.client import RepoClient
from app.adapters.github.listing import read_listing
from app.core.diff import FetchedDiff
from app.core.pull import OpenedPull

MEDIA_TYPE = "application/vnd.github.diff"
FILE_LIMIT = 300  # above it, above 20,000 lines or above 1 MB GitHub answers 406 (source: its documentation)


async def read_whole(client: RepoClient) -> str | None:
    """The diff in one piece; None where GitHub does not serve it so.

    422 and 5xx come too, for a diff that "takes too long to generate"; the list of files may still be had.
    """
    try:
        return await client.get_text(f"/pulls/{client.ref.number}", MEDIA_TYPE)
    except GithubException as error:
        if error.status not in {406, 422} and error.status < 500:
            raise
        return None


async def read_diff(client: RepoClient, opened: OpenedPull) -> FetchedDiff:
    """One request where GitHub serves the diff as a whole; otherwise the list of files, composed to the same text."""
    whole = await read_whole(client) if opened.pull.changed_files <= FILE_LIMIT else None
    return await read_listing(client, opened) if whole is None else FetchedDiff(whole)
