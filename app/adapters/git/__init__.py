"""A change in a git repository on this machine: what the `Forge` port reads, without any GitHub."""

from app.adapters.git.change import of_range, of_staged
from app.adapters.git.forge import LocalForge
from app.adapters.git.git import Git

__all__ = ["Git", "LocalForge", "of_range", "of_staged"]
