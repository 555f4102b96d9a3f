"""One of ten calls to Claude fails: the review is complete, or it is partial and says exactly what was not read."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.sandbox.claude import Reply, api_fault
from tests.sandbox.claude.faults import MESSAGES
from tests.sandbox.claude.stream_faults import Kind
from tests.sandbox.faults import Fault
from tests.sandbox.github import Repository
from tests.stories import changes, says
from tests.stories.town import Town, unread

TEN = changes.parts(10)
STRUCK = "03"  # the file whose call fails
ALWAYS = 99

pytestmark = pytest.mark.settings(KIREJI_CHUNK_TOKENS=changes.CHUNK_TOKENS)

Strike = Callable[[Town, int], None]  # plans the failure, so many times
_BILL = re.compile(
    r"\$(?P<dollars>[\d.]+) · (?P<calls>\d+) calls to claude-haiku-4-5(?: \((?P<attempts>\d+) attempts\))?"
    r" · (?P<sent>[\d,]+) tokens in, \d+% of them from the cache, (?P<written>[\d,]+) out"
)


@dataclass(frozen=True)
class Trouble:
    """A kind of failure. `reason` is what people read of one that stays; one that is `passing` is tried again.

    What an answer cost that was never `heard` nobody can tell.
    """

    name: str
    strike: Strike
    reason: str
    passing: bool = True
    heard: bool = True


def refused(status: int, **details: Any) -> Strike:
    """Claude answers with an error status."""
    return lambda town, times: town.claude.faults.add(
        api_fault(status, times=times, holding=changes.mark(STRUCK), **details)
    )


def broken(kind: Kind) -> Strike:
    """The stream breaks halfway through the answer."""
    return lambda town, times: town.claude.stream_faults.add(kind, times=times, match=changes.mark(STRUCK))


def dropped(when: Any) -> Strike:
    """The connection is cut before or after Claude did its work."""
    return lambda town, times: town.claude.faults.add(
        Fault(MESSAGES, drop=when, times=times, holding=changes.mark(STRUCK))
    )


def said(reply: Reply) -> Strike:
    """Claude answers, but not with findings."""

    def strike(town: Town, times: int) -> None:
        left = [reply] * times

        def script(request: dict[str, Any]) -> Reply | None:
            return left.pop() if changes.mark(STRUCK) in says.chunk_of(request) and left else None

        town.claude.script(script)

    return strike


TROUBLES = [
    Trouble("429", refused(429, retry_after="7"), "Claude's rate limit was reached (429)"),
    Trouble("500", refused(500), "Claude had an internal error (500)"),
    Trouble("529", refused(529), "Claude was overloaded (529)"),
    Trouble("error event", broken("error"), "Claude was overloaded (529)"),
    Trouble("stream cut", broken("cut"), "Claude's answer broke off before its end"),
    Trouble("stream dropped", broken("drop"), "The connection to Claude broke off"),
    Trouble("dropped before", dropped("before"), "Claude could not be reached"),
    Trouble("dropped after", dropped("after"), "Claude could not be reached", heard=False),
    Trouble("malformed", said(Reply("Sorry, no JSON today.")), "Claude's answer was not in the agreed form"),
    Trouble("too long", said(Reply("{", output_tokens=70_000)), "Claude's answer did not fit, even in smaller pieces"),
    Trouble("refusal", said(Reply(stop_reason="refusal")), "Claude declined to read it", passing=False),
]
# What every call would meet: those that are still to be sent when it is known are spared.
COMMON = [
    Trouble("401", refused(401), "Claude refused the API key (401): check ANTHROPIC_API_KEY", passing=False),
    Trouble(
        "spend cap",
        refused(429, code="enforced_spend_limit_reached"),
        "Claude's monthly spend limit is reached: raise it in the Claude Console",
        passing=False,
    ),
]
PASSING = [trouble for trouble in TROUBLES if trouble.passing]


def names(troubles: list[Trouble]) -> Any:
    """One test for each."""
    return pytest.mark.parametrize("trouble", troubles, ids=[trouble.name for trouble in troubles])


@pytest.fixture
def repo(town: Town) -> Repository:
    """A repository whose first pull request changes ten files, each of which makes a chunk and has a mistake.

    Its policy has the findings not verified, so that each call to the model reads a chunk.
    """
    repo = town.github.create_repo("octo/shop", files=TEN.base | {".github/kireji.yml": "findings:\n  verify: false\n"})
    repo.open_pull(title="Ten parts", files=TEN.head)
    return repo


def bill(check: dict[str, Any]) -> dict[str, str]:
    """The figures of the check run's last line."""
    found = _BILL.search(check["output"]["summary"])
    assert found, check["output"]["summary"]
    return {name: (value or "").replace(",", "") for name, value in found.groupdict().items()}


