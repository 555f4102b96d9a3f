"""`kireji jobs`: what people and scripts see of the reviews."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from kireji.core.events.delivery import Delivery
from kireji.core.events.job import ReviewJob
from kireji.core.formats.jobs import render_details, render_failed_delivery, render_listed
from kireji.core.money.ledger import total_calls
from kireji.core.operations.desk import FailedDelivery, ListedReview, ReviewDetails, Work, WorkStep, parse_review_name
from kireji.core.operations.lifecycle import ReviewCalls, ReviewRecord, ReviewState
from kireji.core.pulls.posting import Conclusion
from kireji.core.pulls.pull import PullRef
from kireji.entry.commands import jobs_view
from kireji.entry.commands.jobs import STATES, jobs
from kireji.settings import load
from kireji.wiring.intake import build_intake
from kireji.wiring.service import upgrade_database
from tests.adapters.store.make import call
from tests.entry.process import Done, environment, kirejis

REF = PullRef("octo/shop", 7, 42)
SHA = "0123456789abcdef0123456789abcdef01234567"
REVIEW = ReviewRecord(
    id=f"octo/shop#7@{SHA}/2",
    ref=REF,
    head_sha=SHA,
    generation=2,
    attempt=1,
    state=ReviewState.FAILED,
    note="GitHub answered 502",
    check_run_id=99,
    conclusion=Conclusion.NEUTRAL,
    created_at=1_795_000_000.0,
    started_at=1_795_000_001.5,
    finished_at=1_795_000_013.5,
    worker="w0",
)
WORK = Work(
    "failed", 1, None, "GitHub answered 502", (WorkStep("open check 1", 1_795_000_002.0, 1_795_000_003.0, None),)
)


def test_every_state_can_be_asked_for() -> None:
    """The command's list is written out, so that help is quick."""
    assert set(STATES) == {state.value for state in ReviewState}


def test_the_jsons_names() -> None:
    """Scripts depend on each of them."""
    calls = (call(1), call(2))
    value = json.loads(json.dumps(render_details(ReviewDetails(ReviewCalls(REVIEW, calls, total_calls(calls)), WORK))))
    assert list(value) == [*render_listed(ListedReview(REVIEW, WORK)), "calls", "spent"]
    assert {name: value[name] for name in ("id", "state", "conclusion", "created_at", "started_at", "worker")} == {
        "id": REVIEW.id,
        "state": "failed",
        "conclusion": "neutral",
        "created_at": "2026-11-18T11:06:40.000+00:00",
        "started_at": "2026-11-18T11:06:41.500+00:00",
        "worker": "w0",
    }
    assert value["work"] == {
        "state": "failed",
        "attempts": 1,
        "due_at": None,
        "error": "GitHub answered 502",
        "steps": [
            {
                "name": "open check 1",
                "started_at": "2026-11-18T11:06:42.000+00:00",
                "finished_at": "2026-11-18T11:06:43.000+00:00",
                "error": None,
            }
        ],
    }
    assert value["spent"] == {
        "calls": 2,
        "attempts": 4,
        "input_tokens": 20,
        "output_tokens": 40,
        "cache_write_tokens": 60,
        "cache_read_tokens": 80,
        "dollars": float(Decimal("0.000001")),
    }
    assert (value["calls"][0]["outcome"], value["calls"][0]["dollars"]) == ("answered", 5e-07)
    assert render_listed(ListedReview(REVIEW, None))["work"] is None


def test_people_see_tables(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever a note holds, it does nothing to the terminal."""
    jobs_view.show_list([ListedReview(REVIEW, WORK)])
    row = capsys.readouterr().out.splitlines()[1]
    assert row.split("  ")[0] == "octo/shop#7@0123456/2"
    assert [
        word for word in ("failed", "2026-11-18 11:06:40", "12 s", "w0", "GitHub answered 502") if word not in row
    ] == []
    hostile = ListedReview(replace(REVIEW, note="\x1b[2J[red]x[/red]"), WORK)
    jobs_view.show_list([hostile])
    assert "·[2J[red]x[/red]" in capsys.readouterr().out
    calls = (call(1),)
    jobs_view.show_one(ReviewDetails(ReviewCalls(REVIEW, calls, total_calls(calls)), WORK))
    said = capsys.readouterr().out
    for words in (REVIEW.id, "$0.0000 for 1 model calls in 2 attempts", "99, neutral", "open check 1", "answered"):
        assert words in said
    jobs_view.show_list([])
    assert capsys.readouterr().out == "No reviews.\n"


@pytest.mark.parametrize("text", ["octo/shop#7", "octo/shop#7@0123", f"octo/shop#7@{SHA}/2", "octo/shop#7@/2"])
def test_names_that_mean_a_review(text: str) -> None:
    """All of these may mean this one."""
    meant = parse_review_name(text)
    assert meant
    assert (meant.repo, meant.number, meant.fits(REVIEW)) == ("octo/shop", 7, True)


@pytest.mark.parametrize("text", ["", "#7", "octo/shop", "octo/shop#x", "octo/shop#7@xyz", "octo/shop#7@01/"])
def test_names_that_mean_none(text: str) -> None:
    """They are told as such."""
    assert parse_review_name(text) is None


def test_a_wrong_option_is_refused() -> None:
    """By click, with status 2 and the words that there are."""
    done = CliRunner().invoke(jobs, ["list", "--state", "gone"])
    assert done.exit_code == 2
    assert "'superseded'" in done.output


@pytest.mark.proof
@pytest.mark.timeout(180)
def test_the_commands(tmp_path: Path) -> None:
    """A review is listed, cancelled and done again, by processes of their own."""
    environ = environment(tmp_path)
    settings = load({name: value for name, value in environ.items() if name.startswith(("KIREJI", "ANTHROPIC"))})
    upgrade_database(settings)
    build_intake(settings).accept(Delivery("one", "pull_request", {}), [ReviewJob(REF, SHA)])

    name = f"octo/shop#7@{SHA}/2"
    found, cancelled, retried, refused, unknown = kirejis(
        environ,
        ["jobs", "list", "--state", "queued", "--repo", "octo/shop", "--json"],
        ["jobs", "cancel", "octo/shop#7"],
        ["jobs", "retry", "octo/shop#7", "--json"],
        ["jobs", "retry", "octo/shop#7"],
        ["jobs", "show", "octo/none#1"],
    )
    assert (found.status, found.stderr) == (0, "")
    assert [(item["state"], item["work"]["state"]) for item in json.loads(found.stdout)] == [("queued", "queued")]
    assert cancelled == Done(0, "octo/shop#7@0123456/1 is cancelled.\n", "")
    again = json.loads(retried.stdout)
    assert (again["id"], again["state"]) == (name, "queued")
    assert refused == Done(1, "", f"kireji: review {name} is queued. `kireji jobs cancel '{name}'` ends it first.\n")
    assert unknown.status == 1


def test_deliveries_that_could_not_be_done(capsys: pytest.CaptureFixture[str]) -> None:
    """One line each, in which nothing acts on the terminal; scripts have the same names."""
    item = FailedDelivery(
        "72d3162e-cc78", "failed", 4, 1_795_000_000.0, "it ended Kireji's process\x1b[31m three times"
    )
    jobs_view.show_failed_deliveries([item])
    told = capsys.readouterr().out
    assert "72d3162e-cc78" in told
    assert "\x1b" not in told
    assert list(render_failed_delivery(item)) == ["delivery", "state", "attempts", "ended_at", "error"]
    jobs_view.show_failed_deliveries([])
    assert capsys.readouterr().out == "No delivery has failed.\n"
