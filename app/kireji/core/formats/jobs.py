"""Reviews -> JSON values, as `kireji jobs --json` prints them. Scripts read these names: they stay as they are.

Times are ISO 8601 in UTC, null where something has not happened.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime

from kireji.core.money.ledger import NANO, CallTotals, ModelCall
from kireji.core.operations.desk import FailedDelivery, ListedReview, ReviewDetails, Work, WorkStep
from kireji.core.operations.lifecycle import ReviewRecord

Json = Mapping[str, object]


def render_listed(item: ListedReview) -> Json:
    """A review in a list."""
    return {**_review(item.review), "work": None if item.work is None else _work(item.work)}


def render_details(item: ReviewDetails) -> Json:
    """A review with its finished steps, its model calls and what they cost."""
    work = None if item.work is None else {**_work(item.work), "steps": [_step(step) for step in item.work.steps]}
    return {
        **_review(item.costs.review),
        "work": work,
        "calls": [_call(call) for call in item.costs.calls],
        "spent": _spent(item.costs.spent),
    }


def render_failed_delivery(item: FailedDelivery) -> Json:
    """A delivery that could not be done."""
    return {**asdict(item), "ended_at": _iso(item.ended_at)}


def _review(review: ReviewRecord) -> Json:
    return {
        "id": review.id,
        "repo": review.ref.repo,
        "number": review.ref.number,
        "installation": review.ref.installation,
        "head_sha": review.head_sha,
        "generation": review.generation,
        "state": review.state,
        "note": review.note,
        "check_run_id": review.check_run_id,
        "conclusion": review.conclusion,
        "created_at": _iso(review.created_at),
        "started_at": _iso(review.started_at),
        "finished_at": _iso(review.finished_at),
        "worker": review.worker,
    }


def _work(work: Work) -> Json:
    return {"state": work.state, "attempts": work.attempts, "due_at": _iso(work.due_at), "error": work.error}


def _step(step: WorkStep) -> Json:
    times = {"started_at": _iso(step.started_at), "finished_at": _iso(step.finished_at)}
    return {"name": step.name, **times, "error": step.error}


def _call(call: ModelCall) -> Json:
    return {
        "id": call.id,
        "model": call.model,
        "outcome": call.outcome,
        "attempts": call.attempts,
        "seconds": call.seconds,
        "ended_at": _iso(call.at),
        **asdict(call.usage),
        "dollars": _dollars(call.nanodollars),
    }


def _spent(spent: CallTotals) -> Json:
    counts = {"calls": spent.calls, "attempts": spent.attempts}
    return {**counts, **asdict(spent.usage), "dollars": _dollars(spent.nanodollars)}


def _dollars(nanodollars: int) -> float:
    return float(nanodollars / NANO)


def _iso(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
