"""A comment that asks for something: is it a command, may its author give it, then it is done and answered."""

from typing import assert_never

from kireji.core.events.command_parser import parse_command
from kireji.core.events.commands import (
    AskCommand,
    CancelCommand,
    Command,
    ConfigCommand,
    DismissCommand,
    HelpCommand,
    Need,
    PauseCommand,
    ResolveCommand,
    ResumeCommand,
    ReviewCommand,
    UnknownCommand,
    help_rows,
    needs,
)
from kireji.core.events.happened import CommentWritten
from kireji.core.events.job import ReviewRequest
from kireji.core.policy.markdown import config_text
from kireji.core.policy.texts import PATTERN
from kireji.core.pulls.people import CommentPlace, Reaction
from kireji.core.text.neutral import neutral_line
from kireji.core.text.paragraphs import without_mail
from kireji.core.wording import check_words, replies
from kireji.flow.errands.answers import answer
from kireji.flow.errands.comment import (
    CommentContext,
    acknowledge,
    dismiss_finding,
    is_heard,
    may_ask,
    reply,
    resolve_threads,
)
from kireji.flow.errands.runner import Runner
from kireji.flow.setup import describe_setup


async def answer_comment(event: CommentWritten, runner: Runner) -> None:
    """Do what a comment asks for. What is no command and no reply to us needs nothing, and GitHub is asked nothing."""
    command = parse_command(event.body, runner.mention)
    if command is None and (event.reply_to is None or event.before is not None):
        return

    opened, steering = await runner.look(event.ref)
    comment = CommentContext(event, opened, steering, runner)

    match command:
        case None:
            if comment.thread is not None and await may_ask(comment, Need.AUTHOR_OR_FLOOR):
                await answer(comment, without_mail(event.body))
        case UnknownCommand():
            if await may_ask(comment, Need.AUTHOR_OR_FLOOR) and await is_heard(comment):
                await reply(comment, replies.unknown(command))
        case _:
            if await may_ask(comment, needs(command)):
                await _do(command, comment)
            else:
                await _refuse(command, comment)


async def _refuse(command: Command, comment: CommentContext) -> None:
    """Its author may not give this command."""
    if await is_heard(comment):
        author = comment.event.author
        words = replies.refused(command, author, comment.policy.commands.floor, comment.opened.pull.author)
        await reply(comment, words, marker=f"refused {author}")


async def _do(command: Command, comment: CommentContext) -> None:
    match command:
        case ReviewCommand():
            await _review(command, comment)
        case PauseCommand() | ResumeCommand():
            await _pause(command, comment)
        case CancelCommand():
            await _cancel(command, comment)
        case DismissCommand(reason=reason):
            await _dismiss(reason, comment)
        case ResolveCommand():
            await _resolve(command, comment)
        case ConfigCommand():
            await _show_config(comment)
        case HelpCommand():
            if await is_heard(comment):
                await reply(comment, help_rows(comment.policy.commands.floor))
        case AskCommand(question=question):
            await answer(comment, question)
        case _:
            assert_never(command)


async def _review(command: ReviewCommand, comment: CommentContext) -> None:
    event = comment.event
    pull = comment.opened.pull
    if not pull.open:
        if await is_heard(comment):
            await reply(comment, replies.CLOSED)
        return

    for pattern in command.paths:
        if flaw := PATTERN.flaw(pattern):
            await reply(comment, replies.bad_pattern(pattern, flaw))
            return

    request = ReviewRequest(
        event.author, forced=True, full=command.full or command.deep, deep=command.deep, paths=command.paths
    )
    await acknowledge(comment, command, Reaction.EYES)
    await comment.runner.request_reviews([event.ref], pull.head_sha, request)


async def _pause(command: PauseCommand | ResumeCommand, comment: CommentContext) -> None:
    """After a pause the head is read, unless it was before."""
    runner = comment.runner
    ref = comment.event.ref
    by = comment.event.author if isinstance(command, PauseCommand) else ""

    await runner.step("pause", lambda: runner.reviews.pause(ref, by), None)
    await acknowledge(comment, command)

    head_sha = comment.opened.pull.head_sha
    if not by and (await runner.world.store.history(ref)).reviewed_head != head_sha:
        await runner.request_reviews([ref], head_sha, ReviewRequest())


async def _cancel(command: CancelCommand, comment: CommentContext) -> None:
    runner = comment.runner
    note = check_words.CANCELLED_BY_COMMAND
    if await runner.step("cancel", lambda: runner.reviews.cancel(comment.event.ref, note), bool):
        await acknowledge(comment, command)
    else:
        await reply(comment, replies.NOTHING_UNDER_WAY)


async def _dismiss(reason: str, comment: CommentContext) -> None:
    if comment.event.place is not CommentPlace.THREAD or comment.thread is None:
        await reply(comment, replies.NOT_A_THREAD)
        return
    await dismiss_finding(comment, comment.thread, replies.dismissed(neutral_line(reason)))


async def _resolve(command: ResolveCommand, comment: CommentContext) -> None:
    """The thread it stands in, or, in the conversation, all that are open."""
    threads = comment.opened.threads if comment.thread is None else [comment.thread]

    async def count_open() -> int:
        return sum(not thread.resolved for thread in threads)

    # A step: once they are resolved none is open, and that is no news.
    if not await comment.runner.step("count", count_open, int):
        await reply(comment, replies.NO_OPEN_THREADS)
        return
    await resolve_threads(comment, threads, replies.RESOLVED_ON_REQUEST)
    await acknowledge(comment, command)


async def _show_config(comment: CommentContext) -> None:
    steering = comment.steering
    notes = (*describe_setup(comment.world, steering.policy), *steering.elsewhere)
    await reply(comment, config_text(steering.reading, notes, steering.policy_file))
