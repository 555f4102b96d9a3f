"""What every review needs, whoever runs it: the model, the limits, and the repository's code where it is searched."""

import logging
from collections.abc import Callable
from functools import cache

from kireji.adapters import git
from kireji.adapters.apart import Processes
from kireji.adapters.governor import SharedGovernors
from kireji.adapters.in_process.journal import DirectJournal
from kireji.core.money.budget import SpendingLimits
from kireji.core.money.ledger import to_nanodollars
from kireji.core.wording.signin_words import KEY_GOES_FIRST
from kireji.flow.review.estimate import Unasked
from kireji.flow.upkeep.retirement import check_models
from kireji.flow.world import Limits, World
from kireji.ports import Apart, Clock, Code, Forge, Model, Store
from kireji.settings import ReviewSettings
from kireji.settings.models import DEEP, MODEL

log = logging.getLogger("kireji.signin")


def preload() -> None:
    """Import what reviews need. That takes seconds in which nothing else can happen, such as renewing a lease."""
    from kireji.adapters import claude, github  # noqa: F401, PLC0415 - not what every command needs


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
    setting: str = MODEL,
    mask: Callable[[str], None] = unmasked,
) -> World:
    """A review's surroundings. No request is sent yet.

    `setting` is what people name the model with; `mask` is told each token that Claude is signed in to with.
    """
    models = cache(_claude(settings, clock, governors, setting, mask) if settings.asks else Unasked)
    limits = Limits(
        chunk_tokens=settings.chunk_tokens,
        context_tokens=settings.context_tokens,
        output_tokens=settings.max_output_tokens,
        comments=settings.max_comments,
        file_lines=settings.max_file_lines,
        models=settings.policy_models,
        deep_model=settings.deep_model,
        anthropic_runs_it=settings.access.abilities.anthropic_runs_it,
        budget=_budget(settings),
        answers=settings.answers_per_hour,
    )

    return World(
        forge=forge,
        model=models(settings.model),
        store=store,
        journal=DirectJournal(),
        clock=clock,
        limits=limits,
        models=models,
        code=code,
        apart=apart(settings),
    )


_APART: list[Processes] = []


def apart(settings: ReviewSettings) -> Apart:
    """The pool of processes for work on untrusted text, one for all that this process reviews. None of them starts yet."""
    if not _APART:
        _APART.append(Processes(settings.loader))
    return _APART[0]


def check(settings: ReviewSettings, clock: Clock, *models: str, setting: str = MODEL) -> None:
    """That no model is retired with which reviews are done; of one that soon is the log tells, and of `models`' too.

    Those are what a policy may choose. A sign-in to Claude that is set up and not used is told as well. Raises
    SettingsError.
    """
    if settings.signin_unused:
        log.warning("%s", KEY_GOES_FIRST)

    chosen = ((settings.deep_model, DEEP), (settings.model, setting))
    runs_it = settings.access.abilities.anthropic_runs_it
    check_models(((name, names) for name, names in chosen if name), models, clock, anthropic_runs_it=runs_it)


def code_of(settings: ReviewSettings, remote: git.Remote) -> Code | None:
    """The whole repository's text, fetched when it is first searched; None where the settings do without."""
    return git.connect(settings.code_dir, remote, settings.network) if settings.search else None


def _claude(
    settings: ReviewSettings, clock: Clock, governors: SharedGovernors, setting: str, mask: Callable[[str], None]
) -> Callable[[str], Model]:
    """What gives Claude's models by their names."""
    from kireji.adapters import claude  # noqa: PLC0415 - Claude's SDK is 3,000 modules, which take two seconds

    signin = settings.access.signin
    tokens = None if signin is None else claude.Tokens(signin, settings.anthropic_base_url, clock, mask)
    settings_of = {settings.deep_model: DEEP, settings.model: setting}

    def model(name: str) -> Model:
        return claude.connect(
            api_key=settings.anthropic_api_key.reveal() if settings.anthropic_api_key else "",
            base_url=settings.anthropic_base_url,
            model_name=name,
            clock=clock,
            concurrency=settings.concurrency,
            governors=governors,
            access=settings.access,
            setting=settings_of.get(name, "`model` in the policy"),
            tokens=tokens,
        )

    return model


def _budget(settings: ReviewSettings) -> SpendingLimits:
    given = (
        settings.budget_review,
        settings.budget_repository_day,
        settings.budget_installation_month,
        settings.budget_author_day,
    )
    return SpendingLimits(*(None if dollars is None else to_nanodollars(dollars) for dollars in given))
