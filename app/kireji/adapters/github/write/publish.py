"""Reviews, posted once: what is there is looked for first, and what GitHub refuses is found and left out."""

from collections.abc import Sequence
from typing import Any, assert_never

from github import GithubException
from requests import RequestException

from kireji.adapters.github.http import failures
from kireji.adapters.github.http.answers import said
from kireji.adapters.github.http.client import RepoClient
from kireji.adapters.github.http.denials import denial
from kireji.adapters.github.http.failures import ReviewRefusal
from kireji.adapters.github.http.marks import Marks
from kireji.adapters.github.http.text import MAX_TEXT, fitting, sendable
from kireji.adapters.github.read.pull_state import PullState, key_of, read_pull_state
from kireji.core.pulls.denial import Clues, Denial, DenialKind
from kireji.core.pulls.posting import CommentDraft, HeadMoved, Posted, ReviewDraft
from kireji.core.wording import denial_words
from kireji.errors import DefectError, TransientError

BATCH = 30  # comments a review; larger ones have been stored and yet answered 502
TRIES = 3  # of one POST whose answer was lost
EXTRA = 16  # reviews tried for finding refused comments; what is unproven then counts as refused
NEEDS = "pull requests: write"
PAUSE = 1.0  # seconds before looking whether a lost review arrived

Comments = Sequence[CommentDraft]


async def publish(client: RepoClient, draft: ReviewDraft) -> Posted | HeadMoved:
    """Post those of the draft's comments that are not there yet, in reviews of at most 30, as `Forge.publish` has it."""
    state = await read_pull_state(client)
    if state.head_sha != draft.head_sha:  # also without comments: what was read may be the newer head's diff
        return HeadMoved(state.head_sha)
    if not draft.comments:
        return Posted()

    publisher = _Publisher(client, draft, state)
    try:
        await _clear_debris(client, state, draft.marker)
        return await publisher.run()
    except _HeadMovedError as moved:
        return HeadMoved(moved.head_sha)
    except _DeniedError as error:
        return publisher.cut_short(error.denial)


async def _clear_debris(client: RepoClient, state: PullState, marker: str) -> None:
    """One pending review blocks every other of the same author. A person's token may have one of the person's own."""
    for review in state.reviews:
        if not review.pending:
            continue
        if client.ref.installation is None and marker not in review.keys:
            raise _DeniedError(denial_words.denial(DenialKind.PENDING_REVIEW, client.home.runtime, Clues()))

        try:
            await client.delete(f"/pulls/{client.ref.number}/reviews/{review.id}")
        except GithubException as error:
            if error.status in {404, 422}:  # gone, or submitted meanwhile
                continue
            _raise_denial(client, error)
            raise


class _HeadMovedError(Exception):
    """The head moved while the batches were being posted, before any of them arrived."""

    def __init__(self, head_sha: str) -> None:
        super().__init__(head_sha)
        self.head_sha = head_sha


class _DeniedError(Exception):
    """GitHub takes no review here at all, for a reason that no waiting mends."""

    def __init__(self, told: Denial) -> None:
        super().__init__(told.said)
        self.denial = told


def _raise_denial(client: RepoClient, error: Exception) -> None:
    """Raise _DeniedError if that is what the error says."""
    refused = denial(error, client.home, NEEDS)
    if refused is not None:
        raise _DeniedError(refused) from error


