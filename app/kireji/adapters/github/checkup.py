"""The App as GitHub has it, for `kireji doctor`: one request, signed by the App itself."""

from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from kireji.adapters.github.http.auth import app_auth
from kireji.adapters.github.http.client import PooledRequester
from kireji.adapters.github.http.failures import explained
from kireji.adapters.github.http.transport import Transport
from kireji.core.operations.checkup import RegisteredApp
from kireji.core.pulls.denial import Home, Runtime
from kireji.core.pulls.pull import site
from kireji.ports import Clock

NEEDS = "to be the App that its id and private key belong to"


def see_app(*, api_url: str, app_id: int | str, private_key_pem: str, clock: Clock) -> RegisteredApp:
    """Ask GitHub for it. Blocks; raises UserError, TransientError or SettingsError."""
    transport = Transport(api_url)
    try:
        with explained("asking GitHub for the App", clock, NEEDS, Home(Runtime.APP, site(api_url))):
            requester = PooledRequester(transport, app_auth(app_id, private_key_pem))
            headers, answer = requester.requestJsonAndCheck("GET", "/app")
    finally:
        transport.close()
    told: dict[str, Any] = answer
    dated = headers.get("date")
    ahead = 0.0 if not dated else (clock.now() - parsedate_to_datetime(str(dated)).astimezone(UTC)).total_seconds()
    return RegisteredApp(str(told["slug"]), dict(told["permissions"]), tuple(told["events"]), ahead)
