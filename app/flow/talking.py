"""Answers to people: in our threads, and to `/review ask`. The model may withdraw a finding where a maintainer asks."""

import asyncio
from dataclasses import replace

from app.core import replies, talk, wording_money
from app.core.answer import Answer, Stop
from app.core.budget import Period, answer_price, claim
from app.core.commands import Need
from app.core.diff import parse
from app.core.leaks import Clean
from app.core.placement import by_path
from app.core.prompt import Prompt, brief
from app.core.steering import base_files
from app.core.thread import ThreadComment
from app.flow.cleaning import without_credentials
from app.flow.memo import RememberingModel
from app.flow.said import Said
from app.ports import Caller

ANSWER_TOKENS = 1_500
SPENT = "spent"
"""In the marker of what stands where an answer would, had there been money for it: it counts as none."""


async def answer(said: Said, question: str) -> None:
    """Answer a question, unless its thread has had all the answers that the policy grants it; below the last one say so."""
    most, given = said.steering.policy.threads.answers, _given(said)
    if given is not None and given >= most:
        return
    prompt, cleaned = await _prompt(said, question)
    if not await _affords(said, prompt):
        return
    outcome = await (await _model(said)).ask(prompt)
    spoken = talk.parse(outcome.text) if isinstance(outcome, Answer) and outcome.stop is Stop.END else None
    text = replies.NO_ANSWER if spoken is None else talk.posted(replace(spoken, answer=cleaned.text(spoken.answer)))
    await said.reply(text if given is None or given + 1 < most else f"{text}\n\n{replies.last_answer(most)}")
    if spoken is not None and spoken.withdraw and said.thread is not None and await said.may(Need.FLOOR):
        await said.dismiss(said.thread, replies.WITHDRAWN)


def _given(said: Said) -> int | None:
    """How often we spoke in this thread of ours; None elsewhere, where each question is a command, which is limit enough."""
    if said.thread is None:
        return None
    return sum(one.ours and f"<!-- kireji:said reply {SPENT} " not in one.body for one in said.thread.comments[1:])


async def _affords(said: Said, prompt: Prompt) -> bool:
    """Whether the day's and the month's budget have room for the answer; if not, it is said, once in their time.

    What was answered before a crash is remembered, and costs nothing.
    """
    world, now = said.runner.world, said.runner.world.clock.now()
    wish = said.steering.policy.budget
    budget = world.limits.budget.within(wish.review, wish.day)
    model = await _model(said)
    key = model.key(prompt)
    if not budget.given or key in await world.store.known([key]):
        return True
    chars = len(prompt.rules) + len(prompt.brief) + len(prompt.question)
    granted = await world.store.room(said.event.ref, claim((answer_price(chars, world.spec),), budget, now))
    if granted.option is None:
        since = now.strftime("%Y-%m" if granted.scarcest is Period.MONTH else "%Y-%m-%d")
        where = said.event.reply_to or "conversation"
        await said.reply(wording_money.no_answer(granted.scarcest), f"{SPENT} {since} {where}")
    return granted.option is not None


async def _prompt(said: Said, question: str) -> tuple[Prompt, Clean]:
    """The question with what it is about; and what takes credentials out of that, and out of the answer."""
    fetched = await said.runner.world.forge.fetch(said.event.ref, base_files(said.runner.world.overrides))
    diff = await asyncio.to_thread(parse, fetched.diff.text)  # of a large one this takes seconds
    cleaned = await without_credentials(diff, said.runner.world.apart)
    files, question = cleaned.diff.files, cleaned.text(question)
    about = brief(cleaned.pull(fetched.opened.pull), files)
    if said.thread is None:
        event = said.event
        asking = talk.in_conversation(event.author, question, files, ANSWER_TOKENS, brief=about, path=event.path)
        return asking, cleaned
    asked = ThreadComment(said.event.id, "", said.event.author, bot=False, ours=False, body=question)
    (thread,) = cleaned.threads([said.thread])
    return talk.in_thread(asked, thread, by_path(files), ANSWER_TOKENS, brief=about), cleaned


async def _model(said: Said) -> RememberingModel:
    """With the ledger: what an answer costs is entered under its errand."""
    world, ref = said.runner.world, said.event.ref
    kept = await world.store.key(ref)
    caller = Caller(str(ref.installation or ref.repo))
    return RememberingModel(world.model, world.store, world.clock, kept, said.runner.name, caller, ref.installation)
