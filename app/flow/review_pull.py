"""The path of one review, on one screen: fetch, steer, cut, ask, place, publish, settle."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

from app.core import replies, wording
from app.core.addressed import look, note
from app.core.chunk import Chunk, cut
from app.core.context import context
from app.core.depth import THINKING, Depth, risks
from app.core.diff import Diff, FileDiff, parse
from app.core.finding import Finding
from app.core.formats.github import review_draft, summary_comment
from app.core.history import History
from app.core.job import ReviewJob
from app.core.leaks import Clean, clean
from app.core.money import spec_of
from app.core.placement import by_path
from app.core.plausible import Evidence
from app.core.policy import Policy, not_wanted
from app.core.posting import HeadMoved, NotWanted, Posted
from app.core.prompt import brief
from app.core.pull import Fetched, PullRequest
from app.core.review import Reading, Review, assemble, bill, refuse
from app.core.scope import Scope, SkipReason, choose
from app.core.steering import Steering, base_files, steer
from app.core.thread import Thread
from app.core.told import FIXED
from app.flow.afford import Asking, Plan, afford
from app.flow.fixed import FixedThread, find_fixed
from app.flow.memo import at_depth
from app.flow.plan_ahead import plan_ahead, with_hints
from app.flow.read_chunk import Reader
from app.flow.refine import Verifier, refine, verifier
from app.flow.suggestions import keep_sound
from app.flow.surroundings import Around, look_around
from app.flow.world import World

SUMMARY = "summary"  # the marker of the one comment that a policy may ask for


@dataclass(frozen=True, slots=True)
class Read:
    """A review that nobody has seen yet, and which of our threads it closes. `files` are the diff's."""

    review: Review
    policy: Policy
    fixed: tuple[FixedThread, ...]
    files: tuple[FileDiff, ...] = ()


@dataclass(frozen=True, slots=True)
class Ready:
    """A review about to be asked: all that is known before the first question. `world` is as the policy wants it."""

    world: World
    fetched: Fetched
    steering: Steering
    history: History
    cleaned: Clean
    threads: tuple[Thread, ...]
    scope: Scope
    around: Around
    scores: dict[str, int]
    asking: Asking
    plan: Plan


async def prepare(job: ReviewJob, world: World) -> Ready | NotWanted | HeadMoved:
    """Fetch, steer, cut, afford: everything before the model is asked."""
    fetched = await world.forge.fetch(job.ref, base_files(world.overrides))
    if fetched.opened.pull.head_sha != job.head_sha:
        return HeadMoved(fetched.opened.pull.head_sha)
    steering, diff = steer(fetched.opened, world.overrides), parse(fetched.diff.text)
    history = await world.store.history(job.ref)
    reason = _held_back(job, fetched.opened.pull, steering, history, diff)
    if reason:
        return NotWanted(reason, (*steering.notes, *steering.unheard(diff.files)))
    world = world.under(steering.policy)
    cleaned = await asyncio.to_thread(clean, diff)  # a large diff takes a second, in which the loop serves others
    diff, threads = cleaned.diff, cleaned.threads(fetched.opened.threads_before(job.name))
    scope = _scope(job, steering, diff, world)
    rules = cleaned.text(steering.rules_for(file.path for file in scope.reviewed))
    about = brief(_told_of(cleaned.pull(fetched.opened.pull), steering.policy), scope.reviewed, repository_rules=rules)
    around = await look_around(job, scope.reviewed, steering.policy.context, world, cleaned.known)
    told = cache(partial(context, known=around.known, pieces=steering.policy.context, room=world.context_room))
    scores = risks(scope.reviewed, {thread.path for thread in threads})
    chunks = cut(scope.reviewed, world.limits.chunk_tokens, world.spec.chars_per_token)
    asking = Asking(about, told)
    plan = await afford(job, steering.policy, chunks, scores, asking, world)
    return Ready(world, fetched, steering, history, cleaned, threads, scope, around, scores, asking, plan)


