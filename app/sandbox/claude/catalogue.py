"""The models that the sandbox serves, and how each may be asked to think.

Source: Anthropic's model pages, November 2026; prices and limits come from `app.core.money`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal

from app.core.money import MODELS, ModelSpec, Thinking, Usage, cost
from app.sandbox.claude.errors import ApiError

_MILLION = Decimal(1_000_000)
_BATCH_SHARE = Decimal("0.5")

_CREATED: Mapping[str, str] = {
    "claude-haiku-4-5": "2025-10-15T00:00:00Z",
    "claude-sonnet-4-5": "2025-09-29T00:00:00Z",
}
_DATED: Mapping[str, str] = {
    "claude-haiku-4-5": "claude-haiku-4-5-20251001",
    "claude-sonnet-4-5": "claude-sonnet-4-5-20250929",
}
_BY_DATED = {dated: name for name, dated in _DATED.items()}


@dataclass(frozen=True, slots=True)
class Served:
    """A model as the API serves it. `dated` is the id that answers carry; `adaptive` is how the 5.x models think."""

    spec: ModelSpec
    dated: str
    adaptive: bool


def served(name: str) -> Served:
    """The model of this name, alias or dated. Raises ApiError 404."""
    name = name.removeprefix("anthropic.")  # Bedrock's names for them
    spec = MODELS.get(_BY_DATED.get(name, name))
    if spec is None:
        raise ApiError(404, f"model: {name}")
    return Served(spec, _DATED.get(spec.name, spec.name), adaptive=spec.thinking is Thinking.ADAPTIVE)


def listing() -> list[dict[str, object]]:
    """What GET /v1/models lists, newest first."""
    rows = [entry(name) for name in MODELS]
    return sorted(rows, key=lambda row: str(row["created_at"]), reverse=True)


def entry(name: str) -> dict[str, object]:
    """One model's description. Raises ApiError 404."""
    model = served(name)
    spec = model.spec
    retires = None if spec.retires is None else datetime.combine(spec.retires, time(), UTC).isoformat()
    return {
        "type": "model",
        "id": model.dated,
        "display_name": spec.name.replace("-", " ").title().replace("5 5", "5.5").replace("4 5", "4.5"),
        "created_at": _CREATED.get(spec.name, "2026-09-01T00:00:00Z"),
        "line": spec.name.split("-")[1],
        "lifecycle": "active" if retires is None else "deprecated",
        "deprecated_at": None if retires is None else "2026-08-31T00:00:00Z",
        "retires_at": retires,
        "max_input_tokens": spec.context,
        "max_tokens": spec.max_output,
        "capabilities": None,
    }


def price(usage: Usage, spec: ModelSpec, *, hour_tokens: int = 0, batch: bool = False) -> Decimal:
    """Dollars. `hour_tokens` is the share of the cache writes that went to 1h entries, at twice the input price.

    A batch costs half.
    """
    dollars = cost(usage, spec) + hour_tokens * (2 * spec.input_price - spec.cache_write_price) / _MILLION
    return dollars * _BATCH_SHARE if batch else dollars
