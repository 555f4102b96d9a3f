"""The path of one review, on one screen: prepare, ask, hold against the code, verify, place. `publish` posts it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kireji.core.chunks.depth import THINKING, Depth
from kireji.core.diff.unified import FileDiff
from kireji.core.events.job import ReviewJob
from kireji.core.findings.anchors import anchored
from kireji.core.findings.coverage import Reading
from kireji.core.findings.placement import by_path
from kireji.core.models.catalogue import Usage, spec_of
from kireji.core.money.bill import bill
from kireji.core.operations.perils import RiskyPart
from kireji.core.policy.model import Policy
from kireji.core.pulls.posting import HeadMoved, NotWanted
from kireji.core.review.assemble import EarlierRounds, ReviewedChange, Thresholds, assemble
from kireji.core.review.result import Review
from kireji.flow.review.deep import NO_CHUNK, plan_ahead, read_across, with_hints
from kireji.flow.review.fixed import FixedThread, find_fixed
from kireji.flow.review.notes import write_notes
from kireji.flow.review.prepare import PreparedReview, PullContext, ReviewMaterial, prepare
from kireji.flow.review.read_chunk import ChunkReader
from kireji.flow.review.refine import Verifier, choose_verifier, refine
from kireji.flow.review.suggestions import keep_sound
from kireji.flow.world import World


@dataclass(frozen=True, slots=True)
class UnpostedReview:
    """A review that nobody has seen yet."""

    review: Review
    policy: Policy
    """The policy in force."""
    fixed: tuple[FixedThread, ...]
    """Which of our threads it closes."""
    files: tuple[FileDiff, ...] = ()
    """The diff's."""


async def read_pull(job: ReviewJob, world: World) -> UnpostedReview | NotWanted | HeadMoved:
    """Everything that costs time or money, and nothing that anybody sees.

    1. Prepare: all that is known before the first question, or why there is nothing to ask.
    2. Ask: all chunks at once; in a deep review a plan before them, and a reader of all files beside them.
    3. Anchor each finding at the lines that it quotes.
    4. Add what code finds without a model: credentials, and prompt injections.
    5. Keep those suggestions that can be committed as they are.
    6. Refine: hold the findings against the code, merge them, and have a second reader verify them.
    7. Assemble the review.
    8. Find those of our threads that are fixed.
    """
    started = world.clock.monotonic()

    # 1. Prepare
    ready = await prepare(job, world)
    if not isinstance(ready, PreparedReview):
        return ready
    subject = ready.subject
    material = ready.material
    files = by_path(material.scope.reviewed)

    # 2. Ask
    reader = await _reader(ready)
    by_chunk, across = await asyncio.gather(_ask_chunks(ready, reader), _ask_across(ready))
    together = [] if across is None else [across]

    # 3. Anchor
    async with world.part(RiskyPart.FINDINGS):
        readings = await asyncio.to_thread(anchored, [*by_chunk, *together, *ready.plan.left], files)

    # 4. Add what code finds
    readings = await asyncio.to_thread(_with_code_found, readings, material, subject)

    # 5. Keep sound suggestions
    async with world.part(RiskyPart.SUGGESTIONS):
        readings, withheld = await keep_sound(
            job,
            readings,
            files,
            world,
            material.cleaned.known,
            read=material.view.texts,
            addressed=subject.addressed.anywhere,
        )

    # 6. Refine
    refined = await refine(readings, material.evidence, _second_reader(ready))

    # 7. Assemble
    spent = await world.store.spent(job.name)
    seconds = world.clock.monotonic() - started
    paid = bill(ready.setup.spec, spent, _usages(readings), seconds, reader.prefix_tokens)
    policy = subject.policy
    review = await asyncio.to_thread(
        assemble,
        job.head_sha,
        ReviewedChange(material.scope, material.unread, material.beside),
        readings,
        paid,
        Thresholds(ready.setup.limits.comments, policy.findings.min_severity, policy.conclusion.fail_on),
        earlier=EarlierRounds(subject.history, subject.threads, full=job.ask.full),
        refined=refined,
        notes=write_notes(job.ask, ready, across, plain=world.plain),
        withheld=withheld,
        shortage=ready.plan.shortage,
        addressed=subject.addressed.anywhere,
    )

    # 8. Find fixed threads
    fixed = await _fixed(ready, review)
    return UnpostedReview(review, policy, fixed, material.diff.files)


