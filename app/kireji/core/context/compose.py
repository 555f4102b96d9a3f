"""What a chunk's reader must know of the code that the chunk does not show. Little of it: readers get worse as it grows.

Each piece has a switch and a share of the room, in this order; what one piece leaves is for the next. A section that
speaks to the reviewer is left out, whoever wrote it: the change is read as well without.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kireji.core.chunks.chunk import Chunk
from kireji.core.context.around import show_surrounding_rows
from kireji.core.context.files import Surroundings
from kireji.core.context.lookup import find_callers, find_definitions
from kireji.core.context.sections import Section, take_fitting
from kireji.core.context.view import View, make_views
from kireji.core.findings.addressed import speaks_to_reviewer
from kireji.core.policy.model import Pieces

HEAD = "Context of the part below, to understand it. It is not under review."
SHARES = (0.45, 0.8, 1.0)  # up to which share of the room each piece may fill it
MAX_DEFINITIONS = 12
MAX_USES = 12


@dataclass(frozen=True, slots=True)
class Context:
    """The context of a chunk."""

    text: str = ""
    """What is sent, "" if there is none."""

    left_out: frozenset[str] = frozenset()
    """The paths of files of which something that speaks is left out."""


def compose_context(chunk: Chunk, known: Surroundings, pieces: Pieces, room: int) -> Context:
    """The context of a chunk in at most `room` bytes of UTF-8. The same for the same contents."""
    seen = make_views(chunk, known.heads)
    room -= len(HEAD) + 2
    if not seen or room <= 0:
        return Context()

    found = _pieces(seen, known, pieces, room)
    left_out = {section for section in found if speaks_to_reviewer(section.text)}
    told = [section.text for section in found if section not in left_out]
    return Context(
        "\n\n".join((HEAD, *told)) if told else "",
        frozenset(section.path for section in left_out),
    )


def _pieces(seen: Sequence[View], known: Surroundings, pieces: Pieces, room: int) -> list[Section]:
    told = show_surrounding_rows(seen, int(room * SHARES[0])) if pieces.enclosing else []
    if pieces.definitions:
        left = int(room * SHARES[1]) - sum(section.size for section in told)
        told += take_fitting(find_definitions(seen, known, tuple(told)), left, MAX_DEFINITIONS)
    if pieces.callers:
        left = int(room * SHARES[2]) - sum(section.size for section in told)
        told += take_fitting(find_callers(seen, known), left, MAX_USES)
    return told
