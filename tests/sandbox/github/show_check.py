"""Check runs, check suites and annotations as GitHub shows them. Shapes: GitHub's OpenAPI description."""

from urllib.parse import quote

from tests.sandbox.github.models import CheckRun, Pull
from tests.sandbox.github.show import Shown, app, node_id, repository, stamp
from tests.sandbox.github.show_pull import commit, is_fork, repo_url
from tests.sandbox.github.world import RepoState, World


def pulls_of(world: World, repo: RepoState, head_sha: str) -> list[Shown]:
    """GitHub's pull-request-minimal list of a commit: empty for pull requests from forks."""
    shown = [pull for pull in list(repo.pulls.values()) if pull.head_sha == head_sha and not is_fork(repo, pull)]
    return [_minimal(world, repo, pull) for pull in shown if pull.state == "open"]


def _minimal(world: World, repo: RepoState, pull: Pull) -> Shown:
    where = {"id": repo.id, "url": repo_url(world, repo), "name": repo.name}
    return {
        "url": f"{repo_url(world, repo)}/pulls/{pull.number}",
        "id": pull.id,
        "number": pull.number,
        "head": {"ref": pull.branch, "sha": pull.head_sha, "repo": where},
        "base": {"ref": pull.base, "sha": pull.base_sha, "repo": where},
    }


def check_run(world: World, repo: RepoState, stored: CheckRun) -> Shown:
    """GitHub's check-run."""
    url = f"{repo_url(world, repo)}/check-runs/{stored.id}"
    page = f"{world.url}/{repo.full_name}/runs/{stored.id}"
    return {
        "id": stored.id,
        "name": stored.name,
        "node_id": node_id("CR", stored.id),
        "head_sha": stored.head_sha,
        "external_id": stored.external_id,
        "url": url,
        "html_url": page,
        "details_url": stored.details_url or f"{world.url}/apps/{stored.app.slug}",
        "status": stored.status,
        "conclusion": stored.conclusion,
        "started_at": stamp(stored.started_at),
        "completed_at": stamp(stored.completed_at),
        "output": {
            "title": stored.title,
            "summary": stored.summary,
            "text": stored.text,
            "annotations_count": len(stored.annotations),
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": stored.suite_id},
        "app": app(world, stored.app),
        "pull_requests": pulls_of(world, repo, stored.head_sha),
    }


def annotation(world: World, repo: RepoState, head_sha: str, stored: dict[str, object]) -> Shown:
    """GitHub's check-annotation."""
    optional = ("start_column", "end_column", "title", "raw_details")
    return {
        **dict.fromkeys(optional),
        **stored,
        "blob_href": f"{repo_url(world, repo)}/contents/{quote(str(stored['path']))}?ref={head_sha}",
    }


def check_suite(world: World, repo: RepoState, stored: CheckRun) -> Shown:
    """GitHub's check-suite, of the suite that holds this run."""
    runs = [run for run in list(repo.check_runs.values()) if run.suite_id == stored.suite_id]
    done = all(run.status == "completed" for run in runs)
    url = f"{repo_url(world, repo)}/check-suites/{stored.suite_id}"
    head = repo.store.commits(stored.head_sha, limit=1)[0]
    shown = commit(world, repo, head)
    pull = next((pull for pull in list(repo.pulls.values()) if pull.head_sha == stored.head_sha), None)
    forked = pull is None or is_fork(repo, pull)

    return {
        "id": stored.suite_id,
        "node_id": node_id("CS", stored.suite_id),
        "head_branch": None if pull is None or forked else pull.branch,
        "head_sha": stored.head_sha,
        "status": "completed" if done else "in_progress",
        "conclusion": runs[-1].conclusion if done and runs else None,
        "url": url,
        "before": head.parents[0] if head.parents else None,
        "after": stored.head_sha,
        "pull_requests": pulls_of(world, repo, stored.head_sha),
        "app": app(world, stored.app),
        "created_at": stamp(stored.started_at),
        "updated_at": stamp(stored.completed_at or stored.started_at),
        "rerequestable": True,
        "runs_rerequestable": True,
        "latest_check_runs_count": len(runs),
        "check_runs_url": f"{url}/check-runs",
        "head_commit": {
            "id": head.sha,
            "tree_id": head.tree,
            "message": head.message,
            "timestamp": head.date,
            "author": {"name": head.author, "email": head.email},
            "committer": shown["commit"]["committer"],
        },
        "repository": repository(world, repo),
    }
