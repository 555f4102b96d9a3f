"""The path of one review, on one screen: fetch, cut, ask, verify, place, publish, tell."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from app.core import wording
from app.core.chunk import Chunk, cut
from app.core.diff import parse
from app.core.formats.github import check_report, failure_report, moved_report, review_draft
from app.core.posting import CheckReport, HeadMoved, Posted
from app.core.prompt import brief
from app.core.pull import PullRef
from app.core.review import Reading, Review, assemble, bill, refuse
from app.core.scope import choose
from app.errors import KirejiError
from app.flow.read_chunk import Reader
from app.flow.world import World

ATTRIBUTES = ".gitattributes"


@dataclass(frozen=True, slots=True)
class ReviewJob:
    """Read this head of this pull request. Repo, number, head and attempt name the review, whoever asks for it."""

    ref: PullRef
    head_sha: str
    attempt: int = 1

    @property
    def name(self) -> str:
        """The review's own id: the check run's `external_id` and the marker in what is posted."""
        return f"{self.ref.repo}#{self.ref.number}@{self.head_sha}/{self.attempt}"


async def review_pull(job: ReviewJob, world: World) -> Review | HeadMoved:
    """Review a pull request and tell the result there. On any failure the check run says that no review happened."""
    opening = asyncio.ensure_future(_open_check(job, world))
    reading = asyncio.ensure_future(_read(job, world))  # at once: opening the check run takes two round trips
    try:
        check, review = await asyncio.gather(opening, reading)
        outcome = await _publish(job, review, world) if isinstance(review, Review) else review
        report = check_report(outcome) if isinstance(outcome, Review) else moved_report(outcome)
        await world.journal.step("close check", lambda: world.forge.update_check(job.ref, check, report), None)
    except Exception as error:  # hides nothing: told in the pull request, then the caller's
        reading.cancel()
        await _tell_failure(job, opening, failure_report(error), world)
        raise
    return outcome


async def _open_check(job: ReviewJob, world: World) -> int:
    report = CheckReport(*wording.READING)
    return await world.journal.step(
        "open check", lambda: world.forge.open_check(job.ref, job.head_sha, job.name, report), int
    )


async def _tell_failure(job: ReviewJob, opening: asyncio.Future[int], report: CheckReport, world: World) -> None:
    """Close the check run, if there is one."""
    with contextlib.suppress(KirejiError):  # what failed first is what counts, and it is on its way to the log
        await world.forge.update_check(job.ref, await opening, report)


async def _read(job: ReviewJob, world: World) -> Review | HeadMoved:
    """Fetch, cut and ask: everything that costs time or money, and nothing that anybody sees."""
    started = world.clock.monotonic()
    fetched = await world.forge.fetch(job.ref, [ATTRIBUTES])
    pull = fetched.opened.pull
    if pull.head_sha != job.head_sha:
        return HeadMoved(pull.head_sha)
    attributes = fetched.opened.base_files.get(ATTRIBUTES, "")
    scope = choose(parse(fetched.diff.text), attributes=attributes, max_lines=world.limits.file_lines)
    reader = Reader(world.model, world.spec, brief(pull, scope.reviewed), world.limits.output_tokens)
    readings = await _ask(cut(scope.reviewed, world.limits.chunk_tokens, world.spec.chars_per_token), reader)
    paid = bill(world.spec, readings, world.clock.monotonic() - started, reader.prefix_tokens)
    return assemble(job.head_sha, scope, fetched.diff.unread, readings, paid, most=world.limits.comments)


async def _ask(chunks: Sequence[Chunk], reader: Reader) -> list[Reading]:
    """All chunks at once; the model's adapter holds them to its limits and lets the first one open the cache.

    The largest goes first: it is likely to be answered last, and the one that opens the cache has a head start.
    """
    order = sorted(range(len(chunks)), key=lambda number: -chunks[number].tokens)
    done = dict(zip(order, await asyncio.gather(*(reader.read(chunks[number]) for number in order)), strict=True))
    return [reading for number in range(len(chunks)) for reading in done[number]]


async def _publish(job: ReviewJob, review: Review, world: World) -> Review | HeadMoved:
    """Post the comments; what GitHub refuses moves to the summary."""
    draft = review_draft(review, job.name)
    posted = await world.journal.step("publish", lambda: world.forge.publish(job.ref, draft), Posted | HeadMoved)
    if isinstance(posted, HeadMoved):
        return posted
    placed = dict(zip(draft.comments, review.inline, strict=True))
    return refuse(review, [placed[comment] for comment in posted.rejected])
