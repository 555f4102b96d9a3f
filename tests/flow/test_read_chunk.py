"""Reading a chunk: what is asked again, how, and what it costs."""

import json

import pytest

from kireji.core.findings.coverage import Reading
from kireji.core.models.answer import Outcome, Stop, Unanswered
from kireji.core.models.catalogue import MODELS, Usage, total
from kireji.core.prompts.prompt import Prompt
from kireji.flow.review.read_chunk import ChunkReader
from tests.fakes.model import USAGE, FakeModel, answer
from tests.make import FINDING, chunk, files

CUT = answer('{"findings": [', Stop.CUT)
FULL = answer('{"findings": [', Stop.FULL)


async def read(*replies: Outcome) -> tuple[tuple[Reading, ...], list[Prompt]]:
    """Read one chunk of two files with these replies in turn, the last of them for ever."""
    queue = list(replies)
    model = FakeModel(lambda _: queue.pop(0) if len(queue) > 1 else queue[0])
    reader = ChunkReader(model, MODELS[model.name], "brief", 1000)
    return await reader.read(chunk(*files())), model.prompts


async def test_a_whole_answer_is_one_call() -> None:
    """A usable answer is used."""
    readings, prompts = await read(answer())
    assert [(reading.unread, reading.attempts) for reading in readings] == [("", 1)]
    assert [prompt.max_tokens for prompt in prompts] == [1000]


async def test_a_cut_answer_is_asked_again_with_twice_the_room() -> None:
    """Output cut by max_tokens: once more with the doubled limit; both calls are paid and counted."""
    readings, prompts = await read(CUT, answer())
    assert [prompt.max_tokens for prompt in prompts] == [1000, 2000]
    assert [reading.unread for reading in readings] == [""]
    assert readings[0].usages == (USAGE, USAGE)


async def test_an_answer_cut_twice_is_asked_in_halves() -> None:
    """Still cut: the chunk is split, and its pieces are read with the larger limit."""
    readings, prompts = await read(CUT, CUT, answer())
    assert [prompt.max_tokens for prompt in prompts] == [1000, 2000, 2000, 2000]
    assert [reading.unread for reading in readings] == ["", ""]
    assert [part.file.path for reading in readings for part in reading.chunk.parts] == ["shop/cart.py", "shop/old.py"]
    assert total(usage for reading in readings for usage in reading.usages) == Usage(400, 40, 0, 20000)


async def test_what_the_model_cannot_hold_is_split_at_once() -> None:
    """More room would not help; pieces that still are too much are split further, and what stays too much is told so."""
    readings, prompts = await read(FULL, answer())
    assert [prompt.max_tokens for prompt in prompts] == [1000, 1000, 1000]
    assert [reading.unread for reading in readings] == ["", ""]
    readings, _ = await read(FULL)
    assert {reading.unread for reading in readings} == {"it is more than the model can hold, even in smaller pieces"}


async def test_an_answer_always_cut_ends_and_names_every_line_unread() -> None:
    """Splitting ends at single lines; what is never answered is unread, and every call is on the account."""
    readings, prompts = await read(CUT)
    assert {reading.unread for reading in readings} == {"Claude's answer did not fit, even in smaller pieces"}
    assert sum(len(reading.usages) for reading in readings) == len(prompts)


BETTER = "claude-sonnet-5-5"
SMALL = chunk(files()[1])  # two lines, which make two pieces


async def escalated(own: Outcome, better: Outcome, *, offered: bool = True) -> tuple[tuple[Reading, ...], list[str]]:
    """Read a chunk of two lines with another model behind the own one; what came of it, and who was asked in turn."""
    asked = list[str]()

    def model(name: str, reply: Outcome) -> FakeModel:
        found = FakeModel(lambda _: asked.append(name) or reply)
        found.name = name
        return found

    behind = ChunkReader(model(BETTER, better), MODELS[BETTER], "brief", 1000) if offered else None
    reader = ChunkReader(model("claude-haiku-4-5", own), MODELS["claude-haiku-4-5"], "brief", 1000, better=behind)
    return await reader.read(SMALL), asked