def billed_as_told(town: Town, paid: dict[str, str]) -> bool:
    """Whether the bill has the tokens of every answer that began, failed ones too.

    The sandbox knows what it wrote; of a stream that broke, the client knows the first event's count, which is 1.
    """
    begun = [call for call in town.claude.calls if call.message_start is not None]
    written = sum(call.usage.output_tokens if call.stop_reason else 1 for call in begun)
    return (int(paid["sent"]), int(paid["written"])) == (sum(call.usage.total_input for call in begun), written)


@pytest.mark.proof
@names(PASSING)
def test_a_failure_that_passes_leaves_a_complete_review(town: Town, repo: Repository, trouble: Trouble) -> None:
    """A call that fails once is asked again: all ten mistakes are posted, nothing is unread, the bill has both tries."""
    trouble.strike(town, 1)
    check = town.open(repo, 1)
    assert town.placed(repo, 1) == [(path, changes.LINE) for path in TEN.paths]
    assert (check["output"]["title"], unread(check)) == ("10 findings in 20 hunks", {})
    paid = bill(check)
    assert int(paid["attempts"] or paid["calls"]) == 11
    assert billed_as_told(town, paid) is trouble.heard


@names(TROUBLES)
def test_a_failure_that_stays_is_told(town: Town, repo: Repository, trouble: Trouble) -> None:
    """The one file that could not be read stands in the check run with its hunks and the reason; the others are reviewed.

    The conclusion is neutral, and the bill has what the failed tries cost.
    """
    trouble.strike(town, ALWAYS)
    check = town.open(repo, 1)
    missed = changes.path(STRUCK)
    assert unread(check) == {missed: f"{changes.HUNKS} hunks not read: {trouble.reason}"}
    assert check["output"]["title"] == "Partly reviewed: 18 of 20 hunks read; 9 findings"
    assert "Read 18 of 20 hunks (54 of 60 changed lines) in 10 files." in check["output"]["summary"]
    assert check["conclusion"] == "neutral"
    assert town.placed(repo, 1) == [(path, changes.LINE) for path in TEN.paths if path != missed]
    paid = bill(check)
    assert billed_as_told(town, paid) is trouble.heard
    if not trouble.passing:
        assert int(paid["attempts"] or paid["calls"]) == 10


@names(COMMON)
def test_a_failure_that_every_call_would_meet(town: Town, repo: Repository, trouble: Trouble) -> None:
    """A key that is refused for one call is no better for those that are still to be sent: they are spared, and told so."""
    trouble.strike(town, ALWAYS)
    check = town.open(repo, 1)
    reasons = unread(check)
    assert changes.path(STRUCK) in reasons
    assert set(reasons.values()) == {f"{changes.HUNKS} hunks not read: {trouble.reason}"}
    assert check["output"]["title"].startswith(
        ("Partly reviewed: ", "Not reviewed: ")
    )  # it may have been the first call
    assert check["conclusion"] == "neutral"
    assert len(town.placed(repo, 1)) == 10 - len(reasons)
    assert town.claude.count() <= 10


def test_a_review_that_found_nothing_and_missed_something_is_not_green(town: Town, repo: Repository) -> None:
    """No findings and all read is success; no findings and one call failed is neutral."""
    town.claude.script(lambda _: [])
    assert town.open(repo, 1)["conclusion"] == "success"
    refused(529)(town, ALWAYS)
    repo.push(1, {"shop/part_03.py": TEN.head["shop/part_03.py"].replace("2 * price", "3 * price")})
    check = town.open(repo, 1, "synchronize")
    assert check["output"]["title"] == "Partly reviewed: 18 of 20 hunks read; no findings"
    assert check["conclusion"] == "neutral"


def test_every_call_failing_is_told_as_not_reviewed(town: Town, repo: Repository) -> None:
    """An outage: no review is posted, and the check run names all ten files and never turns green."""
    town.claude.faults.add(api_fault(529, times=ALWAYS))
    check = town.open(repo, 1)
    assert (check["output"]["title"], check["conclusion"]) == ("Not reviewed: nothing was read", "neutral")
    assert sorted(unread(check)) == TEN.paths
    assert not repo.reviews(1)


def test_claude_is_left_as_long_as_it_asks_for(town: Town, repo: Repository) -> None:
    """A Retry-After of seven seconds is waited for, and not much longer."""
    refused(429, retry_after="7")(town, 1)
    town.open(repo, 1)
    assert len(town.clock.waits) == 1
    assert 6.5 < town.clock.waits[0] < 8  # what has really passed since the answer is taken off


@pytest.mark.parametrize("status", [401, 402])
def test_a_refused_key_is_not_tried_again_and_again(town: Town, repo: Repository, status: int) -> None:
    """What every call would meet is met once: the calls that have not been sent yet are spared."""
    town.claude.faults.add(api_fault(status, times=ALWAYS))
    check = town.open(repo, 1)
    assert sorted(unread(check)) == TEN.paths
    assert len(town.claude.faults.hits) == 1
