"""Git on this machine: a change that is on no GitHub, and whole repositories to search. Begin with `forge`."""

from kireji.adapters.git.change import of_range, of_staged
from kireji.adapters.git.code import LocalCode
from kireji.adapters.git.fetched import FetchedCode, Remote, connect
from kireji.adapters.git.forge import LocalForge
from kireji.adapters.git.git import Git

__all__ = ["FetchedCode", "Git", "LocalCode", "LocalForge", "Remote", "connect", "of_range", "of_staged"]
