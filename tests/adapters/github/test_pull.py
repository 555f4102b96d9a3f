"""The pull request, in one GraphQL request."""

import json
from typing import Any

import pytest

from app.adapters.github import GitHubForge
from app.core.pull import OpenedPull, PullRef, PullRequest
from app.errors import UserError

ROW: dict[str, Any] = {
    "title": "Add a shop",
    "body": "It sells.",
    "isDraft": True,
    "state": "OPEN",
    "changedFiles": 3,
    "isCrossRepository": True,
    "author": {"login": "mona"},
    "headRefOid": "a" * 40,
    "baseRefOid": "b" * 40,
    "headRefName": "topic",
    "baseRefName": "main",
    "labels": {"nodes": [{"name": "bug"}, {"name": "shop"}]},
}


def blob(text: str | None, *, binary: bool = False, cut: bool = False) -> dict[str, Any]:
    """A file as GraphQL shows it."""
    return {"object": {"text": text, "isBinary": binary, "isTruncated": cut}}


async def test_everything_in_one_request(forge: GitHubForge, api: Any, ref: PullRef) -> None:
    """Paths travel as variables; what is absent, binary or cut is left out."""
    target = {"f0": blob("limit: 3\n"), "f1": None, "f2": blob(None, binary=True), "f3": blob("x", cut=True)}
    api.graphql(ROW | {"baseRef": {"target": target}})
    opened = await forge.pull(ref, [".github/kireji.yml", ".gitattributes", "logo", "huge"])
    assert opened == OpenedPull(
        PullRequest(
            ref,
            "Add a shop",
            "It sells.",
            "mona",
            "b" * 40,
            "a" * 40,
            "main",
            "topic",
            3,
            True,
            True,
            True,
            ("bug", "shop"),
        ),
        {".github/kireji.yml": "limit: 3\n"},
    )
    sent = json.loads(api.calls[0].request.body)
    assert sent["variables"] == {
        "owner": "octo",
        "name": "shop",
        "number": 5,
        "p0": ".github/kireji.yml",
        "p1": ".gitattributes",
        "p2": "logo",
        "p3": "huge",
    }
    assert "kireji.yml" not in sent["query"]
    assert forge.requests == 1


@pytest.mark.parametrize("base", [None, {"target": None}, {"target": {}}])
async def test_a_deleted_base_branch_has_no_files(forge: GitHubForge, api: Any, ref: PullRef, base: Any) -> None:
    """baseRef is null then."""
    api.graphql(ROW | {"baseRef": base})
    assert (await forge.pull(ref, ["a"])).base_files == {}


async def test_a_ghost_and_a_merged_pull_request(forge: GitHubForge, api: Any, ref: PullRef) -> None:
    """A deleted account is GitHub's ghost; merged is not open; no files asked, none queried."""
    api.graphql(ROW | {"author": None, "state": "MERGED", "labels": None})
    pull = (await forge.pull(ref, [])).pull
    assert (pull.author, pull.open, pull.labels) == ("ghost", False, ())
    assert "baseRef {" not in json.loads(api.calls[0].request.body)["query"]


async def test_what_is_not_there_is_the_users_to_mend(forge: GitHubForge, api: Any, ref: PullRef) -> None:
    """NOT_FOUND hides a repository on which the App is not installed."""
    error = {"type": "NOT_FOUND", "message": "Could not resolve to a Repository with the name 'octo/shop'."}
    api.post("https://api.github.com/graphql", json={"data": {"repository": None}, "errors": [error]})
    with pytest.raises(UserError) as told:
        await forge.pull(ref, [])
    assert "Install the App" in told.value.remedy


async def test_a_query_is_sent_again_after_a_502(forge: GitHubForge, api: Any, ref: PullRef) -> None:
    """A GraphQL query is a POST that changes nothing."""
    api.post("https://api.github.com/graphql", status=502, body="<html>")
    api.graphql(ROW)
    assert (await forge.pull(ref, [])).pull.title == "Add a shop"
