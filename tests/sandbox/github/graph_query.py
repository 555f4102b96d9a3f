"""GraphQL queries: repository, pull request, viewer, rate limit."""

import re
from datetime import UTC, datetime
from typing import Any

from tests.sandbox.github.graph_shapes import (
    Graph,
    Shape,
    actor,
    comment,
    connection,
    git_object,
    issue_comment,
    not_found,
    refuse,
    review,
    thread,
)
from tests.sandbox.github.models import Pull, QueueEntry, Review
from tests.sandbox.github.show import node_id, node_number, stamp
from tests.sandbox.github.show_pull import html_url, is_fork
from tests.sandbox.github.world import RepoState

# Source: GitHub's "Linking a pull request to an issue".
_CLOSES = re.compile(r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d+)", re.IGNORECASE)
_CHANGES = {"added": "ADDED", "removed": "DELETED", "renamed": "RENAMED", "copied": "COPIED", "changed": "CHANGED"}


def queries(graph: Graph) -> Shape:
    """The fields of Query."""
    return {
        "viewer": lambda _info: {**actor(graph, graph.viewer), "__typename": "User", "login": graph.viewer.login},
        "rateLimit": lambda _info, **_arguments: _rate_limit(graph),
        "node": lambda _info, **arguments: _node(graph, arguments["id"]),
        "repository": lambda _info, owner, name, **_arguments: _repository(graph, f"{owner}/{name}"),
    }


def _rate_limit(graph: Graph) -> Shape:
    standing = graph.world.limiter.standing(graph.caller.key, "graphql", graph.world.seconds())
    reset = stamp(datetime.fromtimestamp(standing.reset, tz=UTC))
    rest = {"limit": standing.limit, "remaining": standing.remaining, "used": standing.used}
    return {"cost": 1, "nodeCount": 0, "resetAt": reset, **rest}


def _repository(graph: Graph, full_name: str) -> Shape:
    repo = graph.visible(full_name)
    if repo is None:
        raise refuse("NOT_FOUND", f"Could not resolve to a Repository with the name '{full_name}'.")

    repo.guard.admit_query(repo.owner.login, kind=graph.caller.kind)

    return {
        "__typename": "Repository",
        "id": node_id("R", repo.id),
        "databaseId": repo.id,
        "isFork": False,
        "isPrivate": repo.private,
        "name": repo.name,
        "nameWithOwner": repo.full_name,
        "url": f"{graph.world.url}/{repo.full_name}",
        "object": lambda _info, **arguments: _object(graph, repo, arguments),
        "mergeQueue": lambda _info, branch="main": _merge_queue(graph, repo, branch),
        "pullRequest": lambda _info, number: _pull_request(graph, repo, number),
        "pullRequests": lambda _info, **arguments: _pull_requests(graph, repo, arguments),
    }


def _object(graph: Graph, repo: RepoState, arguments: dict[str, Any]) -> Shape | None:
    if repo.private:
        graph.need("contents:read")
    sha = repo.store.resolve(arguments.get("expression") or arguments.get("oid") or "")
    return None if sha is None else git_object(repo, sha)


def _pull_request(graph: Graph, repo: RepoState, number: int) -> Shape:
    graph.need("pull_requests:read")
    pull = repo.pulls.get(number)
    if pull is None:
        raise refuse("NOT_FOUND", f"Could not resolve to a PullRequest with the number of {number}.")
    return _shown(graph, repo, pull)


def _pull_requests(graph: Graph, repo: RepoState, arguments: dict[str, Any]) -> Shape:
    graph.need("pull_requests:read")
    states = arguments.get("states")
    order = arguments.get("orderBy") or {"field": "CREATED_AT", "direction": "ASC"}
    chosen = [pull for pull in list(repo.pulls.values()) if states is None or _state(pull) in states]
    chosen.sort(key=lambda item: item.updated_at if order["field"] == "UPDATED_AT" else item.created_at)
    if order["direction"] == "DESC":
        chosen.reverse()
    return connection(chosen, lambda item: _shown(graph, repo, item), "pullRequests", arguments)


def _merge_queue(graph: Graph, repo: RepoState, branch: str) -> Shape | None:
    graph.need("merge_queues:read")
    queue = repo.queues.get(branch)
    if queue is None:
        return None

    def entries(_info: object, **arguments: Any) -> Shape:
        places = list(enumerate(queue.entries, 1))
        return connection(places, lambda place: _queue_entry(graph, repo, *place), "entries", arguments)

    return {"id": node_id("MQ", queue.id), "entries": entries}


