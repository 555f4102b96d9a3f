"""The `Forge` port on GitHub."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from github.Auth import Auth

from app.adapters.github import checks, closing, diff, files, heads, listing, people, publish, pull, talk
from app.adapters.github.auth import AppTokens, Credentials
from app.adapters.github.client import RepoClient, Transport, Wire
from app.adapters.github.failures import explained
from app.adapters.github.homes import Homes
from app.adapters.github.limits import LIMITS
from app.adapters.github.together import both
from app.adapters.governor import SharedGovernors
from app.core.diff import FetchedDiff
from app.core.mending import PullHead
from app.core.people import CommentRef, Permission, Reaction
from app.core.posting import CheckReport, Conclusion, HeadMoved, Posted, ReviewDraft
from app.core.pull import Fetched, OpenedPull, PullRef, site
from app.core.thread import Thread
from app.errors import SettingsError, UserError
from app.ports import Clock, Governors

T = TypeVar("T")

# The permissions that the bot needs for each, as the App's settings page calls them.
READS = "contents: read, pull requests: read"
CHECKS = "checks: write"
REVIEWS = "pull requests: write"
REACTIONS = "issues: write, pull requests: write"
PEOPLE = "metadata: read"

PUBLIC_API = "https://api.github.com"
_NAME = re.compile(r"[A-Za-z0-9_][\w.-]*/[A-Za-z0-9_.-]+", re.ASCII)


class GitHubForge:
    """GitHub, for any number of repositories, threads and tasks at once. Requests run in the loop's default executor.

    Raises UserError for what people can mend, TransientError for what passes, DefectError for what nobody foresaw.
    """

    def __init__(
        self,
        api_url: str,
        auth: Credentials,
        *,
        clock: Clock,
        check_name: str = "Kireji",
        governors: Governors | None = None,
        buttons: bool = True,
    ) -> None:
        self._transport = Transport(api_url)
        self._auth = auth
        self._clock = clock
        self._governors = governors or SharedGovernors(clock)
        self._homes = Homes(auth, self._wire)
        self._checks = checks.CheckRuns(check_name, buttons=buttons)

    @property
    def requests(self) -> int:
        """How many requests have been sent so far, repeated ones and redirects too."""
        return self._transport.requests

    async def aclose(self) -> None:
        """Close the connections."""
        self._transport.close()

    async def fetch(self, ref: PullRef, base_files: Sequence[str]) -> Fetched:
        """See `Forge.fetch`. The diff is asked for while the pull request is read: one round trip less.

        So a push in that very moment can pair the new head with the old diff; who knows the head that was announced
        compares it with `opened.pull.head_sha`. A diff that lacks files is not believed: the list says what they are.
        """

        async def read(client: RepoClient) -> Fetched:
            opened, whole = await both(pull.read_pull(client, base_files), diff.read_whole(client))
            if whole is None or diff.is_short(whole, opened.pull.changed_files):
                return Fetched(opened, await listing.read_listing(client, opened))
            return Fetched(opened, FetchedDiff(whole))

        return await self._do(ref, f"reading pull request {ref.repo}#{ref.number}", READS, read)

    async def look(self, ref: PullRef, base_files: Sequence[str]) -> OpenedPull:
        """See `Forge.look`."""
        return await self._do(
            ref,
            f"reading pull request {ref.repo}#{ref.number}",
            READS,
            lambda client: pull.read_pull(client, base_files),
        )

    async def read_files(self, ref: PullRef, sha: str, paths: Sequence[str]) -> Mapping[str, str]:
        """See `Forge.read_files`."""
        return await self._do(
            ref, f"reading files of {ref.repo}#{ref.number}", READS, lambda client: files.read_files(client, sha, paths)
        )

    async def open_check(self, ref: PullRef, head_sha: str, external_id: str, report: CheckReport) -> int:
        """See `Forge.open_check`."""
        return await self._do(
            ref,
            f"opening a check run on {ref.repo}#{ref.number}",
            CHECKS,
            lambda client: self._checks.open(client, head_sha, external_id, report),
        )

    async def update_check(self, ref: PullRef, check_id: int, report: CheckReport) -> None:
        """See `Forge.update_check`. `report.annotations` are all that the run is to have; GitHub can only append."""
        await self._do(
            ref,
            f"updating the check run on {ref.repo}#{ref.number}",
            CHECKS,
            lambda client: self._checks.update(client, check_id, report),
        )

    async def publish(self, ref: PullRef, draft: ReviewDraft) -> Posted | HeadMoved:
        """See `Forge.publish`."""
        return await self._do(
            ref,
            f"posting the review on {ref.repo}#{ref.number}",
            REVIEWS,
            lambda client: publish.publish(client, draft),
        )

    async def pull_head(self, ref: PullRef) -> PullHead:
        """See `Forge.pull_head`."""

        async def head(client: RepoClient) -> PullHead:
            answer = await client.get(f"/pulls/{ref.number}")
            client.same(answer["base"]["repo"]["id"], answer["base"]["repo"]["full_name"])
            return PullHead(str(answer["head"]["sha"]), answer["state"] == "open")

        return await self._do(ref, f"looking at pull request {ref.repo}#{ref.number}", READS, head)

    async def find_check(self, ref: PullRef, head_sha: str, external_id: str) -> int | None:
        """See `Forge.find_check`."""
        return await self._do(
            ref,
            f"looking for a check run on {ref.repo}#{ref.number}",
            CHECKS,
            lambda client: self._checks.find(client, head_sha, external_id),
        )

    async def check_conclusion(self, ref: PullRef, check_id: int) -> Conclusion | None:
        """See `Forge.check_conclusion`."""

        async def conclusion(client: RepoClient) -> Conclusion | None:
            return checks.conclusion(await client.get(f"/check-runs/{check_id}"))

        return await self._do(ref, f"looking at the check run on {ref.repo}#{ref.number}", CHECKS, conclusion)

    async def close_thread(self, ref: PullRef, thread: Thread, why: str, marker: str) -> bool:
        """See `Forge.close_thread`. 3 requests, 4 where the App may not resolve."""
        return await self._do(
            ref,
            f"closing a thread of {ref.repo}#{ref.number}",
            REVIEWS,
            lambda client: closing.close(client, thread, why, marker),
            resolving=True,
        )

    async def reply(self, ref: PullRef, to: CommentRef, body: str, marker: str) -> str:
        """See `Forge.reply`. 2 requests."""
        return await self._do(
            ref,
            f"answering a comment on {ref.repo}#{ref.number}",
            REVIEWS,
            lambda client: talk.reply(client, to, body, marker),
        )

    async def keep_comment(self, ref: PullRef, body: str, marker: str) -> str:
        """See `Forge.keep_comment`. 1 request where it says so already, else 2."""
        return await self._do(
            ref,
            f"writing the summary comment on {ref.repo}#{ref.number}",
            REVIEWS,
            lambda client: talk.keep(client, body, marker),
        )

    async def react(self, ref: PullRef, to: CommentRef, reaction: Reaction) -> bool:
        """See `Forge.react`."""
        return await self._do(
            ref,
            f"reacting to a comment on {ref.repo}#{ref.number}",
            REACTIONS,
            lambda client: people.react(client, to, reaction),
        )

    async def permission(self, ref: PullRef, login: str) -> Permission:
        """See `Forge.permission`. NONE for a bot's login, too."""
        return await self._do(
            ref, f"asking what somebody may do in {ref.repo}", PEOPLE, lambda client: people.permission(client, login)
        )

    async def pulls_of(
        self, repo: str, installation: int | None, head_sha: str, repo_id: int | None = None
    ) -> tuple[int, ...]:
        """See `Forge.pulls_of`. Looks through the thousand open ones that changed last."""
        ref = PullRef(repo, 0, installation, repo_id)
        return await self._do(
            ref, f"looking for a pull request of {repo}", READS, lambda client: heads.pulls_of(client, head_sha)
        )

    def remote(self, ref: PullRef) -> tuple[str, str]:
        """The repository's address for git, and a token that reads it. Blocks where a token must be asked for first."""
        ref = self._homes.now(ref)
        if not _NAME.fullmatch(ref.repo):
            raise UserError(f"{ref.repo} is no repository's name.", "Name it OWNER/REPO.")
        auth = self._auth.of(ref, self._wire)
        with explained(f"reading the code of {ref.repo}", self._clock, READS):
            return f"{site(self._transport.api_url)}/{ref.repo}.git", auth.token

    async def _do(
        self,
        ref: PullRef,
        doing: str,
        needs: str,
        work: Callable[[RepoClient], Awaitable[T]],
        *,
        resolving: bool = False,
    ) -> T:
        """Do it where the repository is as far as is known; where GitHub refuses, once more where it is now, if elsewhere.

        What was refused was not done, and what was done before that is found there. `doing` as in `explained`.
        """
        at = self._homes.now(ref)
        try:
            with explained(doing, self._clock, needs):
                return await work(self._client(at, resolving=resolving))
        except UserError:
            found = await self._homes.find(at)
            if found is None:
                raise
        with explained(doing, self._clock, needs):
            return await work(self._client(found, resolving=resolving))

    def _client(self, ref: PullRef, *, resolving: bool = False) -> RepoClient:
        owner = "token" if ref.installation is None else str(ref.installation)  # whose limits they are
        governor = self._governors.of(f"GitHub {owner}", LIMITS)
        auth = self._auth.of(ref, self._wire, resolving=resolving)

        def renamed(name: str) -> None:
            self._homes.note(ref, name, ref.installation)

        return RepoClient(self._transport, auth, ref, self._clock, governor, renamed=renamed)

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
    governors: Governors | None = None,
    buttons: bool = True,
) -> GitHubForge:
    """A forge from settings: an App's id and key, a token, or both. Raises SettingsError for neither or a bad key.

    `api_url` is "https://HOST/api/v3" for GitHub Enterprise Server. Without `governors` this process knows of the rate
    limits what it meets itself. Without `buttons` check runs have none: only an App hears of them.
    """
    if app_id is not None and private_key_pem:
        auth = Credentials(AppTokens(app_id, private_key_pem, clock), token)
    elif token:
        auth = Credentials(token=token)
    else:
        raise SettingsError(("GitHub needs an App's id and private key, or a token",))
    return GitHubForge(api_url, auth, clock=clock, check_name=check_name, governors=governors, buttons=buttons)
