"""Settings -> the running parts. The only module that knows the adapters."""

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from sqlalchemy import Engine as Database

from app.adapters import git
from app.adapters.checkup import Checkup
from app.adapters.clock import SystemClock
from app.adapters.desk import Desk
from app.adapters.engine import database as engine_database
from app.adapters.engine import recovery
from app.adapters.engine.engine import Engine, QueueLimits
from app.adapters.engine.intake import Enqueuer
from app.adapters.governor import SharedGovernors
from app.adapters.intake import DurableIntake
from app.adapters.journal import DirectJournal
from app.adapters.memory import MemoryStore
from app.adapters.state_file import FileStore
from app.adapters.store import schema
from app.adapters.store.engine import create_engine, database_errors
from app.adapters.store.slots import Slots
from app.adapters.store.store import SqlStore
from app.adapters.upkeep import SqlUpkeep
from app.adapters.wishes import SqlWishes
from app.adapters.wishes_here import WishesHere
from app.core.budget import Budget
from app.core.change import Change
from app.core.events import Delivery
from app.core.job import ReviewJob
from app.core.ledger import nanodollars
from app.core.providers import Provider
from app.errors import TransientError
from app.flow import sweep
from app.flow.estimate import Unasked
from app.flow.retirement import warn_of_retirement
from app.flow.world import Limits, World
from app.ports import Clock, Code, Forge, Journal, Model, Store
from app.settings import ReviewSettings, Secret, Settings
from app.settings.action import ActionSettings

WEB_CONNECTIONS = 8
DESK_CONNECTIONS = 2
WORKER_CONNECTIONS = 20
WORKERS = 64
LEASE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Action:
    """The parts of a step of GitHub Actions; `store` is saved by whoever ran it."""

    world: World
    store: FileStore
    wishes: WishesHere


def preload() -> None:
    """Import what `build_world` needs. That takes seconds in which nothing else can happen, such as renewing a lease."""
    import app.adapters.claude  # noqa: PLC0415 - see below
    import app.adapters.github  # noqa: F401, PLC0415


def build_world(settings: Settings, clock: Clock | None = None, store: Store | None = None) -> World:
    """Connect everything that the App's reviews need. No request is sent yet; call it inside the running event loop.

    `clock` is the machine's own unless a test has another; without a `store` nothing outlives the process.
    """
    # Only a worker needs them, and Claude's SDK alone takes two seconds to import.
    from app.adapters import github  # noqa: PLC0415 - see above

    clock = clock or SystemClock()
    governors = SharedGovernors(clock, store.shelf if isinstance(store, SqlStore) else None)
    forge = github.connect(
        api_url=settings.github_api_url,
        app_id=settings.app_id,
        private_key_pem=settings.private_key.reveal(),
        clock=clock,
        governors=governors,
    )
    world = _world(settings, forge, clock, governors, store or MemoryStore())
    return replace(world, code=_code(settings, forge.remote))


def build_world_for_token(
    settings: ReviewSettings, token: Secret, *, clock: Clock | None = None, store: Store | None = None
) -> World:
    """The same for reviews that one token does: the command line's and the Action's, without buttons."""
    from app.adapters import github  # noqa: PLC0415 - as in build_world

    clock = clock or SystemClock()
    governors = SharedGovernors(clock)
    forge = github.connect(
        api_url=settings.github_api_url, token=token.reveal(), clock=clock, governors=governors, buttons=False
    )
    world = _world(settings, forge, clock, governors, store or MemoryStore())
    return replace(world, code=_code(settings, forge.remote))


def build_action(settings: ActionSettings, review: ReviewSettings, clock: Clock | None = None) -> Action:
    """What a step of GitHub Actions reviews with. Call it inside the running event loop."""
    store = FileStore(settings.state)
    world = build_world_for_token(review, settings.token, clock=clock, store=store)
    return Action(replace(world, overrides=settings.overrides), store, WishesHere(store, settings.run))


def build_world_for_change(settings: ReviewSettings, change: Change, clock: Clock | None = None) -> World:
    """The same for a change that is on no GitHub."""
    clock = clock or SystemClock()
    world = _world(settings, git.LocalForge(change), clock, SharedGovernors(clock), MemoryStore())
    return replace(world, code=git.LocalCode(change) if settings.search else None)


def find_change(environ: Mapping[str, str], spec: str = "", *, staged: bool = False) -> Change:
    """The change of the repository around the current folder: a range of commits, or what is staged. Blocks.

    `environ` is git's. Raises UserError where there is none.
    """
    repository = git.Git(Path.cwd(), environ)
    return git.of_staged(repository) if staged else git.of_range(repository, spec)


def _code(settings: ReviewSettings, remote: git.Remote) -> Code | None:
    return git.connect(settings.code_dir, remote, settings.network) if settings.search else None


def _world(settings: ReviewSettings, forge: Forge, clock: Clock, governors: SharedGovernors, store: Store) -> World:
    warn_of_retirement((settings.model, *settings.policy_models, settings.deep_model), clock)
    models = cache(_claude(settings, clock, governors) if settings.asks else Unasked)
    return World(
        forge=forge,
        model=models(settings.model),
        store=store,
        journal=DirectJournal(),
        clock=clock,
        limits=Limits(
            chunk_tokens=settings.chunk_tokens,
            context_tokens=settings.context_tokens,
            output_tokens=settings.max_output_tokens,
            comments=settings.max_comments,
            file_lines=settings.max_file_lines,
            models=settings.policy_models,
            deep_model=settings.deep_model,
            budget=_budget(settings),
        ),
        models=models,
    )


