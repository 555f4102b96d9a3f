"""The parts of the App that people host: the worker, and the commands that look after it. The web process: `intake.py`."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from sqlalchemy import Engine as Database

from kireji.adapters.checkup import Checkup
from kireji.adapters.clock import SystemClock
from kireji.adapters.engine import database as engine_database
from kireji.adapters.engine import recovery
from kireji.adapters.engine.engine import Engine, QueueLimits
from kireji.adapters.governor import SharedGovernors
from kireji.adapters.in_process.store import MemoryStore
from kireji.adapters.queue.desk import SqlReviewDesk
from kireji.adapters.queue.review_queue import SqlReviewQueue
from kireji.adapters.queue.upkeep import SqlUpkeep
from kireji.adapters.store import schema
from kireji.adapters.store.engine import create_engine, database_errors
from kireji.adapters.store.slots import Slots
from kireji.adapters.store.store import SqlStore
from kireji.core.events.delivery import Delivery
from kireji.core.events.job import ReviewJob
from kireji.core.models.catalogue import spec_of
from kireji.core.operations.checkup_models import ModelUse
from kireji.core.pulls.denial import Runtime
from kireji.flow.upkeep import sweep
from kireji.flow.world import World
from kireji.ports import Clock, Journal, Store
from kireji.settings import Settings, WebSettings
from kireji.wiring import parts
from kireji.wiring.intake import intake_over, open_database, seal_of

DESK_CONNECTIONS = 2
WORKERS = 64
LEASE_SECONDS = 10.0


def build_world(settings: Settings, clock: Clock | None = None, store: Store | None = None) -> World:
    """Connect everything that the App's reviews need. No request is sent yet; call it inside the running event loop.

    `clock` is the machine's own unless a test has another; without a `store` nothing outlives the process. Raises
    SettingsError where a model that is set is retired.
    """
    from kireji.adapters import github  # noqa: PLC0415 - only a worker needs it

    clock = clock or SystemClock()
    parts.check(settings, clock, *settings.policy_models)
    store = store or MemoryStore()
    governors = SharedGovernors(clock, store.shelf if isinstance(store, SqlStore) else None)
    forge = github.connect(
        api_url=settings.github_api_url,
        app_id=settings.app_id,
        private_key_pem=settings.private_key.reveal(),
        clock=clock,
        governors=governors,
        runtime=Runtime.APP,
        signing=[secret.reveal() for secret in settings.signing_key],
        posted=store.noted,
        apart=parts.apart(settings),
    )
    return parts.world(
        settings,
        forge,
        clock=clock,
        governors=governors,
        store=store,
        code=parts.code_of(settings, forge.remote),
    )


def upgrade_database(settings: WebSettings) -> None:
    """Create the tables, the engine's and ours, or bring them up to this version's. Raises TransientError."""
    if settings.embedded:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine_database.migrate(settings.store_url)
    database = create_engine(settings.store_url)
    try:
        with database_errors():
            schema.upgrade(database)
    finally:
        database.dispose()


def build_store(settings: Settings, database: Database, slot: str, clock: Clock | None = None) -> SqlStore:
    """The store of the worker in this slot."""
    limit = settings.max_reviews_per_repository
    return SqlStore(database, clock or SystemClock(), worker=slot, repo_limit=limit)


def build_sweeps(settings: Settings, database: Database, world: World) -> sweep.Sweeps:
    """What heals by itself, for `sweep.sweep_for_ever`."""
    from kireji.adapters import github  # noqa: PLC0415 - as above

    hooks = github.connect_hooks(
        api_url=settings.github_api_url,
        app_id=settings.app_id,
        private_key_pem=settings.private_key.reveal(),
        clock=world.clock,
    )
    return sweep.build(
        forge=world.forge,
        hooks=hooks,
        store=world.store,
        upkeep=SqlUpkeep(database, intake_over(settings, database, world.clock), world.clock),
        clock=world.clock,
        seconds=settings.sweep_seconds,
    )


def build_desk(settings: Settings, clock: Clock | None = None) -> SqlReviewDesk:
    """What `kireji jobs` lists, shows, cancels and retries reviews with."""
    database = open_database(settings, DESK_CONNECTIONS)
    clock = clock or SystemClock()
    return SqlReviewDesk(database, intake_over(settings, database, clock), clock)


def build_checkup(settings: Settings) -> Checkup:
    """What `kireji doctor` looks at outside this machine."""
    return Checkup(
        api_url=settings.github_api_url,
        app_id=settings.app_id,
        private_key_pem=settings.private_key.reveal(),
        api_key=settings.anthropic_api_key.reveal() if settings.anthropic_api_key else "",
        base_url=settings.anthropic_base_url,
        access=settings.access,
        signin_unused=settings.signin_unused,
        models=_models_in_use(settings),
        clock=SystemClock(),
    )


def _models_in_use(settings: Settings) -> tuple[ModelUse, ...]:
    """Each model that reviews may be done with, once, under the first setting that names it."""
    named = [(settings.model, "KIREJI_MODEL")]
    named += [(name, "KIREJI_POLICY_MODELS") for name in settings.policy_models]
    if settings.deep_model:
        named.append((settings.deep_model, "KIREJI_DEEP_MODEL"))

    runs_it = settings.access.abilities.anthropic_runs_it
    uses = dict[str, ModelUse]()
    for name, setting in reversed(named):  # so that the first setting has the last word
        uses[name] = ModelUse(spec_of(name), setting, anthropic_runs_it=runs_it)
    return tuple(reversed(uses.values()))


def build_slots(settings: Settings, database: Database, owner: str | None = None) -> Slots:
    """The workers' leases; over one SQLite file there is one worker. For the `owner` see `Slots`."""
    return Slots(database, SystemClock(), most=1 if settings.embedded else WORKERS, ttl=LEASE_SECONDS, owner=owner)


def build_review_queue(settings: Settings, database: Database, clock: Clock | None = None) -> SqlReviewQueue:
    """What a worker wants of the queue on behalf of people."""
    return SqlReviewQueue(intake_over(settings, database, clock or SystemClock()))


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

    seal = seal_of(settings)

    async def errand(delivery_id: str, journal: Journal) -> None:
        delivery = await store.delivery(delivery_id)
        await run_errand(replace(delivery, payload=seal.open(delivery.payload)), journal)

    return Engine(settings.store_url, slot, run, limits, run_errand=errand)


def recover(slot: str) -> tuple[str, ...]:
    """Give a dead worker's reviews back to the queue; their ids. Blocks; the caller holds the slot's lease."""
    return recovery.recover([slot])
