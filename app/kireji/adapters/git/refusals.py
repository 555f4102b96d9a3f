"""What git refuses on somebody's own machine, in plain words with git's own reason and what to do. Read with LC_ALL=C.

The words are those of git's own sources (setup.c, object-file.c, promisor-remote.c, shallow.c), which change little.
"""

import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kireji.core.text.patterns import regex
from kireji.errors import UserError

OLDEST = (2, 30)  # `rev-parse --end-of-options`; `diff --no-relative` is of 2.28
MAX_REASON = 300  # characters of git's own words

_VERSION = regex(r"git version (\d+)\.(\d+)")
_OWNER = regex(r"detected dubious ownership in repository at '(?P<path>.*)'")
_UNSAFE = regex(r"unsafe repository \('(?P<path>.*)' is owned by someone else\)")  # git 2.35.2 to 2.36
_NEEDS_WORK_TREE = "this operation must be run in a work tree"
_BARE = regex(r"cannot use bare repository '(?P<path>.*)' \(safe\.bareRepository")
_NO_REPOSITORY = "not a git repository"
_NO_FOLDER = "Unable to read current working directory"
_OLDER = regex(r"(.+?)[~^][~^\d]*")
_BRANCH = regex(r"[\w.-]+(?:/[\w.-]+)*")


@dataclass(frozen=True, slots=True)
class _RefusalKind:
    """A kind of refusal that is known by git's words."""

    said: re.Pattern[str]  # what git says of it
    means: str
    remedy: str


_KINDS = (
    _RefusalKind(
        regex(r"from promisor remote|promisor remote .*(?:missing|fail)|lazy fetching disabled"),
        "Something of this partial clone is not here, and Kireji has git open no connection",
        "Have all of it: git fetch --refetch --no-filter",
    ),
    _RefusalKind(
        regex(
            r"is corrupt|is empty|unable to unpack|inflate: |hash mismatch|bad (?:object|tree|blob|index)|garbage at end"
            r"|unable to (?:read|find|parse)|could not (?:read|parse|get object)|missing (?:blob|tree|object)"
            r"|Failed to traverse parents|index file (?:smaller|corrupt)|bad signature"
        ),
        "The repository is damaged",
        "git fsck names what is broken; a fresh clone has it whole.",
    ),
    _RefusalKind(
        regex(r"Permission denied|Operation not permitted"),
        "git may not read this repository",
        "Have the right to read all of its folder, .git too, or run this as who owns it.",
    ),
    _RefusalKind(
        regex(
            r"unknown (?:option|switch)|unrecognized argument|invalid option"
            r"|unknown repository (?:extension|format)|Expected git repo version"
        ),
        "git does not know how to do this here",
        "Install a newer git.",
    ),
)


def explain(action: str, said: str) -> UserError:
    """What to tell of a refusal. `action` is git's command, `said` what it wrote on standard error."""
    owner = _OWNER.search(said) or _UNSAFE.search(said)
    if owner:
        return UserError(
            f"git refuses this repository, since the owner of {owner['path']} is somebody else ({_reason(said)})",
            f"If you trust what is in it: git config --global --add safe.directory {shlex.quote(owner['path'])}",
        )

    for kind in _KINDS:
        if kind.said.search(said):
            return UserError(f"{kind.means} ({_reason(said)})", kind.remedy)

    return UserError(f"git {action} failed: {_reason(said)}", "Fix that, then try again.")


def no_working_tree(said: str, named: Sequence[str], *, bare: bool) -> UserError:
    """What to tell where there is no working tree; `named` are the variables of the environment that say where it is."""
    if _NO_FOLDER in said:
        return UserError(*NO_FOLDER)

    unasked = _BARE.search(said)
    if bare or (unasked and not unasked["path"].endswith("/.git")):
        return UserError(
            "This is a bare repository: it has no working tree",
            "Clone it, and review in the clone: git clone THIS-FOLDER ELSEWHERE",
        )

    if (unasked or _NEEDS_WORK_TREE in said) and not named:
        return UserError("This folder is git's own, and no working tree", "Go up, out of .git.")
    if _NO_REPOSITORY in said and not named:
        return UserError(
            "This folder is not in the working tree of a git repository",
            "Go into one, or give a patch on standard input: git diff | kireji review -",
        )

    if named and not _OWNER.search(said):
        names = " and ".join(named)
        return UserError(
            f"{names} in the environment {'lead' if len(named) > 1 else 'leads'} to no repository ({_reason(said)})",
            f"Take {'them' if len(named) > 1 else 'it'} out: unset {' '.join(named)}",
        )

    return explain("rev-parse", said)


