"""Estimate -> a few lines for people, or JSON for scripts."""

from collections.abc import Iterator, Sequence

from kireji.core.models.catalogue import spec_of
from kireji.core.money.budget import Shortage
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


def _lines(estimate: Estimate, name: str) -> Iterator[str]:
    skipped = f"; {count(estimate.skipped, 'file')} skipped on purpose" if estimate.skipped else ""
    yield f"{name}: {count(estimate.lines, 'changed line')} in {count(estimate.files, 'file')}{skipped}"
    if estimate.unread:
        yield f"Not read would be: {_named(estimate.unread)}; a review says why"
    if not estimate.files:
        yield "Nothing to review, so it costs nothing."
        return

    yield f"{count(estimate.chunks, 'chunk')} to read, depth {estimate.depth}, with {estimate.model}"

    usage = estimate.usage
    yield (
        f"Reading takes about {usage.total_input:,} tokens in ({usage.cache_read_tokens:,} of them from the cache) "
        f"and {usage.output_tokens:,} out"
    )

    priced = spec_of(estimate.model).priced
    likely = money_words.dollars(estimate.nanodollars) if priced else "not known, as the model's price"
    yield f"Likely cost, with verifying: {likely}"

    if estimate.shortage is not None:
        yield f"Budget: {money_words.beyond(estimate.shortage)}; left out would be: {_named(estimate.left)}"


def _named(paths: Sequence[str], most: int = 20) -> str:
    return first_of(paths, most, lambda path: path.replace("\n", " "))


def estimate_values(estimate: Estimate, name: str) -> dict[str, object]:
    """The same for scripts; names in it stay."""
    usage = estimate.usage
    dollars = float(estimate.nanodollars / NANO) if spec_of(estimate.model).priced else None

    return {
        "version": 1,
        "name": encodable(name),
        "model": estimate.model,
        "depth": estimate.depth,
        "files": estimate.files,
        "lines": estimate.lines,
        "skipped": estimate.skipped,
        "unread": [encodable(path) for path in estimate.unread],
        "chunks": estimate.chunks,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cache_write_tokens": usage.cache_write_tokens,
        "cache_read_tokens": usage.cache_read_tokens,
        "dollars": dollars,
        "budget": None if estimate.shortage is None else _budget(estimate, estimate.shortage),
    }


def _budget(estimate: Estimate, shortage: Shortage) -> dict[str, object]:
    return {
        "of": shortage.scarcest,
        "step": shortage.step,
        "room_dollars": float(shortage.room / NANO),
        "whole_dollars": float(shortage.whole / NANO),
        "left_chunks": estimate.left_chunks,
        "left_files": [encodable(path) for path in estimate.left],
    }
