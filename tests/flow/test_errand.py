"""Errands outlive their process: whenever it dies, the next one goes on, and nothing is done or said twice."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

import pytest
from typing_extensions import override

from kireji.adapters.in_process.store import MemoryStore
from kireji.core.events.commands import COMMANDS
from kireji.core.events.happened import (
    CheckRunAsked,
    CheckSuiteAsked,
    CommentWritten,
    LabelChanged,
    MergeGroupAsked,
    PullRequestStacked,
)
from kireji.core.events.job import Errand, ReviewRequest
from kireji.core.policy.overrides import POLICY
from kireji.core.pulls.people import CommentPlace, Permission, Reaction
from kireji.core.pulls.pull import PullRef
from kireji.core.pulls.thread import Thread
from kireji.core.rounds.history import History
from kireji.errors import TransientError, UserError
from kireji.flow.errands.errand import PAUSES, run_errand
from kireji.flow.errands.runner import Runner
from kireji.flow.world import Limits, World
from tests.fakes.apart import processes
from tests.fakes.clock import FakeClock
from tests.fakes.forge import REF, FakeForge
from tests.fakes.model import FakeModel, answer
from tests.make import FINDING, files
from tests.threads import comment_of, thread

T = TypeVar("T")
CART, OLD = files()
THREAD = thread(FINDING, CART)
OTHER = replace(THREAD, node="T_other", comments=(replace(THREAD.first, id=50),))


class DiedError(BaseException):
    """The process is gone: nobody catches that."""


class Journal:
    """Remembers steps as the engine does: by their order, each under the name it had. It dies after `lives` of them."""

    def __init__(self, done: list[tuple[str, object]], lives: int | None = None) -> None:
        self._done = done
        self._lives = lives
        self._at = 0

    async def step(self, name: str, call: Callable[[], Awaitable[T]], kind: object) -> T:  # noqa: ARG002
        """The remembered result; else run it, remember it, and perhaps die."""
        self._at += 1
        if self._at <= len(self._done):
            known, value = self._done[self._at - 1]
            assert known == name, f"step {self._at} was {known!r} before the crash and is {name!r} now"
            return value  # pyrefly: ignore[bad-return] - it is what this step gave
        result = await call()
        if self._lives == self._at - 1:
            raise DiedError  # done, and nobody wrote it down
        self._done.append((name, result))
        return result


@dataclass
class FakeReviewQueue:
    """What was wanted, each cause once."""

    wanted: dict[str, tuple[PullRef, str, ReviewRequest]] = field(default_factory=dict)
    paused: list[str] = field(default_factory=list)
    dismissed: set[str] = field(default_factory=set)
    under_way: bool = True

    async def request(self, ref: PullRef, head_sha: str, ask: ReviewRequest, cause: str) -> str:
        """Note it."""
        self.wanted.setdefault(cause, (ref, head_sha, ask))
        return cause

    async def cancel(self, ref: PullRef, note: str) -> bool:
        """There is one, unless the test says otherwise."""
        assert (ref, bool(note)) == (REF, True)
        return self.under_way

    async def pause(self, ref: PullRef, by: str) -> None:
        """Note it."""
        assert ref == REF
        self.paused = [by]

    async def dismiss(self, ref: PullRef, fingerprint: str, by: str) -> None:
        """Note it."""
        assert (ref, bool(by)) == (REF, True)
        self.dismissed.add(fingerprint)


class Store(MemoryStore):
    """A store of a pull request that was never reviewed."""

    @override
    async def history(self, ref: PullRef) -> History:
        """Nothing."""
        assert ref == REF
        return History()


@dataclass
class Scene:
    """GitHub and the queue, which outlive every process, and the errand's memory."""

    forge: FakeForge = field(default_factory=FakeForge)
    review_queue: FakeReviewQueue = field(default_factory=FakeReviewQueue)
    store: Store = field(default_factory=Store)
    clock: FakeClock = field(default_factory=FakeClock)
    done: list[tuple[str, object]] = field(default_factory=list)
    model: FakeModel = field(
        default_factory=lambda: FakeModel(lambda _: answer(json.dumps({"answer": "You are right.", "withdraw": True})))
    )

    def __post_init__(self) -> None:
        self.forge.ours = (THREAD, OTHER)
        self.forge.permissions = {"maria": Permission.WRITE}
        self.forge.files = {POLICY: "triggers:\n  base_branches: [main]\n"}

    async def run(self, errand: Errand, lives: int | None = None) -> None:
        """Carry it out in a process of its own, which may die."""
        journal = Journal(self.done, lives)
        world = World(self.forge, self.model, self.store, journal, self.clock, Limits(), apart=processes())
        await run_errand(errand, Runner(world, self.review_queue, journal, "d-1", "kireji"))

    def outcome(self) -> object:
        """Everything that people and the queue see of it, and how often the model was paid."""
        return (
            self.forge.closed,
            [body for _, body in self.forge.replies],
            [*self.forge.reactions, *self.forge.reports[-1:]],
            self.review_queue,
            len(self.model.prompts),
        )


