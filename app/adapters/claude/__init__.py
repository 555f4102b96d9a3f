"""Claude as a `Model`: one streaming request a try, one retry policy, one gate before the prompt cache."""

from app.adapters.claude.client import ClaudeModel, connect

__all__ = ["ClaudeModel", "connect"]
