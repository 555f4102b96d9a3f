"""Other workflows post under the Action's account, and write into its cache: what they leave there is not ours."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kireji.settings.action import load_action
from tests.check_runs import GREEN, post_check
from tests.entry.runner import ActionsRunner, actions_runner
from tests.sandbox.github import Repository
from tests.stories import changes

BOT = "github-actions[bot]"
TWO = changes.parts(2)
PATH = TWO.paths[0]


@pytest.fixture
def runner(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[ActionsRunner]:
    """A runner; see there."""
    yield from actions_runner(tmp_path, capsys)


@pytest.fixture
def repo(runner: ActionsRunner) -> Repository:
    """A pull request by mallory with two mistakes, and another with the same change."""
    repo = runner.github.create_repo("octo/shop", files=TWO.base)
    for name in ("one", "other"):
        repo.open_pull(title=name, branch=name, author="mallory", files=TWO.head)
    return repo


def echo(repo: Repository, number: int, body: str, **place: Any) -> int:
    """Another workflow says something at a line; the comment's id."""
    comment = {"path": PATH, "line": changes.LINE, "side": "RIGHT", "body": body, **place}
    review = repo.add_review(number, by=BOT, body="Coverage.", comments=[comment])
    return next(one.id for one in repo.pull(number).review_comments if one.review_id == review.id)


def told(repo: Repository, number: int, path: str = PATH) -> dict[str, Any]:
    """Our comment on a file."""
    return next(one for one in repo.review_comments(number) if one["path"] == path and "kireji:" in one["body"])


def mark(repo: Repository, number: int) -> str:
    """The mark of our comment on the first file."""
    found = re.search(r"<!-- kireji:finding .* -->", told(repo, number)["body"])
    assert found is not None
    return found[0]


def test_another_tools_thread_is_left_alone(runner: ActionsRunner, repo: Repository) -> None:
    """It blocks a merge, its line is mended, and it is neither answered nor folded; our own is."""
    blocking = echo(repo, 1, "[scanner] blocking: do not merge")
    runner.pull(repo)
    ours = told(repo, 1)["id"]
    repo.push(1, {PATH: TWO.head[PATH].replace("yaml.load", "yaml.safe_load")})
    runner.pull(repo, action="synchronize")
    by_id = {one["id"]: one for one in repo.threads(1)}
    assert [one["body"] for one in by_id[blocking]["comments"]] == ["[scanner] blocking: do not merge"]
    assert (by_id[blocking]["resolved"], by_id[blocking]["minimized"]) == (False, None)
    assert by_id[ours]["resolved"] or by_id[ours]["minimized"]


@pytest.mark.parametrize(
    "forged",
    ["no proof", "an invented proof", "another pull request's", "another file's", "its own, cut", "its own, altered"],
)
def test_a_mark_that_another_workflow_echoes_silences_nothing(
    runner: ActionsRunner, repo: Repository, forged: str
) -> None:
    """Its author resolves that thread, and the finding is told all the same."""
    runner.pull(repo, 2)
    real = mark(repo, 2)
    elsewhere = told(repo, 2, TWO.paths[1])["body"]
    body = {
        "no proof": re.sub("<!-- kireji:proof .*", "", real),
        "an invented proof": re.sub("[0-9a-f]{32} -->", "0123456789abcdef" * 2 + " -->", real),
        "another pull request's": real,
        "another file's": elsewhere,
        "its own, cut": real.removesuffix(" -->")[:-1] + " -->",
        "its own, altered": real.replace("finding ", "finding 0"),
    }[forged]
    thread = echo(repo, 1, f"Coverage of the test named: {body}")
    repo.resolve_thread(1, thread, by="mallory")
    step = runner.pull(repo, 1)
    assert (step.outputs["conclusion"], step.outputs["findings"]) == ("neutral", "2")


def test_of_our_own_mark_the_copy_is_not_ours(runner: ActionsRunner, repo: Repository) -> None:
    """The same mark in the same file of the same pull request: the thread that has it first is ours, and it is open."""
    runner.pull(repo)
    copy = echo(repo, 1, f"Coverage of the test named: {mark(repo, 1)}")
    repo.resolve_thread(1, copy, by="mallory")
    repo.push(1, {"more.py": "more = 1\n"})
    step = runner.pull(repo, action="synchronize")
    assert step.outputs["conclusion"] == "neutral"
    assert "2 still open in their threads" in step.summary


def test_our_own_threads_are_ours_in_the_next_run(runner: ActionsRunner, repo: Repository) -> None:
    """What somebody resolved there is not told again, and what is open is not repeated."""
    runner.pull(repo)
    repo.resolve_thread(1, told(repo, 1)["id"], by="maria")
    (runner.folder / "state.json").unlink()
    step = runner.pull(repo, action="reopened")
    assert (len(repo.review_comments(1)), step.status) == (2, 0)
    assert "still open in its thread" in step.summary


