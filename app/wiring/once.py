"""The parts of a program that reviews and ends: the Action's step, the command line, a script. No database, no queue."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from app.adapters import git
from app.adapters.clock import SystemClock
from app.adapters.governor import SharedGovernors
from app.adapters.memory import MemoryStore
from app.adapters.state_file import FileStore
from app.adapters.wishes_here import WishesHere
from app.core.change import Change
from app.flow.world import World
from app.ports import Clock, Forge, Store
from app.settings import ReviewSettings, Secret
from app.settings.action import ActionSettings
from app.wiring import parts


@dataclass(frozen=True, slots=True)
class Action:
    """The parts of a step of GitHub Actions; `store` is saved by whoever ran it."""

    world: World
    store: FileStore
    wishes: WishesHere


def build_forge(api_url: str, token: Secret, clock: Clock | None = None) -> tuple[Forge, Clock]:
    """GitHub alone, for what no model is asked about; and the clock that its waits go by."""
    from app.adapters import github  # noqa: PLC0415 - as below

    clock = clock or SystemClock()
    return github.connect(api_url=api_url, token=token.reveal(), clock=clock, buttons=False), clock


def build_world_for_token(
    settings: ReviewSettings, token: Secret, *, clock: Clock | None = None, store: Store | None = None
) -> World:
    """What reviews with one token, without buttons. Without a `store` nothing outlives the process.

    No request is sent yet; call it inside the running event loop. `clock` is the machine's own unless a test has another.
    """
    from app.adapters import github  # noqa: PLC0415 - a change on no GitHub does without

    clock = clock or SystemClock()
    parts.warn(settings, clock)  # of what is used: the Action lets a policy choose any
    governors = SharedGovernors(clock)
    forge = github.connect(
        api_url=settings.github_api_url, token=token.reveal(), clock=clock, governors=governors, buttons=False
    )
    code = parts.code_of(settings, forge.remote)
    return parts.world(settings, forge, clock=clock, governors=governors, store=store or MemoryStore(), code=code)


def build_action(settings: ActionSettings, review: ReviewSettings, clock: Clock | None = None) -> Action:
    """What a step of GitHub Actions reviews with. Call it inside the running event loop."""
    store = FileStore(settings.state)
    world = build_world_for_token(review, settings.token, clock=clock, store=store)
    return Action(replace(world, overrides=settings.overrides), store, WishesHere(store, settings.run))


def build_world_for_change(settings: ReviewSettings, change: Change, clock: Clock | None = None) -> World:
    """The same for a change that is on no GitHub."""
    clock = clock or SystemClock()
    parts.warn(settings, clock)
    code = git.LocalCode(change) if settings.search else None
    forge, governors = git.LocalForge(change), SharedGovernors(clock)
    return parts.world(settings, forge, clock=clock, governors=governors, store=MemoryStore(), code=code)


def find_change(environ: Mapping[str, str], spec: str = "", *, staged: bool = False) -> Change:
    """The change of the repository around the current folder: a range of commits, or what is staged. Blocks.

    `environ` is git's. Raises UserError where there is none.
    """
    repository = git.Git(Path.cwd(), environ)
    return git.of_staged(repository) if staged else git.of_range(repository, spec)
