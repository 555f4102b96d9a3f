"""Request bodies: pydantic models as strict as GitHub's, whose refusals they word."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tests.sandbox.github.errors import ApiError

_TYPES = {"string_type": "a string", "int_type": "an integer", "list_type": "an array", "bool_type": "a boolean"}


class Body(BaseModel):
    """A request body. Unknown names are ignored, as GitHub does, and told to `unknown_names`; null is no value."""

    model_config = ConfigDict(strict=True, extra="allow")

    @model_validator(mode="before")
    @classmethod
    def _refuse_null(cls, data: object) -> object:
        if isinstance(data, dict):
            for name, value in data.items():
                if value is None and name in cls.model_fields:
                    raise ValueError(f"For 'properties/{name}', nil is not {_wanted(cls, name)}.")
        return data

    @classmethod
    def read(cls, data: object) -> Self:
        """The body, checked. Raises ApiError 422 in GitHub's words."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise ApiError(422, "Invalid request.\n\n" + "\n".join(map(_sentence, error.errors()))) from error

    def unknown_names(self) -> list[str]:
        """The properties that GitHub's description does not know, those of nested objects too."""
        names = list(self.model_extra or {})
        for value in dict(self).values():
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, Body):
                    names += item.unknown_names()
        return names


def _wanted(model: type[BaseModel], name: str) -> str:
    annotation = str(model.model_fields[name].annotation)
    return "an integer" if "int" in annotation else "an array" if "list" in annotation else "a string"


def _sentence(error: Any) -> str:
    where = "/".join(str(part) for part in error["loc"])
    if error["type"] == "missing":
        return f'"{error["loc"][-1]}" wasn\'t supplied.'
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if error["type"] == "too_long" or error["type"] == "string_too_long":
        return f"{where} is too long (maximum is {error['ctx']['max_length']})."

    wanted = _TYPES.get(error["type"])
    if wanted is not None:
        return f"For 'properties/{where}', {error['input']!r} is not {wanted}."

    return f"For 'properties/{where}', {error['input']!r} is invalid: {error['msg']}."


SideName = Literal["LEFT", "RIGHT"]
Event = Literal["APPROVE", "REQUEST_CHANGES", "COMMENT"]


class DraftCommentBody(Body):
    """One of a review's `comments`."""

    path: str
    body: str
    position: int | None = None
    line: int | None = None
    side: SideName | None = None
    start_line: int | None = None
    start_side: SideName | None = None


class ReviewBody(Body):
    """POST pulls/N/reviews."""

    commit_id: str | None = None
    body: str | None = None
    event: Event | None = None
    comments: list[DraftCommentBody] = Field(default_factory=list)


class SubmitBody(Body):
    """POST pulls/N/reviews/ID/events."""

    event: Event
    body: str | None = None


class ReviewCommentBody(Body):
    """POST pulls/N/comments."""

    body: str
    commit_id: str | None = None
    path: str | None = None
    position: int | None = None
    line: int | None = None
    side: SideName | None = None
    start_line: int | None = None
    start_side: SideName | None = None
    in_reply_to: int | None = None
    subject_type: Literal["line", "file"] | None = None


class TextBody(Body):
    """A comment's text."""

    body: str


class ReactionBody(Body):
    """POST …/reactions."""

    content: Literal["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"]


class TokenBody(Body):
    """POST app/installations/ID/access_tokens."""

    repositories: list[str] | None = Field(default=None, max_length=500)
    repository_ids: list[int] | None = Field(default=None, max_length=500)
    permissions: dict[str, str] | None = None


class AnnotationBody(Body):
    """One annotation of a check run's output."""

    path: str
    start_line: int
    end_line: int
    annotation_level: Literal["notice", "warning", "failure"]
    message: str = Field(max_length=65_536)
    title: str | None = Field(default=None, max_length=255)
    raw_details: str | None = Field(default=None, max_length=65_536)
    start_column: int | None = None
    end_column: int | None = None


class OutputBody(Body):
    """A check run's output."""

    title: str
    summary: str
    text: str | None = None
    annotations: list[AnnotationBody] = Field(default_factory=list)
    images: list[dict[str, str]] = Field(default_factory=list)


class ActionBody(Body):
    """A button of a check run."""

    label: str = Field(max_length=20)
    description: str = Field(max_length=40)
    identifier: str = Field(max_length=20)


Status = Literal["queued", "in_progress", "completed"]
Conclusion = Literal["action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out"]


class CheckRunFields(Body):
    """What creating and updating a check run have in common."""

    details_url: str | None = None
    external_id: str | None = None
    status: Status | None = None
    started_at: str | None = None
    completed_at: str | None = None
    conclusion: Conclusion | None = None
    output: OutputBody | None = None
    actions: list[ActionBody] | None = Field(default=None, max_length=3)


class CheckRunUpdateBody(CheckRunFields):
    """PATCH check-runs/ID."""

    name: str | None = None


class CheckRunBody(CheckRunFields):
    """POST check-runs."""

    name: str = Field(min_length=1)
    head_sha: str
