"""GraphQL: what a review needs in one request, threads and their rights, errors with status 200."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
from github import Github

from tests.sandbox.github import GitHubSandbox, Pull, Repository

SignIn = Callable[[str | None], requests.Session]
WHERE = {"owner": "octo", "name": "shop", "number": 1}
BRIEF = """
query ($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      number title body state isDraft isCrossRepository changedFiles headRefOid baseRefOid headRefName baseRefName
      author { login __typename }
      labels(first: 10) { nodes { name } }
      baseRef { name target { oid ... on Commit {
        ours: file(path: "till.py") { object { ... on Blob { text isBinary isTruncated byteSize } } }
        none: file(path: ".kireji.toml") { object { ... on Blob { text } } }
      } } }
      files(first: 2) { pageInfo { endCursor hasNextPage } nodes { path additions deletions changeType } }
    }
    object(expression: "main:old.txt") { ... on Blob { text } }
  }
  viewer { login }
  rateLimit { cost remaining limit resetAt }
}
"""
THREADS = """
query ($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) {
    reviews(last: 10, states: [COMMENTED], author: "kireji") {
      totalCount nodes { databaseId id state body url viewerDidAuthor author { login } commit { oid } }
    }
    reviewThreads(first: 100) { nodes {
      id isResolved isOutdated path line startLine diffSide viewerCanResolve
      comments(first: 5) { nodes { id databaseId body author { login } viewerDidAuthor url } }
    } }
  } }
}
"""


def _data(answer: requests.Response) -> Any:
    assert answer.status_code == 200
    assert "errors" not in answer.json(), answer.json()["errors"]
    return answer.json()["data"]


def _threads(rest: requests.Session) -> Any:
    return _data(rest.post("/graphql", json={"query": THREADS, "variables": WHERE}))["repository"]["pullRequest"]


def _mutate(rest: requests.Session, name: str, **asked: str) -> Any:
    kind = name[0].upper() + name[1:]
    query = f"mutation ($input: {kind}Input!) {{ {name}(input: $input) {{ clientMutationId }} }}"
    return rest.post("/graphql", json={"query": query, "variables": {"input": asked}}).json()


def test_one_request_opens_a_pull_request(client: Github, shop: Repository, pull: Pull) -> None:
    """PyGithub's own GraphQL call reads the pull request and files of the base branch by aliases."""
    _, answer = client.requester.graphql_query(BRIEF, WHERE)
    repository = answer["data"]["repository"]
    seen = repository["pullRequest"]

    assert (seen["headRefOid"], seen["baseRefOid"], seen["state"]) == (pull.head_sha, pull.base_sha, "OPEN")
    assert seen["author"] == {"login": "alice", "__typename": "User"}

    target = seen["baseRef"]["target"]
    assert target["oid"] == shop.state.store.resolve_commit("main")
    assert target["ours"]["object"]["text"].startswith("line 1\n")
    assert target["none"] is None
    assert [row["changeType"] for row in seen["files"]["nodes"]] == ["MODIFIED", "DELETED"]
    assert seen["files"]["pageInfo"]["hasNextPage"] is True
    assert repository["object"] == {"text": "bye\n"}
    assert answer["data"]["viewer"] == {"login": "kireji[bot]"}
    assert answer["data"]["rateLimit"]["limit"] == 5000


def test_binary_blobs_have_no_text(rest: requests.Session, shop: Repository) -> None:
    """`text` is null and `isBinary` true."""
    query = '{ repository(owner: "octo", name: "shop") { object(expression: "main:logo.png") { ... on Blob { text isBinary } } } }'
    assert _data(rest.post("/graphql", json={"query": query}))["repository"]["object"] == {
        "text": None,
        "isBinary": True,
    }
    assert shop.full_name == "octo/shop"


def test_threads_and_reviews(client: Github, shop: Repository, pull: Pull, rest: requests.Session) -> None:
    """A thread knows its place, its comments and whether it is outdated; a bot's login has no [bot] here."""
    seen = client.get_repo("octo/shop").get_pull(pull.number)
    seen.create_review(body="x", event="COMMENT", comments=[{"path": "till.py", "line": 4, "body": "Hm."}])
    seen.create_review_comment_reply(seen.get_review_comments()[0].id, "Well.")
    shown = _threads(rest)

    assert shown["reviews"]["totalCount"] == 2

    review = shown["reviews"]["nodes"][0]
    assert (review["author"], review["viewerDidAuthor"]) == ({"login": "kireji"}, True)
    assert review["commit"] == {"oid": pull.head_sha}

    thread = shown["reviewThreads"]["nodes"][0]
    assert (thread["path"], thread["line"], thread["diffSide"], thread["isOutdated"]) == ("till.py", 4, "RIGHT", False)
    assert [comment["body"] for comment in thread["comments"]["nodes"]] == ["Hm.", "Well."]

    shop.push(pull.number, {"till.py": "all new\n"})
    thread = _threads(rest)["reviewThreads"]["nodes"][0]

    assert (thread["line"], thread["isOutdated"]) == (None, True)


