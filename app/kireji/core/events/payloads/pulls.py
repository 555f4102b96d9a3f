"""`pull_request`: something new to read, an end, a label, or a place in a stack."""

from collections.abc import Mapping

from kireji.core.events.happened import (
    Event,
    LabelChanged,
    PullAction,
    PullRequestChanged,
    PullRequestClosed,
    PullRequestStacked,
)
from kireji.core.events.payloads.fields import Id, InRepository, Moment, Payload, Sha, Wire, read


class _Head(Wire):
    sha: Sha


class _Base(Wire):
    ref: str


class _Stack(Wire):
    """Where the pull request stands in a stack; GitHub leaves it out, or sends null, where it stands in none."""

    base: _Base


class _PullRequest(Wire):
    number: Id
    head: _Head
    draft: bool = False
    updated_at: Moment = 0.0


class _Label(Wire):
    name: str


class _PullChanges(Wire):
    base: Mapping[str, object] | None = None


class _StackedPull(Wire):
    base: _Base
    stack: _Stack | None = None


class _StackedPayload(Wire):
    """GitHub tells of the stack beside the pull request as well."""

    pull_request: _StackedPull
    stack: _Stack | None = None


class _PullRequestPayload(InRepository):
    action: str
    pull_request: _PullRequest
    label: _Label | None = None
    changes: _PullChanges | None = None


def pull_request(payload: Payload) -> Event | None:
    """None for an edit that leaves the base branch as it is, and for a label that was deleted altogether."""
    wire = read(_PullRequestPayload, payload)
    ref = wire.pull(wire.pull_request.number)
    head = wire.pull_request.head.sha

    match wire.action:
        case "closed":
            return PullRequestClosed(ref)
        case "stacked":
            stacked = read(_StackedPayload, payload)
            stack = stacked.pull_request.stack or stacked.stack
            return PullRequestStacked(ref, head, stacked.pull_request.base.ref, stack.base.ref) if stack else None
        case "labeled" | "unlabeled":
            if wire.label is None:
                return None
            return LabelChanged(
                ref, head, wire.label.name, wire.action == "labeled", wire.sender.login, wire.sender.bot
            )
        case "edited" if wire.changes is None or wire.changes.base is None:
            return None

    return PullRequestChanged(
        ref=ref,
        head_sha=head,
        action=PullAction(wire.action),
        draft=wire.pull_request.draft,
        sender=wire.sender.login,
        sender_is_bot=wire.sender.bot,
        updated_at=wire.pull_request.updated_at,
    )
