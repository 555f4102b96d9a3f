"""Deep reviews: the whole diff in one prompt -> what no reader of one chunk can see. The answer is a chunk's."""

from collections.abc import Mapping, Sequence

from kireji.core.chunks.chunk import Chunk, cut_chunks
from kireji.core.chunks.rendering import one_line, quote_path, render_chunk
from kireji.core.diff.unified import FileDiff
from kireji.core.models.catalogue import ModelSpec
from kireji.core.money.ledger import Purpose
from kireji.core.prompts.prompt import Prompt, read_rules

RULES = read_rules("across")
ASK = "Report what does not fit together across these files."

ROOM = 60_000
"""Tokens of diff that one prompt shows, or half of what a prompt of the model may have, if that is less."""

MAX_NAMED = 100  # files that have no room
MAX_NAME = 200  # characters of such a file's name


def question(  # noqa: PLR0917 - a prompt's parts
    files: Sequence[FileDiff], scores: Mapping[str, int], brief: str, spec: ModelSpec, max_tokens: int, thinking: int
) -> Prompt:
    """Ask what the files break between them: the riskiest first, each whole, and by name those that have no room."""
    riskiest_first = sorted(files, key=lambda file: (-scores.get(file.path, 0), file.path))
    room = min(ROOM, spec.prompt_room // 2)
    blocks = list[str]()
    without_room = list[str]()

    for file in riskiest_first:
        piece = _whole(file, room, spec)
        if piece is None:
            without_room.append(f"| {one_line(quote_path(file.path), MAX_NAME)}")
        else:
            room -= piece.tokens
            blocks.append(render_chunk(piece))

    if without_room:
        beyond = len(without_room) - MAX_NAMED
        more = [f"... and {beyond} more"] if beyond > 0 else []
        blocks.append("\n".join(("Files that had no room:", *without_room[:MAX_NAMED], *more)))

    text = "\n\n".join((*blocks, ASK))
    return Prompt(RULES, brief, text, max_tokens, thinking=thinking, purpose=Purpose.ACROSS)


def _whole(file: FileDiff, room: int, spec: ModelSpec) -> Chunk | None:
    """All of a file's change in one piece, None where that has no room."""
    pieces = cut_chunks((file,), room, spec.chars_per_token) if room > 0 else ()
    return pieces[0] if len(pieces) == 1 and pieces[0].tokens <= room else None
