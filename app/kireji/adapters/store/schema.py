"""Which version of the tables a database has, and bringing it up to ours. The versions are in `migrations/versions/`."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from kireji.adapters.store.engine import lock, reading, writing
from kireji.errors import SettingsError, TransientError

VERSION_TABLE = "kireji_schema"


def upgrade(engine: Engine) -> None:
    """Bring the tables up to this Kireji's, all or nothing; several at once wait for each other."""
    with writing(engine) as conn:
        lock(conn, "schema")
        _refuse_unknown(_current(conn))
        command.upgrade(_config(conn), "head")


def check(engine: Engine) -> None:
    """SettingsError, with what to do, unless the tables are exactly those that this Kireji knows.

    TransientError, with the database's own reason, if it does not answer.
    """
    try:
        with reading(engine) as conn:
            current = _current(conn)
    except OperationalError as error:
        reason = str(error.orig).partition("\n")[0]
        raise TransientError(f"the database does not answer: {reason}") from error

    _refuse_unknown(current)
    head = _scripts().get_current_head()
    if current is None:
        raise SettingsError(("the database has no tables of Kireji's yet: run `kireji db upgrade`",))
    if current != head:
        older = f"the database's tables (version {current}) are older than this Kireji's (version {head})"
        raise SettingsError((f"{older}: stop the servers, then run `kireji db upgrade`",))


def _refuse_unknown(current: str | None) -> None:
    """An older Kireji must not touch what it cannot know."""
    known = {script.revision for script in _scripts().walk_revisions()}
    if current is not None and current not in known:
        newer = f"the database's tables (version {current}) are of a Kireji newer than this one"
        raise SettingsError((f"{newer}: install that version again, or name another database",))


def _current(conn: Connection) -> str | None:
    return MigrationContext.configure(conn, opts={"version_table": VERSION_TABLE}).get_current_revision()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(None))


def _config(conn: Connection | None) -> Config:
    """Alembic's settings, built here so that an installed wheel needs no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", "kireji.adapters.store:migrations")
    config.attributes.update(connection=conn, version_table=VERSION_TABLE)
    return config
