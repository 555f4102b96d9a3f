"""Before the model is asked: fetch, steer, clean, choose, look around, afford. Nothing here costs money."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, replace

from kireji.core.chunks.chunk import cut_sparingly
from kireji.core.chunks.depth import Depth, assess_risks
from kireji.core.diff.unified import Diff, FileDiff, Unread, parse_diff
from kireji.core.events.job import ReviewJob
from kireji.core.findings.addressed import PromptInjection, find_injection, without_injection
from kireji.core.findings.placement import by_path
from kireji.core.findings.plausible import Evidence
from kireji.core.operations.perils import RiskyPart
from kireji.core.policy.model import Policy
from kireji.core.policy.steering import Steering, base_files, steer
from kireji.core.policy.wanted import base_matters, not_wanted
from kireji.core.prompts.prompt import brief
from kireji.core.pulls.posting import HeadMoved, NotWanted
from kireji.core.pulls.pull import Fetched, PullRequest
from kireji.core.pulls.thread import Thread
from kireji.core.rounds.history import History
from kireji.core.scope.choose import Scope, choose_scope
from kireji.core.scope.skips import SkipReason
from kireji.core.secrets.leaks import CleanDiff
from kireji.core.wording import check_words
from kireji.flow.cleaning import without_credentials
from kireji.flow.review.afford import Plan, afford
from kireji.flow.review.contexts import Contexts
from kireji.flow.review.costs import Briefing
from kireji.flow.review.surroundings import RepositoryView, look_around
from kireji.flow.setup import ReviewSetup, choose_setup
from kireji.flow.world import World
from kireji.ports import Model

MEANT = frozenset({SkipReason.EXCLUDED, SkipReason.NOT_ASKED})
"""Why a file is skipped because somebody with a say in it wants that."""


@dataclass(frozen=True, slots=True)
class PullContext:
    """Whose review it is: the pull request, its policy, and what earlier rounds left."""

    pull: PullRequest
    """What its readers are shown of it: without credentials, and without prompt injections."""
    addressed: PromptInjection
    """Where text in it addresses its reviewer."""
    steering: Steering
    """The policy in force, and the other files of the base branch that steer a review."""
    history: History
    """What earlier rounds read, and what was dismissed."""
    threads: tuple[Thread, ...]
    """Our own from earlier rounds, without credentials."""

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.steering.policy


@dataclass(frozen=True, slots=True)
class ReviewMaterial:
    """What there is to read."""

    cleaned: CleanDiff
    """The diff without credentials, and what was found of those."""
    scope: Scope
    """Which of its files are reviewed, and why the others are not."""
    view: RepositoryView
    """The code around the changes."""
    unserved: tuple[Unread, ...]
    """What GitHub did not serve."""

    @property
    def diff(self) -> Diff:
        """All of it, without credentials."""
        return self.cleaned.diff

    @property
    def beside(self) -> tuple[FileDiff, ...]:
        """Files that no model reads, as they look generated or are too large, and that may hold credentials all the same."""
        return _beside(self.diff, self.scope)

    @property
    def unread(self) -> tuple[Unread, ...]:
        """What should be read and is not there to be read."""
        return (*self.unserved, *self.cleaned.unread, *self.scope.unread)

    @property
    def evidence(self) -> Evidence:
        """What findings are held against."""
        return Evidence(by_path((*self.scope.reviewed, *self.beside)), self.view.known.lines)


@dataclass(frozen=True, slots=True)
class PreparedReview:
    """A review about to be asked: all that is known before the first question."""

    setup: ReviewSetup
    subject: PullContext
    material: ReviewMaterial
    briefing: Briefing
    contexts: Contexts
    """Where the briefing has each chunk's context from; it knows what was left out."""
    plan: Plan

    @property
    def deep(self) -> Model | None:
        """The better model, if the review is a deep one."""
        return self.setup.deep if self.plan.depth is Depth.DEEP else None


