"""Comments in the conversation, and reactions."""

from tests.sandbox.github import show_pull
from tests.sandbox.github.call import Answer, Call, Routes
from tests.sandbox.github.errors import forbidden
from tests.sandbox.github.models import IssueComment, Pull, Reaction
from tests.sandbox.github.reviewing import check_text
from tests.sandbox.github.show import Shown, node_id, stamp, user
from tests.sandbox.github.wire import ReactionBody, TextBody

routes = Routes()
_READ = ("issues:read", "pull_requests:read")
_WRITE = ("issues:write", "pull_requests:write")


def _shown(call: Call, pull: Pull, stored: IssueComment) -> Shown:
    return show_pull.issue_comment(call.world, call.repo, pull, stored)


@routes.add("GET", "{repo}/issues/<int:number>/comments", *_READ)
def list_comments(call: Call, number: int) -> Answer:
    """The conversation, oldest first."""
    pull = call.pull(number)
    return call.page(list(pull.issue_comments), lambda comment: _shown(call, pull, comment))


@routes.add("POST", "{repo}/issues/<int:number>/comments", *_WRITE, creates=True)
def post_comment(call: Call, number: int) -> Answer:
    """Comment in the conversation."""
    pull = call.open_conversation(number)
    text = call.body(TextBody).body
    now = call.world.now()
    check_text(call.world, text)
    comment = IssueComment(call.world.new_id(), call.viewer, text, now, now, call.app)
    pull.issue_comments.append(comment)
    return Answer(_shown(call, pull, comment), 201)


@routes.add("GET", "{repo}/issues/comments/<int:comment_id>", *_READ)
def get_comment(call: Call, comment_id: int) -> Answer:
    """One comment of a conversation."""
    return Answer(_shown(call, *call.issue_comment(comment_id)))


@routes.add("PATCH", "{repo}/issues/comments/<int:comment_id>", *_WRITE)
def update_comment(call: Call, comment_id: int) -> Answer:
    """Change one's own comment."""
    pull, comment = call.issue_comment(comment_id)
    if comment.user is not call.viewer:
        raise forbidden()
    text = call.body(TextBody).body
    check_text(call.world, text)
    comment.body = text
    comment.updated_at = call.world.now()
    return Answer(_shown(call, pull, comment))


@routes.add("DELETE", "{repo}/issues/comments/<int:comment_id>", *_WRITE)
def delete_comment(call: Call, comment_id: int) -> Answer:
    """Remove a comment."""
    pull, comment = call.issue_comment(comment_id)
    pull.issue_comments.remove(comment)
    return Answer(None, 204)


def _react(call: Call, on: str, target: int) -> Answer:
    """Create the reaction, or give the one that is there already with 200."""
    content = call.body(ReactionBody).content
    for reaction in call.repo.reactions:
        if (reaction.on, reaction.target, reaction.content) == (on, target, content) and reaction.user is call.viewer:
            return Answer(_shown_reaction(call, reaction))
    made = Reaction(call.world.new_id(), call.viewer, content, on, target, call.world.now())
    call.repo.reactions.append(made)
    return Answer(_shown_reaction(call, made), 201)


def _shown_reaction(call: Call, reaction: Reaction) -> Shown:
    return {
        "id": reaction.id,
        "node_id": node_id("REA", reaction.id),
        "user": user(call.world, reaction.user),
        "content": reaction.content,
        "created_at": stamp(reaction.created_at),
    }


def _list(call: Call, on: str, target: int) -> Answer:
    wanted = call.query.get("content")
    rows = [reaction for reaction in list(call.repo.reactions) if (reaction.on, reaction.target) == (on, target)]
    return call.page(
        [delivery for delivery in rows if wanted in {None, delivery.content}],
        lambda delivery: _shown_reaction(call, delivery),
    )


@routes.add("POST", "{repo}/issues/comments/<int:comment_id>/reactions", "issues:write")
def react_to_issue_comment(call: Call, comment_id: int) -> Answer:
    """React to a comment in the conversation. Wants issues:write, on pull requests too."""
    call.open_conversation(call.issue_comment(comment_id)[0].number)
    return _react(call, "issue", comment_id)


@routes.add("GET", "{repo}/issues/comments/<int:comment_id>/reactions", "issues:read")
def issue_comment_reactions(call: Call, comment_id: int) -> Answer:
    """The reactions to a comment in the conversation."""
    call.issue_comment(comment_id)
    return _list(call, "issue", comment_id)


@routes.add("POST", "{repo}/pulls/comments/<int:comment_id>/reactions", "pull_requests:write")
def react_to_review_comment(call: Call, comment_id: int) -> Answer:
    """React to a review comment."""
    call.open_conversation(call.review_comment(comment_id)[0].number)
    return _react(call, "review", comment_id)


@routes.add("GET", "{repo}/pulls/comments/<int:comment_id>/reactions", "pull_requests:read")
def review_comment_reactions(call: Call, comment_id: int) -> Answer:
    """The reactions to a review comment."""
    call.review_comment(comment_id)
    return _list(call, "review", comment_id)
