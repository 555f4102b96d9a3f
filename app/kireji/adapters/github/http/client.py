"""PyGithub's requester on our HTTP pool, and what one repository's token sees.

PyGithub keeps one connection object a requester and stores the request in it before sending, so two threads can send
each other's request; it decodes every body by guess; it drops a redirect's query string and re-sends POSTs. A connection
object of ours a request mends all of these, and lets the requests be counted.
"""

import asyncio
import random
from collections.abc import Callable, Collection, Mapping
from logging import INFO, Logger, getLogger
from typing import Any, TypeVar

import requests
from github import GithubException
from github.Auth import Auth
from github.Requester import HTTPRequestsConnectionClass, HTTPSRequestsConnectionClass, Requester, RequestsResponse
from typing_extensions import override

from kireji.adapters.github.http import failures
from kireji.adapters.github.http.auth import RepoAuth
from kireji.adapters.github.http.bodies import error_body, excused, parsed
from kireji.adapters.github.http.limits import CREATE, NOTICE, PATIENCE, READ, WRITE, exhausted
from kireji.adapters.github.http.marks import Marks, Ownership
from kireji.adapters.github.http.transport import TIMEOUT, Transport
from kireji.core.models.governor import Need
from kireji.core.pulls.denial import Home
from kireji.core.pulls.pull import PullRef
from kireji.errors import TransientError, UserError
from kireji.ports import Clock, Governor
from kireji.version import own_version

T = TypeVar("T")
Headers = Mapping[str, str]
Variables = Mapping[str, str | int | None]

USER_AGENT = f"kireji/{own_version()}".rstrip("/")
API_VERSION = "2022-11-28"
TRIES = 4
FIRST_PAUSE = 0.5  # seconds

# PyGithub writes whole answers at DEBUG, and one of them is an installation token.
_SILENT = getLogger("kireji.adapters.github.requester")
_SILENT.setLevel(INFO)


class _Answer(RequestsResponse):
    """An answer whose text keeps every byte: what is not UTF-8 becomes lone surrogates, and back again."""

    @override
    def read(self) -> str:
        return self.response.content.decode("utf-8", "surrogateescape")


class _Exchange(HTTPRequestsConnectionClass):
    """One request's connection object, as PyGithub wants it; made anew for each, so that threads never share it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._request: tuple[str, str, Any, Mapping[str, str]] = ("", "", None, {})

    @override
    def request(self, verb: str, url: str, input: Any, headers: dict[str, str], stream: bool = False) -> None:
        self._request = (verb, url, input, headers)

    @override
    def getresponse(self) -> RequestsResponse:
        verb, url, body, headers = self._request
        return _Answer(self._transport.send(verb, url, headers, body))

    @override
    def close(self) -> None:
        pass


class PooledRequester(Requester):
    """PyGithub's requester without its sleeps and re-sending, on the shared pool."""

    def __init__(self, transport: Transport, auth: Auth) -> None:
        self._transport = transport

        super().__init__(
            auth=auth,
            base_url=transport.api_url,
            timeout=TIMEOUT[1],
            user_agent=USER_AGENT,
            per_page=100,
            verify=True,
            retry=None,
            pool_size=None,
            seconds_between_requests=None,
            seconds_between_writes=None,
            lazy=True,
            api_version=API_VERSION,
        )

    @property
    @override
    def _logger(self) -> Logger:
        return _SILENT

    @override
    def requestJson(
        self,
        verb: str,
        url: str,
        parameters: dict[str, Any] | None = None,
        headers: dict[str, Any] | None = None,
        input: Any | None = None,
        cnx: HTTPRequestsConnectionClass | HTTPSRequestsConnectionClass | None = None,
        follow_302_redirect: bool = False,
    ) -> tuple[int, dict[str, Any], str]:
        """Send a request; every way through PyGithub ends here. Gives status, headers and text."""
        cnx = cnx or _Exchange(self._transport)
        return super().requestJson(verb, url, parameters, headers, input, cnx, follow_302_redirect)


