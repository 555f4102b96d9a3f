"""People who open pull requests and push to them, and GitHub's webhooks about it."""

import random
import threading
from dataclasses import dataclass, field

import requests

from tests.sandbox.github import GitHubSandbox, Repository

FILES = 3
CHUNK_TOKENS = "500"
"""The setting of KIREJI_CHUNK_TOKENS under which each file is a chunk of its own."""


@dataclass(frozen=True)
class Sent:
    """A webhook: its headers and bytes, and what it is about."""

    headers: dict[str, str]
    body: bytes
    repo: str
    number: int
    head: str


@dataclass
class Crowd:
    """`pulls` pull requests in each of some repositories. Every text is seen in one pull request only.

    A webhook that is not answered 2xx is sent again later, with the same id, as the sweep has GitHub do it.
    """

    github: GitHubSandbox
    url: str
    seed: int = 0
    repos: int = 3
    pulls: int = 4
    pause: float = 0.4
    sent: list[Sent] = field(default_factory=list)
    failed: list[Sent] = field(default_factory=list)
    failures: int = 0
    _revision: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._lock = threading.Lock()
        self._repos = list[Repository]()
        for number in range(self.repos):
            self.add_repository(f"octo/shop{number}")
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._live, name="crowd", daemon=True)

    def add_repository(self, name: str) -> Repository:
        """A further repository, "octo/…"."""
        self._repos.append(self.github.create_repo(name, files=base(name)))
        return self._repos[-1]

    def start(self) -> None:
        """Begin to push."""
        self._thread.start()

    def stop(self) -> None:
        """Push no more; what failed is still to be delivered."""
        self._stopping.set()
        self._thread.join()

    def act(self) -> None:
        """Open a pull request or push to one, and tell the App."""
        repo = self._random.choice(self._repos)
        numbers = sorted(repo.state.pulls)
        if len(numbers) < self.pulls and (not numbers or self._random.random() < 0.5):
            self.open(repo)
        else:
            self.push(repo, self._random.choice(numbers))

    def open(self, repo: Repository, *, tell: bool = True) -> int:
        """Open a pull request; its number. Without `tell` the App hears nothing of it."""
        number = len(repo.state.pulls) + 1
        files = {path(repo, part): head(repo, number, part, 0) for part in range(FILES)}
        pull = repo.open_pull(title=f"Change {number}", branch=f"change-{number}", files=files)
        if tell:
            self._tell("opened", repo, pull.number)
        return pull.number

    def push(self, repo: Repository, number: int, *, tell: bool = True) -> None:
        """Change one file of a pull request."""
        self._revision += 1
        part = self._random.randrange(FILES)
        repo.push(number, {path(repo, part): head(repo, number, part, self._revision)})
        if tell:
            self._tell("synchronize", repo, number)

    def redeliver(self) -> bool:
        """Send again what failed, in any order; whether all has arrived by now."""
        with self._lock:
            again = self.failed[:]
            self.failed.clear()
        self._random.shuffle(again)
        for sent in again:
            self._send(sent)
        return not self.failed

    def heads(self) -> dict[tuple[str, int], str]:
        """(repository, number) -> the head that is to be reviewed in the end."""
        return {
            (repo.full_name, number): repo.pull(number).head_sha for repo in self._repos for number in repo.state.pulls
        }

    def repositories(self) -> list[Repository]:
        """All of them."""
        return list(self._repos)

    def _live(self) -> None:
        while not self._stopping.wait(self._random.uniform(0, 2 * self.pause)):
            self.act()
            if self._random.random() < 0.3:
                self.redeliver()

    def _tell(self, action: str, repo: Repository, number: int) -> None:
        headers, body = self.github.webhook("pull_request", action=action, repo=repo, number=number)
        sent = Sent(headers, body, repo.full_name, number, repo.pull(number).head_sha)
        self.sent.append(sent)
        self._send(sent)

    def _send(self, sent: Sent) -> None:
        try:
            arrived = requests.post(f"{self.url}/webhook", data=sent.body, headers=sent.headers, timeout=10).ok
        except requests.RequestException:
            arrived = False
        if not arrived:
            with self._lock:
                self.failures += 1
                self.failed.append(sent)


def base(repo: str) -> dict[str, str]:
    """A repository's files before any change."""
    return {f"{repo.partition('/')[2]}/part_{part}.py": _text(repo, part) for part in range(FILES)}


def path(repo: Repository, part: int) -> str:
    """A file's path."""
    return f"{repo.full_name.partition('/')[2]}/part_{part}.py"


def head(repo: Repository, number: int, part: int, revision: int) -> str:
    """A file as a pull request has it: one mistake that the stand-in reviewer finds, and the revision in a comment."""
    lines = _text(repo.full_name, part).splitlines(keepends=True)
    added = [
        f"# pull request {repo.full_name}#{number}, revision {revision}\n",
        "def load(stream):\n",
        "    return yaml.load(stream)\n",
    ]
    return "".join([*lines[:10], *added, *lines[10:]])


def _text(repo: str, part: int) -> str:
    return "".join(f"# {repo} part {part}, line {line}: some words to fill a chunk\n" for line in range(1, 31))
