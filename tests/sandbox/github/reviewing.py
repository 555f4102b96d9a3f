"""What makes a review acceptable. All or nothing: one comment off the diff refuses them all, without saying which."""

from tests.sandbox.github.diffs import DiffLine, FileChange, find_line, find_position, hunk_until
from tests.sandbox.github.errors import ApiError, invalid, unprocessable
from tests.sandbox.github.models import Pull, Review, ReviewComment, User
from tests.sandbox.github.wire import DraftCommentBody, ReviewBody, ReviewCommentBody
from tests.sandbox.github.world import RepoState, World

_STATES = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED"}
_PENDING = "User can only have one pending review per pull request"
_EARLIER = "Pull request review thread start line must precede the end line."
_SAME_HUNK = "Pull request review thread start line must be part of the same hunk as the line."


def check_text(world: World, text: str, field: str = "body") -> None:
    """Refuse a text that is blank or too long."""
    if not text.strip():
        raise invalid("IssueComment", field, "missing_field")
    if len(text) > world.limits.body:
        raise invalid(
            "IssueComment", field, "custom", f"{field} is too long (maximum is {world.limits.body} characters)"
        )


def check_event(world: World, pull: Pull, user: User, event: str, body: str | None) -> None:
    """Refuse what cannot be submitted: no body where one is needed, a verdict on one's own pull request."""
    if event in {"COMMENT", "REQUEST_CHANGES"} and not (body or "").strip():
        raise unprocessable(f"Body is required when the event is {event}")
    if len(body or "") > world.limits.body:
        raise unprocessable(f"Body is too long (maximum is {world.limits.body} characters)")
    if event != "COMMENT" and user is pull.author:
        raise unprocessable("Can not approve or request changes on your own pull request")


def pending_review(pull: Pull, user: User) -> Review | None:
    """The account's pending review on this pull request."""
    return next((review for review in pull.reviews if review.state == "PENDING" and review.user is user), None)


def known_commit(repo: RepoState, pull: Pull, commit_id: str | None) -> str:
    """The commit that a review is about: one of the pull request's, its head unless told. Raises ApiError 422."""
    if commit_id is None or commit_id in pull.heads:
        return commit_id or pull.head_sha

    mine = set[str]()
    for head in pull.heads:
        mine.update(commit.sha for commit in repo.store.commits(f"{pull.base_sha}..{head}"))
    if commit_id not in mine:
        raise unprocessable("The specified commit_id is not part of the pull request")
    return commit_id


def create_review(world: World, repo: RepoState, pull: Pull, user: User, body: ReviewBody) -> Review:
    """Create a review with all its comments, or refuse it whole. Without an event it stays pending."""
    if pending_review(pull, user) is not None:
        raise unprocessable(_PENDING)

    if body.event is not None:
        check_event(world, pull, user, body.event, body.body)

    commit_sha = known_commit(repo, pull, body.commit_id)
    now = world.now()
    submitted = None if body.event is None else now
    state = "PENDING" if body.event is None else _STATES[body.event]
    review = Review(world.new_id(), user, body.body or "", state, commit_sha, submitted)
    comments = [_placed(world, repo, pull, review, draft) for draft in body.comments]
    pull.reviews.append(review)
    pull.review_comments.extend(comments)
    pull.updated_at = now
    return review


def submit_review(world: World, pull: Pull, review: Review, event: str, body: str | None) -> None:
    """Make a pending review public."""
    if review.state != "PENDING":
        raise unprocessable("Can not submit a review that is not pending")
    check_event(world, pull, review.user, event, body or review.body)
    review.state = _STATES[event]
    review.body = body or review.body
    review.submitted_at = world.now()


def _placed(world: World, repo: RepoState, pull: Pull, review: Review, draft: DraftCommentBody) -> ReviewComment:
    if not draft.body.strip():
        raise unprocessable("Pull request review thread comments body can't be blank")
    if len(draft.body) > world.limits.body:
        raise unprocessable(f"Body is too long (maximum is {world.limits.body} characters)")
    change = repo.change(pull, draft.path, review.commit_sha)
    if change is None:
        raise unprocessable("Path could not be resolved")
    return place(world, change, review, draft)


