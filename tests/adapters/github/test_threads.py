"""Our own threads, as they come with the pull request and alone."""

import json
from typing import Any

import pytest
from github import Auth, Github

from kireji.adapters.github import GitHubForge
from kireji.adapters.github.http.marks import Marks
from kireji.adapters.github.read.threads import LATEST, PAGES
from kireji.core.diff.unified import Side
from kireji.core.pulls.pull import PullRef
from tests.adapters.github.conftest import GRAPHQL
from tests.adapters.github.support import marks_in, marks_of, threads_of
from tests.sandbox.github import AppIdentity, GitHubSandbox, Repository

REVIEW = "octo/shop#1@a/1"
OLD = "".join(f"line {n}\n" for n in range(1, 31))
NEW = OLD.replace("line 10\n", "LINE 10\r\nnew\x0c11\n").replace("line 20\n", "")


@pytest.fixture
def repo(github: GitHubSandbox, app: AppIdentity) -> Repository:
    """A shop with one pull request: line 10 became two lines, line 20 is gone."""
    assert app.slug
    repo = github.create_repo("octo/shop", {"a.py": OLD})
    repo.open_pull(files={"a.py": NEW})
    return repo


@pytest.fixture
def pull_ref(app: AppIdentity) -> PullRef:
    """That pull request."""
    return PullRef("octo/shop", 1, app.installation_id)


def told(line: int, body: str = "Hm.", **more: Any) -> dict[str, Any]:
    """A comment of a review."""
    return {"path": "a.py", "line": line, "body": body, **more}


@pytest.fixture
def marks(live: GitHubForge, repo: Repository) -> Marks:
    """Our marks on that pull request."""
    return marks_in(live, repo)


def ours(repo: Repository, marks: Marks, *comments: dict[str, Any], by: str = "kireji[bot]") -> list[int]:
    """Our review with these comments; their ids. Their fingerprints are f0, f1 and so on."""
    before = len(repo.review_comments(1))
    rows = [
        {**row, "body": f"{row['body']}\n{marks.mark_finding('a.py', f'f{number}', REVIEW)}"}
        for number, row in enumerate(comments)
    ]
    repo.add_review(1, by=by, body="Findings.", comments=rows)
    return [row["id"] for row in repo.review_comments(1)[before:]]


async def test_a_thread_has_its_finding_its_lines_and_its_talk(
    live: GitHubForge, repo: Repository, pull_ref: PullRef, marks: Marks
) -> None:
    """The quoted lines are those that the comment was written about; only "\\n" ends one."""
    [single, several, gone] = ours(repo, marks, told(10, "Odd."), told(11, start_line=9), told(20, side="LEFT"))
    repo.reply(1, single, "Why?", by="bob")
    repo.reply(1, single, "Because.", by="other[bot]")
    first, second, third = await threads_of(live, pull_ref)

    assert (first.path, first.side, first.line, first.original_line) == ("a.py", Side.RIGHT, 10, 10)
    assert (first.resolved, first.outdated, first.fingerprint) == (False, False, "f0")
    assert first.quoted == ("LINE 10\r",)
    assert [(comment.author, comment.bot, comment.ours, comment.body) for comment in first.comments] == [
        ("kireji[bot]", True, True, f"Odd.\n{marks.mark_finding('a.py', 'f0', REVIEW)}"),
        ("bob", False, False, "Why?"),
        ("other[bot]", True, False, "Because."),
    ]
    assert first.first.id == single
    assert (second.first.id, second.quoted, second.fingerprint) == (several, ("line 9", "LINE 10\r", "new\x0c11"), "f1")
    assert (third.first.id, third.side, third.quoted) == (gone, Side.LEFT, ("line 20",))


async def test_of_a_long_thread_the_first_and_the_latest_are_seen(
    live: GitHubForge, repo: Repository, pull_ref: PullRef, marks: Marks
) -> None:
    """So its finding is known, and our own answers, which are counted, as long as they are among the latest."""
    [own] = ours(repo, marks, told(10, "Odd."))
    for number in range(LATEST + 5):
        repo.reply(1, own, f"{number}", by="kireji[bot]" if number % 5 == 0 else "bob")
    [thread] = await threads_of(live, pull_ref)
    assert (thread.first.id, thread.fingerprint) == (own, "f0")
    assert [comment.body for comment in thread.comments[1:]] == [f"{number}" for number in range(5, LATEST + 5)]


async def test_only_threads_that_we_began_are_ours(
    live: GitHubForge, repo: Repository, pull_ref: PullRef, marks: Marks
) -> None:
    """A copied mark makes nobody's thread ours, and nobody's reply changes the fingerprint."""
    [theirs] = ours(repo, marks, told(10, "Mine."), by="bob")
    repo.reply(1, theirs, "A word of ours.", by="kireji[bot]")
    [own] = ours(repo, marks, told(11, "Hm."))
    repo.reply(1, own, marks.mark_finding("a.py", "f9", REVIEW), by="mallory")
    [thread] = await threads_of(live, pull_ref)
    assert (thread.first.id, thread.fingerprint) == (own, "f0")


