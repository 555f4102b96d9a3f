"""Reviews: posted once, refused comments left out."""

import json
from dataclasses import replace
from typing import Any

import pytest

from kireji.adapters.github import GitHubForge, connect
from kireji.adapters.github.read.pull_state import key_of
from kireji.core.diff.unified import Side
from kireji.core.pulls.denial import DenialKind
from kireji.core.pulls.posting import CommentDraft, HeadMoved, Posted, ReviewDraft
from kireji.core.pulls.pull import PullRef
from kireji.errors import DefectError, TransientError
from tests.adapters.github.support import HEAD, Reviews, marks_of


@pytest.fixture
def reviews(api: Any) -> Reviews:
    """Reviews of one pull request."""
    return Reviews(api)


def draft(*lines: int, marker: str = "m1", body: str = "Two findings.") -> ReviewDraft:
    """A review with a comment at each line."""
    return ReviewDraft(HEAD, body, tuple(CommentDraft("a.py", "Look.", Side.RIGHT, line) for line in lines), marker)


async def written(forge: GitHubForge, ref: PullRef, marker: str) -> str:
    """The mark of a review that has a comment at line 1."""
    return (await marks_of(forge, ref)).mark_review(marker, key_of(draft(1).comments[0]))


@pytest.mark.usefixtures("reviews")
async def test_one_review_with_all_comments(forge: GitHubForge, ref: PullRef, api: Any) -> None:
    """A look and a post; a closed pull request takes it too; the event is always sent."""
    several = CommentDraft("b.py", "Look.", Side.LEFT, 9, 7)
    posted = await forge.publish(ref, ReviewDraft(HEAD, "Body.", (*draft(3).comments, several), "m1"))

    assert posted == Posted(("url-0",))
    assert forge.requests == 2

    marks = await marks_of(forge, ref)
    assert json.loads(api.calls[1].request.body) == {
        "commit_id": HEAD,
        "event": "COMMENT",
        "body": f"Body.\n\n{marks.mark_review('m1', f'{key_of(draft(3).comments[0])},{key_of(several)}')}",
        "comments": [
            {"path": "a.py", "body": "Look.", "line": 3, "side": "RIGHT"},
            {"path": "b.py", "body": "Look.", "line": 9, "side": "LEFT", "start_line": 7, "start_side": "LEFT"},
        ],
    }


async def test_no_comments_no_review(forge: GitHubForge, reviews: Reviews, ref: PullRef) -> None:
    """The check run says the rest. The head is looked at all the same: a green one must be about this head's diff."""
    assert await forge.publish(ref, draft()) == Posted()
    assert reviews.posts == 0
    reviews.heads = ["e" * 40]
    assert await forge.publish(ref, draft()) == HeadMoved("e" * 40)


async def test_a_moved_head_stops_it(forge: GitHubForge, reviews: Reviews, ref: PullRef) -> None:
    """Nothing is posted."""
    reviews.heads = ["e" * 40]
    assert await forge.publish(ref, draft(1)) == HeadMoved("e" * 40)
    assert reviews.posts == 0


async def test_the_same_draft_is_posted_once(forge: GitHubForge, reviews: Reviews, ref: PullRef) -> None:
    """The step runs again after a crash and finds its marker; other people's copies of it do not count."""
    first = await forge.publish(ref, draft(*range(1, 65)))
    assert first == Posted(("url-0", "url-1", "url-2"))
    assert await forge.publish(ref, draft(*range(1, 65))) == first
    assert reviews.posts == 3
    reviews.add("Quoting\n\n" + await written(forge, ref, "m2"), own=False)
    await forge.publish(ref, draft(1, marker="m2"))
    assert reviews.posts == 4


async def test_thirty_comments_a_review(forge: GitHubForge, reviews: Reviews, ref: PullRef) -> None:
    """The draft's words come once; the following reviews say what they are."""
    await forge.publish(ref, draft(*range(1, 65)))
    assert [len(row["comments"]) for row in reviews.rows] == [30, 30, 4]
    assert [row["body"].split("\n")[0] for row in reviews.rows] == [
        "Two findings.",
        "Review, continued (2 of 3).",
        "Review, continued (3 of 3).",
    ]


