"""GitHub: the `Forge` and `Hooks` ports on PyGithub. Begin with `forge`.

forge.py       GitHubForge, which `connecting.py` makes of settings: what the wiring uses
hooks.py       the log of deliveries, as the App itself sees it; asks for one again
checkup.py     the App as GitHub has it, for `kireji doctor`

write/         what is written, each thing once
  publish.py   reviews, in batches; what GitHub refuses is found and left out
  checks.py    check runs
  threads.py   resolves a thread: says why, or minimises our comment where it may not
  talk.py      answers and the one kept comment
  people.py    reactions, and what somebody may do

read/          what is read, one kind of thing a module
  pull.py      the pull request, the files that steer its review, and our threads: one GraphQL request
  threads.py   our threads, out of that request or alone; `actors.py` tells who wrote what
  diff.py      the diff by media type, else by `listing.py` and `rows.py`, whose gaps `blobs.py` fills
  hidden.py    the text of files that the diff shows as binary
  files.py     files at a commit
  heads.py     the pull requests with a certain head, forks' too
  queue.py     a branch's merge queue
  pull_state.py  the head and our own reviews, as they are just before we post

http/          requests
  reach.py     whose token, whose limits, and by `homes.py` where a repository is now
  client.py    PyGithub's requester on the pool of `transport.py`, and a repository's client
  auth.py      the App's key, installation tokens, or one fixed token
  limits.py    the rate limits of an installation, and when a request counts how much
  failures.py  what GitHub's failures mean; `denials.py` and `answers.py` read its refusals
  marks.py     our hidden marks, and the proof that they are ours
  text.py      text that GitHub takes; `bodies.py` has what its answers hold
  together.py  several requests at once
"""

from kireji.adapters.github.connecting import connect
from kireji.adapters.github.forge import GitHubForge
from kireji.adapters.github.hooks import GitHubHooks, connect_hooks

__all__ = ["GitHubForge", "GitHubHooks", "connect", "connect_hooks"]
