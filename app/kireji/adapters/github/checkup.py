"""The App as GitHub has it, for `kireji doctor`: one request, signed by the App itself."""

from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from kireji.adapters.github.http.auth import APP_NEEDS, app_auth
from kireji.adapters.github.http.client import PooledRequester
from kireji.adapters.github.http.failures import explained
from kireji.adapters.github.http.transport import Transport
from kireji.core.operations.checkup import RegisteredApp
from kireji.core.pulls.denial import Home, Runtime
from kireji.core.pulls.pull import site
from kireji.ports import Clock


def see_app(*, api_url: str, app_id: int | str, private_key_pem: str, clock: Clock) -> RegisteredApp:
    """Ask GitHub for it. Blocks; raises UserError, TransientError or SettingsError."""
    transport = Transport(api_url)
    headers: dict[str, Any]
    answer: dict[str, Any]
    try:
        with explained("asking GitHub for the App", clock, APP_NEEDS, Home(Runtime.APP, site(api_url))):
            requester = PooledRequester(transport, app_auth(app_id, private_key_pem))
            headers, answer = requester.requestJsonAndCheck("GET", "/app")
    finally:
        transport.close()

    ahead = 0.0
    if dated := headers.get("date"):
        theirs = parsedate_to_datetime(str(dated)).astimezone(UTC)
        ahead = (clock.now() - theirs).total_seconds()
    return RegisteredApp(str(answer["slug"]), dict(answer["permissions"]), tuple(answer["events"]), ahead)
