"""Access -> the SDK's client for that provider. A cloud's client, and what it needs, is imported only where it is chosen.

The clouds' credentials are found by their own libraries, as everywhere: AWS by boto3, Google by google-auth.
"""

from importlib import import_module
from typing import Any, assert_never

import anthropic
import httpx2
from anthropic import AsyncAnthropic

from kireji.adapters.claude.signin import Tokens
from kireji.core.models.providers import Access, Provider
from kireji.errors import SettingsError

# The API pings through long pauses, so two silent minutes mean a dead connection; the whole answer gets ten.
TIMEOUT = httpx2.Timeout(120.0, connect=10.0)
# What the SDK imports only when the first request is signed: missing, that would be a review's failure, not the start's.
_NEEDS = {"bedrock": "botocore", "vertex": "google.auth"}


def client(access: Access, api_key: str, base_url: str | None, tokens: Tokens | None = None) -> AsyncAnthropic:
    """A client without retries of its own. Raises SettingsError where an extra or a credential is missing.

    With `tokens` it signs in without a key. All of them have `messages` and `close`, which is all that is used; `base_url`
    None is the provider's own address.
    """
    extra = access.abilities.extra
    if extra and not _installed(_NEEDS[extra]):
        raise SettingsError((f"KIREJI_PROVIDER is {access.provider}, which needs: pip install 'kireji[{extra}]'",))

    try:
        if tokens is not None:
            return AsyncAnthropic(credentials=tokens.provider, base_url=base_url, max_retries=0, timeout=TIMEOUT)
        return _client(access, api_key, {"base_url": base_url, "max_retries": 0, "timeout": TIMEOUT})
    except (anthropic.AnthropicError, ValueError) as error:
        raise SettingsError((f"KIREJI_PROVIDER is {access.provider}, which cannot be reached: {error}",)) from None


def _client(access: Access, api_key: str, common: dict[str, Any]) -> Any:
    match access.provider:
        case Provider.ANTHROPIC:
            return AsyncAnthropic(api_key=api_key, **common)
        case Provider.COMPATIBLE:
            return AsyncAnthropic(api_key=api_key or "none", **common)
        case Provider.BEDROCK:
            return anthropic.AsyncAnthropicBedrockMantle(aws_region=access.region, **common)
        case Provider.BEDROCK_LEGACY:
            return anthropic.AsyncAnthropicBedrock(aws_region=access.region, **common)
        case Provider.VERTEX:
            return anthropic.AsyncAnthropicVertex(region=access.region, project_id=access.project, **common)
        case Provider.FOUNDRY:
            where = {"base_url": common["base_url"]} if common["base_url"] else {"resource": access.resource or None}
            return anthropic.AsyncAnthropicFoundry(api_key=api_key, **(common | {"base_url": None} | where))
        case _:
            assert_never(access.provider)


def _installed(module: str) -> bool:
    try:
        import_module(module)
    except ImportError:
        return False
    return True
