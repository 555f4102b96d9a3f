"""GraphQL mutations: threads resolved, reopened and answered, comments minimized; each with the right it needs."""

from collections.abc import Callable
from typing import Any

from tests.sandbox.github.errors import ApiError
from tests.sandbox.github.graph_shapes import Graph, Shape, comment, issue_comment, not_found, refuse, review, thread
from tests.sandbox.github.models import Pull, ReviewComment
from tests.sandbox.github.reviewing import reply
from tests.sandbox.github.show import node_number
from tests.sandbox.github.world import RepoState

Mutation = Callable[[Graph, dict[str, Any]], Shape]


def mutations(graph: Graph) -> Shape:
    """The fields of Mutation."""
    table: dict[str, Mutation] = {
        "resolveReviewThread": lambda name, asked: _resolve(name, asked, resolved=True),
        "unresolveReviewThread": lambda name, asked: _resolve(name, asked, resolved=False),
        "minimizeComment": _minimize,
        "addPullRequestReviewThreadReply": _reply,
    }
    return {name: _field(graph, mutation) for name, mutation in table.items()}


def _field(graph: Graph, mutation: Mutation) -> Callable[..., Shape]:
    def run(_info: object, **arguments: Any) -> Shape:
        asked: dict[str, Any] = arguments["input"]
        with graph.world.lock:
            return {**mutation(graph, asked), "clientMutationId": asked.get("clientMutationId")}

    return run


def _thread(graph: Graph, node: str) -> tuple[RepoState, Pull, ReviewComment]:
    number = node_number(node, "PRRT")
    for repo, pull in graph.pulls():
        for said in pull.own_comments(graph.viewer):
            if said.id == number and said.in_reply_to is None:
                repo.guard.admit_mutation()
                return repo, pull, said
    raise not_found(node)


def _resolve(graph: Graph, asked: dict[str, Any], *, resolved: bool) -> Shape:
    repo, pull, root = _thread(graph, asked["threadId"])
    graph.need("contents:write")
    if resolved:
        pull.resolved.setdefault(root.id, graph.viewer)
    else:
        pull.resolved.pop(root.id, None)
    return {"thread": thread(graph, repo, pull, root)}


def _reply(graph: Graph, asked: dict[str, Any]) -> Shape:
    repo, pull, root = _thread(graph, asked["pullRequestReviewThreadId"])
    graph.need("pull_requests:write")
    _open(pull)
    try:
        made = reply(graph.world, pull, graph.viewer, root.id, asked["body"])
    except ApiError as error:
        raise refuse("UNPROCESSABLE", error.message) from error
    return {"comment": comment(graph, repo, pull, made)}


def _open(pull: Pull) -> None:
    """Nothing is added, hidden or deleted in a locked conversation (source: GitHub's "Locking conversations")."""
    if pull.locked:
        raise refuse("FORBIDDEN", "Unable to create comment because issue is locked.")


def _minimize(graph: Graph, asked: dict[str, Any]) -> Shape:
    node = asked["subjectId"]
    reason = asked["classifier"]
    for repo, pull in graph.pulls():
        found = _minimized(graph, repo, pull, node, reason)
        if found is not None:
            return {"minimizedComment": found}
    raise not_found(node)


def _minimized(graph: Graph, repo: RepoState, pull: Pull, node: str, reason: str) -> Shape | None:
    for posted in pull.shown_reviews(graph.viewer):
        if node_number(node, "PRR") == posted.id:
            _may_hide(graph, repo, pull, "pull_requests:write")
            posted.minimized = reason
            return review(graph, repo, pull, posted)

    for line_comment in pull.shown_comments(graph.viewer):
        if node_number(node, "PRRC") == line_comment.id:
            _may_hide(graph, repo, pull, "pull_requests:write")
            line_comment.minimized = reason
            return comment(graph, repo, pull, line_comment)

    for talk in list(pull.issue_comments):
        if node_number(node, "IC") == talk.id:
            _may_hide(graph, repo, pull, "issues:write", "pull_requests:write")
            talk.minimized = reason
            return issue_comment(graph, repo, pull, talk)

    return None


def _may_hide(graph: Graph, repo: RepoState, pull: Pull, *needs: str) -> None:
    graph.need(*needs)
    repo.guard.admit_mutation()
    _open(pull)
