"""An older database is brought up to date, whole or not at all; the revisions give the schema itself."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from iro_allocator.domain import Snapshot
from iro_allocator.edits import Step, added
from iro_allocator.errors import Explained
from iro_allocator.store import opening, records
from iro_allocator.store import upgrade as upgrading
from iro_allocator.store.database import Database
from iro_allocator.store.schema import REVISIONS, metadata
from iro_allocator.store.upgrade import SCRIPTS, upgrade
from tests import builders
from tests.store.conftest import Home

SECOND = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0002", "0001"
def upgrade():
    with op.batch_alter_table("iro") as table:
        table.add_column(sa.Column("shoe_size", sa.Integer))
        table.alter_column("team", nullable=True)
    op.execute("UPDATE iro SET shoe_size = 42")
    {last}
"""


def structure(database: Database) -> dict[str, Any]:
    """Tables with columns, keys and indexes, as the database itself tells them."""
    with database.reading() as connection:
        found = inspect(connection)
        return {
            table: (
                [(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in found.get_columns(table)],
                found.get_pk_constraint(table),
                sorted(found.get_foreign_keys(table), key=str),
                sorted(found.get_indexes(table), key=str),
            )
            for table in found.get_table_names()
        }


def test_the_revisions_make_the_same_tables_as_a_new_database_has(home: Home) -> None:
    home.create().close()
    with closing(home.database()) as database:
        created = structure(database)
    home.fresh()
    with closing(home.database()) as database:
        upgrade(database)
        assert structure(database) == created
        with database.reading() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
            version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    assert version == [REVISIONS[-1]]
    assert created.keys() == metadata.tables.keys()


def test_the_program_knows_every_revision_in_order() -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    scripts = ScriptDirectory.from_config(config)
    assert tuple(script.revision for script in scripts.walk_revisions())[::-1] == REVISIONS


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes this program one revision newer, which ends with a statement of the test's own."""
    (tmp_path / "100% next").mkdir()
    (tmp_path / "100% next" / "versions").mkdir()
    scripts = tmp_path / "100% next"
    for name in ("env.py", "versions/revision_0001.py"):
        (scripts / name).write_text((SCRIPTS / name).read_text())

    def release(last: str) -> None:
        (scripts / "versions" / "revision_0002.py").write_text(SECOND.format(last=last))
        monkeypatch.setattr(upgrading, "SCRIPTS", scripts)
        monkeypatch.setattr(opening, "REVISIONS", (*REVISIONS, "0002"))

    return release


def test_an_older_database_is_backed_up_and_upgraded_when_opened(home: Home, next_version: Any) -> None:
    service = builders.small_service()
    with closing(home.create()) as store:
        store.commit(Step("Start", added(service.records())), by="Anna")
    next_version("pass")
    with closing(home.open()) as store:
        assert [backup.reason for backup in store.backups] == ([] if home.server else ["before upgrade from 0001"])
        with closing(home.database()) as database:
            columns = [column[:2] for column in structure(database)["iro"][0]]
            assert ("shoe_size", "INTEGER") in columns
            assert len(structure(database)["allocation"][2]) == 2
        assert len(store.history()) == 1
    home.open().close()


@pytest.mark.parametrize("last", ["raise ZeroDivisionError", 'op.execute("DELETE FROM iro")'])
def test_an_upgrade_that_fails_leaves_the_old_database_whole(home: Home, next_version: Any, last: str) -> None:
    service = builders.small_service()
    with closing(home.create()) as store:
        store.commit(Step("Start", added(service.records())), by="Anna")
    with closing(home.database()) as database:
        before = structure(database)
    next_version(last)
    with pytest.raises(Explained, match=r"could not be brought up to this version .* as it was"):
        home.open()
    with closing(home.database()) as database:
        assert structure(database) == before
        with database.reading() as connection:
            assert Snapshot.of(records.read(connection)) == service
    next_version("pass")
    with closing(home.open()) as store:
        assert store.load() == service
