"""The durable engine: DBOS Transact behind a small surface of our own. Begin with `engine`.

| module | who uses it |
|---|---|
| `database.py` | `kireji db upgrade`: DBOS's tables |
| `intake.py` | the web process: enqueue within the intake's transaction, cancel, do a failed errand again |
| `engine.py`, `running.py` | a worker: takes reviews from the queue and carries them out |
| `journal.py` | a review under way: its finished steps are remembered |
| `recovery.py` | a worker: takes over what a dead one left |
| `jobs.py` | `kireji jobs` and the sweeps |
| `client.py`, `log.py` | these modules |

Nothing else imports dbos.

One review is one DBOS workflow of the same id; an errand is one that its delivery names, in a queue of its own. Their finished
steps are never run again, whatever dies; a step that was under way when a process died is run again, so it looks first
whether it is done.
"""
