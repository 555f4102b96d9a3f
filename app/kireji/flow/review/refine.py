"""Findings of all chunks -> what survives: placed, held against the code, merged, and verified by a second reader."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kireji.core.diff.unified import FileDiff
from kireji.core.findings.coverage import Reading
from kireji.core.findings.finding import Finding, FoundBy, Severity, Verification, fingerprint
from kireji.core.findings.merge import merge
from kireji.core.findings.placement import Inline, by_number, place
from kireji.core.findings.plausible import Doubt, DroppedFinding, Evidence, RefinedFindings, find_doubt
from kireji.core.models.answer import Answer, Stop
from kireji.core.policy.reading import Policy
from kireji.core.prompts.verify import UNANSWERED, FindingsQuestion, Judgement, parse_judgements, questions
from kireji.core.pulls.thread import Thread
from kireji.core.review.assemble import worst_first
from kireji.core.review.result import reaches
from kireji.core.rounds.history import History
from kireji.core.rounds.own_comment import closed_as_fixed
from kireji.ports import Model

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
        if finding.found_by is FoundBy.CODE or self.knows(finding):
            return False
        return reaches(finding, self.floor)

    def knows(self, finding: Finding) -> bool:
        """Whether it is told or waved away already."""
        return fingerprint(finding) in self.settled

    async def judge(self, placed: Sequence[Inline], files: Mapping[str, FileDiff]) -> dict[Inline, Judgement]:
        """What the second reader says of each; UNANSWERED where it does not."""
        asked = questions(placed, files, self.title)
        answers = await asyncio.gather(*(self._ask(one) for one in asked))
        return {one: judgement for answer in answers for one, judgement in answer.items()}

    async def _ask(self, question: FindingsQuestion) -> Mapping[Inline, Judgement]:
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


async def refine(readings: Iterable[Reading], evidence: Evidence, verifier: Verifier | None) -> RefinedFindings:
    """What is to be told, worst first, and what is dropped and why. Without a verifier nobody is asked.

    What has no line in the diff by its quote, but by its number, stands there if the second reader confirms it there, or a
    thread has it there already.
    Else it stays as it is, as all that has no line: `placement` says so in the summary.
    """
    sorted_out = await asyncio.to_thread(_sort_out, readings, evidence)  # of many findings this takes seconds
    kept, repeated = await asyncio.to_thread(merge, sorted_out.placed)
    dropped = [*sorted_out.dropped, *(DroppedFinding(one.finding, Doubt.REPEATED) for one in repeated)]
    if verifier is None:
        unplaced = (*sorted_out.unplaced, *sorted_out.guessed.values())
        return RefinedFindings((*(one.finding for one in kept), *unplaced), tuple(dropped))

    wanted = [one for one in (*kept, *sorted_out.guessed) if verifier.wants(one.finding)]
    judged = dict.fromkeys(wanted, UNANSWERED) | await verifier.judge(wanted[:MOST], evidence.files)

    told = list[Inline]()
    for one in kept:
        judgement = judged.get(one)
        if judgement is None:
            told.append(one)
        elif judgement.checked is Verification.REFUTED:
            dropped.append(DroppedFinding(one.finding, Doubt.REFUTED, judgement.reason))
        else:
            told.append(_checked(one, judgement.checked))

    unplaced = [*sorted_out.unplaced]
    for guess, said in sorted_out.guessed.items():
        if judged.get(guess, UNANSWERED).checked is Verification.CONFIRMED:
            told.append(_checked(guess, Verification.CONFIRMED))
        elif verifier.knows(guess.finding):
            told.append(guess)
        else:
            unplaced.append(said)
    told, repeated = await asyncio.to_thread(merge, told)
    dropped += (DroppedFinding(one.finding, Doubt.REPEATED) for one in repeated)
    return RefinedFindings((*(one.finding for one in told), *unplaced), tuple(dropped))


@dataclass(frozen=True, slots=True)
class _SortedOut:
    """Findings by where they stand: at lines of the diff; perhaps at a line, with what was said; nowhere; or not told."""

    placed: list[Inline] = field(default_factory=list)
    guessed: dict[Inline, Finding] = field(default_factory=dict)
    unplaced: list[Finding] = field(default_factory=list)
    dropped: list[DroppedFinding] = field(default_factory=list)


def _sort_out(readings: Iterable[Reading], evidence: Evidence) -> _SortedOut:
    """Each finding is placed and held against the code, worst first. What code doubts at a guessed line is no guess."""
    out = _SortedOut()
    for finding in worst_first(finding for reading in readings for finding in reading.findings):
        spot = place(finding, evidence.files)
        if isinstance(spot, Inline):
            if (why := find_doubt(spot, evidence)) is None:
                out.placed.append(spot)
            else:
                out.dropped.append(DroppedFinding(spot.finding, why))
            continue
        guess = by_number(finding, evidence.files)
        if guess is None or guess in out.guessed or find_doubt(guess, evidence) is not None:
            out.unplaced.append(finding)
        else:
            out.guessed[guess] = finding
    return out


def _checked(one: Inline, checked: Verification) -> Inline:
    return replace(one, finding=replace(one.finding, checked=checked))