def test_resolving_needs_contents_write(
    github: GitHubSandbox, shop: Repository, pull: Pull, rest: requests.Session, sign_in: SignIn
) -> None:
    """Without contents:write the thread says so beforehand and the mutation is forbidden, with status 200."""
    shop.add_review(1, by="bob", body="x", comments=[{"path": "till.py", "line": 4, "body": "Hm."}])
    thread = _threads(rest)["reviewThreads"]["nodes"][0]

    assert thread["viewerCanResolve"] is False

    refused = _mutate(rest, "resolveReviewThread", threadId=thread["id"])
    assert refused["data"] == {"resolveReviewThread": None}
    assert refused["errors"][0]["type"] == "FORBIDDEN"

    strong = github.install_app(slug="strong", permissions={"contents": "write", "pull_requests": "write"})
    allowed = sign_in(github.token(app_id=strong.app_id))

    assert _threads(allowed)["reviewThreads"]["nodes"][0]["viewerCanResolve"] is True
    assert "errors" not in _mutate(allowed, "resolveReviewThread", threadId=thread["id"])
    assert _threads(rest)["reviewThreads"]["nodes"][0]["isResolved"] is True
    assert len(shop.resolved(pull.number)) == 1
    assert "errors" not in _mutate(allowed, "unresolveReviewThread", threadId=thread["id"])
    assert shop.resolved(pull.number) == set()


def test_the_fallback_is_to_answer_and_minimize(shop: Repository, pull: Pull, rest: requests.Session) -> None:
    """Both need pull_requests:write only."""
    shop.add_review(1, by="bob", body="x", comments=[{"path": "till.py", "line": 4, "body": "Hm."}])
    thread = _threads(rest)["reviewThreads"]["nodes"][0]
    _mutate(rest, "addPullRequestReviewThreadReply", pullRequestReviewThreadId=thread["id"], body="Mended.")
    comment = thread["comments"]["nodes"][0]["id"]
    assert "errors" not in _mutate(rest, "minimizeComment", subjectId=comment, classifier="OUTDATED")
    assert [comment["body"] for comment in shop.review_comments(1)] == ["Hm.", "Mended."]
    assert pull.review_comments[0].minimized == "OUTDATED"


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("reviews { totalCount }", "MISSING_PAGINATION_BOUNDARIES"),
        ("reviewThreads(first: 101) { totalCount }", "EXCESSIVE_PAGINATION"),
        ('files(first: 1, after: "?") { totalCount }', "INVALID_CURSOR_ARGUMENTS"),
    ],
)
def test_connections_want_a_size(rest: requests.Session, pull: Pull, field: str, kind: str) -> None:
    """A connection without `first` or `last`, with more than 100, or with a made-up cursor is an error."""
    query = f'{{ repository(owner: "octo", name: "shop") {{ pullRequest(number: {pull.number}) {{ {field} }} }} }}'
    assert rest.post("/graphql", json={"query": query}).json()["errors"][0]["type"] == kind


def test_what_is_not_there_or_not_allowed(
    github: GitHubSandbox, shop: Repository, pull: Pull, rest: requests.Session, sign_in: SignIn
) -> None:
    """NOT_FOUND for an unknown repository or number, FORBIDDEN for a field without the right."""
    query = 'query ($name: String!, $number: Int!) { repository(owner: "octo", name: $name) { pullRequest(number: $number) { title } } }'

    def kind(session: requests.Session, name: str, number: int) -> str:
        answer = session.post("/graphql", json={"query": query, "variables": {"name": name, "number": number}})
        return answer.json()["errors"][0]["type"]

    assert kind(rest, "nowhere", 1) == "NOT_FOUND"
    assert kind(rest, "shop", 99) == "NOT_FOUND"
    assert kind(sign_in(github.token(permissions={"contents": "read"})), "shop", pull.number) == "FORBIDDEN"
    assert not github.violations
    assert shop.full_name == "octo/shop"