def said(text: str, by: str = "maria", thread: Thread | None = None) -> Errand:
    """Somebody writes in the conversation, or in a thread."""
    place = CommentPlace.CONVERSATION if thread is None else CommentPlace.THREAD
    reply_to = None if thread is None else thread.first.id
    return Errand(CommentWritten(REF, 9, place, text, by, False, "alice", reply_to=reply_to))


ERRANDS = {
    "review": said("/review full"),
    "a pattern": said("/review *a*a*a*b"),
    "pause": said("/review pause"),
    "resume": said("/review resume"),
    "cancel": said("/review cancel"),
    "resolve all": said("/review resolve"),
    "resolve one": said("/review resolve", thread=THREAD),
    "dismiss": said("/review dismiss it is fine", thread=THREAD),
    "an answer that withdraws": said("It is closed elsewhere.", thread=THREAD),
    "a question": said("/review ask why?"),
    "help": said("/review help", by="carl"),
    "refused": said("/review full", by="carl"),
    "unknown": said("/review paus"),
    "a button": Errand(CheckRunAsked(REF.repo, 1, f"{REF.repo}#7@head1/1", "deep", "maria", False)),
    "the pause button": Errand(CheckRunAsked(REF.repo, 1, f"{REF.repo}#7@h/1", "pause", "maria", False)),
    "all checks": Errand(CheckSuiteAsked(REF.repo, 1, "head1", (), "maria", False)),
    "a merge queue": Errand(
        MergeGroupAsked(
            REF.repo, 1, "head1", f"refs/heads/gh-readonly-queue/main/pr-7-{'a' * 40}", "m0", "refs/heads/main"
        )
    ),
    "a stack": Errand(PullRequestStacked(REF, "head1", "feat/auth", "main")),
    "a label": Errand(LabelChanged(REF, "head1", "no-review", False, "maria", False)),
}


@pytest.mark.parametrize("name", ERRANDS)
async def test_a_process_that_dies_after_any_step(name: str) -> None:
    """Before the step is written down as well as after: the next process ends with the same, said and paid once."""
    errand, whole = ERRANDS[name], Scene()
    whole.forge.heads = {"head1": (7, 8)}
    await whole.run(errand)
    assert whole.done, "an errand that does nothing shows nothing"
    for lives in range(len(whole.done)):
        scene = Scene()
        scene.forge.heads = {"head1": (7, 8)}
        with pytest.raises(DiedError):
            await scene.run(errand, lives)
        if scene.done:  # what was written down holds, whatever GitHub says by then
            scene.forge.heads = {"head1": (8,)}
        _show_replies(scene)
        await scene.run(errand)
        assert scene.outcome() == whole.outcome(), f"died in step {lives + 1}"


def _show_replies(scene: Scene) -> None:
    """What was said in the thread comes back with it, under its marker."""
    own = [
        replace(comment_of(f"{body}\n\n<!-- kireji:said reply d-1 -->", ours=True), id=100 + number)
        for number, (to, body) in enumerate(scene.forge.replies)
        if to.place is CommentPlace.THREAD
    ]
    scene.forge.ours = tuple(
        replace(one, comments=(*one.comments, *own)) if one.node == THREAD.node else one for one in scene.forge.ours
    )


@pytest.mark.parametrize("action", ["review", "deep", "pause"])
async def test_a_button_under_a_floor_above_write(action: str) -> None:
    """GitHub shows it to all who may write; who is below the policy's floor is told so, once."""
    scene = Scene()
    scene.forge.files = {".github/kireji.yml": "commands: {floor: maintain}"}
    scene.forge.permissions["olga"] = Permission.MAINTAIN
    pressed = CheckRunAsked(REF.repo, 1, f"{REF.repo}#7@h/1", action, "maria", False)
    await scene.run(Errand(pressed))
    scene.done.clear()
    await scene.run(Errand(pressed))
    assert (scene.review_queue.wanted, scene.review_queue.paused) == ({}, [])
    ((_, refusal),) = scene.forge.replies
    assert refusal.startswith("`maria`: only people with the maintain permission, or more, may press")
    scene.done.clear()
    await scene.run(Errand(replace(pressed, sender="olga")))
    assert bool(scene.review_queue.wanted or scene.review_queue.paused)


