"""Whether Claude's API takes a key and serves a model, for `kireji doctor`. It costs nothing."""

import anthropic

from app.errors import TransientError, UserError


def serves(*, api_key: str, base_url: str, model: str) -> bool:
    """Ask for the model. Blocks; raises UserError for a key that is not taken, TransientError where nobody answers."""
    try:
        with anthropic.Anthropic(api_key=api_key, base_url=base_url, max_retries=1, timeout=15.0) as client:
            client.models.retrieve(model)
    except anthropic.NotFoundError:
        return False
    except (anthropic.AuthenticationError, anthropic.PermissionDeniedError):
        raise UserError("Claude's API does not take the key", "Set ANTHROPIC_API_KEY to one that it takes.") from None
    except anthropic.APIError as error:
        raise TransientError(f"Claude's API did not answer: {type(error).__name__}") from None
    return True
