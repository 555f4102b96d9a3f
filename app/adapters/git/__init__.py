"""Git on this machine: a change that is on no GitHub, as the `Forge` port reads it; and whole repositories, to be searched."""

from app.adapters.git.change import of_range, of_staged
from app.adapters.git.code import LocalCode
from app.adapters.git.fetched import FetchedCode, Remote, connect
from app.adapters.git.forge import LocalForge
from app.adapters.git.git import Git

__all__ = ["FetchedCode", "Git", "LocalCode", "LocalForge", "Remote", "connect", "of_range", "of_staged"]
