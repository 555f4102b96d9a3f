"""Claude as a `Model`: one streaming request a try, one retry policy, one gate before the prompt cache."""

from app.adapters.claude.client import ClaudeModel, connect
from app.adapters.claude.signin import Tokens

__all__ = ["ClaudeModel", "Tokens", "connect"]
