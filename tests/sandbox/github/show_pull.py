"""Pull requests, their files, commits and comments as GitHub shows them. Shapes: GitHub's OpenAPI description."""

from urllib.parse import quote

from tests.sandbox.github.diffs import FileChange
from tests.sandbox.github.git import ZERO, Commit
from tests.sandbox.github.models import IssueComment, Label, Pull
from tests.sandbox.github.show import Shown, app, node_id, repository, stamp, user
from tests.sandbox.github.world import RepoState, World


def repo_url(world: World, repo: RepoState) -> str:
    """The repository's address in the API."""
    return f"{world.url}/repos/{repo.full_name}"


def html_url(world: World, repo: RepoState, pull: Pull) -> str:
    """The pull request's page."""
    return f"{world.url}/{repo.full_name}/pull/{pull.number}"


def association(repo: RepoState, login: str) -> str:
    """GitHub's author_association."""
    if login == repo.owner.login:
        return "OWNER"
    return "COLLABORATOR" if repo.roles.get(login, "read") in {"write", "admin", "maintain"} else "NONE"


def is_fork(repo: RepoState, pull: Pull) -> bool:
    """Does the head live in somebody's fork?"""
    return pull.head_owner is not repo.owner


def label(world: World, repo: RepoState, stored: Label) -> Shown:
    """GitHub's label."""
    return {
        "id": stored.id,
        "node_id": node_id("LA", stored.id),
        "url": f"{repo_url(world, repo)}/labels/{quote(stored.name)}",
        "name": stored.name,
        "description": "",
        "color": "ededed",
        "default": False,
    }


def simple_pull(world: World, repo: RepoState, pull: Pull) -> Shown:
    """GitHub's pull-request-simple, as lists hold it."""
    api = f"{repo_url(world, repo)}/pulls/{pull.number}"
    html = html_url(world, repo, pull)
    issue = f"{repo_url(world, repo)}/issues/{pull.number}"
    links = {
        "self": api,
        "html": html,
        "issue": issue,
        "comments": f"{issue}/comments",
        "review_comments": f"{api}/comments",
        "review_comment": f"{repo_url(world, repo)}/pulls/comments{{/number}}",
        "commits": f"{api}/commits",
        "statuses": f"{repo_url(world, repo)}/statuses/{pull.head_sha}",
    }

    return {
        "url": api,
        "id": pull.id,
        "node_id": node_id("PR", pull.id),
        "html_url": html,
        "diff_url": f"{html}.diff",
        "patch_url": f"{html}.patch",
        "issue_url": issue,
        "number": pull.number,
        "state": pull.state,
        "locked": pull.locked,
        "title": pull.title,
        "user": user(world, pull.author),
        "body": pull.body,
        "labels": [label(world, repo, stored) for stored in pull.labels],
        "milestone": None,
        "active_lock_reason": None,
        "created_at": stamp(pull.created_at),
        "updated_at": stamp(pull.updated_at),
        "closed_at": stamp(pull.updated_at) if pull.state == "closed" else None,
        "merged_at": stamp(pull.updated_at) if pull.merged else None,
        "merge_commit_sha": None,
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "head": _end(world, repo, pull, head=True),
        "base": _end(world, repo, pull, head=False),
        "author_association": association(repo, pull.author.login),
        "auto_merge": None,
        "draft": pull.draft,
        "stack": stack(repo, pull),
        **{
            f"{name}_url": links[name]
            for name in ("commits", "review_comments", "review_comment", "comments", "statuses")
        },
        "_links": {name: {"href": target} for name, target in links.items()},
    }


def stack(repo: RepoState, pull: Pull) -> Shown | None:
    """GitHub's pull-request-stack, None for a pull request in no stack."""
    stack = pull.stack
    if stack is None:
        return None

    return {
        "id": stack.id,
        "number": stack.number,
        "size": len(stack.pulls),
        "position": stack.pulls.index(pull.number) + 1,
        "base": {"ref": stack.base, "sha": repo.store.resolve_commit(f"refs/heads/{stack.base}")},
    }


def _end(world: World, repo: RepoState, pull: Pull, *, head: bool) -> Shown:
    owner = pull.head_owner if head else repo.owner
    fork_owner = owner if owner is not repo.owner else None
    ref = pull.branch if head else pull.base

    return {
        "label": f"{owner.login}:{ref}",
        "ref": ref,
        "sha": pull.head_sha if head else pull.base_sha,
        "user": user(world, owner),
        "repo": repository(world, repo, fork_owner),
    }


def pull_request(world: World, repo: RepoState, pull: Pull) -> Shown:
    """GitHub's pull-request, with its counts."""
    files = repo.comparison(pull).files
    return {
        **simple_pull(world, repo, pull),
        "merged": pull.merged,
        "mergeable": None if pull.state == "closed" else True,
        "rebaseable": None if pull.state == "closed" else True,
        "mergeable_state": "draft" if pull.draft else "clean",
        "merged_by": None,
        "comments": len(pull.issue_comments),
        "review_comments": len(pull.review_comments),
        "maintainer_can_modify": is_fork(repo, pull),
        "commits": repo.store.count(f"{pull.base_sha}..{pull.head_sha}"),
        "additions": sum(file.additions for file in files),
        "deletions": sum(file.deletions for file in files),
        "changed_files": len(files),
    }


