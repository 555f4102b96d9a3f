"""The context of a review's chunks: each made once, whoever asks, and what of it was left out."""

from dataclasses import dataclass, field

from kireji.core.chunks.chunk import Chunk
from kireji.core.context.compose import Context, context
from kireji.core.context.files import Surroundings
from kireji.core.policy.model import Pieces


@dataclass(frozen=True, slots=True)
class Contexts:
    """Chunk -> its context, from what the review knows of the repository.

    A chunk is known by itself, not by its content: to compare that means to go through all lines of its files.
    """

    known: Surroundings
    pieces: Pieces
    """Which kinds of context the policy wants."""
    room: int
    """How many bytes a context may have."""
    _made: dict[int, tuple[Chunk, Context]] = field(default_factory=dict, init=False, repr=False)

    def __call__(self, chunk: Chunk) -> str:
        """The context as a prompt has it."""
        made = self._made.get(id(chunk))
        if made is None:
            made = self._made[id(chunk)] = chunk, context(chunk, self.known, self.pieces, self.room)
        return made[1].text

    @property
    def left_out(self) -> frozenset[str]:
        """The paths of files of which something was kept back so far, as it speaks to the reviewer."""
        return frozenset().union(*(made.left_out for _, made in [*self._made.values()]))
