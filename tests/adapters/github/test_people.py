"""Reactions, rights of people, and the pull requests of a commit."""

from typing import Any

import pytest

from kireji.adapters.github import GitHubForge, connect
from kireji.adapters.github.read.heads import PAGES
from kireji.core.pulls.people import CommentPlace, CommentRef, Permission, Reaction
from kireji.core.pulls.pull import PullRef
from kireji.errors import DefectError, TransientError, UserError
from tests.adapters.github.conftest import REPO
from tests.adapters.github.support import HastyClock
from tests.sandbox.github import AppIdentity, Fault, GitHubSandbox, Repository


async def test_reactions_in_both_places(live: GitHubForge, repo: Repository, pull_ref: PullRef) -> None:
    """All of ours; one of a kind stays one."""
    talk = repo.comment(1, "/review", by="bob").id
    repo.add_review(1, by="bob", body="x", comments=[{"path": "a.py", "line": 2, "body": "Mine."}])
    line = repo.review_comments(1)[0]["id"]
    for reaction in Reaction:
        assert await live.react(pull_ref, CommentRef(talk, CommentPlace.CONVERSATION), reaction) is True
    for _ in range(2):
        assert await live.react(pull_ref, CommentRef(line, CommentPlace.THREAD, line), Reaction.EYES) is True
    assert repo.reactions(talk) == [("kireji[bot]", str(reaction)) for reaction in Reaction]
    assert repo.reactions(line) == [("kireji[bot]", "eyes")]


@pytest.mark.parametrize("place", CommentPlace)
async def test_a_comment_that_is_gone_gets_no_reaction(
    live: GitHubForge, repo: Repository, pull_ref: PullRef, place: CommentPlace
) -> None:
    """That is no failure."""
    assert repo.full_name
    assert await live.react(pull_ref, CommentRef(5, place), Reaction.EYES) is False


async def test_without_the_right_there_is_no_reaction(github: GitHubSandbox, repo: Repository) -> None:
    """GitHub wants issues: write for the conversation."""
    token = github.token(permissions={"pull_requests": "write", "issues": "read"})
    forge = connect(api_url=github.url, token=token, clock=HastyClock())
    comment = CommentRef(repo.comment(1, "/review").id, CommentPlace.CONVERSATION)
    assert await forge.react(PullRef("octo/shop", 1), comment, Reaction.EYES) is False
    assert repo.reactions(comment.id) == []


@pytest.mark.parametrize("fault", [{"drop": "after"}, {"status": 502}, {"status": 502, "drop": "after"}])
async def test_a_lost_reaction_is_sent_again(
    live: GitHubForge, github: GitHubSandbox, repo: Repository, pull_ref: PullRef, fault: dict[str, Any]
) -> None:
    """GitHub keeps one."""
    comment = CommentRef(repo.comment(1, "/review").id, CommentPlace.CONVERSATION)
    github.faults.add(Fault(match="POST */reactions", **fault))
    assert await live.react(pull_ref, comment, Reaction.EYES) is True
    assert repo.reactions(comment.id) == [("kireji[bot]", "eyes")]


async def test_a_rate_limit_is_no_missing_right(
    live: GitHubForge, github: GitHubSandbox, repo: Repository, pull_ref: PullRef
) -> None:
    """A 403, too, and yet it passes."""
    comment = CommentRef(repo.comment(1, "/review").id, CommentPlace.CONVERSATION)
    limited = {"message": "You have exceeded a secondary rate limit."}
    github.faults.add(Fault(match="POST */reactions", status=403, body=limited, headers={"Retry-After": "60"}))
    with pytest.raises(TransientError):
        await live.react(pull_ref, comment, Reaction.EYES)


