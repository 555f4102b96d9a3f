"""The whole outside world, as Protocols: adapters fill them, and tests have a fake of each. Begin with `github`."""

from kireji.ports.apart import Apart
from kireji.ports.claude import ANYBODY, Caller, Model
from kireji.ports.github import Code, Forge, Hooks
from kireji.ports.machine import Clock, Governor, Governors, Journal, Perils, SharedBudget
from kireji.ports.store import ReviewQueue, Store, Upkeep

__all__ = [
    "ANYBODY",
    "Apart",
    "Caller",
    "Clock",
    "Code",
    "Forge",
    "Governor",
    "Governors",
    "Hooks",
    "Journal",
    "Model",
    "Perils",
    "ReviewQueue",
    "SharedBudget",
    "Store",
    "Upkeep",
]
