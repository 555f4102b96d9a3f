"""`issue_comment`, `pull_request_review_comment` and `pull_request_review`: what people write on a pull request."""

from collections.abc import Mapping

from pydantic import Field

from kireji.core.events.happened import CommentWritten, Event
from kireji.core.events.payloads.fields import Id, InRepository, Payload, User, Wire, read
from kireji.core.pulls.people import CommentPlace

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


class _ReviewPayload(InRepository):
    action: str
    review: _Comment
    pull_request: _Commented
    changes: _CommentChanges | None = None


def issue_comment(payload: Payload) -> Event | None:
    """None for a comment on an issue, which GitHub sends under the same name."""
    wire = read(_IssueCommentPayload, payload)
    if wire.issue.pull_request is None:
        return None
    return _written(wire, wire.comment, wire.issue, CommentPlace.CONVERSATION)


def review_comment(payload: Payload) -> Event | None:
    """A comment in a thread at a line."""
    wire = read(_ReviewCommentPayload, payload)
    return _written(wire, wire.comment, wire.pull_request, CommentPlace.THREAD)


def review(payload: Payload) -> Event | None:
    """A review's own text. Its comments at lines come as `pull_request_review_comment` of their own.

    Whoever answers in a thread submits a review without a text, which asks for nothing.
    """
    wire = read(_ReviewPayload, payload)
    return _written(wire, wire.review, wire.pull_request, CommentPlace.REVIEW)


def _written(
    wire: _CommentPayload | _ReviewPayload, text: _Comment, on: _Commented, place: CommentPlace
) -> Event | None:
    """None for an edit that leaves the text as it is. Whoever has write may edit another's comment, and answers for it."""
    before = wire.changes.body if wire.changes else None
    edited = wire.action == "edited"
    if edited and before is None:
        return None

    writer = text.user or _NOBODY
    return CommentWritten(
        ref=wire.pull(on.number),
        id=text.id,
        place=place,
        body=text.body or "",
        author=(wire.sender if edited else writer).login,
        author_is_bot=writer.bot or wire.sender.bot,
        pull_author=(on.user or _NOBODY).login,
        before=(before.text or "") if edited and before else None,
        reply_to=text.in_reply_to_id,
        open=on.state == "open",
        path=text.path or "",
    )
