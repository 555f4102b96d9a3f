"""A comment with what is known of it, and what can be done about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kireji.core.events.commands import Command, Need
from kireji.core.events.happened import CommentWritten
from kireji.core.policy.reading import Policy
from kireji.core.policy.steering import Steering
from kireji.core.pulls.people import CommentRef, Reaction
from kireji.core.pulls.pull import OpenedPull
from kireji.core.pulls.thread import Thread, ThreadComment
from kireji.core.wording import replies
from kireji.flow.errands.runner import Runner
from kireji.flow.world import World


@dataclass(frozen=True, slots=True)
class CommentContext:
    """A comment with what is known of it."""

    event: CommentWritten
    opened: OpenedPull
    """The pull request that it stands on."""
    steering: Steering
    """What the base branch says of how that is reviewed."""
    runner: Runner
    """The errand that answers it."""

    @property
    def world(self) -> World:
        """The ports and limits."""
        return self.runner.world

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.steering.policy

    @property
    def place(self) -> CommentRef:
        """Where it is answered."""
        return place_of(self.event)

    @property
    def thread(self) -> Thread | None:
        """The thread of ours that it is a reply in, as it was before this errand: it may have answered before a crash."""
        threads = (thread for thread in self.opened.threads if thread.first.id == self.event.reply_to)
        thread = next(threads, None)
        if thread is None:
            return None
        comments = tuple(comment for comment in thread.comments if not self._is_own_answer(comment))
        return replace(thread, comments=comments)

    @property
    def by_author(self) -> bool:
        """Whether the pull request's author wrote it."""
        return self.event.author == self.opened.pull.author

    def _is_own_answer(self, comment: ThreadComment) -> bool:
        """Whether this very errand wrote it: its marker names the delivery."""
        return comment.ours and self.runner.cause in comment.body


def place_of(event: CommentWritten) -> CommentRef:
    """Where a comment is answered."""
    return CommentRef(event.id, event.place, event.reply_to)


async def reply(comment: CommentContext, text: str, marker: str = "") -> None:
    """Answer it, once."""
    forge = comment.world.forge
    name = f"reply {marker or comment.runner.cause}"
    await comment.runner.step("reply", lambda: forge.reply(comment.event.ref, comment.place, text, name), str)


async def acknowledge(comment: CommentContext, command: Command, reaction: Reaction = Reaction.THUMBS_UP) -> None:
    """React to it, or say so in words."""
    forge = comment.world.forge
    react = await comment.runner.step("react", lambda: forge.react(comment.event.ref, comment.place, reaction), bool)
    if not react:
        await reply(comment, replies.acknowledged(command))


async def is_heard(comment: CommentContext) -> bool:
    """Whether its author gets an answer: so many an hour. In place of the first one beyond that they are told so."""
    event = comment.event
    most = comment.world.limits.answers
    now = comment.world.clock.now().timestamp()

    before = await comment.world.store.asked(event.ref, event.author, comment.runner.cause, now, most)
    if before == most:
        await reply(comment, replies.enough(event.author, most))
    return before < most


async def may_ask(comment: CommentContext, need: Need) -> bool:
    """Whether its author may ask for such a thing: by GitHub's word, not by what the comment says of its author."""
    commands = comment.policy.commands
    if need is Need.ANYONE:
        return True
    if need is Need.AUTHOR_OR_FLOOR and comment.by_author and commands.author_may_review:
        return True

    permission = await comment.world.forge.permission(comment.event.ref, comment.event.author)
    return permission.reaches(commands.floor)


async def dismiss_finding(comment: CommentContext, thread: Thread, why: str) -> None:
    """Never report the thread's finding again, and resolve the thread with these words."""
    event = comment.event
    if thread.fingerprint:
        reviews = comment.runner.reviews
        await comment.runner.step("dismiss", lambda: reviews.dismiss(event.ref, thread.fingerprint, event.author), None)
    await resolve_threads(comment, [thread], why)


async def resolve_threads(comment: CommentContext, threads: Sequence[Thread], why: str) -> None:
    """Resolve those that are open with these words: one step, since after a crash others may be open."""
    marker = f"closed {comment.runner.cause}"
    still_open = [thread for thread in threads if not thread.resolved]

    async def resolve() -> None:
        for thread in still_open:
            await comment.world.forge.resolve_thread(comment.event.ref, thread, why, marker)

    await comment.runner.step("close", resolve, None)