async def prepare(job: ReviewJob, world: World) -> PreparedReview | NotWanted | HeadMoved:
    """Everything before the model is asked.

    1. Fetch the pull request; end where its head is another one by now.
    2. Steer: read the policy, and end where that does not want a review, or somebody has paused them.
    3. Clean: take the credentials out, choose what is read, and look for prompt injections.
    4. Look around: read the code around the changes.
    5. Brief: cut the change into chunks, and write what their readers are told.
    6. Afford: plan what the budgets have room for, and reserve it.
    """
    # 1. Fetch
    fetched = await world.forge.fetch(job.ref, base_files(world.overrides))
    if fetched.opened.pull.head_sha != job.head_sha:
        return HeadMoved(fetched.opened.pull.head_sha)

    # 2. Steer
    async with world.part(RiskyPart.DIFF):
        steering = steer(fetched.opened, world.overrides)
        diff = await asyncio.to_thread(parse_diff, fetched.diff.text)
    history = await world.store.history(job.ref)
    pull = await _in_stack(job, fetched.opened.pull, steering.policy, world)
    reason = _held_back(job, pull, steering.policy, history, diff)
    if reason:
        return NotWanted(reason, (*steering.notes, *steering.unheard(diff.files)))
    setup = choose_setup(world, steering.policy)

    # 3. Clean
    async with world.part(RiskyPart.DIFF):
        subject, cleaned, scope = await _clean(job, fetched, diff, steering, world, history=history)

    # 4. Look around
    view = await look_around(job, scope.reviewed, steering.policy.context, world, cleaned.known)
    material = ReviewMaterial(cleaned, scope, view, fetched.diff.unread)

    # 5. Brief
    contexts = Contexts(view.known, steering.policy.context, setup.context_room)
    briefing = await _brief(subject, material, contexts, setup)

    # 6. Afford
    if subject.addressed.places:
        setup = setup.forgetting()
    plan = await afford(job, steering.policy, briefing, setup, world)
    return PreparedReview(setup.at_depth(plan.depth), subject, material, briefing, contexts, plan)


async def _in_stack(job: ReviewJob, pull: PullRequest, policy: Policy, world: World) -> PullRequest:
    """The pull request with its stack's base, which is asked for only where the policy would leave it out by that."""
    if job.ask.forced or not pull.open or not base_matters(policy):
        return pull
    head = await world.forge.pull_head(job.ref)
    return replace(pull, stack_base=head.stack_base)


def _held_back(job: ReviewJob, pull: PullRequest, policy: Policy, history: History, diff: Diff) -> str:
    """Why the pull request is not to be reviewed, "" if it is. What a person asks for is done."""
    if history.paused_by and not job.ask.forced:
        return check_words.paused(history.paused_by)
    lines = sum(file.changed_lines for file in diff.files)
    return not_wanted(policy, pull, forced=job.ask.forced, pushed=job.ask.pushed, changed_lines=lines)


async def _clean(
    job: ReviewJob, fetched: Fetched, diff: Diff, steering: Steering, world: World, *, history: History
) -> tuple[PullContext, CleanDiff, Scope]:
    """The pull request and its diff without credentials, and which files are read. Of a large one this takes seconds."""
    cleaned = await without_credentials(diff, world.apart)
    threads = await asyncio.to_thread(cleaned.threads, fetched.opened.threads_before(job.name))
    scope = await asyncio.to_thread(_scope, job, steering, cleaned.diff, world, fetched.diff.binary)
    cleaned = await asyncio.to_thread(_without_excluded, job, steering, diff, cleaned, world)

    pull = await asyncio.to_thread(cleaned.pull, _without_issues(fetched.opened.pull, steering.policy))
    addressed = await asyncio.to_thread(find_injection, pull, scope.reviewed, _beside(cleaned.diff, scope))
    return PullContext(without_injection(pull), addressed, steering, history, threads), cleaned, scope


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
    unsearched = {unread.path for unread in cleaned.unread}
    if not unsearched:
        return cleaned

    files = tuple(file for file in diff.files if file.path in unsearched)
    scope = _scope(job, steering, Diff(files), world, ())
    unwanted = {skip.path for skip in scope.skipped if skip.reason in MEANT}
    return replace(cleaned, unread=tuple(unread for unread in cleaned.unread if unread.path not in unwanted))


def _without_issues(pull: PullRequest, policy: Policy) -> PullRequest:
    """The pull request without the issues that it closes, where the policy keeps them from its readers."""
    return pull if policy.context.issue else replace(pull, issues=())


async def _brief(subject: PullContext, material: ReviewMaterial, contexts: Contexts, setup: ReviewSetup) -> Briefing:
    """What the readers are given."""
    reviewed = material.scope.reviewed
    words = await asyncio.to_thread(_words, subject, material)

    troubled = {thread.path for thread in subject.threads}
    risks = await asyncio.to_thread(assess_risks, reviewed, troubled)
    scores = {path: risk.score for path, risk in risks.items()}
    chunks = await asyncio.to_thread(cut_sparingly, reviewed, setup.chunk_room, setup.spec.chars_per_token)
    return Briefing(chunks, scores, words, contexts, subject.pull.author)


def _words(subject: PullContext, material: ReviewMaterial) -> str:
    """What every reader is told of the pull request."""
    reviewed = material.scope.reviewed
    rules = subject.steering.rules_for((file.path for file in reviewed), material.cleaned.text)
    return brief(subject.pull, reviewed, repository_rules=rules, pieces=subject.policy.context)
