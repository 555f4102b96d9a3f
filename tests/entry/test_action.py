"""The step of GitHub Actions, in this process, between the loopback GitHub and the loopback Claude."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.entry.runner import ActionsRunner, actions_runner
from tests.sandbox.github import Fault, Repository
from tests.stories import changes
from tests.stories.test_search import CHANGED, DEFINED, FILES, USED

ROOT = Path(__file__).parent.parent.parent
TWO = changes.parts(2)


@pytest.fixture
def runner(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[ActionsRunner]:
    """A runner; see there."""
    yield from actions_runner(tmp_path, capsys)


@pytest.fixture
def repo(runner: ActionsRunner) -> Repository:
    """A pull request by alice with two mistakes; maria writes here, carl reads."""
    repo = runner.github.create_repo("octo/shop", files=TWO.base)
    repo.grant("maria", "write")
    repo.grant("carl", "read")
    repo.open_pull(title="Two parts", author="alice", files=TWO.head)
    return repo


def places(repo: Repository) -> list[tuple[str, int]]:
    """Where the comments are."""
    return sorted((one["path"], one["line"]) for one in repo.review_comments(1))


def conclusions(repo: Repository) -> list[str]:
    """How the check runs of the pull request's head were completed."""
    return [run["conclusion"] for run in repo.check_runs(repo.pull(1).head_sha)]


def test_a_pull_request_is_reviewed_by_the_workflows_own_token(runner: ActionsRunner, repo: Repository) -> None:
    """Comments at their lines, a check run without buttons, outputs, a summary, and files for other steps."""
    step = runner.pull(repo)
    assert (step.status, places(repo)) == (0, [(path, changes.LINE) for path in TWO.paths])
    (run,) = repo.check_runs(repo.pull(1).head_sha)
    assert (run["conclusion"], run.get("actions", [])) == ("neutral", [])
    assert {name: step.outputs[name] for name in ("findings", "critical", "high", "conclusion")} == {
        "findings": "2",
        "critical": "2",
        "high": "0",
        "conclusion": "neutral",
    }
    assert float(step.outputs["cost"]) > 0
    assert "2 findings" in step.summary
    review = json.loads(Path(step.outputs["json"]).read_text("utf-8"))
    assert [one["path"] for one in review["findings"]] == TWO.paths
    assert json.loads(Path(step.outputs["sarif"]).read_text("utf-8"))["version"] == "2.1.0"


def test_the_next_run_pays_for_what_changed_and_repeats_nothing(runner: ActionsRunner, repo: Repository) -> None:
    """What the first run left in its state is enough: no database, and no second comment at the same line."""
    runner.pull(repo)
    calls = runner.claude.count()
    assert runner.pull(repo, action="reopened").status == 0
    assert runner.claude.count() == calls
    assert len(places(repo)) == 2
    repo.push(1, {TWO.paths[0]: TWO.head[TWO.paths[0]].replace("yaml.load", "yaml.safe_load")})
    step = runner.pull(repo, action="synchronize")
    assert len(repo.resolved(1)) == 0  # the workflow's token may not resolve: the thread is answered and folded
    assert step.outputs["findings"] == "1"
    assert len(places(repo)) == 3  # the third is the answer in the thread that is fixed
    assert repo.review_comments(1)[-1]["in_reply_to_id"]


def test_a_renamed_repository_keeps_its_state(runner: ActionsRunner, repo: Repository) -> None:
    """Answers, what was read and what was dismissed: the state knows the repository by its id."""
    runner.pull(repo)
    calls, comments = runner.claude.count(), places(repo)
    repo.move("octo/store")
    assert runner.pull(repo, action="reopened").status == 0
    assert (runner.claude.count(), places(repo)) == (calls, comments)


def test_the_whole_repository_is_searched(runner: ActionsRunner) -> None:
    """With the workflow's token, at the head: who calls what changes is found far from it, and the token is not told."""
    repo = runner.github.create_repo("octo/shop", files=FILES)
    repo.open_pull(files={"shop/cart.py": CHANGED})
    runner.search = "on"
    step = runner.pull(repo)
    assert step.status == 0
    (asked, *_) = (str(call.request["messages"][-1]["content"]) for call in runner.claude.calls)
    assert USED in asked
    assert DEFINED in asked
    assert runner.github.count("* /octo/shop.git/*") == 2
    assert runner.token not in step.log + step.summary


def test_fail_on_fails_the_step_and_the_check_run(runner: ActionsRunner, repo: Repository) -> None:
    """Over the policy, which says never; the state is left all the same."""
    step = runner.pull(repo, fail_on="high")
    assert (step.status, conclusions(repo)) == (1, ["failure"])
    assert step.outputs["remembered"] == "true"


