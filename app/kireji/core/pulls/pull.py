"""Which pull request, and what it says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from kireji.core.diff.unified import FetchedDiff
from kireji.core.pulls.thread import Thread
from kireji.core.text.patterns import regex

_CLOUD = regex(r"api\.(github\.com|[\w-]+\.ghe\.com)")  # elsewhere the API is below its host's /api/v3


def key_of_repository(name: str, repo_id: int | None, *, taken: bool) -> str:
    """Under which text all that is remembered of a repository is kept, from the first time on that it is heard of.

    That is the name it then had, also for what was kept before ids were: so a later name changes nothing. `taken`: another
    repository had this name before and has its things there.
    """
    return f"{name}~{repo_id}" if taken else name  # no name on GitHub holds a "~"


def site(api_url: str) -> str:
    """GitHub's API -> where people and git find it: "https://github.com". Source: GitHub's "About the REST API"."""
    place = urlsplit(api_url)
    return f"{place.scheme}://{place.netloc.removeprefix('api.') if _CLOUD.fullmatch(place.netloc) else place.netloc}"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a repository was at a moment."""

    repo_id: int  # GitHub's number of it, which stays when it is renamed or transferred
    name: str  # "owner/name"
    installation: int | None = None
    told_at: float = 0.0  # epoch seconds by GitHub's clock, 0 if unknown


@dataclass(frozen=True, slots=True)
class PullRef:
    """Which pull request is meant. `repo` and `installation` are what was heard last, and may be out of date."""

    repo: str  # "owner/name"
    number: int
    installation: int | None = None  # the App installation that may act on it, if any
    repo_id: int | None = None  # GitHub's number of the repository, which stays; None where nobody told it


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue that the pull request says it closes. `title` and `body` are untrusted text."""

    number: int
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request at one moment. `title`, `body`, `author` and the ref names are untrusted text."""

    ref: PullRef
    title: str
    body: str
    author: str  # a login as webhooks and REST write it: a bot's ends in "[bot]"
    base_sha: str  # the tip of the base branch, not the merge base
    head_sha: str
    base_ref: str
    head_ref: str
    changed_files: int  # GitHub's own count, which may be larger than the number of files whose diff it serves
    draft: bool = False
    open: bool = True
    fork: bool = False
    labels: tuple[str, ...] = ()
    author_is_bot: bool = False
    issues: tuple[Issue, ...] = ()
    stack_base: str = ""  # the base branch of the stack that it belongs to; "" for none, or if nobody has asked


@dataclass(frozen=True, slots=True)
class OpenedPull:
    """A pull request with what of its base branch steers the review, and our threads."""

    pull: PullRequest
    base_files: Mapping[str, str] = field(default_factory=dict)  # path -> text; absent if not there
    organisation: str = ""
    """The text of `kireji.yml` in the owner's `.github` repository, "" if there is none to be read."""

    threads: tuple[Thread, ...] = ()  # our own, oldest first
    unreadable: frozenset[str] = frozenset()  # those of the files that are there, and binary or too large

    def threads_before(self, review: str) -> tuple[Thread, ...]:
        """Our threads but for those that this very review has opened already, before its process died perhaps."""
        return tuple(thread for thread in self.threads if thread.review != review)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a review reads of GitHub: the pull request with its base files, and its diff."""

    opened: OpenedPull
    diff: FetchedDiff
