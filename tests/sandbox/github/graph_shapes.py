"""GraphQL objects as dictionaries: plain values at once, costly ones as functions that graphql-core calls when asked."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from graphql import GraphQLError

from tests.sandbox.github.auth import Caller
from tests.sandbox.github.models import IssueComment, Pull, Review, ReviewComment, User
from tests.sandbox.github.show import node_id, stamp
from tests.sandbox.github.show_pull import html_url
from tests.sandbox.github.show_review import current_line, is_outdated
from tests.sandbox.github.world import RepoState, World

T = TypeVar("T")
Shape = dict[str, Any]


def refuse(kind: str, message: str) -> GraphQLError:
    """An error as GitHub sends it: `kind` is such as NOT_FOUND or FORBIDDEN."""
    return GraphQLError(message, extensions={"type": kind})


def not_found(node: str) -> GraphQLError:
    """The error for a node that is not there, or not for this token."""
    return refuse("NOT_FOUND", f"Could not resolve to a node with the global id of '{node}'")


@dataclass(frozen=True, slots=True)
class Graph:
    """One GraphQL request's view of the world."""

    world: World
    caller: Caller

    @property
    def viewer(self) -> User:
        """The account in whose name the request is made."""
        return self.caller.app.bot

    def need(self, *permissions: str) -> None:
        """Refuse the field unless the token holds one of these permissions."""
        if not self.caller.may(*permissions):
            whose = "integration" if self.caller.kind == "installation" else "personal access token"
            raise refuse("FORBIDDEN", f"Resource not accessible by {whose}")

    def repos(self) -> list[RepoState]:
        """The repositories that the token reaches."""
        return self.world.reached(self.caller.app, self.caller.token)

    def visible(self, full_name: str) -> RepoState | None:
        """The repository that has this name, or had it, if the token reaches it or everybody may read it."""
        repo = self.world.repo(full_name) or self.world.moved(full_name)
        return repo if repo is not None and (not repo.private or repo in self.repos()) else None

    def pulls(self) -> list[tuple[RepoState, Pull]]:
        """The pull requests that the token reaches."""
        found = list[tuple[RepoState, Pull]]()
        for repo in self.repos():
            found += [(repo, pull) for pull in list(repo.pulls.values())]
        return found


def connection(items: Sequence[T], show: Callable[[T], Shape], name: str, arguments: Shape) -> Shape:
    """A connection's page. GitHub refuses one without `first` or `last`, or with more than 100."""
    first = arguments.get("first")
    last = arguments.get("last")
    size = first if first is not None else last
    if size is None:
        message = f"You must provide a `first` or `last` value to properly paginate the `{name}` connection."
        raise refuse("MISSING_PAGINATION_BOUNDARIES", message)
    if not 1 <= size <= 100:
        message = f"Requesting {size} records on the `{name}` connection exceeds the `first` limit of 100 records."
        raise refuse("EXCESSIVE_PAGINATION", message)

    start = 0
    end = len(items)

    if arguments.get("after"):
        start = _index(arguments["after"]) + 1

    if arguments.get("before"):
        end = _index(arguments["before"])

    if first is not None:
        end = min(end, start + size)
    else:
        start = max(start, end - size)

    shown = items[start:end]
    info = {
        "startCursor": _cursor(start) if shown else None,
        "endCursor": _cursor(end - 1) if shown else None,
        "hasNextPage": end < len(items),
        "hasPreviousPage": start > 0,
    }
    return {"nodes": [show(item) for item in shown], "pageInfo": info, "totalCount": len(items)}


def _cursor(index: int) -> str:
    return base64.b64encode(f"cursor:{index}".encode()).decode()


def _index(cursor: str) -> int:
    try:
        return int(base64.b64decode(cursor).decode().removeprefix("cursor:"))
    except ValueError as error:
        raise refuse("INVALID_CURSOR_ARGUMENTS", f"`{cursor}` does not appear to be a valid cursor.") from error


def actor(graph: Graph, account: User) -> Shape:
    """An Actor. A bot's login has no [bot] here, unlike in REST."""
    bot = account.kind == "Bot"
    return {
        "__typename": "Bot" if bot else "User",
        "id": node_id("BOT" if bot else "U", account.id),
        "databaseId": account.id,
        "login": account.login.removesuffix("[bot]"),
        "url": f"{graph.world.url}/{account.login}",
    }


def _minimized(reason: str | None) -> Shape:
    return {"isMinimized": reason is not None, "minimizedReason": None if reason is None else reason.lower()}


def review(graph: Graph, repo: RepoState, pull: Pull, stored: Review) -> Shape:
    """A PullRequestReview."""
    mine = [comment for comment in pull.review_comments if comment.review_id == stored.id]
    return {
        "__typename": "PullRequestReview",
        "id": node_id("PRR", stored.id),
        "databaseId": stored.id,
        "fullDatabaseId": str(stored.id),
        "state": stored.state,
        "body": stored.body,
        "url": f"{html_url(graph.world, repo, pull)}#pullrequestreview-{stored.id}",
        "author": actor(graph, stored.user),
        "viewerDidAuthor": stored.user is graph.viewer,
        "submittedAt": stamp(stored.submitted_at),
        "commit": git_object(repo, stored.commit_sha),
        "comments": lambda _info, **arguments: connection(
            mine, lambda each: comment(graph, repo, pull, each), "comments", arguments
        ),
        **_minimized(stored.minimized),
    }


