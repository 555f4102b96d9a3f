"""A request as the cache reads it: blocks in the order tools, system, messages, each with a digest of all before it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from tests.sandbox.claude.errors import canonical
from tests.sandbox.claude.request import CacheControl, CountRequest, ImageBlock, TextBlock
from tests.sandbox.claude.tokens import IMAGE_TOKENS, TURN_TOKENS, count_text


@dataclass(frozen=True, slots=True)
class Prefix:
    """A request up to and including one block. `tokens` counts all of it; `ttl` is set where a breakpoint stands."""

    digest: str
    tokens: int
    ttl: str | None


@dataclass(frozen=True, slots=True)
class _Piece:
    content: str
    tokens: int
    mark: CacheControl | None
    messages: bool = False


def prefixes(request: CountRequest, *, model: str, workspace: str, newer: bool) -> tuple[Prefix, ...]:
    """All prefixes of a request, shortest first; the last one is the whole request.

    Another model, workspace or answer schema changes every digest; another tool_choice, thinking setting, or images
    that come or go, those from the first message on.
    """
    schema = "" if request.schema_ is None else canonical(request.schema_)
    rolling = hashlib.sha256(canonical([model, workspace, schema]).encode())
    tokens = count_text(schema, newer=newer)
    found: list[Prefix] = []
    in_messages = False
    for piece in _pieces(request, newer=newer):
        if piece.messages and not in_messages:
            in_messages = True
            rolling.update(_message_settings(request, newer=newer).encode())
        rolling.update(piece.content.encode("utf-8", "surrogatepass") + b"\x00")
        tokens += piece.tokens
        found.append(Prefix(rolling.hexdigest(), tokens, None if piece.mark is None else piece.mark.ttl))

    if request.cache_control is not None:
        found[-1] = Prefix(found[-1].digest, found[-1].tokens, request.cache_control.ttl)

    return tuple(found)


def _message_settings(request: CountRequest, *, newer: bool) -> str:
    """What invalidates the messages; a thinking setting that says what is the default changes nothing."""
    blocks = chain.from_iterable(turn.content for turn in request.messages)
    images = any(isinstance(block, ImageBlock) for block in blocks)
    default = {"type": "adaptive" if newer else "disabled", "budget_tokens": None}
    thinking = default if request.thinking is None else request.thinking.model_dump(exclude={"display"})
    choice = None if request.tool_choice is None else request.tool_choice.model_dump()
    return canonical([thinking, choice, images])


def _pieces(request: CountRequest, *, newer: bool) -> Iterator[_Piece]:
    for tool in request.tools or []:
        content = canonical(["tool", tool.model_dump(exclude={"cache_control"})])
        yield _Piece(content, count_text(content, newer=newer), tool.cache_control)

    if isinstance(request.system, str):
        yield _Piece(f"system\n{request.system}", count_text(request.system, newer=newer), None)
    else:
        for block in request.system or []:
            yield _Piece(f"system\n{block.text}", count_text(block.text, newer=newer), block.cache_control)

    for turn in request.messages:
        blocks = [TextBlock(type="text", text=turn.content)] if isinstance(turn.content, str) else turn.content
        for index, block in enumerate(blocks):
            opening = 0 if index else TURN_TOKENS
            if isinstance(block, TextBlock):
                content = block.text
                size = count_text(block.text, newer=newer)
            else:
                content = canonical(block.source)
                size = IMAGE_TOKENS
            yield _Piece(f"{turn.role} {index}\n{content}", size + opening, block.cache_control, messages=True)
