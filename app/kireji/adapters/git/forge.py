"""The `Forge` port for a change that is on no GitHub: it can be read, and there is nowhere to write."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Never

from typing_extensions import override

from kireji.core.diff.unified import FetchedDiff
from kireji.core.operations.mending import PullHead
from kireji.core.operations.merge_queue import PostedCheck, QueueEntry
from kireji.core.pulls.change import Change
from kireji.core.pulls.people import CommentRef, Permission, Reaction
from kireji.core.pulls.posting import CheckReport, Conclusion, HeadMoved, Posted, ReviewDraft
from kireji.core.pulls.pull import Fetched, OpenedPull, PullRef
from kireji.core.pulls.thread import Thread
from kireji.core.scope.attributes import files_for, paths_in
from kireji.errors import UserError
from kireji.ports import Forge


class LocalForge(Forge):
    """Serves one change as if it were a pull request of its own, with no checks, threads or people on it."""

    def __init__(self, change: Change) -> None:
        self._change = change

    @override
    async def fetch(self, ref: PullRef, base_files: Sequence[str]) -> Fetched:
        wanted = (*base_files, *files_for(paths_in(self._change.text)))
        diff = FetchedDiff(self._change.text, self._change.unread, self._change.binary)
        return Fetched(await self.look(ref, wanted), diff)

    @override
    async def look(self, ref: PullRef, base_files: Sequence[str]) -> OpenedPull:
        return OpenedPull(self._change.pull(ref), await asyncio.to_thread(self._change.base_texts, base_files))

    @override
    async def read_files(self, ref: PullRef, sha: str, paths: Sequence[str]) -> Mapping[str, str]:
        texts = self._change.base_texts if sha == self._change.base_sha else self._change.head_texts
        return await asyncio.to_thread(texts, paths)

    @override
    async def pull_head(self, ref: PullRef) -> PullHead:
        return PullHead(self._change.head_sha, open=True)

    # -- what there is nowhere to write

    @override
    async def open_check(self, ref: PullRef, head_sha: str, external_id: str, report: CheckReport) -> int:
        _nowhere()

    @override
    async def update_check(self, ref: PullRef, check_id: int, report: CheckReport) -> None:
        _nowhere()

    @override
    async def publish(self, ref: PullRef, draft: ReviewDraft) -> Posted | HeadMoved:
        _nowhere()

    @override
    async def find_check(self, ref: PullRef, head_sha: str, external_id: str) -> int | None:
        return None

    @override
    async def check_conclusion(self, ref: PullRef, check_id: int) -> Conclusion | None:
        return None

    @override
    async def resolve_thread(self, ref: PullRef, thread: Thread, why: str, marker: str) -> bool:
        _nowhere()

    @override
    async def reply(self, ref: PullRef, to: CommentRef, body: str, marker: str) -> str:
        _nowhere()

    @override
    async def keep_comment(self, ref: PullRef, body: str, marker: str) -> str:
        _nowhere()

    @override
    async def react(self, ref: PullRef, to: CommentRef, reaction: Reaction) -> bool:
        _nowhere()

    @override
    async def permission(self, ref: PullRef, login: str) -> Permission:
        _nowhere()

    @override
    async def pulls_of(
        self, repo: str, installation: int | None, head_sha: str, repo_id: int | None = None
    ) -> tuple[int, ...]:
        return ()

    @override
    async def queued(
        self, repo: str, installation: int | None, branch: str, repo_id: int | None = None
    ) -> tuple[QueueEntry, ...]:
        return ()

    @override
    async def checks_of(self, ref: PullRef, head_sha: str) -> tuple[PostedCheck, ...]:
        return ()


def _nowhere() -> Never:
    raise UserError("This change is on no GitHub", "Push it, open a pull request, and name that: OWNER/REPO#NUMBER.")