async def test_a_second_run_posts_only_what_is_missing(forge: GitHubForge, reviews: Reviews, ref: PullRef) -> None:
    """The first batch arrived before the crash, the second did not."""
    await forge.publish(ref, draft(*range(1, 41)))
    del reviews.rows[1]
    assert len((await forge.publish(ref, draft(*range(1, 41)))).urls) == 2  # type: ignore[union-attr]
    assert sorted(reviews.lines) == list(range(1, 41))


async def test_what_a_second_try_has_read_beside_is_posted(forge: GitHubForge, reviews: Reviews, ref: PullRef) -> None:
    """A chunk was unread the first time: its comments arrive, the others are not said again, however worded now."""
    row = CommentDraft("a.py", "It breaks.", Side.RIGHT, 1, about="f1")
    again = (replace(row, body="It would break."), *draft(2).comments)
    await forge.publish(ref, ReviewDraft(HEAD, "One finding.", (row,), "m1"))
    posted = await forge.publish(ref, ReviewDraft(HEAD, "Two findings.", again, "m1"))
    assert posted == await forge.publish(ref, ReviewDraft(HEAD, "Two findings.", again, "m1"))
    assert posted == Posted(("url-0", "url-1"))
    assert reviews.lines == [1, 2]
    assert [row["body"].split("\n")[0] for row in reviews.rows] == ["One finding.", "Review, continued."]


@pytest.mark.parametrize(("fault", "posts"), [("lost", 1), ("dropped", 2), ("pending", 3)])
async def test_a_lost_answer_is_looked_for(
    forge: GitHubForge, reviews: Reviews, ref: PullRef, fault: str, posts: int
) -> None:
    """Stored and not told, not stored, or stored as pending debris: in the end there is one review."""
    reviews.faults = [fault]
    posted = await forge.publish(ref, draft(1, 2))
    assert isinstance(posted, Posted)
    assert len(posted.urls) == 1
    assert reviews.lines == [1, 2]
    assert reviews.posts == posts


async def test_three_tries_are_enough(forge: GitHubForge, reviews: Reviews, ref: PullRef, clock: Any) -> None:
    """Then it is the caller's to come back."""
    reviews.faults = ["dropped"] * 3
    with pytest.raises(TransientError):
        await forge.publish(ref, draft(1))
    assert reviews.posts == 3
    assert clock.sleeps == [1.0, 2.0]


async def test_a_head_that_moves_after_a_lost_answer(forge: GitHubForge, reviews: Reviews, ref: PullRef) -> None:
    """The second look finds another head and no review of ours."""
    reviews.faults = ["dropped"]
    reviews.heads = [HEAD, "e" * 40]
    assert await forge.publish(ref, draft(1)) == HeadMoved("e" * 40)
    assert reviews.posts == 1


async def test_pending_debris_of_the_app_is_removed(reviews: Reviews, api: Any, pem: str, clock: Any) -> None:
    """One pending review blocks every later one."""
    api.mint()
    reviews.add("half a review", "PENDING")
    forge = connect(app_id=1, private_key_pem=pem, clock=clock)
    assert await forge.publish(PullRef("octo/shop", 5, 7), draft(1)) == Posted(("url-0",))
    assert "DELETE /pulls/5/reviews/5000000000" in api.log
    assert reviews.posts == 1


async def test_a_persons_own_pending_review_is_left_alone(forge: GitHubForge, reviews: Reviews, ref: PullRef) -> None:
    """With a person's token the pending review may be that person's work: nothing is posted, and it is said why."""
    reviews.add("my thoughts so far", "PENDING")
    posted = await forge.publish(ref, draft(1))
    assert isinstance(posted, Posted)
    assert posted.refused is not None
    assert (posted.refused.kind, len(posted.rejected)) == (DenialKind.PENDING_REVIEW, 1)
    assert "discard that review" in posted.refused.remedy
    assert len(reviews.rows) == 1


async def test_our_own_pending_review_goes_even_with_a_token(
    forge: GitHubForge, reviews: Reviews, ref: PullRef
) -> None:
    """It carries our marker."""
    reviews.add("x " + await written(forge, ref, "m1"), "PENDING")
    await forge.publish(ref, draft(1))
    assert reviews.lines == [1]


