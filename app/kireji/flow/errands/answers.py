"""Answers to people: in our threads, and to `/review ask`. The model may withdraw a finding where a maintainer asks."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from kireji.core.diff.unified import parse
from kireji.core.events.commands import Need
from kireji.core.findings.addressed import find_injection, thread_without_injection, without_injection
from kireji.core.findings.placement import by_path
from kireji.core.models.catalogue import spec_of
from kireji.core.money.budget import Period, answer_price, claim
from kireji.core.policy.steering import base_files
from kireji.core.prompts import talk
from kireji.core.prompts.prompt import Prompt, brief
from kireji.core.pulls.thread import ThreadComment
from kireji.core.secrets.leaks import CleanDiff
from kireji.core.wording import money_words, replies
from kireji.flow.cleaning import without_credentials
from kireji.flow.errands.comment import CommentContext, dismiss_finding, is_heard, may_ask, reply
from kireji.flow.memo import RememberingModel
from kireji.ports import Caller

ANSWER_TOKENS = 1_500
SPENT = "spent"
"""In the marker of what stands where an answer would, had there been money for it: it counts as none."""


async def answer(comment: CommentContext, question: str) -> None:
    """Answer a question, unless its thread or who asks has had all there are; below the last one in a thread say so."""
    most = comment.policy.threads.answers
    given = _count_answers(comment)
    if (given is not None and given >= most) or not await is_heard(comment):
        return

    asked = await _ask_about(comment, question)
    model = await _model(comment, keeps=not asked.addressed)
    if not await _affords(comment, asked.prompt, model):
        return

    outcome = await model.ask(asked.prompt)
    spoken = None if outcome.whole_text is None else talk.parse(outcome.whole_text)

    text = replies.NO_ANSWER
    if spoken is not None:
        text = talk.posted(replace(spoken, answer=asked.cleaned.text(spoken.answer)))
    warning = replies.ADDRESSED if asked.addressed else ""
    last = replies.last_answer(most) if given is not None and given + 1 >= most else ""
    await reply(comment, "\n\n".join(filter(None, (text, warning, last))))

    withdrawn = spoken is not None and spoken.withdraw and not asked.addressed
    if withdrawn and comment.thread is not None and await may_ask(comment, Need.FLOOR):
        await dismiss_finding(comment, comment.thread, replies.WITHDRAWN)


def _count_answers(comment: CommentContext) -> int | None:
    """How often we spoke in this thread of ours; None elsewhere, where each question is a command, which is limit enough."""
    if comment.thread is None:
        return None
    unpaid = f"<!-- kireji:said reply {SPENT} "
    return sum(spoken.ours and unpaid not in spoken.body for spoken in comment.thread.comments[1:])


async def _affords(comment: CommentContext, prompt: Prompt, model: RememberingModel) -> bool:
    """Whether the day's and the month's budget have room for the answer; if not, that is said, once a day or a month.

    What was answered before a crash is remembered, and costs nothing.
    """
    world = comment.world
    now = world.clock.now()
    wish = comment.policy.budget
    budget = world.limits.budget.within(wish.review, wish.day)
    if not budget.given or all(await model.knows([prompt])):
        return True

    chars = len(prompt.rules) + len(prompt.brief) + len(prompt.question)
    price = answer_price(chars, spec_of(world.model.name))
    granted = await world.store.room(comment.event.ref, claim((price,), budget, now))
    if granted.option is None:
        await reply(comment, money_words.no_answer(granted.scarcest), _unpaid_marker(comment, granted.scarcest, now))
    return granted.option is not None


def _unpaid_marker(comment: CommentContext, scarcest: Period, now: datetime) -> str:
    """The marker of what is said once a day, or a month, in each place."""
    since = now.strftime("%Y-%m" if scarcest is Period.MONTH else "%Y-%m-%d")
    where = comment.event.reply_to or "conversation"
    return f"{SPENT} {since} {where}"


@dataclass(frozen=True, slots=True)
class _Asked:
    """The question with what it is about."""

    prompt: Prompt
    cleaned: CleanDiff
    """Takes the credentials out of that, and out of the answer."""
    addressed: bool
    """Whether text in the pull request addresses its reviewer, or somebody in the thread does who is not the one who asks."""


async def _ask_about(comment: CommentContext, question: str) -> _Asked:
    """The question, with the diff, the pull request and the thread that it is about, all without credentials."""
    event = comment.event
    fetched = await comment.world.forge.fetch(event.ref, base_files(comment.world.overrides))
    diff = await asyncio.to_thread(parse, fetched.diff.text)  # of a large one this takes seconds
    cleaned = await without_credentials(diff, comment.world.apart)
    files = cleaned.diff.files

    question = cleaned.text(question)
    pull = cleaned.pull(fetched.opened.pull)
    addressed = await asyncio.to_thread(find_injection, pull, files)
    about = brief(without_injection(pull), files)

    if comment.thread is None:
        prompt = talk.in_conversation(event.author, question, files, ANSWER_TOKENS, brief=about, path=event.path)
        return _Asked(prompt, cleaned, addressed.anywhere)

    asked = ThreadComment(event.id, "", event.author, bot=False, ours=False, body=question)
    (thread,) = cleaned.threads([comment.thread])
    heard = thread_without_injection(thread)
    prompt = talk.in_thread(asked, heard, by_path(files), ANSWER_TOKENS, brief=about)
    return _Asked(prompt, cleaned, addressed.anywhere or heard != thread)


async def _model(comment: CommentContext, *, keeps: bool) -> RememberingModel:
    """With the ledger: what an answer costs is entered under its errand. `keeps` as there."""
    world = comment.world
    ref = comment.event.ref
    repo = await world.store.key(ref)

    return RememberingModel(
        world.model,
        world.store,
        world.clock,
        repo=repo,
        review_id=comment.runner.name,
        caller=Caller(str(ref.installation or ref.repo)),
        installation=ref.installation,
        keeps=keeps,
    )
