"""What every review needs, whoever runs it: the model, the limits, and the repository's code where it is searched."""

import logging
from collections.abc import Callable
from functools import cache

from app.adapters import git
from app.adapters.governor import SharedGovernors
from app.adapters.journal import DirectJournal
from app.core.budget import Budget
from app.core.ledger import nanodollars
from app.core.wording_signin import KEY_GOES_FIRST
from app.flow.estimate import Unasked
from app.flow.retirement import warn_of_retirement
from app.flow.world import Limits, World
from app.ports import Clock, Code, Forge, Model, Store
from app.settings import ReviewSettings

log = logging.getLogger("kireji.signin")


def preload() -> None:
    """Import what reviews need. That takes seconds in which nothing else can happen, such as renewing a lease."""
    from app.adapters import claude, github  # noqa: F401, PLC0415 - not what every command needs


def unmasked(token: str) -> None:
    """Nobody needs to be told of tokens: what is shown is a log that knows their form."""


def world(
    settings: ReviewSettings,
    forge: Forge,
    *,
    clock: Clock,
    governors: SharedGovernors,
    store: Store,
    code: Code | None,
    mask: Callable[[str], None] = unmasked,
) -> World:
    """A review's surroundings. No request is sent yet. `mask` is told each token that Claude is signed in to with."""
    models = cache(_claude(settings, clock, governors, mask) if settings.asks else Unasked)
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
        code=code,
    )


def warn(settings: ReviewSettings, clock: Clock, *models: str) -> None:
    """Of models that are retired or soon are: those that reviews are done with, and `models` that a policy may choose.

    And of a sign-in to Claude that is set up and not used.
    """
    if settings.signin_unused:
        log.warning("%s", KEY_GOES_FIRST)
    warn_of_retirement((settings.model, settings.deep_model, *models), clock)


def code_of(settings: ReviewSettings, remote: git.Remote) -> Code | None:
    """The whole repository's text, fetched when it is first searched; None where the settings do without."""
    return git.connect(settings.code_dir, remote, settings.network) if settings.search else None


def _claude(
    settings: ReviewSettings, clock: Clock, governors: SharedGovernors, mask: Callable[[str], None]
) -> Callable[[str], Model]:
    """What gives Claude's models by their names."""
    from app.adapters import claude  # noqa: PLC0415 - Claude's SDK is 3,000 modules, which take two seconds

    signin = settings.access.signin
    tokens = None if signin is None else claude.Tokens(signin, settings.anthropic_base_url, clock, mask)

    def model(name: str) -> Model:
        return claude.connect(
            api_key=settings.anthropic_api_key.reveal() if settings.anthropic_api_key else "",
            base_url=settings.anthropic_base_url,
            model_name=name,
            clock=clock,
            concurrency=settings.concurrency,
            governors=governors,
            access=settings.access,
            tokens=tokens,
        )

    return model


def _budget(settings: ReviewSettings) -> Budget:
    given = (settings.budget_review, settings.budget_repository_day, settings.budget_installation_month)
    return Budget(*(None if dollars is None else nanodollars(dollars) for dollars in given))
