"""Reviews and review comments as GitHub shows them, outdated ones without a line. Shapes: GitHub's OpenAPI description."""

from tests.sandbox.github.diffs import DiffLine, find_line
from tests.sandbox.github.models import Pull, Review, ReviewComment
from tests.sandbox.github.show import Shown, node_id, stamp, user
from tests.sandbox.github.show_pull import association, html_url, reaction_counts, reactions_to, repo_url
from tests.sandbox.github.world import RepoState, World


def review(world: World, repo: RepoState, pull: Pull, one: Review) -> Shown:
    """GitHub's pull-request-review."""
    api = f"{repo_url(world, repo)}/pulls/{pull.number}"
    page = f"{html_url(world, repo, pull)}#pullrequestreview-{one.id}"
    shown: Shown = {
        "id": one.id,
        "node_id": node_id("PRR", one.id),
        "user": user(world, one.user),
        "body": one.body,
        "state": one.state,
        "html_url": page,
        "pull_request_url": api,
        "author_association": association(repo, one.user.login),
        "_links": {"html": {"href": page}, "pull_request": {"href": api}},
        "commit_id": one.commit_sha,
    }
    if one.submitted_at is not None:
        shown["submitted_at"] = stamp(one.submitted_at)
    return shown


def moved(repo: RepoState, old: str, new: str, path: str, number: int) -> int | None:
    """Where a line of one commit's file is in another commit, None where it was changed or removed."""
    shift = 0
    for start, count, _, added in repo.store.moved_lines(old, new, path):
        first = start if count else start + 1  # without old lines, the header names the line before
        if first + count <= number:
            shift += added - count
        elif first <= number:
            return None
    return number + shift


def current_line(repo: RepoState, pull: Pull, one: ReviewComment) -> tuple[int, DiffLine] | None:
    """The comment's place in today's diff, None once it is outdated or where it is on a file."""
    if one.line is None:
        return None
    change = repo.change(pull, one.path)
    if change is None:
        return None
    number: int | None = one.line
    if one.side == "RIGHT" and one.commit_sha != pull.head_sha:
        number = moved(repo, one.commit_sha, pull.head_sha, one.path, one.line)
    return None if number is None else find_line(change, number, one.side)


def is_outdated(repo: RepoState, pull: Pull, one: ReviewComment) -> bool:
    """Has a later push changed the commented line?"""
    return one.subject == "line" and current_line(repo, pull, one) is None


def comment(world: World, repo: RepoState, pull: Pull, one: ReviewComment) -> Shown:
    """GitHub's pull-request-review-comment."""
    api = f"{repo_url(world, repo)}/pulls"
    url, page = f"{api}/comments/{one.id}", f"{html_url(world, repo, pull)}#discussion_r{one.id}"
    shown: Shown = {
        "id": one.id,
        "node_id": node_id("PRRC", one.id),
        "url": url,
        "pull_request_review_id": one.review_id,
        "diff_hunk": one.diff_hunk,
        "path": one.path,
        "commit_id": pull.head_sha if not is_outdated(repo, pull, one) else one.commit_sha,
        "original_commit_id": one.commit_sha,
        "user": user(world, one.user),
        "body": one.body,
        "created_at": stamp(one.created_at),
        "updated_at": stamp(one.updated_at),
        "html_url": page,
        "pull_request_url": f"{api}/{pull.number}",
        "author_association": association(repo, one.user.login),
        "_links": {
            "self": {"href": url},
            "html": {"href": page},
            "pull_request": {"href": f"{api}/{pull.number}"},
        },
        "reactions": reaction_counts(url, reactions_to(repo, "review", one.id)),
        "subject_type": one.subject,
        **_lines(repo, pull, one),
    }
    if shown.get("start_side") is None:  # null in life, which GitHub's own description does not allow
        shown.pop("start_side", None)
    if one.in_reply_to is not None:
        shown["in_reply_to_id"] = one.in_reply_to
    return shown


def _lines(repo: RepoState, pull: Pull, one: ReviewComment) -> Shown:
    if one.subject == "file":
        return {"position": 1, "original_position": 1, "side": "RIGHT"}
    now = current_line(repo, pull, one)
    line = None if now is None else now[1].number(one.side)
    start = None
    if line is not None and one.line is not None and one.start_line is not None:
        start = one.start_line + line - one.line if one.start_side == one.side else one.start_line
    return {
        "start_line": start,
        "original_start_line": one.start_line,
        "start_side": one.start_side,
        "line": line,
        "original_line": one.line,
        "side": one.side,
        "position": None if now is None else now[1].position,
        "original_position": one.position,
    }