ANYBODY = ["/review help"]
THE_AUTHORS = ["/review", "/review ask why?"]
MAINTAINERS = [
    "/review full",
    "/review deep",
    "/review app/**",
    "/review pause",
    "/review resume",
    "/review cancel",
    "/review dismiss it is fine",
    "/review resolve",
    "/review config",
]


def test_every_command_is_tried_below() -> None:
    """Each row of the table is one of these."""
    assert len(COMMANDS) == len([*ANYBODY, *THE_AUTHORS, *MAINTAINERS])


@pytest.mark.parametrize("text", [*ANYBODY, *THE_AUTHORS, *MAINTAINERS])
@pytest.mark.parametrize("by", ["maria", "alice", "carl"])
async def test_who_may_give_which_command(text: str, by: str) -> None:
    """A maintainer all; the author, who cannot write here, what costs little; a stranger asks for help only."""
    scene = Scene()
    await scene.run(said(text, by=by, thread=THREAD))
    may = by == "maria" or text in ANYBODY or (by == "alice" and text in THE_AUTHORS)
    assert any("(I say this once.)" in body for _, body in scene.forge.replies) is not may
    if not may:
        assert scene.outcome() == ([], [scene.forge.replies[0][1]], [], FakeReviewQueue(), 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/review", "The review has started. Its check run shows its progress."),
        ("/review pause", "Paused: pushes are not reviewed until somebody writes `/review resume`."),
        ("/review resume", "Pushes are reviewed again."),
        ("/review cancel", "Cancelled."),
        ("/review resolve", "Done."),
    ],
)
async def test_words_where_the_app_may_not_react(text: str, words: str) -> None:
    """It is done all the same."""
    scene = Scene()
    scene.forge.may_react = False
    await scene.run(said(text))
    assert [body for _, body in scene.forge.replies] == [words]


async def test_what_fails_in_passing_is_tried_again() -> None:
    """After pauses that grow, or when the service says so; in the end it is given up."""
    scene = Scene()
    scene.forge.fail_fetches = [TransientError("502"), TransientError("busy", retry_after=60.0), TransientError("502")]
    await scene.run(said("/review"))
    assert len(scene.review_queue.wanted) == 1
    assert scene.clock.sleeps == [PAUSES[0], 60.0, PAUSES[2]]
    scene.forge.fail_fetches = [TransientError("502")] * 9
    with pytest.raises(TransientError):
        await scene.run(said("/review"))
    assert scene.clock.sleeps[3:] == list(PAUSES)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            UserError("Kireji may not read it", "Accept the permission."),
            "Kireji may not read it. Accept the permission.",
        ),
        (TransientError("GitHub's limit is used up", 9_999.0), "I tried again for a while and gave up."),
        (RuntimeError("secret inside"), "an error in Kireji. The server's log has the details."),
    ],
)
@pytest.mark.parametrize(
    ("errand", "told"),
    [(said("/review ask why?"), True), (said("Nice.", thread=THREAD), False)],
    ids=["command", "talk"],
)
async def test_a_command_that_fails_for_good_is_told(error: Exception, words: str, errand: Errand, told: bool) -> None:
    """By a reaction and in words, once; what is no command may be meant for somebody else. Delivered again, it is done."""
    scene = Scene()
    for _ in range(2):
        scene.forge.fail_fetches = [error]
        with pytest.raises(type(error)):
            await scene.run(errand)
        scene.done.clear()
    assert [reaction for _, reaction in scene.forge.reactions] == [Reaction.CONFUSED] * told
    assert [words in body and "secret" not in body for _, body in scene.forge.replies] == [True] * told
    await scene.run(errand)
    assert "You are right." in scene.forge.replies[-1][1]


async def test_a_wait_that_is_too_long_is_not_begun() -> None:
    """A service that asks for hours: the errand ends, and the log says why."""
    scene = Scene()
    scene.forge.fail_fetches = [TransientError("limit", retry_after=9_999.0)]
    with pytest.raises(TransientError):
        await scene.run(said("/review"))
    assert scene.clock.sleeps == []


@pytest.mark.parametrize("external_id", ["", "#7@h/1", f"{REF.repo}#x@h/1", "7@h/1"])
async def test_a_check_run_that_names_no_pull_request(external_id: str) -> None:
    """It is not ours, whoever sent it."""
    scene = Scene()
    await scene.run(Errand(CheckRunAsked(REF.repo, 1, external_id, "", "maria", False)))
    assert scene.review_queue.wanted == {}
