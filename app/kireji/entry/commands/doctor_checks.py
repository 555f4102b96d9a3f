"""The checks of `kireji doctor`, in the order in which they make sense. One that fails does not keep the others."""

from collections.abc import Callable, Iterable, Iterator

from kireji.core.operations.checkup import Check, Health, failed_check
from kireji.errors import KirejiError, SettingsError
from kireji.settings import Settings, load
from kireji.wiring import intake, service
from kireji.wiring.calendar import today

_REMEDY = "See deploy/settings.md. The web process has fewer settings than a worker: run this where the worker runs."


def run() -> list[Check]:
    """All of them."""
    try:
        settings = load(today=today())
    except SettingsError as error:
        return [Check("settings", Health.FAIL, problem, _REMEDY) for problem in error.problems]
    return [Check("settings", Health.OK, "all are there"), *_checks(settings)]


def _checks(settings: Settings) -> Iterator[Check]:
    yield from _guarded("database", lambda: _database(settings))
    outside = service.build_checkup(settings)
    yield from _guarded("GitHub App", outside.app)
    yield from _guarded("webhook", outside.webhook)
    yield from _guarded("Claude", outside.claude)


def _guarded(name: str, checks: Callable[[], Iterable[Check]]) -> list[Check]:
    """The checks, or the one failure that kept them from being made."""
    try:
        return list(checks())
    except KirejiError as error:
        return [failed_check(name, error)]


def _database(settings: Settings) -> Iterator[Check]:
    intake.open_database(settings).dispose()
    yield Check("database", Health.OK, "it answers, and its tables are this version's")
