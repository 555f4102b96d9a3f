"""The state of one loopback GitHub: accounts, Apps, tokens, repositories, and the clock that tests may advance."""

import itertools
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.sandbox.github.diffs import FileChange
from tests.sandbox.github.git import Comparison, GitStore
from tests.sandbox.github.guards import Guard
from tests.sandbox.github.limits import Limits, RateLimiter
from tests.sandbox.github.models import App, CheckRun, Delivery, Label, Pull, Queue, Reaction, Token, User

_STARTED = datetime(2026, 1, 1, tzinfo=UTC)


class RepoState:
    """One repository: its git store, pull requests and check runs.

    `roles` maps a login to its role; `bases` maps a role of the organisation's own to the one that it builds on.
    """

    def __init__(self, repo_id: int, owner: User, name: str, store: GitStore, created_at: datetime) -> None:
        self.id = repo_id
        self.owner = owner
        self.name = name
        self.store = store
        self.created_at = created_at
        self.updated_at = created_at
        self.private = True
        self.guard = Guard()

        self.pulls: dict[int, Pull] = {}
        self.check_runs: dict[int, CheckRun] = {}
        self.suites: dict[tuple[int, str], int] = {}
        self.reactions: list[Reaction] = []
        self.roles: dict[str, str] = {owner.login: "admin"}
        self.bases: dict[str, str] = {}
        self.labels: dict[str, Label] = {}
        self.queues: dict[str, Queue] = {}  # by branch
        self.issues: dict[int, tuple[str, str]] = {}  # number -> title and body

    @property
    def full_name(self) -> str:
        """owner/name, as it is now."""
        return f"{self.owner.login}/{self.name}"

    def comparison(self, pull: Pull, head_sha: str | None = None) -> Comparison:
        """The pull request's diff, or what it was at an earlier head."""
        return self.store.compare(pull.base_sha, head_sha or pull.head_sha)

    def change(self, pull: Pull, path: str, head_sha: str | None = None) -> FileChange | None:
        """One file of the diff."""
        return next((file for file in self.comparison(pull, head_sha).files if file.path == path), None)


class World:
    """Everything the loopback GitHub knows. Change it only while holding `lock`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = ""
        self.hook_url: str | None = None
        self.lock = threading.RLock()
        self.limits = Limits()
        self.limiter = RateLimiter(self.limits)

        self.users: dict[str, User] = {}
        self.apps: dict[int, App] = {}
        self.tokens: dict[str, Token] = {}
        self.repos: dict[str, RepoState] = {}
        self.former: dict[str, RepoState] = {}
        self.deliveries: list[Delivery] = []
        self.redeliveries: list[int] = []
        self.patch_missing: set[str] = set()
        self.violations: list[str] = []

        self.ahead = 0.0
        self._ids = itertools.count(1001)
        self._commits = itertools.count(1)

    def new_id(self) -> int:
        """A number that nothing else here has."""
        return next(self._ids)

    def seconds(self) -> float:
        """Now, in epoch seconds."""
        return time.time() + self.ahead

    def now(self) -> datetime:
        """Now, to the second, as GitHub shows it."""
        return datetime.fromtimestamp(int(self.seconds()), tz=UTC)

    def commit_time(self) -> datetime:
        """The next commit's date: the same in every run, so that SHAs are."""
        return _STARTED + timedelta(minutes=next(self._commits))

    def user(self, login: str, kind: str | None = None) -> User:
        """The account with this login, made if there is none."""
        with self.lock:
            known = self.users.get(login.lower())
            if known is None:
                known = User(self.new_id(), login, kind or ("Bot" if login.endswith("[bot]") else "User"))
                self.users[login.lower()] = known
            return known

    def repo(self, full_name: str) -> RepoState | None:
        """The repository "owner/name", in whatever case."""
        return self.repos.get(full_name.lower())

    def moved(self, full_name: str) -> RepoState | None:
        """The repository that had this name before, until another takes it."""
        return None if full_name.lower() in self.repos else self.former.get(full_name.lower())

    def move(self, repo: RepoState, full_name: str) -> None:
        """Rename a repository, transfer it to another account, or both. Branches move along."""
        owner, _, name = full_name.partition("/")
        with self.lock:
            self.repos.pop(repo.full_name.lower())
            self.former[repo.full_name.lower()] = repo

            before = repo.owner
            repo.owner = self.user(owner)
            repo.name = name
            repo.roles.setdefault(repo.owner.login, "admin")
            for pull in repo.pulls.values():
                pull.head_owner = repo.owner if pull.head_owner is before else pull.head_owner

            repo.updated_at = self.now()
            self.repos[full_name.lower()] = repo

    def label(self, repo: RepoState, name: str) -> Label:
        """The repository's label of this name, made if there is none."""
        with self.lock:
            return repo.labels.setdefault(name.lower(), Label(self.new_id(), name))

    def installation_of(self, app: App, repo: RepoState) -> int | None:
        """The installation of the App that covers a repository."""
        other = app.others.get(repo.owner.login)
        return other or (app.installation_id if app.account in {None, repo.owner.login} else None)

    def app_repos(self, app: App, installation_id: int | None = None) -> list[RepoState]:
        """The repositories that this installation of the App covers, or any of its."""
        found = ((repo, self.installation_of(app, repo)) for repo in list(self.repos.values()))
        return [repo for repo, covering in found if covering and installation_id in {None, covering}]

    def reached(self, app: App, token: Token | None) -> list[RepoState]:
        """The repositories that a token reaches; without one, those that the App itself sees."""
        if token is None:
            return self.app_repos(app)
        covered = self.app_repos(app, token.installation_id)
        return [repo for repo in covered if token.repositories is None or repo.id in token.repositories]

    def account(self, app: App, installation_id: int | None = None) -> User:
        """The account that the App is installed on, by this installation or its first."""
        for login, number in app.others.items():
            if number == installation_id:
                return self.user(login)
        if app.account is not None:
            return self.user(app.account)
        return next((repo.owner for repo in self.app_repos(app, app.installation_id)), app.owner)

    def suite_id(self, repo: RepoState, app: App, head_sha: str) -> int:
        """The check suite that GitHub keeps for an App and a commit."""
        with self.lock:
            key = (app.id, head_sha)
            if key not in repo.suites:
                repo.suites[key] = self.new_id()
            return repo.suites[key]