class _Publisher:
    """One draft on its way.

    Comments are told apart by what they are about and not by their place in the draft: who tries again may have read
    more than the first time.
    """

    def __init__(self, client: RepoClient, draft: ReviewDraft, state: PullState) -> None:
        self._client = client
        self._draft = draft

        self._posted = state.posted(draft.marker)
        """A comment's key -> the address of the review that has it."""
        self._rejected = [comment for comment in draft.comments if not sendable(comment.path)]
        """What GitHub refused, or what cannot even be sent."""
        self._comments = [comment for comment in draft.comments if sendable(comment.path)]
        self._total = -(-len(self._comments) // BATCH)
        """How many reviews it takes."""
        self._extra = EXTRA
        """How many more may be tried for finding refused comments."""
        self._cleared = False
        """Whether debris was removed since GitHub first complained of it."""

    async def run(self) -> Posted:
        """Post batch after batch, of each what is missing."""
        for number in range(1, self._total + 1):
            batch = self._comments[(number - 1) * BATCH : number * BATCH]
            await self._place(self._missing(batch), number, whole=True, suspect=False)
        return self._outcome(None)

    def cut_short(self, refused: Denial) -> Posted:
        """What became of it where GitHub takes no more of it: what is missing is rejected."""
        self._rejected += self._missing(self._comments)
        return self._outcome(refused)

    def _outcome(self, refused: Denial | None) -> Posted:
        rejected = {id(comment) for comment in self._rejected}
        left_out = tuple(comment for comment in self._draft.comments if id(comment) in rejected)
        return Posted(tuple(dict.fromkeys(self._posted.values())), left_out, refused)

    def _missing(self, comments: Comments) -> Comments:
        return [comment for comment in comments if key_of(comment) not in self._posted]

    async def _place(self, comments: Comments, number: int, *, whole: bool, suspect: bool) -> bool:
        """Post these comments of a batch, the `whole` or a part of it; True if all arrived.

        `suspect`: some of them is known to be refused, so they are not tried together.
        """
        if not comments:
            return True

        if not suspect:
            if not whole and self._extra <= 0:
                self._rejected += comments
                return False
            self._extra -= not whole
            if await self._post(comments, number):
                return True

        if len(comments) == 1:
            self._rejected += comments
            return False

        half = len(comments) // 2
        first = await self._place(comments[:half], number, whole=False, suspect=False)
        await self._place(comments[half:], number, whole=False, suspect=first)
        return False

    async def _post(self, comments: Comments, number: int) -> bool:
        """Send one review; False if GitHub refused a comment's position. A lost answer is looked for."""
        body = self._body(comments, number, await self._client.marks())

        for attempt in range(1, TRIES + 1):
            try:
                answer = await self._client.post(f"/pulls/{self._client.ref.number}/reviews", body)
            except (GithubException, RequestException, TransientError) as error:
                _raise_denial(self._client, error)
                if isinstance(error, GithubException) and error.status == 422:
                    if await self._refused(error):
                        return False
                    continue
                if not failures.lost(error) or attempt == TRIES:
                    raise

                await self._client.clock.sleep(PAUSE * attempt)
                await self._look()
                if not self._missing(comments):
                    return True
            else:
                self._posted |= dict.fromkeys(map(key_of, comments), answer["html_url"])
                return True

        raise TransientError("GitHub did not take the review, for a pending review that comes back")

    async def _refused(self, error: GithubException) -> bool:
        """True if a comment's position is to blame; False to send the review again; raises for anything else."""
        refusal = failures.review_refusal(error)
        match refusal:
            case ReviewRefusal.POSITION:
                return True
            case ReviewRefusal.TOO_FAST:
                raise TransientError("GitHub takes no more comments for now", failures.SECONDARY_PAUSE)
            case ReviewRefusal.PENDING | ReviewRefusal.COMMIT:
                if self._cleared:
                    raise DefectError(f"GitHub refuses the review: {said(error)}")

                self._cleared = True
                await _clear_debris(self._client, await self._look(), self._draft.marker)
                return False
            case ReviewRefusal.BODY:
                raise DefectError(f"GitHub refuses the review's text: {said(error)}")
            case _:
                assert_never(refusal)

    async def _look(self) -> PullState:
        """Read again what stands; the review of a moved head is given up, unless a part of it is there."""
        state = await read_pull_state(self._client)
        self._posted |= state.posted(self._draft.marker)
        if state.head_sha != self._draft.head_sha and not self._posted:
            raise _HeadMovedError(state.head_sha)
        return state

    def _body(self, comments: Comments, number: int, marks: Marks) -> dict[str, Any]:
        """The request. The draft's own words go with the first review that arrives."""
        place = f" ({number} of {self._total})" if self._total > 1 else ""
        words = f"Review, continued{place}." if self._posted else self._draft.body
        marker = "\n\n" + marks.mark_review(self._draft.marker, ",".join(map(key_of, comments)))
        return {
            "commit_id": self._draft.head_sha,
            "event": "COMMENT",
            "body": fitting(words, MAX_TEXT - len(marker.encode())) + marker,
            "comments": [_comment(comment, self._draft.marker, marks) for comment in comments],
        }


def _comment(comment: CommentDraft, marker: str, marks: Marks) -> dict[str, Any]:
    hidden = "\n" + marks.mark_finding(comment.path, comment.about, marker) if comment.about else ""
    row: dict[str, Any] = {
        "path": comment.path,
        "body": fitting(comment.body, MAX_TEXT - len(hidden.encode())) + hidden,
        "line": comment.line,
        "side": str(comment.side),
    }

    if comment.start_line is not None and comment.start_line < comment.line:
        row |= {"start_line": comment.start_line, "start_side": str(comment.side)}
    return row
