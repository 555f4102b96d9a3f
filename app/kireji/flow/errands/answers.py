"""Answers to people: in our threads, and to `/review ask`. The model may withdraw a finding where a maintainer asks."""

import asyncio
from dataclasses import dataclass, replace

from kireji.core.diff.unified import parse_diff
from kireji.core.events.commands import Need
from kireji.core.findings.addressed import find_injection, thread_without_injection, without_injection
from kireji.core.findings.placement import by_path
from kireji.core.models.answer import Answer, Stop
from kireji.core.money.budget import Period, make_claim
from kireji.core.money.prices import price_answer
from kireji.core.policy.steering import base_files
from kireji.core.prompts import talk
from kireji.core.prompts.prompt import Prompt, brief
from kireji.core.pulls.thread import ThreadComment
from kireji.core.secrets.leaks import CleanDiff
from kireji.core.wording import money_words, replies
from kireji.flow.cleaning import without_credentials
from kireji.flow.errands.comment import Said
from kireji.flow.memo import RememberingModel
from kireji.ports import Caller

ANSWER_TOKENS = 1_500
SPENT = "spent"
"""In the marker of what stands where an answer would, had there been money for it: it counts as none."""


async def answer(said: Said, question: str) -> None:
    """Answer a question, unless its thread or who asks has had all there are; below the last one in a thread say so."""
    most, given = said.steering.policy.threads.answers, _given(said)
    if (given is not None and given >= most) or not await said.heard():
        return
    asked = await _prompt(said, question)
    prompt, cleaned = asked.prompt, asked.cleaned
    model = await _model(said, keeps=not asked.addressed)
    if not await _affords(said, prompt, model):
        return
    outcome = await model.ask(prompt)
    spoken = talk.parse(outcome.text) if isinstance(outcome, Answer) and outcome.stop is Stop.END else None
    text = replies.NO_ANSWER if spoken is None else talk.posted(replace(spoken, answer=cleaned.text(spoken.answer)))
    last = replies.last_answer(most) if given is not None and given + 1 >= most else ""
    await said.reply("\n\n".join(filter(None, (text, replies.ADDRESSED if asked.addressed else "", last))))
    withdrawn = spoken is not None and spoken.withdraw and not asked.addressed
    if withdrawn and said.thread is not None and await said.may(Need.FLOOR):
        await said.dismiss(said.thread, replies.WITHDRAWN)


def _given(said: Said) -> int | None:
    """How often we spoke in this thread of ours; None elsewhere, where each question is a command, which is limit enough."""
    if said.thread is None:
        return None
    return sum(one.ours and f"<!-- kireji:said reply {SPENT} " not in one.body for one in said.thread.comments[1:])


async def _affords(said: Said, prompt: Prompt, model: RememberingModel) -> bool:
    """Whether the day's and the month's budget have room for the answer; if not, it is said, once in their time.

    What was answered before a crash is remembered, and costs nothing.
    """
    world, now = said.runner.world, said.runner.world.clock.now()
    wish = said.steering.policy.budget
    budget = world.limits.budget.within(wish.review, wish.day)
    if not budget.given or all(await model.knows([prompt])):
        return True
    chars = len(prompt.rules) + len(prompt.brief) + len(prompt.question)
    granted = await world.store.room(said.event.ref, make_claim((price_answer(chars, world.spec),), budget, now))
    if granted.option is None:
        since = now.strftime("%Y-%m" if granted.scarcest is Period.MONTH else "%Y-%m-%d")
        where = said.event.reply_to or "conversation"
        await said.reply(money_words.no_answer(granted.scarcest), f"{SPENT} {since} {where}")
    return granted.option is not None


@dataclass(frozen=True, slots=True)
class _Asked:
    """The question with what it is about; and what takes credentials out of that, and out of the answer.

    `addressed`: the pull request speaks to its reviewer, or somebody in the thread does who is not the one who asks.
    """

    prompt: Prompt
    cleaned: CleanDiff
    addressed: bool


async def _prompt(said: Said, question: str) -> _Asked:
    fetched = await said.runner.world.forge.fetch(said.event.ref, base_files(said.runner.world.overrides))
    diff = await asyncio.to_thread(parse_diff, fetched.diff.text)  # of a large one this takes seconds
    cleaned = await without_credentials(diff, said.runner.world.apart)
    files, question = cleaned.diff.files, cleaned.text(question)
    pull = cleaned.pull(fetched.opened.pull)
    speaks = (await asyncio.to_thread(find_injection, pull, files)).anywhere
    about = brief(without_injection(pull), files)
    if said.thread is None:
        event = said.event
        asking = talk.in_conversation(event.author, question, files, ANSWER_TOKENS, brief=about, path=event.path)
        return _Asked(asking, cleaned, speaks)
    asked = ThreadComment(said.event.id, "", said.event.author, bot=False, ours=False, body=question)
    (thread,) = cleaned.threads([said.thread])
    heard = thread_without_injection(thread)
    asking = talk.in_thread(asked, heard, by_path(files), ANSWER_TOKENS, brief=about)
    return _Asked(asking, cleaned, speaks or heard != thread)


async def _model(said: Said, *, keeps: bool) -> RememberingModel:
    """With the ledger: what an answer costs is entered under its errand. `keeps` as there."""
    world, ref = said.runner.world, said.event.ref
    kept = await world.store.key(ref)
    caller = Caller(str(ref.installation or ref.repo))
    name, installation = said.runner.name, ref.installation
    return RememberingModel(world.model, world.store, world.clock, kept, name, caller, installation, keeps=keeps)
