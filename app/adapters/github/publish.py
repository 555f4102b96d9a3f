"""Reviews, posted once: what is there is looked for first, and what GitHub refuses is found and left out."""

from collections.abc import Sequence
from typing import Any, assert_never

from github import GithubException
from requests import RequestException

from app.adapters.github import failures
from app.adapters.github.client import RepoClient
from app.adapters.github.failures import Refusal
from app.adapters.github.standing import MARKER, Standing, read_standing
from app.adapters.github.text import LIMIT, fitting, sendable
from app.core.posting import CommentDraft, HeadMoved, Posted, ReviewDraft
from app.errors import DefectError, TransientError, UserError

BATCH = 30  # comments a review; larger ones have been stored and yet answered 502
TRIES = 3  # of one POST whose answer was lost
EXTRA = 16  # requests spent on finding refused comments; what is unproven then counts as refused
PAUSE = 1.0  # seconds before looking whether a lost review arrived

Comments = Sequence[CommentDraft]


async def publish(client: RepoClient, draft: ReviewDraft) -> Posted | HeadMoved:
    """Post the draft's comments in reviews of at most 30, each unless it is there already. See `Forge.publish`."""
    standing = await read_standing(client)
    if standing.head_sha != draft.head_sha:  # also without comments: what was read may be the newer head's diff
        return HeadMoved(standing.head_sha)
    if not draft.comments:
        return Posted()
    await _clear_debris(client, standing, draft.marker)
    publisher = _Publisher(client, draft, standing)
    try:
        return await publisher.run()
    except _HeadMovedError as moved:
        return HeadMoved(moved.head_sha)


async def _clear_debris(client: RepoClient, standing: Standing, marker: str) -> None:
    """One pending review blocks every other of the same author. A person's token may have one of the person's own."""
    for review in standing.reviews:
        if not review.pending:
            continue
        if client.ref.installation is None and marker not in review.batches:
            raise UserError(
                f"The bot's account has a pending review on {client.ref.repo}#{client.ref.number}, and GitHub takes one.",
                "Submit or discard that review, then run the bot again.",
            )
        try:
            await client.delete(f"/pulls/{client.ref.number}/reviews/{review.id}")
        except GithubException as error:
            if error.status not in {404, 422}:  # gone, or submitted meanwhile
                raise


class _HeadMovedError(Exception):
    """The head moved while the batches were being posted, before any of them arrived."""

    def __init__(self, head_sha: str) -> None:
        super().__init__(head_sha)
        self.head_sha = head_sha


class _Publisher:
    """One draft on its way. `posted` maps a batch to its review's address, `rejected` holds what GitHub refused."""

    def __init__(self, client: RepoClient, draft: ReviewDraft, standing: Standing) -> None:
        self._client = client
        self._draft = draft
        self._posted = standing.posted(draft.marker)
        self._rejected = [comment for comment in draft.comments if not sendable(comment.path)]
        self._comments = [comment for comment in draft.comments if sendable(comment.path)]
        self._total = -(-len(self._comments) // BATCH)
        self._extra = EXTRA
        self._cleared = False

    async def run(self) -> Posted:
        """Post batch after batch."""
        for index in range(self._total):
            await self._place(self._comments[index * BATCH : (index + 1) * BATCH], str(index + 1), suspect=False)
        refused = {id(comment) for comment in self._rejected}
        return Posted(
            tuple(dict.fromkeys(self._posted.values())),
            tuple(comment for comment in self._draft.comments if id(comment) in refused),
        )

    async def _place(self, comments: Comments, batch: str, *, suspect: bool) -> bool:
        """Post these comments; True if all arrived. `suspect`: some of them is known to be refused, so not tried whole.

        A batch of which a part is already there was refused before: it goes in parts again.
        """
        if batch in self._posted:
            return True
        if not suspect and not any(known.startswith(batch + ".") for known in self._posted):
            if "." in batch and self._extra <= 0:
                self._rejected += comments
                return False
            if await self._post(comments, batch):
                return True
        if len(comments) == 1:
            self._rejected += comments
            return False
        half = len(comments) // 2
        whole = await self._place(comments[:half], batch + ".1", suspect=False)
        await self._place(comments[half:], batch + ".2", suspect=whole)
        return False

    async def _post(self, comments: Comments, batch: str) -> bool:
        """Send one review; False if GitHub refused a comment's position. A lost answer is looked for."""
        body = self._body(comments, batch)
        for attempt in range(1, TRIES + 1):
            self._extra -= "." in batch
            try:
                answer = await self._client.post(f"/pulls/{self._client.ref.number}/reviews", body)
            except (GithubException, RequestException, TransientError) as error:
                if isinstance(error, GithubException) and error.status == 422:
                    if await self._refused(error):
                        return False
                    continue
                if not failures.lost(error) or attempt == TRIES:
                    raise
                await self._client.clock.sleep(PAUSE * attempt)
                await self._look()
                if batch in self._posted:
                    return True
            else:
                self._posted[batch] = answer["html_url"]
                return True
        raise TransientError("GitHub did not take the review, for a pending review that comes back")

    async def _refused(self, error: GithubException) -> bool:
        """True if a comment's position is to blame; False to send the review again; raises for anything else."""
        refusal = failures.refusal(error)
        match refusal:
            case Refusal.POSITION:
                return True
            case Refusal.TOO_FAST:
                raise TransientError("GitHub takes no more comments for now", failures.SECONDARY_PAUSE)
            case Refusal.PENDING | Refusal.COMMIT:
                if self._cleared:
                    raise DefectError(f"GitHub refuses the review: {failures.said(error)}")
                self._cleared = True
                await _clear_debris(self._client, await self._look(), self._draft.marker)
                return False
            case Refusal.BODY:
                raise DefectError(f"GitHub refuses the review's text: {failures.said(error)}")
            case _:
                assert_never(refusal)

    async def _look(self) -> Standing:
        """Read again what stands; the review of a moved head is given up, unless a part of it is there."""
        standing = await read_standing(self._client)
        self._posted |= standing.posted(self._draft.marker)
        if standing.head_sha != self._draft.head_sha and not self._posted:
            raise _HeadMovedError(standing.head_sha)
        return standing

    def _body(self, comments: Comments, batch: str) -> dict[str, Any]:
        """The request. The draft's own words go with the first review that arrives."""
        number = batch.partition(".")[0]
        place = f" ({number} of {self._total})" if self._total > 1 else ""
        words = f"Review, continued{place}." if self._posted else self._draft.body
        marker = "\n\n" + MARKER.format(marker=self._draft.marker, batch=batch, total=self._total)
        return {
            "commit_id": self._draft.head_sha,
            "event": "COMMENT",
            "body": fitting(words, LIMIT - len(marker.encode())) + marker,
            "comments": [_comment(comment) for comment in comments],
        }


def _comment(comment: CommentDraft) -> dict[str, Any]:
    row: dict[str, Any] = {
        "path": comment.path,
        "body": fitting(comment.body),
        "line": comment.line,
        "side": str(comment.side),
    }
    if comment.start_line is not None and comment.start_line < comment.line:
        row |= {"start_line": comment.start_line, "start_side": str(comment.side)}
    return row
