"""What a dead worker left: given back to the queue, from which any living worker takes it.

DBOS recovers at launch what the last process of the same executor id left, and nothing else; recovering other
executors' work is in its paid service, and here through a private method, hence the pinned version. It is safe to
repeat: only rows that are still the dead executor's are touched, and a run that lost its review in this way can record
nothing more. What that run does outside is not fenced, so a worker that cannot renew its lease must end first.
`resume_workflow` is not for this: it also revives cancelled reviews and forgets how often they were tried.

A review is begun `database.STARTS` times at most, orderly restarts included; then it is `dead`, see `jobs.py`, and the
sweep of reviews tells the pull request. One that ends its process is ended sooner, see `flow.lives`.
"""

from collections.abc import Sequence
from importlib.metadata import version

from dbos import DBOS

from kireji.adapters.engine.database import database_errors
from kireji.errors import DefectError

_PRIVATE = "_recover_pending_workflows"


def check() -> None:
    """DefectError if this DBOS cannot recover other workers' reviews."""
    if not callable(getattr(DBOS, _PRIVATE, None)):
        raise DefectError(f"dbos {version('dbos')} has no {_PRIVATE}: Kireji needs dbos 3.4")


def recover(slots: Sequence[str]) -> tuple[str, ...]:
    """Give the reviews of dead workers back to the queue; their ids. Blocks, so call it in a thread.

    Only in a worker whose engine is launched, and only for slots whose lease the caller holds.
    """
    check()
    if DBOS.executor_id in slots:
        raise ValueError(f"{DBOS.executor_id} is this worker's own slot: its reviews are running")
    with database_errors():
        handles = getattr(DBOS, _PRIVATE)(list(slots))
    return tuple(handle.get_workflow_id() for handle in handles)
