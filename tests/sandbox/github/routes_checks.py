"""Check runs: only the creating App updates them, annotations are appended, a conclusion completes."""

from datetime import datetime

from tests.sandbox.github import show_check
from tests.sandbox.github.call import Answer, Call, Routes
from tests.sandbox.github.errors import ApiError, invalid, not_found
from tests.sandbox.github.models import CheckRun
from tests.sandbox.github.show import Shown
from tests.sandbox.github.wire import AnnotationBody, CheckRunBody, CheckRunFields, CheckRunUpdateBody, OutputBody
from tests.sandbox.github.world import World

routes = Routes()
_ACTIVE = {"queued", "in_progress"}


def _shown(call: Call, run: CheckRun) -> Shown:
    return show_check.check_run(call.world, call.repo, run)


def _run(call: Call, run_id: int) -> CheckRun:
    found = call.repo.check_runs.get(run_id)
    if found is None:
        raise not_found()
    return found


@routes.add("POST", "{repo}/check-runs", "checks:write")
def create_check_run(call: Call) -> Answer:
    """Create a check run on a commit of the repository."""
    body = call.body(CheckRunBody)
    world = call.world
    if call.repo.store.kind(body.head_sha) != "commit":
        raise ApiError(422, f"No commit found for SHA: {body.head_sha}")

    run = CheckRun(
        id=world.new_id(),
        app=call.app,
        suite_id=world.suite_id(call.repo, call.app, body.head_sha),
        name=body.name,
        head_sha=body.head_sha,
        status="queued",
        conclusion=None,
        started_at=world.now(),
        completed_at=None,
        external_id="",
        details_url=None,
    )
    _apply(call, run, body)
    call.repo.check_runs[run.id] = run
    return Answer(_shown(call, run), 201)


@routes.add("PATCH", "{repo}/check-runs/<int:run_id>", "checks:write")
def update_check_run(call: Call, run_id: int) -> Answer:
    """Update a check run of one's own."""
    run = _run(call, run_id)
    body = call.body(CheckRunUpdateBody)
    if run.app is not call.app:
        raise ApiError(
            403, f"Invalid app_id `{run.app.id}` - check run can only be modified by the GitHub App that created it."
        )
    _apply(call, run, body)
    run.name = body.name or run.name
    return Answer(_shown(call, run))


def _apply(call: Call, run: CheckRun, body: CheckRunFields) -> None:
    """Check everything first, so that a refused request changes nothing."""
    if body.status == "completed" and body.conclusion is None:
        raise invalid("CheckRun", "conclusion", "missing_field")

    started = _moment(body.started_at, "started_at")
    completed = _moment(body.completed_at, "completed_at")

    if body.output is not None:
        _check_output(call.world, body.output)

    run.external_id = run.external_id if body.external_id is None else body.external_id
    run.details_url = body.details_url or run.details_url
    run.started_at = started or run.started_at

    if body.conclusion is not None:
        run.status = "completed"
        run.conclusion = body.conclusion
        run.completed_at = completed or call.world.now()
    elif body.status in _ACTIVE:
        run.status = body.status or run.status
        run.conclusion = None
        run.completed_at = None

    if body.output is not None:
        run.title = body.output.title
        run.summary = body.output.summary
        run.text = body.output.text
        run.annotations += [annotation.model_dump(exclude_none=True) for annotation in body.output.annotations]

    if body.actions is not None:
        run.actions = [button.model_dump() for button in body.actions]


def _moment(text: str | None, field: str) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise invalid("CheckRun", field) from error


def _check_output(world: World, output: OutputBody) -> None:
    limits = world.limits
    sent = len(output.annotations)
    if sent > limits.annotations:
        raise ApiError(
            422,
            f"Invalid request.\n\nNo more than {limits.annotations} items are allowed; {sent} were supplied.",
        )
    if not output.title or not output.summary:
        raise invalid("CheckRun", "output", "missing_field")

    for name, text in (("summary", output.summary), ("text", output.text or "")):
        if len(text) > limits.output:
            raise invalid("CheckRun", name, "custom", f"{name} exceeds a maximum of {limits.output} characters")

    for annotation in output.annotations:
        _check_annotation(annotation)


def _check_annotation(annotation: AnnotationBody) -> None:
    if annotation.start_line < 1 or annotation.end_line < annotation.start_line:
        raise invalid("CheckAnnotation", "end_line", "custom", "end_line must be at or after start_line, from 1 on")
    columns = annotation.start_column is not None or annotation.end_column is not None
    if columns and annotation.start_line != annotation.end_line:
        raise invalid(
            "CheckAnnotation", "start_column", "custom", "columns need start_line and end_line to be the same"
        )
    if not annotation.message:
        raise invalid("CheckAnnotation", "message", "missing_field")


@routes.add("GET", "{repo}/check-runs/<int:run_id>", "checks:read")
def get_check_run(call: Call, run_id: int) -> Answer:
    """One check run."""
    return Answer(_shown(call, _run(call, run_id)))


@routes.add("GET", "{repo}/check-runs/<int:run_id>/annotations", "checks:read")
def list_annotations(call: Call, run_id: int) -> Answer:
    """Every annotation that was ever sent to a check run."""
    run = _run(call, run_id)
    return call.page(
        list(run.annotations), lambda annotation: show_check.annotation(call.world, call.repo, run.head_sha, annotation)
    )


@routes.add("GET", "{repo}/commits/<path:ref>/check-runs", "checks:read")
def list_check_runs(call: Call, ref: str) -> Answer:
    """The check runs of a commit: the latest of each name unless `filter=all`."""
    sha = call.repo.store.resolve_commit(ref)
    if sha is None:
        raise ApiError(422, f"No commit found for SHA: {ref}")
    runs = [run for run in list(call.repo.check_runs.values()) if run.head_sha == sha and _wanted(call, run)]
    if call.query.get("filter", "latest") == "latest":
        runs = list({(run.suite_id, run.name): run for run in runs}.values())
    return call.page(runs[::-1], lambda run: _shown(call, run), wrap="check_runs")


def _wanted(call: Call, run: CheckRun) -> bool:
    facts = {"check_name": run.name, "status": run.status, "app_id": str(run.app.id)}
    return all(call.query.get(name, value) == value for name, value in facts.items())


@routes.add("GET", "{repo}/check-suites/<int:suite_id>/check-runs", "checks:read")
def list_suite_runs(call: Call, suite_id: int) -> Answer:
    """The check runs of a suite."""
    runs = [run for run in list(call.repo.check_runs.values()) if run.suite_id == suite_id and _wanted(call, run)]
    return call.page(runs, lambda run: _shown(call, run), wrap="check_runs")


@routes.add("POST", "{repo}/check-suites/<int:suite_id>/rerequest", "checks:write")
def rerequest_suite(call: Call, suite_id: int) -> Answer:
    """Ask for a suite again. Changes nothing by itself: the App hears a webhook and must act."""
    if suite_id not in call.repo.suites.values():
        raise not_found()
    return Answer({}, 201)


@routes.add("POST", "{repo}/check-runs/<int:run_id>/rerequest", "checks:write")
def rerequest_run(call: Call, run_id: int) -> Answer:
    """Ask for a run again. Changes nothing by itself either."""
    _run(call, run_id)
    return Answer({}, 201)
