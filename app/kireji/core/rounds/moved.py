"""Threads of ours whose file a push has renamed: their findings come back under another path, and are no news.

A fingerprint holds the path. Where a file is new in the pull request, no diff tells that it had another name before; so a
finding in a new or renamed file is held against the threads whose path is gone, as if it stood there.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from kireji.core.diff.unified import FileDiff, FileStatus, Unread
from kireji.core.findings.finding import Finding, fingerprint
from kireji.core.pulls.thread import Thread
from kireji.core.scope.choose import Scope

_MOVES = frozenset({FileStatus.ADDED, FileStatus.RENAMED, FileStatus.COPIED})


def still_there(scope: Scope, beside: Sequence[FileDiff], unserved: Sequence[Unread]) -> frozenset[str] | None:
    """The paths of all files that a pull request changes and still has; None where GitHub did not serve them all."""
    kept = (file.path for file in (*scope.reviewed, *beside) if file.status is not FileStatus.DELETED)
    return None if unserved else frozenset((*kept, *(skip.path for skip in (*scope.skipped, *scope.unproven))))


def former_names(
    findings: Iterable[Finding], files: Mapping[str, FileDiff], threads: Sequence[Thread], there: Collection[str] | None
) -> dict[str, str]:
    """Fingerprint now -> fingerprint before, for findings that a thread reports whose path is none of `there`.

    `files` as `placement.by_path` makes them; `there` are the paths of all files that the pull request still has, None
    where that is not known. Each thread stands for one finding, since what was copied is reported for each copy.
    """
    if there is None:
        return {}

    reported = {thread.fingerprint for thread in threads}
    left_behind = [thread for thread in threads if thread.fingerprint and thread.path not in there]
    newcomers = {
        fingerprint(finding): finding
        for finding in findings
        if finding.path in files and files[finding.path].status in _MOVES
    }

    pairs = list[tuple[tuple[bool, float], str, str]]()
    for name, finding in newcomers.items():
        if name in reported:
            continue
        for thread in left_behind:
            if fingerprint(replace(finding, path=thread.path)) == thread.fingerprint:
                pairs.append((_likeness(finding, thread), name, thread.fingerprint))

    names = dict[str, str]()
    for _, name, before in sorted(pairs, reverse=True):
        if name not in names and before not in names.values():
            names[name] = before
    return names


def _likeness(finding: Finding, thread: Thread) -> tuple[bool, float]:
    """The same line may stand in several files that were renamed at once: at the same number, under a similar name."""
    return thread.original_line == finding.end_line, SequenceMatcher(None, thread.path, finding.path).ratio()
