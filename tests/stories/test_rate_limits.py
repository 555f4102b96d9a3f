"""Claude allows little: three reviews of two installations share it, all of them are completed, and the waits are told."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from typing_extensions import override

from kireji.adapters.claude import ClaudeModel
from kireji.adapters.github import connect
from kireji.adapters.in_process.journal import DirectJournal
from kireji.core.events.job import ReviewJob
from kireji.core.pulls.pull import PullRef
from kireji.flow.review.carry_out import carry_out
from kireji.settings import load
from kireji.wiring.service import build_world
from tests.sandbox.claude import ClaudeSandbox
from tests.sandbox.github import AppIdentity, GitHubSandbox, Repository
from tests.stories import changes
from tests.stories.town import HastyClock, private_key

BIG, SMALL = changes.parts(10), changes.parts(2)
WAITING = "Waiting for Claude's rate limit until about "


class StillClock(HastyClock):
    """Time stands still while a request to Claude is under way: else requests would arrive late, and in heaps."""

    def __init__(self) -> None:
        super().__init__()
        self.model: ClaudeModel | None = None

    @override
    async def sleep(self, seconds: float) -> None:
        """Move the time on when nothing is under way."""
        while self.model is not None and self.model._queue._under_way:  # noqa: ASYNC110 - real requests end by themselves
            await asyncio.sleep(0.001)
        await super().sleep(seconds)


@dataclass
class Scarcity:
    """Two accounts, each with an installation, and one Claude for both, asked by one worker."""

    github: GitHubSandbox
    claude: ClaudeSandbox
    clock: StillClock
    installed: dict[str, AppIdentity]
    repos: dict[str, Repository] = field(default_factory=dict)

    def pull(self, account: str, name: str, files: changes.Parts) -> ReviewJob:
        """A pull request that is to be reviewed."""
        repo = self.repos[f"{account}/{name}"] = self.github.create_repo(f"{account}/{name}", files=files.base)
        pull = repo.open_pull(title="Parts", files=files.head)
        return ReviewJob(
            PullRef(f"{account}/{name}", pull.number, self.installed[account].installation_id), pull.head_sha
        )

    async def review(self, *jobs: ReviewJob) -> None:
        """Carry out the reviews, all at once."""
        settings = load(
            {
                "KIREJI_APP_ID": "1",
                "KIREJI_PRIVATE_KEY": private_key(),
                "KIREJI_WEBHOOK_SECRET": "unused",
                "KIREJI_GITHUB_API_URL": self.github.url,
                "KIREJI_CHUNK_TOKENS": changes.CHUNK_TOKENS,
                "KIREJI_CONCURRENCY": "2",
                "KIREJI_SEARCH": "off",
                "ANTHROPIC_API_KEY": self.claude.api_key,
                "ANTHROPIC_BASE_URL": self.claude.url,
            }
        )
        world = build_world(settings, self.clock)
        assert isinstance(world.model, ClaudeModel)
        self.clock.model = world.model

        async def one(job: ReviewJob) -> None:
            app = self.installed[job.ref.repo.partition("/")[0]]
            pem = app.private_key_pem
            forge = connect(api_url=self.github.url, app_id=app.app_id, private_key_pem=pem, clock=self.clock)
            await carry_out(job, DirectJournal(), replace(world, forge=forge))
            await forge.aclose()

        await asyncio.gather(*map(one, jobs))

    def told(self, job: ReviewJob) -> list[str]:
        """What the job's check run showed, one title after the other."""
        path = f"/repos/{job.ref.repo}/check-runs"
        bodies: list[Any] = [one.request for one in self.github.traffic if one.path.startswith(path)]
        return [body["output"]["title"] for body in bodies if body]


@pytest.fixture
def scarcity() -> Iterator[Scarcity]:
    """Six requests a minute for all."""
    clock = StillClock()
    with GitHubSandbox() as github, ClaudeSandbox(clock=clock.monotonic) as claude:
        claude.rate_limits.requests_per_minute = 6
        installed = {
            account: github.install_app(private_key_pem=private_key(), account=account) for account in ("octo", "acme")
        }
        yield Scarcity(github, claude, clock, installed)
        assert not github.violations


async def test_all_reviews_are_completed_and_nobody_starves(scarcity: Scarcity) -> None:
    """Twenty calls of one account and two of another, six a minute: nothing is left unread, and hardly a 429.

    The small review is done long before the large ones. Those tell in their check runs that they wait, once a wait.
    """
    large = [scarcity.pull("octo", name, BIG) for name in ("shop", "store")]
    small = scarcity.pull("acme", "tool", SMALL)
    await scarcity.review(*large, small)

    for job, files in [(large[0], BIG), (large[1], BIG), (small, SMALL)]:
        repo = scarcity.repos[job.ref.repo]
        placed = sorted((comment["path"], comment["line"]) for comment in repo.review_comments(job.ref.number))
        assert placed == [(path, changes.LINE) for path in files.paths]
        [run] = repo.check_runs(job.head_sha)
        assert run["status"] == "completed"

    assert sum(call.status == 429 for call in scarcity.claude.calls) <= 2
    assert sum(scarcity.clock.waits) > 120
    for job in large:
        waits = [title for title in scarcity.told(job) if title.startswith(WAITING)]
        assert 1 <= len(waits) <= 4
    everything = [one.path for one in scarcity.github.traffic]
    posted = [everything.index(f"/repos/{job.ref.repo}/pulls/{job.ref.number}/reviews") for job in (small, *large)]
    assert posted[0] == min(posted)