def _claude(settings: ReviewSettings, clock: Clock, governors: SharedGovernors) -> Callable[[str], Model]:
    """What gives Claude's models by their names."""
    from app.adapters import claude  # noqa: PLC0415 - as in build_world

    def model(name: str) -> Model:
        return claude.connect(
            api_key=settings.anthropic_api_key.reveal() if settings.anthropic_api_key else "",
            base_url=settings.anthropic_base_url,
            model_name=name,
            clock=clock,
            concurrency=settings.concurrency,
            governors=governors,
            access=settings.access if name == settings.model else replace(settings.access, own_id=""),
        )

    return model


def _budget(settings: ReviewSettings) -> Budget:
    given = (settings.budget_review, settings.budget_repository_day, settings.budget_installation_month)
    return Budget(*(None if dollars is None else nanodollars(dollars) for dollars in given))


def upgrade_database(settings: Settings) -> None:
    """Create the tables, the engine's and ours, or bring them up to this version's. Raises TransientError."""
    if settings.embedded:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine_database.migrate(settings.store_url)
    database = create_engine(settings.store_url)
    try:
        with database_errors():
            schema.upgrade(database)
    finally:
        database.dispose()


def open_database(settings: Settings, connections: int = WORKER_CONNECTIONS) -> Database:
    """The database, whose tables must be this version's: else SettingsError. Call it after a fork, never before.

    Raises TransientError if it does not answer.
    """
    database = create_engine(settings.store_url, pool_size=connections)
    schema.check(database)
    return database


def build_intake(settings: Settings, clock: Clock | None = None) -> DurableIntake:
    """What the web process hands deliveries to. While the database is away it takes none, and is there when it is back."""
    database = create_engine(settings.store_url, pool_size=WEB_CONNECTIONS)
    with contextlib.suppress(TransientError):
        schema.check(database)
    return DurableIntake(database, Enqueuer(database), clock or SystemClock(), settings.debounce_seconds)


def build_store(settings: Settings, database: Database, slot: str, clock: Clock | None = None) -> SqlStore:
    """The store of the worker in this slot."""
    limit = settings.max_reviews_per_repository
    return SqlStore(database, clock or SystemClock(), worker=slot, repo_limit=limit)


def build_sweeps(settings: Settings, database: Database, world: World) -> sweep.Sweeps:
    """What heals by itself, for `sweep.sweep_for_ever`."""
    from app.adapters import github  # noqa: PLC0415 - as in build_world

    hooks = github.connect_hooks(
        api_url=settings.github_api_url,
        app_id=settings.app_id,
        private_key_pem=settings.private_key.reveal(),
        clock=world.clock,
    )
    intake = DurableIntake(database, Enqueuer(database), world.clock, settings.debounce_seconds)
    return sweep.build(
        forge=world.forge,
        hooks=hooks,
        store=world.store,
        upkeep=SqlUpkeep(database, intake, world.clock),
        clock=world.clock,
        seconds=settings.sweep_seconds,
    )


def build_desk(settings: Settings, clock: Clock | None = None) -> Desk:
    """What `kireji jobs` lists, shows, cancels and retries reviews with."""
    database = open_database(settings, DESK_CONNECTIONS)
    clock = clock or SystemClock()
    return Desk(database, DurableIntake(database, Enqueuer(database), clock, settings.debounce_seconds), clock)


def build_checkup(settings: Settings) -> Checkup:
    """What `kireji doctor` looks at outside this machine. Only Anthropic's own API tells which models it serves."""
    tells = settings.access.provider is Provider.ANTHROPIC
    return Checkup(
        api_url=settings.github_api_url,
        app_id=settings.app_id,
        private_key_pem=settings.private_key.reveal(),
        api_key=settings.anthropic_api_key.reveal() if settings.anthropic_api_key else "",
        base_url=settings.anthropic_base_url or "",
        models=(settings.model, *settings.policy_models) if tells else (),
        clock=SystemClock(),
    )


def build_slots(settings: Settings, database: Database, owner: str | None = None) -> Slots:
    """The workers' leases; over one SQLite file there is one worker. For the `owner` see `Slots`."""
    return Slots(database, SystemClock(), most=1 if settings.embedded else WORKERS, ttl=LEASE_SECONDS, owner=owner)


def build_wishes(settings: Settings, database: Database, clock: Clock | None = None) -> SqlWishes:
    """What a worker wants of the queue on behalf of people."""
    return SqlWishes(DurableIntake(database, Enqueuer(database), clock or SystemClock(), settings.debounce_seconds))


def build_engine(
    settings: Settings,
    slot: str,
    store: SqlStore,
    carry_out: Callable[[ReviewJob, Journal], Awaitable[None]],
    run_errand: Callable[[Delivery, Journal], Awaitable[None]],
) -> Engine:
    """The engine of the worker in this slot."""
    limits = QueueLimits(
        worker=settings.max_reviews,
        partition=settings.max_reviews_per_installation,
        total=settings.max_reviews if settings.embedded else WORKERS * settings.max_reviews,
        poll_seconds=0.1 if settings.embedded else 0.2,
    )

    async def run(review_id: str, journal: Journal) -> None:
        await carry_out(await store.job(review_id), journal)

    async def errand(delivery_id: str, journal: Journal) -> None:
        await run_errand(await store.delivery(delivery_id), journal)

    return Engine(settings.store_url, slot, run, limits, run_errand=errand)


def recover(slot: str) -> tuple[str, ...]:
    """Give a dead worker's reviews back to the queue; their ids. Blocks; the caller holds the slot's lease."""
    return recovery.recover([slot])
