"""What a well-formed request may still not ask for: by model, by thinking, by cache.

Source: Anthropic's pages on thinking, prompt caching and structured outputs under anthropic-version 2026-10-21; what each
model refuses, and in which words, is on its own pages ("What's new", "Migration guide"), or was reported by those refused.
"""

from datetime import date

from tests.sandbox.claude.catalogue import Served, served
from tests.sandbox.claude.errors import invalid
from tests.sandbox.claude.request import CountRequest, MessageRequest, Thinking, Turn, parse
from tests.sandbox.claude.schema import check_schema

MAX_BREAKPOINTS = 4
MIN_THINKING = 1024
FORCING = frozenset({"any", "tool"})
OFF = frozenset({"disabled", "between_tools"})
# What is said to a kind of thinking that a model does not take.
_USE_ADAPTIVE = 'Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.'
_NOT_TAKEN = {
    "enabled": f'"thinking.type.enabled" is not supported for this model. {_USE_ADAPTIVE}',
    "disabled": f'"thinking.type.disabled" is not supported for this model. {_USE_ADAPTIVE}',
    "between_tools": '"thinking.type.between_tools" is not supported for this model.',
    "adaptive": "adaptive thinking is not supported on this model",
}
_SONNET_5_5_OFF = (
    'To turn thinking off on this model, send "thinking": {"type": "between_tools"} instead of {"type": "disabled"}. The '
    "model does not think before responding. The short updates it writes between tool calls come back as thinking blocks."
)


def parse_message(body: object, today: date) -> tuple[MessageRequest, Served]:
    """Check a body of POST /v1/messages. Raises ApiError 400 or 404."""
    request = parse(MessageRequest, body)
    model = served(request.model, today)
    _check_room(request, model)
    _check_common(request, model)
    if request.thinking is not None and request.thinking.type == "enabled":
        _check_budget(request.thinking.budget_tokens, request.max_tokens)
    if request.max_tokens == 0:
        _check_warm_up(request)
    return request, model


def parse_count(body: object, today: date) -> tuple[CountRequest, Served]:
    """Check a body of POST /v1/messages/count_tokens, which refuses what a message's refuses. Raises ApiError 400 or 404."""
    request = parse(CountRequest, body)
    model = served(request.model, today)
    _check_common(request, model)
    return request, model


def _check_forced(request: CountRequest, model: Served) -> None:
    """Thinking by budget bars a forced tool; adaptive thinking does not."""
    if request.tool_choice is None or request.tool_choice.type not in FORCING:
        return
    if not model.takes.forced:
        raise invalid('tool_choice: type "tool" and "any" are not supported for this model.')
    if request.thinking is not None and request.thinking.type == "enabled":
        raise invalid("Thinking may not be enabled when tool_choice forces tool use.")
    if request.tool_choice.type == "tool" and request.forced is None:
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


def _check_room(request: MessageRequest, model: Served) -> None:
    limit = model.spec.max_output
    if request.max_tokens > limit:
        raise invalid(
            f"max_tokens: {request.max_tokens} > {limit}, which is the maximum allowed number of output tokens for "
            f"{model.dated}"
        )


def _check_common(request: CountRequest, model: Served) -> None:
    if request.output_config is not None and request.output_config.effort is not None and not model.takes.effort:
        raise invalid("This model does not support the effort parameter.")

    if request.thinking is not None:
        _check_thinking(request.thinking, request, model)

    _check_forced(request, model)
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
    if turns[-1].role == "assistant" and (model.newer or structured):
        raise invalid(
            "This model does not support assistant message prefill. The conversation must end with a user message."
        )


def _check_thinking(thinking: Thinking, request: CountRequest, model: Served) -> None:
    if thinking.type not in model.takes.thinking:
        instead = thinking.type == "disabled" and "between_tools" in model.takes.thinking
        raise invalid(_SONNET_5_5_OFF if instead else _NOT_TAKEN[thinking.type])
    if thinking.type != "enabled" and thinking.budget_tokens is not None:
        raise invalid(f"thinking.{thinking.type}.budget_tokens: Extra inputs are not permitted")
    if thinking.type in OFF and thinking.display is not None:
        raise invalid(f"thinking.{thinking.type}.display: Extra inputs are not permitted")

    effort = request.output_config.effort if request.output_config is not None else None
    if thinking.type in OFF and effort in {"xhigh", "max"}:
        raise invalid(
            f"output_config.effort '{effort}' is not supported when thinking is disabled on this model. Use effort 'high' "
            "or below, or enable thinking."
        )


def _check_budget(budget: int | None, max_tokens: int) -> None:
    if budget is None:
        raise invalid("thinking.enabled.budget_tokens: Field required")
    if budget < MIN_THINKING:
        raise invalid(f"thinking.enabled.budget_tokens: Input should be greater than or equal to {MIN_THINKING}")
    if budget >= max_tokens:
        raise invalid("`max_tokens` must be greater than `thinking.budget_tokens`.")


def _check_warm_up(request: MessageRequest) -> None:
    refused = {
        "stream": request.stream,
        "output_config.format": request.schema_ is not None,
        "tool_choice": request.tool_choice is not None and request.tool_choice.type in FORCING,
        "thinking": request.thinking is not None and request.thinking.type not in OFF,
    }
    for name, asked in refused.items():
        if asked:
            raise invalid(f"max_tokens: 0 is not allowed together with {name}.")