@pytest.mark.parametrize(
    ("count", "bad", "posts"),
    [
        (1, {1}, 1),
        (2, {2}, 2),
        (8, {8}, 4),
        (8, {1}, 7),
        (30, {17}, 10),
        (30, {3, 17}, 16),
        (40, {35}, 8),
        (2, {1, 2}, 3),
    ],
)
async def test_refused_comments_are_found(
    forge: GitHubForge, reviews: Reviews, ref: PullRef, *, count: int, bad: set[int], posts: int
) -> None:
    """Every other comment arrives, once, and few requests find the bad ones."""
    reviews.bad = bad
    posted = await forge.publish(ref, draft(*range(1, count + 1)))
    assert isinstance(posted, Posted)
    assert {comment.line for comment in posted.rejected} == bad
    assert sorted(reviews.lines) == [line for line in range(1, count + 1) if line not in bad]
    assert reviews.posts <= posts
    bodies = [row["body"] for row in reviews.rows]
    assert sum(body.startswith("Two findings.") for body in bodies) == bool(bodies)
    assert len(set(bodies)) == len(bodies)


async def test_finding_refused_comments_has_a_bound(forge: GitHubForge, reviews: Reviews, ref: PullRef) -> None:
    """Fifteen bad ones of thirty: sixteen requests, and what is unproven is not lost but reported as refused."""
    reviews.bad = set(range(1, 31, 2))
    posted = await forge.publish(ref, draft(*range(1, 31)))
    assert isinstance(posted, Posted)
    assert reviews.posts == 1 + 16
    assert sorted([*reviews.lines, *(comment.line for comment in posted.rejected)]) == list(range(1, 31))


@pytest.mark.parametrize("fault", ["lost", "dropped"])
async def test_a_lost_answer_while_searching(forge: GitHubForge, reviews: Reviews, ref: PullRef, fault: str) -> None:
    """Each part's comments are known by their keys."""
    reviews.bad = {6}
    reviews.faults = [None, fault]
    posted = await forge.publish(ref, draft(*range(1, 9)))
    assert isinstance(posted, Posted)
    assert sorted(reviews.lines) == [1, 2, 3, 4, 5, 7, 8]
    again = await forge.publish(ref, draft(*range(1, 9)))
    assert sorted(reviews.lines) == [1, 2, 3, 4, 5, 7, 8]
    assert again == posted


@pytest.mark.parametrize(
    ("errors", "kind"),
    [
        (["was submitted too quickly"], TransientError),
        (["body is too long (maximum is 65536 characters)"], DefectError),
    ],
)
async def test_other_refusals_keep_their_meaning(
    forge: GitHubForge, reviews: Reviews, ref: PullRef, errors: list[str], kind: type[Exception]
) -> None:
    """No search for a bad comment where none is to blame."""
    reviews.faults = [(422, errors)]
    with pytest.raises(kind):
        await forge.publish(ref, draft(1, 2))
    assert reviews.posts == 1


async def test_a_commit_that_left_the_pull_request(forge: GitHubForge, reviews: Reviews, ref: PullRef) -> None:
    """A force push between the look and the post."""
    reviews.faults = [(422, ["No commit found for SHA"])]
    reviews.heads = [HEAD, "e" * 40]
    assert await forge.publish(ref, draft(1)) == HeadMoved("e" * 40)


async def test_a_refusal_that_comes_back_is_a_defect(forge: GitHubForge, reviews: Reviews, ref: PullRef) -> None:
    """GitHub speaks of a pending review that it does not show."""
    reviews.faults = [(422, ["one pending review per pull request"])] * 2
    with pytest.raises(DefectError):
        await forge.publish(ref, draft(1))


async def test_a_path_that_is_not_unicode_is_refused_without_asking(
    forge: GitHubForge, reviews: Reviews, ref: PullRef
) -> None:
    """JSON cannot name it; the other comment arrives."""
    odd = CommentDraft("caf\udce9.py", "Look.", Side.RIGHT, 1)
    posted = await forge.publish(ref, ReviewDraft(HEAD, "Body.", (odd, *draft(2).comments), "m1"))
    assert posted == Posted(("url-0",), (odd,))
    assert reviews.posts == 1


async def test_long_bodies_are_cut_and_keep_their_marker(forge: GitHubForge, reviews: Reviews, ref: PullRef) -> None:
    """The marker is the part that must not be lost."""
    await forge.publish(ref, draft(1, body="é" * 70_000))
    body = reviews.rows[0]["body"]
    assert len(body.encode()) <= 65_535
    assert body.endswith("(cut here: GitHub takes no more text)\n\n" + await written(forge, ref, "m1"))
