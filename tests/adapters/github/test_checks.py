"""Check runs: one for each external id, every annotation once, completion last."""

import json
import re
from typing import Any

import pytest
import requests

from kireji.adapters.github import GitHubForge
from kireji.core.pulls.denial import Runtime
from kireji.core.pulls.posting import Annotation, CheckReport, Conclusion
from kireji.core.pulls.pull import PullRef
from kireji.errors import TransientError, UserError

REPO = "https://api.github.com/repos/octo/shop"
SHA = "a" * 40
REPORT = CheckReport("Reviewing", "Started.")


def answer(status: int, body: object = "") -> tuple[int, dict[str, str], str]:
    """What a `responses` callback gives back."""
    return status, {}, json.dumps(body)


class Runs:
    """GitHub's check runs behind `responses`. `faults` are answers for the next writes: "lost", "dropped" or a status."""

    def __init__(self, api: Any) -> None:
        self.api = api
        self.runs: list[dict[str, Any]] = []
        self.faults: list[str | int] = []
        api.add_callback("POST", f"{REPO}/check-runs", callback=self.create)
        api.add_callback("PATCH", re.compile(rf"{REPO}/check-runs/\d+"), callback=self.update)
        api.add_callback("GET", re.compile(rf"{REPO}/check-runs/\d+"), callback=self.show)
        api.add_callback("GET", re.compile(rf"{REPO}/commits/.*/check-runs"), callback=self.find)

    def create(self, request: Any) -> Any:
        """POST check-runs."""
        return self._write(lambda: self._create(json.loads(request.body)), 201)

    def update(self, request: Any) -> Any:
        """PATCH check-runs/ID: replaces, and appends annotations."""
        return self._write(lambda: self._update(request, json.loads(request.body)), 200)

    def show(self, request: Any) -> Any:
        """GET check-runs/ID."""
        return answer(200, self._shown(self._run(request)))

    def find(self, _request: Any) -> Any:
        """GET commits/SHA/check-runs."""
        return answer(200, {"total_count": len(self.runs), "check_runs": [self._shown(run) for run in self.runs]})

    def _write(self, write: Any, status: int) -> Any:
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, int):
            return answer(fault)
        if fault == "dropped":
            return requests.ConnectionError("dropped")
        run = write()
        return answer(502) if fault == "lost" else answer(status, self._shown(run))

    def _create(self, body: dict[str, Any]) -> dict[str, Any]:
        self.runs.append(body | {"id": len(self.runs) + 41, "sent": [], "history": []})
        return self.runs[-1]

    def _update(self, request: Any, body: dict[str, Any]) -> dict[str, Any]:
        run = self._run(request)
        notes = body["output"].pop("annotations", [])
        assert len(notes) <= 50
        run["sent"] += notes
        run["history"].append((body["status"], body.get("conclusion"), len(notes)))
        run |= body
        return run

    def _run(self, request: Any) -> dict[str, Any]:
        return next(run for run in self.runs if request.path_url.endswith(f"/{run['id']}"))

    def _shown(self, run: dict[str, Any]) -> dict[str, Any]:
        return run | {"output": run["output"] | {"annotations_count": len(run["sent"])}}


@pytest.fixture
def runs(api: Any) -> Runs:
    """Check runs of one repository."""
    return Runs(api)


def done(notes: int) -> CheckReport:
    """A finished report with so many annotations."""
    annotations = tuple(Annotation("a.py", n, n, "warning", f"t{n}", "m") for n in range(1, notes + 1))
    return CheckReport("Reviewed", "All read.", "More.", Conclusion.SUCCESS, annotations)


async def test_a_check_run_opens_in_progress(forge: GitHubForge, runs: Runs, ref: PullRef, api: Any) -> None:
    """Looked for first, then made, with the id that names the review."""
    assert await forge.open_check(ref, SHA, "job-1", REPORT) == 41
    run = runs.runs[0]
    assert (run["name"], run["head_sha"], run["external_id"], run["status"]) == ("Kireji", SHA, "job-1", "in_progress")
    assert run["output"] == {"title": "Reviewing", "summary": "Started."}
    assert api.log == [
        f"GET /commits/{SHA}/check-runs?check_name=Kireji&filter=all&per_page=100",
        "POST /check-runs",
    ]


@pytest.mark.usefixtures("runs")
async def test_the_same_review_opens_one(forge: GitHubForge, ref: PullRef) -> None:
    """A step that runs again after a crash finds its run; another review gets its own."""
    assert await forge.open_check(ref, SHA, "job-1", REPORT) == 41
    assert await forge.open_check(ref, SHA, "job-1", REPORT) == 41
    assert await forge.open_check(ref, SHA, "job-2", REPORT) == 42


