"""Settings -> a `ClaudeModel` that is ready to ask."""

import logging

from kireji.adapters.claude.client import ClaudeModel
from kireji.adapters.claude.failure import failure_of
from kireji.adapters.claude.providers import client as client_of
from kireji.adapters.claude.signin import Tokens
from kireji.adapters.governor import SharedGovernors
from kireji.core.models.catalogue import MODELS, spec_of
from kireji.core.models.providers import Access, Provider
from kireji.errors import SettingsError
from kireji.ports import Clock, Governors


def connect(
    api_key: str,
    base_url: str | None,
    model_name: str,
    clock: Clock,
    concurrency: int = 32,
    *,
    governors: Governors | None = None,
    access: Access | None = None,
    setting: str = "KIREJI_MODEL",
    tokens: Tokens | None = None,
) -> ClaudeModel:
    """A model ready to ask. `base_url` None is the SDK's default. Raises SettingsError for a model we do not know.

    `setting` is what an operator names the model with. Without a key all models of a process share their `tokens`; without
    `governors` it learns Claude's limits by itself.

    The SDK's own retries are off: they obey any Retry-After, however long, and repeat what cannot succeed. Its loggers
    are held at WARNING, as at DEBUG it logs whole requests.
    """
    access = access or Access()
    if model_name not in MODELS and access.provider is not Provider.COMPATIBLE:
        raise SettingsError((f"{setting} is {model_name!r}, which is none of: {', '.join(MODELS)}",))

    spec = spec_of(model_name)
    model_id = access.model_id(model_name)
    if model_id is None:
        raise SettingsError((f"set KIREJI_PROVIDER_MODEL to what {access.provider} calls {model_name}",))

    for name in ("anthropic", "httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)

    client = client_of(access, api_key, base_url, tokens)
    governor = (governors or SharedGovernors(clock)).of(f"Claude {spec.name}")  # limits are a model's

    return ClaudeModel(
        client,
        spec,
        clock=clock,
        governor=governor,
        concurrency=concurrency,
        model_id=model_id,
        setting=setting,
        structured=access.abilities.structured,
        ends=access.abilities.anthropic_runs_it,
        keys=(api_key,) if api_key else (),
        sort=failure_of if tokens is None else tokens.failure,
    )
