"""A branch's merge queue: groups are built, wait for required checks on a commit of their own, and are merged or thrown out.

As GitHub does it by default: a group for each pull request, on top of the one ahead of it; all required checks must be
green; one without an answer holds the queue up until its time is over. Source: GitHub's "Managing a merge queue".
"""

from datetime import timedelta

from tests.sandbox.github.models import CheckRun, Pull, Queue, QueueEntry
from tests.sandbox.github.show import Shown
from tests.sandbox.github.world import RepoState, World

GREEN = frozenset({"success", "neutral", "skipped"})  # the conclusions that satisfy a required check
TIMEOUT = timedelta(minutes=60)  # after which a check without an answer counts as failed


def enqueue(world: World, repo: RepoState, queue: Queue, pull: Pull) -> QueueEntry:
    """Press "Merge when ready". Raises ValueError, in GitHub's words, where the pull request may not enter."""
    if pull.state != "open" or pull.draft or pull.base != queue.branch:
        raise ValueError("Pull request is closed, a draft, or goes into another branch")
    if any(entry.number == pull.number for entry in queue.entries):
        raise ValueError("Pull request is already in the queue")

    for name in queue.checks:
        run = _newest(repo, name, pull.head_sha)
        if run is None or run.conclusion is None:
            raise ValueError(f'Required status check "{name}" is expected.')
        if run.conclusion not in GREEN:
            raise ValueError(f'Required status check "{name}" is failing.')

    with world.lock:
        entry = _built(world, repo, queue, pull)
        queue.entries.append(entry)

    return entry


def advance(world: World, repo: RepoState, queue: Queue) -> list[QueueEntry]:
    """Merge and throw out what can be, from the front; the groups that were built anew, whose checks are wanted."""
    with world.lock:
        anew = list[QueueEntry]()
        while queue.entries:
            first = queue.entries[0]
            green = _is_green(world, repo, queue, first)
            if green is None:
                break
            if green:
                queue.entries.pop(0)
                _end(repo, queue, first, "merged")
                _merge(world, repo, queue, first)
            else:
                anew = dequeue(world, repo, queue, first.number)
        return anew


def dequeue(world: World, repo: RepoState, queue: Queue, number: int) -> list[QueueEntry]:
    """Take a pull request out; the groups behind it are built anew, and given."""
    place = next((place for place, entry in enumerate(queue.entries) if entry.number == number), None)
    if place is None:
        return []

    behind = queue.entries[place + 1 :]
    _end(repo, queue, queue.entries[place], "dequeued")
    del queue.entries[place:]

    for entry in behind:
        _end(repo, queue, entry, "invalidated")
        queue.entries.append(_built(world, repo, queue, repo.pulls[entry.number]))

    return queue.entries[place:]


def find(repo: RepoState, number: int | None, *, destroyed: bool) -> tuple[QueueEntry, str] | None:
    """A pull request's group in any queue, or the last that was destroyed, with the reason."""
    for queue in repo.queues.values():
        live = [(entry, "") for entry in queue.entries]
        for entry, reason in reversed(queue.destroyed if destroyed else live):
            if entry.number == number:
                return entry, reason
    return None


def shown(repo: RepoState, entry: QueueEntry) -> Shown:
    """GitHub's merge-group."""
    head = repo.store.commits(entry.head_sha, limit=1)[0]
    person = {"name": head.author, "email": head.email}
    return {
        "head_sha": entry.head_sha,
        "head_ref": entry.ref,
        "base_sha": entry.base_sha,
        "base_ref": f"refs/heads/{entry.branch}",
        "head_commit": {
            "id": head.sha,
            "tree_id": head.tree,
            "message": head.message,
            "timestamp": head.date,
            "author": person,
            "committer": person,
        },
    }


def _built(world: World, repo: RepoState, queue: Queue, pull: Pull) -> QueueEntry:
    """The pull request merged on top of what is ahead of it, on a branch of the queue's own."""
    ahead = queue.entries[-1].head_sha if queue.entries else repo.store.resolve_commit(f"refs/heads/{queue.branch}")
    if ahead is None:
        raise LookupError(f"{repo.full_name} has no branch {queue.branch!r}")
    ref = f"refs/heads/gh-readonly-queue/{queue.branch}/pr-{pull.number}-{ahead}"
    message = f"Merge pull request #{pull.number} from {pull.head_owner.login}/{pull.branch}"
    head = repo.store.merge(ref, ahead, pull.head_sha, message=message, when=world.commit_time())
    return QueueEntry(world.new_id(), pull.number, queue.branch, ref, ahead, head, world.now())


def _is_green(world: World, repo: RepoState, queue: Queue, entry: QueueEntry) -> bool | None:
    """Whether all required checks of a group are green; None while one has no answer and there is time."""
    conclusions = [run and run.conclusion for run in (_newest(repo, name, entry.head_sha) for name in queue.checks)]
    if any(conclusion is not None and conclusion not in GREEN for conclusion in conclusions):
        return False
    if None in conclusions:
        return None if world.now() < entry.since + TIMEOUT else False
    return True


def _merge(world: World, repo: RepoState, queue: Queue, entry: QueueEntry) -> None:
    repo.store.set_ref(f"refs/heads/{queue.branch}", entry.head_sha)
    pull = repo.pulls[entry.number]
    pull.state = "closed"
    pull.merged = True
    pull.updated_at = world.now()


def _end(repo: RepoState, queue: Queue, entry: QueueEntry, reason: str) -> None:
    repo.store.delete_ref(entry.ref)
    queue.destroyed.append((entry, reason))


def _newest(repo: RepoState, name: str, head_sha: str) -> CheckRun | None:
    runs = (run for run in list(repo.check_runs.values()) if (run.name, run.head_sha) == (name, head_sha))
    return max(runs, key=lambda run: run.id, default=None)
