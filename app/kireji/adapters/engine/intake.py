"""What the web process asks of the engine. It runs no reviews and has no DBOS of its own, only a client."""

import logging

from dbos import EnqueueOptions
from dbos import error as dbos_error
from sqlalchemy import Connection, Engine

from kireji.adapters.engine.client import make_client
from kireji.adapters.engine.database import ERRAND, ERRANDS, QUEUE, WORKFLOW, database_errors
from kireji.errors import TransientError

log = logging.getLogger(__name__)

_FAILED = frozenset({"ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})  # DBOS's words


class Enqueuer:
    """Puts reviews into the queue. Make it after gunicorn has forked. Its methods block."""

    def __init__(self, engine: Engine) -> None:
        self._client = make_client(engine)

    def enqueue(
        self, conn: Connection, review_id: str, partition: str, delay_seconds: float = 0, priority: int = 0
    ) -> None:
        """Enqueue a review within the caller's transaction; one whose id was ever enqueued before is left as it is.

        Of a `partition` (an installation) a limited number runs at once. DBOS would keep a review without one ENQUEUED
        for ever. `priority` counts within the partition: 0 comes first. A delay ends up to a second late. Raises
        TransientError if the database is away.
        """
        options = EnqueueOptions(
            queue_name=QUEUE, workflow_name=WORKFLOW, workflow_id=review_id, queue_partition_key=partition
        )
        if priority:
            options["priority"] = priority  # DBOS takes the first place, 0, only unsaid
        if delay_seconds > 0:
            options["delay_seconds"] = delay_seconds  # one of 0 would still wait for the next look, once a second
        with database_errors():
            self._client.enqueue_in_transaction(conn, options, review_id)

    def enqueue_errand(self, conn: Connection, delivery_id: str, partition: str) -> None:
        """Enqueue what a delivery asks for beyond a review, within the caller's transaction; once, as `enqueue` does."""
        options = EnqueueOptions(
            queue_name=ERRANDS,
            workflow_name=ERRAND,
            workflow_id=f"{ERRAND}/{delivery_id}",
            queue_partition_key=partition,
        )
        with database_errors():
            self._client.enqueue_in_transaction(conn, options, delivery_id)

    def retry_errand(self, delivery_id: str, partition: str) -> None:
        """Begin an errand that failed or died again from its first step; any other is left as it is.

        What it said is found by its marker, and what it wanted for its delivery is wanted once: nothing happens twice.
        Outside any transaction. Raises TransientError if the database is away.
        """
        errand_id = f"{ERRAND}/{delivery_id}"
        with database_errors():
            found = self._client.list_workflows(workflow_ids=[errand_id], load_input=False, load_output=False)
            if not found or found[0].status not in _FAILED:
                return
            try:
                self._client.rewind_workflow(errand_id, queue_name=ERRANDS, queue_partition_key=partition)
            except dbos_error.DBOSException as error:  # another redelivery was quicker
                log.info("errand %s was not queued again: %s", errand_id, error)

    def cancel(self, review_id: str) -> bool:
        """Cancel a superseded review, outside any transaction: one that waits never begins, one that runs soon ends.

        Best effort: an id that is unknown or done changes nothing, and False, with a line in the log, means that the
        database did not take it. Its id stays cancelled, and its check run, if one is open, stays open.
        """
        try:
            with database_errors():
                self._client.cancel_workflow(review_id)
        except (TransientError, dbos_error.DBOSException) as error:
            log.warning("review %s could not be cancelled: %s", review_id, error)
            return False
        return True
