"""`issue_comment` and `pull_request_review_comment`: what people write on a pull request."""

from collections.abc import Mapping

from pydantic import Field

from app.core.happened import CommentPlace, CommentWritten, Event
from app.core.payloads.fields import Id, InRepository, Payload, User, Wire, read
from app.core.redact import redact_text

_NOBODY = User(login="ghost")  # whom GitHub shows for an account that was deleted


class _Comment(Wire):
    id: Id
    body: str | None = None
    user: User | None = None
    in_reply_to_id: Id | None = None
    path: str | None = None


class _Commented(Wire):
    """A pull request in its conversation (where an issue's `pull_request` tells that it is one), or in a thread."""

    number: Id
    state: str = "open"
    user: User | None = None
    pull_request: Mapping[str, object] | None = None


class _Before(Wire):
    text: str | None = Field(alias="from")


class _CommentChanges(Wire):
    body: _Before | None = None


class _CommentPayload(InRepository):
    action: str
    comment: _Comment
    changes: _CommentChanges | None = None


class _IssueCommentPayload(_CommentPayload):
    issue: _Commented


class _ReviewCommentPayload(_CommentPayload):
    pull_request: _Commented


def issue_comment(payload: Payload) -> Event | None:
    """None for a comment on an issue, which GitHub sends under the same name."""
    wire = read(_IssueCommentPayload, payload)
    return _written(wire, wire.issue, CommentPlace.CONVERSATION) if wire.issue.pull_request is not None else None


def review_comment(payload: Payload) -> Event | None:
    """A comment in a thread at a line."""
    wire = read(_ReviewCommentPayload, payload)
    return _written(wire, wire.pull_request, CommentPlace.THREAD)


def _written(wire: _CommentPayload, on: _Commented, place: CommentPlace) -> Event | None:
    """None for an edit that leaves the text as it is. Whoever has write may edit another's comment, and answers for it."""
    before = wire.changes.body if wire.changes else None
    edited = wire.action == "edited"
    if edited and before is None:
        return None
    writer = wire.comment.user or _NOBODY
    return CommentWritten(
        ref=wire.pull(on.number),
        id=wire.comment.id,
        place=place,
        body=redact_text("", wire.comment.body or ""),  # it is stored with its errand
        author=(wire.sender if edited else writer).login,
        author_is_bot=writer.bot or wire.sender.bot,
        pull_author=(on.user or _NOBODY).login,
        before=redact_text("", before.text or "") if edited and before else None,
        reply_to=wire.comment.in_reply_to_id,
        open=on.state == "open",
        path=wire.comment.path or "",
    )
