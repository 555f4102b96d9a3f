"""Who serves Claude, what each of them lacks, and what each calls the models.

Sources: the SDK's own clients (2.12), and Anthropic's pages on Bedrock, Vertex and Foundry, November 2026. Whether Mantle
takes structured outputs is told in two ways, so it gets a forced tool, which all of them take.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kireji.core.models.signin import SignIn


class Provider(StrEnum):
    """The values of KIREJI_PROVIDER. `compatible` is any server that speaks the Messages API."""

    ANTHROPIC = "anthropic"
    BEDROCK = "bedrock"
    BEDROCK_LEGACY = "bedrock-legacy"
    VERTEX = "vertex"
    FOUNDRY = "foundry"
    COMPATIBLE = "compatible"


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a provider takes."""

    structured: bool = True
    """Structured outputs: without them the answer's schema goes as a tool that must be used."""

    batches: bool = False
    count_tokens: bool = True

    anthropic_runs_it: bool = False
    """Where Anthropic does not, models are retired on other dates than Anthropic's."""

    extra: str = ""
    """What of pyproject's extras its client needs, "" for none."""

    models: Mapping[str, str] = field(default_factory=dict)
    """Its own ids of models, where they differ."""


_HAIKU = "claude-haiku-4-5"
ABILITIES: Mapping[Provider, Abilities] = {
    Provider.ANTHROPIC: Abilities(batches=True, anthropic_runs_it=True),
    Provider.BEDROCK: Abilities(structured=False, extra="bedrock", models={_HAIKU: f"anthropic.{_HAIKU}"}),
    Provider.BEDROCK_LEGACY: Abilities(
        count_tokens=False, extra="bedrock", models={_HAIKU: f"us.anthropic.{_HAIKU}-20251001-v1:0"}
    ),
    Provider.VERTEX: Abilities(extra="vertex", models={_HAIKU: f"{_HAIKU}@20251001"}),
    Provider.FOUNDRY: Abilities(models={_HAIKU: _HAIKU}, anthropic_runs_it=True),
    Provider.COMPATIBLE: Abilities(structured=False, count_tokens=False),
}
# Providers that know the models by Anthropic's own names, or by whatever names they please.
_ANY = frozenset({Provider.ANTHROPIC, Provider.COMPATIBLE})


@dataclass(frozen=True, slots=True)
class Access:
    """A provider, and where on it: the cloud's region, project and resource, "" where it has no such thing."""

    provider: Provider = Provider.ANTHROPIC
    region: str = ""
    project: str = ""
    resource: str = ""

    own_ids: Mapping[str, str] = field(default_factory=dict)
    """The provider's names of models that the operator told, by Anthropic's; the rest go by the table above."""

    signin: SignIn | None = None
    """How Anthropic's own API is signed in to where there is no key."""

    @property
    def abilities(self) -> Abilities:
        """What the provider takes."""
        return ABILITIES[self.provider]

    def model_id(self, name: str) -> str | None:
        """What the provider calls a model, None where we do not know."""
        known = self.own_ids.get(name) or self.abilities.models.get(name)
        return known or (name if self.provider in _ANY else None)
