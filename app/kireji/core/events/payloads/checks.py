"""`check_run` and `check_suite`: the buttons at a commit's checks."""

from kireji.core.events.happened import CheckRunAsked, CheckSuiteAsked, Event
from kireji.core.events.payloads.fields import Id, InRepository, Payload, Repository, Sha, Wire, read
from kireji.core.text.patterns import regex

# As `ReviewJob.name` makes it: the App's own id, by which GitHub tells runs apart, is unknown here.
_OURS = regex(r"[^\s#@]{1,210}#[0-9]{1,19}@[0-9a-f]{40,64}/[0-9]")


class _RepositoryId(Wire):
    id: Id


class _Base(Wire):
    repo: _RepositoryId


class _Head(Wire):
    sha: Sha


class _NamedPull(Wire):
    number: Id
    head: _Head | None = None
    base: _Base | None = None


class _Check(Wire):
    head_sha: Sha
    external_id: str | None = None
    pull_requests: list[_NamedPull] | None = None


class _Button(Wire):
    identifier: str


class _CheckRunPayload(InRepository):
    action: str
    check_run: _Check
    requested_action: _Button | None = None


class _PressedPayload(Wire):
    requested_action: _Button


class _CheckSuitePayload(InRepository):
    check_suite: _Check


def check_run(payload: Payload) -> Event | None:
    """None for a run whose `external_id` is no review's name: it is not ours."""
    wire = read(_CheckRunPayload, payload)
    name = wire.check_run.external_id or ""
    if not _OURS.match(name):
        return None

    pressed = wire.action == "requested_action"
    return CheckRunAsked(
        repo=wire.repository.full_name,
        installation=wire.installed,
        external_id=name,
        action=read(_PressedPayload, payload).requested_action.identifier if pressed else "",
        sender=wire.sender.login,
        sender_is_bot=wire.sender.bot,
        repo_id=wire.repository.id,
    )


def check_suite(payload: Payload) -> Event | None:
    """GitHub sends a re-run only to the App whose suite it is."""
    wire = read(_CheckSuitePayload, payload)

    return CheckSuiteAsked(
        repo=wire.repository.full_name,
        installation=wire.installed,
        head_sha=wire.check_suite.head_sha,
        numbers=_numbers(wire.check_suite, wire.repository),
        sender=wire.sender.login,
        sender_is_bot=wire.sender.bot,
        repo_id=wire.repository.id,
    )


def _numbers(check: _Check, repository: Repository) -> tuple[int, ...]:
    """Those that have this very head: GitHub names those of the same branch, too, whose head has moved on.

    In a fork it names also those into the original, whose numbers mean others here.
    """
    here = (
        pull.number
        for pull in check.pull_requests or ()
        if (pull.base is None or repository.id is None or pull.base.repo.id == repository.id)
        and (pull.head is None or pull.head.sha == check.head_sha)
    )
    return tuple(dict.fromkeys(here))
