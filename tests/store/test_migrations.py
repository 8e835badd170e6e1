"""An older database is brought up to date, whole or not at all; the revisions give the schema itself."""

from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, inspect

from iro_allocator.domain import Demand, Hours, Leaves, Record, Scenario, Snapshot
from iro_allocator.edits import Step, added
from iro_allocator.errors import Explained
from iro_allocator.store import opening, records
from iro_allocator.store import upgrade as upgrading
from iro_allocator.store.database import Database
from iro_allocator.store.schema import REVISIONS, SERVICE, metadata
from iro_allocator.store.upgrade import SCRIPTS, upgrade
from tests import builders
from tests.store.conftest import Home

NEXT = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "{revision}", "{before}"
def upgrade():
    with op.batch_alter_table("iro") as table:
        table.add_column(sa.Column("shoe_size", sa.Integer))
        table.alter_column("team", nullable=True)
    op.execute("UPDATE iro SET shoe_size = 42")
    {last}
"""

FIRST = {
    "iro": "'i1', 'Ann', 22, 'permanent', '[\"LAC\"]', '[]', '', '', NULL, 0, '', NULL, true, NULL, NULL, '', ''",
    "case": "'C-100', 'LAC', 'F1', 'Ada', '2015-02-03', NULL, '2024-03-04', NULL, '', '', '', '[\"court\"]', 'HD1 2TT',"
    " '[414500,416900]', 12.3, true, '[]', '[]', false, '', 0, '', NULL, NULL",
    "allocation": "'C-100/1', 'C-100', 'i1', '2024-03-04', NULL, 'allocated', '', false, ''",
}
"""Rows as the first version of the program wrote them."""


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
    for name in ("env.py", *(f"versions/revision_{revision}.py" for revision in REVISIONS)):
        (scripts / name).write_text((SCRIPTS / name).read_text())
    newest = f"{int(REVISIONS[-1]) + 1:04}"

    def release(last: str) -> None:
        text = NEXT.format(revision=newest, before=REVISIONS[-1], last=last)
        (scripts / "versions" / f"revision_{newest}.py").write_text(text)
        monkeypatch.setattr(upgrading, "SCRIPTS", scripts)
        monkeypatch.setattr(opening, "REVISIONS", (*REVISIONS, newest))

    return release


def test_an_older_database_is_backed_up_and_upgraded_when_opened(home: Home, next_version: Any) -> None:
    service = builders.small_service()
    with closing(home.create()) as store:
        store.commit(Step("Start", added(service.records())), by="Anna")
    next_version("pass")
    with closing(home.open()) as store:
        assert [backup.reason for backup in store.backups] == (
            [] if home.server else [f"before upgrade from {REVISIONS[-1]}"]
        )
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


def test_a_service_of_the_first_version_keeps_every_record(home: Home) -> None:
    with closing(home.database()) as database:
        config = Config()
        config.set_main_option("script_location", str(SCRIPTS))
        with database.writing() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "0001")
            connection.execute(insert(SERVICE), {"id": 1, "sample": False, "steps": 0, "head": ""})
            for table, row in FIRST.items():
                connection.exec_driver_sql(f'INSERT INTO "{table}" VALUES ({row})')
    with closing(home.open()) as store:
        service = store.load()
    child = service.case["C-100"]
    assert (child.name, child.placement_miles, child.factors) == ("Ada", 12.3, ("court",))
    assert (child.confidential, child.home_postcode, child.mother) == (False, "", "")
    assert service.allocations_by_case["C-100"][0].iro == "i1"
    assert (dict(service.hours), dict(service.scenario)) == ({}, {})
    with closing(home.open()) as store:
        kept: list[Record] = [
            Hours(id="h1", iro="i1", start=date(2027, 1, 4), contracted_hours=30.0),
            Scenario(
                id="s1",
                name="Spring",
                day=date(2027, 4, 1),
                changes=(
                    Leaves(iro="i1", name="Ann", day=date(2027, 3, 31)),
                    Demand(per_month=-2.5, day=date(2027, 1, 1)),
                ),
            ),
        ]
        store.commit(Step("What might be", added(kept)), by="Anna")
        assert [*store.load().hours.values(), *store.load().scenario.values()] == kept
