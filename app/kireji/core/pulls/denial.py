"""What GitHub refuses for good, and why: each reason has its own remedy, worded for the way in which Kireji runs."""

from dataclasses import dataclass
from enum import StrEnum


class Runtime(StrEnum):
    """How Kireji runs: what can be done about a refusal depends on it. A `FORK_RUN` is the Action's for a fork's change."""

    APP = "app"
    ACTION = "action"
    FORK_RUN = "fork_run"
    COMMAND = "command"


class DenialKind(StrEnum):
    """Why GitHub refuses something, where no waiting mends it."""

    LOCKED = "locked"  # the conversation
    ARCHIVED = "archived"  # the repository
    BLOCKED = "blocked"  # the repository, by GitHub itself
    SAML = "saml"
    IP_LIST = "ip_list"
    CREDENTIALS = "credentials"
    SUSPENDED = "suspended"  # the App's installation
    ACCOUNT_SUSPENDED = "account_suspended"
    ACCOUNT_BLOCKED = "account_blocked"  # by the repository's owner, or by whoever opened the pull request
    TOKEN_KIND = "token_kind"  # noqa: S105 - a reason
    PENDING_REVIEW = "pending_review"
    FOREIGN_CHECK = "foreign_check"  # a check run that another App has opened
    PERMISSION = "permission"


@dataclass(frozen=True, slots=True)
class Home:
    """How Kireji runs, and which GitHub it talks to: `site` is where people find it, as "https://github.com"."""

    runtime: Runtime
    site: str


@dataclass(frozen=True, slots=True)
class Denial:
    """A refusal as people are told of it."""

    kind: DenialKind
    because: str  # a clause of ours
    said: str  # GitHub's own words, or that clause
    remedy: str  # what to do, in one or two sentences

    @property
    def asks_for_action(self) -> bool:
        """Whether somebody should mend it; a locked conversation is meant to be locked."""
        return self.kind is not DenialKind.LOCKED


@dataclass(frozen=True, slots=True)
class Clues:
    """What an answer of GitHub's tells of its refusal."""

    said: str = ""  # its words in one line
    needs: str = ""  # the permissions that would do, as "contents: read, or issues: write"
    scopes: str = ""  # that a classic token needs
    has_scopes: str | None = None  # that a classic token has, None for another kind of token
    address: str = ""  # where people can lift the refusal, on the same GitHub
