"""Which repository a row is about: GitHub's id tells, and names are what people see.

The `repo` of every other table is the repository's key: the name under which it was first heard of. Rows from before ids
were told are under the names of then, and so are a repository's own as soon as a delivery tells its id; also an older
Kireji's, which runs beside this one during an upgrade and knows names only. A repository that comes under a name that
another has as its key gets a key of its own, and inherits nothing.
"""

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, and_, func, select, update

from kireji.adapters.store.engine import insert_new, lock, reading
from kireji.adapters.store.tables import repositories, reviews
from kireji.core.pulls.pull import PullRef, Whereabouts, key_of_repository


def note(conn: Connection, told: Whereabouts) -> None:
    """A delivery tells where a repository is. What an older delivery tells that comes late is not believed."""
    known = _row(conn, repositories.c.id == told.repo_id)
    if known is None:
        lock(conn, f"repository {told.name}")
        key = _fresh(conn, told.name, told.repo_id)
        where = {"name": told.name, "installation": told.installation, "told_at": told.told_at}
        insert_new(conn, repositories, {"id": told.repo_id, "key": key, **where})
        return

    installation = known.installation if told.installation is None else told.installation
    if told.told_at < known.told_at or (known.name, known.installation) == (told.name, installation):
        return

    changed = update(repositories).where(repositories.c.id == told.repo_id, repositories.c.told_at <= told.told_at)
    conn.execute(changed.values(name=told.name, installation=installation, told_at=told.told_at))


def key(engine: Engine, ref: PullRef) -> str:
    """The key of a pull request's repository, in a transaction of its own."""
    with reading(engine) as conn:
        return key_of(conn, ref)


def key_of(conn: Connection, ref: PullRef) -> str:
    """What `repo` is in the rows about this pull request. Without an id, the repository that bears the name now is meant."""
    if ref.repo_id is None:
        return key_of_name(conn, ref.repo)
    known = _row(conn, repositories.c.id == ref.repo_id)
    return _fresh(conn, ref.repo, ref.repo_id) if known is None else known.key


def key_of_name(conn: Connection, name: str) -> str:
    """The key of the repository that bears this name now, as far as it is known."""
    latest = select(repositories.c.key).where(repositories.c.name == name).order_by(repositories.c.told_at.desc())
    return conn.scalar(latest.limit(1)) or name


def with_place(query: Select[*tuple[object, ...]]) -> Select[*tuple[object, ...]]:
    """A query for reviews, with what else their pull requests' refs want: `repo_id`, `now_name`, `now_installation`."""
    joined = query.outerjoin(repositories, repositories.c.key == reviews.c.repo)
    return joined.add_columns(
        repositories.c.id.label("repo_id"),
        func.coalesce(repositories.c.name, reviews.c.repo).label("now_name"),
        func.coalesce(repositories.c.installation, reviews.c.installation).label("now_installation"),
    )


def _fresh(conn: Connection, name: str, repo_id: int) -> str:
    """The key of a repository that was not heard of by its id before."""
    taken = _row(conn, and_(repositories.c.key == name, repositories.c.id != repo_id)) is not None
    return key_of_repository(name, repo_id, taken=taken)


def _row(conn: Connection, which: ColumnElement[bool]) -> Row[*tuple[object, ...]] | None:
    return conn.execute(select(repositories).where(which)).first()
