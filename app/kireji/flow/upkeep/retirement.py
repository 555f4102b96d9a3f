"""Models that are retired, or soon are: a setting that names one is refused, and the log names the others."""

import logging
from collections.abc import Iterable

from kireji.core.models import model_words
from kireji.core.models.catalogue import retired, retires_soon, spec_of
from kireji.errors import SettingsError
from kireji.ports import Clock

log = logging.getLogger("kireji.models")


def check_models(
    chosen: Iterable[tuple[str, str]], offered: Iterable[str], clock: Clock, *, anthropic_runs_it: bool
) -> None:
    """Look up what reviews are done with: the models that are `chosen`, each with its setting, and those a policy may choose.

    "" is no model. Raises SettingsError where a chosen one is retired. The check run says so of a policy that names one.
    A provider that Anthropic does not run has dates of its own: there a line in the log is all.
    """
    today = clock.now().date()
    setting_of = dict.fromkeys(offered, "") | dict(chosen)

    problems = list[str]()
    for name, setting in setting_of.items():
        spec = spec_of(name)
        if setting and anthropic_runs_it and retired(spec, today):
            problems.append(model_words.retired_setting(spec, setting))
        elif retires_soon(spec, today):
            log.warning("%s", model_words.retiring(spec, today, setting, elsewhere=not anthropic_runs_it))

    if problems:
        raise SettingsError(tuple(problems))
