"""Findings of all chunks -> what survives: placed, held against the code, merged, and verified by a second reader."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.core.answer import Answer, Stop
from app.core.diff import FileDiff
from app.core.finding import Checked, Finding, FoundBy, Severity, fingerprint
from app.core.history import History
from app.core.merge import merge
from app.core.placement import Inline, place
from app.core.plausible import Doubt, Dropped, Evidence, Refined, doubt
from app.core.policy import Policy
from app.core.review import Reading, reaches, worst_first
from app.core.thread import Thread
from app.core.told import closed_as_fixed
from app.core.verify import UNANSWERED, Judgement, Question, parse_judgements, questions
from app.ports import Model

MOST = 128  # findings that are verified, worst first: more than may be comments


@dataclass(frozen=True, slots=True)
class Verifier:
    """Who tries to refute findings. `settled` are fingerprints that are told or waved away already: nobody asks again.

    `thinking` is how many tokens it may think first.
    """

    model: Model
    title: str
    floor: Severity = Severity.LOW
    settled: frozenset[str] = field(default_factory=frozenset)
    thinking: int = 0

    def wants(self, finding: Finding) -> bool:
        """Whether it is worth a question: what the model found, and what may be told."""
        if finding.found_by is FoundBy.CODE or fingerprint(finding) in self.settled:
            return False
        return reaches(finding, self.floor)

    async def judge(self, placed: Sequence[Inline], files: Mapping[str, FileDiff]) -> dict[Inline, Judgement]:
        """What the second reader says of each; UNANSWERED where it does not."""
        asked = questions(placed, files, self.title)
        answers = await asyncio.gather(*(self._ask(one) for one in asked))
        return {one: judgement for answer in answers for one, judgement in answer.items()}

    async def _ask(self, question: Question) -> Mapping[Inline, Judgement]:
        outcome = await self.model.ask(replace(question.prompt, thinking=self.thinking))
        text = outcome.text if isinstance(outcome, Answer) and outcome.stop is Stop.END else ""
        said = parse_judgements(text, len(question.placed))
        return {one: said.get(index, UNANSWERED) for index, one in enumerate(question.placed)}


def verifier(model: Model, title: str, policy: Policy, history: History, threads: Iterable[Thread]) -> Verifier | None:
    """As a policy wants it, None where it wants none. What our threads tell, or people waved away, is not asked about."""
    if not policy.findings.verify:
        return None
    told = {thread.fingerprint for thread in threads if not closed_as_fixed(thread)}
    return Verifier(model, title, policy.findings.min_severity, history.dismissed | told)


async def refine(readings: Iterable[Reading], evidence: Evidence, verifier: Verifier | None) -> Refined:
    """What is to be told, worst first, and what is dropped and why. Without a verifier nobody is asked.

    What has no line in the diff stays as it is: `placement` says so in the summary.
    """
    dropped, placed, unplaced = list[Dropped](), list[Inline](), list[Finding]()
    for finding in worst_first(finding for reading in readings for finding in reading.findings):
        spot = place(finding, evidence.files)
        if not isinstance(spot, Inline):
            unplaced.append(finding)
        elif (why := doubt(spot, evidence)) is not None:
            dropped.append(Dropped(spot.finding, why))
        else:
            placed.append(spot)
    kept, repeated = merge(placed)
    dropped += (Dropped(one.finding, Doubt.REPEATED) for one in repeated)
    if verifier is None:
        return Refined(tuple(one.finding for one in kept) + tuple(unplaced), tuple(dropped))
    wanted = [one for one in kept if verifier.wants(one.finding)]
    judged = dict.fromkeys(wanted, UNANSWERED) | await verifier.judge(wanted[:MOST], evidence.files)
    told = list[Finding]()
    for one in kept:
        judgement = judged.get(one)
        if judgement is None:
            told.append(one.finding)
        elif judgement.checked is Checked.REFUTED:
            dropped.append(Dropped(one.finding, Doubt.REFUTED, judgement.reason))
        else:
            told.append(replace(one.finding, checked=judgement.checked))
    return Refined((*told, *unplaced), tuple(dropped))