async def test_a_pending_review_has_told_nobody_anything(
    live: GitHubForge, repo: Repository, pull_ref: PullRef, marks: Marks
) -> None:
    """Debris of a crash would otherwise keep its findings from ever being told."""
    repo.add_pending_review(1, comments=[told(10, marks.mark_finding("a.py", "f0", REVIEW))])
    assert await threads_of(live, pull_ref) == ()


async def test_what_people_and_pushes_do_to_a_thread(
    live: GitHubForge, repo: Repository, pull_ref: PullRef, marks: Marks
) -> None:
    """Resolved by a person; outdated by a push; moved by one: the quoted lines stay what they were."""
    [resolved, outdated, moved] = ours(repo, marks, told(10), told(11), told(13))
    repo.resolve_thread(1, resolved, by="bob")
    repo.push(1, {"a.py": "first\n" + NEW.replace("new\x0c11\n", "")})
    threads = {thread.first.id: thread for thread in await threads_of(live, pull_ref)}
    assert [threads[resolved].resolved, threads[outdated].resolved] == [True, False]
    assert (threads[outdated].outdated, threads[outdated].line, threads[outdated].original_line) == (True, None, 11)
    assert threads[outdated].quoted == ("new\x0c11",)
    assert (threads[moved].line, threads[moved].original_line, threads[moved].quoted) == (13, 13, ("line 12",))


async def test_a_comment_on_a_file_quotes_nothing(
    live: GitHubForge, github: GitHubSandbox, repo: Repository, pull_ref: PullRef, marks: Marks
) -> None:
    """It has no line."""
    client = Github(auth=Auth.Token(github.token()), base_url=github.url, seconds_between_requests=None)
    seen = client.get_repo("octo/shop").get_pull(1)
    mark = marks.mark_finding("a.py", "f0", REVIEW)
    seen.create_review_comment(mark, seen.base.repo.get_commit(repo.pull(1).head_sha), "a.py", subject_type="file")
    [thread] = await threads_of(live, pull_ref)
    assert (thread.quoted, thread.line, thread.original_line) == ((), None, 0)


async def test_threads_come_with_the_pull_request(
    live: GitHubForge, repo: Repository, pull_ref: PullRef, marks: Marks
) -> None:
    """In the same request: three in all, with the token and the diff."""
    ours(repo, marks, told(10, "Hm."))
    opened = (await live.fetch(pull_ref, [".gitattributes"])).opened
    assert [thread.fingerprint for thread in opened.threads] == ["f0"]
    assert live.requests == 3
    assert opened.threads == await threads_of(live, pull_ref)


def node(marks: Marks, number: int, *, own: bool = True) -> dict[str, Any]:
    """A thread as GraphQL shows it."""
    comment = {
        "id": f"C{number}",
        "fullDatabaseId": str(5_000_000_000 + number),
        "body": marks.mark_finding("a.py", f"f{number}", REVIEW),
        "viewerDidAuthor": own,
        "author": None,
    }
    return {
        "id": f"T{number}",
        "path": "a.py",
        "isResolved": False,
        "isOutdated": False,
        "diffSide": "RIGHT",
        "line": 1,
        "originalLine": 1,
        "originalStartLine": None,
        "opening": {
            "nodes": [{"diffHunk": "@@ -0,0 +1 @@\n+x", "state": "SUBMITTED", "isMinimized": False, **comment}]
        },
        "comments": {"nodes": [comment]},
    }


def page(*nodes: dict[str, Any], more: str | None = None) -> dict[str, Any]:
    """A page of threads, `more` its cursor if it is not the last."""
    return {"pageInfo": {"hasNextPage": more is not None, "endCursor": more}, "nodes": list(nodes)}


async def test_further_pages_only_where_there_are_some(forge: GitHubForge, api: Any, ref: PullRef) -> None:
    """Ids are beyond 32 bits, the second page is asked for by the first one's cursor."""
    marks = await marks_of(forge, ref)
    api.get("https://api.github.com/repos/octo/shop/pulls/5", body="")
    api.pull(reviewThreads=page(node(marks, 1), node(marks, 2, own=False), more="abc"))
    api.graphql({"reviewThreads": page(node(marks, 3))})
    threads = (await forge.fetch(ref, [])).opened.threads

    assert [(thread.node, thread.first.id, thread.first.author) for thread in threads] == [
        ("T1", 5_000_000_001, "ghost"),
        ("T3", 5_000_000_003, "ghost"),
    ]
    assert forge.requests == 3

    asked = [json.loads(call.request.body)["variables"] for call in api.calls if call.request.url == GRAPHQL]
    assert [variables.get("after") for variables in asked] == [None, "abc"]


async def test_pages_without_end(forge: GitHubForge, api: Any, ref: PullRef) -> None:
    """A pull request with thousands of threads costs a few requests, not hundreds."""
    marks = await marks_of(forge, ref)
    api.graphql({"reviewThreads": page(node(marks, 1), more="abc")})
    assert (len(await threads_of(forge, ref)), forge.requests) == (PAGES, PAGES)
