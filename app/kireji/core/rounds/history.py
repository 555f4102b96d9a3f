"""What earlier rounds left behind of a pull request."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class History:
    """What is known of them when another begins."""

    reviewed_head: str | None = None
    """The last head whose review is on GitHub."""

    paused_by: str = ""
    """Who paused the reviews, "" if nobody did."""

    seen: frozenset[str] = field(default_factory=frozenset)
    """The digests of the changes that were read (see `seen`)."""

    dismissed: frozenset[str] = field(default_factory=frozenset)
    """Fingerprints of findings that a maintainer dismissed."""
