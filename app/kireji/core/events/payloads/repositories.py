"""Where the repository of any event is now: each payload tells, whatever it is about."""

from kireji.core.events.payloads.fields import Id, Moment, Payload, Repository, Wire, read
from kireji.core.pulls.pull import Whereabouts
from kireji.errors import DeliveryError


class _Dated(Repository):
    id: Id
    updated_at: Moment = 0.0


class _Installation(Wire):
    id: Id


class _Anything(Wire):
    repository: _Dated
    installation: _Installation | None = None


def whereabouts(payload: Payload) -> Whereabouts | None:
    """None where the payload does not say, or not as GitHub documents it."""
    try:
        wire = read(_Anything, payload)
    except DeliveryError:
        return None
    installation = wire.installation.id if wire.installation else None
    return Whereabouts(wire.repository.id, wire.repository.full_name, installation, wire.repository.updated_at)
