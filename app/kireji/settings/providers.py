"""Settings -> who serves the model, and what is needed to get there."""

from dataclasses import replace

from kireji.core.models.providers import Access, Provider
from kireji.settings.reader import SettingsReader
from kireji.settings.secret import Secret

# A pattern, and what a value that does not fit it is not.
_KEY = (r"[!-~]+", "a key: it holds white space or worse")
_ID = (r"[!-~]{1,300}", "a model's id")
_PLACE = r"[A-Za-z0-9._:-]{1,100}"
# What each provider cannot do without.
_NEEDED = {
    Provider.BEDROCK: ("AWS_REGION",),
    Provider.BEDROCK_LEGACY: ("AWS_REGION",),
    Provider.VERTEX: ("CLOUD_ML_REGION", "ANTHROPIC_VERTEX_PROJECT_ID"),
    Provider.FOUNDRY: ("ANTHROPIC_FOUNDRY_RESOURCE", "ANTHROPIC_FOUNDRY_API_KEY"),
    Provider.COMPATIBLE: ("ANTHROPIC_BASE_URL",),
}


def access_of(reader: SettingsReader) -> Access:
    """The provider and where on it; what is missing is among the reader's problems."""
    named = reader.choice("KIREJI_PROVIDER", tuple(Provider))
    provider = Provider(named) if named in tuple(Provider) else Provider.ANTHROPIC
    for name in _NEEDED.get(provider, ()):
        if not reader.given(name):
            reader.bad(name, f"is not set; KIREJI_PROVIDER={provider} needs it")

    region = "CLOUD_ML_REGION" if provider is Provider.VERTEX else "AWS_REGION"
    return Access(
        provider,
        region=reader.matching(region, _PLACE, "a region"),
        project=reader.matching("ANTHROPIC_VERTEX_PROJECT_ID", _PLACE, "a project's id"),
        resource=reader.matching("ANTHROPIC_FOUNDRY_RESOURCE", r"[A-Za-z0-9-]{1,100}", "a resource's name"),
    )


def with_own_names(reader: SettingsReader, access: Access, model: str, deep: str) -> Access:
    """The same access, with the provider's own names of the operator's models as far as they are set."""
    ids = {
        deep: reader.matching("KIREJI_PROVIDER_DEEP_MODEL", *_ID),
        model: reader.matching("KIREJI_PROVIDER_MODEL", *_ID),
    }
    return replace(access, own_ids={name: own for name, own in ids.items() if name and own})


def deep_of(reader: SettingsReader, access: Access, deep: str) -> str:
    """The deep model; none by default where the provider may not have it, or its name there is not known."""
    given = bool(reader.given("KIREJI_DEEP_MODEL") or access.own_ids.get(deep))
    if access.model_id(deep) and (given or access.provider is not Provider.COMPATIBLE):
        return deep

    if deep and given:
        reader.bad(
            "KIREJI_DEEP_MODEL",
            f"is {deep}, and what {access.provider} calls it is not known here: set KIREJI_PROVIDER_DEEP_MODEL, "
            "or leave it out",
        )
    return ""


def servable(reader: SettingsReader, access: Access, models: tuple[str, ...]) -> tuple[str, ...]:
    """The same models; one whose name with the provider is not known is a problem."""
    for name in models:
        if not access.model_id(name):
            reader.bad("KIREJI_POLICY_MODELS", f"names {name}, and what {access.provider} calls it is not known here")
    return models


def key_of(reader: SettingsReader, provider: Provider, *, asks: bool = True, keyless: bool = False) -> Secret | None:
    """The key for Claude; None where there is none: clouds have credentials of their own, and a local server needs none.

    Nor does who never `asks`, or signs in without one.
    """
    foundry = reader.matching("ANTHROPIC_FOUNDRY_API_KEY", *_KEY)

    match provider:
        case Provider.FOUNDRY:
            return Secret(foundry)
        case Provider.ANTHROPIC if asks and not keyless:
            return Secret(reader.matching("ANTHROPIC_API_KEY", *_KEY))
        case Provider.ANTHROPIC | Provider.COMPATIBLE if reader.given("ANTHROPIC_API_KEY"):
            return Secret(reader.matching("ANTHROPIC_API_KEY", *_KEY))
        case _:
            return None


def base_url_of(reader: SettingsReader, provider: Provider, *, keyless: bool = False) -> str | None:
    """Where Claude's API is; None where the provider's client knows. The SDK sends identity tokens over https alone."""
    if provider in {Provider.ANTHROPIC, Provider.COMPATIBLE}:
        return reader.address("ANTHROPIC_BASE_URL", private=keyless)
    return None
