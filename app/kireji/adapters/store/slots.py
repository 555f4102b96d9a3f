"""Workers' names, `w0` to `w<n-1>`, each leased to one process at a time.

`owner` is a token that a process draws for itself; times are epoch seconds of the workers' clocks, which must agree
within a fraction of the `ttl` (seconds). A worker that cannot renew its lease for a `ttl` must end at once. A slot that
expired may have left work: whoever gets it, by `lease` or by `take_over`, has to recover that.
"""

import uuid
from collections.abc import Iterable, Iterator

from sqlalchemy import Engine, delete, select, update

from kireji.adapters.store.engine import database_errors, insert_new, lock, reading, writing
from kireji.adapters.store.tables import slots
from kireji.ports import Clock


def lease(engine: Engine, owner: str, now: float, ttl: float, max_slots: int) -> str | None:
    """Lease the first slot that is free or expired, or renew the one this owner has; None if all are taken."""
    with writing(engine) as conn:
        lock(conn, "slots")

        held = {row.name: row for row in conn.execute(select(slots))}
        mine = [name for name, row in held.items() if row.owner == owner]
        names = mine or [f"w{number}" for number in range(max_slots)]
        free = (name for name in names if name not in held or held[name].until <= now or held[name].owner == owner)
        name = next(free, None)
        if name is None:
            return None

        values = {"owner": owner, "until": now + ttl}
        if not insert_new(conn, slots, {"name": name, **values}):
            conn.execute(update(slots).where(slots.c.name == name).values(values))
        return name


def heartbeat(engine: Engine, name: str, owner: str, now: float, ttl: float) -> bool:
    """Renew the lease; False if the slot is another's by now. With a `ttl` of 0 the slot is up for taking over at once."""
    mine = update(slots).where(slots.c.name == name, slots.c.owner == owner)
    with writing(engine) as conn:
        return conn.scalar(mine.values(until=now + ttl).returning(slots.c.name)) is not None


def expired(engine: Engine, now: float) -> tuple[str, ...]:
    """Slots whose owner has not renewed them in time, nor released them."""
    with reading(engine) as conn:
        return tuple(conn.scalars(select(slots.c.name).where(slots.c.until <= now).order_by(slots.c.name)))


def take_over(engine: Engine, name: str, owner: str, now: float, ttl: float) -> bool:
    """Take an expired slot; of several that try at once, one gets True."""
    late = update(slots).where(slots.c.name == name, slots.c.until <= now)
    with writing(engine) as conn:
        return conn.scalar(late.values(owner=owner, until=now + ttl).returning(slots.c.name)) is not None


def release(engine: Engine, name: str, owner: str) -> None:
    """Give a slot back that has no work left. One that is another's by now is left alone."""
    with writing(engine) as conn:
        conn.execute(delete(slots).where(slots.c.name == name, slots.c.owner == owner))


def disown(engine: Engine, names: Iterable[str]) -> tuple[str, ...]:
    """Mark as expired those of these names that have no lease at all, so that somebody takes them over; which they are."""
    with writing(engine) as conn:
        return tuple(name for name in names if insert_new(conn, slots, {"name": name, "owner": "", "until": 0}))


class Slots:
    """One process's lease: taken, renewed, given back. Methods block; the clock gives the times.

    Who knows that the process before it has ended may give it that one's `owner`: it then has that one's slot at once.
    """

    def __init__(self, engine: Engine, clock: Clock, most: int, ttl: float = 10.0, owner: str | None = None) -> None:
        self._engine = engine
        self._clock = clock
        self._most = most
        self._owner = owner or uuid.uuid4().hex
        self.ttl = ttl

    def lease(self) -> str | None:
        """A free or expired slot; None if all are taken."""
        with database_errors():
            return lease(self._engine, self._owner, self._now(), self.ttl, self._most)

    def renew(self, name: str) -> bool:
        """Keep the slot; False if it is another's by now."""
        with database_errors():
            return heartbeat(self._engine, name, self._owner, self._now(), self.ttl)

    def leave(self, name: str) -> None:
        """Give the slot up: it is at once for others to lease, or to take over if it has work left."""
        with database_errors():
            heartbeat(self._engine, name, self._owner, self._now(), 0)

    def release(self, name: str) -> None:
        """Give a slot back that has no work left."""
        with database_errors():
            release(self._engine, name, self._owner)

    def dead(self) -> Iterator[str]:
        """Slots that expired, each now this process's, to be recovered and then released."""
        with database_errors():
            for name in expired(self._engine, self._now()):
                if take_over(self._engine, name, self._owner, self._now(), self.ttl):
                    yield name

    def _now(self) -> float:
        return self._clock.now().timestamp()
