"""Workers' names, `w0` to `w<n-1>`, each leased to one process at a time.

`owner` is a token that a process draws for itself; times are epoch seconds of the workers' clocks, which must agree
within a fraction of the `ttl` (seconds). A worker that cannot renew its lease for a `ttl` must end at once. A slot that
expired may have left work: whoever gets it, by `lease` or by `take_over`, has to recover that.
"""

from sqlalchemy import Engine, delete, select, update

from app.adapters.store.engine import insert_new, lock, reading, writing
from app.adapters.store.tables import slots


def lease(engine: Engine, owner: str, now: float, ttl: float, max_slots: int) -> str | None:
    """Lease the first slot that is free or expired, or renew the one this owner has; None if all are taken."""
    with writing(engine) as conn:
        lock(conn, "slots")
        held = {row.name: row for row in conn.execute(select(slots))}
        mine = [name for name, row in held.items() if row.owner == owner]
        names = mine or [f"w{number}" for number in range(max_slots)]
        name = next((n for n in names if n not in held or held[n].until <= now or held[n].owner == owner), None)
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
