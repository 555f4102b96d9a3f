"""Reviews: all or nothing, every line judged against the real diff."""

from typing import Any, cast

import pytest
import requests
from github import Github, GithubException

from tests.sandbox.github import GitHubSandbox, Pull, Repository

REVIEWS = "/repos/octo/shop/pulls/1/reviews"
Comment = dict[str, object]


def _on(line: int, side: str = "RIGHT", **more: object) -> Comment:
    return {"path": "till.py", "body": "Look here.", "line": line, "side": side, **more}


def _post(rest: requests.Session, *comments: Comment, **more: object) -> requests.Response:
    return rest.post(REVIEWS, json={"event": "COMMENT", "body": "A review.", "comments": list(comments), **more})


def test_pygithub_posts_a_review(client: Github, shop: Repository, pull: Pull) -> None:
    """Comments on added, context and deleted lines, and on a range, arrive with their hunk."""
    repo = client.get_repo("octo/shop")
    seen = repo.get_pull(pull.number)
    review = seen.create_review(
        commit=repo.get_commit(pull.head_sha),
        body="Three things.",
        event="COMMENT",
        comments=cast("Any", [_on(4), _on(1), _on(3, "LEFT"), _on(4, start_line=3, start_side="RIGHT")]),
    )

    assert (review.state, review.user.login, review.commit_id) == ("COMMENTED", "kireji[bot]", pull.head_sha)

    shown = shop.review_comments(pull.number)
    assert [(row["line"], row["side"], row.get("start_line")) for row in shown] == [
        (4, "RIGHT", None),
        (1, "RIGHT", None),
        (3, "LEFT", None),
        (4, "RIGHT", 3),
    ]
    assert shown[0]["diff_hunk"].splitlines()[-1] == "+new 4"
    assert shown[2]["diff_hunk"].splitlines()[-1] == "-line 3"
    assert [comment.id for comment in seen.get_review_comments()] == [row["id"] for row in shown]


@pytest.mark.parametrize(
    ("comment", "error"),
    [
        (_on(20), "Line could not be resolved"),
        (_on(400), "Line could not be resolved"),
        (_on(1, "LEFT"), "Line could not be resolved"),
        (_on(4, "LEFT"), "Line could not be resolved"),
        ({**_on(1), "path": "README.md"}, "Path could not be resolved"),
        ({**_on(1), "path": "logo.png"}, "Line could not be resolved"),
        (_on(3, start_line=3), "must precede the end line"),
        (_on(3, start_line=4), "must precede the end line"),
        (_on(31, start_line=4), "part of the same hunk"),
        (_on(4, start_line=3, start_side="LEFT", side="RIGHT") | {"start_line": 2}, "part of the same hunk"),
        ({**_on(4), "body": "  "}, "body can't be blank"),
        ({**_on(4), "body": "x" * 65_537}, "too long"),
    ],
)
def test_one_bad_comment_refuses_all(
    shop: Repository, pull: Pull, rest: requests.Session, comment: Comment, error: str
) -> None:
    """A good comment beside a bad one is not posted either, and the answer does not say which was bad."""
    answer = _post(rest, _on(4), comment)
    assert answer.status_code == 422
    assert error in answer.json()["errors"][0]
    assert shop.reviews(pull.number) == []
    assert shop.review_comments(pull.number) == []


def test_a_range_may_begin_on_the_left(shop: Repository, pull: Pull, rest: requests.Session) -> None:
    """From a deleted line to an added one below it, within one hunk."""
    answer = _post(rest, _on(4, start_line=3, start_side="LEFT"))
    assert answer.status_code == 200
    shown = shop.review_comments(pull.number)[0]
    assert (shown["start_line"], shown["start_side"], shown["line"]) == (3, "LEFT", 4)


@pytest.mark.parametrize("event", ["COMMENT", "REQUEST_CHANGES"])
def test_a_body_is_required(pull: Pull, rest: requests.Session, event: str) -> None:
    """Without a body only an approval goes through."""
    assert pull.number == 1
    assert rest.post(REVIEWS, json={"event": event, "comments": [_on(4)]}).status_code == 422
    assert rest.post(REVIEWS, json={"event": "APPROVE"}).json()["state"] == "APPROVED"


def test_a_body_has_a_limit(pull: Pull, rest: requests.Session) -> None:
    """65,536 characters, and not one more."""
    assert pull.number == 1
    assert _post(rest, body="x" * 65_537).status_code == 422
    assert _post(rest, body="x" * 65_536).status_code == 200


def test_the_commit_must_be_the_pull_requests(shop: Repository, pull: Pull, rest: requests.Session) -> None:
    """A commit of the pull request, an older head too; neither an unknown one nor main's."""
    old = pull.head_sha
    shop.push(pull.number, {"till.py": "all new\n"})
    assert _post(rest, _on(4), commit_id=old).status_code == 200
    assert _post(rest, _on(4), commit_id="0" * 40).status_code == 422
    assert _post(rest, commit_id=pull.base_sha).status_code == 422


def test_lines_are_judged_by_the_named_commit(shop: Repository, pull: Pull, rest: requests.Session) -> None:
    """A comment on an older head is placed in that head's diff, and is outdated at once where its line is gone."""
    old = pull.head_sha
    shop.push(pull.number, {"till.py": "all new\n"})
    assert _post(rest, _on(4), commit_id=old).status_code == 200
    assert _post(rest, _on(4)).status_code == 422
    shown = shop.review_comments(pull.number)[0]
    assert (shown["line"], shown["original_line"], shown["position"]) == (None, 4, None)


