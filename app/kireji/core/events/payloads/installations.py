"""What GitHub tells every App: `installation`, `installation_repositories` and `ping`."""

from kireji.core.events.happened import Event, InstallationChanged, Ping
from kireji.core.events.payloads.fields import Id, Payload, Wire, read


class _Account(Wire):
    """An enterprise has a slug and no login."""

    login: str | None = None
    slug: str | None = None


class _WholeInstallation(Wire):
    id: Id
    account: _Account | None = None


class _InstallationPayload(Wire):
    action: str
    installation: _WholeInstallation


class _PingPayload(Wire):
    zen: str = ""


def installation(payload: Payload) -> Event | None:
    """For both `installation` and `installation_repositories`."""
    wire = read(_InstallationPayload, payload)
    account = wire.installation.account or _Account()
    return InstallationChanged(wire.installation.id, account.login or account.slug or "", wire.action)


def ping(payload: Payload) -> Event | None:
    """A webhook was set up."""
    return Ping(read(_PingPayload, payload).zen)
