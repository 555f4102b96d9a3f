"""GitHub's rate limits: shared by all who work for an installation, paced before they are met, and never hammered."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

import pytest
from typing_extensions import override

from kireji.adapters.clock import SystemClock
from kireji.adapters.github import GitHubForge, connect
from kireji.adapters.github.http.limits import CREATE, LIMITS, NOTICE, PATIENCE, READ, WRITE, exhausted
from kireji.adapters.governor import LocalBudget, SharedGovernors
from kireji.core.diff.unified import Side
from kireji.core.models.governor import Need, WaitUntil, admit
from kireji.core.pulls.posting import CheckReport, CommentDraft, Conclusion, ReviewDraft
from kireji.core.pulls.pull import PullRef
from kireji.errors import TransientError
from tests.fakes.clock import START
from tests.sandbox.github import AppIdentity, Fault, GitHubSandbox

T0 = START.timestamp()
WAITING = CheckReport("Waiting until 12:00 UTC", "It goes on by itself.")
DONE = CheckReport("No findings", "Read all.", "", Conclusion.SUCCESS)


def left(limit: str, remaining: str, reset: float = T0 + 600) -> dict[str, str]:
    """Headers of the primary limit."""
    return {"x-ratelimit-limit": limit, "x-ratelimit-remaining": remaining, "x-ratelimit-reset": str(int(reset))}


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({}, None),
        (left("5000", "51"), None),
        (left("5000", "50"), 600),
        (left("5000", "0"), 600),
        (left("60", "1"), None),
        (left("60", "0"), 600),
        (left("60", "0", T0 - 5), 1),
        (left("60", "none"), None),
        ({"x-ratelimit-remaining": "0"}, None),
    ],
)
def test_the_last_requests_of_an_hour_are_kept(headers: Mapping[str, str], pause: float | None) -> None:
    """One in a hundred, to tell people why they wait; the others pause until the limit is reset."""
    assert exhausted(headers, START) == pause


@pytest.mark.parametrize(
    ("need", "amount", "seconds", "most"),
    [
        (CREATE, 1, 60, 80),
        (CREATE, 1, 3600, 500),
        (READ, 1, 60, 900),
        (WRITE, 5, 60, 900),
        (NOTICE, 1, 60, 80),
    ],
)
def test_no_window_sees_more_than_github_allows(need: Need, amount: int, seconds: int, most: int) -> None:
    """Whoever sends as fast as the governor lets: in the busiest minute and hour GitHub's limits hold."""
    budget = LIMITS
    now = T0
    sent = list[float]()
    while now < T0 + seconds * 1.2:
        outcome = admit(budget, now, need)
        budget = outcome.budget
        if isinstance(outcome, WaitUntil):
            now = outcome.moment + 1e-6
        else:
            sent.append(now)

    busiest = max(sum(first <= other < first + seconds for other in sent) for first in sent[::10])
    assert most / 2 < busiest * amount <= most or need is NOTICE


class Clock(SystemClock):
    """The machine's time, which a sleep moves on at once, for GitHub too."""

    def __init__(self, passed: Callable[[float], None]) -> None:
        self.sleeps: list[float] = []
        self._passed = passed

    @override
    def now(self) -> datetime:
        """Now, as if every sleep had been slept."""
        return super().now() + timedelta(seconds=sum(self.sleeps))

    @override
    def monotonic(self) -> float:
        """The same in seconds."""
        return super().monotonic() + sum(self.sleeps)

    @override
    async def sleep(self, seconds: float) -> None:
        """Move the time on."""
        self.sleeps.append(seconds)
        self._passed(seconds)


class Office:
    """Two workers of an App, each with a forge of its own, whose governors share."""

    def __init__(self, github: GitHubSandbox, app: AppIdentity) -> None:
        self.github = github
        self.clock = Clock(github.advance)
        shelves = dict[str, LocalBudget]()
        self.ref = PullRef("octo/shop", 1, app.installation_id)
        self.repo = github.create_repo("octo/shop", files={"README.md": "# Shop\n"})
        self.head = self.repo.open_pull(title="Sell", files={"f0.py": "one\ntwo\n"}).head_sha
        self.forges: list[GitHubForge] = [
            connect(
                api_url=github.url,
                app_id=app.app_id,
                private_key_pem=app.private_key_pem,
                clock=self.clock,
                governors=SharedGovernors(self.clock, lambda name: shelves.setdefault(name, LocalBudget())),
            )
            for _ in range(2)
        ]

    async def read(self, worker: int, ref: PullRef | None = None) -> None:
        """Two requests."""
        await self.forges[worker].fetch(ref or self.ref, [])

    async def post(self, worker: int, marker: str) -> None:
        """A review."""
        comment = CommentDraft("f0.py", "Look.", Side.RIGHT, 1)
        await self.forges[worker].publish(self.ref, ReviewDraft(self.head, "Findings.", (comment,), marker))

    @property
    def sent(self) -> int:
        """How many requests GitHub has seen, those for tokens apart."""
        return self.github.count("*") - self.github.count("POST /app/*")

    async def pass_time(self, seconds: float) -> None:
        """Nobody does anything for so long. (GitHub's own time stands still: PyGithub signs JWTs by the machine's.)"""
        await asyncio.sleep(0)  # what was learned is told to the others soon, but not in the same breath
        self.clock.sleeps.append(seconds)


