"""Reviews and review comments as GitHub shows them, outdated ones without a line. Shapes: GitHub's OpenAPI description."""

from tests.sandbox.github.diffs import DiffLine, find_line
from tests.sandbox.github.models import Pull, Review, ReviewComment
from tests.sandbox.github.show import Shown, node_id, stamp, user
from tests.sandbox.github.show_pull import association, html_url, reaction_counts, reactions_to, repo_url
from tests.sandbox.github.world import RepoState, World


def review(world: World, repo: RepoState, pull: Pull, stored: Review) -> Shown:
    """GitHub's pull-request-review."""
    api = f"{repo_url(world, repo)}/pulls/{pull.number}"
    page = f"{html_url(world, repo, pull)}#pullrequestreview-{stored.id}"
    shown: Shown = {
        "id": stored.id,
        "node_id": node_id("PRR", stored.id),
        "user": user(world, stored.user),
        "body": stored.body,
        "state": stored.state,
        "html_url": page,
        "pull_request_url": api,
        "author_association": association(repo, stored.user.login),
        "_links": {"html": {"href": page}, "pull_request": {"href": api}},
        "commit_id": stored.commit_sha,
    }

    if stored.submitted_at is not None:
        shown["submitted_at"] = stamp(stored.submitted_at)

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


def current_line(repo: RepoState, pull: Pull, stored: ReviewComment) -> tuple[int, DiffLine] | None:
    """The comment's place in today's diff, None once it is outdated or where it is on a file."""
    if stored.line is None:
        return None
    change = repo.change(pull, stored.path)
    if change is None:
        return None
    number: int | None = stored.line
    if stored.side == "RIGHT" and stored.commit_sha != pull.head_sha:
        number = moved(repo, stored.commit_sha, pull.head_sha, stored.path, stored.line)
    return None if number is None else find_line(change, number, stored.side)


def is_outdated(repo: RepoState, pull: Pull, stored: ReviewComment) -> bool:
    """Has a later push changed the commented line?"""
    return stored.subject == "line" and current_line(repo, pull, stored) is None


def comment(world: World, repo: RepoState, pull: Pull, stored: ReviewComment) -> Shown:
    """GitHub's pull-request-review-comment."""
    api = f"{repo_url(world, repo)}/pulls"
    url = f"{api}/comments/{stored.id}"
    page = f"{html_url(world, repo, pull)}#discussion_r{stored.id}"
    shown: Shown = {
        "id": stored.id,
        "node_id": node_id("PRRC", stored.id),
        "url": url,
        "pull_request_review_id": stored.review_id,
        "diff_hunk": stored.diff_hunk,
        "path": stored.path,
        "commit_id": pull.head_sha if not is_outdated(repo, pull, stored) else stored.commit_sha,
        "original_commit_id": stored.commit_sha,
        "user": user(world, stored.user),
        "body": stored.body,
        "created_at": stamp(stored.created_at),
        "updated_at": stamp(stored.updated_at),
        "html_url": page,
        "pull_request_url": f"{api}/{pull.number}",
        "author_association": association(repo, stored.user.login),
        "_links": {
            "self": {"href": url},
            "html": {"href": page},
            "pull_request": {"href": f"{api}/{pull.number}"},
        },
        "reactions": reaction_counts(url, reactions_to(repo, "review", stored.id)),
        "subject_type": stored.subject,
        **_lines(repo, pull, stored),
    }
    if shown.get("start_side") is None:  # null in life, which GitHub's own description does not allow
        shown.pop("start_side", None)

    if stored.in_reply_to is not None:
        shown["in_reply_to_id"] = stored.in_reply_to

    return shown


def _lines(repo: RepoState, pull: Pull, stored: ReviewComment) -> Shown:
    if stored.subject == "file":
        return {"position": 1, "original_position": 1, "side": "RIGHT"}

    now = current_line(repo, pull, stored)
    line = None if now is None else now[1].number(stored.side)
    start = None

    if line is not None and stored.line is not None and stored.start_line is not None:
        start = stored.start_line + line - stored.line if stored.start_side == stored.side else stored.start_line

    return {
        "start_line": start,
        "original_start_line": stored.start_line,
        "start_side": stored.start_side,
        "line": line,
        "original_line": stored.line,
        "side": stored.side,
        "position": None if now is None else now[1].position,
        "original_position": stored.position,
    }
