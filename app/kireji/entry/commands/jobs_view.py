"""Reviews as tables in a terminal."""

from collections.abc import Sequence
from datetime import UTC, datetime

from rich.table import Table
from rich.text import Text

from kireji.core.money.ledger import NANO
from kireji.core.operations.desk import FailedDelivery, ListedReview, ReviewDetails, Work, short_name
from kireji.core.operations.lifecycle import ReviewRecord, ReviewState
from kireji.entry.commands.tables import make_console, make_table, make_text

STYLES = {
    ReviewState.DONE: "green",
    ReviewState.FAILED: "red",
    ReviewState.RUNNING: "bold",
    ReviewState.WAITING: "yellow",
}


def show_list(items: Sequence[ListedReview]) -> None:
    """One line a review."""
    if not items:
        make_console().print("No reviews.")
        return

    table = make_table("review", "state", "asked (UTC)", "took", "worker", "note")
    for item in items:
        review = item.review
        state = Text(review.state, style=STYLES.get(review.state, ""))
        table.add_row(
            make_text(short_name(review)),
            state,
            _time(review.created_at),
            _took(review),
            make_text(review.worker),
            _note(item),
        )

    make_console().print(table)


def show_one(item: ReviewDetails) -> None:
    """Everything that is known of a review."""
    console = make_console()
    review = item.costs.review

    facts = Table.grid(padding=(0, 2))
    for name, value in (
        ("review", make_text(review.id)),
        ("state", Text(review.state, style=STYLES.get(review.state, ""))),
        ("note", _note(ListedReview(review, item.work))),
        ("asked", Text(f"{_time(review.created_at)} UTC")),
        ("begun", Text(f"{_time(review.started_at)} UTC, took {_took(review)}" if review.started_at else "not yet")),
        ("work", make_text(_work(item.work))),
        ("check run", Text(_check(review))),
        ("cost", Text(_cost(item))),
    ):
        facts.add_row(Text(name, style="dim"), value)
    console.print(facts)

    if item.work and item.work.steps:
        steps = make_table("step", "ended (UTC)", "failed")
        for step in item.work.steps:
            steps.add_row(make_text(step.name), _time(step.finished_at), make_text(step.error))
        console.print(steps)

    if item.costs.calls:
        calls = make_table(
            "model call ended (UTC)", "outcome", "attempts", "seconds", "tokens in", "cached", "out", "dollars"
        )
        for call in item.costs.calls:
            usage = call.usage
            calls.add_row(
                _time(call.at),
                call.outcome,
                str(call.attempts),
                f"{call.seconds:.1f}",
                f"{usage.total_input:,}",
                f"{usage.cache_read_tokens:,}",
                f"{usage.output_tokens:,}",
                f"{call.nanodollars / NANO:.4f}",
            )
        console.print(calls)


def show_failed_deliveries(items: Sequence[FailedDelivery]) -> None:
    """One line a delivery."""
    if not items:
        make_console().print("No delivery has failed.")
        return
    table = make_table("delivery", "state", "ended (UTC)", "begun", "why")
    for item in items:
        table.add_row(
            make_text(item.delivery), item.state, _time(item.ended_at), str(item.attempts), make_text(item.error)
        )
    make_console().print(table)


def _note(item: ListedReview) -> Text:
    """Why the review waits or failed; and what the engine knows of it that the review does not."""
    review = item.review
    work = item.work

    parts = [review.note]
    if work and work.state == "delayed" and work.due_at:
        parts.append(f"begins at {_time(work.due_at)}")
    if work and work.state in {"dead", "failed"} and review.state in {ReviewState.QUEUED, ReviewState.RUNNING}:
        parts.append(f"its work is {work.state}: `kireji jobs retry` does it again")
    return make_text("; ".join(part for part in parts if part))


def _work(work: Work | None) -> str:
    if work is None:
        return "forgotten"
    error = f": {work.error}" if work.error else ""
    return f"{work.state}, begun {work.attempts} times{error}"


def _check(review: ReviewRecord) -> str:
    if review.check_run_id is None:
        return "none yet"
    return f"{review.check_run_id}, {review.conclusion or 'open'}"


def _cost(item: ReviewDetails) -> str:
    spent = item.costs.spent
    return f"${spent.nanodollars / NANO:.4f} for {spent.calls} model calls in {spent.attempts} attempts"


def _time(at: float | None) -> str:
    return "" if at is None else f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}"


def _took(review: ReviewRecord) -> str:
    if review.started_at is None or review.finished_at is None:
        return ""
    return f"{review.finished_at - review.started_at:.0f} s"
