"""Prompt -> the fields of a message request: prefix with its cache breakpoints, question, thinking, the answer's form."""

from dataclasses import replace
from typing import Any

from anthropic.types import TextBlockParam

from kireji.adapters.claude.form import REMINDER, Form, parameters
from kireji.adapters.claude.thinking import thinking
from kireji.core.models.catalogue import ModelSpec
from kireji.core.prompts.prompt import Prompt


def fields(prompt: Prompt, spec: ModelSpec, form: Form, *, reminded: bool) -> dict[str, Any]:
    """All but the model's id. Who was `reminded` is told once more which tool to use."""
    # Who is made to use a tool has no occasion to think, and one that thinks by budget refuses it.
    thought = thinking(replace(prompt, thinking=0) if form is Form.FORCED else prompt, spec)
    question = f"{REMINDER}\n\n{prompt.question}" if reminded else prompt.question
    return {
        "max_tokens": thought.max_tokens,
        "thinking": thought.thinking,
        "system": [_cached(text) for text in (prompt.rules, prompt.brief) if text],
        "messages": [{"role": "user", "content": _sendable(question)}],
        **parameters(form, prompt.schema, thought),
    }


def _cached(text: str) -> TextBlockParam:
    return {"type": "text", "text": _sendable(text), "cache_control": {"type": "ephemeral"}}


def _sendable(text: str) -> str:
    """The text without lone surrogates, which a hostile file may smuggle in and UTF-8 cannot carry."""
    return text.encode(errors="replace").decode()
