"""What people do in the conversation and the threads of a repository's pull requests. `Repository` has it all."""

from tests.sandbox.github.models import IssueComment, Pull, Review, ReviewComment
from tests.sandbox.github.reviewing import create_review, reply
from tests.sandbox.github.show import Shown
from tests.sandbox.github.wire import ReviewBody
from tests.sandbox.github.world import RepoState, World


class People:
    """The people of one repository. `by` is a login; one that ends in [bot] is a bot's."""

    def __init__(self, world: World, state: RepoState) -> None:
        self._world = world
        self.state = state

    @property
    def full_name(self) -> str:
        """owner/name."""
        return self.state.full_name

    def pull(self, number: int) -> Pull:
        """The pull request as it is now. Raises KeyError for an unknown number."""
        return self.state.pulls[number]

    def open_issue(self, number: int, title: str, body: str) -> None:
        """Open an issue; a pull request closes it whose body says "Fixes #number"."""
        self.state.issues[number] = (title, body)

    def comment(self, number: int, body: str, *, by: str = "alice") -> IssueComment:
        """Comment in a pull request's conversation."""
        now = self._world.now()
        with self._world.lock:
            comment = IssueComment(self._world.new_id(), self._world.user(by), body, now, now)
            self.pull(number).issue_comments.append(comment)
        return comment

    def reply(self, number: int, comment_id: int, body: str, *, by: str = "alice") -> ReviewComment:
        """Answer in the thread that has this comment."""
        pull = self.pull(number)
        with self._world.lock:
            root = self._root(pull, comment_id)
            return reply(self._world, pull, self._world.user(by), root.id, body)

    def edit_comment(self, comment_id: int, body: str) -> None:
        """Change a comment's text, in the conversation or in a thread. Raises LookupError if there is none."""
        comment = self._comment(comment_id)[1]
        with self._world.lock:
            comment.before = comment.body
            comment.body = body
            comment.updated_at = self._world.now()

    def delete_comment(self, comment_id: int) -> None:
        """Remove a comment. Raises LookupError if there is none."""
        pull, comment = self._comment(comment_id)
        with self._world.lock:
            if isinstance(comment, IssueComment):
                pull.issue_comments.remove(comment)
            else:
                pull.review_comments.remove(comment)

    def resolve_thread(self, number: int, comment_id: int, *, by: str = "alice") -> None:
        """Press "Resolve conversation" at the thread that has this comment."""
        pull = self.pull(number)
        with self._world.lock:
            pull.resolved.setdefault(self._root(pull, comment_id).id, self._world.user(by))

    def unresolve_thread(self, number: int, comment_id: int) -> None:
        """Press "Unresolve conversation"."""
        pull = self.pull(number)
        with self._world.lock:
            pull.resolved.pop(self._root(pull, comment_id).id, None)

    def add_review(self, number: int, *, by: str, body: str, comments: list[Shown] | None = None) -> Review:
        """Somebody's submitted review; `comments` are as POST reviews takes them, and as strictly judged."""
        return self._review(number, by, {"body": body, "event": "COMMENT", "comments": comments or []})

    def edit_review(self, number: int, review_id: int, body: str) -> None:
        """Change a submitted review's text. Raises LookupError if there is none."""
        review = self.pull(number).review(review_id)
        if review is None or review.state == "PENDING":
            raise LookupError(f"{self.full_name}#{number} has no submitted review {review_id}")
        with self._world.lock:
            review.before = review.body
            review.body = body

    def add_pending_review(
        self, number: int, by: str = "kireji[bot]", body: str = "", comments: list[Shown] | None = None
    ) -> Review:
        """Debris: a review that was begun and never submitted, which blocks the account's next one."""
        return self._review(number, by, {"body": body, "comments": comments or []})

    def _review(self, number: int, by: str, body: Shown) -> Review:
        with self._world.lock:
            request = ReviewBody.read(body)
            return create_review(self._world, self.state, self.pull(number), self._world.user(by), request)

    def _root(self, pull: Pull, comment_id: int) -> ReviewComment:
        found = next((comment for comment in pull.review_comments if comment.id == comment_id), None)
        if found is None:
            raise LookupError(f"{self.full_name}#{pull.number} has no review comment {comment_id}")
        return found if found.in_reply_to is None else self._root(pull, found.in_reply_to)

    def _comment(self, comment_id: int) -> tuple[Pull, IssueComment | ReviewComment]:
        for pull in self.state.pulls.values():
            for comment in [*pull.issue_comments, *pull.review_comments]:
                if comment.id == comment_id:
                    return pull, comment
        raise LookupError(f"{self.full_name} has no comment {comment_id}")
