"""What git holds: contents, blobs, trees, commits, branches and comparisons."""

import base64
from urllib.parse import quote

from tests.sandbox.github.call import Answer, Call, Routes
from tests.sandbox.github.errors import ApiError, not_found
from tests.sandbox.github.git import TreeItem
from tests.sandbox.github.routes_pulls import check_size
from tests.sandbox.github.show import Shown, node_id
from tests.sandbox.github.show_pull import commit, file, repo_url

routes = Routes()
_KINDS = {"120000": "symlink", "160000": "submodule"}


def _encoded(data: bytes) -> str:
    text = base64.b64encode(data).decode()
    return "".join(text[start : start + 60] + "\n" for start in range(0, len(text), 60))


@routes.add("GET", "{repo}/contents", "contents:read")
def get_root(call: Call) -> Answer:
    """The root folder at `ref`."""
    return get_contents(call, "")


@routes.add("GET", "{repo}/contents/<path:path>", "contents:read")
def get_contents(call: Call, path: str) -> Answer:
    """A file, a folder, a symlink or a submodule at `ref`, the default branch unless told."""
    path = path.strip("/")
    ref = call.query.get("ref", "main")
    sha = call.repo.store.resolve_commit(ref)
    if sha is None:
        raise ApiError(404, f"No commit found for the ref {ref}")
    if not path:
        return Answer([_row(call, entry, entry.path, ref) for entry in call.repo.store.tree(sha)])

    rows = call.repo.store.tree(sha, path)
    if not rows:
        raise not_found()

    item = rows[0]
    if item.kind == "tree":
        children = call.repo.store.tree(f"{sha}:{path}")
        return Answer([_row(call, child, f"{path}/{child.path}", ref) for child in children])
    if call.media == "raw" and item.kind == "blob":
        return Answer(call.repo.store.blob(item.sha), kind="application/vnd.github.raw; charset=utf-8")

    return Answer({**_row(call, item, path, ref), **_content(call, item)})


def _row(call: Call, item: TreeItem, path: str, ref: str) -> Shown:
    url = f"{repo_url(call.world, call.repo)}/contents/{quote(path)}?ref={quote(ref)}"
    kind = _KINDS.get(item.mode, "dir" if item.kind == "tree" else "file")
    git = f"{repo_url(call.world, call.repo)}/git/{'trees' if item.kind == 'tree' else 'blobs'}/{item.sha}"
    page = f"{call.world.url}/{call.repo.full_name}/blob/{quote(ref)}/{quote(path)}"
    raw = f"{call.world.url}/{call.repo.full_name}/raw/{quote(ref)}/{quote(path)}" if kind == "file" else None

    return {
        "name": path.rsplit("/", 1)[-1],
        "path": path,
        "sha": item.sha,
        "size": item.size or 0,
        "url": url,
        "html_url": page,
        "git_url": git,
        "download_url": raw,
        "type": kind,
        "_links": {"self": url, "git": git, "html": page},
    }


def _content(call: Call, item: TreeItem) -> Shown:
    if item.kind == "commit":
        return {"submodule_git_url": None}
    data = call.repo.store.blob(item.sha)
    if item.mode == "120000":
        return {"target": data.decode("utf-8", "replace")}
    if len(data) > call.world.limits.blob_bytes:
        return {"content": "", "encoding": "none"}
    return {"content": _encoded(data), "encoding": "base64"}


@routes.add("GET", "{repo}/git/blobs/<sha>", "contents:read")
def get_blob(call: Call, sha: str) -> Answer:
    """A blob by its SHA."""
    if call.repo.store.kind(sha) != "blob":
        raise not_found()

    data = call.repo.store.blob(sha)
    if call.media == "raw":
        return Answer(data, kind="application/vnd.github.raw; charset=utf-8")

    return Answer(
        {
            "sha": sha,
            "node_id": node_id("B", int(sha[:12], 16)),
            "size": len(data),
            "url": f"{repo_url(call.world, call.repo)}/git/blobs/{sha}",
            "content": _encoded(data),
            "encoding": "base64",
        }
    )


