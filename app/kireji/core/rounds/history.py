"""What earlier rounds left behind of a pull request."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class History:
    """`seen` holds the digests of the changes that earlier rounds have read (see `core.seen`).

    `dismissed` are fingerprints of findings that a maintainer waved away; `paused_by` is who paused the reviews, "" if
    nobody did; `reviewed_head` the last head whose review is on GitHub.
    """

    reviewed_head: str | None = None
    paused_by: str = ""
    seen: frozenset[str] = field(default_factory=frozenset)
    dismissed: frozenset[str] = field(default_factory=frozenset)
