"""What GitHub's payloads become, and that no field of them is believed before its type."""

import copy
import importlib
import json
import pkgutil
from collections.abc import Mapping
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kireji.core.events import payloads
from kireji.core.events.delivery import EVENTS, Delivery, parse_event
from kireji.core.events.happened import (
    CheckRunAsked,
    CheckSuiteAsked,
    CommentWritten,
    InstallationChanged,
    LabelChanged,
    Ping,
    PullAction,
    PullRequestChanged,
    PullRequestClosed,
)
from kireji.core.events.job import ReviewJob
from kireji.core.events.payloads.fields import ActionPayload, Wire
from kireji.core.events.payloads.kept import KEPT, Fields, kept
from kireji.core.pulls.people import CommentPlace
from kireji.core.pulls.pull import PullRef
from kireji.errors import DeliveryError

SHA = "0123456789abcdef0123456789abcdef01234567"
REF = PullRef("octo-org/hello.world", 7, 42, 1)
OURS = ReviewJob(REF, SHA).name

# One payload for every event: the fields that are read, as GitHub shapes them, and a few that are not.
WHOLE: Mapping[str, Any] = {
    "number": 7,
    "pull_request": {
        "number": 7,
        "head": {"sha": SHA, "ref": "topic"},
        "draft": False,
        "title": "T",
        "state": "open",
        "user": {"login": "hubot", "type": "User"},
        "updated_at": "2026-11-22T10:20:30Z",
    },
    "label": {"name": "needs review", "color": "ededed"},
    "issue": {"number": 7, "state": "open", "user": {"login": "hubot"}, "pull_request": {"url": "u"}},
    "comment": {"id": 9, "body": "/review", "user": {"login": "octocat", "type": "User"}},
    "changes": {"base": {"ref": {"from": "main"}}, "body": {"from": "before"}},
    "check_run": {
        "head_sha": SHA,
        "external_id": OURS,
        "pull_requests": [{"number": 7, "base": {"repo": {"id": 1}}}],
    },
    "check_suite": {"head_sha": SHA, "pull_requests": [{"number": 7, "base": {"repo": {"id": 1}}}]},
    "requested_action": {"identifier": "again"},
    "repository": {"full_name": "octo-org/hello.world", "id": 1, "private": True},
    "sender": {"login": "octocat", "type": "User"},
    "installation": {"id": 42, "account": {"login": "octo-org"}},
    "zen": "Design for failure.",
}
LEFT_OUT = object()


def payload(action: str | None, **changes: object) -> dict[str, Any]:
    """A payload, some of it changed: `pull_request__head__sha=…`; LEFT_OUT takes the field away."""
    whole: dict[str, Any] = {"action": action, **copy.deepcopy(dict(WHOLE))}
    for path, value in changes.items():
        *steps, last = path.split("__")
        inner: Any = whole
        for step in steps:
            inner = inner[step]
        if value is LEFT_OUT:
            del inner[last]
        else:
            inner[last] = value
    return whole


def parse(event: str, action: str | None, **changes: object) -> object:
    """The event of such a payload; what is kept of it says the same."""
    whole = payload(action, **changes)
    event_of = parse_event(Delivery("id", event, whole))
    assert parse_event(Delivery("id", event, kept(whole))) == event_of
    return event_of


CHANGED = PullRequestChanged(REF, SHA, PullAction.OPENED, False, "octocat", False, updated_at=1_795_342_830.0)
COMMENTED = CommentWritten(REF, 9, CommentPlace.CONVERSATION, "/review", "octocat", False, "hubot")


@pytest.mark.parametrize("action", list(PullAction))
def test_something_new_to_read(action: PullAction) -> None:
    """All that the review needs, and GitHub's clock in epoch seconds."""
    event = parse("pull_request", action.value)
    assert event == PullRequestChanged(REF, SHA, action, False, "octocat", False, updated_at=CHANGED.updated_at)


def test_a_draft_by_a_bot_of_a_repository_hook() -> None:
    """Draft and bot are told; a webhook that is not an App's names no installation."""
    sender = {"login": "renovate[bot]", "type": "Bot"}
    event = parse("pull_request", "opened", pull_request__draft=True, sender=sender, installation=LEFT_OUT)
    assert isinstance(event, PullRequestChanged)
    assert (event.draft, event.sender_is_bot, event.ref.installation) == (True, True, None)


