"""Reviews and review comments."""

from tests.sandbox.github import show_review
from tests.sandbox.github.call import Answer, Call, Routes
from tests.sandbox.github.errors import forbidden, not_found, unprocessable
from tests.sandbox.github.models import Pull, Review, ReviewComment
from tests.sandbox.github.reviewing import check_text, comment_alone, create_review, reply, submit_review
from tests.sandbox.github.show import Shown
from tests.sandbox.github.wire import ReviewBody, ReviewCommentBody, SubmitBody, TextBody

routes = Routes()
_READ = "pull_requests:read"
_WRITE = "pull_requests:write"


def _shown(call: Call, pull: Pull, stored: Review) -> Shown:
    return show_review.review(call.world, call.repo, pull, stored)


def _shown_comment(call: Call, pull: Pull, stored: ReviewComment) -> Shown:
    return show_review.comment(call.world, call.repo, pull, stored)


def _review(call: Call, pull: Pull, review_id: int) -> Review:
    found = next((review for review in pull.shown_reviews(call.viewer) if review.id == review_id), None)
    if found is None:
        raise not_found()
    return found


@routes.add("GET", "{repo}/pulls/<int:number>/reviews", _READ)
def list_reviews(call: Call, number: int) -> Answer:
    """The reviews, oldest first; somebody else's pending one is not shown."""
    pull = call.pull(number)
    return call.page(pull.shown_reviews(call.viewer), lambda review: _shown(call, pull, review))


@routes.add("POST", "{repo}/pulls/<int:number>/reviews", _WRITE, creates=True)
def post_review(call: Call, number: int) -> Answer:
    """Create a review, whole or not at all; none in a locked conversation."""
    pull = call.pull(number)
    if pull.locked:
        raise unprocessable("lock prevents review")
    review = create_review(call.world, call.repo, pull, call.viewer, call.body(ReviewBody))
    return Answer(_shown(call, pull, review))


@routes.add("GET", "{repo}/pulls/<int:number>/reviews/<int:review_id>", _READ)
def get_review(call: Call, number: int, review_id: int) -> Answer:
    """One review."""
    pull = call.pull(number)
    return Answer(_shown(call, pull, _review(call, pull, review_id)))


@routes.add("PUT", "{repo}/pulls/<int:number>/reviews/<int:review_id>", _WRITE)
def update_review(call: Call, number: int, review_id: int) -> Answer:
    """Change the text of one's own review."""
    pull = call.pull(number)
    review = _review(call, pull, review_id)
    if review.user is not call.viewer:
        raise forbidden()
    text = call.body(TextBody).body
    check_text(call.world, text)
    review.body = text
    return Answer(_shown(call, pull, review))


@routes.add("DELETE", "{repo}/pulls/<int:number>/reviews/<int:review_id>", _WRITE)
def delete_review(call: Call, number: int, review_id: int) -> Answer:
    """Remove one's own pending review with its comments."""
    pull = call.pull(number)
    review = _review(call, pull, review_id)
    if review.state != "PENDING":
        raise unprocessable("Can not delete a non-pending pull request review")
    pull.reviews.remove(review)
    pull.review_comments[:] = [comment for comment in pull.review_comments if comment.review_id != review.id]
    return Answer(_shown(call, pull, review))


@routes.add("POST", "{repo}/pulls/<int:number>/reviews/<int:review_id>/events", _WRITE, creates=True)
def post_event(call: Call, number: int, review_id: int) -> Answer:
    """Submit one's own pending review."""
    pull = call.pull(number)
    review = _review(call, pull, review_id)
    body = call.body(SubmitBody)
    submit_review(call.world, pull, review, body.event, body.body)
    return Answer(_shown(call, pull, review))


@routes.add("GET", "{repo}/pulls/<int:number>/reviews/<int:review_id>/comments", _READ)
def list_comments_of_review(call: Call, number: int, review_id: int) -> Answer:
    """The comments of one review, in the older shape without line numbers' history."""
    pull = call.pull(number)
    review = _review(call, pull, review_id)
    chosen = [comment for comment in pull.review_comments if comment.review_id == review.id]
    return call.page(chosen, lambda item: _shown_comment(call, pull, item))


@routes.add("GET", "{repo}/pulls/<int:number>/comments", _READ)
def list_comments(call: Call, number: int) -> Answer:
    """The review comments of a pull request, oldest first."""
    pull = call.pull(number)
    comments = pull.shown_comments(call.viewer)
    if call.query.get("direction") == "desc":
        comments.reverse()
    return call.page(comments, lambda comment: _shown_comment(call, pull, comment))


@routes.add("POST", "{repo}/pulls/<int:number>/comments", _WRITE, creates=True)
def post_comment(call: Call, number: int) -> Answer:
    """Comment on one line or on one file."""
    pull = call.open_conversation(number)
    comment = comment_alone(call.world, call.repo, pull, call.viewer, call.body(ReviewCommentBody))
    return Answer(_shown_comment(call, pull, comment), 201)


@routes.add("POST", "{repo}/pulls/<int:number>/comments/<int:comment_id>/replies", _WRITE, creates=True)
def post_reply(call: Call, number: int, comment_id: int) -> Answer:
    """Answer in a thread."""
    pull = call.open_conversation(number)
    comment = reply(call.world, pull, call.viewer, comment_id, call.body(TextBody).body)
    return Answer(_shown_comment(call, pull, comment), 201)


@routes.add("GET", "{repo}/pulls/comments/<int:comment_id>", _READ)
def get_comment(call: Call, comment_id: int) -> Answer:
    """One review comment."""
    return Answer(_shown_comment(call, *call.review_comment(comment_id)))


@routes.add("PATCH", "{repo}/pulls/comments/<int:comment_id>", _WRITE)
def update_comment(call: Call, comment_id: int) -> Answer:
    """Change one's own review comment."""
    pull, comment = call.review_comment(comment_id)
    if comment.user is not call.viewer:
        raise forbidden()
    text = call.body(TextBody).body
    check_text(call.world, text)
    comment.body = text
    comment.updated_at = call.world.now()
    return Answer(_shown_comment(call, pull, comment))


@routes.add("DELETE", "{repo}/pulls/comments/<int:comment_id>", _WRITE)
def delete_comment(call: Call, comment_id: int) -> Answer:
    """Remove a review comment."""
    pull, comment = call.review_comment(comment_id)
    pull.review_comments.remove(comment)
    return Answer(None, 204)
