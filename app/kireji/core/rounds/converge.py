"""Placements x what earlier rounds said -> what is still to be said: a round never repeats, and the rounds come to an end."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kireji.core.diff.unified import FileDiff
from kireji.core.findings.finding import Finding, fingerprint
from kireji.core.findings.placement import Inline, InSummary, Placement
from kireji.core.findings.titles import alike
from kireji.core.pulls.thread import Thread
from kireji.core.rounds import own_comment
from kireji.core.rounds.history import History
from kireji.core.rounds.moved import former_names
from kireji.core.rounds.seen import is_new

LATE = "an earlier review had already read these lines"


@dataclass(frozen=True, slots=True)
class ConvergedFindings:
    """What is left of a round's findings. Of `placements`, the inline ones open threads, as many as there is `room` for.

    `standing` are findings that open threads of ours tell already, `holding` the nodes of those threads: what a round
    finds again is not fixed. `silenced` counts findings that are not told again, as people resolved or dismissed them.
    """

    placements: tuple[Placement, ...]
    standing: tuple[Finding, ...]
    silenced: int
    room: int
    holding: frozenset[str]


def converge(
    placements: Sequence[Placement],
    files: Mapping[str, FileDiff],
    history: History,
    threads: Sequence[Thread],
    *,
    full: bool,
    most: int,
    there: Collection[str] | None = None,
) -> ConvergedFindings:
    """Leave out what our threads tell or told, and, but for a `full` review, open no thread on code that was read before.

    `files` as `placement.by_path` makes them; `most` is how many of our threads may be open at a time; `there` are the
    paths of all files that the pull request still has, None where that is not known.
    """
    before = former_names((placement.finding for placement in placements), files, threads, there)
    open_ones = [thread for thread in threads if not thread.resolved]
    settled = {thread.fingerprint for thread in threads if thread.resolved and not own_comment.closed_as_fixed(thread)}
    kept, standing, holding, silenced = list[Placement](), list[Finding](), set[str](), 0
    for placement in placements:
        name = fingerprint(placement.finding)
        name = before.get(name, name)
        same = [thread for thread in open_ones if thread.fingerprint == name]
        if name in history.dismissed or (name in settled and not same):
            silenced += 1
        elif same := same or [*_in_other_words(placement, open_ones)]:
            standing.append(placement.finding)
            holding.update(thread.node for thread in same)
        else:
            kept.append(placement if full else _late(placement, files, history))
    return ConvergedFindings(tuple(kept), tuple(standing), silenced, max(most - len(open_ones), 0), frozenset(holding))


def _in_other_words(placement: Placement, threads: Iterable[Thread]) -> Iterable[Thread]:
    """Threads at one of the finding's lines that tell a defect of its kind, as far as that is known, or under its title."""
    if not isinstance(placement, Inline):
        return
    place = (placement.finding.path, placement.side)
    for thread in threads:
        there = thread.line is not None and placement.start_line <= thread.line <= placement.line
        if not there or (thread.path, thread.side) != place:
            continue
        if own_comment.category(thread) in {None, placement.finding.category} or alike(
            own_comment.title(thread), placement.finding.title
        ):
            yield thread


def _late(placement: Placement, files: Mapping[str, FileDiff], history: History) -> Placement:
    """After the first round a finding on code that was read before is told, but opens no thread."""
    if history.reviewed_head is None or not isinstance(placement, Inline):
        return placement
    file = files.get(placement.finding.path)
    if file is None or is_new(file, placement.side, placement.start_line, placement.line, history.seen):
        return placement
    return InSummary(placement.finding, LATE, anchored=True)
