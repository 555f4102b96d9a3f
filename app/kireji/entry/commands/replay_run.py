"""What `kireji replay` does: find the delivery, tell what it asks for, and read the review that it led to, dry."""

import asyncio
from dataclasses import replace

import click

from kireji.core.events.job import ReviewJob
from kireji.core.formats.replay import describe_delivery, describe_unread
from kireji.core.formats.report import ReviewSubject
from kireji.core.pulls.posting import HeadMoved, NotWanted
from kireji.core.pulls.pull import site
from kireji.entry import logs
from kireji.entry.commands import progress
from kireji.entry.commands.options import ReviewOptions
from kireji.entry.commands.review_run import Reviewed, show
from kireji.entry.startup import NOT_DONE, settings_or_exit, tell
from kireji.errors import KirejiError
from kireji.flow.hear import hear
from kireji.flow.review.once import read_once
from kireji.flow.review.read_pull import UnpostedReview
from kireji.settings import Settings
from kireji.wiring import service


def run(delivery_id: str, options: ReviewOptions) -> int:
    """Do it; the exit status. What is foreseen is told on stderr."""
    settings = settings_or_exit()
    logs.set_up(settings.log_level if options.verbose else "CRITICAL", settings.secrets())
    try:
        return _replay(delivery_id, options, settings)
    except KirejiError as error:
        return tell(error)


def _replay(delivery_id: str, options: ReviewOptions, settings: Settings) -> int:
    delivery = service.build_desk(settings).delivery(delivery_id)
    asked = hear(delivery, settings.mention)
    aside = options.form != "terminal"
    for line in describe_delivery(delivery, asked):
        click.echo(line, err=aside)
    statuses = [_review(job, options, settings) for job in asked if isinstance(job, ReviewJob)]
    return max(statuses, default=0)


def _review(job: ReviewJob, options: ReviewOptions, settings: Settings) -> int:
    """Have it read, and show it."""
    read = asyncio.run(_read(job, settings))
    if not isinstance(read, UnpostedReview):
        click.echo(describe_unread(read), err=options.form != "terminal")
        return NOT_DONE if isinstance(read, HeadMoved) else 0

    name = f"{job.ref.repo}#{job.ref.number}"
    address = f"{site(settings.github_api_url)}/{job.ref.repo}"
    show(options, Reviewed(read.review, ReviewSubject(name, repository=address, files=read.files)))
    return 0 if read.review.coverage.complete else NOT_DONE


async def _read(job: ReviewJob, settings: Settings) -> UnpostedReview | NotWanted | HeadMoved:
    """Read it over a store that ends with this process: what earlier rounds left is not known to it."""
    with progress.bar() as see:
        return await read_once(replace(job, again=True), service.build_world(settings), see)
