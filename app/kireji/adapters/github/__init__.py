"""GitHub: the `Forge` and `Hooks` ports on PyGithub. Begin with `forge`.

forge.py     GitHubForge, which `connecting.py` makes of settings: what the wiring uses
reach.py     whose token, whose limits, and what a repository is called now
client.py    PyGithub's requester on the pool of `transport.py`, and a repository's client
auth.py      the App's key, installation tokens, or one fixed token
limits.py    the rate limits of an installation, and when a request counts how much
failures.py  what GitHub's failures mean, in one place
pull.py      the pull request, the files that steer its review, and our threads: one GraphQL request
threads.py   our threads, out of that request or alone; `actors.py` tells who wrote what
closing.py   ends a thread: says why, resolves it or minimises our comment
talk.py      answers and the one kept comment, each once
people.py    what somebody may do, and reactions
heads.py     the pull requests with a certain head, forks' too
diff.py      the diff by media type, else by `listing.py`, whose gaps `blobs.py` fills
checks.py    check runs
hooks.py     the log of deliveries, as the App itself sees it; asks for one again
marks.py     our hidden marks, and the proof that they are ours
publish.py   reviews, with `standing.py` to see what is there
"""

from kireji.adapters.github.connecting import connect
from kireji.adapters.github.forge import GitHubForge
from kireji.adapters.github.hooks import GitHubHooks, connect_hooks

__all__ = ["GitHubForge", "GitHubHooks", "connect", "connect_hooks"]
