"""Who wrote something, as GraphQL tells it."""

from collections.abc import Mapping

ACTOR = "{ __typename login }"
GHOST = "ghost"  # GitHub's name for accounts that were deleted

Actor = Mapping[str, str] | None


def is_bot(actor: Actor) -> bool:
    """Whether the author is an App's bot."""
    return actor is not None and actor["__typename"] == "Bot"


def login(actor: Actor) -> str:
    """The login as REST and webhooks write it: GraphQL leaves the "[bot]" of a bot's out."""
    if actor is None:
        return GHOST
    name = actor["login"]
    return f"{name}[bot]" if is_bot(actor) and not name.endswith("[bot]") else name
