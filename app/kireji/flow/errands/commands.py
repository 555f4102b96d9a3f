"""A comment that asks for something: is it a command, may its author give it, then it is done and answered."""

from typing import assert_never

from kireji.core.events.commands import Command, Need, UnknownCommand, Verb, help_rows, needs, parse
from kireji.core.events.happened import CommentWritten
from kireji.core.events.job import Ask
from kireji.core.policy.markdown import config_text
from kireji.core.policy.steering import base_files, steer
from kireji.core.policy.texts import PATTERN
from kireji.core.pulls.people import CommentPlace, Reaction
from kireji.core.text.neutral import neutral_line
from kireji.core.text.paragraphs import without_mail
from kireji.core.wording import replies, review_words
from kireji.flow.errands.answers import answer
from kireji.flow.errands.comment import Said
from kireji.flow.errands.runner import Runner


async def answer_comment(event: CommentWritten, runner: Runner) -> None:
    """Do what a comment asks for. What is no command and no reply to us needs nothing, and GitHub is asked nothing."""
    command = parse(event.body, runner.mention)
    if command is None and (event.reply_to is None or event.before is not None):
        return
    overrides = runner.world.overrides
    opened = await runner.world.forge.look(event.ref, base_files(overrides))
    said = Said(event, opened, steer(opened, overrides), runner)
    match command:
        case None:
            if said.thread is not None and await said.may(Need.AUTHOR_OR_FLOOR):
                await answer(said, without_mail(event.body))
        case UnknownCommand():
            if await said.may(Need.AUTHOR_OR_FLOOR) and await said.heard():
                await said.reply(replies.unknown(command))
        case Command():
            if await said.may(needs(command)):
                await _do(command, said)
            elif await said.heard():
                floor = said.steering.policy.commands.floor
                words = replies.refused(command, event.author, floor, opened.pull.author)
                await said.reply(words, marker=f"refused {event.author}")
        case _:
            assert_never(command)


async def _do(command: Command, said: Said) -> None:
    match command.verb:
        case Verb.REVIEW:
            await _review(command, said)
        case Verb.PAUSE | Verb.RESUME:
            await _pause(command, said)
        case Verb.CANCEL:
            await _cancel(command, said)
        case Verb.DISMISS:
            await _dismiss(command, said)
        case Verb.RESOLVE:
            await _resolve(command, said)
        case Verb.CONFIG:
            steering = said.steering
            in_force = said.runner.world.in_force(steering.policy)
            await said.reply(config_text(steering.reading, (*in_force, *steering.elsewhere), steering.policy_file))
        case Verb.HELP:
            if await said.heard():
                await said.reply(help_rows(said.steering.policy.commands.floor))
        case Verb.ASK:
            await answer(said, command.text)
        case _:
            assert_never(command.verb)


async def _review(command: Command, said: Said) -> None:
    pull = said.opened.pull
    if not pull.open:
        if await said.heard():
            await said.reply(replies.CLOSED)
        return
    for pattern in command.paths:
        if flaw := PATTERN.flaw(pattern):
            await said.reply(replies.bad_pattern(pattern, flaw))
            return
    ask = Ask(said.event.author, forced=True, full=command.full or command.deep, deep=command.deep, paths=command.paths)
    await said.acknowledge(command, Reaction.EYES)
    await said.runner.request_reviews([said.event.ref], pull.head_sha, ask)


async def _pause(command: Command, said: Said) -> None:
    """After a pause the head is read, unless it was before."""
    runner, ref, pull = said.runner, said.event.ref, said.opened.pull
    by = said.event.author if command.verb is Verb.PAUSE else ""
    await runner.step("pause", lambda: runner.reviews.pause(ref, by), None)
    await said.acknowledge(command)
    if not by and (await runner.world.store.history(ref)).reviewed_head != pull.head_sha:
        await runner.request_reviews([ref], pull.head_sha, Ask())


async def _cancel(command: Command, said: Said) -> None:
    reviews, ref = said.runner.reviews, said.event.ref
    note = review_words.CANCELLED_BY_COMMAND
    if await said.runner.step("cancel", lambda: reviews.cancel(ref, note), bool):
        await said.acknowledge(command)
    else:
        await said.reply(replies.NOTHING_UNDER_WAY)


async def _dismiss(command: Command, said: Said) -> None:
    if said.event.place is not CommentPlace.THREAD or said.thread is None:
        await said.reply(replies.NOT_A_THREAD)
        return
    await said.dismiss(said.thread, replies.dismissed(neutral_line(command.text)))


async def _resolve(command: Command, said: Said) -> None:
    """The thread it stands in, or, in the conversation, all that are open."""
    meant = said.opened.threads if said.thread is None else [said.thread]

    async def count() -> int:
        return sum(not thread.resolved for thread in meant)

    if not await said.runner.step(
        "count", count, int
    ):  # a step: once they are closed there are none, and that is no news
        await said.reply(replies.NO_OPEN_THREADS)
        return
    await said.close(meant, replies.RESOLVED_ON_REQUEST)
    await said.acknowledge(command)
