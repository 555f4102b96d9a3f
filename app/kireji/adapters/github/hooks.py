"""The App's webhook as GitHub logs it: the `Hooks` port. Asked by the App itself, with its JWT.

Source: REST API, "List deliveries for an app webhook"; the log goes back 3 days (GitHub Enterprise Server: 7).
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from github.Auth import AppAuth
from github.Requester import Requester
from pydantic import BaseModel, TypeAdapter
from requests.utils import parse_header_links
from typing_extensions import override

from kireji.adapters.github.http.auth import APP_NEEDS, app_auth
from kireji.adapters.github.http.client import PooledRequester
from kireji.adapters.github.http.failures import explained
from kireji.adapters.github.http.transport import Transport
from kireji.core.operations.hook_log import Attempt, AttemptPage
from kireji.core.pulls.denial import Home, Runtime
from kireji.core.pulls.pull import site
from kireji.ports import Clock, Hooks

PAGE = 100


class _Row(BaseModel):
    """GitHub's hook-delivery-item, as far as it is read."""

    id: int
    guid: str
    event: str
    action: str | None
    delivered_at: datetime
    status_code: int
    redelivery: bool


_ROWS = TypeAdapter(list[_Row])


class GitHubHooks(Hooks):
    """The log of one App. A failed request is not repeated: the next sweep is."""

    def __init__(self, api_url: str, auth: AppAuth, clock: Clock) -> None:
        self._transport = Transport(api_url)
        self._requester = PooledRequester(self._transport, auth)
        self._clock = clock
        self._home = Home(Runtime.APP, site(api_url))

    async def aclose(self) -> None:
        """Close the connections."""
        self._transport.close()

    @override
    async def attempts(self, cursor: str | None = None) -> AttemptPage:
        params: dict[str, str | int] = {"per_page": PAGE} | ({"cursor": cursor} if cursor else {})
        with explained("reading the log of deliveries", self._clock, APP_NEEDS, self._home):
            headers, text = await asyncio.to_thread(self._send, "GET", "/app/hook/deliveries", params)
            rows = _ROWS.validate_json(text)
        return AttemptPage(tuple(_attempt(row) for row in rows), _older(headers))

    @override
    async def redeliver(self, attempt_id: int) -> None:
        with explained("asking for a delivery again", self._clock, APP_NEEDS, self._home):
            await asyncio.to_thread(self._send, "POST", f"/app/hook/deliveries/{attempt_id}/attempts", {})

    def _send(self, verb: str, path: str, params: dict[str, Any]) -> tuple[Mapping[str, Any], str]:
        status, headers, text = self._requester.requestJson(verb, path, params)
        if status >= 300:
            raise Requester.createException(status, headers, {"message": text[:200]})
        return headers, text


def _attempt(row: _Row) -> Attempt:
    at = row.delivered_at.timestamp()
    return Attempt(row.id, row.guid, row.event, row.action, at, row.status_code, row.redelivery)


def _older(headers: Mapping[str, Any]) -> str | None:
    """The next page's cursor, from the Link header: it is GitHub's to make, so nothing is read out of it."""
    links = parse_header_links(str(headers.get("link", "")))
    following = next((link["url"] for link in links if link.get("rel") == "next"), "")
    return next(iter(parse_qs(urlsplit(following).query).get("cursor", ())), None)


def connect_hooks(*, api_url: str, app_id: int | str, private_key_pem: str, clock: Clock) -> GitHubHooks:
    """The log of this App. Raises SettingsError for a bad key."""
    return GitHubHooks(api_url, app_auth(app_id, private_key_pem), clock)