@pytest.mark.parametrize(
    ("stamp", "seconds"),
    [("1970-01-01T00:00:01Z", 1.0), ("1970-01-01T01:00:01+01:00", 1.0), ("1970-01-01T00:00:00.5Z", 0.5)],
)
def test_the_time_of_a_change_is_read(stamp: str, seconds: float) -> None:
    """In whatever zone it is told."""
    event = parse("pull_request", "opened", pull_request__updated_at=stamp)
    assert isinstance(event, PullRequestChanged)
    assert event.updated_at == seconds


@pytest.mark.parametrize("changes", [LEFT_OUT, None, {}, {"title": {"from": "T"}}, {"base": None}])
def test_an_edit_matters_if_the_base_changed(changes: object) -> None:
    """A new title or text is no reason to read the diff again."""
    assert parse("pull_request", "edited", changes=changes) is None


def test_an_end_and_labels() -> None:
    """Merged or not, it is an end; a label's name is told as it is."""
    assert parse("pull_request", "closed") == PullRequestClosed(REF)
    assert parse("pull_request", "labeled") == LabelChanged(REF, SHA, "needs review", True, "octocat", False)
    assert parse("pull_request", "unlabeled") == LabelChanged(REF, SHA, "needs review", False, "octocat", False)


def test_a_label_that_is_gone_has_no_name() -> None:
    """GitHub leaves it out where the label itself was deleted."""
    assert parse("pull_request", "unlabeled", label=LEFT_OUT) is None


def test_a_comment_in_the_conversation() -> None:
    """With who opened the pull request, and whether that is open."""
    assert parse("issue_comment", "created") == COMMENTED
    closed = parse("issue_comment", "created", issue__state="closed")
    assert isinstance(closed, CommentWritten)
    assert not closed.open


@pytest.mark.parametrize("absent", [LEFT_OUT, None])
def test_a_comment_on_an_issue_is_no_event(absent: object) -> None:
    """GitHub sends them under the same name."""
    assert parse("issue_comment", "created", issue__pull_request=absent) is None


@pytest.mark.parametrize(("reply", "expected"), [(LEFT_OUT, None), (None, None), (5, 5)])
def test_a_comment_in_a_thread(reply: object, expected: int | None) -> None:
    """A reply names the thread's first comment."""
    comment = {"id": 9, "body": "Why?", "user": {"login": "octocat", "type": "User"}, "in_reply_to_id": reply}
    if reply is LEFT_OUT:
        del comment["in_reply_to_id"]
    event = parse("pull_request_review_comment", "created", comment=comment)
    assert event == CommentWritten(
        REF, 9, CommentPlace.THREAD, "Why?", "octocat", False, "hubot", reply_to=expected, open=True
    )


def test_whoever_edits_a_comment_answers_for_it() -> None:
    """Somebody with write may put a command into an administrator's comment: it is not the administrator's."""
    event = parse("issue_comment", "edited", comment__user__login="admin")
    assert isinstance(event, CommentWritten)
    assert (event.author, event.before) == ("octocat", "before")


@pytest.mark.parametrize("changes", [LEFT_OUT, None, {}, {"body": None}])
def test_an_edit_that_leaves_the_text_is_no_event(changes: object) -> None:
    """Taken for a new comment, it would give its command twice."""
    assert parse("issue_comment", "edited", changes=changes) is None


def test_what_a_new_comment_was_before_is_nothing() -> None:
    """Whatever the payload claims."""
    event = parse("issue_comment", "created")
    assert isinstance(event, CommentWritten)
    assert event.before is None


def test_texts_and_people_may_be_missing() -> None:
    """Bodies are null at times, and so are accounts that were deleted."""
    event = parse("issue_comment", "created", comment__user=None, comment__body=None, issue__user=None)
    assert isinstance(event, CommentWritten)
    assert (event.body, event.author, event.pull_author) == ("", "ghost", "ghost")
    edited = parse("issue_comment", "edited", changes={"body": {"from": None}})
    assert isinstance(edited, CommentWritten)
    assert edited.before == ""


