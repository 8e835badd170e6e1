"""Where the same tests are run: a plain sample file, an encrypted file, a PostgreSQL server of our own."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from iro_allocator.store import Cost, Store
from iro_allocator.store.backup import PLAIN
from iro_allocator.store.database import Database
from iro_allocator.store.key import derive

CHEAP = Cost(passes=1, memory=5)
PASSPHRASE = "three blind mice"


class Home:
    """A place where a service can be kept; `fresh` makes it empty again."""

    def __init__(self, folder: Path, passphrase: str | None = None, server: str | None = None) -> None:
        self.folder, self.passphrase, self.server = folder, passphrase, server
        self._numbers = count()
        self.where: str | Path = ""
        self.fresh()

    def fresh(self) -> None:
        self.where = self.folder / f"service {next(self._numbers)}.iro"
        if self.server:
            self.where = self.server
            with closing(Database.server(self.server)) as database, database.writing() as connection:
                connection.execute(text("DROP SCHEMA public CASCADE"))
                connection.execute(text("CREATE SCHEMA public"))

    def create(self) -> Store:
        sample = not (self.server or self.passphrase)
        return Store.create(self.where, passphrase=self.passphrase, sample=sample, cost=CHEAP)

    def open(self) -> Store:
        return Store.open(self.where, passphrase=self.passphrase)

    def database(self) -> Database:
        """The same database a second time, past the lock that keeps a second program out."""
        if self.server:
            return Database.server(self.server)
        path = Path(self.where)
        begins = path.read_bytes()[:16] if path.exists() else CHEAP.salt()
        if begins == PLAIN or not self.passphrase:
            return Database.file(path, None)
        return Database.file(path, derive(self.passphrase, begins))

    def second(self) -> Store:
        """A second manager's connection."""
        return Store(self.database())

    def spoil(self, *statements: str, **values: Any) -> None:
        """Changes the tables as no program of ours would."""
        with closing(self.database()) as database, database.writing() as connection:
            for statement in statements:
                connection.execute(text(statement), values)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a PostgreSQL server that only these tests use."""
    pytest.importorskip("psycopg")
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        pytest.skip("no PostgreSQL server here: install the package postgresql")
    programs_in = programs[-1].parent
    user: list[str] = []
    folder = Path(tempfile.mkdtemp(prefix="iro-allocator-postgres-"))
    if os.geteuid() == 0:  # initdb refuses root
        try:
            shutil.chown(folder, "postgres")
        except LookupError:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
        user = ["runuser", "-u", "postgres", "--"]

    def run(program: str, *arguments: str) -> None:
        command = [*user, str(programs_in / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    port = _free_port()
    careless = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    listens = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder}"
    try:
        run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", f"{listens} {careless}", "start")
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["plain sample", "encrypted file", "shared database"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    if request.param == "shared database":
        return Home(tmp_path, server=request.getfixturevalue("server"))
    return Home(tmp_path, passphrase=PASSPHRASE if request.param == "encrypted file" else None)


# Where encryption makes no difference, two are enough.
unencrypted = pytest.mark.parametrize("home", ["plain sample", "shared database"], indirect=True)


@pytest.fixture
def encrypted(tmp_path: Path) -> Home:
    return Home(tmp_path, passphrase=PASSPHRASE)
