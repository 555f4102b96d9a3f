"""What GitHub delivered: each delivery is taken once, however often it comes."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from sqlalchemy import Connection, Engine, select, update

from kireji.adapters.store.engine import insert_new, reading
from kireji.adapters.store.tables import bodies, deliveries


@dataclass(frozen=True, slots=True)
class TakenDelivery:
    """A delivery to be written down, as GitHub sent it."""

    id: str
    event: str
    payload: Mapping[str, object]  # under seal
    received_at: float  # epoch seconds
    action: str | None = None
    repo: str | None = None
    number: int | None = None
    installation: int | None = None


class Body(StrEnum):
    """Whether a signed body is new, its own delivery's again, or came as another delivery before."""

    NEW = "new"
    AGAIN = "again"
    REPLAYED = "replayed"


def take_delivery(conn: Connection, delivery: TakenDelivery) -> bool:
    """Write a delivery down; False if it is known. First in the intake's transaction: of twenty at once, one goes on."""
    return insert_new(conn, deliveries, asdict(delivery))


def take_body(conn: Connection, delivery_id: str, digest: str, now: float) -> Body:
    """Note that a delivery brought this body.

    GitHub sends a delivery again under its own id, and two events are never the same in every byte: what people do
    again has another time in it, or is pressed twice in one moment. The event's name does not count: it is not signed.
    """
    if insert_new(conn, bodies, {"digest": digest, "delivery": delivery_id, "at": now}):
        return Body.NEW
    first = conn.scalar(select(bodies.c.delivery).where(bodies.c.digest == digest))
    return Body.AGAIN if first == delivery_id else Body.REPLAYED


def seal_again(conn: Connection, delivery: TakenDelivery) -> None:
    """Write the payload of a known delivery again: what is there may be under a seal that nobody can open any more."""
    conn.execute(update(deliveries).where(deliveries.c.id == delivery.id).values(payload=delivery.payload))


def show_delivery(engine: Engine, delivery_id: str) -> TakenDelivery | None:
    """A delivery that was taken, None if there is none, or no longer."""
    with reading(engine) as conn:
        row = conn.execute(select(deliveries).where(deliveries.c.id == delivery_id)).first()
    return None if row is None else TakenDelivery(**row._asdict())


def known_deliveries(engine: Engine, ids: Iterable[str]) -> frozenset[str]:
    """Which of these (a page of GitHub's list, some hundreds) were taken; the sweep asks for the others again."""
    with reading(engine) as conn:
        return frozenset(conn.scalars(select(deliveries.c.id).where(deliveries.c.id.in_(list(ids)))))