def test_a_comment_moves_with_its_line(shop: Repository, pull: Pull, rest: requests.Session) -> None:
    """A push above the commented line moves the comment; a push of that line outdates it."""
    assert _post(rest, _on(4)).status_code == 200
    body = shop.state.store.blob(shop.state.store.resolve(f"{pull.head_sha}:till.py") or "").decode()
    shop.push(pull.number, {"till.py": "zero\n" + body})
    assert shop.review_comments(pull.number)[0]["line"] == 5
    shop.push(pull.number, {"till.py": "zero\n" + body.replace("new 4", "newer")})
    assert shop.review_comments(pull.number)[0]["line"] is None


def test_debris_blocks_the_next_review(client: Github, shop: Repository, pull: Pull, rest: requests.Session) -> None:
    """A pending review of one's own refuses the next one until it is deleted; another's does not."""
    shop.add_pending_review(pull.number, by="bob")
    assert _post(rest, _on(4)).status_code == 200
    debris = shop.add_pending_review(pull.number, by="kireji[bot]")
    refused = _post(rest, _on(4))
    assert refused.json()["errors"] == ["User can only have one pending review per pull request"]
    seen = client.get_repo("octo/shop").get_pull(pull.number)
    assert [review.id for review in seen.get_reviews() if review.state == "PENDING"] == [debris.id]
    seen.get_review(debris.id).delete()
    assert _post(rest, _on(4)).status_code == 200


def test_without_an_event_a_review_stays_pending(client: Github, shop: Repository, pull: Pull) -> None:
    """Nobody else sees it until it is submitted; then it can no longer be deleted."""
    seen = client.get_repo("octo/shop").get_pull(pull.number)
    review = seen.create_review(body="Soon.", comments=cast("Any", [_on(4)]))
    assert review.state == "PENDING"
    assert list(seen.get_review_comments()) == []
    assert len(shop.review_comments(pull.number)) == 1


def test_a_pending_review_is_submitted_once(client: Github, pull: Pull, rest: requests.Session) -> None:
    """Submitting makes it public; after that it can be neither submitted nor deleted."""
    seen = client.get_repo("octo/shop").get_pull(pull.number)
    review = seen.create_review(body="Soon.", comments=cast("Any", [_on(4)]))
    done = rest.post(f"{REVIEWS}/{review.id}/events", json={"event": "COMMENT", "body": "Now."})
    assert (done.json()["state"], done.json()["body"]) == ("COMMENTED", "Now.")
    assert [comment.body for comment in seen.get_review_comments()] == ["Look here."]
    assert rest.post(f"{REVIEWS}/{review.id}/events", json={"event": "COMMENT", "body": "x"}).status_code == 422
    with pytest.raises(GithubException, match="Unprocessable Entity"):
        review.delete()


def test_nobody_approves_their_own_pull_request(shop: Repository, rest: requests.Session) -> None:
    """The author may comment, not approve."""
    shop.open_pull(author="kireji[bot]", files={"a.py": "1\n"})
    assert rest.post(REVIEWS, json={"event": "APPROVE"}).status_code == 422
    assert _post(rest).status_code == 200


def test_reviews_come_in_pages(shop: Repository, pull: Pull, rest: requests.Session) -> None:
    """Oldest first, with a Link header."""
    for number in range(3):
        shop.add_review(pull.number, by="bob", body=f"review {number}")
    answer = rest.get(REVIEWS, params={"per_page": 2})
    assert [row["body"] for row in answer.json()] == ["review 0", "review 1"]
    assert [row["body"] for row in rest.get(answer.links["next"]["url"]).json()] == ["review 2"]


def test_a_comment_on_its_own(client: Github, shop: Repository, pull: Pull, rest: requests.Session) -> None:
    """A line comment, a file comment, and a reply; a reply to a reply is refused."""
    path = "/repos/octo/shop/pulls/1/comments"
    here = {"commit_id": pull.head_sha, "path": "till.py", "body": "Hm."}
    line = rest.post(path, json={**here, "line": 4})
    file = rest.post(path, json={**here, "path": "logo.png", "subject_type": "file"})

    assert (line.status_code, line.json()["line"], line.json()["subject_type"]) == (201, 4, "line")
    assert (file.status_code, "line" in file.json(), file.json()["subject_type"]) == (201, False, "file")

    refused = rest.post(path, json={**here, "line": 20})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "pull_request_review_thread.line"

    reply = client.get_repo("octo/shop").get_pull(1).create_review_comment_reply(line.json()["id"], "Yes.")
    assert shop.review_comments(1)[-1]["in_reply_to_id"] == line.json()["id"]
    assert rest.post(f"{path}/{reply.id}/replies", json={"body": "No."}).status_code == 422


def test_a_suggestion_on_a_deleted_line_is_noted(github: GitHubSandbox, pull: Pull, rest: requests.Session) -> None:
    """GitHub takes it and can never apply it: the sandbox calls it a violation."""
    assert pull.number == 1
    assert _post(rest, _on(3, "LEFT") | {"body": "```suggestion\nx\n```"}).status_code == 200
    assert "a suggestion on a deleted line" in github.violations[0]
