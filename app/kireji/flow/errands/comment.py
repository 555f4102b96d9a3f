"""A comment with what is known of it, and what can be done about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kireji.core.events.commands import Command, Need
from kireji.core.events.happened import CommentWritten
from kireji.core.policy.steering import Steering
from kireji.core.pulls.people import CommentRef, Reaction
from kireji.core.pulls.pull import OpenedPull
from kireji.core.pulls.thread import Thread, ThreadComment
from kireji.core.wording import replies
from kireji.flow.errands.runner import Runner


@dataclass(frozen=True, slots=True)
class Said:
    """A comment with what is known of it: its pull request, the policy, and the thread of ours that it stands in, if any."""

    event: CommentWritten
    opened: OpenedPull
    steering: Steering
    runner: Runner

    @property
    def place(self) -> CommentRef:
        """Where it is answered."""
        return CommentRef(self.event.id, self.event.place, self.event.reply_to)

    @property
    def thread(self) -> Thread | None:
        """The thread of ours that it is a reply in, as it was before this errand: it may have answered before a crash."""
        threads = (one for one in self.opened.threads if one.first.id == self.event.reply_to)
        found = next(threads, None)
        if found is None:
            return None
        return replace(found, comments=tuple(one for one in found.comments if not self._is_said(one)))

    @property
    def by_author(self) -> bool:
        """Whether the pull request's author wrote it."""
        return self.event.author == self.opened.pull.author

    def _is_said(self, comment: ThreadComment) -> bool:
        """Whether this very errand wrote it: its marker names the delivery."""
        return comment.ours and self.runner.cause in comment.body

    async def reply(self, text: str, marker: str = "") -> None:
        """Answer it, once."""
        forge, ref, name = self.runner.world.forge, self.event.ref, f"reply {marker or self.runner.cause}"
        await self.runner.step("reply", lambda: forge.reply(ref, self.place, text, name), str)

    async def heard(self) -> bool:
        """Whether its author gets an answer: so many an hour. Of the first one that is not given, they are told."""
        world, event = self.runner.world, self.event
        most = world.limits.answers
        before = await world.store.asked(
            event.ref, event.author, self.runner.cause, world.clock.now().timestamp(), most
        )
        if before == most:
            await self.reply(replies.enough(event.author, most))
        return before < most

    async def acknowledge(self, command: Command, reaction: Reaction = Reaction.THUMBS_UP) -> None:
        """React to it, or say so in words."""
        forge, ref = self.runner.world.forge, self.event.ref
        if not await self.runner.step("react", lambda: forge.react(ref, self.place, reaction), bool):
            await self.reply(replies.acknowledged(command))

    async def may(self, need: Need) -> bool:
        """Whether its author may ask for such a thing: by GitHub's word, not by what the comment says of its author."""
        commands = self.steering.policy.commands
        if need is Need.ANYONE:
            return True
        if need is Need.AUTHOR_OR_FLOOR and self.by_author and commands.author_may_review:
            return True
        permission = await self.runner.world.forge.permission(self.event.ref, self.event.author)
        return permission.reaches(commands.floor)

    async def dismiss(self, thread: Thread, why: str) -> None:
        """Tell its finding never again, and close it with these words."""
        runner, ref, by = self.runner, self.event.ref, self.event.author
        if thread.fingerprint:
            await runner.step("dismiss", lambda: runner.reviews.dismiss(ref, thread.fingerprint, by), None)
        await self.close([thread], why)

    async def close(self, threads: Sequence[Thread], why: str) -> None:
        """Close those that are open with these words: one step, since after a crash others may be open."""
        runner, ref = self.runner, self.event.ref

        async def close() -> None:
            for thread in (one for one in threads if not one.resolved):
                await runner.world.forge.close_thread(ref, thread, why, f"closed {runner.cause}")

        await runner.step("close", close, None)
