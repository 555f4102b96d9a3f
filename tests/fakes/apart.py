"""Real processes for work on untrusted text: there is nothing about them that a test would do without."""

from functools import cache

from kireji.adapters.apart import Processes


@cache
def processes() -> Processes:
    """The pool of this test process; its processes start when they are first needed."""
    return Processes({})
