"""Webhook payloads, whole as GitHub sends them. Shapes: GitHub's webhook documentation."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from tests.sandbox.github import merge_queue, show, show_check, show_pull, show_review
from tests.sandbox.github.models import App, CheckRun, IssueComment, Pull, Review, ReviewComment
from tests.sandbox.github.world import RepoState, World

_KINDS: Mapping[str, tuple[str, ...]] = {
    "pull_request": ("number", "pull_request"),
    "issue_comment": ("issue", "comment"),
    "pull_request_review_comment": ("pull_request", "comment"),
    "pull_request_review": ("pull_request", "review"),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about; an event uses what it needs of it."""

    repo: RepoState | None = None
    pull: Pull | None = None
    issue_comment: IssueComment | None = None
    review_comment: ReviewComment | None = None
    review: Review | None = None
    check_run: CheckRun | None = None
    label: str | None = None
    button: str | None = None


def subject_of(repo: RepoState, number: int | None, text_id: int | None, check_run_id: int | None) -> Subject:
    """What these ids name in a repository: `text_id` is that of a comment or a review of pull request `number`."""
    pull = None if number is None else repo.pulls[number]
    talk = [] if pull is None else list(pull.issue_comments)
    lines = [] if pull is None else list(pull.review_comments)

    return Subject(
        repo=repo,
        pull=pull,
        issue_comment=next((comment for comment in talk if comment.id == text_id), None),
        review_comment=next((comment for comment in lines if comment.id == text_id), None),
        review=None if pull is None or text_id is None else pull.review(text_id),
        check_run=None if check_run_id is None else repo.check_runs[check_run_id],
    )


def payload(
    world: World, app: App, event: str, action: str | None, *, subject: Subject, sender: str, extra: Mapping[str, Any]
) -> dict[str, Any]:
    """The event's JSON; `extra` is laid over its top level."""
    if event == "ping":
        return {**_ping(app), **extra}

    body: dict[str, Any] = {} if action is None else {"action": action}
    body.update(_about(world, app, event, action, subject))
    body.update(_more(world, event, action, subject))

    if subject.repo is not None:
        body["repository"] = show.full_repository(world, subject.repo)

    body["sender"] = show.user(world, world.user(sender))
    covering = None if subject.repo is None else world.installation_of(app, subject.repo)
    number = covering or app.installation_id
    body.setdefault("installation", {"id": number, "node_id": show.node_id("I", number)})
    return {**body, **extra}


def _more(world: World, event: str, action: str | None, subject: Subject) -> dict[str, Any]:
    """What an action tells beside the thing itself."""
    pull = subject.pull
    run = subject.check_run
    if action == "edited":
        written = subject.review_comment or subject.issue_comment or subject.review
        if written is not None:
            return {"changes": {} if written.before is None else {"body": {"from": written.before}}}
        return {"changes": {} if pull is None else pull.changes}
    if action == "stacked" and subject.repo is not None and pull is not None:
        return {"stack": show_pull.stack(subject.repo, _in_stack(pull))}
    if event == "pull_request" and action == "synchronize" and pull is not None:
        return {"before": pull.heads[-2] if len(pull.heads) > 1 else pull.base_sha, "after": pull.head_sha}
    if action in {"labeled", "unlabeled"} and subject.repo is not None and pull is not None:
        name = subject.label or (pull.labels[-1].name if pull.labels else "bug")
        return {"label": show_pull.label(world, subject.repo, world.label(subject.repo, name))}
    if action == "requested_action" and run is not None:
        if subject.button not in {button["identifier"] for button in run.actions}:
            raise ValueError(f"this check run has no button {subject.button!r}")
        return {"requested_action": {"identifier": subject.button}}

    return {}


def _about(world: World, app: App, event: str, action: str | None, subject: Subject) -> dict[str, Any]:
    if event.startswith("installation"):
        return _installation(world, app, event, action)

    repo = _needed(subject.repo, "repo")
    if event == "merge_group":
        return _group(app, repo, action, _needed(subject.pull, "number"))
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

    if action == "opened":
        parts.get("pull_request", {}).pop("stack", None)  # it is in none yet, even where it was made for one

    return parts


def _group(app: App, repo: RepoState, action: str | None, pull: Pull) -> dict[str, Any]:
    if "merge_queues" not in app.permissions or "merge_group" not in app.events:
        raise ValueError("GitHub sends this App no merge_group: it lacks the permission, or did not subscribe")
    entry, reason = _needed(merge_queue.find(repo, pull.number, destroyed=action == "destroyed"), "a queued number")
    return {"merge_group": merge_queue.shown(repo, entry), **({"reason": reason} if reason else {})}


def _in_stack(pull: Pull) -> Pull:
    if pull.stack is None:
        raise ValueError("this pull request is in no stack")
    return pull


def _part(world: World, repo: RepoState, pull: Pull, name: str, subject: Subject) -> object:
    if name == "number":
        return pull.number
    if name == "issue":
        return show_pull.issue(world, repo, pull)
    if name == "pull_request":
        whole = subject.review_comment is None and subject.review is None
        return (show_pull.pull_request if whole else show_pull.simple_pull)(world, repo, pull)
    if name == "review":
        posted = _needed(subject.review, "review_id")
        shown = show_review.review(world, repo, pull, posted)
        return {**shown, "body": posted.body or None, "state": posted.state.lower()}  # unlike REST's answers
    if subject.review_comment is not None:
        return show_review.comment(world, repo, pull, subject.review_comment)

    return show_pull.issue_comment(world, repo, pull, _needed(subject.issue_comment, "comment"))


def _needed(value: Any, name: str) -> Any:
    if value is None:
        raise ValueError(f"this event needs {name}=")
    return value


def _installation(world: World, app: App, event: str, action: str | None) -> dict[str, Any]:
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
        nothing: list[show.Shown] = []
        added, removed = (nothing, rows) if action == "removed" else (rows, nothing)
        chosen = {"repositories_added": added, "repositories_removed": removed}
        return {**body, "repository_selection": "selected", **chosen}

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
