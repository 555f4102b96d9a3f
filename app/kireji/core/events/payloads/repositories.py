"""Where the repository of any event is now: each payload tells, whatever it is about."""

from kireji.core.events.payloads.fields import AboutRepository, Id, Moment, Payload, Repository, read
from kireji.core.pulls.pull import Whereabouts
from kireji.errors import DeliveryError


class _Dated(Repository):
    id: Id
    updated_at: Moment = 0.0


class _Anything(AboutRepository):
    repository: _Dated


def whereabouts(payload: Payload) -> Whereabouts | None:
    """None where the payload does not say, or not as GitHub documents it."""
    try:
        wire = read(_Anything, payload)
    except DeliveryError:
        return None
    return Whereabouts(wire.repository.id, wire.repository.full_name, wire.installed, wire.repository.updated_at)
