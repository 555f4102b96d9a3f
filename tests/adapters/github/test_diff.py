"""The diff: whole, or put together from the list of files and from blobs."""

import base64
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from kireji.adapters.github import GitHubForge
from kireji.core.diff.unified import FetchedDiff, Unread, parse
from kireji.core.operations.mending import PullHead
from kireji.core.pulls.pull import PullRef
from kireji.errors import TransientError, UserError

REPO = "https://api.github.com/repos/octo/shop"
DIFF = f"{REPO}/pulls/5"
MERGE_BASE = "d" * 40
BASE = {"repo": {"id": 1, "full_name": "octo/shop"}}


async def diff_of(forge: GitHubForge, api: Any, files: int = 2) -> FetchedDiff:
    """The diff of a pull request of so many files."""
    api.pull(files)
    return (await forge.fetch(PullRef("octo/shop", 5), [])).diff


def entry(name: str, lines: int = 1, **more: Any) -> dict[str, Any]:
    """A row of list-files that adds lines to a file."""
    patch = f"@@ -0,0 +1,{lines} @@\n" + "\n".join(["+x"] * lines)
    counts = {"additions": lines, "deletions": 0, "changes": lines}
    return {"filename": name, "status": "added", "sha": "c" * 40, "patch": patch, **counts, **more}


def hole(name: str, changes: int = 0, status: str = "added", **more: Any) -> dict[str, Any]:
    """A row that shows no text."""
    counts = {"additions": changes, "deletions": 0, "changes": changes}
    return {"filename": name, "status": status, "sha": "c" * 40, **counts, **more}