@pytest.fixture
def office(pem: str) -> Iterator[Office]:
    """An office with one pull request."""
    with GitHubSandbox() as github:
        yield Office(github, github.install_app(private_key_pem=pem))
        assert github.violations == []


async def test_the_primary_limit_stops_everybody_until_it_is_reset(office: Office) -> None:
    """The worker that used it up tells the other: no request more is sent, the time is told, then all goes on."""
    office.github.limits.primary = 3  # GraphQL has an account of its own, and is held back with the other all the same
    await office.read(1)
    await office.read(0)

    with pytest.raises(TransientError, match="rate limit") as told:
        await office.read(0)

    assert 3000 < (told.value.retry_after or 0) <= 3600
    sent = office.sent
    await office.pass_time(5)  # longer than a share lasts

    for worker in (0, 1, 1):
        with pytest.raises(TransientError):
            await office.read(worker)

    assert office.sent == sent
    await office.pass_time(3600)
    office.github.limits.primary = 5000
    await office.read(1)


async def test_a_secondary_limit_stops_everybody_for_as_long_as_it_says(office: Office) -> None:
    """One request is refused; the caller is told the minute; nobody else tries meanwhile."""
    await office.read(1)
    office.github.limits.content = 0
    with pytest.raises(TransientError) as told:
        await office.post(0, "m1")

    assert 50 < (told.value.retry_after or 0) <= 60
    sent = office.sent
    await office.pass_time(5)

    for worker in (0, 1):
        with pytest.raises(TransientError):
            await office.post(worker, f"m{worker}")

    assert office.sent == sent
    office.github.limits.content = 80
    await office.pass_time(60)
    await office.post(1, "m1")
    assert len(office.repo.reviews(1)) == 1


async def test_a_wait_is_told_during_the_pause(office: Office) -> None:
    """The check run says so, though everything else waits; what completes it waits too."""
    check = await office.forges[0].open_check(office.ref, office.head, "job", WAITING)
    office.github.faults.add(Fault("GET *", status=403, headers={"Retry-After": "600"}, times=1))
    with pytest.raises(TransientError):
        await office.read(0)
    await office.forges[0].update_check(office.ref, check, WAITING)
    with pytest.raises(TransientError):
        await office.forges[0].update_check(office.ref, check, DONE)
    [run] = office.repo.check_runs(office.head)
    assert (run["status"], run["output"]["title"]) == ("in_progress", WAITING.title)


async def test_a_short_pause_is_waited_for_and_a_refused_review_sent_again(office: Office) -> None:
    """What a limit refuses was not done, so even a POST goes again; one review stands there."""
    office.github.faults.add(Fault("POST */reviews", status=403, headers={"Retry-After": "9"}, times=1))
    await office.post(0, "m1")
    assert 8 < sum(office.clock.sleeps) < PATIENCE
    assert len(office.repo.reviews(1)) == 1


async def test_too_fast_is_a_pause_as_well(office: Office) -> None:
    """GitHub's 422 "submitted too quickly" holds for the other worker too."""
    words = {"message": "Unprocessable Entity", "errors": ["was submitted too quickly"]}
    office.github.faults.add(Fault("POST */reviews", status=422, body=words, times=1))
    with pytest.raises(TransientError):
        await office.post(0, "m1")
    sent = office.sent
    await office.pass_time(5)
    with pytest.raises(TransientError):
        await office.post(1, "m1")
    assert office.sent == sent


async def test_another_installation_goes_on(office: Office) -> None:
    """Limits are an installation's: a token of another account is not held back."""
    office.github.faults.add(Fault("GET *", status=403, headers={"Retry-After": "600"}, times=1))
    with pytest.raises(TransientError):
        await office.read(0)

    other = connect(
        api_url=office.github.url,
        token=office.github.token(),
        clock=office.clock,
        governors=office.forges[0]._reach._governors,
    )
    await other.fetch(PullRef("octo/shop", 1), [])