def place(
    world: World, change: FileChange, review: Review, draft: DraftCommentBody | ReviewCommentBody
) -> ReviewComment:
    """A comment at its line of the diff. Raises ApiError 422 where GitHub would not resolve it."""
    side = draft.side or "RIGHT"
    if draft.line is not None:
        found = find_line(change, draft.line, side)
    elif draft.position is not None:
        found = find_position(change, draft.position)
    else:
        raise unprocessable("Line could not be resolved")

    if found is None:
        raise unprocessable("Line could not be resolved")

    index, line = found

    if draft.line is None:
        side = "LEFT" if line.mark == "-" else "RIGHT"

    if draft.start_line is not None:
        _check_start(change, index, line, draft)

    if side == "LEFT" and "```suggestion" in draft.body:
        world.violations.append(f"{change.path}: a suggestion on a deleted line, which GitHub cannot apply")

    now = world.now()

    return ReviewComment(
        id=world.new_id(),
        review_id=review.id,
        user=review.user,
        body=draft.body,
        path=change.path,
        commit_sha=review.commit_sha,
        diff_hunk=hunk_until(change, index, line),
        created_at=now,
        updated_at=now,
        line=line.number(side),
        side=side,
        start_line=draft.start_line,
        start_side=None if draft.start_line is None else (draft.start_side or side),
        position=line.position,
    )


def _check_start(change: FileChange, index: int, line: DiffLine, draft: DraftCommentBody | ReviewCommentBody) -> None:
    side = draft.side or "RIGHT"
    start_side = draft.start_side or side
    if draft.start_line is None or draft.line is None:
        raise unprocessable("Line could not be resolved")
    if start_side == side and draft.start_line >= draft.line:
        raise unprocessable(_EARLIER)

    start = find_line(change, draft.start_line, start_side)
    if start is None or start[0] != index:
        raise unprocessable(_SAME_HUNK)
    if start[1].position >= line.position:
        raise unprocessable(_EARLIER)


def comment_alone(world: World, repo: RepoState, pull: Pull, user: User, body: ReviewCommentBody) -> ReviewComment:
    """POST pulls/N/comments: one comment on a line or a file, in a review of its own."""
    check_text(world, body.body)
    if pending_review(pull, user) is not None:
        raise unprocessable(_PENDING)
    if body.in_reply_to is not None:
        return reply(world, pull, user, body.in_reply_to, body.body)
    if body.path is None or body.commit_id is None:
        raise ApiError(422, 'Invalid request.\n\n"path" and "commit_id" weren\'t supplied.')

    commit_sha = known_commit(repo, pull, body.commit_id)
    change = repo.change(pull, body.path, commit_sha)
    if change is None:
        raise invalid("PullRequestReviewComment", "pull_request_review_thread.path")

    review = Review(world.new_id(), user, "", "COMMENTED", commit_sha, world.now())
    on_file = body.subject_type == "file"
    try:
        comment = _on_file(world, change, review, body) if on_file else place(world, change, review, body)
    except ApiError as error:
        raise _thread_line(error) from error

    pull.reviews.append(review)
    pull.review_comments.append(comment)
    return comment


def _thread_line(error: ApiError) -> ApiError:
    """A line that cannot be resolved, as the endpoint for a single comment words it."""
    field = "pull_request_review_thread.line"
    reason = error.errors[0] if error.errors else error.message
    return invalid("PullRequestReviewComment", field, "custom", f"{field} must be part of the diff ({reason})")


def _on_file(world: World, change: FileChange, review: Review, body: ReviewCommentBody) -> ReviewComment:
    if body.line is not None or body.position is not None or body.start_line is not None:
        raise unprocessable("A comment with subject_type file takes no line")

    now = world.now()
    return ReviewComment(
        id=world.new_id(),
        review_id=review.id,
        user=review.user,
        body=body.body,
        path=change.path,
        commit_sha=review.commit_sha,
        diff_hunk=change.hunks()[0].header if change.hunks() else "",
        created_at=now,
        updated_at=now,
        subject="file",
    )


def reply(world: World, pull: Pull, user: User, comment_id: int, text: str) -> ReviewComment:
    """Answer in a thread. GitHub refuses replies to replies."""
    root = next((comment for comment in pull.shown_comments(user) if comment.id == comment_id), None)
    if root is None:
        raise ApiError(404, "Not Found")
    if root.in_reply_to is not None:
        raise unprocessable("Replies to replies are not supported")

    check_text(world, text)
    now = world.now()
    review = Review(world.new_id(), user, "", "COMMENTED", root.commit_sha, now)
    comment = ReviewComment(
        id=world.new_id(),
        review_id=review.id,
        user=user,
        body=text,
        path=root.path,
        commit_sha=root.commit_sha,
        diff_hunk=root.diff_hunk,
        created_at=now,
        updated_at=now,
        line=root.line,
        side=root.side,
        start_line=root.start_line,
        start_side=root.start_side,
        position=root.position,
        subject=root.subject,
        in_reply_to=root.id,
    )
    pull.reviews.append(review)
    pull.review_comments.append(comment)
    return comment
