"""Check runs: opened once, updated as a whole, annotations appended once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from github import GithubException
from requests import RequestException

from kireji.adapters.github.http import failures
from kireji.adapters.github.http.client import RepoClient
from kireji.adapters.github.http.marks import Marks
from kireji.adapters.github.http.text import MAX_TEXT, fitting
from kireji.core.operations.merge_queue import PostedCheck
from kireji.core.pulls.posting import READ_WHOLE, Annotation, CheckAction, CheckReport, Conclusion
from kireji.errors import TransientError

PAGE = 50  # annotations a request (source: GitHub's documentation)
TRIES = 3
PAUSE = 1.0  # seconds before looking whether a lost request arrived
MAX_REMEMBERED = 1_000
MAX_TITLE = 255


class CheckRuns:
    """Check runs under one name, with `buttons` or without. Remembers how many annotations each has, which saves asking.

    Whoever may write check runs may give one our name: where `app_id` is known, only that App's count as ours. Others may
    have the App's identity, as all workflows have that of GitHub Actions: so what a completed one says is only believed with
    our mark in its summary, or if a database has noted it.
    """

    def __init__(self, name: str, *, buttons: bool = True, app_id: int | str | None = None) -> None:
        self._name = name
        self._app_id = str(app_id or "")
        self._buttons = buttons
        self._counts: dict[int, int] = {}

    async def open(self, client: RepoClient, head_sha: str, external_id: str, report: CheckReport) -> int:
        """Open a check run in progress, or find the one with this `external_id`; its id."""
        body = {
            "name": self._name,
            "head_sha": head_sha,
            "external_id": external_id,
            "status": "in_progress",
            "output": _output(report),
        }

        for attempt in range(1, TRIES + 1):
            found = await self.find(client, head_sha, external_id)
            if found is not None:
                return found

            try:
                check_id = int((await client.post("/check-runs", body))["id"])
            except (GithubException, RequestException, TransientError) as error:
                if not failures.lost(error) or attempt == TRIES:
                    raise
                await client.clock.sleep(PAUSE * attempt)
            else:
                self._remember(check_id, 0)
                return check_id

        raise AssertionError("the last try returns or raises")

    async def update(self, client: RepoClient, check_id: int, report: CheckReport) -> None:
        """Replace what the run shows. `report.annotations` are all it is to have: those already there are not sent again."""
        if not self._buttons:
            report = replace(report, actions=())

        mark = _mark(report, check_id, await client.marks()) if report.conclusion else ""
        sent = await self._count(client, check_id) if report.annotations else 0
        attempt = 1
        while True:
            page = report.annotations[sent : sent + PAGE]
            last = sent + len(page) >= len(report.annotations)
            body = _update(report, page, mark, last=last)

            try:
                answer = await client.patch(f"/check-runs/{check_id}", body, notice=report.conclusion is None)
            except (GithubException, RequestException, TransientError) as error:
                self._counts.pop(check_id, None)
                if not failures.lost(error) or attempt == TRIES:
                    raise
                await client.clock.sleep(PAUSE * attempt)
                attempt += 1
                sent = await self._count(client, check_id)
                continue

            sent = max(sent + len(page), _annotations(answer))
            self._remember(check_id, sent)
            if last:
                return

    async def find(self, client: RepoClient, head_sha: str, external_id: str) -> int | None:
        """The check run of this commit with this `external_id`."""
        path = f"/commits/{head_sha}/check-runs"
        answer = await client.get(path, check_name=self._name, filter="all", per_page=100)
        named = [run for run in answer["check_runs"] if run.get("external_id") == external_id]
        return next((int(run["id"]) for run in await self._ours(client, named)), None)

    async def seen(self, client: RepoClient, head_sha: str) -> tuple[PostedCheck, ...]:
        """The check runs of this commit that are ours, of the last hundred of our name."""
        answer = await client.get(f"/commits/{head_sha}/check-runs", check_name=self._name, filter="all", per_page=100)
        return tuple(_seen(run) for run in await self._ours(client, answer["check_runs"]))

    async def _ours(self, client: RepoClient, runs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Those that are ours. One that is open says nothing yet, and will be written over: it needs no proof."""
        by_app = [run for run in runs if self._is_by_app(run)]
        completed = [run for run in by_app if run["status"] == "completed"]
        if not (completed and client.ours.signer.lasting):
            return by_app

        marks = await client.marks()
        unproven = [run for run in completed if not _is_signed(run, marks)]
        noted = (await client.ours.noted(client.ref)).checks if unproven else {}
        doubted = {int(run["id"]) for run in unproven if noted.get(int(run["id"])) != conclusion(run)}
        return [run for run in by_app if int(run["id"]) not in doubted]

    def _is_by_app(self, run: dict[str, Any]) -> bool:
        """By the App's number; a client id is not in the answer, so by it nothing can be told."""
        return not self._app_id.isdecimal() or str((run.get("app") or {}).get("id")) == self._app_id

    async def _count(self, client: RepoClient, check_id: int) -> int:
        known = self._counts.get(check_id)
        return _annotations(await client.get(f"/check-runs/{check_id}")) if known is None else known

    def _remember(self, check_id: int, count: int) -> None:
        self._counts[check_id] = count
        while len(self._counts) > MAX_REMEMBERED:
            self._counts.pop(next(iter(self._counts)), None)


