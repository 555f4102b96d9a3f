"""What `kireji doctor` makes of the models: whether the provider serves each, until when, and what to mend."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kireji.core.models.catalogue import ModelSpec, is_retired, retires_soon
from kireji.core.models.providers import Provider
from kireji.core.operations.checkup import Check, Health
from kireji.core.wording.plurals import count

COUNTED = "it answers (its tokens were counted, which costs nothing)"
ONE_TOKEN = "it answers (one token was asked for, which costs about nothing)"  # noqa: S105 - no secret

WHERE: Mapping[Provider, str] = {
    Provider.ANTHROPIC: "Claude's API",
    Provider.BEDROCK: "Bedrock",
    Provider.BEDROCK_LEGACY: "Bedrock",
    Provider.VERTEX: "Vertex AI",
    Provider.FOUNDRY: "Foundry",
    Provider.COMPATIBLE: "the server at ANTHROPIC_BASE_URL",
}
"""Who answers."""

_AWS = "Give the server AWS credentials that hold (a role, a profile, or AWS_BEARER_TOKEN_BEDROCK)."
CREDENTIALS: Mapping[Provider, str] = {
    Provider.ANTHROPIC: "Set ANTHROPIC_API_KEY to one that it accepts.",
    Provider.BEDROCK: _AWS,
    Provider.BEDROCK_LEGACY: _AWS,
    Provider.VERTEX: "Give the server Google application default credentials that hold.",
    Provider.FOUNDRY: "Set ANTHROPIC_FOUNDRY_API_KEY to a key of the resource.",
    Provider.COMPATIBLE: "Set ANTHROPIC_API_KEY to one that it accepts, and see that ANTHROPIC_BASE_URL is right.",
}
"""What to do where the credentials are missing or refused."""

_BEDROCK = "Grant access to the model in Bedrock's console, and bedrock:InvokeModel* on it to the server's role."
_ACCESS: Mapping[Provider, str] = {
    Provider.ANTHROPIC: "Let the workspace of the key, or of the federation rule, use it, in the Claude Console.",
    Provider.BEDROCK: _BEDROCK,
    Provider.BEDROCK_LEGACY: _BEDROCK,
    Provider.VERTEX: "Enable it in Model Garden, and give the server's account the role Vertex AI User in the project.",
    Provider.FOUNDRY: "Let the key use the model's deployment.",
    Provider.COMPATIBLE: "Let the key use it, on that server.",
}
_PLACE: Mapping[Provider, str] = {
    Provider.ANTHROPIC: "",
    Provider.BEDROCK: " Or see that AWS_REGION has it.",
    Provider.BEDROCK_LEGACY: " Or see that AWS_REGION has it.",
    Provider.VERTEX: " Or see that CLOUD_ML_REGION and ANTHROPIC_VERTEX_PROJECT_ID are right.",
    Provider.FOUNDRY: " Or deploy it under that name in ANTHROPIC_FOUNDRY_RESOURCE.",
    Provider.COMPATIBLE: " Or see that ANTHROPIC_BASE_URL is right.",
}


@dataclass(frozen=True, slots=True)
class ModelUse:
    """A model that reviews may be done with, the setting that names it, and whether Anthropic's dates hold for it."""

    spec: ModelSpec
    setting: str
    anthropic_runs_it: bool = True

    @property
    def other(self) -> str:
        """What to do about it, if it will not do."""
        if self.setting == "KIREJI_POLICY_MODELS":
            return "Take it out of KIREJI_POLICY_MODELS."
        if self.spec.successor:
            return f"Set {self.setting} to {self.spec.successor}."
        return f"Set another {self.setting}."

    @property
    def needed(self) -> bool:
        """Whether reviews fail without it; only a deep one asks the deep model."""
        return self.setting != "KIREJI_DEEP_MODEL"

    def is_over(self, today: date) -> bool:
        """Whether it is retired where it would be asked for."""
        return self.anthropic_runs_it and is_retired(self.spec, today)


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of asking a provider for a model; `remedy` is "" where nothing is to be done."""

    health: Health
    said: str
    remedy: str = ""


NOT_ASKED = Trial(Health.OK, "it was not asked for")


def unnamed_trial(use: ModelUse, provider: Provider) -> Trial:
    """A model whose name with the provider is not known."""
    if use.setting == "KIREJI_MODEL":
        remedy = f"Set KIREJI_PROVIDER_MODEL to what {WHERE[provider]} calls it."
        return Trial(Health.FAIL, f"Kireji does not know what {WHERE[provider]} calls it", remedy)
    return Trial(Health.WARN, f"it is not available: Kireji does not know what {WHERE[provider]} calls it", use.other)


def refused_trial(use: ModelUse, provider: Provider, status: int) -> Trial:
    """A model that was not given, by the HTTP status of the refusal; 401 is about the credentials, and not for here."""
    where = WHERE[provider]
    bad = Health.FAIL if use.needed else Health.WARN

    match status:
        case 403:
            return Trial(bad, f"{where} does not let these credentials use it (403)", _ACCESS[provider])
        case 404:
            return Trial(bad, f"{where} does not serve it to these credentials (404)", f"{use.other}{_PLACE[provider]}")
        case 429:
            return Trial(Health.WARN, f"{where} is there, but its rate limit is reached (429)", "Ask again later.")
        case _ if status >= 500:
            return Trial(Health.WARN, f"{where} could not answer just now ({status})", "Ask again later.")
        case _:
            return Trial(bad, f"{where} refused the request for it ({status})", use.other)


def check_model(use: ModelUse, trial: Trial, today: date) -> Check:
    """Whether the model is there, and how long it stays. Nothing starts with one that is set and retired."""
    soon = retires_soon(use.spec, today)
    health = Health.WARN if soon and trial.health is Health.OK else trial.health
    said = f"{trial.said}; {_stays(use, today)}"
    if use.is_over(today):
        health = Health.WARN if use.setting == "KIREJI_POLICY_MODELS" else Health.FAIL
    return Check(f"model {use.spec.name}", health, said, trial.remedy or (use.other if soon else ""))


def _stays(use: ModelUse, today: date) -> str:
    spec = use.spec
    if not spec.priced:
        return "Kireji's table does not have it, so its prices and its retirement are not known"
    if spec.retires is None:
        return "no date of its retirement is known"
    if not use.anthropic_runs_it:
        return f"Anthropic retires it on {spec.retires}, and the provider on a day of its own"
    if is_retired(spec, today):
        return f"Anthropic retired it on {spec.retires}, so it is not asked"

    days = (spec.retires - today).days
    return f"it retires on {spec.retires}, in {count(days, 'day')}"
