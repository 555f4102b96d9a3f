"""Whether a provider takes our credentials and serves a model, for `kireji doctor`. It costs nothing, or one token.

Tokens are counted, by the client that reviews are done with. Where the provider counts none, or says that it does not
know the address, which a gateway may say of counting alone, one token is asked for.
"""

import asyncio
from importlib import import_module

import anthropic
import httpx2
from anthropic import AsyncAnthropic
from anthropic.types import MessageParam

from kireji.adapters.claude.failure import status_of
from kireji.adapters.claude.providers import client as client_of
from kireji.adapters.claude.signin import Tokens
from kireji.adapters.claude.thinking import thinking
from kireji.core.models.providers import Access, Provider
from kireji.core.operations.checkup import Health
from kireji.core.operations.checkup_models import (
    COUNTED,
    CREDENTIALS,
    ONE_TOKEN,
    WHERE,
    ModelUse,
    Trial,
    refused_trial,
    unnamed_trial,
)
from kireji.core.prompts.prompt import Prompt
from kireji.core.wording import signin_words
from kireji.errors import TransientError, UserError

SECONDS = 30.0
_COUNTS_NONE = frozenset({404, 405, 501})
_SILENT = (anthropic.APIConnectionError, httpx2.RequestError, TimeoutError)
_QUESTION: list[MessageParam] = [{"role": "user", "content": "."}]
# Whose errors it is where credentials cannot be found.
_LIBRARY = {
    Provider.BEDROCK: ("botocore.exceptions", "BotoCoreError"),
    Provider.BEDROCK_LEGACY: ("botocore.exceptions", "BotoCoreError"),
    Provider.VERTEX: ("google.auth.exceptions", "GoogleAuthError"),
}


def try_model(
    *, access: Access, api_key: str, base_url: str | None, use: ModelUse, tokens: Tokens | None = None
) -> Trial:
    """Ask for the model, with `tokens` where there is no key. Blocks. What keeps every model from being asked for is raised.

    Raises UserError for credentials that are missing or refused, SettingsError for an extra that is missing,
    TransientError where nobody answers.
    """
    model_id = access.model_id(use.spec.name)
    if model_id is None:
        return unnamed_trial(use, access.provider)

    where = WHERE[access.provider]
    client = client_of(access, api_key, base_url, tokens)
    try:
        how = asyncio.run(_ask(client, model_id, use, counts=access.abilities.count_tokens))
    except anthropic.APIStatusError as error:
        status = status_of(error)
        if status == 401:
            remedy = CREDENTIALS[access.provider] if tokens is None else signin_words.ASK_ANEW
            raise UserError(f"{where} does not take the credentials (401)", remedy) from None
        return refused_trial(use, access.provider, status)
    except _SILENT as error:
        raise TransientError(f"{where} did not answer: {type(error).__name__}") from None
    except (RuntimeError, ValueError, anthropic.AnthropicError, *_credentials_errors(access.provider)):
        raise UserError(f"there are no credentials for {where}", CREDENTIALS[access.provider]) from None

    return Trial(Health.OK, how)


async def _ask(client: AsyncAnthropic, model_id: str, use: ModelUse, *, counts: bool) -> str:
    """Ask for the model; how that was done. Raises what the client raises."""
    async with asyncio.timeout(SECONDS), client:
        if counts:
            try:
                await client.messages.count_tokens(model=model_id, messages=_QUESTION)
            except anthropic.APIStatusError as error:
                if error.status_code not in _COUNTS_NONE:
                    raise
            else:
                return COUNTED

        thought = thinking(Prompt("", "", ".", 1), use.spec).thinking
        stream = await client.messages.create(
            model=model_id, max_tokens=1, thinking=thought, messages=_QUESTION, stream=True
        )
        async with stream:
            async for _ in stream:
                pass
    return ONE_TOKEN


def _credentials_errors(provider: Provider) -> tuple[type[Exception], ...]:
    if provider not in _LIBRARY:
        return ()
    module, name = _LIBRARY[provider]
    return (getattr(import_module(module), name),)
