"""Reading a pull request: the request, its diff and the 406, its files and their holes."""

import subprocess

import pytest
import requests
from github import Github

from tests.sandbox.github import Entry, GitHubSandbox, Pull, Repository

DIFF = {"Accept": "application/vnd.github.diff"}


def test_pygithub_reads_a_pull_request(client: Github, pull: Pull) -> None:
    """The counts, the SHAs and the author are those of the git repository."""
    seen = client.get_repo("octo/shop").get_pull(pull.number)
    assert (seen.title, seen.body, seen.user.login) == ("Faster till", "It was slow.", "alice")
    assert (seen.head.sha, seen.base.sha, seen.base.ref) == (pull.head_sha, pull.base_sha, "main")
    assert (seen.changed_files, seen.additions, seen.deletions, seen.commits) == (4, 3, 3, 1)


def test_the_diff_is_what_git_says(shop: Repository, pull: Pull, rest: requests.Session) -> None:
    """The diff media type is `git diff base...head`, to the byte, with full index lines."""
    answer = rest.get(f"/repos/octo/shop/pulls/{pull.number}", headers=DIFF)
    said = subprocess.run(
        ["git", "diff", "--full-index", "--find-renames", f"main...{pull.branch}"],
        cwd=shop.state.store.path,
        capture_output=True,
        check=True,
    )
    assert answer.content == said.stdout
    assert answer.headers["Content-Type"].startswith("application/vnd.github.diff")


def test_the_diff_is_from_the_merge_base(shop: Repository, rest: requests.Session) -> None:
    """What main gained meanwhile is not in a pull request's diff."""
    number = shop.open_pull(files={"mine.py": "1\n"}).number
    shop.commit("main", {"theirs.py": "2\n"})
    diff = rest.get(f"/repos/octo/shop/pulls/{number}", headers=DIFF).text
    assert "mine.py" in diff
    assert "theirs.py" not in diff


@pytest.mark.parametrize(
    ("limit", "value"),
    [("diff_files", 3), ("diff_lines", 10), ("diff_bytes", 100)],
)
def test_a_large_diff_is_refused(
    github: GitHubSandbox, pull: Pull, rest: requests.Session, limit: str, value: int
) -> None:
    """Above each of three limits the diff media type answers 406 too_large."""
    setattr(github.limits, limit, value)
    answer = rest.get(f"/repos/octo/shop/pulls/{pull.number}", headers=DIFF)
    assert answer.status_code == 406
    assert answer.json()["errors"] == [{"resource": "PullRequest", "field": "diff", "code": "too_large"}]
    assert f"{limit.removeprefix('diff_')} ({value})" in answer.json()["message"]


def test_the_limit_of_300_files_is_on_by_default(shop: Repository, rest: requests.Session) -> None:
    """Of 301 files, list-files shows all and the diff none."""
    number = shop.open_pull(files={f"d/{index:03}.py": f"{index}\n" for index in range(301)}).number
    assert rest.get(f"/repos/octo/shop/pulls/{number}", headers=DIFF).status_code == 406
    last = rest.get(f"/repos/octo/shop/pulls/{number}/files", params={"per_page": 100, "page": 4})
    assert [row["filename"] for row in last.json()] == ["d/300.py"]


def test_files_of_every_kind(client: Github, shop: Repository) -> None:
    """Status, counts and patch of added, removed, renamed, binary, executable, linked and oddly named files."""
    pull = shop.open_pull(
        branch="kinds",
        files={"old.txt": None, 'é "q".txt': "u\n", "run.sh": Entry(b"ls\n", "100755"), "ln": Entry(b"a", "120000")},
        renames={"till.py": "desk.py", "logo.png": "mark.png"},
    )
    rows = {row.filename: row for row in client.get_repo("octo/shop").get_pull(pull.number).get_files()}

    assert {name: row.status for name, row in rows.items()} == {
        "desk.py": "renamed",
        "mark.png": "renamed",
        "ln": "added",
        "old.txt": "removed",
        "run.sh": "added",
        'é "q".txt': "added",
    }
    assert rows["desk.py"].previous_filename == "till.py"
    assert rows["desk.py"].raw_data.get("patch") is None
    assert rows["ln"].patch == "@@ -0,0 +1 @@\n+a\n\\ No newline at end of file"
    assert rows["old.txt"].deletions == 1


def test_a_file_that_became_a_link_keeps_both_hunks(client: Github, shop: Repository) -> None:
    """git tells a change of type as two sections, GitHub as one file."""
    pull = shop.open_pull(files={"old.txt": Entry(b"till.py", "120000")})
    row = client.get_repo("octo/shop").get_pull(pull.number).get_files()[0]
    assert (row.status, row.additions, row.deletions) == ("changed", 1, 1)


