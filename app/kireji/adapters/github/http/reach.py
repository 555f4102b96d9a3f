"""Repositories as this process reaches them: by whose token, within whose limits, and under the names that they have now."""

import re
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import TypeVar

from github.Auth import Auth

from kireji.adapters.github.http.auth import Credentials, TokenPurpose
from kireji.adapters.github.http.client import PooledRequester, RepoClient
from kireji.adapters.github.http.failures import explained
from kireji.adapters.github.http.homes import Homes
from kireji.adapters.github.http.limits import LIMITS
from kireji.adapters.github.http.marks import Ownership
from kireji.adapters.github.http.transport import Transport
from kireji.core.pulls.denial import Home
from kireji.core.pulls.pull import PullRef, site
from kireji.core.text.patterns import regex
from kireji.errors import UserError
from kireji.ports import Clock, Governors

T = TypeVar("T")

_NAME = regex(r"[A-Za-z0-9_][\w.-]*/[A-Za-z0-9_.-]+", re.ASCII)


class Reach:
    """All repositories that `auth` opens. `home` words the remedies; `ours` tells what is ours there."""

    def __init__(
        self, api_url: str, auth: Credentials, clock: Clock, governors: Governors, *, home: Home, ours: Ownership
    ) -> None:
        self._transport = Transport(api_url)
        self._auth = auth
        self._clock = clock
        self._governors = governors
        self._home = home
        self._ours = ours
        self._homes = Homes(auth, self._requester_for)

    @property
    def requests(self) -> int:
        """How many requests have been sent so far, repeated ones and redirects too."""
        return self._transport.requests

    def close(self) -> None:
        """Close the connections to GitHub."""
        self._transport.close()

    async def do(
        self,
        ref: PullRef,
        doing: str,
        needs: str,
        work: Callable[[RepoClient], Awaitable[T]],
        purpose: TokenPurpose = TokenPurpose.USUAL,
    ) -> T:
        """Do it where the repository is as far as is known; where GitHub refuses, once more where it is now, if elsewhere.

        What was refused was not done, and what was done before that is found there. `doing` and `needs` as in `explained`.
        """
        at = self._homes.now(ref)
        try:
            with self._explained(doing, needs):
                return await work(self.client(at, purpose))
        except UserError:
            found = await self._homes.find(at)
            if found is None:
                raise

        with self._explained(doing, needs):
            return await work(self.client(found, purpose))

    def client(self, ref: PullRef, purpose: TokenPurpose = TokenPurpose.USUAL) -> RepoClient:
        """What sends requests about this repository. Raises UserError where nothing signs them."""
        owner = "token" if ref.installation is None else str(ref.installation)  # whose limits they are
        governor = self._governors.of(f"GitHub {owner}", LIMITS)
        auth = self._auth.of(ref, self._requester_for, purpose)

        def renamed(name: str) -> None:
            self._homes.note(ref, name, ref.installation)

        return RepoClient(
            self._transport, auth, ref, self._clock, governor, home=self._home, ours=self._ours, renamed=renamed
        )

    def remote(self, ref: PullRef, needs: str) -> tuple[str, str]:
        """The repository's address for git, and a token that reads it. Blocks where a token must be asked for first."""
        at = self._homes.now(ref)
        if not _NAME.fullmatch(at.repo):
            raise UserError(f"{at.repo} is no repository's name.", "Name it OWNER/REPO.")

        auth = self._auth.of(at, self._requester_for)
        with self._explained(f"reading the code of {at.repo}", needs):
            return f"{site(self._transport.api_url)}/{at.repo}.git", auth.token

    def _explained(self, doing: str, needs: str) -> AbstractContextManager[None]:
        return explained(doing, self._clock, needs, self._home)

    def _requester_for(self, auth: Auth) -> PooledRequester:
        return PooledRequester(self._transport, auth)