def comment(graph: Graph, repo: RepoState, pull: Pull, stored: ReviewComment) -> Shape:
    """A PullRequestReviewComment."""
    return {
        "__typename": "PullRequestReviewComment",
        "id": node_id("PRRC", stored.id),
        "databaseId": stored.id,
        "fullDatabaseId": str(stored.id),
        "body": stored.body,
        "path": stored.path,
        "diffHunk": stored.diff_hunk,
        "originalLine": stored.line,
        "originalStartLine": stored.start_line,
        "subjectType": stored.subject.upper(),
        "state": "PENDING" if pull.is_pending(stored) else "SUBMITTED",
        "createdAt": stamp(stored.created_at),
        "pullRequestReview": lambda _info: next(
            (review(graph, repo, pull, each) for each in pull.reviews if each.id == stored.review_id), None
        ),
        "url": f"{html_url(graph.world, repo, pull)}#discussion_r{stored.id}",
        "author": actor(graph, stored.user),
        "viewerDidAuthor": stored.user is graph.viewer,
        **_minimized(stored.minimized),
    }


def issue_comment(graph: Graph, repo: RepoState, pull: Pull, stored: IssueComment) -> Shape:
    """An IssueComment."""
    return {
        "__typename": "IssueComment",
        "id": node_id("IC", stored.id),
        "databaseId": stored.id,
        "fullDatabaseId": str(stored.id),
        "body": stored.body,
        "createdAt": stamp(stored.created_at),
        "url": f"{html_url(graph.world, repo, pull)}#issuecomment-{stored.id}",
        "author": actor(graph, stored.user),
        "viewerDidAuthor": stored.user is graph.viewer,
        **_minimized(stored.minimized),
    }


def thread(graph: Graph, repo: RepoState, pull: Pull, root: ReviewComment) -> Shape:
    """A PullRequestReviewThread, known by its first comment."""
    replies = [comment for comment in pull.own_comments(graph.viewer) if root.id in {comment.id, comment.in_reply_to}]
    resolved = root.id in pull.resolved
    may = graph.caller.may("contents:write")

    def line(_info: object) -> int | None:
        now = current_line(repo, pull, root)
        return None if now is None else now[1].number(root.side)

    def start_line(_info: object) -> int | None:
        now = line(_info)
        if now is None or root.line is None or root.start_line is None:
            return None
        return root.start_line + now - root.line

    return {
        "__typename": "PullRequestReviewThread",
        "id": node_id("PRRT", root.id),
        "isResolved": resolved,
        "isCollapsed": resolved,
        "isOutdated": lambda _info: is_outdated(repo, pull, root),
        "path": root.path,
        "repository": {"__typename": "Repository", "databaseId": repo.id, "nameWithOwner": repo.full_name},
        "line": line,
        "startLine": start_line,
        "originalLine": root.line,
        "originalStartLine": root.start_line,
        "diffSide": root.side,
        "startDiffSide": root.start_side,
        "subjectType": root.subject.upper(),
        "viewerCanReply": graph.caller.may("pull_requests:write"),
        "viewerCanResolve": may and not resolved,
        "viewerCanUnresolve": may and resolved,
        "comments": lambda _info, **arguments: connection(
            replies, lambda each: comment(graph, repo, pull, each), "comments", arguments
        ),
    }


_NAMES = {"commit": "Commit", "tree": "Tree", "blob": "Blob"}
TEXT_BYTES = 512_000  # a Blob's text is cut there


def git_object(repo: RepoState, sha: str, kind: str | None = None) -> Shape:
    """A GitObject: a Commit, a Tree or a Blob; `kind` where it is known."""
    kind = kind or repo.store.kind(sha) or "blob"
    shape: Shape = {"__typename": _NAMES[kind], "oid": sha, "id": node_id(kind[0].upper(), int(sha[:12], 16))}

    if kind == "commit":
        shape["file"] = _file_field(repo, sha)

    if kind == "blob":
        data = repo.store.blob(sha)
        binary = b"\0" in data[:8000]
        cut = len(data) > TEXT_BYTES
        text = None if binary else data[:TEXT_BYTES].decode("utf-8", "replace")
        shape.update(byteSize=len(data), isBinary=binary, isTruncated=cut, text=text)

    return shape


def _file_field(repo: RepoState, sha: str) -> Callable[..., Shape | None]:
    def field(_info: object, path: str) -> Shape | None:
        return _entry(repo, sha, path)

    return field


def _entry(repo: RepoState, sha: str, path: str) -> Shape | None:
    row = repo.store.entry(sha, path.strip("/"))
    if row is None:
        return None

    return {
        "name": row.path.rsplit("/", 1)[-1],
        "path": row.path,
        "type": row.kind,
        "mode": int(row.mode, 8),
        "oid": row.sha,
        "object": lambda _info: None if row.kind == "commit" else git_object(repo, row.sha, row.kind),
    }
