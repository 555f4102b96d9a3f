"""The handle by which a test or the demo plays a repository's people: branches, pull requests, pushes, rights."""

import itertools
from collections.abc import Mapping

from tests.sandbox.github import merge_queue, show_check, show_pull, show_review
from tests.sandbox.github.git import Content
from tests.sandbox.github.models import Pull, Queue, QueueEntry, ReviewComment, Stack
from tests.sandbox.github.people import People
from tests.sandbox.github.show import Shown


class Repository(People):
    """One repository. What it shows has the shape of GitHub's answers; `state` is what the sandbox itself keeps."""

    def move(self, full_name: str) -> None:
        """Rename the repository ("owner/name"), transfer it to another account, or both at once."""
        self._world.move(self.state, full_name)

    def grant(self, login: str, role: str, *, base: str | None = None) -> None:
        """Give an account a role: none, read, triage, write, maintain or admin.

        `base` is one of these for a role of the organisation's own, whose name is then free.
        """
        with self._world.lock:
            self.state.roles[self._world.user(login).login] = role
            if base is not None:
                self.state.bases[role] = base

    def commit(
        self,
        branch: str,
        files: Mapping[str, Content],
        *,
        renames: Mapping[str, str] | None = None,
        message: str = "Change",
        author: str | None = None,
        parent: str | None = None,
    ) -> str:
        """Commit onto a branch (made at `main` if new); its SHA. Renames come first; None deletes. Moves no pull request."""
        ref = branch if branch.startswith("refs/") else f"refs/heads/{branch}"
        store = self.state.store
        return store.commit(
            ref,
            parent or store.resolve_commit(ref) or store.resolve_commit("refs/heads/main"),
            files,
            renames=renames,
            message=message,
            author=author or self.state.owner.login,
            when=self._world.commit_time(),
        )

    def open_pull(
        self,
        *,
        title: str = "Change",
        body: str | None = None,
        author: str = "alice",
        branch: str = "feature",
        files: Mapping[str, Content] | None = None,
        renames: Mapping[str, str] | None = None,
        base: str = "main",
        draft: bool = False,
        fork: bool = False,
        labels: tuple[str, ...] = (),
    ) -> Pull:
        """Commit `files` to a new branch on `base` and open a pull request. With `fork` the branch is the author's."""
        world = self._world
        state = self.state
        user = world.user(author)
        ref = f"refs/forks/{author}/{branch}" if fork else f"refs/heads/{branch}"
        base_sha = self._sha(base)
        parent = state.store.resolve_commit(ref) or base_sha
        head = self.commit(ref, files or {}, renames=renames, message=title, author=author, parent=parent)
        now = world.now()
        with world.lock:
            pull = Pull(
                id=world.new_id(),
                number=len(state.pulls) + 1,
                title=title,
                body=body,
                author=user,
                branch=branch,
                head_ref=ref,
                head_owner=user if fork else state.owner,
                base=base,
                head_sha=head,
                base_sha=base_sha,
                draft=draft,
                created_at=now,
                updated_at=now,
                labels=[world.label(state, name) for name in labels],
            )
            self._head_moved(pull, head)
            state.pulls[pull.number] = pull

        return pull

    def push(
        self,
        number: int,
        files: Mapping[str, Content],
        *,
        renames: Mapping[str, str] | None = None,
        message: str = "Push",
    ) -> str:
        """Commit onto a pull request's branch; the new head's SHA."""
        pull = self.pull(number)
        head = self.commit(
            pull.head_ref, files, renames=renames, message=message, author=pull.author.login, parent=pull.head_sha
        )
        self._head_moved(pull, head)
        return head

    def force_push(self, number: int, files: Mapping[str, Content], *, message: str = "Rewritten") -> str:
        """Replace a pull request's commits by one on the base branch's present tip (a rebase); the new head's SHA."""
        pull = self.pull(number)
        tip = self._sha(pull.base)
        head = self.commit(pull.head_ref, files, message=message, author=pull.author.login, parent=tip)
        pull.base_sha = tip
        self._head_moved(pull, head)
        return head

    def close(self, number: int, *, merged: bool = False) -> None:
        """Close a pull request; `merged` only marks it."""
        pull = self.pull(number)
        pull.state = "closed"
        pull.merged = merged
        pull.updated_at = self._world.now()

    def reopen(self, number: int) -> None:
        """Open a closed pull request again."""
        pull = self.pull(number)
        pull.state = "open"
        pull.merged = False
        pull.updated_at = self._world.now()

    def ready(self, number: int) -> None:
        """Take a pull request out of draft."""
        pull = self.pull(number)
        pull.draft = False
        pull.updated_at = self._world.now()

    def change_base(self, number: int, base: str) -> None:
        """Have a pull request go into another branch, at its present tip."""
        pull = self.pull(number)
        before = {"ref": {"from": pull.base}, "sha": {"from": pull.base_sha}}
        tip = self._sha(base)
        with self._world.lock:
            pull.base = base
            pull.base_sha = tip
            pull.changes = {"base": before}
            pull.updated_at = self._world.now()

    def lock(self, number: int) -> None:
        """Lock the conversation of a pull request, as somebody who may write does."""
        self.pull(number).locked = True

    def unlock(self, number: int) -> None:
        """Unlock it."""
        self.pull(number).locked = False

    def stack(self, *numbers: int) -> None:
        """Make a stack of pull requests, the lowest first, whose base is the lowest one's.

        Raises ValueError where one does not go into the branch of the one below it, or is in a stack already.
        """
        pulls = [self.pull(number) for number in numbers]
        if any(pull.stack for pull in pulls):
            raise ValueError("Pull requests are already part of a stack")
        if any(above.base != below.branch for below, above in itertools.pairwise(pulls)):
            raise ValueError("Pull requests must form a stack, where each PR's base ref is the previous PR's head ref")

        with self._world.lock:
            stack = Stack(self._world.new_id(), self._world.new_id(), pulls[0].base, list(numbers))
            for pull in pulls:
                pull.stack = stack
                pull.updated_at = self._world.now()

    def require_queue(self, *checks: str, branch: str = "main") -> None:
        """Have pull requests into a branch merged by a queue, which waits for these checks."""
        with self._world.lock:
            self.state.queues[branch] = Queue(self._world.new_id(), branch, checks)

    def enqueue(self, number: int) -> QueueEntry:
        """Put a pull request in its base branch's queue. Raises ValueError where GitHub would not let it in."""
        pull = self.pull(number)
        return merge_queue.enqueue(self._world, self.state, self.state.queues[pull.base], pull)

    def advance_queue(self, branch: str = "main") -> list[QueueEntry]:
        """Have a queue look at its checks: it merges and throws out; the groups that were built anew."""
        return merge_queue.advance(self._world, self.state, self.state.queues[branch])

    def queued(self, branch: str = "main") -> list[QueueEntry]:
        """What waits in a branch's queue, the first to be merged first."""
        return list(self.state.queues[branch].entries)

    def edit(self, number: int, *, title: str) -> None:
        """Change a pull request's title."""
        pull = self.pull(number)
        pull.changes = {"title": {"from": pull.title}}
        pull.title = title
        pull.updated_at = self._world.now()

    def add_label(self, number: int, name: str) -> None:
        """Put a label on a pull request."""
        label = self._world.label(self.state, name)
        labels = self.pull(number).labels
        if label not in labels:
            labels.append(label)

    def remove_label(self, number: int, name: str) -> None:
        """Take a label off. Raises ValueError if it is not there."""
        self.pull(number).labels.remove(self._world.label(self.state, name))

    def _sha(self, branch: str) -> str:
        sha = self.state.store.resolve_commit(f"refs/heads/{branch}")
        if sha is None:
            raise LookupError(f"{self.full_name} has no branch {branch!r}")
        return sha

    def _head_moved(self, pull: Pull, head: str) -> None:
        self.state.store.set_ref(f"refs/pull/{pull.number}/head", head)
        with self._world.lock:
            pull.head_sha = head
            pull.heads.append(head)
            for queue in self.state.queues.values():
                merge_queue.dequeue(self._world, self.state, queue, pull.number)
            pull.updated_at = self._world.now()

    # -- what GitHub would show

    def reviews(self, number: int) -> list[Shown]:
        """Every review, pending ones too."""
        pull = self.pull(number)
        return [show_review.review(self._world, self.state, pull, review) for review in list(pull.reviews)]

    def review_comments(self, number: int) -> list[Shown]:
        """Every review comment, those of pending reviews too."""
        pull = self.pull(number)
        return [show_review.comment(self._world, self.state, pull, comment) for comment in list(pull.review_comments)]

    def issue_comments(self, number: int) -> list[Shown]:
        """The conversation."""
        pull = self.pull(number)
        return [
            show_pull.issue_comment(self._world, self.state, pull, comment) for comment in list(pull.issue_comments)
        ]

    def threads(self, number: int) -> list[Shown]:
        """Every thread, oldest first, those of pending reviews too.

        Each has its first comment's `id`, `path` and `line` (None once outdated), `resolved`, `resolved_by` (a login or
        None), `outdated`, `minimized` (GraphQL's word or None, of the first comment) and `comments`: id, login and body.
        """
        pull = self.pull(number)
        return [self._thread(pull, comment) for comment in list(pull.review_comments) if comment.in_reply_to is None]

    def _thread(self, pull: Pull, root: ReviewComment) -> Shown:
        now = show_review.current_line(self.state, pull, root)
        resolver = pull.resolved.get(root.id)
        talk = [comment for comment in list(pull.review_comments) if root.id in {comment.id, comment.in_reply_to}]
        return {
            "id": root.id,
            "path": root.path,
            "line": None if now is None else now[1].number(root.side),
            "resolved": resolver is not None,
            "resolved_by": None if resolver is None else resolver.login,
            "outdated": show_review.is_outdated(self.state, pull, root),
            "minimized": root.minimized,
            "comments": [{"id": comment.id, "login": comment.user.login, "body": comment.body} for comment in talk],
        }

    def resolved(self, number: int) -> set[int]:
        """The ids of the root comments whose threads are resolved."""
        return set(self.pull(number).resolved)

    def check_runs(self, head_sha: str) -> list[Shown]:
        """The check runs of a commit, oldest first, each with all its `annotations` and its `actions`."""
        runs = [run for run in list(self.state.check_runs.values()) if run.head_sha == head_sha]
        return [
            {
                **show_check.check_run(self._world, self.state, run),
                "annotations": list(run.annotations),
                "actions": list(run.actions),
            }
            for run in runs
        ]

    def reactions(self, comment_id: int) -> list[tuple[str, str]]:
        """(login, content) of the reactions to a comment."""
        return [
            (reaction.user.login, reaction.content)
            for reaction in list(self.state.reactions)
            if reaction.target == comment_id
        ]