class RepoClient:
    """GitHub as one repository's token sees it. Raises GithubException or RequestException, see `failures`.

    And TransientError, with the time, where a rate limit of the installation asks for a longer wait than is spent here.
    """

    def __init__(
        self,
        transport: Transport,
        auth: Auth,
        ref: PullRef,
        clock: Clock,
        governor: Governor,
        *,
        home: Home,
        ours: Ownership,
        renamed: Callable[[str], object] = lambda _: None,
    ) -> None:
        self.ref = ref
        self.home = home
        self.ours = ours
        self.clock = clock

        self._repo_id = ref.repo_id
        self._renamed = renamed
        self._auth = auth
        self._governor = governor
        self._requester = PooledRequester(transport, auth)

    async def get(self, path: str, **params: str | int) -> Any:
        """GET JSON; `path` follows /repos/OWNER/NAME. Repeated while GitHub fails in passing."""
        return await self._call(lambda: self._json("GET", path, params, None), READ, repeatable=True)

    async def get_text(self, path: str, accept: str) -> str:
        """GET text of a media type. Bytes that are not UTF-8 come as lone surrogates (surrogateescape)."""
        return await self._call(lambda: self._text("GET", path, {}, None, accept), READ, repeatable=True)

    async def post(self, path: str, body: object, *, repeatable: bool = False) -> Any:
        """POST JSON, once: after a lost answer only a look can tell whether it arrived. `repeatable`: twice is once."""
        return await self._call(lambda: self._json("POST", path, {}, body), CREATE, repeatable=repeatable)

    async def patch(self, path: str, body: object, *, notice: bool = False, repeatable: bool = False) -> Any:
        """PATCH JSON, once, unless twice is once (`repeatable`).

        A `notice` tells people of a wait: it goes even while the installation must pause.
        """
        need = NOTICE if notice else WRITE
        return await self._call(lambda: self._json("PATCH", path, {}, body), need, repeatable=repeatable)

    async def delete(self, path: str) -> None:
        """DELETE. Repeated while GitHub fails in passing, so a 404 may mean that it is done."""
        await self._call(lambda: self._text("DELETE", path, {}, None, None), WRITE, repeatable=True)

    async def query(self, query: str, variables: Variables, *, optional: Collection[str] = ()) -> dict[str, Any]:
        """Ask GraphQL; gives `data`. Only for queries: it is repeated like a GET, which not every mutation may be.

        GitHub follows a renamed repository here; another that has the name now is refused, where the query asks for
        the repository's `databaseId` and `nameWithOwner`.
        `optional` names fields that are None in the data where GitHub does not show them, which fails nothing.
        """
        data = await self._call(lambda: self._graphql(query, variables, optional), READ, repeatable=True)
        repository = data.get("repository") or {}
        self.same(repository.get("databaseId"), repository.get("nameWithOwner"))
        return data

    def same(self, repo_id: int | None, name: str | None) -> None:
        """An answer is about this repository; is it the one that is meant? Tells of a new name. Raises UserError."""
        if None not in {repo_id, self.ref.repo_id} and repo_id != self.ref.repo_id:
            raise UserError(
                f"{self.ref.repo} is the name of another repository now.",
                "Install the App where the repository is now.",
            )
        self._repo_id = self._repo_id or repo_id
        if name is not None and self.ref.repo_id is not None and name != self.ref.repo:
            self._renamed(name)

    async def marks(self) -> Marks:
        """Our marks on the pull request. Where no answer has told the repository's id, it is asked for."""
        self._repo_id = self._repo_id or int((await self.get(""))["id"])
        return Marks(self.ours.signer, self._repo_id, self.ref.number)

    async def change(self, mutation: str, variables: Variables) -> dict[str, Any]:
        """Run a GraphQL mutation that does no harm when it is sent again; gives `data`."""
        return await self._call(lambda: self._graphql(mutation, variables, ()), WRITE, repeatable=True)

    async def _call(self, send: Callable[[], tuple[Headers, T]], need: Need, *, repeatable: bool) -> T:
        renewed = False
        tries = 0
        while True:
            tries += 1
            await self._governor.admit(need, patience=PATIENCE, notice=need is NOTICE)

            try:
                headers, answer = await asyncio.to_thread(send)
            except (GithubException, requests.RequestException, TransientError) as error:
                if not renewed and isinstance(self._auth, RepoAuth) and failures.status_of(error) == 401:
                    self._auth.forget()  # a revoked token; nothing was done, so even a POST may go again
                    renewed = True
                    continue

                if self._paused(failures.limit_pause(error, self.clock.now())) and tries < TRIES and need is not NOTICE:
                    continue  # refused, so not done; the governor waits

                pause = failures.pause(error) if repeatable and tries < TRIES else None
                if pause is None:
                    raise
            else:
                self._paused(exhausted(headers, self.clock.now()))
                return answer

            backoff = FIRST_PAUSE * 2 ** (tries - 1) * random.uniform(1, 2)  # noqa: S311 - jitter is no secret
            await self.clock.sleep(max(pause, backoff))

    def _paused(self, seconds: float | None) -> bool:
        """Stop all requests of the installation, in all workers, if there is a pause; whether it is waited for here."""
        if seconds is None:
            return False
        self._governor.pause(seconds)
        return seconds <= PATIENCE

    def _json(self, verb: str, path: str, params: Mapping[str, str | int], body: object) -> tuple[Headers, Any]:
        headers, text = self._text(verb, path, params, body, "application/vnd.github+json")
        return headers, parsed(text)

    def _text(
        self, verb: str, path: str, params: Mapping[str, str | int], body: object, accept: str | None
    ) -> tuple[Headers, str]:
        headers = {"Accept": accept} if accept else {}
        status, answered, text = self._requester.requestJson(
            verb, f"/repos/{self.ref.repo}{path}", dict(params), headers, input=body
        )
        if status >= 300:
            raise Requester.createException(status, answered, error_body(text))
        return answered, text

    def _graphql(self, query: str, variables: Variables, optional: Collection[str]) -> tuple[Headers, dict[str, Any]]:
        """PyGithub's own `graphql_query` raises for any error, also where the rest of the data is there."""
        asked = {"query": query, "variables": dict(variables)}

        try:
            headers, answer = self._requester.requestJsonAndCheck("POST", self._requester.graphql_url, input=asked)
        except ValueError as error:
            raise requests.exceptions.InvalidJSONError("GitHub's GraphQL answer is not JSON") from error
        if not isinstance(answer, dict):
            raise requests.exceptions.InvalidJSONError("GitHub's GraphQL answer is no object")

        errors = [error for error in answer.get("errors") or () if not excused(error, optional)]
        if errors:
            raise Requester.createException(400, headers, {**answer, "errors": errors})

        data = answer.get("data")
        if not isinstance(data, dict):
            raise requests.exceptions.InvalidJSONError("GitHub's GraphQL answer has no data")
        return headers, data
