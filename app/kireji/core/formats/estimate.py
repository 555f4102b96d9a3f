"""Estimate -> a few lines for people, or JSON for scripts."""

from collections.abc import Iterator, Sequence

from kireji.core.models.catalogue import spec_of
from kireji.core.money.estimate import Estimate
from kireji.core.money.ledger import NANO
from kireji.core.text.invisible import encodable, make_visible
from kireji.core.text.lists import first_of
from kireji.core.text.log_commands import disarm_commands
from kireji.core.wording import money_words
from kireji.core.wording.plurals import count


def render_estimate(estimate: Estimate, name: str) -> str:
    """A few lines of plain text. `name` is what would be reviewed."""
    return disarm_commands("".join(f"{make_visible(line)}\n" for line in _lines(estimate, name)))


def _lines(one: Estimate, name: str) -> Iterator[str]:
    usage, skipped = one.usage, f"; {count(one.skipped, 'file')} skipped on purpose" if one.skipped else ""
    yield f"{name}: {count(one.lines, 'changed line')} in {count(one.files, 'file')}{skipped}"
    if one.unread:
        yield f"Not read would be: {_named(one.unread)}; a review says why"
    if not one.files:
        yield "Nothing to review, so it costs nothing."
        return
    yield f"{count(one.chunks, 'chunk')} to read, depth {one.depth}, with {one.model}"
    yield (
        f"Reading takes about {usage.total_input:,} tokens in ({usage.cache_read_tokens:,} of them from the cache) "
        f"and {usage.output_tokens:,} out"
    )
    likely = money_words.dollars(one.nanodollars) if spec_of(one.model).priced else "not known, as the model's price"
    yield f"Likely cost, with verifying: {likely}"
    if one.shortage is not None:
        yield f"Budget: {money_words.beyond(one.shortage)}; left out would be: {_named(one.left)}"


def _named(paths: Sequence[str], most: int = 20) -> str:
    return first_of(paths, most, lambda path: path.replace("\n", " "))


def estimate_values(one: Estimate, name: str) -> dict[str, object]:
    """The same for scripts; names in it stay."""
    usage, short = one.usage, one.shortage
    return {
        "version": 1,
        "name": encodable(name),
        "model": one.model,
        "depth": one.depth,
        "files": one.files,
        "lines": one.lines,
        "skipped": one.skipped,
        "unread": [encodable(path) for path in one.unread],
        "chunks": one.chunks,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cache_write_tokens": usage.cache_write_tokens,
        "cache_read_tokens": usage.cache_read_tokens,
        "dollars": float(one.nanodollars / NANO) if spec_of(one.model).priced else None,
        "budget": None
        if short is None
        else {
            "of": short.scarcest,
            "step": short.step,
            "room_dollars": float(short.room / NANO),
            "whole_dollars": float(short.whole / NANO),
            "left_chunks": one.left_chunks,
            "left_files": [encodable(path) for path in one.left],
        },
    }
