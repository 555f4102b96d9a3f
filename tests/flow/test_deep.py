"""Reading across files: what is asked again, and what is said where nothing comes of it."""

import json

import pytest

from kireji.core.models.answer import Outcome, Stop, Unanswered
from kireji.core.models.catalogue import MODELS, Usage
from kireji.core.prompts.across import question
from kireji.flow.review.deep import read_across
from tests.fakes.model import FakeModel, answer
from tests.make import FINDING, files

ASKED = question(files(), {}, "brief", MODELS["claude-sonnet-5-5"], 1_000, 1_024)
CUT = answer('{"findings": [', Stop.CUT)
WIRE = {name: getattr(FINDING, name) for name in ("path", "side", "start_line", "end_line", "quote", "category")}
WIRE |= {name: getattr(FINDING, name) for name in ("severity", "confidence", "title", "explanation")}
GOOD = answer(json.dumps({"findings": [WIRE]}))
BROKEN = answer(json.dumps({"findings": [WIRE, {"path": "x"}]}))


@pytest.mark.parametrize(
    ("replies", "calls", "found", "unread"),
    [
        ([GOOD], 1, 1, ""),
        ([CUT, GOOD], 2, 1, ""),
        ([BROKEN, GOOD], 2, 1, ""),
        ([BROKEN, BROKEN], 2, 1, ""),
        ([BROKEN, CUT], 2, 1, ""),
        ([CUT, CUT], 2, 0, "Claude's answer did not fit"),
        ([answer("Sure!"), answer("Sure!")], 2, 0, "Claude's answer was not in the agreed form"),
        ([answer('{"fi', Stop.FULL)], 1, 0, "it is more than the model can hold"),
        ([answer("no", Stop.REFUSAL)], 1, 0, "Claude declined to read it"),
        ([Unanswered("Claude was overloaded (529)", Usage(), 1.0, 5)], 1, 0, "Claude was overloaded (529)"),
    ],
)
async def test_what_comes_of_it(replies: list[Outcome], calls: int, found: int, unread: str) -> None:
    """What is cut or malformed is asked for once more, unthought, if need be with more room; no chunk is read or unread by it."""
    queue = list(replies)
    model = FakeModel(lambda _: queue.pop(0))
    reading = await read_across(model, ASKED)
    room = 1_000 if replies[0] is BROKEN else 2_000
    assert [(one.max_tokens, one.thinking) for one in model.prompts] == [(1_000, 1_024), (room, 0)][:calls]
    assert (len(reading.findings), reading.unread, reading.chunk.parts) == (found, unread, ())
    assert len(reading.rejected) == (replies[0] is BROKEN and replies[-1] is not GOOD)