def too_old(version: str) -> UserError | None:
    """What to tell of a git that is older than what we ask of it; `version` is its own word, None if it is new enough."""
    found = _VERSION.search(version)
    if found is None or (int(found[1]), int(found[2])) >= OLDEST:
        return None
    oldest = ".".join(map(str, OLDEST))
    return UserError(f"git {found[1]}.{found[2]} is too old: Kireji needs {oldest} or newer", "Install a newer git.")


def cannot_start(error: OSError) -> UserError:
    """What to tell where git could not be started at all."""
    return UserError(f"git cannot be started here: {error.strerror}", "Fix that, then try again.")


NO_GIT = ("git is not installed, or not in PATH", "Install git.")
NO_FOLDER = ("The current folder is gone", "Go into the repository's folder again.")


def no_common_commit(base: str, head: str, *, shallow: bool) -> UserError:
    """What to tell of two commits without a merge base."""
    if shallow:
        return UserError(
            f"{base} and {head} have no commit in common here, since this clone is shallow: older commits were not fetched",
            "Fetch them: git fetch --unshallow (in a workflow, give actions/checkout `fetch-depth: 0`); "
            "or name two dots to compare the two as they are: A..B",
        )
    return UserError(f"{base} and {head} have no commit in common", "Name two dots to compare them: A..B")


def no_commit(name: str, ask: Callable[..., str]) -> UserError:
    """What to tell of a name that no commit has. `ask` gives what git prints, "" where it refuses."""
    said = f"There is no commit {name!r} here"
    if name == "HEAD" and not ask("rev-parse", "--verify", "--quiet", "HEAD"):
        return UserError(
            "This branch has no commit yet", "Commit first, or review what is staged: kireji review --staged"
        )

    shallow = ask("rev-parse", "--is-shallow-repository") == "true"
    older = _OLDER.fullmatch(name)
    if shallow and older and ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{older[1]}^{{commit}}"):
        return UserError(
            f"{said}, since this clone is shallow: older commits were not fetched",
            "Fetch them: git fetch --deepen=50, or all by git fetch --unshallow (in a workflow, give actions/checkout "
            "`fetch-depth: 0`)",
        )
    if _BRANCH.fullmatch(name) is None:
        return UserError(said, "Name a branch, a tag or a commit that `git log` knows.")

    return _no_branch(name, said, ask, shallow=shallow)


def _no_branch(name: str, said: str, ask: Callable[..., str], *, shallow: bool) -> UserError:
    """What to tell of a name that may be a branch's which was not fetched."""
    remote, _, branch = name.partition("/")
    remotes = ask("remote").split()
    if remote not in remotes or not branch:
        remote = remotes[0] if remotes else ""
        branch = name
        if remote and ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{remote}/{name}^{{commit}}"):
            return UserError(said, f"The remote's branch is here under its whole name: {remote}/{name}")
    if not remote:
        return UserError(said, "Name a branch, a tag or a commit that `git log` knows.")

    single = f"refs/heads/*:refs/remotes/{remote}/*" not in ask("config", "--get-all", f"remote.{remote}.fetch")
    fetch = f"git fetch {remote}"
    if single:
        fetch = f"git remote set-branches --add {remote} {branch} && {fetch}"

    depth = " (this clone is shallow: with `--unshallow` what both have in common comes too)"
    return UserError(
        f"{said}{', where only some branches are fetched' if single else ''}",
        f"If it is a branch of {remote}: {fetch}{depth if shallow else ''}, then name {remote}/{branch}. "
        "Else name a branch, a tag or a commit that `git log` knows.",
    )


def _reason(said: str) -> str:
    """Git's own first reason, in one line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    fatal = next((line for line in lines if line.startswith("fatal: ")), lines[0] if lines else "it gives no reason")
    return fatal.removeprefix("fatal: ").removeprefix("error: ")[:MAX_REASON]
