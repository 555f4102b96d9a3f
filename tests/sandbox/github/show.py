"""Accounts, Apps and repositories as GitHub shows them. Shapes: GitHub's OpenAPI description."""

import base64
from datetime import datetime
from typing import Any

from tests.sandbox.github.models import App, User
from tests.sandbox.github.world import RepoState, World

Shown = dict[str, Any]
_USER_LINKS = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}
_REPO_LINKS = (
    "archive:{archive_format}{/ref}|assignees:assignees{/user}|blobs:git/blobs{/sha}|branches:branches{/branch}|"
    "collaborators:collaborators{/collaborator}|comments:comments{/number}|commits:commits{/sha}|"
    "compare:compare/{base}...{head}|contents:contents/{+path}|contributors:contributors|deployments:deployments|"
    "downloads:downloads|events:events|forks:forks|git_commits:git/commits{/sha}|git_refs:git/refs{/sha}|"
    "git_tags:git/tags{/sha}|hooks:hooks|issue_comment:issues/comments{/number}|issue_events:issues/events{/number}|"
    "issues:issues{/number}|keys:keys{/key_id}|labels:labels{/name}|languages:languages|merges:merges|"
    "milestones:milestones{/number}|notifications:notifications{?since,all,participating}|pulls:pulls{/number}|"
    "releases:releases{/id}|stargazers:stargazers|statuses:statuses/{sha}|subscribers:subscribers|"
    "subscription:subscription|tags:tags|teams:teams|trees:git/trees{/sha}"
)
_COUNTS = ("forks", "open_issues", "stargazers_count", "watchers", "watchers_count", "forks_count", "open_issues_count")
_FLAGS = ("disabled", "has_pages", "has_wiki", "has_projects", "has_discussions", "is_template")


def stamp(moment: datetime | None) -> str | None:
    """A time as GitHub writes it."""
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def node_id(kind: str, number: int) -> str:
    """A global node id, as GraphQL takes it: `kind` is a prefix such as PR or PRRT."""
    return f"{kind}_kw{base64.urlsafe_b64encode(f'{kind}:{number}'.encode()).decode().rstrip('=')}"


def node_number(node: str, kind: str) -> int | None:
    """The number inside a node id of this kind, None for anything else."""
    prefix, _, coded = node.partition("_kw")
    try:
        inner, _, number = base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode().partition(":")
        return int(number) if prefix == inner == kind else None
    except ValueError:
        return None


def user(world: World, account: User) -> Shown:
    """GitHub's simple-user."""
    url = f"{world.url}/users/{account.login}"
    return {
        "login": account.login,
        "id": account.id,
        "node_id": node_id("BOT" if account.kind == "Bot" else "U", account.id),
        "avatar_url": f"{world.url}/avatars/{account.id}",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{world.url}/{account.login}",
        **{name: url + tail for name, tail in _USER_LINKS.items()},
        "type": account.kind,
        "user_view_type": "public",
        "site_admin": False,
    }


def app(world: World, stored: App) -> Shown:
    """GitHub's integration."""
    return {
        "id": stored.id,
        "client_id": stored.client_id,
        "slug": stored.slug,
        "node_id": node_id("A", stored.id),
        "owner": user(world, stored.owner),
        "name": stored.slug,
        "description": "",
        "external_url": f"{world.url}/apps/{stored.slug}",
        "html_url": f"{world.url}/apps/{stored.slug}",
        "created_at": stamp(stored.created_at),
        "updated_at": stamp(stored.created_at),
        "permissions": stored.permissions,
        "events": stored.events,
    }


def installation(world: World, stored: App, number: int | None = None) -> Shown:
    """GitHub's installation of this number, or the App's first."""
    number = number or stored.installation_id
    account = world.account(stored, number)
    return {
        "id": number,
        "account": user(world, account),
        "repository_selection": "all",
        "access_tokens_url": f"{world.url}/app/installations/{number}/access_tokens",
        "repositories_url": f"{world.url}/installation/repositories",
        "html_url": f"{world.url}/settings/installations/{number}",
        "app_id": stored.id,
        "client_id": stored.client_id,
        "app_slug": stored.slug,
        "target_id": account.id,
        "target_type": account.kind,
        "permissions": stored.permissions,
        "events": stored.events,
        "created_at": stamp(stored.created_at),
        "updated_at": stamp(stored.created_at),
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "suspended_by": None,
        "suspended_at": None,
    }


def repository(world: World, repo: RepoState, fork_owner: User | None = None) -> Shown:
    """GitHub's repository; `fork_owner` shows somebody's fork of it."""
    owner = fork_owner or repo.owner
    full_name = f"{owner.login}/{repo.name}"
    url = f"{world.url}/repos/{full_name}"
    html = f"{world.url}/{full_name}"
    number = repo.id if fork_owner is None else repo.id * 100_000 + owner.id
    links = (part.split(":", 1) for part in _REPO_LINKS.split("|"))

    return {
        "id": number,
        "node_id": node_id("R", number),
        "name": repo.name,
        "full_name": full_name,
        "owner": user(world, owner),
        "private": repo.private,
        "html_url": html,
        "description": None,
        "fork": fork_owner is not None,
        "url": url,
        **{f"{name}_url": f"{url}/{tail}" for name, tail in links},
        "clone_url": f"{html}.git",
        "git_url": f"git:{html.removeprefix('http:')}.git",
        "ssh_url": f"git@127.0.0.1:{full_name}.git",
        "svn_url": html,
        "mirror_url": None,
        "homepage": None,
        "language": None,
        "license": None,
        "default_branch": "main",
        "size": 1,
        "topics": [],
        "visibility": "private" if repo.private else "public",
        "web_commit_signoff_required": False,
        "allow_forking": True,
        "has_issues": True,
        "has_downloads": True,
        **dict.fromkeys(_FLAGS, False),
        "archived": repo.guard.archived,
        **dict.fromkeys(_COUNTS, 0),
        "pushed_at": stamp(repo.created_at),
        "created_at": stamp(repo.created_at),
        "updated_at": stamp(repo.updated_at),
    }


def full_repository(world: World, repo: RepoState) -> Shown:
    """GitHub's full-repository."""
    return {**repository(world, repo), "network_count": 0, "subscribers_count": 0}
