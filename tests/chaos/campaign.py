"""A run of many reviews while something is killed again and again; in the end nothing may be lost or done twice."""

import contextlib
import os
import random
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos import verdict
from tests.chaos.house import Place, await_that
from tests.chaos.stores import KillablePostgres, Store, store
from tests.chaos.town import Town, town
from tests.chaos.verdict import Verdict
from tests.sandbox.claude import Latency

STORES = ("sqlite", "postgres")
TARGETS = ("worker", "web", "postgres")
"""What is killed; "mixed" is one after the other."""
GITHUB_LATENCY = 0.03
CLAUDE_LATENCY = Latency(first_token=0.25, per_output_token=0.001, jitter=0.6, seed=1)
QUIET_LIMIT = 600.0  # seconds that are never reached, however slow the machine is
HEALING_LIMIT = 120.0
LONGEST_PAUSE = 3.0  # seconds from ready to the next kill
AIMS = (None, None, "POST */reviews", "POST */check-runs", "PATCH */check-runs/*", "claude")
"""What a kill waits for: nothing (any moment), a request that GitHub has just served, or an answer of Claude's."""


@dataclass
class Campaign:
    """What happened, and the verdict."""

    store: str
    target: str
    kills: int = 0
    deliveries: int = 0
    refused: int = 0
    seconds: float = 0.0
    quiet: float = 0.0
    left: int = 0
    healed: float = 0.0
    restarts: int = 0
    aims: dict[str, int] = field(default_factory=dict)
    verdict: Verdict = field(default_factory=Verdict)
    log: str = ""


def run(kind: str, target: str, *, kills: int, seed: int, folder: Path, pause: float = LONGEST_PAUSE) -> Campaign:
    """Kill so many times and give the account. Nothing outlives the call."""
    campaign = Campaign(kind, target)
    begun = time.monotonic()
    with (
        store(kind, folder) as place,
        town(
            place.url,
            folder,
            workers=1 if kind == "sqlite" else 2,
            latency=GITHUB_LATENCY,
            claude=CLAUDE_LATENCY,
            seed=seed,
        ) as there,
    ):
        there.crowd.start()
        killer = Killer(there, place, random.Random(seed), pause)
        for _ in range(kills):
            killer.kill(target)
        there.crowd.stop()
        calm = time.monotonic()
        await_that(there.crowd.redeliver, QUIET_LIMIT, "not every delivery was accepted", pause=0.3)
        with contextlib.suppress(AssertionError):  # what never ends is the verdict's business
            there.await_quiet(QUIET_LIMIT)
        campaign.quiet = time.monotonic() - calm
        campaign.left = len(verdict.unhealed(there.crowd))
        there.await_mended(HEALING_LIMIT)
        campaign.healed = time.monotonic() - calm
        campaign.verdict = there.judge()
        campaign.kills, campaign.aims = killer.kills, killer.aims
        campaign.deliveries, campaign.refused = len(there.crowd.sent), there.crowd.failures
        campaign.restarts = sum(len(one.deaths) for one in there.app.places)
        campaign.log = "".join(one.log.read_text(errors="replace") for one in there.app.places)
    campaign.seconds = time.monotonic() - begun
    return campaign


class Killer:
    """Kills with SIGKILL at random moments, some of them aimed at the gap between a write and its note."""

    def __init__(self, there: Town, place: Store, chance: random.Random, pause: float) -> None:
        self._pause = pause
        self._app = there.app
        self._place = place
        self._github = there.github
        self._claude = there.claude
        self._random = chance
        self.kills = 0
        self.aims = dict[str, int]()

    def kill(self, target: str) -> None:
        """Wait for a moment, and kill."""
        if self._random.random() < 0.85:  # else it may die while it starts
            await_that(self._app.ready, 60, "the App did not come back")
        aim = self._wait()
        if target == "mixed":
            targets = TARGETS[: 3 if isinstance(self._place, KillablePostgres) else 2]
            target = targets[self.kills % len(targets)]
        match target:
            case "worker":
                self._strike(self._random.choice(self._app.workers))
            case "web":
                self._strike(self._app.web)
            case "postgres":
                assert isinstance(self._place, KillablePostgres)
                self._place.kill()
                time.sleep(self._random.uniform(0, 2))
                self._place.start()
            case _:
                raise ValueError(target)
        self.kills += 1
        self.aims[f"{target}: {aim}"] = self.aims.get(f"{target}: {aim}", 0) + 1

    def _strike(self, place: Place) -> None:
        """Of gunicorn, the master or its worker."""
        family = place.family()
        if family:
            os.kill(self._random.choice(family), signal.SIGKILL)

    def _wait(self) -> str:
        """Wait for a random time, or for something to happen and a few milliseconds more; which of them."""
        aim = self._random.choice(AIMS)
        time.sleep(self._random.uniform(0, self._pause))
        if aim is None:
            return "any moment"
        seen = self._seen(aim)
        deadline = time.monotonic() + 5
        while self._seen(aim) == seen and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(self._random.uniform(0, 0.02))
        return aim

    def _seen(self, aim: str) -> int:
        if aim == "claude":
            return sum(call.stop_reason is not None for call in self._claude.calls)
        return self._github.count(aim)