def list_files(api: Any, small: list[dict[str, Any]], large: list[dict[str, Any]] | None = None) -> None:
    """Serve list-files: `large` on pages of 100, `small` on smaller ones."""

    def serve(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        query = parse_qs(str(urlsplit(request.url or "").query))
        size = int(query["per_page"][0])
        page = int(query["page"][0])
        rows = large if large is not None and size == 100 else small
        return 200, {}, json.dumps(rows[(page - 1) * size : page * size])

    api.add_callback("GET", re.compile(re.escape(f"{DIFF}/files")), callback=serve)


def contents(api: Any, path: str, sha: str, data: bytes, **more: Any) -> None:
    """Serve a file at a commit."""
    body = {"type": "file", "size": len(data), "encoding": "base64", "content": base64.encodebytes(data).decode()}
    api.get(f"{REPO}/contents/{path}?ref={sha}", json=body | more)


async def test_the_diff_comes_whole(forge: GitHubForge, api: Any) -> None:
    """One request."""
    api.get(DIFF, body="diff --git a/x b/x\n")
    assert (await diff_of(forge, api, 1)).text == "diff --git a/x b/x\n"
    assert forge.requests == 1 + 1


@pytest.mark.parametrize("whole", ["", "diff --git a/a.py b/a.py\nnew file mode 100644\n"], ids=["empty", "cut"])
@pytest.mark.parametrize("listed", [3, 2], ids=["all listed", "one missing"])
async def test_a_diff_that_lacks_files_is_not_believed(forge: GitHubForge, api: Any, whole: str, listed: int) -> None:
    """GitHub counts three files: the list has them, or what it has not is unread. "diff --git" in a line is no file."""
    api.get(DIFF, body=whole + "@@ -0,0 +1,1 @@\n+diff --git a/z b/z\n" * bool(whole))
    list_files(api, [entry(f"{name}.py") for name in "abc"][:listed])
    fetched = await diff_of(forge, api, 3)
    assert len(parse(fetched.text).files) == listed
    assert fetched.unread == (Unread("1 more file", "GitHub did not list them"),) * (3 - listed)


@pytest.mark.parametrize(
    ("state", "draft", "is_open"), [("open", True, True), ("open", False, True), ("closed", False, False)]
)
async def test_a_draft_is_open(forge: GitHubForge, api: Any, state: str, draft: bool, is_open: bool) -> None:
    """Whether drafts are reviewed is the policy's to say, not the look's for a head that no delivery told of."""
    api.get(DIFF, json={"head": {"sha": MERGE_BASE}, "base": BASE, "state": state, "draft": draft})
    assert await forge.pull_head(PullRef("octo/shop", 5)) == PullHead(MERGE_BASE, open=is_open)


@pytest.mark.parametrize("status", [406, 422, 500])
async def test_a_diff_that_github_will_not_make_is_composed(forge: GitHubForge, api: Any, status: int) -> None:
    """406 too_large, and the errors that come for diffs which take too long."""
    api.get(DIFF, status=status, json={"message": "Sorry, the diff exceeded the maximum number of lines (20000)"})
    list_files(api, [entry("a.py", 2), entry("b.py")])
    fetched = await diff_of(forge, api)
    assert [(file.path, file.changed_lines) for file in parse(fetched.text).files] == [("a.py", 2), ("b.py", 1)]
    assert fetched.unread == ()
    assert forge.requests == 1 + 2


async def test_other_failures_are_told(forge: GitHubForge, api: Any) -> None:
    """A 404 is not a diff that is too large."""
    api.get(DIFF, status=404, json={"message": "Not Found"})
    with pytest.raises(UserError):
        await diff_of(forge, api)


async def test_a_list_of_several_pages(forge: GitHubForge, api: Any) -> None:
    """Order is kept though pages come in parallel."""
    api.get(DIFF, status=406, json={})
    names = [f"f{index:03}.py" for index in range(350)]
    list_files(api, [entry(name) for name in names])
    fetched = await diff_of(forge, api, 350)
    assert [file.path for file in parse(fetched.text).files] == names
    assert forge.requests == 2 + 4


async def test_beyond_3000_files_the_rest_is_unread(forge: GitHubForge, api: Any) -> None:
    """GitHub's own end of the list, said as such."""
    api.get(DIFF, status=406, json={})
    list_files(api, [entry(f"f{index}.py") for index in range(3000)])
    fetched = await diff_of(forge, api, 3217)
    assert fetched.unread == (Unread("217 more files", "GitHub lists at most 3,000 files of a pull request"),)
    assert forge.requests == 2 + 30


async def test_a_short_list_is_not_taken_for_the_whole(forge: GitHubForge, api: Any) -> None:
    """GitHub counts two files and lists one."""
    api.get(DIFF, status=406, json={})
    list_files(api, [entry("a.py")])
    assert (await diff_of(forge, api)).unread == (Unread("1 more file", "GitHub did not list them"),)


async def test_dropped_texts_are_found_in_small_pages(forge: GitHubForge, api: Any) -> None:
    """Rows of 0/0/0 past GitHub's limit are asked for again, only the pages that hold them."""
    api.get(DIFF, status=406, json={})
    true = [entry(f"f{index:03}.py", 60) for index in range(400)]
    seen = [row if index % 100 < 80 or index >= 200 else hole(row["filename"]) for index, row in enumerate(true)]
    list_files(api, true, seen)
    fetched = await diff_of(forge, api, 400)
    files = parse(fetched.text).files
    assert (len(files), {file.changed_lines for file in files}) == (400, {60})
    assert fetched.unread == ()
    assert forge.requests == 2 + 4 + 2  # rows 80 to 99 and 180 to 199 lie on two pages of 50


async def test_a_row_without_figures_is_looked_at(forge: GitHubForge, api: Any) -> None:
    """0/0/0 on a light page is a binary file, or text that an attribute calls binary: the blob tells which."""
    api.get(DIFF, status=406, json={})
    list_files(api, [entry("a.py"), hole("data.txt"), hole("marked.py"), hole("logo.png")])
    contents(api, "data.txt", "a" * 40, b"a\0b")
    contents(api, "marked.py", "a" * 40, b"x = 1\n")
    fetched = await diff_of(forge, api, 4)

    assert [(file.path, file.binary, len(file.hunks)) for file in parse(fetched.text).files] == [
        ("a.py", False, 1),
        ("data.txt", True, 0),
        ("marked.py", False, 1),
        ("logo.png", True, 0),
    ]
    assert (fetched.binary, fetched.unread) == (set(), ())  # a new one
    assert forge.requests == 1 + 3 + 2


@pytest.mark.parametrize("attributes", [True, False])
async def test_a_renamed_row_where_attributes_change(forge: GitHubForge, api: Any, *, attributes: bool) -> None:
    """It may hold text that they call binary, and is looked at; else it is a new name and no more."""
    api.get(DIFF, status=406, json={})
    api.get(f"{REPO}/compare/{'b' * 40}...{'a' * 40}", json={"merge_base_commit": {"sha": MERGE_BASE}})
    moved = hole("new.py", status="renamed", previous_filename="old.py")
    list_files(api, [moved, entry(".gitattributes" if attributes else "b.py")])
    contents(api, "old.py", MERGE_BASE, b"x = 1\n")
    contents(api, "new.py", "a" * 40, b"x = 2\n")
    fetched = await diff_of(forge, api, 2)
    assert parse(fetched.text).files[0].changed_lines == (2 if attributes else 0)


BINARY = """\
diff --git a/{0} b/{0}
index 1111111..2222222 100644
Binary files a/{0} and b/{0} differ
"""


async def test_text_that_the_diff_shows_as_binary(forge: GitHubForge, api: Any) -> None:
    """It is made from the blobs; what is binary is said to be so; what cannot be had is named; names tell of the others."""
    names = ("marked.py", "data.txt", "wide.cs", "gone.go", "logo.png")
    api.get(DIFF, body="".join(BINARY.format(name) for name in names))
    api.get(f"{REPO}/compare/{'b' * 40}...{'a' * 40}", json={"merge_base_commit": {"sha": MERGE_BASE}})
    contents(api, "marked.py", MERGE_BASE, b"x = 1\n")
    contents(api, "marked.py", "a" * 40, b"x = 2\n")
    contents(api, "data.txt", MERGE_BASE, b"a\0b")
    contents(api, "data.txt", "a" * 40, b"a\0c")
    contents(api, "wide.cs", MERGE_BASE, "x".encode("utf-16"))
    contents(api, "wide.cs", "a" * 40, "y".encode("utf-16"))
    api.get(f"{REPO}/contents/gone.go", status=404, json={"message": "Not Found"})
    fetched = await diff_of(forge, api, 5)

    assert [(file.path, file.binary, file.changed_lines) for file in parse(fetched.text).files] == [
        ("marked.py", False, 2),
        ("data.txt", True, 0),
        ("logo.png", True, 0),
    ]
    assert fetched.binary == {"data.txt"}
    assert {gap.path: gap.reason for gap in fetched.unread} == {
        "wide.cs": "it is text in UTF-16, which git shows as binary",
        "gone.go": "GitHub served neither its patch nor its text",
    }


async def test_a_diff_of_known_binaries_costs_nothing_more(forge: GitHubForge, api: Any) -> None:
    """No blob is asked for."""
    api.get(DIFF, body=BINARY.format("logo.png") + BINARY.format("lib/a.so"))
    assert (await diff_of(forge, api, 2)).unread == ()
    assert forge.requests == 2


async def test_a_missing_patch_is_made_from_the_blobs(forge: GitHubForge, api: Any) -> None:
    """From the merge base, not from the base branch's tip; names are quoted in addresses."""
    api.get(DIFF, status=406, json={})
    api.get(f"{REPO}/compare/{'b' * 40}...{'a' * 40}", json={"merge_base_commit": {"sha": MERGE_BASE}})
    names = ("new.py", "old name.py", "gone.py")
    list_files(
        api,
        [
            hole("new.py", 2500),
            hole("dir/new name.py", 2500, "renamed", previous_filename=names[1]),
            hole("gone.py", 2500, "removed"),
            hole("bin.txt", 2500, "modified"),
        ],
    )
    contents(api, "new.py", "a" * 40, b"one\ntwo")
    contents(api, "old%20name.py", MERGE_BASE, b"a\nb\nc\n")
    contents(api, "dir/new%20name.py", "a" * 40, b"a\nB\nc\n")
    contents(api, "gone.py", MERGE_BASE, b"bye\n")
    contents(api, "bin.txt", MERGE_BASE, b"a\0b")
    contents(api, "bin.txt", "a" * 40, b"a\0c")
    api.pull(4)
    api.post("https://api.github.com/graphql", json={"data": {"repository": {"object": {}}}})  # dir/.gitattributes
    fetched = (await forge.fetch(PullRef("octo/shop", 5), [])).diff
    new, moved, gone, binary = parse(fetched.text).files

    assert [(line.text, line.newline) for line in new.hunks[0].lines] == [("one", True), ("two", False)]
    assert (moved.old_path, moved.path, moved.changed_lines) == ("old name.py", "dir/new name.py", 2)
    assert (gone.changed_lines, binary.binary) == (1, True)
    assert fetched.unread == ()
    assert forge.requests == 1 + 2 + 1 + 6 + 1


async def test_what_cannot_be_had_is_named(forge: GitHubForge, api: Any) -> None:
    """Too large, no file, not served: each with its reason, and the others are read."""
    api.get(DIFF, status=406, json={})
    list_files(
        api, [hole("big.py", 5000), hole("dir.py", 5000), hole("lost.py", 5000), hole("long.py", 5000), entry("a.py")]
    )
    contents(api, "big.py", "a" * 40, b"", size=2_000_000, encoding="none")
    api.get(f"{REPO}/contents/dir.py", json=[])
    api.get(f"{REPO}/contents/lost.py", status=404, json={"message": "Not Found"})
    contents(api, "long.py", "a" * 40, b"\n" * 50_001)
    fetched = await diff_of(forge, api, 5)

    assert [file.path for file in parse(fetched.text).files] == ["a.py"]
    assert {gap.path: gap.reason for gap in fetched.unread} == {
        "big.py": "GitHub serves no patch for it, and it is larger than 1 MB",
        "dir.py": "GitHub serves no patch for it, and it is no longer a file",
        "lost.py": "GitHub served neither its patch nor its text",
        "long.py": "GitHub serves no patch for it, and it has more than 50,000 lines",
    }


async def test_blobs_are_fetched_for_thirty_files_at_most(forge: GitHubForge, api: Any) -> None:
    """The rest is named."""
    api.get(DIFF, status=406, json={})
    list_files(api, [hole(f"f{index}.py", 2500) for index in range(32)])
    for index in range(30):
        contents(api, f"f{index}.py", "a" * 40, b"x\n")
    fetched = await diff_of(forge, api, 32)
    assert len(parse(fetched.text).files) == 30
    assert [gap.path for gap in fetched.unread] == ["f30.py", "f31.py"]


async def test_lines_are_counted_over_all_pages(forge: GitHubForge, api: Any) -> None:
    """Texts that are dropped on a light page, after heavy ones, are found even where the name says binary."""
    api.get(DIFF, status=406, json={})
    true = [entry(f"f{index:03}.bin", 70) for index in range(320)]
    seen = [row if index < 280 else hole(row["filename"]) for index, row in enumerate(true)]
    list_files(api, true, seen)
    fetched = await diff_of(forge, api, 320)
    assert {file.changed_lines for file in parse(fetched.text).files} == {70}
    assert forge.requests == 2 + 4 + 2


async def test_a_list_that_fails_is_not_an_empty_diff(forge: GitHubForge, api: Any) -> None:
    """One page that never comes fails the whole."""
    api.get(DIFF, status=406, json={})
    api.get(re.compile(re.escape(f"{DIFF}/files")), status=502)
    with pytest.raises(TransientError):
        await diff_of(forge, api, 301)
