"""The step of GitHub Actions where a merge queue waits for Kireji's check: `on: merge_group`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.entry.runner import ActionsRunner, Step, actions_runner
from tests.sandbox.github import Fault, Repository
from tests.stories import changes

TWO = changes.parts(2)


@pytest.fixture
def runner(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[ActionsRunner]:
    """A runner; see there."""
    yield from actions_runner(tmp_path, capsys)


@pytest.fixture
def repo(runner: ActionsRunner) -> Repository:
    """Two pull requests, of which the first was reviewed; the queue of main wants no check to let them in."""
    repo = runner.github.create_repo("octo/shop", files=TWO.base)
    for number, path in enumerate(TWO.paths, 1):
        repo.open_pull(branch=f"part-{number}", files={path: TWO.head[path]})
    runner.pull(repo)
    repo.require_queue()
    return repo


def ask(runner: ActionsRunner, repo: Repository, number: int, action: str = "checks_requested") -> Step:
    """Run the step for the group of a queued pull request."""
    return runner.run("merge_group", runner.event("merge_group", action=action, repo=repo, number=number))


def answers(repo: Repository, head: str) -> list[tuple[str, str]]:
    """The conclusions and titles of a group's check runs."""
    return [(run["conclusion"], run["output"]["title"]) for run in repo.check_runs(head)]


def test_the_group_is_answered_without_a_model_and_a_key(runner: ActionsRunner, repo: Repository) -> None:
    """By the workflow's token, from the pull request's own check run; again, and it is the same one."""
    calls, runner.key = runner.claude.count(), ""
    head = repo.enqueue(1).head_sha
    for _ in range(2):
        step = ask(runner, repo, 1)
        assert (step.status, step.outputs["conclusion"], step.outputs["findings"]) == (0, "success", "0")
        assert answers(repo, head) == [("success", "Reviewed: #1")]
    assert "- #1: reviewed (1 finding in 2 hunks)" in step.summary
    assert "remembered" not in step.outputs
    assert runner.claude.count() == calls


def test_one_that_was_not_reviewed_holds_nothing_up(runner: ActionsRunner, repo: Repository) -> None:
    """It is named, and the step ends well."""
    head = repo.enqueue(2).head_sha
    assert ask(runner, repo, 2).status == 0
    assert answers(repo, head) == [("neutral", "Not reviewed as wanted: #2")]


def test_a_group_that_was_destroyed(runner: ActionsRunner, repo: Repository) -> None:
    """Nothing waits for an answer."""
    head = repo.enqueue(1).head_sha
    repo.push(1, {"more.py": "more = 1\n"})
    step = ask(runner, repo, 1, "destroyed")
    assert (step.status, step.outputs["conclusion"], answers(repo, head)) == (0, "", [])
    assert "Nothing that was asked for" in step.summary


def test_a_job_that_may_not_write_checks(runner: ActionsRunner, repo: Repository) -> None:
    """The queue cannot be answered: the step fails, and says what to grant."""
    repo.enqueue(1)
    refused = {"message": "Resource not accessible by integration"}
    runner.github.faults.add(Fault("POST */check-runs", 403, body=refused, times=9))
    step = ask(runner, repo, 1)
    assert step.status == 1
    assert "checks: write" in step.log
