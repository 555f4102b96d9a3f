"""The whole outside world, as Protocols. Adapters fill them; tests have a fake for each in `tests/fakes/`."""

from app.ports.apart import Apart
from app.ports.claude import ANYBODY, Caller, Model
from app.ports.github import Code, Forge, Hooks
from app.ports.machine import Clock, Governor, Governors, Journal, Perils, Shelf
from app.ports.store import Store, Upkeep, Wishes

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
    "Shelf",
    "Store",
    "Upkeep",
    "Wishes",
]
