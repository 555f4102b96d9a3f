"""Findings of all chunks -> what survives: placed, held against the code, merged, and verified by a second reader."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kireji.core.diff.unified import FileDiff
from kireji.core.findings.coverage import Reading, all_findings
from kireji.core.findings.finding import Finding, FoundBy, Severity, Verification, fingerprint
from kireji.core.findings.merge import merge
from kireji.core.findings.placement import Inline, by_number, place
from kireji.core.findings.plausible import DroppedFinding, Evidence, RefinedFindings, find_doubt
from kireji.core.findings.rules import Rule
from kireji.core.policy.model import Policy
from kireji.core.prompts.verify import UNANSWERED, FindingsQuestion, Judgement, parse_judgements, questions
from kireji.core.pulls.thread import Thread
from kireji.core.review.assemble import worst_first
from kireji.core.review.result import reaches
from kireji.core.rounds.history import History
from kireji.core.rounds.own_comment import closed_as_fixed
from kireji.ports import Model

MAX_VERIFIED = 128  # findings, worst first: more than may be comments


@dataclass(frozen=True, slots=True)
class Verifier:
    """Who tries to refute findings."""

    model: Model
    title: str
    """The pull request's."""
    floor: Severity = Severity.LOW
    """The least severity that is reported."""
    settled: frozenset[str] = field(default_factory=frozenset)
    """Fingerprints of what is reported or dismissed already: nobody asks about them again."""
    thinking: int = 0
    """How many tokens it may think first."""

    def wants(self, finding: Finding) -> bool:
        """Whether it is worth a question: what the model found, and what may be reported."""
        if finding.found_by is FoundBy.CODE or self.knows(finding):
            return False
        return reaches(finding, self.floor)

    def knows(self, finding: Finding) -> bool:
        """Whether it is reported or dismissed already."""
        return fingerprint(finding) in self.settled

    async def judge(self, placed: Sequence[Inline], files: Mapping[str, FileDiff]) -> dict[Inline, Judgement]:
        """What the second reader says of each; UNANSWERED where it does not."""
        queries = [self._query(question) for question in questions(placed, files, self.title)]
        judged = dict[Inline, Judgement]()
        for answer in await asyncio.gather(*queries):
            judged |= answer
        return judged

    async def _query(self, question: FindingsQuestion) -> Mapping[Inline, Judgement]:
        outcome = await self.model.ask(replace(question.prompt, thinking=self.thinking))
        judgements = parse_judgements(outcome.whole_text or "", len(question.placed))
        return {placed: judgements.get(index, UNANSWERED) for index, placed in enumerate(question.placed)}


def choose_verifier(
    model: Model, title: str, policy: Policy, history: History, threads: Iterable[Thread]
) -> Verifier | None:
    """As a policy wants it, None where it wants none. What our threads report, or people dismissed, is not asked about."""
    if not policy.findings.verify:
        return None
    reported = {thread.fingerprint for thread in threads if not closed_as_fixed(thread)}
    return Verifier(model, title, policy.findings.min_severity, history.dismissed | reported)


async def refine(readings: Iterable[Reading], evidence: Evidence, verifier: Verifier | None) -> RefinedFindings:
    """What is to be reported, worst first, and what is dropped and why. Without a verifier nobody is asked.

    What has no line in the diff by its quote, but by its number, stands there if the second reader confirms it there, or a
    thread has it there already.
    Else it stays as it is, as all that has no line: `placement` says so in the summary.
    """
    sorted_out = await asyncio.to_thread(_sort_out, readings, evidence)  # of many findings this takes seconds
    kept, repeats = await asyncio.to_thread(merge, sorted_out.placed)
    dropped = [*sorted_out.dropped, *map(_as_repeated, repeats)]
    if verifier is None:
        unplaced = (*sorted_out.unplaced, *sorted_out.guessed.values())
        return RefinedFindings((*(placed.finding for placed in kept), *unplaced), tuple(dropped))

    wanted = [placed for placed in (*kept, *sorted_out.guessed) if verifier.wants(placed.finding)]
    judged = dict.fromkeys(wanted, UNANSWERED) | await verifier.judge(wanted[:MAX_VERIFIED], evidence.files)

    reported = list[Inline]()
    for placed in kept:
        judgement = judged.get(placed)
        if judgement is None:
            reported.append(placed)
        elif judgement.checked is Verification.REFUTED:
            dropped.append(DroppedFinding(placed.finding, Rule.VERIFY_REFUTED, judgement.reason))
        else:
            reported.append(_with_check(placed, judgement.checked))

    unplaced = [*sorted_out.unplaced]
    for guess, finding in sorted_out.guessed.items():
        if judged.get(guess, UNANSWERED).checked is Verification.CONFIRMED:
            reported.append(_with_check(guess, Verification.CONFIRMED))
        elif verifier.knows(guess.finding):
            reported.append(guess)
        else:
            unplaced.append(finding)

    reported, repeats = await asyncio.to_thread(merge, reported)
    dropped += map(_as_repeated, repeats)
    return RefinedFindings((*(placed.finding for placed in reported), *unplaced), tuple(dropped))


@dataclass(frozen=True, slots=True)
class _SortedOut:
    """Findings by where they stand."""

    placed: list[Inline] = field(default_factory=list)
    """At lines of the diff."""
    guessed: dict[Inline, Finding] = field(default_factory=dict)
    """Perhaps at a line, each with the finding as it was made."""
    unplaced: list[Finding] = field(default_factory=list)
    """Nowhere in the diff."""
    dropped: list[DroppedFinding] = field(default_factory=list)
    """Not to be reported."""

    def add(self, finding: Finding, evidence: Evidence) -> None:
        """Place it and hold it against the code. What code doubts at a guessed line is no guess."""
        spot = place(finding, evidence.files)
        if isinstance(spot, Inline):
            reason = find_doubt(spot, evidence)
            if reason is None:
                self.placed.append(spot)
            else:
                self.dropped.append(DroppedFinding(spot.finding, reason))
            return

        guess = by_number(finding, evidence.files)
        if guess is None or guess in self.guessed or find_doubt(guess, evidence) is not None:
            self.unplaced.append(finding)
        else:
            self.guessed[guess] = finding


def _sort_out(readings: Iterable[Reading], evidence: Evidence) -> _SortedOut:
    """All findings by where they stand, worst first."""
    sorted_out = _SortedOut()
    for finding in worst_first(all_findings(readings)):
        sorted_out.add(finding, evidence)
    return sorted_out


def _as_repeated(placed: Inline) -> DroppedFinding:
    return DroppedFinding(placed.finding, Rule.DUPLICATE_REWORDED)


def _with_check(placed: Inline, checked: Verification) -> Inline:
    return replace(placed, finding=replace(placed.finding, checked=checked))