async def test_what_people_may_do(live: GitHubForge, repo: Repository, pull_ref: PullRef) -> None:
    """GitHub's own roles, an organisation's by what it builds on, and nobody in particular."""
    for role in ("read", "triage", "write", "maintain", "admin"):
        repo.grant(f"some-{role}", role)

    repo.grant("dora", "security", base="triage")
    repo.grant("emu_acme", "deployer", base="maintain")
    repo.comment(1, "hi", by="stranger")
    logins = {login: await live.permission(pull_ref, login) for login in repo.state.roles if login != "octo"}
    assert logins == {
        "some-read": Permission.READ,
        "some-triage": Permission.TRIAGE,
        "some-write": Permission.WRITE,
        "some-maintain": Permission.MAINTAIN,
        "some-admin": Permission.ADMIN,
        "dora": Permission.READ,
        "emu_acme": Permission.WRITE,
    }
    assert await live.permission(pull_ref, "octo") is Permission.ADMIN
    assert await live.permission(pull_ref, "stranger") is Permission.NONE
    assert await live.permission(pull_ref, "nobody-of-that-name") is Permission.NONE


@pytest.mark.parametrize(
    "login", ["", "..", "a/b", "a/../../x", "bob?x", "bob[bot]", "a b", "ä", "-a", "x" * 101, "a\n"]
)
async def test_odd_logins_may_nothing(forge: GitHubForge, ref: PullRef, login: str) -> None:
    """They are not even asked about."""
    assert await forge.permission(ref, login) is Permission.NONE
    assert forge.requests == 0


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"permission": "write", "role_name": "admin"}, Permission.WRITE),
        ({"permission": "admin", "role_name": "triage"}, Permission.ADMIN),
        ({"permission": "read"}, Permission.READ),
        ({"permission": "none", "role_name": ""}, Permission.NONE),
        ({"permission": "superb", "role_name": "superb"}, Permission.NONE),
    ],
)
async def test_a_roles_name_gives_nothing_that_its_base_does_not(
    forge: GitHubForge, api: Any, ref: PullRef, answer: dict[str, str], expected: Permission
) -> None:
    """An organisation may call its roles as it likes; older servers name none."""
    api.get(f"{REPO}/collaborators/bob/permission", json=answer)
    assert await forge.permission(ref, "bob") is expected


async def test_an_answer_without_a_permission_is_a_defect(forge: GitHubForge, api: Any, ref: PullRef) -> None:
    """Nobody is let in by it."""
    api.get(f"{REPO}/collaborators/bob/permission", json={})
    with pytest.raises(DefectError):
        await forge.permission(ref, "bob")


async def test_pulls_of_a_commit(live: GitHubForge, app: AppIdentity, repo: Repository) -> None:
    """The fork's as well, in one request; not the closed, and not those that have moved on."""
    fork = repo.open_pull(author="mallory", fork=True, branch="evil", files={"b.py": "1\n"})
    old = repo.pull(1).head_sha
    new = repo.push(1, {"a.py": "new\n"})
    assert await live.pulls_of("octo/shop", app.installation_id, fork.head_sha) == (2,)
    assert live.requests == 2
    assert await live.pulls_of("octo/shop", app.installation_id, new) == (1,)
    assert await live.pulls_of("octo/shop", app.installation_id, old) == ()
    repo.close(2)
    assert await live.pulls_of("octo/shop", app.installation_id, fork.head_sha) == ()

    with pytest.raises(UserError):
        await live.pulls_of("octo/nowhere", app.installation_id, fork.head_sha)


async def test_not_all_pull_requests_of_a_large_repository_are_read(forge: GitHubForge, api: Any) -> None:
    """The thousand that changed last, page after page until one has it."""
    nodes = [{"number": 8, "headRefOid": "f" * 40}, {"number": 7, "headRefOid": "a" * 40}]
    page = {"pageInfo": {"hasNextPage": True, "endCursor": "abc"}, "nodes": nodes}
    api.post("https://api.github.com/graphql", json={"data": {"repository": {"pullRequests": page}}})
    assert await forge.pulls_of("octo/shop", None, "e" * 40) == ()
    assert forge.requests == PAGES
    assert await forge.pulls_of("octo/shop", None, "a" * 40) == (7,)
    assert forge.requests == PAGES + 1
