"""The pull request, in one GraphQL request."""

import json
from typing import Any

import pytest

from kireji.adapters.github import GitHubForge
from kireji.core.pulls.pull import OpenedPull, PullRef, PullRequest
from kireji.errors import UserError
from tests.adapters.github.conftest import PULL

DIFF = "https://api.github.com/repos/octo/shop/pulls/5"


@pytest.fixture(autouse=True)
def empty_diff(api: Any) -> None:
    """A diff that does not matter here."""
    api.get(DIFF, body="")


def sent(api: Any) -> dict[str, Any]:
    """The GraphQL request."""
    return next(json.loads(call.request.body) for call in api.calls if call.request.method == "POST")


def blob(text: str | None, *, binary: bool = False, cut: bool = False) -> dict[str, Any]:
    """A file as GraphQL shows it."""
    return {"object": {"text": text, "isBinary": binary, "isTruncated": cut}}


async def test_everything_in_one_request(forge: GitHubForge, api: Any, ref: PullRef) -> None:
    """Paths travel as variables; what is absent, binary or cut is left out, and what is there and cannot be read is named."""
    target = {"f0": blob("limit: 3\n"), "f1": None, "f2": blob(None, binary=True), "f3": blob("x", cut=True)}
    api.pull(3, baseRef={"target": target})
    opened = await forge.look(ref, [".github/kireji.yml", ".gitattributes", "logo", "huge"])

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
        unreadable=frozenset({"logo", "huge"}),
    )

    asked = sent(api)
    assert asked["variables"] == {
        "owner": "octo",
        "name": "shop",
        "number": 5,
        "p0": ".github/kireji.yml",
        "p1": ".gitattributes",
        "p2": "logo",
        "p3": "huge",
    }
    assert ".github/kireji.yml" not in asked["query"]
    assert forge.requests == 1


@pytest.mark.parametrize("base", [None, {"target": None}, {"target": {}}])
async def test_a_deleted_base_branch_has_no_files(forge: GitHubForge, api: Any, ref: PullRef, base: Any) -> None:
    """baseRef is null then."""
    api.pull(baseRef=base)
    assert (await forge.fetch(ref, ["a"])).opened.base_files == {}


async def test_a_ghost_and_a_merged_pull_request(forge: GitHubForge, api: Any, ref: PullRef) -> None:
    """A deleted account is GitHub's ghost; merged is not open; no files asked, none queried."""
    api.pull(author=None, state="MERGED", labels=None)
    pull = (await forge.fetch(ref, [])).opened.pull
    assert (pull.author, pull.open, pull.labels) == ("ghost", False, ())
    assert "baseRef {" not in sent(api)["query"]


async def test_a_bot_is_known_by_its_kind(forge: GitHubForge, api: Any, ref: PullRef) -> None:
    """Its login is the one that webhooks give, in whichever form GraphQL has it; a person's name proves nothing."""
    api.pull(author={"__typename": "Bot", "login": "dependabot"})
    pull = (await forge.fetch(ref, [])).opened.pull
    assert (pull.author, pull.author_is_bot) == ("dependabot[bot]", True)
    api.reset()
    api.get(DIFF, body="")
    api.pull(author={"__typename": "User", "login": "robot"})
    pull = (await forge.fetch(ref, [])).opened.pull
    assert (pull.author, pull.author_is_bot) == ("robot", False)


@pytest.mark.parametrize(
    ("repository", "text"),
    [
        ({"object": {"text": "limit: 1\n", "isBinary": False, "isTruncated": False}}, "limit: 1\n"),
        ({"object": {"text": None, "isBinary": True, "isTruncated": False}}, ""),
        ({"object": {"text": "x", "isBinary": False, "isTruncated": True}}, ""),
        ({"object": {}}, ""),
        ({"object": None}, ""),
        (None, ""),
    ],
)
async def test_the_organisations_file_comes_along(
    forge: GitHubForge, api: Any, ref: PullRef, repository: Any, text: str
) -> None:
    """Whole text or none: binary, cut, a folder, no such file, no such repository."""
    api.graphql(PULL, organisation=repository)
    assert (await forge.fetch(ref, [])).opened.organisation == text
    assert forge.requests == 2


@pytest.mark.parametrize("kind", ["NOT_FOUND", "FORBIDDEN"])
async def test_an_organisation_that_hides_its_file_fails_nothing(
    forge: GitHubForge, api: Any, ref: PullRef, kind: str
) -> None:
    """No such repository, one that is not for us, one behind single sign-on: data for the rest, and an error."""
    error = {"type": kind, "path": ["organisation"], "message": "Could not resolve to a Repository."}
    api.graphql(PULL, organisation=None, errors=[error])
    opened = (await forge.fetch(ref, [])).opened
    assert (opened.pull.title, opened.organisation) == ("Add a shop", "")
    assert forge.requests == 2


async def test_an_error_elsewhere_is_none_the_less_one(forge: GitHubForge, api: Any, ref: PullRef) -> None:
    """Also where the organisation's file is missing at the same time."""
    errors = [
        {"type": "NOT_FOUND", "path": ["organisation"], "message": "a"},
        {"type": "FORBIDDEN", "path": ["repository", "pullRequest"], "message": "Resource not accessible"},
    ]
    api.graphql(None, organisation=None, errors=errors)
    with pytest.raises(UserError, match="refused this"):
        await forge.fetch(ref, [])


async def test_what_is_not_there_is_the_users_to_mend(forge: GitHubForge, api: Any, ref: PullRef) -> None:
    """NOT_FOUND hides a repository that the token may not see."""
    error = {"type": "NOT_FOUND", "message": "Could not resolve to a Repository with the name 'octo/shop'."}
    api.post("https://api.github.com/graphql", json={"data": {"repository": None}, "errors": [error]})
    with pytest.raises(UserError) as told:
        await forge.fetch(ref, [])
    assert "a token that may read the repository" in told.value.remedy


async def test_a_query_is_sent_again_after_a_502(forge: GitHubForge, api: Any, ref: PullRef) -> None:
    """A GraphQL query is a POST that changes nothing."""
    api.post("https://api.github.com/graphql", status=502, body="<html>")
    api.pull()
    assert (await forge.fetch(ref, [])).opened.pull.title == "Add a shop"