@routes.add("GET", "{repo}/git/trees/<path:treeish>", "contents:read")
def get_tree(call: Call, treeish: str) -> Answer:
    """A tree by its SHA or a ref's name; any value of `recursive` opens the folders."""
    sha = call.repo.store.resolve(f"{treeish}^{{tree}}")
    if sha is None:
        raise not_found()
    api = f"{repo_url(call.world, call.repo)}/git"
    rows = [_tree_row(api, entry) for entry in call.repo.store.tree(sha, recursive="recursive" in call.query)]
    return Answer({"sha": sha, "url": f"{api}/trees/{sha}", "tree": rows, "truncated": False})


def _tree_row(api: str, item: TreeItem) -> Shown:
    row: Shown = {"path": item.path, "mode": item.mode, "type": item.kind, "sha": item.sha}
    if item.size is not None:
        row["size"] = item.size
    if item.kind != "commit":
        row["url"] = f"{api}/{item.kind}s/{item.sha}"
    return row


@routes.add("GET", "{repo}/commits/<path:ref>", "contents:read")
def get_commit(call: Call, ref: str) -> Answer:
    """One commit, with what it changed."""
    store = call.repo.store
    sha = store.resolve_commit(ref)
    if sha is None:
        raise ApiError(422, f"No commit found for SHA: {ref}")

    stored = store.commits(sha, limit=1)[-1]
    comparison = store.compare(stored.parents[0], sha) if stored.parents else None
    if call.media == "diff" and comparison is not None:
        check_size(comparison, call.world.limits)
        return Answer(comparison.text, kind="application/vnd.github.diff; charset=utf-8")

    files = comparison.files if comparison else ()
    added = sum(each.additions for each in files)
    gone = sum(each.deletions for each in files)
    stats = {"total": added + gone, "additions": added, "deletions": gone}
    shown = [file(call.world, call.repo, each, sha) for each in files[:300]]
    return Answer({**commit(call.world, call.repo, stored), "stats": stats, "files": shown})


@routes.add("GET", "{repo}/git/ref/<path:ref>", "contents:read")
def get_ref(call: Call, ref: str) -> Answer:
    """A git ref, such as heads/main."""
    sha = call.repo.store.resolve(f"refs/{ref}") if ref.startswith(("heads/", "tags/", "pull/")) else None
    if sha is None:
        raise not_found()
    api = f"{repo_url(call.world, call.repo)}/git"
    target = {"type": "commit", "sha": sha, "url": f"{api}/commits/{sha}"}
    node = node_id("REF", int(sha[:12], 16))
    return Answer({"ref": f"refs/{ref}", "node_id": node, "url": f"{api}/refs/{ref}", "object": target})


@routes.add("GET", "{repo}/compare/<path:basehead>", "contents:read")
def compare(call: Call, basehead: str) -> Answer:
    """base...head: the commits, and the first 300 files on the first page."""
    base_ref, dots, head_ref = basehead.partition("...")
    store = call.repo.store
    base = store.resolve_commit(base_ref)
    head = store.resolve_commit(head_ref)
    if not dots or base is None or head is None:
        raise not_found()

    comparison = store.compare(base, head)
    if call.media == "diff":
        check_size(comparison, call.world.limits)
        return Answer(comparison.text, kind="application/vnd.github.diff; charset=utf-8")

    ahead = store.count(f"{base}..{head}")
    behind = store.count(f"{head}..{base}")
    status = {(False, False): "identical", (True, False): "ahead", (False, True): "behind"}
    url = f"{repo_url(call.world, call.repo)}/compare/{basehead}"
    page = f"{call.world.url}/{call.repo.full_name}/compare/{basehead}"
    size = call.number("per_page", 250, 250)
    number = call.number("page", 1)
    commits = store.commits(f"{base}..{head}")[(number - 1) * size : number * size]
    files = comparison.files[: call.world.limits.diff_files] if number == 1 else ()
    ends = [store.commits(sha, limit=1)[-1] for sha in (base, comparison.merge_base)]
    shown = {
        "url": url,
        "html_url": page,
        "permalink_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "base_commit": commit(call.world, call.repo, ends[0]),
        "merge_base_commit": commit(call.world, call.repo, ends[1]),
        "status": status.get((ahead > 0, behind > 0), "diverged"),
        "ahead_by": ahead,
        "behind_by": behind,
        "total_commits": ahead,
        "commits": [commit(call.world, call.repo, stored) for stored in commits],
        "files": [file(call.world, call.repo, change, head) for change in files],
    }
    return Answer(shown)
