"""The App's processes between a loopback GitHub and a loopback Claude, over one store."""

import contextlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import requests
from sqlalchemy import Engine

from kireji.adapters.store.engine import create_engine
from tests.chaos import verdict
from tests.chaos.crowd import CHUNK_TOKENS, Crowd
from tests.chaos.house import CLOCK, House, await_that, house
from tests.chaos.verdict import Verdict
from tests.sandbox import child
from tests.sandbox.claude import ClaudeSandbox, Latency
from tests.sandbox.github import GitHubSandbox, Repository

PATIENCE = 60.0


@dataclass
class Town:
    """Who takes part. `store` is the App's database as the test sees it."""

    github: GitHubSandbox
    claude: ClaudeSandbox
    app: House
    crowd: Crowd
    store: Engine

    def post(self, headers: dict[str, str], body: bytes) -> int:
        """Send a webhook; the status of the answer."""
        return requests.post(f"{self.app.url}/webhook", data=body, headers=headers, timeout=30).status_code

    def await_quiet(self, seconds: float = PATIENCE) -> None:
        """Wait until no job is unfinished."""
        await_that(lambda: not verdict.busy(self.store), seconds, "there is still work", pause=0.1)

    def await_mended(self, seconds: float) -> bool:
        """Wait until the sweeps have mended what was left behind; whether they have."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not (verdict.unhealed(self.crowd) or verdict.busy(self.store)):
                return True
            time.sleep(0.2)
        return False

    def judge(self) -> Verdict:
        """The account, once all is quiet."""
        deaths = [moment for one in self.app.places for moment in one.deaths]
        return verdict.judge(self.crowd, self.claude, self.store, deaths)

    def checks(self, repo: Repository) -> list[tuple[str, str | None]]:
        """Head and conclusion of every check run of a repository, oldest first."""
        return [(run.head_sha, run.conclusion) for run in list(repo.state.check_runs.values())]


@contextlib.contextmanager
def town(
    url: str,
    folder: Path,
    *,
    workers: int = 1,
    latency: float = 0.0,
    claude: Latency | None = None,
    seed: int = 0,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Town]:
    """Start everything over the store at `url`; in the end nothing is left of it. `latency` is GitHub's, in seconds."""
    database = {} if url.startswith("sqlite") else {"KIREJI_DATABASE_URL": url}
    with (
        GitHubSandbox(latency=latency, record=False) as github,
        ClaudeSandbox(claude, clock=lambda: CLOCK.now().timestamp()) as model,
    ):
        github.limits.points = github.limits.content = github.limits.primary = 1_000_000
        environment = child.environment(
            github.url,
            github.install_app(app_id=4711),
            model.url,
            **{
                "KIREJI_CHUNK_TOKENS": CHUNK_TOKENS,
                "KIREJI_DEBOUNCE_SECONDS": "1",
                "KIREJI_DRAIN_SECONDS": "5",
                "KIREJI_SWEEP_SECONDS": "5",
                **database,
                **settings,
            },
        )
        store = create_engine(url)
        try:
            with house(environment, folder, workers) as app:
                yield Town(github, model, app, Crowd(github, app.url, seed), store)
        finally:
            store.dispose()