async def read_pull(job: ReviewJob, world: World) -> Read | NotWanted | HeadMoved:
    """Prepare, ask, place: everything that costs time or money, and nothing that anybody sees."""
    started = world.clock.monotonic()
    ready = await prepare(job, world)
    if not isinstance(ready, Ready):
        return ready
    fetched, steering, history, cleaned, threads = (
        ready.fetched,
        ready.steering,
        ready.history,
        ready.cleaned,
        ready.threads,
    )
    scope, around, asking, plan, diff = ready.scope, ready.around, ready.asking, ready.plan, ready.cleaned.diff
    world = at_depth(ready.world, plan.depth)
    if plan.depth is Depth.DEEP and plan.chunks and (deep := world.deep) is not None:
        hints = await plan_ahead(deep, scope.reviewed, ready.scores, asking.brief)
        asking = replace(asking, context=with_hints(asking.context, hints))
    reader = _reader(world, asking, steering.policy, plan)
    readings = [*await _ask(plan, reader), *plan.left]
    beside = _unread_but_known(diff, scope)
    addressed = await asyncio.to_thread(look, cleaned.pull(fetched.opened.pull), scope.reviewed)
    readings = _with_code_found(readings, cleaned, addressed.findings, (*scope.reviewed, *beside))
    known, by_name = cleaned.known, by_path(scope.reviewed)
    readings, withheld = await keep_sound(job, readings, by_name, world.forge, known, read=around.texts)
    second = _second_reader(world, plan, cleaned.text(fetched.opened.pull.title), steering.policy, history, threads)
    refined = await refine(readings, Evidence(by_path((*scope.reviewed, *beside)), around.known.lines), second)
    spent = await world.store.spent(job.name)
    paid = bill(world.spec, spent, readings, world.clock.monotonic() - started, reader.prefix_tokens)
    review = assemble(
        job.head_sha,
        scope,
        fetched.diff.unread,
        readings,
        paid,
        most=world.limits.comments,
        history=history,
        threads=threads,
        full=job.ask.full,
        min_severity=steering.policy.findings.min_severity,
        fail_on=steering.policy.conclusion.fail_on,
        beside=beside,
        refined=refined,
    )
    unconfirmed, files = _unconfirmed(threads, review, steering.policy) if plan.asks else [], by_path(diff.files)
    fixed = await find_fixed(unconfirmed, files, history, world, whole=not fetched.diff.unread)
    notes = (
        *note(addressed),
        *steering.notes,
        *steering.unheard(diff.files),
        *world.notes(steering.policy),
        *plan.notes(world, job.ask),
    )
    review = replace(review, notes=notes, withheld=withheld, shortage=plan.shortage, addressed=bool(note(addressed)))
    return Read(review, steering.policy, fixed, diff.files)


def _told_of(pull: PullRequest, policy: Policy) -> PullRequest:
    """The pull request as the reader is told of it."""
    return pull if policy.context.issue else replace(pull, issues=())


def _second_reader(  # noqa: PLR0917 - what a verifier takes, and who it is
    world: World, plan: Plan, title: str, policy: Policy, history: History, threads: Sequence[Thread]
) -> Verifier | None:
    """Who verifies: the better model in a deep review; nobody where there is no money to ask anything."""
    deep = world.deep if plan.depth is Depth.DEEP else None
    second = verifier(deep or world.model, title, policy, history, threads) if plan.asks else None
    thought = 0 if plan.depth is Depth.FAST else THINKING
    return None if second is None else replace(second, thinking=thought)


def _with_code_found(
    readings: Sequence[Reading], cleaned: Clean, addressing: Sequence[Finding], files: Sequence[FileDiff]
) -> list[Reading]:
    """What the model found, without credentials, and what code finds without it: credentials, and words to the reviewer."""
    said = [replace(one, findings=tuple(cleaned.said(finding) for finding in one.findings)) for one in readings]
    paths = {file.path for file in files}
    leaks = tuple(finding for finding in cleaned.findings if finding.path in paths)
    found = (*leaks, *addressing)
    return [*said, Reading(Chunk((), 0), found)] if found else said


def _unread_but_known(diff: Diff, scope: Scope) -> tuple[FileDiff, ...]:
    """Files that no model reads, as they look generated or are too large, and that hold credentials all the same."""
    left = {skip.path for skip in scope.skipped if skip.reason not in {SkipReason.EXCLUDED, SkipReason.NOT_ASKED}}
    return tuple(file for file in diff.files if file.path in left)


