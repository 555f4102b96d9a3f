"""The whole diff, by whatever way GitHub is willing to serve it."""

from github import GithubException

from app.adapters.github import listing
from app.adapters.github.client import RepoClient
from app.core.diff import FetchedDiff
from app.core.pull import OpenedPull

MEDIA_TYPE = "application/vnd.github.diff"
FILE_LIMIT = 300  # above it, above 20,000 lines or above 1 MB GitHub answers 406 (source: its documentation)


async def read_diff(client: RepoClient, opened: OpenedPull) -> FetchedDiff:
    """One request where GitHub serves the diff as a whole; otherwise the list of files, composed to the same text."""
    if opened.pull.changed_files <= FILE_LIMIT:
        try:
            return FetchedDiff(await client.get_text(f"/pulls/{client.ref.number}", MEDIA_TYPE))
        except GithubException as error:
            # 422 and 5xx come too, for a diff that "takes too long to generate"; the list may still be had
            if error.status not in {406, 422} and error.status < 500:
                raise
    return await listing.read_listing(client, opened)