def test_a_review_that_did_not_happen_fails_the_step(runner: ActionsRunner, repo: Repository) -> None:
    """A green job would say that nothing was found; what was paid for is kept all the same."""
    runner.key = "sk-ant-wrong"
    step = runner.pull(repo, fail_on="low")
    assert (step.status, conclusions(repo)) == (1, ["neutral"])
    assert (step.outputs["findings"], step.outputs["remembered"]) == ("0", "true")
    assert "Not reviewed" in step.summary


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_cancelled_run_closes_its_check_run(runner: ActionsRunner, repo: Repository, number: signal.Signals) -> None:
    """Nobody goes on with it; what it had been answered is kept."""

    def cancelled(_: object) -> list[dict[str, object]]:
        os.kill(os.getpid(), number)
        time.sleep(0.2)  # the answer comes when nobody waits for it
        return []

    runner.claude.script(cancelled)
    step = runner.pull(repo)
    assert (step.status, conclusions(repo), step.outputs["remembered"]) == (1, ["cancelled"], "true")
    assert "the workflow's run was cancelled" in step.log


def test_a_step_that_failed_to_post_keeps_its_answers(runner: ActionsRunner, repo: Repository) -> None:
    """The job is run again once the permission is mended, under the same run's id, and pays nothing."""
    refused = {"message": "Resource not accessible by integration"}
    runner.github.faults.add(Fault("POST */reviews", status=403, body=refused))
    step = runner.pull(repo)
    assert (step.status, step.outputs["remembered"], conclusions(repo)) == (1, "true", ["action_required"])
    calls = runner.claude.count()
    assert runner.pull(repo, attempt=2).status == 0
    assert (runner.claude.count(), len(places(repo))) == (calls, 2)


def test_inputs_choose_what_is_read_and_told(runner: ActionsRunner, repo: Repository) -> None:
    """`paths` leaves the rest out on purpose: what was to be read was read, so that without findings it is green."""
    step = runner.pull(repo, paths=f"/{TWO.paths[0]}\n", severity="critical")
    assert (places(repo), step.outputs["findings"]) == ([(TWO.paths[0], changes.LINE)], "1")
    assert runner.pull(repo, action="reopened", paths="docs/\n").outputs["conclusion"] == "skipped"


def test_the_model_of_the_input_goes_before_the_policys(runner: ActionsRunner) -> None:
    """A policy may choose any model, as its repository pays; the workflow's word is nearer."""
    policy = {".github/kireji.yml": "model: claude-sonnet-5-5\n"}
    repo = runner.github.create_repo("octo/shop", files=TWO.base | policy)
    repo.open_pull(title="Two parts", author="alice", files=TWO.head)
    assert runner.pull(repo).status == 0
    assert {call.request["model"] for call in runner.claude.calls} == {"claude-sonnet-5-5"}
    before = runner.claude.count()
    assert runner.pull(repo, action="reopened", model="claude-haiku-4-5").status == 0
    assert {call.request["model"] for call in runner.claude.calls[before:]} == {"claude-haiku-4-5"}


def test_a_reply_in_a_thread_is_answered(runner: ActionsRunner, repo: Repository) -> None:
    """`pull_request_review_comment`: a question in a thread of ours gets its answer there."""
    runner.pull(repo)
    root = repo.review_comments(1)[0]["id"]
    reply = repo.reply(1, root, "/review ask why is that so grave?", by="maria")
    payload = runner.event(
        "pull_request_review_comment", action="created", repo=repo, number=1, comment_id=reply.id, sender="maria"
    )
    assert runner.run("pull_request_review_comment", payload).status == 0
    last = repo.review_comments(1)[-1]
    assert (last["in_reply_to_id"], last["user"]["login"]) == (root, "github-actions[bot]")


def test_a_command_in_a_reviews_own_text_is_carried_out(runner: ActionsRunner, repo: Repository) -> None:
    """`pull_request_review`: the head is reviewed in the same run."""
    review = repo.add_review(1, by="maria", body="Nearly there.\n\n/review")
    payload = runner.event(
        "pull_request_review", action="submitted", repo=repo, number=1, review_id=review.id, sender="maria"
    )
    step = runner.run("pull_request_review", payload)
    assert (step.status, len(places(repo)), step.outputs["findings"]) == (0, 2, "2")


def test_a_forks_run_without_secrets_ends_well_and_says_why(runner: ActionsRunner, repo: Repository) -> None:
    """Nothing is asked of anybody."""
    repo.open_pull(title="From afar", author="zoe", files={"a.py": "import yaml\nyaml.load(x)\n"}, fork=True)
    runner.key = ""
    step = runner.pull(repo, number=2)
    assert (step.status, runner.claude.count(), len(runner.github.traffic)) == (0, 0, 0)
    assert "comes from a fork" in step.summary
    assert "`/review`" in step.summary


