"""What the bot says of models, budgets and depth; the rest of its sentences stand in `wording`."""

from datetime import date

from app.core.money import ModelSpec


def retiring(model: ModelSpec, today: date) -> str:
    """A model that is no longer served, or soon is not; for the log."""
    if model.retires is None:
        return ""
    if model.retires <= today:
        return f"the model {model.name} retired on {model.retires}: calls to it will fail; set another one"
    return f"the model {model.name} retires on {model.retires}: set another one before that day"
