"""What happened -> what is to be done, from GitHub's own payloads on. Where these are from: tests/data/github/octokit."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kireji.core.events.delivery import EVENTS, Delivery
from kireji.core.events.happened import (
    CheckRunAsked,
    CheckSuiteAsked,
    CommentWritten,
    InstallationChanged,
    LabelChanged,
    MergeGroupAsked,
    Ping,
    PullAction,
    PullRequestChanged,
    PullRequestClosed,
    PullRequestStacked,
)
from kireji.core.events.job import CloseJob, Errand, Job, ReviewJob, ReviewRequest
from kireji.core.pulls.people import CommentPlace
from kireji.core.pulls.pull import PullRef
from kireji.flow.dispatch import jobs
from kireji.flow.hear import hear, matters

SECRET = b"It's a Secret to Everybody"
SAMPLES = Path(__file__).parents[1] / "data/github/octokit"

REPO = "Codertocat/Hello-World"
REPO_ID = 186853002
REF = PullRef(REPO, 2, 1, REPO_ID)
HEAD = "ec26c3e57ca3a959ca5aad62de7213c562f8c821"
AT = 1_557_933_633.0  # 2019-05-15T15:20:33Z
JOB = ReviewJob(REF, HEAD, told_at=AT)
LABEL = LabelChanged(REF, HEAD, "bug", True, "Codertocat", False)
THREAD = CommentWritten(REF, 284312630, CommentPlace.THREAD, "", "Codertocat", False, "Codertocat", path="README.md")
TALK = CommentWritten(
    PullRef(REPO, 1, 1, REPO_ID), 492700400, CommentPlace.CONVERSATION, "", "Codertocat", False, "Codertocat"
)
REVIEW = CommentWritten(REF, 237895671, CommentPlace.REVIEW, "Nice.\n\n/review full", "Codertocat", False, "Codertocat")
GROUP = MergeGroupAsked(
    repo="octo-org/octo-repo",
    installation=1,
    head_sha="2ffea6db159f6b6c47a24e778fb9ef40cf6b1c7d",
    head_ref="refs/heads/gh-readonly-queue/main/pr-104-929f8209d40f77f4abc622a499c93a83babdbe64",
    base_sha="380387fbc80638b734a49e1be1c4dfec1c01b33c",
    base_ref="refs/heads/main",
    repo_id=17273051,
)
RUN = "d6fde92930d4715a2b49857d24b940956b26d2d3"
RERUN = CheckRunAsked("github/hello-world", 1, f"github/hello-world#3@{RUN}/2", "", "octocat", False, 526)
BUTTONS = "5bd5f196a46b8222fb7484f05faba41a73cf34bd"
PRESSED = CheckRunAsked(
    repo="electron/electron",
    installation=690857,
    external_id=f"electron/electron#26764@{BUTTONS}/2",
    action="lgtm|26764",
    sender="codebytere",
    sender_is_bot=False,
    repo_id=9384267,
)
SUITE = CheckSuiteAsked(REPO, 957387, HEAD, (2,), "Codertocat", False, REPO_ID)
SUITES_BOT = {"login": "octocoders-linter[bot]", "type": "Bot"}

PULL = {"url": "https://api.github.com/repos/Codertocat/Hello-World/pulls/1"}
PERSON = {"login": "Codertocat", "type": "User"}


def deliver(sample: str, changes: Mapping[str, Any]) -> tuple[Job, ...]:
    """A sample, laid over with changes, on its way from HTTP to jobs."""
    payload = json.loads((SAMPLES / f"{sample}.json").read_text("utf-8"))
    body = json.dumps(_laid_over(payload, changes)).encode()
    headers = {
        "Content-Type": "application/json",
        "X-GitHub-Event": sample.partition(".")[0],
        "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        "X-Hub-Signature-256": "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest(),
    }
    return hear(Delivery.from_http(headers, body, SECRET, 25 * 1024 * 1024))


def _laid_over(below: Any, above: Any) -> Any:
    if not isinstance(below, dict) or not isinstance(above, Mapping):
        return above
    return {**below, **{name: _laid_over(below.get(name), value) for name, value in above.items()}}


AS_THEY_ARE: Mapping[str, tuple[Job, ...]] = {
    "pull_request.opened": (JOB,),
    "pull_request.reopened": (JOB,),
    "pull_request.ready_for_review": (replace(JOB, told_at=AT + 45, again=True),),
    "pull_request.synchronize": (replace(JOB, ask=ReviewRequest(pushed=True)),),
    "pull_request.labeled": (Errand(LABEL),),
    "pull_request.unlabeled": (Errand(replace(LABEL, added=False)),),
    "pull_request.closed": (CloseJob(REF),),
    "issue_comment.created": (),  # on an issue
    "issue_comment.edited": (),
    "pull_request_review_comment.created": (),  # no command
    "pull_request_review_comment.edited": (),
    "pull_request_review.submitted": (),  # without a text
    "merge_group.checks_requested": (Errand(GROUP),),
    "check_run.rerequested": (),  # another App's
    "check_run.requested_action": (),
    "check_suite.rerequested": (),  # by a bot
    "installation.created": (),
    "installation.deleted": (),
    "installation.suspend": (),
    "installation.unsuspend": (),
    "installation.new_permissions_accepted": (),
    "installation_repositories.added": (),
    "installation_repositories.removed": (),
    "ping": (),
}


@pytest.mark.parametrize("sample", AS_THEY_ARE)
def test_what_githubs_payloads_lead_to(sample: str) -> None:
    """Each as GitHub sent it."""
    assert deliver(sample, {}) == AS_THEY_ARE[sample]


def test_every_event_has_its_sample() -> None:
    """The package knows no edited pull request, none in a stack, and no edited review."""
    heard = {f"{row.name}.{action}" if action else row.name for row in EVENTS for action in row.actions or ("",)}
    assert heard == {*AS_THEY_ARE, "pull_request.edited", "pull_request.stacked", "pull_request_review.edited"}
    assert {path.stem for path in SAMPLES.glob("*.json")} == set(AS_THEY_ARE)


@pytest.mark.parametrize(
    ("sample", "changes", "expected"),
    [
        ("pull_request.opened", {"pull_request": {"draft": True}}, (JOB,)),
        ("pull_request.opened", {"sender": {"type": "Bot"}}, (JOB,)),
        ("pull_request.opened", {"action": "edited", "changes": {"title": {"from": "T"}}}, ()),
        (
            "pull_request.opened",
            {"action": "edited", "changes": {"base": {"ref": {"from": "main"}, "sha": {"from": HEAD}}}},
            (replace(JOB, again=True),),
        ),
        ("pull_request.opened", {"action": "converted_to_draft"}, ()),
        (
            "pull_request.opened",
            {"action": "stacked", "pull_request": {"base": {"ref": "feat/auth"}, "stack": {"base": {"ref": "main"}}}},
            (Errand(PullRequestStacked(REF, HEAD, "feat/auth", "main")),),
        ),
        (
            "pull_request_review.submitted",
            {"review": {"body": "Nice.\n\n/review full"}},
            (Errand(REVIEW),),
        ),
        ("merge_group.checks_requested", {"action": "destroyed", "reason": "merged"}, ()),
        ("pull_request_review.submitted", {"review": {"body": "Nice."}}, ()),
        ("pull_request_review.submitted", {"review": {"body": "/review", "user": {"type": "Bot"}}}, ()),
        ("pull_request_review.submitted", {"action": "dismissed", "review": {"body": "/review"}}, ()),
        (
            "pull_request_review.submitted",
            {"action": "edited", "review": {"body": "Nice.\n\n/review full"}, "changes": {"body": {"from": "Nice."}}},
            (Errand(replace(REVIEW, before="Nice.")),),
        ),
        (
            "pull_request_review.submitted",
            {"action": "edited", "review": {"body": "/review full!"}, "changes": {"body": {"from": "/review full"}}},
            (),
        ),
        ("issue_comment.created", {"issue": {"pull_request": PULL}}, ()),
        (
            "issue_comment.created",
            {"issue": {"pull_request": PULL}, "comment": {"body": "/review"}},
            (Errand(replace(TALK, body="/review")),),
        ),
        ("issue_comment.created", {"comment": {"body": "/review"}}, ()),
        (
            "pull_request_review_comment.created",
            {"comment": {"in_reply_to_id": 5}},
            (Errand(replace(THREAD, body="Maybe you should use more emoji on this line.", reply_to=5)),),
        ),
        (
            "pull_request_review_comment.edited",
            {"comment": {"body": "/review dismiss no"}},
            (Errand(replace(THREAD, body="/review dismiss no", before="")),),
        ),
        (
            "check_run.requested_action",
            {"check_run": {"external_id": f"electron/electron#26764@{BUTTONS}/2"}},
            (Errand(PRESSED),),
        ),
        (
            "check_run.rerequested",
            {"check_run": {"external_id": RERUN.external_id}},
            (Errand(RERUN),),
        ),
        ("check_run.rerequested", {"check_run": {"external_id": RERUN.external_id}, "sender": SUITES_BOT}, ()),
        ("check_suite.rerequested", {"sender": PERSON}, (Errand(SUITE),)),
        (
            "check_suite.rerequested",
            {"sender": PERSON, "check_suite": {"pull_requests": []}},
            (Errand(replace(SUITE, numbers=())),),
        ),
    ],
)
def test_what_else_they_may_lead_to(sample: str, changes: Mapping[str, Any], expected: tuple[Job, ...]) -> None:
    """The same payloads with what the package has no example of."""
    assert deliver(sample, changes) == expected


COMMENT = CommentWritten(REF, 9, CommentPlace.CONVERSATION, "/review", "octocat", False, "hubot")


def heard(comment: CommentWritten, mention: str = "kireji") -> tuple[Job, ...]:
    """What a worker does because of a comment."""
    return tuple(job for job in jobs(comment) if matters(job, mention))


@pytest.mark.parametrize(
    ("comment", "wanted"),
    [
        (COMMENT, True),
        (replace(COMMENT, body="/review paus"), True),
        (replace(COMMENT, body="@kireji why?"), True),
        (replace(COMMENT, body="Nice!"), False),
        (replace(COMMENT, body="> /review"), False),
        (replace(COMMENT, body="Why?", reply_to=5), True),
        (replace(COMMENT, open=False), True),
        (replace(COMMENT, author_is_bot=True), False),
        (replace(COMMENT, author_is_bot=True, reply_to=5), False),
        (replace(COMMENT, before=""), True),
        (replace(COMMENT, before="/review full"), True),
        (replace(COMMENT, before="/review paus"), True),
        (replace(COMMENT, before="Hm.\n/Review  "), False),
        (replace(COMMENT, body="Why?", before="/review"), False),
        (replace(COMMENT, body="Why?", before="Why", reply_to=5), False),
        (replace(COMMENT, before="", author_is_bot=True), False),
    ],
)
def test_which_comments_matter(comment: CommentWritten, *, wanted: bool) -> None:
    """Commands, mentions and replies of people; after an edit a command that was not there before."""
    assert heard(comment) == ((Errand(comment),) if wanted else ())


@pytest.mark.parametrize("author_is_bot", [False, True])
def test_the_web_process_sees_whose_a_comment_is_and_not_what_it_says(*, author_is_bot: bool) -> None:
    """Whatever a person writes is queued for the worker, which looks into it; a bot's, our own among them, is not."""
    comment = replace(COMMENT, body="x.password('", author_is_bot=author_is_bot)
    assert jobs(comment) == (() if author_is_bot else (Errand(comment),))
    assert heard(comment) == ()