def test_a_forks_run_with_a_key_only_tells(runner: ActionsRunner, repo: Repository) -> None:
    """Its token may not write: annotations in the step's log and its summary carry the review."""
    repo.open_pull(title="From afar", author="zoe", files=TWO.head, fork=True)
    step = runner.pull(repo, number=2)
    assert (step.status, repo.review_comments(2)) == (0, [])
    assert repo.check_runs(repo.pull(2).head_sha) == []
    assert "2 findings" in step.summary
    assert f"::error file={TWO.paths[0]},line={changes.LINE}" in step.log.rpartition("::stop-commands::")[2]


def test_pull_request_target_reviews_a_fork_in_full(runner: ActionsRunner, repo: Repository) -> None:
    """It holds secrets and may write; nothing is checked out."""
    repo.open_pull(title="From afar", author="zoe", files=TWO.head, fork=True)
    payload = runner.event("pull_request", action="opened", repo=repo, number=2)
    assert runner.run("pull_request_target", payload).status == 0
    assert len(repo.review_comments(2)) == 2


def test_a_missing_key_elsewhere_is_a_mistake(runner: ActionsRunner, repo: Repository) -> None:
    """It is named, and the step fails."""
    runner.key = ""
    step = runner.pull(repo)
    assert step.status == 2
    assert step.log.startswith("::error title=Kireji::`anthropic-api-key` is empty")


def test_a_maintainers_command_is_carried_out(runner: ActionsRunner, repo: Repository) -> None:
    """It is acknowledged, and the head is reviewed in the same run."""
    step = runner.comment(repo, "/review", by="maria")
    assert (step.status, len(places(repo)), step.outputs["findings"]) == (0, 2, "2")


def test_a_strangers_command_is_refused(runner: ActionsRunner, repo: Repository) -> None:
    """By GitHub's word on what he may do; nothing is read."""
    step = runner.comment(repo, "/review full", by="carl")
    assert (step.status, runner.claude.count(), places(repo)) == (0, 0, [])
    assert "only people with the write permission" in repo.issue_comments(1)[-1]["body"]


@pytest.mark.parametrize(("command", "instead"), [("/review pause", "no-review"), ("/review cancel", "Actions tab")])
def test_what_an_action_cannot_do_is_told(runner: ActionsRunner, repo: Repository, command: str, instead: str) -> None:
    """With what to do instead."""
    assert runner.comment(repo, command, by="maria").status == 0
    assert instead in repo.issue_comments(1)[-1]["body"]


def test_workflow_dispatch_reviews_the_pull_request_that_is_named(runner: ActionsRunner, repo: Repository) -> None:
    """Without a number the step fails and says so."""
    payload: dict[str, Any] = {"repository": {"full_name": "octo/shop"}}
    assert runner.run("workflow_dispatch", payload, pull_request="1").status == 0
    assert len(places(repo)) == 2
    step = runner.run("workflow_dispatch", payload)
    assert (step.status, "pull-request is empty" in step.log) == (2, True)


def test_a_setting_that_a_workflow_gives_by_its_variable(runner: ActionsRunner, repo: Repository) -> None:
    """It is named as there; no part of a longer name is taken for an input's, and a model's date is no other model."""
    runner.more = {"KIREJI_MODEL": "gpt", "KIREJI_PROVIDER": "vertex", "KIREJI_PROVIDER_MODEL": "two words"}
    runner.more |= {"CLOUD_ML_REGION": "global", "ANTHROPIC_VERTEX_PROJECT_ID": "p"}
    log = runner.pull(repo, provider="vertex").log
    assert "::KIREJI_MODEL is 'gpt'; it must be one of claude-haiku-4-5, " in log
    assert "::KIREJI_PROVIDER_MODEL is not a model's id" in log
    runner.more = {}
    step = runner.pull(repo, model="claude-haiku-4-5-20251001")
    assert step.status == 0
    assert {call.request["model"] for call in runner.claude.calls} == {"claude-haiku-4-5"}
    assert "claude-haiku-4-5-20251001" not in step.summary


def test_bad_inputs_are_named_all_at_once(runner: ActionsRunner, repo: Repository) -> None:
    """By the names that people wrote in their workflow."""
    bad = {"severity": "huge", "fail_on": "maybe", "max_comments": "0", "model": "gpt", "policy_file": "/etc/x"}
    step = runner.pull(repo, **bad)
    assert step.status == 2
    for name in ("severity is", "fail-on is", "max-comments is", "model is", "policy-file is"):
        assert f"::error title=Kireji::{name}" in step.log


