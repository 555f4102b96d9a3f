"""A loopback GitHub over real git repositories, as strict as the original. Begin with `GitHubSandbox`."""

from app.sandbox.faults import Fault, Faults
from app.sandbox.github.git import Content, Entry
from app.sandbox.github.limits import Limits
from app.sandbox.github.models import Delivery, Pull
from app.sandbox.github.repository import Repository
from app.sandbox.github.sandbox import AppIdentity, GitHubSandbox, new_private_key
from app.sandbox.github.traffic import Exchange

__all__ = [
    "AppIdentity",
    "Content",
    "Delivery",
    "Entry",
    "Exchange",
    "Fault",
    "Faults",
    "GitHubSandbox",
    "Limits",
    "Pull",
    "Repository",
    "new_private_key",
]
