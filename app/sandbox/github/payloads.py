"""Webhook payloads, whole as GitHub sends them. Shapes: GitHub's webhook documentation."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from app.sandbox.github import show, show_check, show_pull, show_review
from app.sandbox.github.models import App, CheckRun, IssueComment, Pull, ReviewComment
from app.sandbox.github.world import RepoState, World

_KINDS: Mapping[str, tuple[str, ...]] = {
    "pull_request": ("number", "pull_request"),
    "issue_comment": ("issue", "comment"),
    "pull_request_review_comment": ("pull_request", "comment"),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about; an event uses what it needs of it."""

    repo: RepoState | None = None
    pull: Pull | None = None
    issue_comment: IssueComment | None = None
    review_comment: ReviewComment | None = None
    check_run: CheckRun | None = None


def payload(
    world: World, app: App, event: str, action: str | None, *, subject: Subject, sender: str, extra: Mapping[str, Any]
) -> dict[str, Any]:
    """The event's JSON; `extra` is laid over its top level, such as changes, label, before, requested_action."""
    if event == "ping":
        return {**_ping(app), **extra}
    body: dict[str, Any] = {} if action is None else {"action": action}
    body.update(_about(world, app, event, subject))
    if subject.repo is not None:
        body["repository"] = show.full_repository(world, subject.repo)
    body["sender"] = show.user(world, world.user(sender))
    body.setdefault("installation", {"id": app.installation_id, "node_id": show.node_id("I", app.installation_id)})
    return {**body, **extra}


def _about(world: World, app: App, event: str, subject: Subject) -> dict[str, Any]:
    if event.startswith("installation"):
        return _installation(world, app, event)
    repo = _needed(subject.repo, "repo")
    if event in {"check_run", "check_suite"}:
        run = _needed(subject.check_run, "check_run_id")
        if event == "check_suite":
            return {"check_suite": show_check.check_suite(world, repo, run)}
        suite = show_check.check_suite(world, repo, run)
        return {"check_run": {**show_check.check_run(world, repo, run), "check_suite": suite}}
    pull = _needed(subject.pull, "number")
    parts: dict[str, Any] = {}
    for name in _KINDS[event]:
        parts[name] = _part(world, repo, pull, name, subject)
    return parts


def _part(world: World, repo: RepoState, pull: Pull, name: str, subject: Subject) -> object:
    if name == "number":
        return pull.number
    if name == "issue":
        return show_pull.issue(world, repo, pull)
    if name == "pull_request":
        whole = subject.review_comment is None
        return (show_pull.pull_request if whole else show_pull.simple_pull)(world, repo, pull)
    if subject.review_comment is not None:
        return show_review.comment(world, repo, pull, subject.review_comment)
    return show_pull.issue_comment(world, repo, pull, _needed(subject.issue_comment, "comment"))


def _needed(value: Any, name: str) -> Any:
    if value is None:
        raise ValueError(f"this event needs {name}=")
    return value


def _installation(world: World, app: App, event: str) -> dict[str, Any]:
    rows = [
        {
            "id": repo.id,
            "node_id": show.node_id("R", repo.id),
            "name": repo.name,
            "full_name": repo.full_name,
            "private": repo.private,
        }
        for repo in world.app_repos(app)
    ]
    body: dict[str, Any] = {"installation": show.installation(world, app), "requester": None}
    if event == "installation_repositories":
        return {**body, "repository_selection": "all", "repositories_added": rows, "repositories_removed": []}
    return {**body, "repositories": rows}


def _ping(app: App) -> dict[str, Any]:
    hook = {
        "type": "App",
        "id": app.id + 1,
        "name": "web",
        "active": True,
        "events": app.events,
        "config": {
            "content_type": "json",
            "insecure_ssl": "0",
            "secret": "********",
            "url": "http://127.0.0.1/webhook",
        },
        "app_id": app.id,
    }
    return {"zen": "Keep it logically awesome.", "hook_id": app.id + 1, "hook": hook}
