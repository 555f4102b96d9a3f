"""Before the model is asked: fetch, steer, clean, choose, look around, afford. Nothing here costs money."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from kireji.core.chunks.chunk import cut_sparingly
from kireji.core.chunks.depth import Depth, assess_risks
from kireji.core.diff.unified import Diff, FileDiff, Unread, parse_diff
from kireji.core.events.job import Ask, ReviewJob
from kireji.core.findings.addressed import PromptInjection, find_injection, left_out, without_injection
from kireji.core.findings.placement import by_path
from kireji.core.findings.plausible import Evidence
from kireji.core.operations.perils import RiskyPart
from kireji.core.policy.markdown import fits_nothing_note
from kireji.core.policy.reading import Policy, base_matters, not_wanted
from kireji.core.policy.steering import Steering, base_files, steer
from kireji.core.prompts.prompt import brief
from kireji.core.pulls.posting import HeadMoved, NotWanted
from kireji.core.pulls.pull import Fetched, PullRequest
from kireji.core.pulls.thread import Thread
from kireji.core.review.unproven_words import unproven_note
from kireji.core.rounds.history import History
from kireji.core.scope.choose import Scope, choose_scope, find_unmatched
from kireji.core.scope.skips import SkipReason
from kireji.core.secrets.leaks import CleanDiff
from kireji.core.wording import end_words, review_words
from kireji.flow.cleaning import without_credentials
from kireji.flow.memo import at_depth, forgetting
from kireji.flow.review.afford import Asking, Plan, afford
from kireji.flow.review.contexts import Contexts
from kireji.flow.review.surroundings import RepositoryView, look_around
from kireji.flow.world import World
from kireji.ports import Model

MEANT = frozenset({SkipReason.EXCLUDED, SkipReason.NOT_ASKED})
"""Why a file is skipped because somebody with a say in it wants that."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A review about to be asked: all that is known before the first question. `world` is as the policy wants it.

    `threads` are our own from earlier rounds, `scores` each file's risk. `pull` is what a reader is told that the pull
    request says of itself: without credentials, and without what speaks to its reviewer; `addressed` says where that was.
    """

    world: World
    fetched: Fetched
    steering: Steering
    history: History
    cleaned: CleanDiff
    threads: tuple[Thread, ...]
    scope: Scope
    around: RepositoryView
    scores: Mapping[str, int]
    asking: Asking
    plan: Plan
    pull: PullRequest
    addressed: PromptInjection
    contexts: Contexts

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.steering.policy

    @property
    def diff(self) -> Diff:
        """All of it, without credentials."""
        return self.cleaned.diff

    @property
    def deep(self) -> Model | None:
        """The better model, if the review is a deep one."""
        return self.world.deep if self.plan.depth is Depth.DEEP else None

    @property
    def beside(self) -> tuple[FileDiff, ...]:
        """Files that no model reads, as they look generated or are too large, and that may hold credentials all the same."""
        return _beside(self.diff, self.scope)

    @property
    def unread(self) -> tuple[Unread, ...]:
        """What should be read and is not there to be read."""
        return (*self.fetched.diff.unread, *self.cleaned.unread, *self.scope.unread)

    @property
    def evidence(self) -> Evidence:
        """What findings are held against."""
        return Evidence(by_path((*self.scope.reviewed, *self.beside)), self.around.known.lines)

    def notes(self, ask: Ask) -> tuple[str, ...]:
        """What the check run says beside the findings."""
        nowhere = fits_nothing_note(find_unmatched(ask.paths, self.diff))
        told = (
            *filter(None, [nowhere]),
            *left_out(self.contexts.left_out),
            *unproven_note(self.scope.unproven),
            *self.steering.notes,
            *self.steering.unheard(self.diff.files),
            *self.steering.unread(self.diff.files),
        )
        plain = (end_words.PLAIN,) if self.world.plain else ()
        return (*told, *plain, *self.world.notes(self.policy), *self.plan.notes(self.world, ask))


async def prepare(job: ReviewJob, world: World) -> Ready | NotWanted | HeadMoved:
    """Fetch, steer, cut, afford: everything before the model is asked."""
    fetched = await world.forge.fetch(job.ref, base_files(world.overrides))
    if fetched.opened.pull.head_sha != job.head_sha:
        return HeadMoved(fetched.opened.pull.head_sha)
    async with world.part(RiskyPart.DIFF):
        steering, diff = steer(fetched.opened, world.overrides), await asyncio.to_thread(parse_diff, fetched.diff.text)
    policy, history = steering.policy, await world.store.history(job.ref)
    pull = await _in_stack(job, fetched.opened.pull, policy, world)
    reason = _held_back(job, pull, policy, history, diff)
    if reason:
        return NotWanted(reason, (*steering.notes, *steering.unheard(diff.files)))

    world = world.under(policy)
    async with world.part(RiskyPart.DIFF):
        cleaned = await without_credentials(diff, world.apart)
        threads = await asyncio.to_thread(cleaned.threads, fetched.opened.threads_before(job.name))
        scope = await asyncio.to_thread(_scope, job, steering, cleaned.diff, world, fetched.diff.binary)
        cleaned = await asyncio.to_thread(_without_excluded, job, steering, diff, cleaned, world)
        said = await asyncio.to_thread(cleaned.pull, _told(fetched.opened.pull, policy))
        addressed = await asyncio.to_thread(find_injection, said, scope.reviewed, _beside(cleaned.diff, scope))
    around = await look_around(job, scope.reviewed, policy.context, world, cleaned.known)
    contexts = Contexts(around.known, policy.context, world.context_room)
    pull = without_injection(said)
    told = await asyncio.to_thread(_brief, steering, cleaned, pull, scope)
    asking = Asking(told, contexts, pull.author)
    risks = await asyncio.to_thread(assess_risks, scope.reviewed, {thread.path for thread in threads})
    scores = {path: risk.score for path, risk in risks.items()}
    chunks = await asyncio.to_thread(cut_sparingly, scope.reviewed, world.chunk_room, world.spec.chars_per_token)
    world = forgetting(world) if addressed.places else world
    plan = await afford(job, policy, chunks, scores, asking, world)
    world = at_depth(world, plan.depth)
    return Ready(
        world=world,
        fetched=fetched,
        steering=steering,
        history=history,
        cleaned=cleaned,
        threads=threads,
        scope=scope,
        around=around,
        scores=scores,
        asking=asking,
        plan=plan,
        pull=pull,
        addressed=addressed,
        contexts=contexts,
    )


async def _in_stack(job: ReviewJob, pull: PullRequest, policy: Policy, world: World) -> PullRequest:
    """The pull request with its stack's base, which is asked for only where the policy would leave it out by that."""
    if job.ask.forced or not pull.open or not base_matters(policy):
        return pull
    return replace(pull, stack_base=(await world.forge.pull_head(job.ref)).stack_base)


