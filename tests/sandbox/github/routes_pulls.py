"""Pull requests: the request itself, its diff with the 406, its files with their holes, its commits."""

from tests.sandbox.github import show, show_pull
from tests.sandbox.github.call import Answer, Call, Routes
from tests.sandbox.github.diffs import FileChange
from tests.sandbox.github.errors import ApiError, not_found, too_large
from tests.sandbox.github.git import Comparison
from tests.sandbox.github.limits import Limits
from tests.sandbox.github.models import Pull

routes = Routes()


def check_size(comparison: Comparison, limits: Limits) -> None:
    """Refuse a diff that GitHub would not serve as text."""
    if len(comparison.files) > limits.diff_files:
        raise too_large(f"files ({limits.diff_files})")
    if comparison.text.count(b"\n") > limits.diff_lines:
        raise too_large(f"lines ({limits.diff_lines})")
    if len(comparison.text) > limits.diff_bytes:
        raise too_large(f"bytes ({limits.diff_bytes})")


@routes.add("GET", "{repo}", "metadata:read")
def get_repo(call: Call) -> Answer:
    """The repository."""
    return Answer(show.full_repository(call.world, call.repo))


@routes.add("GET", "{repo}/pulls", "pull_requests:read")
def list_pulls(call: Call) -> Answer:
    """Pull requests, newest first; open ones unless `state` says otherwise."""
    state = call.query.get("state", "open")
    head = call.query.get("head", "")
    pulls = sorted(call.repo.pulls.values(), key=lambda pull: pull.number, reverse=True)
    chosen = [pull for pull in pulls if state in {"all", pull.state}]
    chosen = [item for item in chosen if not head or head == f"{item.head_owner.login}:{item.branch}"]
    return call.page(chosen, lambda item: show_pull.simple_pull(call.world, call.repo, item))


@routes.add("GET", "{repo}/pulls/<int:number>", "pull_requests:read")
def get_pull(call: Call, number: int) -> Answer:
    """One pull request, or its diff under the diff media type."""
    pull = call.pull(number)
    if call.media == "diff":
        comparison = call.repo.comparison(pull)
        check_size(comparison, call.world.limits)
        return Answer(comparison.text, kind="application/vnd.github.diff; charset=utf-8")
    if call.media == "patch":
        raise ApiError(415, "Unsupported 'Accept' header: the sandbox serves no patch media type")
    return Answer(show_pull.pull_request(call.world, call.repo, pull))


@routes.add("GET", "{repo}/pulls/<int:number>/files", "pull_requests:read")
def list_files(call: Call, number: int) -> Answer:
    """The changed files. Rows past GitHub's patch budget are holes on large pages, whole on smaller ones."""
    pull = call.pull(number)
    limits = call.world.limits
    files = call.repo.comparison(pull).files[: limits.list_files]
    holes = _holes(files, limits) if call.number("per_page", 30, 100) >= limits.hole_page else set[str]()
    return call.page(
        files,
        lambda change: show_pull.file(call.world, call.repo, change, pull.head_sha, hole=change.path in holes),
    )


def _holes(files: tuple[FileChange, ...], limits: Limits) -> set[str]:
    total = 0
    holes = set[str]()
    for change in files:
        total += change.lines
        if total > limits.hole_lines:
            holes.add(change.path)
    return holes


@routes.add("GET", "{repo}/pulls/<int:number>/commits", "pull_requests:read")
def list_commits(call: Call, number: int) -> Answer:
    """The pull request's commits, oldest first, 250 at most."""
    pull = call.pull(number)
    commits = call.repo.store.commits(f"{pull.base_sha}..{pull.head_sha}")
    return call.page(commits, lambda commit: show_pull.commit(call.world, call.repo, commit))


@routes.add("GET", "{repo}/commits/<path:ref>/pulls", "pull_requests:read")
def pulls_of_commit(call: Call, ref: str) -> Answer:
    """The pull requests that a commit belongs to. A fork's commits belong to none here, as live repositories show."""
    sha = call.repo.store.resolve_commit(ref)
    if sha is None:
        raise ApiError(422, f"No commit found for SHA: {ref}")
    own = [pull for pull in list(call.repo.pulls.values()) if not show_pull.is_fork(call.repo, pull)]
    pulls = [pull for pull in own if sha == pull.head_sha or sha in shas_of(call, pull)]
    return call.page(pulls, lambda pull: show_pull.simple_pull(call.world, call.repo, pull))


def shas_of(call: Call, pull: Pull) -> set[str]:
    """The commits of a pull request, those of heads that a force push removed too."""
    shas = set[str]()
    for head in pull.heads:
        shas.update(commit.sha for commit in call.repo.store.commits(f"{pull.base_sha}..{head}"))
    return shas


@routes.add("GET", "{repo}/issues/<int:number>", "issues:read", "pull_requests:read")
def get_issue(call: Call, number: int) -> Answer:
    """The pull request as an issue."""
    return Answer(show_pull.issue(call.world, call.repo, call.pull(number)))


@routes.add("GET", "{repo}/collaborators/<login>/permission", "metadata:read")
def get_permission(call: Call, login: str) -> Answer:
    """What an account may do here: admin, write, read or none."""
    if login.lower() not in call.world.users:
        raise ApiError(404, f"{login} is not a user")

    account = call.world.user(login)
    role = call.repo.roles.get(account.login, "none" if call.repo.private else "read")
    base = call.repo.bases.get(role, role)
    permission = {"maintain": "write", "triage": "read"}.get(base, base)
    rights = {
        "admin": base == "admin",
        "maintain": base in {"admin", "maintain"},
        "push": permission in {"admin", "write"},
        "triage": base not in {"none", "read"},
        "pull": base != "none",
    }
    shown = {**show.user(call.world, account), "permissions": rights, "role_name": role}
    return Answer({"permission": permission, "role_name": role, "user": shown})


@routes.add("GET", "/users/<login>", "metadata:read")
def get_user(call: Call, login: str) -> Answer:
    """An account."""
    if login.lower() not in call.world.users:
        raise not_found()
    nothing = dict.fromkeys(("name", "company", "blog", "location", "email", "hireable", "bio"))
    counts = dict.fromkeys(("public_repos", "public_gists", "followers", "following"), 0)
    dates = dict.fromkeys(("created_at", "updated_at"), "2026-01-01T00:00:00Z")
    return Answer({**show.user(call.world, call.world.user(login)), **nothing, **counts, **dates})
