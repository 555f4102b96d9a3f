"""What git holds: contents, blobs, trees, comparisons; and the conversation."""

import pytest
import requests
from github import Github, GithubException

from tests.sandbox.github import Entry, GitHubSandbox, Pull, Repository


def test_contents_of_every_kind(client: Github, shop: Repository) -> None:
    """A file, a symlink; at main unless told; a missing path is 404."""
    pull = shop.open_pull(files={"src/a.py": "a\n", "ln": Entry(b"till.py", "120000")})
    repo = client.get_repo("octo/shop")
    file = repo.get_contents("src/a.py", ref=pull.head_sha)
    assert not isinstance(file, list)
    assert file.decoded_content == b"a\n"
    link = repo.get_contents("ln", ref=pull.head_sha)
    assert not isinstance(link, list)
    assert (link.type, link.raw_data["target"]) == ("symlink", "till.py")

    with pytest.raises(GithubException, match="Not Found"):
        repo.get_contents("src/a.py")


def test_raw_contents_and_large_ones(github: GitHubSandbox, shop: Repository, rest: requests.Session) -> None:
    """Above the limit JSON has no content, and the raw media type still serves it."""
    github.limits.blob_bytes = 10
    path = "/repos/octo/shop/contents/till.py"
    large = rest.get(path).json()
    assert (large["encoding"], large["content"]) == ("none", "")
    raw = rest.get(path, headers={"Accept": "application/vnd.github.raw+json"})
    assert raw.content == shop.state.store.blob(large["sha"])


def test_blobs_and_trees(client: Github, pull: Pull) -> None:
    """By the SHAs that the list of files names."""
    repo = client.get_repo("octo/shop")
    row = next(file for file in repo.get_pull(pull.number).get_files() if file.filename == "src/new.py")
    assert repo.get_git_blob(row.sha).size == len("print('new')\n")
    tree = repo.get_git_tree(pull.head_sha, recursive=True)
    assert [entry.path for entry in tree.tree] == ["logo.png", "src", "src/new.py", "till.py"]
    with pytest.raises(GithubException, match="Not Found"):
        repo.get_git_blob("0" * 40)


def test_comparing_commits(client: Github, shop: Repository, pull: Pull, rest: requests.Session) -> None:
    """Three dots: the files since the merge base, and how far the two have diverged."""
    shop.commit("main", {"later.py": "1\n"})
    seen = client.get_repo("octo/shop").compare("main", pull.branch)
    assert (seen.status, seen.ahead_by, seen.behind_by) == ("diverged", 1, 1)
    assert [file.filename for file in seen.files] == ["logo.png", "old.txt", "src/new.py", "till.py"]
    diff = rest.get(f"/repos/octo/shop/compare/main...{pull.branch}", headers={"Accept": "application/vnd.github.diff"})
    assert diff.text.startswith("diff --git a/logo.png")
    assert rest.get("/repos/octo/shop/compare/main...nowhere").status_code == 404


def test_the_conversation(client: Github, shop: Repository, pull: Pull) -> None:
    """Comment, react, edit; a second reaction of the same kind is the first; others' comments stay theirs."""
    seen = client.get_repo("octo/shop").get_pull(pull.number)
    comment = seen.create_issue_comment("Reviewing.")
    assert comment.create_reaction("eyes").id == comment.create_reaction("eyes").id
    comment.edit("Reviewed.")
    theirs = shop.comment(pull.number, "/kireji review", by="bob")
    assert [(comment["user"]["login"], comment["body"]) for comment in shop.issue_comments(pull.number)] == [
        ("kireji[bot]", "Reviewed."),
        ("bob", "/kireji review"),
    ]
    assert shop.reactions(comment.id) == [("kireji[bot]", "eyes")]

    with pytest.raises(GithubException, match="403"):
        seen.get_issue_comment(theirs.id).edit("mine now")


def test_reactions_to_review_comments(client: Github, shop: Repository, pull: Pull) -> None:
    """On a line comment, too."""
    here = {"path": "till.py", "line": 4, "body": "Hm."}
    shop.add_review(pull.number, by="bob", body="x", comments=[here])
    comment = client.get_repo("octo/shop").get_pull(pull.number).get_review_comments()[0]
    comment.create_reaction("+1")
    assert shop.review_comments(pull.number)[0]["reactions"]["+1"] == 1


def test_reacting_in_the_conversation_wants_issues(github: GitHubSandbox, shop: Repository, pull: Pull) -> None:
    """pull_requests:write is enough to comment, not to react."""
    comment = shop.comment(pull.number, "hi")
    header = {"Authorization": f"Bearer {github.token(permissions={'pull_requests': 'write'})}"}
    base = f"{github.url}/repos/octo/shop/issues"
    made = requests.post(f"{base}/{pull.number}/comments", json={"body": "x"}, headers=header, timeout=5)
    react = requests.post(
        f"{base}/comments/{comment.id}/reactions", json={"content": "eyes"}, headers=header, timeout=5
    )
    assert (made.status_code, react.status_code) == (201, 403)
