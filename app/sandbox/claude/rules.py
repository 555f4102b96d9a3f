"""What a well-formed request may still not ask for: by model, by thinking, by cache.

Source: Anthropic's pages on thinking, prompt caching and structured outputs under anthropic-version 2026-10-21.
"""

from app.sandbox.claude.catalogue import Served, served
from app.sandbox.claude.errors import invalid
from app.sandbox.claude.request import CountRequest, MessageRequest, Thinking, Turn, parse
from app.sandbox.claude.schema import check_schema

MAX_BREAKPOINTS = 4
MIN_THINKING = 1024


def parse_message(body: object) -> tuple[MessageRequest, Served]:
    """Check a body of POST /v1/messages. Raises ApiError 400 or 404."""
    request = parse(MessageRequest, body)
    model = served(request.model)
    _check_output(request, model)
    _check_common(request, model)
    if request.thinking is not None:
        _check_thinking(request.thinking, request, model)
    if request.max_tokens == 0:
        _check_warm_up(request)
    if request.tool_choice is not None and request.tool_choice.type in {"any", "tool"}:
        _check_forced(request)
    return request, model


def parse_count(body: object) -> tuple[CountRequest, Served]:
    """Check a body of POST /v1/messages/count_tokens. Raises ApiError 400 or 404."""
    request = parse(CountRequest, body)
    model = served(request.model)
    _check_common(request, model)
    return request, model


def _check_forced(request: MessageRequest) -> None:
    if request.thinking is not None and request.thinking.type != "disabled":
        raise invalid("tool_choice: Thinking may not be enabled when tool_choice forces tool use.")
    if request.tool_choice is not None and request.tool_choice.type == "tool" and request.forced is None:
        raise invalid(f"tool_choice.tool: tool '{request.tool_choice.name}' not found in provided tools")


def breakpoints(request: CountRequest) -> list[str]:
    """The lifetimes of the request's breakpoints, in the cache's order: tools, system, messages."""
    marks = [tool.cache_control for tool in request.tools or []]
    if not isinstance(request.system, str):
        marks += [block.cache_control for block in request.system or []]
    for turn in request.messages:
        if not isinstance(turn.content, str):
            marks += [block.cache_control for block in turn.content]
    marks.append(request.cache_control)
    return [mark.ttl for mark in marks if mark is not None]


def _check_output(request: MessageRequest, model: Served) -> None:
    limit = model.spec.max_output
    if request.max_tokens > limit:
        raise invalid(
            f"max_tokens: {request.max_tokens} > {limit}, which is the maximum allowed number of output tokens for "
            f"{model.dated}"
        )
    config = request.output_config
    if config is not None and config.effort is not None and not model.adaptive:
        raise invalid("output_config.effort: this model does not support the effort parameter.")


def _check_common(request: CountRequest, model: Served) -> None:
    _check_turns(request.messages, model, structured=request.schema_ is not None)
    if request.schema_ is not None:
        check_schema(request.schema_)
    marks = breakpoints(request)
    if len(marks) > MAX_BREAKPOINTS:
        raise invalid(f"A maximum of {MAX_BREAKPOINTS} blocks with cache_control may be provided. Found {len(marks)}.")
    if "1h" in marks[marks.index("5m") :] if "5m" in marks else False:
        raise invalid(
            "cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. "
            "Note that blocks are processed in the following order: `tools`, `system`, `messages`."
        )


def _check_turns(turns: list[Turn], model: Served, *, structured: bool) -> None:
    for index, turn in enumerate(turns):
        if not turn.content:
            raise invalid(f"messages.{index}: all messages must have non-empty content")
    if turns[0].role != "user":
        raise invalid("messages: first message must use the `user` role")
    if turns[-1].role == "assistant" and (model.adaptive or structured):
        raise invalid(
            "This model does not support assistant message prefill. The conversation must end with a user message."
        )


def _check_thinking(thinking: Thinking, request: MessageRequest, model: Served) -> None:
    if thinking.type == "enabled" and model.adaptive:
        raise invalid('thinking.type: "enabled" is not supported by this model. Use "adaptive".')
    if thinking.type == "adaptive" and not model.adaptive:
        raise invalid("thinking.type: adaptive thinking is not supported on this model")
    if thinking.type == "enabled":
        _check_budget(thinking.budget_tokens, request)
    elif thinking.budget_tokens is not None:
        raise invalid("thinking.budget_tokens: Extra inputs are not permitted")
    effort = request.output_config.effort if request.output_config is not None else None
    if thinking.type == "disabled" and effort in {"xhigh", "max"}:
        raise invalid(f"thinking.type: thinking cannot be disabled at effort {effort}.")


def _check_budget(budget: int | None, request: MessageRequest) -> None:
    if budget is None:
        raise invalid("thinking.enabled.budget_tokens: Field required")
    if budget < MIN_THINKING:
        raise invalid(f"thinking.enabled.budget_tokens: Input should be greater than or equal to {MIN_THINKING}")
    if budget >= request.max_tokens:
        raise invalid("`max_tokens` must be greater than `thinking.budget_tokens`.")
    if request.tool_choice is not None and request.tool_choice.type in {"any", "tool"}:
        raise invalid("Thinking may not be enabled when tool_choice forces tool use.")


def _check_warm_up(request: MessageRequest) -> None:
    refused = {
        "stream": request.stream,
        "output_config.format": request.schema_ is not None,
        "tool_choice": request.tool_choice is not None and request.tool_choice.type in {"any", "tool"},
        "thinking": request.thinking is not None and request.thinking.type != "disabled",
    }
    for name, asked in refused.items():
        if asked:
            raise invalid(f"max_tokens: 0 is not allowed together with {name}.")
