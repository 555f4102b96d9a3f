"""Settings -> who serves the model, and what is needed to get there."""

from app.core.providers import Access, Provider
from app.settings.reader import Reader
from app.settings.secret import Secret

_KEY = r"[!-~]+", "a key: it holds white space or worse"
_PLACE = r"[A-Za-z0-9._:-]{1,100}"
# What each provider cannot do without.
_NEEDED = {
    Provider.BEDROCK: ("AWS_REGION",),
    Provider.BEDROCK_LEGACY: ("AWS_REGION",),
    Provider.VERTEX: ("CLOUD_ML_REGION", "ANTHROPIC_VERTEX_PROJECT_ID"),
    Provider.FOUNDRY: ("ANTHROPIC_FOUNDRY_RESOURCE", "ANTHROPIC_FOUNDRY_API_KEY"),
    Provider.COMPATIBLE: ("ANTHROPIC_BASE_URL",),
}


def access_of(reader: Reader) -> Access:
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
        own_id=reader.matching("KIREJI_PROVIDER_MODEL", r"[!-~]{1,300}", "a model's id"),
    )


def key_of(reader: Reader, provider: Provider, *, asks: bool = True) -> Secret | None:
    """The key for Claude; None where there is none: clouds have credentials of their own, and a local server needs none.

    Nor does who never `asks`.
    """
    foundry = reader.matching("ANTHROPIC_FOUNDRY_API_KEY", *_KEY)
    match provider:
        case Provider.FOUNDRY:
            return Secret(foundry)
        case Provider.ANTHROPIC if asks:
            return Secret(reader.matching("ANTHROPIC_API_KEY", *_KEY))
        case Provider.ANTHROPIC | Provider.COMPATIBLE if reader.given("ANTHROPIC_API_KEY"):
            return Secret(reader.matching("ANTHROPIC_API_KEY", *_KEY))
        case _:
            return None


def base_url_of(reader: Reader, provider: Provider) -> str | None:
    """Where Claude's API is; None where the provider's client knows."""
    if provider in {Provider.ANTHROPIC, Provider.COMPATIBLE}:
        return reader.address("ANTHROPIC_BASE_URL", private=False)
    return None
