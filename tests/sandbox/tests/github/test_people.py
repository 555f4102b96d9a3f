"""What people do, and the webhook that tells of each."""

import json
from typing import Any

import pytest
import requests

from tests.sandbox.github import AppIdentity, GitHubSandbox, Pull, Repository


def heard(github: GitHubSandbox, event: str, **about: Any) -> Any:
    """The payload of a webhook."""
    return json.loads(github.webhook(event, **about)[1])


def test_a_push_tells_both_heads(github: GitHubSandbox, shop: Repository, pull: Pull) -> None:
    """`before` is the head that was there, `after` the new one."""
    old = pull.head_sha
    new = shop.push(1, {"till.py": "all new\n"})
    payload = heard(github, "pull_request", action="synchronize", repo=shop, number=1)
    assert (payload["before"], payload["after"], payload["pull_request"]["head"]["sha"]) == (old, new, new)


def test_labels_come_and_go(github: GitHubSandbox, shop: Repository, pull: Pull) -> None:
    """The webhook names the label, also one that is off again; a label is the same on every pull request."""
    shop.add_label(1, "deep")
    shop.add_label(1, "deep")
    on = heard(github, "pull_request", action="labeled", repo=shop, number=1, label="deep")
    assert (on["label"]["name"], [label["name"] for label in on["pull_request"]["labels"]]) == ("deep", ["deep"])
    shop.remove_label(1, "deep")
    off = heard(github, "pull_request", action="unlabeled", repo=shop, number=1, label="deep")
    assert (off["label"], off["pull_request"]["labels"]) == (on["label"], [])

    with pytest.raises(ValueError, match="not in list"):
        shop.remove_label(1, "deep")

    assert shop.open_pull(branch="b", files={"b": "1\n"}, labels=("deep",)).labels[0].id == on["label"]["id"]
    assert pull.number == 1


def test_edits_tell_what_was_there(github: GitHubSandbox, shop: Repository, pull: Pull) -> None:
    """Another base branch, another title: `changes` has the old values."""
    shop.commit("release", {"till.py": "released\n"})
    before = pull.base_sha
    shop.change_base(1, "release")
    payload = heard(github, "pull_request", action="edited", repo=shop, number=1)

    assert payload["changes"] == {"base": {"ref": {"from": "main"}, "sha": {"from": before}}}
    assert payload["pull_request"]["base"]["ref"] == "release"
    assert payload["pull_request"]["base"]["sha"] == shop.state.store.resolve_commit("release")

    shop.edit(1, title="Fastest till")
    payload = heard(github, "pull_request", action="edited", repo=shop, number=1)

    assert (payload["changes"], payload["pull_request"]["title"]) == (
        {"title": {"from": "Faster till"}},
        "Fastest till",
    )


def test_closed_reopened_and_ready(github: GitHubSandbox, shop: Repository) -> None:
    """The pull request is as it is at that moment."""
    number = shop.open_pull(files={"a": "1\n"}, draft=True).number
    shop.close(number, merged=True)
    closed = heard(github, "pull_request", action="closed", repo=shop, number=number)["pull_request"]
    assert (closed["state"], closed["merged"], closed["draft"]) == ("closed", True, True)
    shop.reopen(number)
    shop.ready(number)
    again = heard(github, "pull_request", action="ready_for_review", repo=shop, number=number)["pull_request"]
    assert (again["state"], again["merged"], again["draft"]) == ("open", False, False)


def test_comments_edited_and_gone(github: GitHubSandbox, shop: Repository, pull: Pull) -> None:
    """In the conversation and in threads; `changes` has the text before."""
    talk = shop.comment(1, "Nice!", by="bob")
    shop.add_review(1, by="bob", body="x", comments=[{"path": "till.py", "line": 4, "body": "Hm."}])
    line = shop.review_comments(1)[0]["id"]
    for event, comment in (("issue_comment", talk.id), ("pull_request_review_comment", line)):
        created = heard(github, event, action="created", repo=shop, number=1, comment_id=comment, sender="bob")
        assert "changes" not in created
        shop.edit_comment(comment, "/review")
        edited = heard(github, event, action="edited", repo=shop, number=1, comment_id=comment, sender="bob")
        assert edited["changes"] == {"body": {"from": created["comment"]["body"]}}
        assert (edited["comment"]["id"], edited["comment"]["body"]) == (comment, "/review")
        shop.delete_comment(comment)

    assert (pull.issue_comments, pull.review_comments) == ([], [])

    with pytest.raises(LookupError):
        shop.edit_comment(line, "again")


