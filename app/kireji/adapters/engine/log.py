"""DBOS's log records."""

import logging

from typing_extensions import override

from kireji.errors import KirejiError

LEVEL = "WARNING"  # below, it tells of every migration and every engine
HEAD = 40  # characters that tell one kind of record from another
SECONDS = 60.0
KINDS = 1000


class _Quiet(logging.Filter):
    """Drops what the worker tells in a line of its own: failures that were foreseen, and runs that were ended.

    Of each kind of warning one a minute is kept: while the database is away, DBOS has ten a second.
    """

    def __init__(self) -> None:
        super().__init__()
        self._told = dict[str, float]()

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        head = record.getMessage()[:HEAD]
        if head.startswith("Asyncio task cancelled"):
            return False
        if record.exc_info and isinstance(record.exc_info[1], KirejiError):
            return False
        if record.levelno == logging.WARNING and record.created < self._told.get(head, 0.0) + SECONDS:
            return False

        if len(self._told) >= KINDS:
            self._told.clear()
        self._told[head] = record.created
        return True


def tame_log() -> None:
    """Let DBOS's records go the way of all others. Where it finds no handler it adds its own, which hides no secrets."""
    logger = logging.getLogger("dbos")
    logger.setLevel(LEVEL)
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
        logger.addFilter(_Quiet())
