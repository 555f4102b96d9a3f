"""The models that the sandbox serves, what each takes of a request, and until when.

Source: each model's own pages on platform.claude.com ("What's new", "Migration guide"), November 2026. What a model takes
is written down here apart from `kireji.core.models.catalogue`, of which prices, limits and dates come: a mistake there is found here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from kireji.core.models.catalogue import MODELS, ModelSpec, Usage, cost, retired
from tests.sandbox.claude.errors import ApiError

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
class Takes:
    """What a model takes: the values of `thinking.type`, `output_config.effort` at all, a tool that is forced.

    `newer` models think unless told not to, take no prefill, and count more tokens.
    """

    thinking: frozenset[str]
    effort: bool = True
    forced: bool = True
    newer: bool = True


_OLDER = Takes(frozenset({"enabled", "disabled"}), effort=False, newer=False)
_TAKES: Mapping[str, Takes] = {
    "claude-haiku-4-5": _OLDER,
    "claude-sonnet-4-5": _OLDER,
    "claude-haiku-5-5": Takes(frozenset({"adaptive", "disabled"})),
    "claude-sonnet-5-5": Takes(frozenset({"adaptive", "between_tools"}), forced=False),
    "claude-opus-5-5": Takes(frozenset({"adaptive"}), forced=False),
}


@dataclass(frozen=True, slots=True)
class Served:
    """A model as the API serves it. `dated` is the id that answers carry."""

    spec: ModelSpec
    dated: str
    takes: Takes

    @property
    def newer(self) -> bool:
        """Whether it is one of the 5.x models."""
        return self.takes.newer


def served(name: str, today: date) -> Served:
    """The model of this name, alias or dated. Raises ApiError 404, for one that is retired too."""
    model = known(name)
    if retired(model.spec, today):
        raise ApiError(404, f"model: {name}")
    return model


def known(name: str) -> Served:
    """The same, if it is retired or not."""
    name = name.removeprefix("anthropic.")  # Bedrock's names for them
    spec = MODELS.get(_BY_DATED.get(name, name))
    if spec is None:
        raise ApiError(404, f"model: {name}")
    return Served(spec, _DATED.get(spec.name, spec.name), _TAKES[spec.name])


def listing(today: date) -> list[dict[str, object]]:
    """What GET /v1/models lists unless asked otherwise: what is not retired, newest first."""
    rows = [entry(name, today) for name, spec in MODELS.items() if not retired(spec, today)]
    return sorted(rows, key=lambda row: str(row["created_at"]), reverse=True)


def entry(name: str, today: date) -> dict[str, object]:
    """One model's description. Raises ApiError 404."""
    model = known(name)
    spec = model.spec
    retires = None if spec.retires is None else datetime.combine(spec.retires, time(), UTC).isoformat()

    return {
        "type": "model",
        "id": model.dated,
        "display_name": spec.name.replace("-", " ").title().replace("5 5", "5.5").replace("4 5", "4.5"),
        "created_at": _CREATED.get(spec.name, "2026-09-01T00:00:00Z"),
        "line": spec.name.split("-")[1],
        "lifecycle": "active" if retires is None else "retired" if retired(spec, today) else "deprecated",
        "deprecated_at": None if retires is None else "2026-08-31T00:00:00Z",
        "retires_at": retires,
        "max_input_tokens": spec.context,
        "max_tokens": spec.max_output,
        "capabilities": None,
    }


def price(usage: Usage, spec: ModelSpec, *, hour_tokens: int = 0, batch: bool = False) -> Decimal:
    """Dollars. `hour_tokens` is the share of the cache writes that went to 1h entries, which have their own price.

    A batch costs half.
    """
    dollars = cost(usage, spec) + hour_tokens * (spec.cache_write_hour_price - spec.cache_write_price) / _MILLION
    return dollars * _BATCH_SHARE if batch else dollars
