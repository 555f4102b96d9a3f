"""Claude as a `Model`: one streaming request a try, one retry policy, one gate before the cache. Begin with `client`."""

from kireji.adapters.claude.client import ClaudeModel
from kireji.adapters.claude.connecting import connect
from kireji.adapters.claude.signin import Tokens

__all__ = ["ClaudeModel", "Tokens", "connect"]
