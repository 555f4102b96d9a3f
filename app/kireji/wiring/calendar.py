"""Which day it is, for what is read before there is anything to wire."""

from datetime import date

from kireji.adapters.clock import SystemClock


def today() -> date:
    """The present day, in UTC."""
    return SystemClock().now().date()
