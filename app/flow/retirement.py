"""Models that are retired, or soon are, in the log."""

import logging
from collections.abc import Iterable

from app.core import wording_money
from app.core.money import retires_soon, spec_of
from app.ports import Clock

log = logging.getLogger("kireji.models")


def warn_of_retirement(models: Iterable[str], clock: Clock) -> None:
    """A line for each model that reviews may be done with; "" is none."""
    today = clock.now().date()
    for name in dict.fromkeys(filter(None, models)):
        if retires_soon(spec_of(name), today):
            log.warning("%s", wording_money.retiring(spec_of(name), today))
