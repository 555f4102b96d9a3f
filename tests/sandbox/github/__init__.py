"""A loopback GitHub over real git repositories, as strict as the original. Begin with `GitHubSandbox`."""

from tests.sandbox.faults import Fault, Faults
from tests.sandbox.github.git import Content, Entry
from tests.sandbox.github.limits import Limits
from tests.sandbox.github.models import Delivery, Pull
from tests.sandbox.github.repository import Repository
from tests.sandbox.github.sandbox import AppIdentity, GitHubSandbox, new_private_key
from tests.sandbox.github.traffic import Exchange

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