async def _reader(ready: PreparedReview) -> ChunkReader:
    """Who reads the chunks: in a deep review with the better model's plan, and with that model behind it."""
    setup = ready.setup
    briefing = ready.briefing

    context = briefing.context
    if ready.deep is not None and ready.plan.chunks:
        hints = await plan_ahead(ready.deep, ready.material.scope.reviewed, briefing.scores, briefing.brief)
        context = with_hints(context, hints)

    room = setup.limits.output_tokens
    reader = ChunkReader(setup.model, setup.spec, briefing.brief, room, context)
    better = setup.deep if ready.subject.policy.escalate else ready.deep
    if better is None:
        return reader
    return replace(reader, better=replace(reader, model=better, spec=spec_of(better.name)))


async def _ask_chunks(ready: PreparedReview, reader: ChunkReader) -> list[Reading]:
    """All chunks at once; the model's adapter holds them to its limits and lets the first one open the cache.

    The largest goes first: it is likely to be answered last, and the one that opens the cache has a head start.
    """
    largest_first = sorted(ready.plan.chunks, key=lambda planned: -planned.chunk.tokens)
    calls = [reader.read(planned.chunk, planned.thinking) for planned in largest_first]
    answers = await asyncio.gather(*calls)

    by_number = {planned.number: answer for planned, answer in zip(largest_first, answers, strict=True)}
    readings = list[Reading]()
    for planned in ready.plan.chunks:
        readings += by_number[planned.number]
    return readings


async def _ask_across(ready: PreparedReview) -> Reading | None:
    """What only a reader of all files can see, in a deep review that has several."""
    if ready.deep is None or ready.plan.across is None:
        return None
    return await read_across(ready.deep, ready.plan.across)


def _with_code_found(readings: Sequence[Reading], material: ReviewMaterial, subject: PullContext) -> list[Reading]:
    """What the model found, without credentials, and what code finds without it: credentials, and prompt injections."""
    cleaned = material.cleaned
    by_model = [replace(reading, findings=tuple(map(cleaned.said, reading.findings))) for reading in readings]

    paths = {file.path for file in (*material.scope.reviewed, *material.beside)}
    credentials = [finding for finding in cleaned.findings if finding.path in paths]
    by_code = (*credentials, *subject.addressed.findings)
    return [*by_model, Reading(NO_CHUNK, by_code)] if by_code else by_model


def _usages(readings: Sequence[Reading]) -> list[Usage]:
    """What each answer took, in the readings' order."""
    usages = list[Usage]()
    for reading in readings:
        usages += reading.usages
    return usages


def _second_reader(ready: PreparedReview) -> Verifier | None:
    """Who verifies: the better model in a deep review; nobody where there is no money to ask anything."""
    if not ready.plan.asks:
        return None
    subject = ready.subject
    model = ready.deep or ready.setup.model
    second = choose_verifier(model, subject.pull.title, subject.policy, subject.history, subject.threads)

    thinking = 0 if ready.plan.depth is Depth.FAST else THINKING
    return None if second is None else replace(second, thinking=thinking)


async def _fixed(ready: PreparedReview, review: Review) -> tuple[FixedThread, ...]:
    """Our open threads that are fixed, if the policy has us close them: what was found again is not.

    Where text in the pull request addresses its reviewer, only what the diff itself shows to be fixed is.
    """
    subject = ready.subject
    if not (ready.plan.asks and subject.policy.threads.resolve_fixed):
        return ()
    not_found_again = [
        thread for thread in subject.threads if not thread.resolved and thread.node not in review.holding
    ]
    files = by_path(ready.material.diff.files)
    model = None if subject.addressed.anywhere else ready.setup.model
    return await find_fixed(not_found_again, files, subject.history, model, whole=not ready.material.unread)
