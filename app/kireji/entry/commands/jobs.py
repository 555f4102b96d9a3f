"""`kireji jobs`: reviews listed, shown, cancelled and retried, for people (tables) and for scripts (JSON).

Reviews are named by their id, or shorter: `octo/shop#7` is the newest review of that pull request.
"""

# ruff: noqa: PLC0415 - commands import what they need when they run

import json
from typing import TYPE_CHECKING, Protocol

import click

if TYPE_CHECKING:
    from kireji.core.operations.desk import FailedDelivery, ListedReview, ReviewDetails
    from kireji.core.operations.lifecycle import ReviewState

# Those of `lifecycle.ReviewState`, which takes long to import.
STATES = ("queued", "waiting", "running", "done", "skipped", "superseded", "cancelled", "failed")


class ReviewDesk(Protocol):
    """Sees and steers reviews by name. Raises UserError for what cannot be, TransientError if the database is away."""

    def list(
        self, state: "ReviewState | None" = None, repo: str | None = None, limit: int = 50
    ) -> "tuple[ListedReview, ...]":
        """The newest reviews that fit."""
        ...

    def show(self, name: str) -> "ReviewDetails":
        """One review with all that is known of it."""
        ...

    def failed_deliveries(self, limit: int = 50) -> "tuple[FailedDelivery, ...]":
        """The deliveries whose errand failed for good."""
        ...

    def cancel(self, name: str) -> "ListedReview":
        """Cancel a review that has not ended."""
        ...

    def retry(self, name: str) -> "ListedReview":
        """Do a review that is over once more, as a new one, which is given back."""
        ...


as_json = click.option("--json", "plain", is_flag=True, help="Print JSON; its names stay as they are.")
review = click.argument("review")


@click.group()
def jobs() -> None:
    """The reviews: what waits, what runs, what became of the others.

    REVIEW is a review's id, or shorter: octo/shop#7 is the newest review of that pull request, octo/shop#7@1a2b3c4/2 its
    second. They need the servers' environment. Exit status 1 if there is no such review or it cannot be done; a line on
    stderr says why.
    """


@jobs.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only reviews in this state.")
@click.option("--repo", metavar="OWNER/NAME", help="Only reviews of this repository.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Show at most this many.")
@as_json
def list_reviews(state: str | None, repo: str | None, limit: int, *, plain: bool) -> None:
    """List reviews, the newest first."""
    desk = _desk()

    from kireji.core.formats.jobs import render_listed
    from kireji.core.operations.lifecycle import ReviewState
    from kireji.entry.commands import jobs_view

    found = desk.list(ReviewState(state) if state else None, repo, limit)
    if plain:
        _print([render_listed(item) for item in found])
    else:
        jobs_view.show_list(found)


@jobs.command()
@review
@as_json
def show(review: str, *, plain: bool) -> None:
    """Show one review: how far it is, its model calls, what it cost."""
    desk = _desk()

    from kireji.core.formats.jobs import render_details
    from kireji.entry.commands import jobs_view

    item = desk.show(review)
    if plain:
        _print(render_details(item))
    else:
        jobs_view.show_one(item)


@jobs.command()
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Show at most this many.")
@as_json
def deliveries(limit: int, *, plain: bool) -> None:
    """List deliveries (comments, buttons, labels, merge groups) that could not be carried out, and why; the newest first.

    Redelivering one, in the App's Advanced settings, retries it.
    """
    desk = _desk()

    from kireji.core.formats.jobs import render_failed_delivery
    from kireji.entry.commands import jobs_view

    found = desk.failed_deliveries(limit)
    if plain:
        _print([render_failed_delivery(item) for item in found])
    else:
        jobs_view.show_failed_deliveries(found)


@jobs.command()
@review
@as_json
def cancel(review: str, *, plain: bool) -> None:
    """Cancel a waiting or running review. Its check run says so within a minute."""
    desk = _desk()

    from kireji.core.formats.jobs import render_listed
    from kireji.core.operations.desk import short_name

    item = desk.cancel(review)
    if plain:
        _print(render_listed(item))
    else:
        click.echo(f"{short_name(item.review)} is cancelled.")


@jobs.command()
@review
@as_json
def retry(review: str, *, plain: bool) -> None:
    """Run a finished review again, as a new one. What was paid for is not paid for again."""
    desk = _desk()

    from kireji.core.formats.jobs import render_listed
    from kireji.core.operations.desk import short_name

    item = desk.retry(review)
    if plain:
        _print(render_listed(item))
    else:
        click.echo(f"{short_name(item.review)} is queued.")


def _desk() -> ReviewDesk:
    from kireji.entry.startup import settings_and_log
    from kireji.wiring import service

    return service.build_desk(settings_and_log())


def _print(value: object) -> None:
    click.echo(json.dumps(value, indent=2))
