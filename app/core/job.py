"""What a worker is to do."""

from dataclasses import dataclass

from app.core.pull import PullRef


@dataclass(frozen=True, slots=True)
class ReviewJob:
    """Read this head of this pull request, whoever asks for it.

    `generation` counts what was asked of this pull request: a push or a command makes a new one, and only the newest
    is posted. `pushed` is True for a push, which others may follow at once: it is worth waiting for them.
    """

    ref: PullRef
    head_sha: str
    generation: int = 1
    pushed: bool = False

    @property
    def name(self) -> str:
        """The review's id everywhere: its workflow, its check run's `external_id`, the marker in what is posted."""
        return f"{self.ref.repo}#{self.ref.number}@{self.head_sha}/{self.generation}"