@pytest.mark.parametrize(("fault", "posts"), [("lost", 1), ("dropped", 2)])
async def test_a_lost_answer_is_looked_for(
    forge: GitHubForge, runs: Runs, ref: PullRef, api: Any, *, fault: str, posts: int
) -> None:
    """Whether GitHub made it before it failed or not: one run."""
    runs.faults = [fault]
    assert await forge.open_check(ref, SHA, "job-1", REPORT) == 41
    assert len(runs.runs) == 1
    assert api.log.count("POST /check-runs") == posts


async def test_three_tries_are_enough(forge: GitHubForge, runs: Runs, ref: PullRef, api: Any) -> None:
    """Then it is the caller's to come back."""
    runs.faults = [502, 502, 502]
    with pytest.raises(TransientError):
        await forge.open_check(ref, SHA, "job-1", REPORT)
    assert api.log.count("POST /check-runs") == 3


async def test_a_refusal_is_not_repeated(forge: GitHubForge, runs: Runs, ref: PullRef, api: Any) -> None:
    """403 is certain."""
    runs.faults = [403]
    with pytest.raises(UserError):
        await forge.open_check(ref, SHA, "job-1", REPORT)
    assert api.log.count("POST /check-runs") == 1


@pytest.mark.parametrize(
    ("notes", "history"),
    [
        (0, [("completed", "success", 0)]),
        (50, [("completed", "success", 50)]),
        (51, [("in_progress", None, 50), ("completed", "success", 1)]),
        (120, [("in_progress", None, 50), ("in_progress", None, 50), ("completed", "success", 20)]),
    ],
)
async def test_annotations_come_before_completion(
    forge: GitHubForge, runs: Runs, ref: PullRef, notes: int, history: list[Any]
) -> None:
    """Fifty a request, the conclusion with the last; nothing is asked of a run that this process opened."""
    check_id = await forge.open_check(ref, SHA, "job-1", REPORT)
    before = forge.requests
    await forge.update_check(ref, check_id, done(notes))
    run = runs.runs[0]
    assert run["history"] == history
    assert [note["start_line"] for note in run["sent"]] == list(range(1, notes + 1))
    assert forge.requests - before == len(history)


async def test_progress_has_no_conclusion(forge: GitHubForge, runs: Runs, ref: PullRef) -> None:
    """A report without a conclusion leaves the run open."""
    check_id = await forge.open_check(ref, SHA, "job-1", REPORT)
    await forge.update_check(ref, check_id, CheckReport("3 of 9", "…"))
    assert (runs.runs[0]["status"], runs.runs[0]["output"]["title"]) == ("in_progress", "3 of 9")


@pytest.mark.parametrize("faults", [["lost"], ["dropped"], [200, "lost"], ["lost", "dropped"]])
async def test_annotations_are_never_doubled(forge: GitHubForge, runs: Runs, ref: PullRef, faults: list[Any]) -> None:
    """After a lost answer the count on GitHub says where to go on."""
    check_id = await forge.open_check(ref, SHA, "job-1", REPORT)
    runs.faults = ["" if fault == 200 else fault for fault in faults]
    await forge.update_check(ref, check_id, done(70))
    assert [note["start_line"] for note in runs.runs[0]["sent"]] == list(range(1, 71))
    assert runs.runs[0]["conclusion"] == "success"


async def test_another_process_goes_on_where_the_first_stopped(
    forge: GitHubForge, runs: Runs, ref: PullRef, clock: Any
) -> None:
    """The step runs again after a crash: the count is asked for, and nothing is appended twice."""
    check_id = await forge.open_check(ref, SHA, "job-1", REPORT)
    await forge.update_check(ref, check_id, done(60))
    ours = forge._reach._ours
    second = GitHubForge("https://api.github.com", forge._reach._auth, clock=clock, runtime=Runtime.APP, ours=ours)
    await second.update_check(ref, check_id, done(60))
    assert len(runs.runs[0]["sent"]) == 60


async def test_updating_gives_up_after_three_tries(forge: GitHubForge, runs: Runs, ref: PullRef) -> None:
    """And what arrived stays arrived."""
    check_id = await forge.open_check(ref, SHA, "job-1", REPORT)
    runs.faults = [502, 502, 502]
    with pytest.raises(TransientError):
        await forge.update_check(ref, check_id, done(1))
    await forge.update_check(ref, check_id, done(1))
    assert len(runs.runs[0]["sent"]) == 1


async def test_long_texts_are_cut_with_a_note(forge: GitHubForge, runs: Runs, ref: PullRef) -> None:
    """65,535 bytes, and a reader sees that something is missing."""
    check_id = await forge.open_check(ref, SHA, "job-1", REPORT)
    long = "é" * 65_535
    await forge.update_check(ref, check_id, CheckReport("t" * 300, long, long, Conclusion.NEUTRAL))
    output = runs.runs[0]["output"]
    for text in (output["summary"], output["text"]):
        assert len(text.encode()) <= 65_535
        assert "(cut here: GitHub takes no more text)" in text
    assert re.search("no more text[)]\n\n<!-- kireji:check --><!-- kireji:proof [0-9a-f]{32} -->$", output["summary"])
    assert len(output["title"]) <= 255
