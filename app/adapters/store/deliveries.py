"""What GitHub delivered: each delivery is taken once, however often it comes."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, Engine, select, update

from app.adapters.store.engine import insert_new, reading
from app.adapters.store.tables import deliveries


@dataclass(frozen=True, slots=True)
class TakenDelivery:
    """A delivery to be written down. `received_at` is epoch seconds, `payload` under seal; the rest is as GitHub sent it."""

    id: str
    event: str
    payload: Mapping[str, object]
    received_at: float
    action: str | None = None
    repo: str | None = None
    number: int | None = None
    installation: int | None = None


def take_delivery(conn: Connection, delivery: TakenDelivery) -> bool:
    """Write a delivery down; False if it is known. First in the intake's transaction: of twenty at once, one goes on.

    Of a known one only the payload is written again: it may be under an older seal, which nobody can open any more.
    """
    if insert_new(conn, deliveries, asdict(delivery)):
        return True
    conn.execute(update(deliveries).where(deliveries.c.id == delivery.id).values(payload=delivery.payload))
    return False


def show_delivery(engine: Engine, delivery_id: str) -> TakenDelivery | None:
    """A delivery that was taken, None if there is none, or no longer."""
    with reading(engine) as conn:
        row = conn.execute(select(deliveries).where(deliveries.c.id == delivery_id)).first()
    return None if row is None else TakenDelivery(**row._asdict())


def known_deliveries(engine: Engine, ids: Iterable[str]) -> frozenset[str]:
    """Which of these (a page of GitHub's list, some hundreds) were taken; the sweep asks for the others again."""
    with reading(engine) as conn:
        return frozenset(conn.scalars(select(deliveries.c.id).where(deliveries.c.id.in_(list(ids)))))
