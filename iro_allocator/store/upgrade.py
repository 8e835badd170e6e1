"""Brings a database of an older program up to this one's schema, in one transaction. The only Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from iro_allocator.errors import Explained
from iro_allocator.store.database import Database

SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> None:
    """Runs the revisions that a database lacks: all of them or none."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    _foreign_keys(database, "OFF")  # a table that is made anew may be referred to
    try:
        with database.writing() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            if database.path and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise ValueError("a record refers to one that is not there")
    except Exception as fault:
        raise Explained(
            f"{database.where} could not be brought up to this version of the program; it is as it was.",
            f"Go on with the version of before, and report this: {fault}",
        ) from fault
    finally:
        _foreign_keys(database, "ON")


def _foreign_keys(database: Database, state: str) -> None:
    if database.path:
        with database.raw() as connection:
            connection.execute(f"PRAGMA foreign_keys = {state}")