def test_the_mention_is_the_apps_name() -> None:
    """Which is its owner's choice."""
    asked = replace(COMMENT, body="@acme-review why?")
    assert (heard(asked), heard(asked, "acme-review")) == ((), (Errand(asked),))


@pytest.mark.parametrize("action", list(PullAction))
def test_when_a_head_is_read_again(action: PullAction) -> None:
    """A base or a draft's end changes what is to be read though the head stays; only pushes are worth waiting for."""
    (job,) = jobs(PullRequestChanged(REF, HEAD, action, True, "octocat", True, AT))
    again = action in {PullAction.EDITED, PullAction.READY_FOR_REVIEW}
    assert job == replace(JOB, ask=ReviewRequest(pushed=action is PullAction.SYNCHRONIZE), again=again)


@pytest.mark.parametrize("event", [None, Ping("zen"), InstallationChanged(1, "octo-org", "created")])
def test_what_needs_nothing(event: Ping | InstallationChanged | None) -> None:
    """It is answered, and that is all."""
    assert jobs(event) == ()


def test_an_end_and_a_label() -> None:
    """What a label means the policy says, which is read later."""
    assert jobs(PullRequestClosed(REF)) == (CloseJob(REF),)
    assert jobs(LABEL) == (Errand(LABEL),)
