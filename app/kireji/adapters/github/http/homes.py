"""Where repositories are that were renamed or transferred after we heard of them.

GitHub redirects from an old name while no other repository has it; a transfer takes a repository out of the reach of the
installation that it had. So where GitHub refuses what is asked of a repository whose id is known, it is looked for by that.
The addresses below /repositories/ID are those to which GitHub redirects.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from logging import getLogger

from github import GithubException
from github.Auth import Auth
from github.Requester import Requester
from requests import RequestException

from kireji.adapters.github.http.auth import Credentials
from kireji.core.pulls.pull import PullRef
from kireji.errors import KirejiError

MAX_REMEMBERED = 1_000
MAX_HOPS = 5

log = getLogger("kireji.github")

_Place = tuple[int | None, str, int | None]  # id, "owner/name", installation


class Homes:
    """What this process has found out; the store learns it from the next delivery."""

    def __init__(self, auth: Credentials, requester_for: Callable[[Auth], Requester]) -> None:
        self._auth = auth
        self._requester_for = requester_for
        self._later: dict[_Place, PullRef] = {}

    def now(self, ref: PullRef) -> PullRef:
        """The same pull request where its repository is now, as far as that is known."""
        for _ in range(MAX_HOPS):
            later = self._later.get(_place(ref))
            if later is None:
                return ref
            ref = replace(later, number=ref.number)
        return ref

    def note(self, ref: PullRef, name: str, installation: int | None) -> PullRef:
        """The repository is not where the ref says, but here."""
        here = replace(ref, repo=name, installation=installation)
        if _place(here) != _place(ref):
            log.info("%s is %s now", ref.repo, name)
            self._later.pop(_place(here), None)
            self._later[_place(ref)] = here
            while len(self._later) > MAX_REMEMBERED:
                self._later.pop(next(iter(self._later)), None)
        return here

    async def find(self, ref: PullRef) -> PullRef | None:
        """Where it is, if GitHub tells another place than the ref's. 2 requests, and a third for a token."""
        if ref.repo_id is None:
            return None
        try:
            found = self.note(ref, *await asyncio.to_thread(self._ask, ref, ref.repo_id))
        except (GithubException, RequestException, KirejiError, LookupError, TypeError, ValueError) as error:
            log.info("repository %d, once %s, is not to be found: %s", ref.repo_id, ref.repo, type(error).__name__)
            return None
        return None if _place(found) == _place(ref) else found

    def _ask(self, ref: PullRef, repo_id: int) -> tuple[str, int | None]:
        """Its name, and the installation that covers it."""
        installation = ref.installation
        if installation is not None and self._auth.app is not None:
            installation = self._auth.app.installation_of(repo_id, self._requester_for)
        auth = self._auth.of(replace(ref, installation=installation), self._requester_for)
        _, answer = self._requester_for(auth).requestJsonAndCheck("GET", f"/repositories/{repo_id}")
        return str(answer["full_name"]), installation


def _place(ref: PullRef) -> _Place:
    return ref.repo_id, ref.repo, ref.installation