def issue(world: World, repo: RepoState, pull: Pull) -> Shown:
    """The pull request as an issue."""
    url = f"{repo_url(world, repo)}/issues/{pull.number}"
    page = html_url(world, repo, pull)
    return {
        "url": url,
        "repository_url": repo_url(world, repo),
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "timeline_url": f"{url}/timeline",
        "html_url": page,
        "id": pull.id,
        "node_id": node_id("PR", pull.id),
        "number": pull.number,
        "title": pull.title,
        "user": user(world, pull.author),
        "labels": [label(world, repo, stored) for stored in pull.labels],
        "state": pull.state,
        "locked": pull.locked,
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "comments": len(pull.issue_comments),
        "created_at": stamp(pull.created_at),
        "updated_at": stamp(pull.updated_at),
        "closed_at": stamp(pull.updated_at) if pull.state == "closed" else None,
        "author_association": association(repo, pull.author.login),
        "active_lock_reason": None,
        "draft": pull.draft,
        "body": pull.body,
        "reactions": reaction_counts(url, {}),
        "pull_request": {
            "url": f"{repo_url(world, repo)}/pulls/{pull.number}",
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "merged_at": stamp(pull.updated_at) if pull.merged else None,
        },
    }


def file(world: World, repo: RepoState, change: FileChange, head_sha: str, *, hole: bool = False) -> Shown:
    """GitHub's diff-entry. A `hole` shows no counts and no patch; a binary, large or told file no patch."""
    where = quote(change.path)
    sha = change.old_sha if change.new_sha == ZERO else change.new_sha
    row: Shown = {
        "sha": sha,
        "filename": change.path,
        "status": change.status,
        "additions": 0 if hole else change.additions,
        "deletions": 0 if hole else change.deletions,
        "changes": 0 if hole else change.additions + change.deletions,
        "blob_url": f"{world.url}/{repo.full_name}/blob/{head_sha}/{where}",
        "raw_url": f"{world.url}/{repo.full_name}/raw/{head_sha}/{where}",
        "contents_url": f"{repo_url(world, repo)}/contents/{where}?ref={head_sha}",
    }
    changed = change.additions + change.deletions
    size = len(change.patch.encode())
    large = changed > world.limits.patch_lines or size > world.limits.patch_bytes
    if change.patch and not (hole or large or change.path in world.patch_missing):
        row["patch"] = change.patch

    if change.previous_path is not None:
        row["previous_filename"] = change.previous_path

    return row


def commit(world: World, repo: RepoState, stored: Commit) -> Shown:
    """GitHub's commit."""
    api = f"{repo_url(world, repo)}/commits"
    page = f"{world.url}/{repo.full_name}/commit"
    who = {"name": stored.author, "email": stored.email, "date": stored.date}
    account = user(world, world.user(stored.author))

    return {
        "sha": stored.sha,
        "node_id": node_id("C", int(stored.sha[:12], 16)),
        "commit": {
            "author": who,
            "committer": who,
            "message": stored.message,
            "tree": {"sha": stored.tree, "url": f"{repo_url(world, repo)}/git/trees/{stored.tree}"},
            "url": f"{repo_url(world, repo)}/git/commits/{stored.sha}",
            "comment_count": 0,
            "verification": {
                "verified": False,
                "reason": "unsigned",
                "signature": None,
                "payload": None,
                "verified_at": None,
            },
        },
        "url": f"{api}/{stored.sha}",
        "html_url": f"{page}/{stored.sha}",
        "comments_url": f"{api}/{stored.sha}/comments",
        "author": account,
        "committer": account,
        "parents": [{"sha": sha, "url": f"{api}/{sha}", "html_url": f"{page}/{sha}"} for sha in stored.parents],
    }


def reaction_counts(url: str, counts: dict[str, int]) -> Shown:
    """GitHub's reaction-rollup."""
    kinds = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")
    return {
        "url": f"{url}/reactions",
        "total_count": sum(counts.values()),
        **{kind: counts.get(kind, 0) for kind in kinds},
    }


def reactions_to(repo: RepoState, on: str, target: int) -> dict[str, int]:
    """How often each reaction was given to one comment."""
    counts: dict[str, int] = {}
    for reaction in list(repo.reactions):
        if (reaction.on, reaction.target) == (on, target):
            counts[reaction.content] = counts.get(reaction.content, 0) + 1
    return counts


def issue_comment(world: World, repo: RepoState, pull: Pull, stored: IssueComment) -> Shown:
    """GitHub's issue-comment."""
    url = f"{repo_url(world, repo)}/issues/comments/{stored.id}"
    return {
        "id": stored.id,
        "node_id": node_id("IC", stored.id),
        "url": url,
        "html_url": f"{html_url(world, repo, pull)}#issuecomment-{stored.id}",
        "issue_url": f"{repo_url(world, repo)}/issues/{pull.number}",
        "body": stored.body,
        "user": user(world, stored.user),
        "created_at": stamp(stored.created_at),
        "updated_at": stamp(stored.updated_at),
        "author_association": association(repo, stored.user.login),
        "performed_via_github_app": None if stored.app is None else app(world, stored.app),
        "reactions": reaction_counts(url, reactions_to(repo, "issue", stored.id)),
    }