async def test_the_better_model_reads_what_cannot_be_read_however_small() -> None:
    """Only after the room was doubled and the piece is a single line; each piece's calls are on its account."""
    readings, asked = await escalated(CUT, answer())
    assert asked == ["claude-haiku-4-5"] * 3 + [BETTER] + ["claude-haiku-4-5"] + [BETTER]
    assert [(reading.unread, len(reading.usages)) for reading in readings] == [("", 4), ("", 2)]


@pytest.mark.parametrize(
    ("own", "better", "offered", "unread", "own_calls", "better_calls"),
    [
        (CUT, answer(), False, "Claude's answer did not fit, even in smaller pieces", 4, 0),
        (CUT, CUT, True, "Claude's answer did not fit, even in smaller pieces", 4, 2),
        (answer(), CUT, True, "", 1, 0),
        (answer("no", Stop.REFUSAL), answer(), True, "Claude declined to read it", 1, 0),
        (Unanswered("Claude was overloaded (529)", USAGE, 1.0, 5), answer(), True, "Claude was overloaded (529)", 1, 0),
    ],
    ids=["not offered", "no better", "not needed", "refused", "unreachable"],
)
async def test_when_nobody_better_is_asked_or_helps(  # noqa: PLR0917 - a table's row
    own: Outcome, better: Outcome, offered: bool, unread: str, own_calls: int, better_calls: int
) -> None:
    """Where policy or operator have none; where the answer is good, refused, or does not come; and it is asked once a piece."""
    readings, asked = await escalated(own, better, offered=offered)
    assert {reading.unread for reading in readings} == {unread}
    assert (asked.count("claude-haiku-4-5"), asked.count(BETTER)) == (own_calls, better_calls)


async def test_a_malformed_answer_is_asked_once_more_then_in_pieces() -> None:
    """Text that is not the agreed form is not dug through; it is asked for again."""
    readings, prompts = await read(answer("Sure! Here is my review"), answer())
    assert len(prompts) == 2
    assert [reading.unread for reading in readings] == [""]


ROW = {name: getattr(FINDING, name) for name in ("path", "side", "start_line", "end_line", "quote", "category")}
ROW |= {name: getattr(FINDING, name) for name in ("severity", "confidence", "title", "explanation")}
UNUSABLE = ROW | {"severity": "awful"}
TWO = answer(json.dumps({"findings": [ROW, UNUSABLE]}))


@pytest.mark.parametrize(
    ("second", "titles", "rejected"),
    [
        (answer(json.dumps({"findings": [ROW, ROW | {"category": "data_loss", "title": "Lost"}]})), [FINDING.title, "Lost"], 0),
        (answer(), [FINDING.title], 0),
        (TWO, [FINDING.title], 1),
        (CUT, [FINDING.title], 1),
        (answer("no", Stop.REFUSAL), [FINDING.title], 1),
        (Unanswered("Claude was overloaded (529)", USAGE, 1.0, 1), [FINDING.title], 1),
    ],
    ids=["told now", "not told again", "broken again", "cut", "refused", "no answer"],
)  # fmt: skip
async def test_rows_that_nobody_can_use_are_asked_for_once_more(
    second: Outcome, titles: list[str], rejected: int
) -> None:
    """One call more, which is paid; nothing of the first answer is lost, and what is still broken is counted."""
    (reading,), prompts = await read(TWO, second)
    assert len(prompts) == 2
    assert prompts[1].chunk.endswith(prompts[0].chunk)
    assert "finding 2: severity" in prompts[1].chunk
    assert "awful" not in prompts[1].chunk
    assert reading.usages == (USAGE, USAGE)
    assert [finding.title for finding in reading.findings] == titles
    assert (reading.unread, len(reading.rejected)) == ("", rejected)


async def test_a_refusal_is_told_and_not_repeated() -> None:
    """A refusal is reported as what was not read; asking again would be refused again."""
    readings, prompts = await read(answer("no", Stop.REFUSAL))
    assert len(prompts) == 1
    assert [reading.unread for reading in readings] == ["Claude declined to read it"]


async def test_a_failed_call_is_data() -> None:
    """When the service fails for good, its reason is the chunk's."""
    readings, _ = await read(Unanswered("Claude was overloaded (529), 5 attempts", USAGE, 1.0, 5))
    assert [(reading.unread, reading.attempts) for reading in readings] == [
        ("Claude was overloaded (529), 5 attempts", 5)
    ]
