"""What the sandbox's model says: the script's answer, or the stand-in reviewer's, cut where the request's limit is."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kireji.core.prompts.across import ASK as ACROSS
from tests.sandbox.claude.catalogue import Served
from tests.sandbox.claude.errors import ApiError
from tests.sandbox.claude.request import MessageRequest, last_user_text
from tests.sandbox.claude.schema import problem
from tests.sandbox.claude.thought import Thought, thought
from tests.sandbox.claude.tokens import count_text, cut_text
from tests.sandbox.reviewer_across import review_across
from tests.sandbox.reviewer_talk import Findings, Reviewer, converse, judge, outline_plan, verify

StopReason = Literal["tool_use", "end_turn", "max_tokens", "refusal", "stop_sequence", "model_context_window_exceeded"]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as a test wants it. `output_tokens` is counted from the text where it is None.

    `thinking_tokens` come before it where the request has the model think; None leaves their number to the stand-in. It is
    said by the tool that is forced or offered, or, if not `by_tool`, beside an offered one.
    """

    text: str = ""
    stop_reason: StopReason = "end_turn"
    output_tokens: int | None = None
    thinking_tokens: int | None = None
    by_tool: bool = True


Script = Callable[[dict[str, Any]], Findings | Mapping[str, object] | Reply | None]


@dataclass(frozen=True, slots=True)
class Written:
    """What is sent. `tokens` counts the thought too; `tool` is the tool whose input the text is."""

    text: str
    stop_reason: StopReason
    tokens: int
    thought: Thought | None = None
    tool: str | None = None


def compose(body: dict[str, Any], request: MessageRequest, *, script: Script | None, reviewer: Reviewer) -> Reply:
    """The whole answer. A script that returns None leaves the request to the reviewer; a mapping is the whole answer.

    Where the schema does not ask for findings, those of a script are what the reviewer would find. Raises ApiError 500
    if an answer does not satisfy the request's schema: then the sandbox cannot answer honestly.
    """
    said = script(body) if script is not None else None
    if isinstance(said, Reply):
        return said
    if said is None and last_user_text(request).endswith(ACROSS):
        said = review_across(last_user_text(request))
    answer = said if isinstance(said, Mapping) else _stand_in(request, reviewer if said is None else lambda _: said)
    if request.answer_schema is not None and (why := problem(answer, request.answer_schema)) is not None:
        raise ApiError(500, f"The sandbox's answer does not satisfy the schema: {why}. Script a Reply instead.")
    return Reply(json.dumps(answer, ensure_ascii=False))


def _stand_in(request: MessageRequest, reviewer: Reviewer) -> Mapping[str, object]:
    """What the stand-in says under the request's schema: verdicts, words for people, what it finds again, or findings."""
    text = last_user_text(request)
    schema = request.answer_schema or {}
    asked = set(schema.get("properties", ()))
    if "verdicts" in asked:
        return judge(text, reviewer)
    if "checked" in asked:
        return verify(text, reviewer)
    if "plan" in asked:
        return outline_plan(text)
    if {"answer", "withdraw"} <= asked:
        return converse(text)

    return {"findings": [dict(finding) for finding in reviewer(text)]}


def limit(reply: Reply, request: MessageRequest, model: Served, prompt_tokens: int) -> Written:
    """Cut an answer at `max_tokens`, or where the model's context ends; thought comes first and takes its part."""
    room = model.spec.context - prompt_tokens
    thinks = thought(request, model, reply.thinking_tokens)
    before = 0 if thinks is None else thinks.tokens
    allowed = request.max_tokens
    reason: StopReason = "max_tokens"

    if room < allowed:
        allowed = room
        reason = "model_context_window_exceeded"

    if before >= allowed > 0:
        return Written("", reason, allowed, thinks)

    allowed -= before
    tokens = count_text(reply.text, newer=model.newer) if reply.output_tokens is None else reply.output_tokens
    if tokens <= allowed:
        return Written(reply.text, reply.stop_reason, tokens + before, thinks)

    share = len(reply.text) * allowed // tokens
    text = reply.text[:share] if reply.output_tokens is not None else cut_text(reply.text, allowed, newer=model.newer)
    return Written(text, reason, allowed + before, thinks)