def conclusion(run: Any) -> Conclusion | None:
    """How it was completed, None while it is open. GitHub knows conclusions that we never give, such as `stale`."""
    if run["status"] != "completed":
        return None
    return Conclusion(run["conclusion"]) if run["conclusion"] in list(Conclusion) else Conclusion.NEUTRAL


def _seen(run: dict[str, Any]) -> PostedCheck:
    output = run.get("output") or {}
    return PostedCheck(
        id=int(run["id"]),
        name=str(run.get("external_id") or ""),
        title=str(output.get("title") or ""),
        conclusion=conclusion(run),
        whole=str(output.get("summary") or "").startswith(READ_WHOLE),
    )


def _annotations(run: Any) -> int:
    """How many the run has."""
    output = run.get("output") if isinstance(run, dict) else None
    return int((output or {}).get("annotations_count") or 0)


def _is_signed(run: dict[str, Any], marks: Marks) -> bool:
    output = run.get("output") or {}
    title = str(output.get("title") or "")
    summary = str(output.get("summary") or "")
    return marks.is_concluded(int(run["id"]), str(run.get("conclusion") or ""), title, summary)


def _mark(report: CheckReport, check_id: int, marks: Marks) -> str:
    """The mark of a report that completes its check run."""
    title = fitting(report.title, MAX_TITLE, "…")
    whole = report.summary.startswith(READ_WHOLE)
    return "\n\n" + marks.mark_check(check_id, str(report.conclusion), title, whole=whole)


def _update(report: CheckReport, page: Sequence[Annotation], mark: str, *, last: bool) -> dict[str, Any]:
    """Completing is the last word: until all annotations are there, the run stays in progress."""
    annotations = {"annotations": [_annotation(note) for note in page]} if page else {}
    if last and report.conclusion is not None:
        buttons = {"actions": [_button(action) for action in report.actions]} if report.actions else {}
        output = _output(report, mark) | annotations
        return {"status": "completed", "conclusion": str(report.conclusion), "output": output, **buttons}
    return {"status": "in_progress", "output": _output(report) | annotations}


def _output(report: CheckReport, mark: str = "") -> dict[str, Any]:
    summary = fitting(report.summary, MAX_TEXT - len(mark.encode())) + mark
    output = {"title": fitting(report.title, MAX_TITLE, "…"), "summary": summary}
    return output | ({"text": fitting(report.text)} if report.text else {})


def _button(action: CheckAction) -> dict[str, str]:
    return {"label": action.label, "description": action.description, "identifier": action.identifier}


def _annotation(note: Annotation) -> dict[str, Any]:
    return {
        "path": fitting(note.path),
        "start_line": note.start_line,
        "end_line": note.end_line,
        "annotation_level": note.level,
        "title": fitting(note.title, 255, "…"),
        "message": fitting(note.message, 64_000),
    }