def test_files_in_pages(rest: requests.Session, pull: Pull) -> None:
    """Cursors lead through a connection."""
    query = """query ($after: String) { repository(owner: "octo", name: "shop") { pullRequest(number: 1) {
      files(first: 3, after: $after) { pageInfo { endCursor hasNextPage } nodes { path } } } } }"""
    after = None
    names = list[str]()

    while True:
        data = _data(rest.post("/graphql", json={"query": query, "variables": {"after": after}}))
        page = data["repository"]["pullRequest"]["files"]
        names += [node["path"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert names == ["logo.png", "old.txt", "src/new.py", "till.py"]
    assert pull.number == 1


def test_everybody_reads_what_is_public(github: GitHubSandbox, shop: Repository, pull: Pull, sign_in: SignIn) -> None:
    """A token for one repository sees public ones beside it; one that it may not see is an error beside the data."""
    github.create_repo("octo/.github", {"kireji.yml": "limit: 3\n"}, private=False)
    github.create_repo("octo/hidden", {"kireji.yml": "limit: 9\n"})
    rest = sign_in(github.token(repositories=["shop"]))
    query = """query ($name: String!) {
      mine: repository(owner: "octo", name: "shop") { pullRequest(number: 1) { title } }
      other: repository(owner: "octo", name: $name) { object(expression: "HEAD:kireji.yml") { ... on Blob { text } } }
    }"""

    def ask(name: str) -> Any:
        return rest.post("/graphql", json={"query": query, "variables": {"name": name}}).json()

    mine = {"pullRequest": {"title": pull.title}}
    assert ask(".github") == {"data": {"mine": mine, "other": {"object": {"text": "limit: 3\n"}}}}
    for name in ("hidden", "nowhere"):
        answer = ask(name)
        assert answer["data"] == {"mine": mine, "other": None}
        [error] = answer["errors"]
        assert (error["type"], error["path"]) == ("NOT_FOUND", ["other"])
    assert shop.full_name


def test_open_pull_requests_by_their_last_change(shop: Repository, pull: Pull, rest: requests.Session) -> None:
    """Forks' heads, too, the last changed first; states choose."""
    fork = shop.open_pull(author="mallory", fork=True, branch="evil", files={"a.py": "1\n"})
    shop.close(shop.open_pull(branch="other", files={"b.py": "1\n"}).number)
    pull.updated_at = fork.updated_at.replace(year=2099)
    query = """query ($states: [PullRequestState!]) { repository(owner: "octo", name: "shop") {
      pullRequests(first: 9, states: $states, orderBy: {field: UPDATED_AT, direction: DESC}) {
        totalCount nodes { number headRefOid isCrossRepository }
      } } }"""

    def ask(*states: str) -> Any:
        data = _data(rest.post("/graphql", json={"query": query, "variables": {"states": states}}))
        return data["repository"]["pullRequests"]["nodes"]

    assert ask("OPEN") == [
        {"number": 1, "headRefOid": pull.head_sha, "isCrossRepository": False},
        {"number": 2, "headRefOid": fork.head_sha, "isCrossRepository": True},
    ]
    assert [row["number"] for row in ask("CLOSED", "MERGED")] == [3]


def test_a_pending_review_is_its_authors_to_see(
    github: GitHubSandbox, shop: Repository, pull: Pull, rest: requests.Session, sign_in: SignIn
) -> None:
    """GraphQL shows it with its threads to the App that began it; REST's list of comments shows it to nobody."""
    shop.add_pending_review(1, comments=[{"path": "till.py", "line": 4, "start_line": 3, "body": "Hm."}])
    query = """{ repository(owner: "octo", name: "shop") { pullRequest(number: 1) { reviewThreads(first: 9) { nodes {
      id originalLine originalStartLine
      comments(first: 1) { nodes { state diffHunk originalLine originalStartLine subjectType } } } } } } }"""

    def ask(session: requests.Session) -> Any:
        data = _data(session.post("/graphql", json={"query": query}))
        return data["repository"]["pullRequest"]["reviewThreads"]["nodes"]

    [thread] = ask(rest)
    [comment] = thread["comments"]["nodes"]
    assert (comment["state"], comment["subjectType"]) == ("PENDING", "LINE")
    assert (comment["originalLine"], comment["originalStartLine"]) == (4, 3)
    assert (thread["originalLine"], thread["originalStartLine"]) == (4, 3)
    assert comment["diffHunk"].endswith("+LINE 3\n+new 4")
    assert rest.get("/repos/octo/shop/pulls/1/comments").json() == []
    other = github.install_app(slug="other", permissions={"pull_requests": "read"})
    assert ask(sign_in(github.token(app_id=other.app_id))) == []
    assert pull.number == 1


def test_a_node_by_its_id(shop: Repository, pull: Pull, rest: requests.Session) -> None:
    """A thread, a comment of it, and what is not there."""
    shop.add_review(1, by="bob", body="x", comments=[{"path": "till.py", "line": 4, "body": "Hm."}])
    shop.reply(1, shop.review_comments(1)[0]["id"], "Well.", by="carol")
    thread = _threads(rest)["reviewThreads"]["nodes"][0]
    query = """query ($id: ID!) { node(id: $id) {
      __typename ... on PullRequestReviewThread { isResolved } ... on PullRequestReviewComment { body } } }"""

    def ask(node: str) -> Any:
        return rest.post("/graphql", json={"query": query, "variables": {"id": node}}).json()

    assert ask(thread["id"])["data"]["node"] == {"__typename": "PullRequestReviewThread", "isResolved": False}
    reply = ask(thread["comments"]["nodes"][1]["id"])["data"]["node"]
    assert reply == {"__typename": "PullRequestReviewComment", "body": "Well."}
    gone = ask("PRRT_kwnonsense")
    assert (gone["data"], gone["errors"][0]["type"], gone["errors"][0]["path"]) == (
        {"node": None},
        "NOT_FOUND",
        ["node"],
    )
    assert pull.number == 1
