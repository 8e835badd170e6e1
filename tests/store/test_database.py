"""Connections, and a database's faults in plain words."""

from contextlib import closing
from pathlib import Path

import pytest

from iro_allocator.edits import Step, added
from iro_allocator.store import records
from iro_allocator.store.database import Database, explain
from tests import builders
from tests.store.conftest import Home


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("database or disk is full", "There is no room on the disk of s.iro"),
        ("[Errno 28] No space left on device", "There is no room on the disk of s.iro"),
        ("database is locked", "s.iro is being written by another program"),
        ("attempt to write a readonly database", "s.iro may only be read"),
        ("[Errno 13] Permission denied", "s.iro may only be read"),
        ("database disk image is malformed", "s.iro is damaged"),
        ("connection failed: refused\nmore", "s.iro cannot be reached (connection failed: refused)"),
        ("something else", "The database s.iro refuses: something else."),
    ],
)
def test_faults_are_told_in_plain_words(said: str, sentence: str) -> None:
    told = explain(RuntimeError(said), "/home/anna/s.iro")
    assert sentence in told.message
    assert told.hint


@pytest.mark.parametrize(
    ("address", "mode"),
    [
        ("postgresql://anna@db.example.org/iro", "verify-full"),
        ("postgres://anna@db.example.org/iro", "verify-full"),
        ("postgresql://anna@db.example.org/iro?sslmode=require", "require"),
        ("postgresql://anna@localhost.example.org/iro", "verify-full"),
        ("postgresql://anna@127.0.0.1:5433/iro", "prefer"),
        ("postgresql://localhost/iro", "prefer"),
        ("postgresql:///iro?host=/var/run/postgresql", "prefer"),
        ("postgresql:///iro?host=db.example.org", "verify-full"),
    ],
)
def test_a_server_elsewhere_must_prove_who_it_is(address: str, mode: str) -> None:
    pytest.importorskip("psycopg")
    with closing(Database.server(address)) as database:
        assert database.engine.url.query["sslmode"] == mode


def test_an_address_is_shown_without_its_password() -> None:
    pytest.importorskip("psycopg")
    with closing(Database.server("postgresql://anna:secret@db.example.org:5433/iro?sslmode=require")) as database:
        assert database.where == "postgresql://anna@db.example.org:5433/iro"
        assert "secret" not in repr(database.engine)


def test_reading_sees_one_moment_while_others_write(server: str, tmp_path: Path) -> None:
    home = Home(tmp_path, server=server)
    with closing(home.create()) as store, closing(home.database()) as database:
        with database.reading() as connection:
            assert list(records.read(connection)) == []
            store.commit(Step("New child", added([builders.case()])), by="Anna")
            assert list(records.read(connection)) == []
        with database.reading() as connection:
            assert list(records.read(connection)) == [builders.case()]
