"""People's comments as they are answered, and what people may do in a repository."""

from dataclasses import dataclass
from enum import StrEnum


class CommentPlace(StrEnum):
    """Where a comment stands: in the pull request's conversation, in a thread at a line, or as a review's own text."""

    CONVERSATION = "conversation"
    THREAD = "thread"
    REVIEW = "review"  # above the review's threads; nobody can answer there, so the conversation has the answers


@dataclass(frozen=True, slots=True)
class CommentRef:
    """A comment on a pull request. `id` is REST's; `thread` is the id of its thread's first comment, its own if that is it."""

    id: int
    place: CommentPlace
    thread: int | None = None


class Reaction(StrEnum):
    """GitHub's reactions that we use."""

    EYES = "eyes"
    THUMBS_UP = "+1"
    CONFUSED = "confused"


class Permission(StrEnum):
    """What somebody may do in a repository, most first: GitHub's `role_name`, a role of the organisation's own by its base."""

    ADMIN = "admin"
    MAINTAIN = "maintain"
    WRITE = "write"
    TRIAGE = "triage"
    READ = "read"
    NONE = "none"

    def reaches(self, floor: "Permission") -> bool:
        """Whether this is at least so much."""
        order = list(Permission)
        return order.index(self) <= order.index(floor)
