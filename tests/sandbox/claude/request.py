"""What the Messages API takes: every field checked, none unknown, in pydantic's words as the original's are."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from tests.sandbox.claude.errors import invalid

R = TypeVar("R", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class CacheControl(_Strict):
    """A cache breakpoint."""

    type: Literal["ephemeral"]
    ttl: Literal["5m", "1h"] = "5m"


class TextBlock(_Strict):
    """A block of text."""

    type: Literal["text"]
    text: Annotated[str, StringConstraints(min_length=1)]
    cache_control: CacheControl | None = None
    citations: None = None


class ImageBlock(_Strict):
    """An image."""

    type: Literal["image"]
    source: dict[str, Any]
    cache_control: CacheControl | None = None


Block = Annotated[TextBlock | ImageBlock, Field(discriminator="type")]


class Turn(_Strict):
    """One message of the conversation."""

    role: Literal["user", "assistant"]
    content: str | list[Block]


class Format(_Strict):
    """A schema that the answer must satisfy."""

    type: Literal["json_schema"]
    schema_: dict[str, Any] = Field(alias="schema")


class OutputConfig(_Strict):
    """How the answer is to be."""

    effort: Literal["low", "medium", "high", "xhigh", "max"] | None = None
    format: Format | None = None


class Thinking(_Strict):
    """Whether and how the model thinks first."""

    type: Literal["enabled", "disabled", "between_tools", "adaptive"]
    budget_tokens: int | None = None
    display: Literal["summarized", "omitted"] | None = None


class Tool(_Strict):
    """A client tool's definition."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9_-]{1,128}$")]
    input_schema: dict[str, Any]
    description: str | None = None
    type: Literal["custom"] | None = None
    cache_control: CacheControl | None = None


class ToolChoice(_Strict):
    """Which tool the model must use, or may; by itself the sandbox's model uses one that tells it to."""

    type: Literal["auto", "none", "any", "tool"]
    name: str | None = None
    disable_parallel_tool_use: bool | None = None


class Metadata(_Strict):
    """Whose request it is."""

    user_id: str | None = None


class CountRequest(_Strict):
    """The body of POST /v1/messages/count_tokens, and what it has in common with a message's."""

    model: str
    messages: Annotated[list[Turn], Field(min_length=1, max_length=100_000)]
    system: str | list[TextBlock] | None = None
    tools: list[Tool] | None = None
    tool_choice: ToolChoice | None = None
    thinking: Thinking | None = None
    output_config: OutputConfig | None = None
    cache_control: CacheControl | None = None

    @property
    def forced(self) -> Tool | None:
        """The tool that must be used, if one must."""
        choice = self.tool_choice
        if choice is None or choice.type != "tool":
            return None
        return next((tool for tool in self.tools or [] if tool.name == choice.name), None)

    @property
    def used(self) -> Tool | None:
        """The tool that the stand-in uses: one that is forced, or one that is offered and wants to be called always."""
        if self.tool_choice is not None and self.tool_choice.type == "auto":
            return next(
                (tool for tool in self.tools or [] if "always call it" in (tool.description or "").lower()), None
            )
        return self.forced

    @property
    def answer_schema(self) -> dict[str, Any] | None:
        """What the stand-in's answer is to satisfy."""
        return self.schema_ if self.schema_ is not None or self.used is None else self.used.input_schema

    @property
    def schema_(self) -> dict[str, Any] | None:
        """The answer's schema, if one is asked for."""
        if self.output_config is None or self.output_config.format is None:
            return None if self.forced is None else self.forced.input_schema
        return self.output_config.format.schema_


class MessageRequest(CountRequest):
    """The body of POST /v1/messages."""

    max_tokens: Annotated[int, Field(ge=0)]
    stream: bool = False
    stop_sequences: list[str] | None = None
    metadata: Metadata | None = None
    service_tier: Literal["auto", "standard_only"] = "auto"


def last_user_text(request: MessageRequest) -> str:
    """The last text block of the last user message, which is where the chunk stands."""
    content = next((turn.content for turn in reversed(request.messages) if turn.role == "user"), "")
    if isinstance(content, str):
        return content
    return next((block.text for block in reversed(content) if isinstance(block, TextBlock)), "")


def parse(kind: type[R], body: object) -> R:
    """Check a body's fields. Raises ApiError 400, naming the field as the original does."""
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        worst = max(error.errors(), key=lambda problem: len(problem["loc"]))
        raise invalid(f"{'.'.join(_names(worst['loc']))}: {worst['msg']}") from error


def _names(loc: tuple[int | str, ...]) -> Iterator[str]:
    """A place in the body, without what only names a member of a union: "str", "list[…]", a block's own type."""
    for index, part in enumerate(loc):
        tag = part in {"text", "image"} and index < len(loc) - 1 and isinstance(loc[index - 1], int)
        if isinstance(part, int) or not (tag or part == "str" or "[" in part):
            yield str(part)
