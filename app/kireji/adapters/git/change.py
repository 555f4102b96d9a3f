"""What is to be reviewed of a repository on this machine: a range of commits, or what is staged."""

from itertools import chain

from kireji.adapters.git.git import Git
from kireji.core.diff.unified import FetchedDiff, FileStatus, parse_diff
from kireji.core.pulls.change import Change
from kireji.core.scope.attributes import FILE_NAME, attribute_files_for, paths_in
from kireji.core.scope.hidden import find_hidden, show_hidden
from kireji.errors import UserError

STAGED = "staged"
MAX_HIDDEN = 100  # files that are shown as binary and are looked at
MAX_COMMITS = 50


def of_range(git: Git, spec: str = "") -> Change:
    """Commits: "A..B", "A...B" (from their merge base), "A" or "" (from that with A, or the default branch, to HEAD)."""
    base_name, dots, head_name = _parts(spec or f"{_default_branch(git)}...")
    base = git.commit(base_name)
    head = git.commit(head_name)
    if dots == "...":
        base = git.merge_base(base, head, (base_name, head_name))

    diff = _whole(git, base, head, base, head)
    subjects = git.ask("log", f"--max-count={MAX_COMMITS}", "--format=%s", f"{base}..{head}").split("\n")

    return Change(
        name=f"{base_name}{dots}{head_name}",
        title=subjects[0],
        body="\n".join(f"- {subject}" for subject in subjects[1:]),
        base=base_name,
        base_sha=base,
        head=git.ask("rev-parse", "--abbrev-ref", head_name) or head_name,
        head_sha=head,
        text=diff.text,
        unread=diff.unread,
        binary=diff.binary,
        base_texts=lambda paths: git.texts(base, paths),
        head_texts=lambda paths: git.texts(head, paths),
        search=lambda names: git.search(head, names),
    )


def of_staged(git: Git) -> Change:
    """What the next commit would change."""
    begun = git.ask("rev-parse", "--verify", "--quiet", "HEAD")
    base = git.commit("HEAD") if begun else git.empty_tree()
    diff = _whole(git, base, "", "--cached", base)

    return Change(
        name="the staged changes",
        title="Staged changes",
        body="",
        base="HEAD",
        base_sha=base,
        head=STAGED,
        head_sha=STAGED,
        text=diff.text,
        unread=diff.unread,
        binary=diff.binary,
        base_texts=lambda paths: git.texts(base, paths),
        head_texts=lambda paths: git.texts("", paths),
        search=lambda names: git.search("", names),
    )


def _whole(git: Git, base: str, head: str, *what: str) -> FetchedDiff:
    """The diff with the text of files that an attribute calls binary and whose bytes are text. `head` as for `Git.texts`."""
    text = git.diff(*what)
    files = find_hidden(text, git.texts(base, [FILE_NAME, *attribute_files_for(paths_in(text))]))[:MAX_HIDDEN]
    if not files:
        return FetchedDiff(text)

    old_paths = [file.old_path for file in files]
    new_paths = [file.path for file in files]
    old_binary = git.binary(base, old_paths)
    new_binary = git.binary(head, new_paths)
    binary = frozenset(
        file.path
        for file in files
        if file.old_path in old_binary and (file.path in new_binary or file.status is FileStatus.DELETED)
    )

    old_texts = git.texts(base, old_paths)
    new_texts = git.texts(head, new_paths)
    readable = [
        file
        for file in files
        if (file.status is FileStatus.ADDED or file.old_path in old_texts)
        and (file.status is FileStatus.DELETED or file.path in new_texts)
    ]
    if not readable:
        return FetchedDiff(text, (), binary)

    paths = dict.fromkeys(chain.from_iterable((file.old_path, file.path) for file in readable))
    made = {file.path: file.hunks for file in parse_diff(git.diff("--text", *what, paths=[*paths])).files}
    return show_hidden(text, {file.path: made[file.path] for file in readable if file.path in made}, binary)


def _parts(spec: str) -> tuple[str, str, str]:
    """The base, the dots and the head of a range, as `git diff` writes it."""
    for dots in ("...", ".."):
        base, found, head = spec.partition(dots)
        if found:
            return base or "HEAD", dots, head or "HEAD"
    return spec, "...", "HEAD"


def _default_branch(git: Git) -> str:
    """The branch that the others come from, as far as this repository knows."""
    remote = git.ask("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
    if remote and not _is_only_branch(git, remote):
        return remote

    for name in ("origin/main", "origin/master", "main", "master"):
        if git.ask("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"):
            return name

    git.commit("HEAD")  # of a branch without commits nothing else is worth telling
    raise UserError(
        "It is not known which branch this one comes from",
        "Name it: kireji review BRANCH..., or kireji review A..B. "
        "If it was not fetched: git remote set-branches --add origin BRANCH && git fetch origin",
    )


def _is_only_branch(git: Git, remote: str) -> bool:
    """Whether the clone knows one branch only, and is on it: what it came from was not fetched."""
    current = git.ask("symbolic-ref", "--quiet", "--short", "HEAD")
    return remote == f"origin/{current}" and "*" not in git.ask("config", "--get-all", "remote.origin.fetch")