def test_who_comments(github: GitHubSandbox, shop: Repository, pull: Pull) -> None:
    """People and bots, with what they are to the repository."""
    shop.grant("carol", "write")
    kinds: list[tuple[str, str]] = []
    for login in ("octo", "carol", "stranger", "other[bot]"):
        comment = shop.comment(pull.number, "hi", by=login).id
        payload = heard(
            github, "issue_comment", action="created", repo=shop, number=1, comment_id=comment, sender=login
        )
        assert (payload["sender"]["login"], payload["issue"]["user"]["login"]) == (login, "alice")
        kinds.append((payload["comment"]["user"]["type"], payload["comment"]["author_association"]))

    assert kinds == [("User", "OWNER"), ("User", "COLLABORATOR"), ("User", "NONE"), ("Bot", "NONE")]


def test_threads_as_people_see_them(github: GitHubSandbox, shop: Repository, pull: Pull) -> None:
    """Answered at any of its comments, resolved, opened again, outdated."""
    shop.add_review(1, by="bob", body="x", comments=[{"path": "till.py", "line": 4, "body": "Hm."}])
    root = shop.review_comments(1)[0]["id"]
    answer = shop.reply(1, root, "Well.", by="carol").id
    last = shop.reply(1, answer, "Yes.", by="dora").id
    payload = heard(github, "pull_request_review_comment", action="created", repo=shop, number=1, comment_id=last)
    assert payload["comment"]["in_reply_to_id"] == root
    shop.resolve_thread(1, answer, by="carol")
    [thread] = shop.threads(1)
    assert thread == {
        "id": root,
        "path": "till.py",
        "line": 4,
        "resolved": True,
        "resolved_by": "carol",
        "outdated": False,
        "minimized": None,
        "comments": [
            {"id": root, "login": "bob", "body": "Hm."},
            {"id": answer, "login": "carol", "body": "Well."},
            {"id": last, "login": "dora", "body": "Yes."},
        ],
    }
    shop.unresolve_thread(1, root)
    shop.push(1, {"till.py": "all new\n"})
    [thread] = shop.threads(1)
    assert (thread["resolved"], thread["outdated"], thread["line"]) == (False, True, None)

    with pytest.raises(LookupError):
        shop.reply(1, pull.id, "?")


def test_only_buttons_that_are_there_are_pressed(
    github: GitHubSandbox, shop: Repository, pull: Pull, rest: requests.Session
) -> None:
    """`requested_action` names the button of a check run; a fork's names no pull request."""
    fork = shop.open_pull(author="mallory", fork=True, branch="evil", files={"a.py": "1\n"})
    button = {"label": "Review again", "description": "Once more", "identifier": "again"}
    numbers: list[list[int]] = []
    for pull_request in (pull, fork):
        body = {"name": "kireji", "head_sha": pull_request.head_sha, "actions": [button]}
        run = rest.post("/repos/octo/shop/check-runs", json=body).json()["id"]
        payload = heard(github, "check_run", action="requested_action", repo=shop, check_run_id=run, button="again")
        assert payload["requested_action"] == {"identifier": "again"}
        assert payload["check_run"]["head_sha"] == pull_request.head_sha
        numbers.append([each["number"] for each in payload["check_run"]["pull_requests"]])
        with pytest.raises(ValueError, match="no button 'pause'"):
            github.webhook("check_run", action="requested_action", repo=shop, check_run_id=run, button="pause")

    assert numbers == [[1], []]


@pytest.mark.parametrize(("action", "added", "removed"), [("added", 1, 0), ("removed", 0, 1)])
def test_repositories_of_an_installation(
    github: GitHubSandbox, app: AppIdentity, shop: Repository, *, action: str, added: int, removed: int
) -> None:
    """Those that came, or those that went."""
    payload = heard(github, "installation_repositories", action=action)
    assert (len(payload["repositories_added"]), len(payload["repositories_removed"])) == (added, removed)
    assert payload["installation"]["id"] == app.installation_id
    assert shop.full_name
