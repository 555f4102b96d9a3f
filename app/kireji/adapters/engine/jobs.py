"""The queue as people and sweeps see it. From any process; everything blocks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from dbos import StepInfo, WorkflowStatus
from sqlalchemy import Engine

from kireji.adapters.engine.client import make_client
from kireji.adapters.engine.database import ERRAND, WORKFLOW, database_errors
from kireji.adapters.engine.journal import failure_of
from kireji.errors import UserError

BATCH = 500


class JobState(StrEnum):
    """How far a job is, in our words."""

    DELAYED = "delayed"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DEAD = "dead"


_STATES = {  # DBOS's words
    "DELAYED": JobState.DELAYED,
    "ENQUEUED": JobState.QUEUED,
    "PENDING": JobState.RUNNING,
    "SUCCESS": JobState.DONE,
    "ERROR": JobState.FAILED,
    "CANCELLED": JobState.CANCELLED,
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": JobState.DEAD,
}
_WORDS = {state: word for word, state in _STATES.items()}
UNFINISHED = frozenset({JobState.DELAYED, JobState.QUEUED, JobState.RUNNING})


@dataclass(frozen=True, slots=True)
class Job:
    """A review as the engine knows it. Times are epoch seconds, exact to a second on SQLite."""

    id: str
    state: JobState
    partition: str | None
    priority: int
    worker: str | None  # the last that began it
    attempts: int  # how often it was begun
    created_at: float
    due_at: float | None  # when a delay is over
    started_at: float | None
    finished_at: float | None
    error: str | None  # why it failed


@dataclass(frozen=True, slots=True)
class JobStep:
    """A finished step of a job. Times are epoch seconds."""

    name: str
    started_at: float | None
    finished_at: float | None
    error: str | None  # why it failed


class Jobs:
    """Lists, shows, cancels and forgets jobs. All raise TransientError if the database is away."""

    def __init__(self, engine: Engine) -> None:
        self._client = make_client(engine)

    def list(self, states: Iterable[JobState] = (), *, limit: int = 50) -> tuple[Job, ...]:
        """The newest jobs that fit, all states if none is named."""
        return self._newest(WORKFLOW, states, limit)

    def failed_errands(self, limit: int) -> tuple[Job, ...]:
        """The errands that failed or died, the newest first."""
        return self._newest(ERRAND, (JobState.FAILED, JobState.DEAD), limit)

    def show(self, job_id: str) -> tuple[Job, tuple[JobStep, ...]] | None:
        """A job and its finished steps; None if there is no such job."""
        with database_errors():
            found = self._client.list_workflows(workflow_ids=[job_id], load_input=False)
            steps = self._client.list_workflow_steps(job_id) if found else []
        if not found:
            return None

        return _job(found[0]), tuple(_step(step) for step in steps)

    def find(self, job_ids: Sequence[str]) -> tuple[Job, ...]:
        """Those of these jobs that there are."""
        if not job_ids:
            return ()
        with database_errors():
            found = self._client.list_workflows(workflow_ids=[*job_ids], load_input=False, load_output=False)
        return tuple(_job(status) for status in found)

    def waiting_longest(self) -> Job | None:
        """The job that has been queued for longest; those whose delay is not over apart."""
        with database_errors():
            found = self._client.list_workflows(name=WORKFLOW, status="ENQUEUED", limit=1, load_input=False)
        return _job(found[0]) if found else None

    def cancel(self, job_id: str) -> None:
        """Cancel a job that is not over. One that runs ends within about a second, or after the step it is in."""
        job = self._known(job_id)
        if job.state not in UNFINISHED:
            raise UserError(f"job {job_id} is over: {job.state}", "Only a job that waits or runs can be cancelled.")
        with database_errors():
            self._client.cancel_workflow(job_id)

    def forget(self, finished_before: float) -> int:
        """Delete jobs that were over before this moment, with their steps; how many."""
        over = [word for word, state in _STATES.items() if state not in UNFINISHED]
        count = 0

        while True:
            with database_errors():
                found = self._client.list_workflows(
                    status=over,
                    completed_before=_iso(finished_before),
                    limit=BATCH,
                    load_input=False,
                    load_output=False,
                )
                if not found:
                    return count

                self._client.delete_workflows([status.workflow_id for status in found])
            count += len(found)

    def _newest(self, name: str, states: Iterable[JobState], limit: int) -> tuple[Job, ...]:
        words = [_WORDS[state] for state in states]

        with database_errors():
            found = self._client.list_workflows(
                name=name,
                status=words or None,
                limit=limit,
                sort_desc=True,
                load_input=False,
            )
        return tuple(_job(status) for status in found)

    def _known(self, job_id: str) -> Job:
        shown = self.show(job_id)
        if shown is None:
            raise UserError(f"there is no job {job_id}", "`kireji jobs list` shows those there are.")
        return shown[0]


def _job(status: WorkflowStatus) -> Job:
    return Job(
        id=status.workflow_id,
        state=_STATES[status.status],
        partition=status.queue_partition_key,
        priority=status.priority or 0,
        worker=status.executor_id,
        attempts=status.recovery_attempts or 0,
        created_at=(status.created_at or 0) / 1000,
        due_at=_seconds(status.delay_until_epoch_ms),
        started_at=_seconds(status.dequeued_at),
        finished_at=_seconds(status.completed_at),
        error=str(status.error) if status.error else None,
    )


def _step(info: StepInfo) -> JobStep:
    return JobStep(
        name=info["function_name"],
        started_at=_seconds(info["started_at_epoch_ms"]),
        finished_at=_seconds(info["completed_at_epoch_ms"]),
        error=str(info["error"]) if info["error"] else failure_of(info["output"]),
    )


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()
