"""The `Forge` port on GitHub."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from github import GithubException
from typing_extensions import override

from kireji.adapters.github.http.answers import passes
from kireji.adapters.github.http.auth import Credentials, TokenPurpose
from kireji.adapters.github.http.client import RepoClient
from kireji.adapters.github.http.marks import Ownership
from kireji.adapters.github.http.reach import Reach
from kireji.adapters.github.read import diff, files, heads, hidden, listing, pull, queue
from kireji.adapters.github.write import checks, people, publish, talk, threads
from kireji.adapters.governor import SharedGovernors
from kireji.core.operations.mending import PullHead
from kireji.core.operations.merge_queue import PostedCheck, QueueEntry
from kireji.core.pulls.denial import Denial, Home, Runtime
from kireji.core.pulls.people import CommentRef, Permission, Reaction
from kireji.core.pulls.posting import CheckReport, Conclusion, HeadMoved, Posted, ReviewDraft
from kireji.core.pulls.pull import Fetched, OpenedPull, PullRef, site
from kireji.core.pulls.thread import Thread
from kireji.core.scope.attributes import attribute_files_for, paths_in
from kireji.ports import Apart, Clock, Forge, Governors

# The permissions that the bot needs for each, as the App's settings page calls them.
READS = "contents: read, pull requests: read"
CHECKS = "checks: write"
REVIEWS = "pull requests: write"
REACTIONS = "issues: write, pull requests: write"
PEOPLE = "metadata: read"
QUEUES = "merge queues: read"
log = logging.getLogger("kireji.github")


class GitHubForge(Forge):
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
        runtime: Runtime,
        ours: Ownership,
        app_id: int | str | None = None,
        noted: Callable[[str], None] = log.warning,
        apart: Apart | None = None,
    ) -> None:
        home = Home(runtime, site(api_url))
        self._reach = Reach(api_url, auth, clock, governors or SharedGovernors(clock), home=home, ours=ours)
        self._noted = noted
        self._apart = apart
        self._checks = checks.CheckRuns(check_name, buttons=buttons, app_id=app_id)

    @property
    def requests(self) -> int:
        """How many requests have been sent so far, repeated ones and redirects too."""
        return self._reach.requests

    async def aclose(self) -> None:
        """Close the connections."""
        self._reach.close()

    @override
    async def fetch(self, ref: PullRef, base_files: Sequence[str]) -> Fetched:
        """The diff comes first: with it is known of which folders the .gitattributes are wanted.

        So a push in that very moment can pair the new head with the old diff; who knows the head that was announced
        compares it with `opened.pull.head_sha`. A diff that lacks files is not believed: the list says what they are.
        """

        async def read(client: RepoClient) -> Fetched:
            try:
                whole = await diff.read_whole(client)
            except GithubException as error:
                if not passes(error):
                    await pull.read_pull(client, base_files)  # what is wrong with the pull request itself tells more
                raise

            asked = (*base_files, *attribute_files_for(paths_in(whole or "")))
            opened = await pull.read_pull(client, asked)
            if whole is not None and not diff.is_short(whole, opened.pull.changed_files):
                return Fetched(opened, await hidden.with_hidden(client, opened, whole, self._apart))

            listed = await listing.read_listing(client, opened, self._apart)
            more = [path for path in attribute_files_for(paths_in(listed.text)) if path not in asked]
            texts = await files.read_files(client, opened.pull.base_sha, more)
            return Fetched(replace(opened, base_files={**opened.base_files, **texts}), listed)

        return await self._reach.do(ref, f"reading pull request {ref.repo}#{ref.number}", READS, read)

    @override
    async def look(self, ref: PullRef, base_files: Sequence[str]) -> OpenedPull:
        what = f"reading pull request {ref.repo}#{ref.number}"
        return await self._reach.do(ref, what, READS, lambda client: pull.read_pull(client, base_files))

    @override
    async def read_files(self, ref: PullRef, sha: str, paths: Sequence[str]) -> Mapping[str, str]:
        return await self._reach.do(
            ref, f"reading files of {ref.repo}#{ref.number}", READS, lambda client: files.read_files(client, sha, paths)
        )

    @override
    async def open_check(self, ref: PullRef, head_sha: str, external_id: str, report: CheckReport) -> int:
        return await self._reach.do(
            ref,
            f"opening a check run on {ref.repo}#{ref.number}",
            CHECKS,
            lambda client: self._checks.open(client, head_sha, external_id, report),
        )

    @override
    async def update_check(self, ref: PullRef, check_id: int, report: CheckReport) -> None:
        """`report.annotations` are all that the run is to have; GitHub can only append."""
        await self._reach.do(
            ref,
            f"updating the check run on {ref.repo}#{ref.number}",
            CHECKS,
            lambda client: self._checks.update(client, check_id, report),
        )

    @override
    async def publish(self, ref: PullRef, draft: ReviewDraft) -> Posted | HeadMoved:
        outcome = await self._reach.do(
            ref,
            f"posting the review on {ref.repo}#{ref.number}",
            REVIEWS,
            lambda client: publish.publish(client, draft),
        )
        if isinstance(outcome, Posted) and outcome.refused is not None:
            self._note("posting the review", ref, outcome.refused)
        return outcome

    @override
    async def pull_head(self, ref: PullRef) -> PullHead:
        async def head(client: RepoClient) -> PullHead:
            answer = await client.get(f"/pulls/{ref.number}")
            client.same(answer["base"]["repo"]["id"], answer["base"]["repo"]["full_name"])

            stack = answer.get("stack") or {}  # a preview: GitHub Enterprise Server knows none
            stack_base = (stack.get("base") or {}).get("ref", "")
            return PullHead(str(answer["head"]["sha"]), answer["state"] == "open", stack_base)

        return await self._reach.do(ref, f"looking at pull request {ref.repo}#{ref.number}", READS, head)

    @override
    async def find_check(self, ref: PullRef, head_sha: str, external_id: str) -> int | None:
        return await self._reach.do(
            ref,
            f"looking for a check run on {ref.repo}#{ref.number}",
            CHECKS,
            lambda client: self._checks.find(client, head_sha, external_id),
        )

    @override
    async def check_conclusion(self, ref: PullRef, check_id: int) -> Conclusion | None:
        async def conclusion(client: RepoClient) -> Conclusion | None:
            return checks.conclusion(await client.get(f"/check-runs/{check_id}"))

        return await self._reach.do(ref, f"looking at the check run on {ref.repo}#{ref.number}", CHECKS, conclusion)

    @override
    async def resolve_thread(self, ref: PullRef, thread: Thread, why: str, marker: str) -> bool | Denial:
        """Takes 3 requests, 4 where the App may not resolve."""
        resolved = await self._reach.do(
            ref,
            f"closing a thread of {ref.repo}#{ref.number}",
            REVIEWS,
            lambda client: threads.resolve(client, thread, why, marker),
            TokenPurpose.RESOLVING,
        )

        if isinstance(resolved, Denial):
            self._note("closing a thread", ref, resolved)
        return resolved

    @override
    async def reply(self, ref: PullRef, to: CommentRef, body: str, marker: str) -> str:
        """Takes 2 requests."""
        answered = await self._reach.do(
            ref,
            f"answering a comment on {ref.repo}#{ref.number}",
            REVIEWS,
            lambda client: talk.reply(client, to, body, marker),
        )

        if isinstance(answered, Denial):
            self._note("answering a comment", ref, answered)
            return ""
        return answered

    @override
    async def keep_comment(self, ref: PullRef, body: str, marker: str) -> str | Denial:
        """Takes 1 request where it says so already, else 2."""
        kept = await self._reach.do(
            ref,
            f"writing the summary comment on {ref.repo}#{ref.number}",
            REVIEWS,
            lambda client: talk.keep(client, body, marker),
        )
        if isinstance(kept, Denial):
            self._note("writing the summary comment", ref, kept)
        return kept

    @override
    async def react(self, ref: PullRef, to: CommentRef, reaction: Reaction) -> bool:
        return await self._reach.do(
            ref,
            f"reacting to a comment on {ref.repo}#{ref.number}",
            REACTIONS,
            lambda client: people.react(client, to, reaction),
        )

    @override
    async def permission(self, ref: PullRef, login: str) -> Permission:
        """For a bot's login NONE, too: bots are no people."""
        return await self._reach.do(
            ref, f"asking what somebody may do in {ref.repo}", PEOPLE, lambda client: people.permission(client, login)
        )

    @override
    async def pulls_of(
        self, repo: str, installation: int | None, head_sha: str, repo_id: int | None = None
    ) -> tuple[int, ...]:
        """Looks through the thousand open ones that changed last."""
        ref = PullRef(repo, 0, installation, repo_id)
        return await self._reach.do(
            ref, f"looking for a pull request of {repo}", READS, lambda client: heads.pulls_of(client, head_sha)
        )

    @override
    async def queued(
        self, repo: str, installation: int | None, branch: str, repo_id: int | None = None
    ) -> tuple[QueueEntry, ...]:
        return await self._reach.do(
            PullRef(repo, 0, installation, repo_id),
            f"looking at a merge queue of {repo}",
            QUEUES,
            lambda client: queue.queued(client, branch),
            TokenPurpose.QUEUE,
        )

    @override
    async def checks_of(self, ref: PullRef, head_sha: str) -> tuple[PostedCheck, ...]:
        """Sees the last hundred of a commit."""
        return await self._reach.do(
            ref,
            f"looking at the check runs of {ref.repo}#{ref.number}",
            CHECKS,
            lambda client: self._checks.seen(client, head_sha),
        )

    def remote(self, ref: PullRef) -> tuple[str, str]:
        """The repository's address for git, and a token that reads it. Blocks where a token must be asked for first."""
        return self._reach.remote(ref, READS)

    def _note(self, doing: str, ref: PullRef, refused: Denial) -> None:
        self._noted(f"{doing} on {ref.repo}#{ref.number} is refused: {refused.said}. {refused.remedy}")
