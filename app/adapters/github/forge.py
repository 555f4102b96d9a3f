"""The `Forge` port on GitHub."""

import asyncio
from collections.abc import Sequence

from github.Auth import Auth

from app.adapters.github import checks, diff, publish, pull
from app.adapters.github.auth import AppTokens, Credentials
from app.adapters.github.client import RepoClient, Transport, Wire
from app.adapters.github.failures import explained
from app.core.diff import FetchedDiff
from app.core.posting import CheckReport, HeadMoved, Posted, ReviewDraft
from app.core.pull import Fetched, OpenedPull, PullRef
from app.errors import SettingsError
from app.ports import Clock

PUBLIC_API = "https://api.github.com"


class GitHubForge:
    """GitHub, for any number of repositories, threads and tasks at once. Requests run in the loop's default executor.

    Raises UserError for what people can mend, TransientError for what passes, DefectError for what nobody foresaw.
    """

    def __init__(self, api_url: str, auth: Credentials, *, clock: Clock, check_name: str = "Kireji") -> None:
        self._transport = Transport(api_url)
        self._auth = auth
        self._clock = clock
        self._checks = checks.CheckRuns(check_name)

    @property
    def requests(self) -> int:
        """How many requests have been sent so far, repeated ones and redirects too."""
        return self._transport.requests

    async def aclose(self) -> None:
        """Close the connections."""
        self._transport.close()

    async def fetch(self, ref: PullRef, base_files: Sequence[str]) -> Fetched:
        """See `Forge.fetch`. The diff is asked for while the pull request is read: one round trip less."""
        opened, whole = await asyncio.gather(self.pull(ref, base_files), self._whole(ref))
        return Fetched(opened, await self.diff(opened) if whole is None else FetchedDiff(whole))

    async def pull(self, ref: PullRef, base_files: Sequence[str]) -> OpenedPull:
        """The pull request and its base files: one request."""
        with explained(f"reading pull request {ref.repo}#{ref.number}", self._clock):
            return await pull.read_pull(self._client(ref), base_files)

    async def diff(self, opened: OpenedPull) -> FetchedDiff:
        """The diff of a pull request that has been read."""
        ref = opened.pull.ref
        with explained(f"reading the diff of {ref.repo}#{ref.number}", self._clock):
            return await diff.read_diff(self._client(ref), opened)

    async def _whole(self, ref: PullRef) -> str | None:
        with explained(f"reading the diff of {ref.repo}#{ref.number}", self._clock):
            return await diff.read_whole(self._client(ref))

    async def open_check(self, ref: PullRef, head_sha: str, external_id: str, report: CheckReport) -> int:
        """See `Forge.open_check`."""
        with explained(f"opening a check run on {ref.repo}#{ref.number}", self._clock):
            return await self._checks.open(self._client(ref), head_sha, external_id, report)

    async def update_check(self, ref: PullRef, check_id: int, report: CheckReport) -> None:
        """See `Forge.update_check`. `report.annotations` are all that the run is to have; GitHub can only append."""
        with explained(f"updating the check run on {ref.repo}#{ref.number}", self._clock):
            await self._checks.update(self._client(ref), check_id, report)

    async def publish(self, ref: PullRef, draft: ReviewDraft) -> Posted | HeadMoved:
        """See `Forge.publish`."""
        with explained(f"posting the review on {ref.repo}#{ref.number}", self._clock):
            return await publish.publish(self._client(ref), draft)

    def _client(self, ref: PullRef) -> RepoClient:
        return RepoClient(self._transport, self._auth.of(ref, self._wire), ref, self._clock)

    def _wire(self, auth: Auth) -> Wire:
        return Wire(self._transport, auth)


def connect(
    *,
    api_url: str = PUBLIC_API,
    app_id: int | str | None = None,
    private_key_pem: str | None = None,
    token: str | None = None,
    clock: Clock,
    check_name: str = "Kireji",
) -> GitHubForge:
    """A forge from settings: an App's id and key, a token, or both. Raises SettingsError for neither or a bad key.

    `api_url` is "https://HOST/api/v3" for GitHub Enterprise Server.
    """
    if app_id is not None and private_key_pem:
        return GitHubForge(
            api_url, Credentials(AppTokens(app_id, private_key_pem, clock), token), clock=clock, check_name=check_name
        )
    if not token:
        raise SettingsError(("GitHub needs an App's id and private key, or a token",))
    return GitHubForge(api_url, Credentials(token=token), clock=clock, check_name=check_name)
