"""The tables' versions, on both stores."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from kireji.adapters.store.engine import create_engine, reading, writing
from kireji.adapters.store.pulls import history
from kireji.adapters.store.repositories import note
from kireji.adapters.store.schema import VERSION_TABLE, _config, check, upgrade
from kireji.adapters.store.tables import metadata
from kireji.core.pulls.pull import PullRef, Whereabouts
from kireji.errors import SettingsError, TransientError


def set_version(engine: Engine, version: str) -> None:
    """Pretend that the tables are of this version."""
    with writing(engine) as conn:
        conn.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = :version"), {"version": version})


def test_an_empty_database_gets_all_tables(empty_engine: Engine) -> None:
    """`upgrade` makes them, after which `check` is content."""
    upgrade(empty_engine)
    check(empty_engine)
    assert {*inspect(empty_engine).get_table_names()} == {*metadata.tables, VERSION_TABLE}


def test_upgrading_again_keeps_what_is_there(engine: Engine) -> None:
    """A current database is left as it is."""
    with writing(engine) as conn:
        conn.execute(metadata.tables["cursors"].insert().values(name="sweep", value="7"))
    upgrade(engine)
    check(engine)
    with reading(engine) as conn:
        assert conn.scalar(text("SELECT value FROM cursors")) == "7"


def test_migrations_and_tables_agree(engine: Engine) -> None:
    """Whoever changes `tables.py` adds a migration, or the two differ here."""
    with reading(engine) as conn:
        context = MigrationContext.configure(conn, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_both_make_the_same_schema(empty_engine: Engine) -> None:
    """Down to what the comparison does not see: keys, foreign keys and the conditions of indexes."""
    upgrade(empty_engine)
    migrated = described(empty_engine)
    with writing(empty_engine) as conn:
        metadata.drop_all(conn)
        metadata.create_all(conn)
    assert described(empty_engine) == migrated


def test_what_was_written_before_ids_is_taken_over(empty_engine: Engine) -> None:
    """By the repository that bears the name when its id is first told; and by no other, whatever that is called."""
    with writing(empty_engine) as conn:
        command.upgrade(_config(conn), "0003")
        conn.execute(
            text("INSERT INTO pulls (repo, number, generation, paused_by) VALUES ('octo/demo', 7, 3, 'maria')")
        )

    upgrade(empty_engine)

    with writing(empty_engine) as conn:
        note(conn, Whereabouts(1, "octo/demo", 42, 1.0))
        note(conn, Whereabouts(1, "octo/store", 42, 2.0))
        note(conn, Whereabouts(2, "octo/demo", 42, 3.0))

    assert history(empty_engine, PullRef("octo/store", 7, 42, 1)).paused_by == "maria"
    assert history(empty_engine, PullRef("octo/demo", 7, 42, 2)).paused_by == ""


def described(engine: Engine) -> dict[str, object]:
    """What the database itself says of its tables."""
    inspector = inspect(engine)
    return {
        name: (
            {column["name"]: (str(column["type"]), column["nullable"]) for column in inspector.get_columns(name)},
            inspector.get_pk_constraint(name)["constrained_columns"],
            inspector.get_foreign_keys(name),
            {
                index["name"]: (
                    index["column_names"],
                    str(index["dialect_options"].get(f"{engine.dialect.name}_where")),
                )
                for index in inspector.get_indexes(name)
            },
        )
        for name in metadata.tables
    }


def test_a_database_without_tables_is_refused(empty_engine: Engine) -> None:
    """The message says what to run."""
    with pytest.raises(SettingsError, match="has no tables of Kireji's yet: run `kireji db upgrade`"):
        check(empty_engine)


def test_a_database_that_is_newer_is_refused_and_left_alone(empty_engine: Engine) -> None:
    """Neither served nor upgraded: an older Kireji cannot know what the newer one put there."""
    upgrade(empty_engine)
    set_version(empty_engine, "9999")
    for touch in (check, upgrade):
        with pytest.raises(SettingsError, match=r"version 9999\) are of a Kireji newer than this one"):
            touch(empty_engine)


def test_a_failing_upgrade_leaves_nothing_behind(empty_engine: Engine) -> None:
    """All or nothing: here the last table is in the way."""
    with writing(empty_engine) as conn:
        conn.execute(text("CREATE TABLE cursors (x INTEGER)"))
    with pytest.raises(DBAPIError, match="already exists"):
        upgrade(empty_engine)
    assert inspect(empty_engine).get_table_names() == ["cursors"]


@pytest.mark.parametrize("address", ["sqlite:////no/such/folder/kireji.sqlite3", "postgresql://127.0.0.1:1/kireji"])
def test_a_database_that_is_away_is_told_in_one_line(address: str) -> None:
    """With the database's own reason; it may be back soon, so this is no problem of the settings."""
    with pytest.raises(TransientError, match=r"^the database does not answer: [^\n]+$"):
        check(create_engine(address))
