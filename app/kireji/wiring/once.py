"""The parts of a program that reviews and ends: the Action's step, the command line, a script. No database, no queue."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kireji.adapters import git, signing
from kireji.adapters.clock import SystemClock
from kireji.adapters.governor import SharedGovernors
from kireji.adapters.in_process.review_queue import InProcessReviewQueue
from kireji.adapters.in_process.state_file import FileStore, StateSigner
from kireji.adapters.in_process.store import MemoryStore
from kireji.core.pulls.change import Change
from kireji.core.pulls.denial import Runtime
from kireji.core.wording.signin_words import NO_SIGNING_KEY
from kireji.flow.world import World
from kireji.ports import Clock, Forge, Store
from kireji.settings import ReviewSettings, Secret
from kireji.settings.action import ActionSettings
from kireji.settings.models import MODEL
from kireji.wiring import parts

log = logging.getLogger("kireji.github")


@dataclass(frozen=True, slots=True)
class ActionParts:
    """The parts of a step of GitHub Actions."""

    world: World
    store: FileStore
    """Saved by whoever ran the step."""
    review_queue: InProcessReviewQueue
    refusals: list[str]
    """What GitHub forbade so far."""
    warnings: tuple[str, ...] = ()
    """What whoever wrote the workflow should know in any case."""


def build_forge(
    api_url: str, token: Secret, signing: Sequence[Secret], clock: Clock | None = None
) -> tuple[Forge, Clock]:
    """GitHub alone, for what no model is asked about; and the clock that its waits go by."""
    from kireji.adapters import github  # noqa: PLC0415 - as below

    clock = clock or SystemClock()
    secrets = [secret.reveal() for secret in signing]
    forge = github.connect(api_url=api_url, token=token.reveal(), clock=clock, buttons=False, signing=secrets)
    return forge, clock


def build_world_for_token(
    settings: ReviewSettings,
    token: Secret,
    *,
    clock: Clock | None = None,
    store: Store | None = None,
    setting: str = MODEL,
    mask: Callable[[str], None] = parts.unmasked,
    runtime: Runtime = Runtime.COMMAND,
    noted: Callable[[str], None] = log.warning,
) -> World:
    """What reviews with one token, without buttons. Without a `store` nothing outlives the process.

    `runtime` is whose token it is, which decides how remedies are worded; `noted` is told of refusals that cost little.

    No request is sent yet; call it inside the running event loop. `clock` is the machine's own unless a test has another.
    `setting` is what people name the model with; `mask` as in `parts.world`. Raises SettingsError where a model that is
    set is retired.
    """
    from kireji.adapters import github  # noqa: PLC0415 - a change on no GitHub does without

    clock = clock or SystemClock()
    parts.check(settings, clock, setting=setting)  # what is used: the Action lets a policy choose any
    governors = SharedGovernors(clock)
    forge = github.connect(
        api_url=settings.github_api_url,
        token=token.reveal(),
        clock=clock,
        governors=governors,
        buttons=False,
        runtime=runtime,
        noted=noted,
        signing=[secret.reveal() for secret in settings.signing_secrets],
        apart=parts.apart(settings),
    )
    code = parts.code_of(settings, forge.remote)
    store = store or MemoryStore()
    return parts.world(
        settings, forge, clock=clock, governors=governors, store=store, code=code, setting=setting, mask=mask
    )


def build_action(
    settings: ActionSettings,
    review: ReviewSettings,
    mask: Callable[[str], None],
    clock: Clock | None = None,
    *,
    from_fork: bool = False,
) -> ActionParts:
    """What a step of GitHub Actions reviews with; `mask` keeps a token out of its log. Call it inside the running loop.

    `from_fork`: it is the run of a fork's pull request, whose token may only read. Raises SettingsError as above.
    """
    secrets = signing.lasting([secret.reveal() for secret in settings.signing], settings.token.reveal())
    signer = StateSigner(signing.signer(secrets, signing.STATE), settings.repository_key) if secrets else None
    store = FileStore(settings.state, signer)

    refusals = list[str]()
    world = build_world_for_token(
        review,
        settings.token,
        clock=clock,
        store=store,
        setting="the input `model`",
        mask=mask,
        runtime=Runtime.FORK_RUN if from_fork else Runtime.ACTION,
        noted=refusals.append,
    )

    return ActionParts(
        replace(world, overrides=settings.overrides, shows=True),
        store,
        InProcessReviewQueue(store, settings.run),
        refusals,
        () if secrets else (NO_SIGNING_KEY,),
    )


def build_world_for_change(
    settings: ReviewSettings, change: Change, clock: Clock | None = None, *, setting: str = MODEL
) -> World:
    """The same for a change that is on no GitHub. Raises SettingsError as above."""
    clock = clock or SystemClock()
    parts.check(settings, clock, setting=setting)
    code = git.LocalCode(change) if settings.search else None

    return parts.world(
        settings,
        git.LocalForge(change),
        clock=clock,
        governors=SharedGovernors(clock),
        store=MemoryStore(),
        code=code,
        setting=setting,
    )


def find_change(environ: Mapping[str, str], spec: str = "", *, staged: bool = False) -> Change:
    """The change of the repository around the current folder: a range of commits, or what is staged. Blocks.

    `environ` is git's. Raises UserError where there is none.
    """
    repository = git.Git(Path(), environ)
    return git.of_staged(repository) if staged else git.of_range(repository, spec)
