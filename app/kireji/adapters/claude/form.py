"""Prompt.schema -> what has the answer fit it: structured outputs, a tool that must be used, or one that is offered.

Sources: Anthropic's pages on structured outputs and on tool use; which models refuse a forced tool is on their own pages.
"""

from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

from kireji.adapters.claude.thinking import Thought
from kireji.core.models.catalogue import ModelSpec
from kireji.core.models.structured import AnswerError, load_object

TOOL = "answer"
_GIVES = "Gives the answer, all of it."
_OFFERED = f"{_GIVES} Always call it, exactly once: nothing that is said beside it is read."
REMINDER = f"Answer by calling the tool `{TOOL}`, exactly once. Text beside it is not read."


class Form(Enum):
    """How the answer's form is asked for, the strictest first."""

    STRUCTURED = auto()  # the service holds the answer to the schema
    FORCED = auto()  # a tool that the model must use
    OFFERED = auto()  # a tool that it is asked to use


def form_for(spec: ModelSpec, *, structured: bool) -> Form:
    """The strictest that provider and model have."""
    if structured:
        return Form.STRUCTURED
    return Form.FORCED if spec.forced else Form.OFFERED


def parameters(form: Form, schema: Mapping[str, object], thought: Thought) -> dict[str, Any]:
    """The request's fields for it, the effort among them."""
    config: dict[str, Any] = {} if thought.effort is None else {"effort": thought.effort.value}
    if form is Form.STRUCTURED:
        return {"output_config": config | {"format": {"type": "json_schema", "schema": dict(schema)}}}

    forced = form is Form.FORCED
    tool = {"name": TOOL, "description": _GIVES if forced else _OFFERED, "input_schema": dict(schema)}
    choice = {"type": "tool", "name": TOOL} if forced else {"type": "auto"}
    fields = {"tools": [tool], "tool_choice": choice | {"disable_parallel_tool_use": True}}
    return fields | ({"output_config": config} if config else {})


def is_in_form(text: str, schema: Mapping[str, object]) -> bool:
    """Whether a text has the parts that the schema wants at the least; only those who offer a tool need to ask."""
    required = schema.get("required")
    try:
        answer = load_object(text)
    except AnswerError:
        return False
    return all(name in answer for name in required) if isinstance(required, list) else True
