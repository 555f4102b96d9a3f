"""The diff in one piece, by its media type."""

import re

from github import GithubException

from kireji.adapters.github.http.client import RepoClient
from kireji.core.text.patterns import regex

MEDIA_TYPE = "application/vnd.github.diff"
_FILE = regex(r"^diff --git ", re.MULTILINE)  # lines of text begin with another sign


async def read_whole(client: RepoClient) -> str | None:
    """The whole diff; None where GitHub does not serve it so: above 300 files, 20,000 lines or 1 MB it answers 406.

    422 and 5xx come too, for a diff that "takes too long to generate"; the list of files may still be had.
    """
    try:
        return await client.get_text(f"/pulls/{client.ref.number}", MEDIA_TYPE)
    except GithubException as error:
        if error.status not in {406, 422} and error.status < 500:
            raise
        return None


def is_short(whole: str, changed_files: int) -> bool:
    """Whether it has fewer files than GitHub counts: an empty answer, or one that was cut between two files."""
    return len(_FILE.findall(whole)) < changed_files