def _reader(world: World, asking: Asking, policy: Policy, plan: Plan) -> Reader:
    """The model, and the better one behind it where that is wanted."""
    deep, room = world.deep, world.limits.output_tokens
    wanted = deep is not None and (policy.escalate or plan.depth is Depth.DEEP)
    better = (
        Reader(deep, spec_of(deep.name), asking.brief, room, asking.context) if wanted and deep is not None else None
    )
    return Reader(world.model, world.spec, asking.brief, room, asking.context, better)


def _unconfirmed(threads: Sequence[Thread], review: Review, policy: Policy) -> list[Thread]:
    """Our open threads that may be fixed, if the policy has us close them: what was found again is not."""
    if not policy.threads.resolve_fixed:
        return []
    return [thread for thread in threads if not thread.resolved and thread.node not in review.holding]


def _held_back(job: ReviewJob, pull: PullRequest, steering: Steering, history: History, diff: Diff) -> str:
    """Why the pull request is not to be reviewed, "" if it is. What a person asks for is done."""
    if history.paused_by and not job.ask.forced:
        return wording.paused(history.paused_by)
    lines = sum(file.changed_lines for file in diff.files)
    return not_wanted(steering.policy, pull, forced=job.ask.forced, pushed=job.ask.pushed, changed_lines=lines)


def _scope(job: ReviewJob, steering: Steering, diff: Diff, world: World) -> Scope:
    """What is read: what the policy has in it, and of that what was asked for."""
    paths = steering.policy.paths
    return choose(
        diff,
        attributes=steering.attributes,
        include=paths.include,
        exclude=paths.exclude,
        only=job.ask.paths,
        within=world.overrides.within,
        max_lines=world.limits.file_lines,
    )


async def _ask(plan: Plan, reader: Reader) -> list[Reading]:
    """All chunks at once; the model's adapter holds them to its limits and lets the first one open the cache.

    The largest goes first: it is likely to be answered last, and the one that opens the cache has a head start.
    """
    chunks = plan.chunks
    order = sorted(range(len(chunks)), key=lambda number: -chunks[number].tokens)
    calls = (reader.read(chunks[number], plan.thinking[number]) for number in order)
    done = dict(zip(order, await asyncio.gather(*calls), strict=True))
    return [reading for number in range(len(chunks)) for reading in done[number]]


async def publish(
    job: ReviewJob,
    read: Read | NotWanted | HeadMoved,
    world: World,
    attempt: int,
    clear: Callable[[], Awaitable[None]],
) -> Review | NotWanted | HeadMoved:
    """Post the comments, if this is still what is wanted; what GitHub refuses moves to the summary. Then settle.

    `clear` is awaited before anything is written. Both are steps also where there is nothing to post: after a crash
    the pull request may read differently, and the steps must be the same ones.
    """

    async def post() -> Posted | HeadMoved:
        if isinstance(read, HeadMoved):
            return read
        await clear()
        newer = await world.store.newer_head(job)  # here, not before: a remembered look would be stale after a crash
        if newer or isinstance(read, NotWanted):
            return HeadMoved(newer) if newer else Posted()
        return await world.forge.publish(job.ref, review_draft(read.review, job.name))

    async def settle() -> int:
        return await _settle(job, read, world) if isinstance(read, Read) and isinstance(posted, Posted) else 0

    posted = await world.journal.step(f"publish {attempt}", post, Posted | HeadMoved)
    closed = await world.journal.step(f"settle {attempt}", settle, int)
    if isinstance(posted, HeadMoved):
        return posted
    if isinstance(read, HeadMoved | NotWanted):
        return read
    review = read.review
    placed = dict(zip(review_draft(review, job.name).comments, review.inline, strict=True))
    refused = [placed[comment] for comment in posted.rejected if comment in placed]
    return replace(refuse(review, refused), urls=posted.urls, closed=closed)


async def _settle(job: ReviewJob, read: Read, world: World) -> int:
    """Close the threads whose findings are fixed, and keep the one comment that a policy may ask for; how many closed."""
    for one in read.fixed:
        await world.forge.close_thread(job.ref, one.thread, replies.fixed(one.reason), f"{FIXED} {job.name}")
    if read.policy.summary_comment:
        await world.forge.keep_comment(job.ref, summary_comment(read.review), SUMMARY)
    return len(read.fixed)