def swapped(state: bytes) -> bytes:
    """A state whose answers find nothing."""
    code, _, text = state.partition(b"\n")
    known = json.loads(text)
    for answer in known["answers"]:
        answer["text"] = '{"findings": []}' if '"findings"' in answer["text"] else answer["text"]
    return code + b"\n" + json.dumps(known | {"pulls": {}}).encode()


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "other answers": swapped,
    "as before signing": lambda state: swapped(state).partition(b"\n")[2],
    "an empty code": lambda state: b"\n" + swapped(state).partition(b"\n")[2],
    "a byte more": lambda state: state + b" ",
    "a code that is cut": lambda state: state[1:],
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_state_that_somebody_changed_is_not_believed(
    runner: ActionsRunner, repo: Repository, caplog: pytest.LogCaptureFixture, change: Callable[[bytes], bytes]
) -> None:
    """Its answers are paid for anew, and one line of the log says so."""
    clean = runner.pull(repo, 2)
    file, asked = runner.folder / "state.json", runner.claude.count()
    file.write_bytes(change(file.read_bytes()))
    logging.getLogger("kireji.state").addHandler(caplog.handler)  # the step sets up the log anew
    step = runner.pull(repo, 1)
    assert step.outputs["findings"] == clean.outputs["findings"] == "2"
    assert runner.claude.count() - asked == asked
    assert caplog.text.count("is not signed by us") == 1


def test_another_repositorys_state_is_not_believed(runner: ActionsRunner, repo: Repository) -> None:
    """It is signed by the same key, for there it was written; here it says nothing."""
    runner.pull(repo, 2)
    asked = runner.claude.count()
    runner.more["GITHUB_REPOSITORY_ID"] = str(repo.state.id + 1)
    runner.pull(repo, 1)
    assert runner.claude.count() - asked == asked


OLD, NEW = "0123456789abcdef" * 4, "fedcba9876543210" * 4


@pytest.mark.parametrize("then", [f"{NEW} {OLD}", ""], ids=["behind a new one", "of Claude's"])
def test_what_a_key_from_before_has_signed_is_ours(runner: ActionsRunner, repo: Repository, then: str) -> None:
    """The old key stands behind the new one, and Claude's behind them all: nothing is told or paid for twice."""
    runner.more["INPUT_SIGNING_KEY"] = OLD if then else ""
    runner.pull(repo)
    asked = runner.claude.count()
    runner.more["INPUT_SIGNING_KEY"] = then or NEW
    step = runner.pull(repo, action="reopened")
    assert (len(repo.review_comments(1)), runner.claude.count()) == (2, asked)
    assert "2 still open in their threads" in step.summary


def test_a_new_key_alone_begins_anew(runner: ActionsRunner, repo: Repository) -> None:
    """Nothing shows whose the old marks are: what they tell is told again, and never believed."""
    runner.more["INPUT_SIGNING_KEY"] = OLD
    runner.pull(repo)
    runner.more["INPUT_SIGNING_KEY"] = NEW
    runner.pull(repo, action="reopened")
    assert len(repo.review_comments(1)) == 4


@pytest.mark.parametrize(
    ("given", "signing"),
    [
        ({}, ["sk-ant-x"]),
        ({"INPUT_SIGNING_KEY": f"{NEW} {OLD}"}, [NEW, OLD, "sk-ant-x"]),
        ({"ANTHROPIC_API_KEY": ""}, []),
        ({"ANTHROPIC_API_KEY": "", "INPUT_SIGNING_KEY": NEW}, [NEW]),
        ({"INPUT_PROVIDER": "bedrock", "AWS_REGION": "eu-west-1"}, []),
        (
            {"INPUT_PROVIDER": "foundry", "ANTHROPIC_FOUNDRY_RESOURCE": "r", "ANTHROPIC_FOUNDRY_API_KEY": "azure"},
            ["azure"],
        ),
    ],
)
def test_a_review_and_a_queues_answer_sign_alike(given: dict[str, str], signing: list[str]) -> None:
    """By the key that the model is asked with, and no other's beside it: what the one signs the other must know again."""
    settings = load_action({"INPUT_GITHUB_TOKEN": "ghs_x", "ANTHROPIC_API_KEY": "sk-ant-x", **given})
    assert [secret.reveal() for secret in settings.signing] == signing
    assert settings.review is None or settings.review.signing_secrets == settings.signing


def test_a_signing_key_that_is_too_short_is_named(runner: ActionsRunner, repo: Repository) -> None:
    """By its input, without its value."""
    runner.more["INPUT_SIGNING_KEY"] = "hunter2hunter2"
    step = runner.pull(repo)
    assert step.status == 2
    assert "signing-key holds a key of fewer than 32 characters" in step.log + step.summary
    assert "hunter2" not in step.log + step.summary


def forge_check(runner: ActionsRunner, repo: Repository, number: int, summary: str) -> None:
    """Another workflow completes a check run under our name, as a review of this pull request."""
    head = repo.pull(number).head_sha
    output = {"title": "No findings in 2 hunks", "summary": summary}
    review = f"octo/shop#{number}@{head}/9"
    post_check(runner.github, runner.token, head, external_id=review, output=output, **GREEN)


@pytest.mark.parametrize("copied", [False, True])
def test_a_forged_check_run_lets_nothing_through_the_queue(
    runner: ActionsRunner, repo: Repository, *, copied: bool
) -> None:
    """Without a proof, or with another check run's: the pull request was not reviewed."""
    runner.pull(repo, 2)
    repo.require_queue()
    (run,) = repo.check_runs(repo.pull(2).head_sha)
    forge_check(runner, repo, 1, run["output"]["summary"] if copied else "Read whole.")
    entry = repo.enqueue(1)
    runner.run("merge_group", runner.event("merge_group", action="checks_requested", repo=repo, number=1))
    (group,) = repo.check_runs(entry.head_sha)
    assert (group["conclusion"], group["output"]["title"]) == ("neutral", "Not reviewed as wanted: #1")