def test_missing_patches(github: GitHubSandbox, client: Github, pull: Pull) -> None:
    """Binary files, files told to, and files past the limit have counts, and no patch."""
    github.patch_missing.add("src/new.py")
    github.limits.patch_lines = 2
    rows = {row.filename: row.raw_data for row in client.get_repo("octo/shop").get_pull(pull.number).get_files()}
    assert {name for name, row in rows.items() if "patch" not in row} == {"logo.png", "src/new.py", "till.py"}
    assert rows["till.py"]["additions"] == 2


def test_files_come_in_pages(rest: requests.Session, pull: Pull) -> None:
    """30 a page unless told, and the Link header leads through them in order."""
    url = f"/repos/octo/shop/pulls/{pull.number}/files?per_page=3"
    names = list[str]()
    while url:
        answer = rest.get(url)
        names += [row["filename"] for row in answer.json()]
        url = answer.links.get("next", {}).get("url", "")
    assert names == ["logo.png", "old.txt", "src/new.py", "till.py"]
    assert "Link" not in rest.get(f"/repos/octo/shop/pulls/{pull.number}/files").headers


def test_a_large_page_has_holes_that_a_small_one_fills(
    github: GitHubSandbox, shop: Repository, rest: requests.Session
) -> None:
    """Rows past the patch budget are 0/0/0 without a patch on pages of 100, and whole on smaller pages."""
    number = shop.open_pull(files={f"{index}.py": "x\n" * 9 for index in range(6)}).number
    github.limits.hole_lines = 35
    path = f"/repos/octo/shop/pulls/{number}/files"
    large = rest.get(path, params={"per_page": 100}).json()
    small = rest.get(path, params={"per_page": 20}).json()

    assert [row["additions"] for row in large] == [9, 9, 9, 0, 0, 0]
    assert [row["changes"] for row in large[3:]] == [0, 0, 0]
    assert ["patch" in row for row in large] == [True, True, True, False, False, False]
    assert [row["additions"] for row in small] == [9] * 6
    assert all("patch" in row for row in small)


def test_no_more_files_than_3000(github: GitHubSandbox, shop: Repository, rest: requests.Session) -> None:
    """The list ends at GitHub's limit without a word."""
    number = shop.open_pull(files={f"{index}.py": "x\n" for index in range(5)}).number
    github.limits.list_files = 3
    assert len(rest.get(f"/repos/octo/shop/pulls/{number}/files").json()) == 3


def test_a_push_moves_the_head(client: Github, shop: Repository, pull: Pull) -> None:
    """After a push the pull request has a new head, and the old commit still names it."""
    old = pull.head_sha
    new = shop.push(pull.number, {"till.py": "all new\n"})
    repo = client.get_repo("octo/shop")
    assert repo.get_pull(pull.number).head.sha == new != old
    assert [pull.number for pull in repo.get_commit(old).get_pulls()] == [pull.number]


def test_a_force_push_takes_the_base_along(client: Github, shop: Repository, pull: Pull) -> None:
    """A rebase leaves one commit on the base branch's present tip."""
    tip = shop.commit("main", {"other.py": "2\n"})
    head = shop.force_push(pull.number, {"till.py": "rebased\n"})
    seen = client.get_repo("octo/shop").get_pull(pull.number)
    assert (seen.base.sha, seen.head.sha, seen.commits, seen.changed_files) == (tip, head, 1, 1)


def test_a_fork_is_another_repository(client: Github, shop: Repository) -> None:
    """A fork's head belongs to the author's repository, which the App does not reach; its commits name no pull request."""
    number = shop.open_pull(author="mallory", fork=True, files={"evil.py": "1\n"}).number
    seen = client.get_repo("octo/shop").get_pull(number)
    assert (seen.head.repo.full_name, seen.head.repo.fork, seen.head.label) == (
        "mallory/shop",
        True,
        "mallory:feature",
    )
    assert list(client.get_repo("octo/shop").get_commit(seen.head.sha).get_pulls()) == []


def test_permissions_of_people(client: Github, shop: Repository) -> None:
    """The owner administers, a granted role is shown, a stranger has nothing in a private repository."""
    shop.grant("bob", "write")
    shop.grant("carol", "maintain")
    shop.grant("dora", "security", base="write")
    shop.comment(shop.open_pull(files={"a": "1\n"}).number, "hi", by="stranger")
    repo = client.get_repo("octo/shop")
    seen = [repo.get_collaborator_permission(login) for login in ("octo", "bob", "carol", "dora", "stranger")]
    assert seen == ["admin", "write", "write", "write", "none"]
    assert [repo.get_collaborator_role_name(login) for login in ("carol", "dora")] == ["maintain", "security"]
