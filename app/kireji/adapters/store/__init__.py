"""Our own tables, on SQLite or Postgres. Begin with `store`.

| module | what it keeps |
|---|---|
| `engine.py` | the database: transactions that read or write, and where the two stores differ |
| `schema.py` | the tables' version: `upgrade`, `check`; the versions are in `migrations/` |
| `tables.py`, `columns.py` | the tables and their column types |
| `deliveries.py` | what GitHub delivered, each once |
| `repositories.py` | under which key a repository's rows are, whatever it is called now |
| `pulls.py` | what each pull request wants: its generation |
| `reviews.py`, `listing.py` | a review's life; reviews as people and sweeps ask for them |
| `ledger.py`, `memo.py` | model calls and their cost; the answers that were paid for |
| `budgets.py`, `costs.py`, `persons.py` | what may still be spent; what was; what one person had of it |
| `postings.py` | what was posted |
| `perils.py` | which part of a job is under way, for when its process dies |
| `slots.py` | workers' leases |
| `governors.py` | the shared state of rate limits |
| `cursors.py`, `retention.py` | how far a sweep came; what is old goes |
| `store.py` | the `Store` port over all of them |

SQLAlchemy Core; no clock and no threads.

Functions that take a `Connection` belong to the caller's transaction, those that take an `Engine` make their own. All
block: asynchronous callers use a thread. Times are epoch seconds.

While the database is away they raise SQLAlchemy's `OperationalError`. Repeating them is then safe even if it is unknown
whether the first try was committed, but for two: a governor's change may count twice, and a `take_over` that succeeded
unseen says False (the slot expires again).
"""