@pytest.mark.parametrize("action", ["created", "edited"])
@pytest.mark.parametrize("who", ["sender", "comment__user"])
def test_a_bots_hand_in_a_comment_is_told(action: str, who: str) -> None:
    """Whether it wrote the comment or edited a person's; and a person who ticks a box in a bot's does not speak."""
    event = parse("issue_comment", action, **{who: {"login": "renovate[bot]", "type": "Bot"}})
    assert isinstance(event, CommentWritten)
    assert event.author_is_bot


@pytest.mark.parametrize(("action", "pressed"), [("rerequested", ""), ("requested_action", "again")])
def test_a_button_at_our_check_run(action: str, pressed: str) -> None:
    """GitHub's own Re-run has no identifier; ours have."""
    event = parse("check_run", action)
    assert event == CheckRunAsked(REF.repo, 42, OURS, pressed, "octocat", False, 1)


@pytest.mark.parametrize(
    "name",
    [None, "", "4321", "octo-org/hello.world", f"octo-org/hello.world#7@{SHA}", f"octo/hello#x@{SHA}/1", f" {OURS}"],
)
def test_another_apps_check_run_is_no_event(name: object) -> None:
    """Ours carry the review's name."""
    assert parse("check_run", "rerequested", check_run__external_id=name) is None


def test_rerunning_all_checks() -> None:
    """The page's own button names the suite alone."""
    assert parse("check_suite", "rerequested") == CheckSuiteAsked(REF.repo, 42, SHA, (7,), "octocat", False, 1)


@pytest.mark.parametrize(
    ("pulls", "numbers"),
    [
        (None, ()),
        ([], ()),
        ([{"number": 3}, {"number": 3}, {"number": 2}], (3, 2)),
        ([{"number": 3, "base": {"repo": {"id": 2}}}], ()),
        ([{"number": 3, "head": {"sha": SHA}}, {"number": 4, "head": {"sha": SHA[::-1]}}], (3,)),
    ],
)
def test_which_pull_requests_a_check_names(pulls: object, numbers: tuple[int, ...]) -> None:
    """None for a fork's; and what GitHub names besides is left out: a fork's original's, and what has another head by now."""
    event = parse("check_suite", "rerequested", check_suite__pull_requests=pulls)
    assert isinstance(event, CheckSuiteAsked)
    assert event.numbers == numbers


def test_an_installation() -> None:
    """Whose it is and what happened; an enterprise has a slug instead of a login."""
    assert parse("installation", "suspend") == InstallationChanged(42, "octo-org", "suspend")
    assert parse("installation_repositories", "added") == InstallationChanged(42, "octo-org", "added")
    enterprise = parse("installation", "created", installation__account={"slug": "octo-corp"})
    assert enterprise == InstallationChanged(42, "octo-corp", "created")


def test_a_ping() -> None:
    """With or without its aphorism."""
    assert parse("ping", None) == Ping("Design for failure.")
    assert parse("ping", None, zen=LEFT_OUT) == Ping("")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("pull_request", None),
        ("pull_request.number", "7"),
        ("pull_request.number", True),
        ("pull_request.number", -1),
        ("pull_request.number", 10**40),
        ("pull_request.head", []),
        ("pull_request.head.sha", "main"),
        ("pull_request.head.sha", SHA + "\n"),
        ("pull_request.draft", "false"),
        ("pull_request.updated_at", "yesterday"),
        ("pull_request.updated_at", "2026-11-22T10:20:30"),
        ("pull_request.updated_at", "2026-13-22T10:20:30Z"),
        ("pull_request.updated_at", 1_795_342_830),
        ("label.name", None),
        ("changes.base", "main"),
        ("repository.full_name", "octocat"),
        ("repository.full_name", "octocat/.."),
        ("repository.full_name", "octocat/a/../b"),
        ("repository.full_name", "octocat/a?b"),
        ("repository.full_name", "octocat/a\n"),
        ("repository.full_name", "octocat/" + "a" * 300),
        ("repository.id", "1"),
        ("sender", None),
        ("sender.login", 1),
        ("installation.id", 0),
    ],
)
def test_a_wrong_field_is_named(path: str, value: object) -> None:
    """The sender is told which field, and none of what it sent."""
    assert refusal("pull_request", "opened", path, value) == path


