"""Placements x what earlier rounds said -> what is still to be said: a round never repeats, and the rounds come to an end."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kireji.core.diff.unified import FileDiff
from kireji.core.findings.finding import Finding, fingerprint
from kireji.core.findings.placement import Inline, InSummary, Placement
from kireji.core.findings.rules import Rule
from kireji.core.findings.titles import alike
from kireji.core.pulls.thread import Thread
from kireji.core.rounds import own_comment
from kireji.core.rounds.history import History
from kireji.core.rounds.moved import former_names
from kireji.core.rounds.seen import is_new

LATE = "an earlier review had already read these lines"


@dataclass(frozen=True, slots=True)
class ConvergedFindings:
    """What is left of a round's findings."""

    placements: tuple[Placement, ...]
    """What is to be reported now; the inline ones open threads, as many as there is `room` for."""

    standing: tuple[Finding, ...]
    """What open threads of ours report already."""

    silenced: int
    """How many findings are not reported again, as people resolved or dismissed them."""

    dismissed: int
    """How many of these a maintainer dismissed; the threads of the others were resolved."""

    room: int
    """How many threads may still be opened."""

    holding: frozenset[str]
    """The nodes of the threads of what is `standing`: what a round finds again is not fixed."""


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
    """Leave out what our threads report or reported, and, but for a `full` review, open no thread on code that was read before.

    `files` as `placement.by_path` makes them; `most` is how many of our threads may be open at a time; `there` are the
    paths of all files that the pull request still has, None where that is not known.
    """
    before = former_names((placement.finding for placement in placements), files, threads, there)
    open_threads = [thread for thread in threads if not thread.resolved]
    settled = {thread.fingerprint for thread in threads if thread.resolved and not own_comment.closed_as_fixed(thread)}
    kept = list[Placement]()
    standing = list[Finding]()
    holding = set[str]()
    resolved = dismissed = 0

    for placement in placements:
        name = fingerprint(placement.finding)
        name = before.get(name, name)
        exact = [thread for thread in open_threads if thread.fingerprint == name]
        telling = exact or [*_in_other_words(placement, open_threads)]

        if name in history.dismissed:
            dismissed += 1
        elif name in settled and not exact:
            resolved += 1
        elif telling:
            standing.append(placement.finding)
            holding.update(thread.node for thread in telling)
        else:
            kept.append(placement if full else _late(placement, files, history))

    return ConvergedFindings(
        placements=tuple(kept),
        standing=tuple(standing),
        silenced=resolved + dismissed,
        dismissed=dismissed,
        room=max(most - len(open_threads), 0),
        holding=frozenset(holding),
    )


def _in_other_words(placement: Placement, threads: Iterable[Thread]) -> Iterable[Thread]:
    """Threads at one of the finding's lines that report a defect of its kind, as far as that is known, or under its title."""
    if not isinstance(placement, Inline):
        return

    place = (placement.finding.path, placement.side)
    for thread in threads:
        there = thread.line is not None and placement.start_line <= thread.line <= placement.line
        if not there or (thread.path, thread.side) != place:
            continue

        same_kind = own_comment.category(thread) in {None, placement.finding.category}
        if same_kind or alike(own_comment.title(thread), placement.finding.title):
            yield thread


def _late(placement: Placement, files: Mapping[str, FileDiff], history: History) -> Placement:
    """After the first round a finding on code that was read before is reported, but opens no thread."""
    if history.reviewed_head is None or not isinstance(placement, Inline):
        return placement
    file = files.get(placement.finding.path)
    if file is None or is_new(file, placement.side, placement.start_line, placement.line, history.seen):
        return placement
    return InSummary(placement.finding, LATE, Rule.ROUND_LATE, anchored=True)