def _held_back(job: ReviewJob, pull: PullRequest, policy: Policy, history: History, diff: Diff) -> str:
    """Why the pull request is not to be reviewed, "" if it is. What a person asks for is done."""
    if history.paused_by and not job.ask.forced:
        return review_words.paused(history.paused_by)
    lines = sum(file.changed_lines for file in diff.files)
    return not_wanted(policy, pull, forced=job.ask.forced, pushed=job.ask.pushed, changed_lines=lines)


def _scope(job: ReviewJob, steering: Steering, diff: Diff, world: World, looked_at: Collection[str]) -> Scope:
    """What is read: what the policy has in it, and of that what was asked for."""
    paths = steering.policy.paths
    return choose_scope(
        diff,
        attributes=steering.files,
        include=paths.include,
        exclude=paths.exclude,
        only=job.ask.paths,
        within=world.overrides.within,
        max_lines=world.limits.file_lines,
        looked_at=looked_at,
    )


def _beside(diff: Diff, scope: Scope) -> tuple[FileDiff, ...]:
    left = {skip.path for skip in (*scope.skipped, *scope.unproven) if skip.reason not in MEANT}
    return tuple(file for file in diff.files if file.path in left)


def _without_excluded(job: ReviewJob, steering: Steering, diff: Diff, cleaned: CleanDiff, world: World) -> CleanDiff:
    """What could not be searched for credentials is unread, unless nobody wants it read."""
    lost = {one.path for one in cleaned.unread}
    if not lost:
        return cleaned
    scope = _scope(job, steering, Diff(tuple(file for file in diff.files if file.path in lost)), world, ())
    unwanted = {skip.path for skip in scope.skipped if skip.reason in MEANT}
    return replace(cleaned, unread=tuple(one for one in cleaned.unread if one.path not in unwanted))


def _brief(steering: Steering, cleaned: CleanDiff, pull: PullRequest, scope: Scope) -> str:
    """What every reader is told of the pull request."""
    rules = steering.rules_for((file.path for file in scope.reviewed), cleaned.text)
    return brief(pull, scope.reviewed, repository_rules=rules, pieces=steering.policy.context)


def _told(pull: PullRequest, policy: Policy) -> PullRequest:
    return pull if policy.context.issue else replace(pull, issues=())