@pytest.mark.parametrize(
    ("event", "action", "path", "value"),
    [
        ("issue_comment", "created", "issue.number", 0),
        ("issue_comment", "created", "issue.pull_request", "yes"),
        ("issue_comment", "created", "comment.id", "9"),
        ("issue_comment", "created", "comment.body", 1),
        ("issue_comment", "created", "comment.user.login", None),
        ("issue_comment", "edited", "changes.body.from", 1),
        ("pull_request_review_comment", "created", "comment.in_reply_to_id", "5"),
        ("pull_request_review_comment", "created", "pull_request.state", True),
        ("check_run", "rerequested", "check_run.head_sha", "main"),
        ("check_run", "rerequested", "check_run.external_id", 7),
        ("check_run", "rerequested", "check_run.pull_requests", {}),
        ("check_run", "requested_action", "requested_action.identifier", None),
        ("check_run", "requested_action", "requested_action", LEFT_OUT),
        ("check_suite", "rerequested", "check_suite.head_sha", None),
        ("installation", "created", "installation.id", "42"),
        ("installation", "created", "installation.account.login", 1),
        ("ping", None, "zen", 1),
    ],
)
def test_a_wrong_field_of_any_event_is_named(event: str, action: str | None, path: str, value: object) -> None:
    """As above."""
    assert refusal(event, action, path, value) == path


def test_what_is_kept_is_what_the_parsers_read() -> None:
    """Every field of every model is in the table, and nothing is in it that no model reads."""

    def names(fields: Fields, above: str = "") -> set[str]:
        own = {f"{above}{name}" for name in fields}
        return own.union(*(names(inner, f"{above}{name}.") for name, inner in fields.items()))

    def read(model: type[Wire], above: str = "") -> set[str]:
        found = set[str]()
        for name, field in model.model_fields.items():
            path = f"{above}{field.alias or name}"
            found.add(path)
            for inner in _models(field.annotation):
                found |= read(inner, f"{path}.")
        return found

    for module in pkgutil.iter_modules(payloads.__path__, f"{payloads.__name__}."):
        importlib.import_module(module.name)
    whole = {
        ActionPayload,
        *(one for one in _below(Wire) if one.__name__.endswith("Payload") or one.__name__ == "_Anything"),
    }
    assert len(whole) >= 12
    in_issues_only = {"pull_request.pull_request"}  # of a model that pull requests share
    assert names(KEPT) == set[str]().union(*map(read, whole)) - in_issues_only


def _below(model: type[Wire]) -> set[type[Wire]]:
    return {model}.union(*map(_below, model.__subclasses__()))


def _models(annotation: object) -> set[type[Wire]]:
    """The models in a type, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, Wire):
        return {annotation}
    return set[type[Wire]]().union(*map(_models, get_args(annotation)))


@given(depth=st.integers(1, 200))
def test_nothing_else_is_kept(depth: int) -> None:
    """Not beside these fields, not within them, not in lists of lists of them."""
    nested: Any = {"diff_hunk": "ghp_x", "body": "b"}
    for _ in range(depth):
        nested = [nested]
    whole = {
        "comment": {"diff_hunk": "ghp_x", "user": {"email": "e", "login": "l"}, "body": {"x": 1}},
        "review": nested,
    }
    text = json.dumps(kept({**whole, "organization": {"login": "o"}}))
    assert ("ghp_x" in text, "email" in text, "organization" in text) == (False, False, False)
    assert kept(whole)["comment"] == {"body": {}, "user": {"login": "l"}}


def refusal(event: str, action: str | None, path: str, value: object) -> str:
    """The field that is refused."""
    with pytest.raises(DeliveryError) as caught:
        parse(event, action, **{path.replace(".", "__"): value})
    assert caught.value.status == 400
    return str(caught.value).removeprefix("the payload's ").split(" is ", maxsplit=1)[0]


# A few characters that have broken parsers, rather than all of Unicode, whose table is slow to build.
TEXT = st.text("a0/.:=,; \n\0é\ud800🦀", max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
PATHS = (
    *WHOLE,
    *(f"{name}__{inner}" for name, value in WHOLE.items() if isinstance(value, dict) for inner in value),
)


@given(where=st.sampled_from(PATHS), value=JSON)
def test_any_json_in_any_field_is_parsed_or_refused(where: str, value: object) -> None:
    """No payload raises anything but DeliveryError."""
    for row in EVENTS:
        for action in row.actions or (None,):
            status = 0
            try:
                parse(row.name, action, **{where: value})
            except DeliveryError as error:
                status = error.status
            assert status in {0, 400}
