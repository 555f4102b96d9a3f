"""GitHub's log of what it delivered, compared with what arrived here. GitHub never delivers again unless it is asked.

Source: REST API, "List deliveries for an app webhook" and "Redeliver a delivery for an app webhook". Times are epoch
seconds.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from pydantic import TypeAdapter, ValidationError

from kireji.core.events.delivery import EVENTS

WINDOW = 3 * 86_400 - 3_600  # GitHub delivers again for 3 days; what is nearly as old is left alone
OVERLAP = 120.0  # a delivery is logged when it has been answered, up to 10 s after it was sent
PATIENCE = 60.0  # before a failed delivery is asked for: its acceptance may be under way
FIRST_PAUSE = 600.0  # before it is asked for a second time, then twice that, and so on
LONGEST_PAUSE = 3_600.0
MOST = 5_000  # missed deliveries that are remembered


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of GitHub's to deliver. `guid` is the delivery's, the same in every try; `status` is 0 without an answer."""

    id: int
    guid: str
    event: str
    action: str | None
    at: float
    status: int
    redelivery: bool = False

    @property
    def arrived(self) -> bool:
        """Whether somebody answered that it did."""
        return 200 <= self.status < 400

    @property
    def heard(self) -> bool:
        """Whether it is about something that may ask for work; what GitHub tells every App does not."""
        return any(self.event == row.name and self.action in row.actions and row.permission for row in EVENTS)


@dataclass(frozen=True, slots=True)
class AttemptPage:
    """A page of the log, newest first. `older` is the cursor of the next page, None on the last."""

    attempts: tuple[Attempt, ...]
    older: str | None = None


@dataclass(frozen=True, slots=True)
class MissedDelivery:
    """A delivery that is not here. `id` is its last attempt's; it was asked for `asks` times, and last tried at `tried`."""

    guid: str
    id: int
    at: float
    tried: float
    asks: int = 0

    @property
    def due(self) -> float:
        """When it may be asked for."""
        return self.tried + (min(FIRST_PAUSE * 2 ** (self.asks - 1), LONGEST_PAUSE) if self.asks else PATIENCE)


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of the log that there was no time for: from `cursor` down to the moment `until`."""

    cursor: str
    until: float


@dataclass(frozen=True, slots=True)
class Memory:
    """What one look at the log leaves for the next.

    `since` is when the log was first looked at: what arrived before may have arrived at another installation of Kireji.
    `seen` is the newest attempt's time so far.
    """

    since: float
    seen: float = 0.0
    missed: tuple[MissedDelivery, ...] = ()
    gap: Gap | None = None

    def until(self, now: float) -> float:
        """How far back the log is to be read."""
        return max(self.seen - OVERLAP, now - WINDOW)


_MEMORY = TypeAdapter(Memory)


def dump(memory: Memory) -> str:
    """As JSON."""
    return _MEMORY.dump_json(memory).decode()


def load(text: str | None, now: float) -> Memory:
    """From JSON; a fresh one before the first look, or where another version of Kireji wrote it."""
    try:
        return Memory(since=now) if text is None else _MEMORY.validate_json(text)
    except ValidationError:
        return Memory(since=now)


def compare(memory: Memory, attempts: Iterable[Attempt], known: Collection[str], now: float) -> Memory:
    """What is missing, given what the log says and which deliveries are `known` here, by guid. Oldest first.

    A failed delivery that is known was taken and its answer was lost. One that arrived and is not known was answered by
    somebody else, or forgotten here: it is asked for once, unless it arrived at a second try.
    """
    missed = {delivery.guid: delivery for delivery in memory.missed}

    first = dict[str, float]()
    last = dict[str, Attempt]()
    for attempt in sorted(attempts, key=_order):
        first.setdefault(attempt.guid, attempt.at)
        last[attempt.guid] = attempt

    for guid, attempt in last.items():
        before = missed.pop(guid, None)
        if _is_missing(attempt, memory.since):
            missed[guid] = replace(before, id=attempt.id) if before else _missed(attempt, first[guid])

    kept = [delivery for delivery in missed.values() if delivery.guid not in known and delivery.at > now - WINDOW]
    return replace(
        memory,
        seen=max([memory.seen, *(attempt.at for attempt in last.values())]),
        missed=tuple(sorted(kept, key=lambda delivery: (delivery.at, delivery.id))[-MOST:]),
    )


def _is_missing(attempt: Attempt, since: float) -> bool:
    return attempt.heard and (not attempt.arrived or (not attempt.redelivery and attempt.at >= since))


def _missed(attempt: Attempt, at: float) -> MissedDelivery:
    return MissedDelivery(attempt.guid, attempt.id, at, tried=attempt.at)


def due(memory: Memory, now: float) -> tuple[MissedDelivery, ...]:
    """Those to ask for now, oldest first: GitHub may deliver them in this order."""
    return tuple(delivery for delivery in memory.missed if delivery.due <= now)


def asked(memory: Memory, guid: str, now: float) -> Memory:
    """It was asked for."""
    missed = [
        replace(delivery, asks=delivery.asks + 1, tried=now) if delivery.guid == guid else delivery
        for delivery in memory.missed
    ]
    return replace(memory, missed=tuple(missed))


def dropped(memory: Memory, guid: str) -> Memory:
    """It is here, or cannot be had."""
    return replace(memory, missed=tuple(delivery for delivery in memory.missed if delivery.guid != guid))


def answering(attempts: Iterable[Attempt]) -> bool:
    """Whether the newest attempt found somebody at home; nothing known counts as yes."""
    newest = max(attempts, key=_order, default=None)
    return newest is None or 0 < newest.status < 500


def _order(attempt: Attempt) -> tuple[float, int]:
    return attempt.at, attempt.id
