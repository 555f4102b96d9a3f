"""What the bot says of models: those that are retired, and those that do not answer as they are asked to."""

from collections.abc import Iterable
from datetime import date

from kireji.core.models.catalogue import ModelSpec, is_retired

TOO_MUCH = "it is more than the model can hold, even in smaller pieces"
TOO_MUCH_AT_ONCE = "it is more than the model can hold"


def list_models(models: Iterable[ModelSpec]) -> str:
    """Models to choose from, and until when Anthropic serves those whose day is known."""
    ends = ((model.name, f" (until {model.retires})" if model.retires else "") for model in models)
    return ", ".join(f"`{name}`{until}" for name, until in ends)


def set_instead(model: ModelSpec, setting: str) -> str:
    """What to do about a model that is retired, or soon is, as the end of a sentence."""
    return f"set {setting} to {model.successor}" if model.successor else f"change {setting}"


def retired_model(model: ModelSpec, setting: str) -> str:
    """That a model is not asked, as it is retired."""
    return f"Anthropic retired {model.name} on {model.retires}: {set_instead(model, setting)}"


def retired_setting(model: ModelSpec, setting: str) -> str:
    """The same as a problem with the setting."""
    return f"{setting} is {model.name}, which Anthropic retired on {model.retires}: {set_instead(model, setting)}"


def retired_in_policy(model: ModelSpec, used: str) -> str:
    """That a policy names a model that is retired, and which one reads instead; a paragraph of Markdown."""
    better = f" `{model.successor}` succeeds it." if model.successor else ""
    return (
        f"The policy asks for the model `{model.name}`, which Anthropic retired on {model.retires}, so `{used}` is used: "
        f"change `model` in the policy.{better}"
    )


def retiring(model: ModelSpec, today: date, setting: str = "", *, elsewhere: bool = False) -> str:
    """A model that is no longer served, or soon is not; for the log. `elsewhere`: a cloud serves it, on dates of its own."""
    if model.retires is None:
        return ""
    instead = f"set {model.successor} instead" if model.successor else "set another one"
    named = f" ({setting})" if setting else ""
    if elsewhere:
        return f"Anthropic retires the model {model.name}{named} on {model.retires}; ask your provider until when it has it"
    if is_retired(model, today):
        return f"Anthropic retired the model {model.name}{named} on {model.retires}: it is not used; {instead}"
    return f"the model {model.name}{named} retires on {model.retires}: {instead} before that day"


def tool_left_aside(model: ModelSpec, setting: str) -> str:
    """Why there is no answer of a model on which no tool can be forced, and which did not use it of its own accord."""
    return (
        f"{model.name} answered twice without using the tool that has its answer in the agreed form, and it cannot be made "
        f"to: change {setting}"
    )
