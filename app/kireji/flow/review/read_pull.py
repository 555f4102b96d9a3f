"""The path of one review, on one screen: prepare, ask, hold against the code, verify, place. `publish` posts it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kireji.core.chunks.chunk import Chunk
from kireji.core.chunks.depth import THINKING, Depth
from kireji.core.diff.unified import FileDiff
from kireji.core.events.job import ReviewJob
from kireji.core.findings.addressed import note
from kireji.core.findings.anchors import anchored
from kireji.core.findings.coverage import Reading
from kireji.core.findings.finding import Finding
from kireji.core.findings.placement import by_path
from kireji.core.findings.plausible import RefinedFindings
from kireji.core.models.catalogue import spec_of
from kireji.core.money.ledger import Bill, make_bill
from kireji.core.operations.perils import RiskyPart
from kireji.core.policy.reading import Policy
from kireji.core.pulls.posting import HeadMoved, NotWanted
from kireji.core.review.assemble import EarlierRounds, ReviewedChange, Thresholds, assemble
from kireji.core.review.result import Review
from kireji.core.review.suggestion import Withheld
from kireji.core.wording.money_words import not_together
from kireji.flow.review.deep import plan_ahead, read_across, with_hints
from kireji.flow.review.fixed import FixedThread, find_fixed
from kireji.flow.review.prepare import Ready, prepare
from kireji.flow.review.read_chunk import ChunkReader
from kireji.flow.review.refine import Verifier, refine, verifier
from kireji.flow.review.suggestions import keep_sound
from kireji.flow.world import World


@dataclass(frozen=True, slots=True)
class UnpostedReview:
    """A review that nobody has seen yet, and which of our threads it closes. `files` are the diff's."""

    review: Review
    policy: Policy
    fixed: tuple[FixedThread, ...]
    files: tuple[FileDiff, ...] = ()


async def read_pull(job: ReviewJob, world: World) -> UnpostedReview | NotWanted | HeadMoved:
    """Prepare, ask, place: everything that costs time or money, and nothing that anybody sees."""
    started = world.clock.monotonic()
    ready = await prepare(job, world)
    if not isinstance(ready, Ready):
        return ready
    known, files = ready.cleaned.known, by_path(ready.scope.reviewed)
    reader = await _reader(ready)
    by_chunk, together = await asyncio.gather(_ask(ready, reader), _ask_across(ready))
    async with world.part(RiskyPart.FINDINGS):
        readings = await asyncio.to_thread(anchored, [*by_chunk, *together, *ready.plan.left], files)
    addressed = ready.addressed
    readings = await asyncio.to_thread(_with_code_found, readings, ready, addressed.findings)
    async with world.part(RiskyPart.SUGGESTIONS):
        readings, withheld = await keep_sound(
            job, readings, files, world, known, read=ready.around.texts, addressed=addressed.anywhere
        )
    refined = await refine(readings, ready.evidence, _second_reader(ready))
    spent = await world.store.spent(job.name)
    usages = [usage for reading in readings for usage in reading.usages]
    paid = make_bill(ready.world.spec, spent, usages, world.clock.monotonic() - started, reader.prefix_tokens)
    notes = (*note(addressed), *ready.notes(job.ask), *(not_together(one.unread) for one in together if one.unread))
    review = await asyncio.to_thread(
        _assembled, job, ready, readings, refined, paid=paid, notes=notes, withheld=withheld
    )
    return UnpostedReview(review, ready.policy, await _fixed(ready, review), ready.diff.files)


async def _reader(ready: Ready) -> ChunkReader:
    """Who reads the chunks, with a plan's hints in a deep review, and the better model behind it where that is wanted."""
    world, asking = ready.world, ready.asking
    if ready.deep is not None and ready.plan.chunks:
        hints = await plan_ahead(ready.deep, ready.scope.reviewed, ready.scores, asking.brief)
        asking = replace(asking, context=with_hints(asking.context, hints))
    room, deep = world.limits.output_tokens, world.deep if ready.policy.escalate else ready.deep
    better = None if deep is None else ChunkReader(deep, spec_of(deep.name), asking.brief, room, asking.context)
    return ChunkReader(world.model, world.spec, asking.brief, room, asking.context, better)


async def _ask(ready: Ready, reader: ChunkReader) -> list[Reading]:
    """All chunks at once; the model's adapter holds them to its limits and lets the first one open the cache.

    The largest goes first: it is likely to be answered last, and the one that opens the cache has a head start.
    """
    chunks, thinking = ready.plan.chunks, ready.plan.thinking
    order = sorted(range(len(chunks)), key=lambda number: -chunks[number].tokens)
    calls = (reader.read(chunks[number], thinking[number]) for number in order)
    done = dict(zip(order, await asyncio.gather(*calls), strict=True))
    return [reading for number in range(len(chunks)) for reading in done[number]]


async def _ask_across(ready: Ready) -> list[Reading]:
    """What only a reader of all files can see, in a deep review that has several."""
    if ready.deep is None or ready.plan.across is None:
        return []
    return [await read_across(ready.deep, ready.plan.across)]


def _with_code_found(readings: Sequence[Reading], ready: Ready, addressing: Sequence[Finding]) -> list[Reading]:
    """What the model found, without credentials, and what code finds without it: credentials, and words to the reviewer."""
    cleaned, paths = ready.cleaned, {file.path for file in (*ready.scope.reviewed, *ready.beside)}
    said = [replace(one, findings=tuple(map(cleaned.said, one.findings))) for one in readings]
    found = (*(finding for finding in cleaned.findings if finding.path in paths), *addressing)
    return [*said, Reading(Chunk((), 0), found)] if found else said


def _second_reader(ready: Ready) -> Verifier | None:
    """Who verifies: the better model in a deep review; nobody where there is no money to ask anything."""
    if not ready.plan.asks:
        return None
    model, title = ready.deep or ready.world.model, ready.pull.title
    second = verifier(model, title, ready.policy, ready.history, ready.threads)
    thought = 0 if ready.plan.depth is Depth.FAST else THINKING
    return None if second is None else replace(second, thinking=thought)


def _assembled(
    job: ReviewJob,
    ready: Ready,
    readings: Sequence[Reading],
    refined: RefinedFindings,
    *,
    paid: Bill,
    notes: tuple[str, ...],
    withheld: tuple[Withheld, ...],
) -> Review:
    policy = ready.policy
    return assemble(
        job.head_sha,
        ReviewedChange(ready.scope, ready.unread, ready.beside),
        readings,
        paid,
        Thresholds(ready.world.limits.comments, policy.findings.min_severity, policy.conclusion.fail_on),
        earlier=EarlierRounds(ready.history, ready.threads, full=job.ask.full),
        refined=refined,
        notes=notes,
        withheld=withheld,
        shortage=ready.plan.shortage,
        addressed=ready.addressed.anywhere,
    )


async def _fixed(ready: Ready, review: Review) -> tuple[FixedThread, ...]:
    """Our open threads that are fixed, if the policy has us close them: what was found again is not.

    Where the pull request speaks to its reviewer, only what the diff itself shows to be fixed is.
    """
    if not (ready.plan.asks and ready.policy.threads.resolve_fixed):
        return ()
    unconfirmed = [one for one in ready.threads if not one.resolved and one.node not in review.holding]
    whole, model = not ready.unread, None if ready.addressed.anywhere else ready.world.model
    return await find_fixed(unconfirmed, by_path(ready.diff.files), ready.history, model, whole=whole)