def _queue_entry(graph: Graph, repo: RepoState, position: int, entry: QueueEntry) -> Shape:
    return {
        "id": node_id("MQE", entry.id),
        "position": position,
        "state": "AWAITING_CHECKS",
        "baseCommit": git_object(repo, entry.base_sha),
        "headCommit": git_object(repo, entry.head_sha),
        "pullRequest": _shown(graph, repo, repo.pulls[entry.number]),
    }


def _node(graph: Graph, node: str) -> Shape:
    """A thread or a comment of one."""
    root = node_number(node, "PRRT")
    single = node_number(node, "PRRC")
    for repo, pull in graph.pulls():
        for said in pull.own_comments(graph.viewer):
            if said.id == single:
                return comment(graph, repo, pull, said)
            if said.id == root and said.in_reply_to is None:
                return thread(graph, repo, pull, said)
    raise not_found(node)


def _state(pull: Pull) -> str:
    return "MERGED" if pull.merged else pull.state.upper()


def _shown(graph: Graph, repo: RepoState, pull: Pull) -> Shape:
    return {
        "__typename": "PullRequest",
        "id": node_id("PR", pull.id),
        "number": pull.number,
        "title": pull.title,
        "body": pull.body or "",
        "state": _state(pull),
        "merged": pull.merged,
        "isDraft": pull.draft,
        "isCrossRepository": is_fork(repo, pull),
        "additions": lambda _info: sum(file.additions for file in repo.comparison(pull).files),
        "deletions": lambda _info: sum(file.deletions for file in repo.comparison(pull).files),
        "changedFiles": lambda _info: len(repo.comparison(pull).files),
        "headRefOid": pull.head_sha,
        "headRefName": pull.branch,
        "baseRefOid": pull.base_sha,
        "baseRefName": pull.base,
        "url": html_url(graph.world, repo, pull),
        "author": actor(graph, pull.author),
        "baseRef": lambda _info: _ref(graph, repo, pull.base),
        **_connections(graph, repo, pull),
    }


def _ref(graph: Graph, repo: RepoState, branch: str) -> Shape | None:
    graph.need("contents:read")
    sha = repo.store.resolve_commit(f"refs/heads/{branch}")
    if sha is None:
        return None
    node = node_id("REF", int(sha[:12], 16))
    return {"id": node, "name": branch, "prefix": "refs/heads/", "target": git_object(repo, sha)}


def _connections(graph: Graph, repo: RepoState, pull: Pull) -> Shape:
    roots = [comment for comment in pull.own_comments(graph.viewer) if comment.in_reply_to is None]

    def reviews(_info: object, **arguments: Any) -> Shape:
        chosen = [review for review in pull.shown_reviews(graph.viewer) if _is_wanted(review, arguments)]
        return connection(chosen, lambda posted: review(graph, repo, pull, posted), "reviews", arguments)

    def files(_info: object, **arguments: Any) -> Shape:
        rows = [
            {
                "path": file.path,
                "additions": file.additions,
                "deletions": file.deletions,
                "changeType": _CHANGES.get(file.status, "MODIFIED"),
            }
            for file in repo.comparison(pull).files[: graph.world.limits.list_files]
        ]
        return connection(rows, lambda row: row, "files", arguments)

    def closing(_info: object, **arguments: Any) -> Shape:
        graph.need("issues:read")
        numbers = [int(found) for found in _CLOSES.findall(pull.body or "")]
        told = [(number, *repo.issues[number]) for number in numbers if number in repo.issues]
        return connection(
            told,
            lambda issue: {"number": issue[0], "title": issue[1], "body": issue[2]},
            "closingIssuesReferences",
            arguments,
        )

    return {
        "closingIssuesReferences": closing,
        "reviews": reviews,
        "files": files,
        "reviewThreads": lambda _info, **arguments: connection(
            roots, lambda root: thread(graph, repo, pull, root), "reviewThreads", arguments
        ),
        "comments": lambda _info, **arguments: connection(
            list(pull.issue_comments), lambda comment: issue_comment(graph, repo, pull, comment), "comments", arguments
        ),
        "labels": lambda _info, **arguments: connection(
            list(pull.labels), lambda label: {"id": node_id("LA", label.id), "name": label.name}, "labels", arguments
        ),
    }


def _is_wanted(stored: Review, arguments: dict[str, Any]) -> bool:
    states = arguments.get("states")
    author = arguments.get("author")
    logins = {stored.user.login.lower(), stored.user.login.lower().removesuffix("[bot]")}
    return (states is None or stored.state in states) and (author is None or author.lower() in logins)