def test_what_the_diff_says_commands_the_runner_nothing(runner: ActionsRunner, repo: Repository) -> None:
    """Text of others stands between stop-commands and its token, which nobody can guess."""
    evil = "::set-output name=conclusion::success"
    runner.claude.script(
        lambda _: [
            {
                "path": TWO.paths[0],
                "side": "RIGHT",
                "start_line": changes.LINE,
                "end_line": changes.LINE,
                "quote": "    return yaml.load(stream)",
                "category": "security",
                "severity": "high",
                "confidence": "high",
                "title": evil,
                "explanation": f"x\n{evil}\n::error::y",
                "replacement": None,
            }
        ]
    )
    step = runner.pull(repo)
    before, token, after = step.log.partition("::stop-commands::")
    quoted, _, rest = after.partition("\n")[2].partition(f"\n::{after.partition(chr(10))[0]}::\n")
    assert token
    assert "set-output" in quoted
    assert "set-output" not in before + rest


def test_a_state_that_is_broken_counts_as_empty(runner: ActionsRunner, repo: Repository) -> None:
    """It costs money and no more."""
    (runner.folder / "state.json").write_text('{"version": 1, "answers": 3}', "utf-8")
    assert runner.pull(repo).status == 0
    assert len(places(repo)) == 2


def test_another_provider_needs_no_key_of_claude(runner: ActionsRunner, repo: Repository) -> None:
    """What it needs instead is named by the variables that deploy/settings.md names."""
    runner.key = ""
    step = runner.pull(repo, provider="bedrock")
    assert step.status == 2
    assert "AWS_REGION is not set; provider=bedrock needs it" in step.log
    assert "provider is 'azure'" in runner.pull(repo, provider="azure").log


LESS = {"contents": "read", "pull_requests": "write", "issues": "write", "checks": "write"}


def test_a_job_that_may_not_write_check_runs(runner: ActionsRunner, repo: Repository) -> None:
    """The comments are posted and the step's summary has the rest, with the line that the job's `permissions:` lacks."""
    runner.token = runner.github.token(permissions=LESS | {"checks": "read"})
    step = runner.pull(repo)
    assert (step.status, len(places(repo)), conclusions(repo)) == (0, 2, [])
    assert "**The check run is missing.**" in step.summary
    assert "Give the job `checks: write` under `permissions:`" in step.summary
    assert "2 findings" in step.summary


def test_a_job_that_may_not_comment(runner: ActionsRunner, repo: Repository) -> None:
    """The check run has the findings; the step is red and names the line, in its log and in its summary."""
    runner.token = runner.github.token(permissions=LESS | {"pull_requests": "read"})
    step = runner.pull(repo)
    assert (step.status, places(repo), conclusions(repo)) == (1, [], ["action_required"])
    errors = [line for line in step.log.splitlines() if line.startswith("::error title=Kireji::")]
    assert ["Give the job `pull-requests: write` under `permissions:`" in line for line in errors] == [True]
    assert "`pull-requests: write`" in step.summary
    assert "installation page" not in step.log + step.summary


def test_a_job_that_may_only_read(runner: ActionsRunner, repo: Repository) -> None:
    """Nothing can be posted: what was read is in the step's summary, and the step is red."""
    runner.token = runner.github.token(permissions={"contents": "read", "pull_requests": "read"})
    step = runner.pull(repo)
    assert (step.status, step.outputs["findings"]) == (1, "2")
    assert "`checks: write`" in step.summary
    assert "`pull-requests: write`" in step.summary


def test_a_job_that_may_not_even_read(runner: ActionsRunner, repo: Repository) -> None:
    """The summary says so too, not the log alone."""
    runner.token = runner.github.token(permissions={"checks": "write"})
    step = runner.pull(repo)
    assert step.status == 1
    assert "`pull-requests: read`" in step.summary
    assert "`pull-requests: read`" in step.log


def test_a_forks_run_that_is_asked_for_something(runner: ActionsRunner, repo: Repository) -> None:
    """A reply in a thread of a fork's pull request starts a run whose token may only read: that is what is said."""
    repo.open_pull(title="From afar", author="zoe", files=TWO.head, fork=True)
    payload = runner.event("pull_request", action="opened", repo=repo, number=2)
    runner.run("pull_request_target", payload)
    root = repo.review_comments(2)[0]["id"]
    reply = repo.reply(2, root, "/review dismiss", by="maria")
    asked = runner.event(
        "pull_request_review_comment", action="created", repo=repo, number=2, comment_id=reply.id, sender="maria"
    )
    runner.token = runner.github.token(permissions={"contents": "read", "pull_requests": "read", "issues": "read"})
    step = runner.run("pull_request_review_comment", asked)
    assert "This is the run of a fork's pull request" in step.log
    assert "This is the run of a fork's pull request" in step.summary


def test_a_locked_conversation_does_not_fail_the_step(runner: ActionsRunner, repo: Repository) -> None:
    """It is meant to be locked."""
    repo.lock(1)
    step = runner.pull(repo)
    assert (step.status, conclusions(repo)) == (0, ["neutral"])
    assert "The conversation is locked" in step.summary
