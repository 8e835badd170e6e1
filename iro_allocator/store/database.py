"""Connections to a file through SQLCipher, keyed or not, or to a server; faults in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import QueuePool

from iro_allocator.errors import Explained
from iro_allocator.store.key import Key
from iro_allocator.store.lock import FileLock
from iro_allocator.store.schema import SERVICE, VERSION

SERVER_PREFIXES = ("postgresql://", "postgresql+psycopg://", "postgres://")


def connect(path: Path, key: Key | None) -> Any:
    """A connection to a file, of which one page has been read: a wrong key shows only then.

    Raises the driver's DatabaseError for a key that does not fit.
    """
    from sqlcipher3 import dbapi2

    connection = dbapi2.connect(str(path), isolation_level=None, check_same_thread=False)
    try:
        if key:
            connection.execute(key.pragma)
            connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute("PRAGMA user_version").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _connect_to_write(path: Path, key: Key | None) -> Any:
    connection = connect(path, key)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def examine(path: Path, key: Key | None) -> list[str]:
    """What is wrong with the pages of a service file that nobody has open; changes nothing that it holds.

    Raises the driver's DatabaseError when the key does not open it, Explained when no service is in it.
    """
    from sqlcipher3 import dbapi2

    connection = connect(path, key)
    try:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if not {SERVICE.name, VERSION.name} <= tables:
            raise Explained(f"{path.name} is a database, but there is no service in it.", "Choose another file.")
        return page_faults(connection, encrypted=key is not None)
    except dbapi2.Error as fault:
        return [str(fault)]
    finally:
        connection.close()


def page_faults(connection: Any, *, encrypted: bool, thorough: bool = False) -> list[str]:
    """What is wrong with the pages of a file, as the database tells it."""
    # The cipher's check reads the file alone, without the write-ahead log.
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    found = connection.execute("PRAGMA cipher_integrity_check").fetchall() if encrypted else []
    found += connection.execute(f"PRAGMA {'integrity' if thorough else 'quick'}_check").fetchall()
    return [str(row[0]) for row in found if row[0] != "ok"]


class Database:
    """An open database. `path`, `key` and `lock` belong to a file, and are None for a server.

    Reading and writing are transactions; a fault of the database comes out of them Explained.
    """

    def __init__(
        self,
        engine: Engine,
        where: str,
        *,
        path: Path | None = None,
        key: Key | None = None,
        lock: FileLock | None = None,
    ) -> None:
        self.engine, self.where, self.path, self.key, self._lock = engine, where, path, key, lock
        # On a server, all reads of one transaction must see the same moment; a file's do anyway.
        one_moment = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reader = engine if path else engine.execution_options(**one_moment)

    @classmethod
    def file(cls, path: Path, key: Key | None, lock: FileLock | None = None) -> Database:
        """The database in a file."""
        from sqlcipher3 import dbapi2

        engine = create_engine(
            "sqlite://",
            module=dbapi2,
            creator=lambda: _connect_to_write(path, key),
            # One connection, which threads take in turn.
            poolclass=QueuePool,
            pool_size=1,
            max_overflow=0,
            hide_parameters=True,
        )

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            # The driver's own transactions would begin too late and leave schema changes out.
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        return cls(engine, str(path), path=path, key=key, lock=lock)

    @classmethod
    def server(cls, address: str) -> Database:
        """The database at a postgresql:// address: over verified TLS, except on this computer."""
        try:
            import psycopg  # noqa: F401
        except ImportError as fault:
            raise Explained(
                "A shared database needs the package psycopg, which is not installed.",
                "Install it with: pip install 'iro-allocator[shared]'",
            ) from fault
        try:
            url = make_url(address).set(drivername="postgresql+psycopg")
        except (ArgumentError, ValueError) as fault:
            raise Explained(
                "The address of the shared database cannot be read.",
                "It looks like postgresql://name@server/database.",
            ) from fault
        host = str(url.query.get("host", url.host or ""))
        here = host in ("", "localhost", "::1") or host.startswith(("/", "127."))
        defaults = {"connect_timeout": "10", "sslmode": "prefer" if here else "verify-full"}
        engine = create_engine(
            url.update_query_dict({**defaults, **url.query}), pool_pre_ping=True, hide_parameters=True
        )
        shown = url.set(drivername="postgresql", query={})
        return cls(engine, shown.render_as_string(hide_password=True).replace(":***", ""))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment."""
        with self._explained(), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is written whole or not at all."""
        with self._explained(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def raw(self) -> Iterator[Any]:
        """The driver's own connection to the file, outside any transaction."""
        with self._explained():
            borrowed = self.engine.raw_connection()
            try:
                yield borrowed.driver_connection
            finally:
                borrowed.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as fault:
            raise explain(fault.orig, self.where) from fault
        except Exception as fault:
            if type(fault).__module__.startswith("sqlcipher3"):
                raise explain(fault, self.where) from fault
            raise

    def close(self) -> None:
        """Closes every connection and lets others open the file."""
        self.engine.dispose()
        if self._lock:
            self._lock.release()
            self._lock = None


def explain(fault: BaseException | None, where: str) -> Explained:
    """A database's fault for the person who reads it; it never holds what was to be written."""
    said = str(fault).strip()
    first, known = said.partition("\n")[0], said.lower()
    name = where if where.startswith(SERVER_PREFIXES) else Path(where).name
    if "is full" in known or "no space" in known:
        return Explained(f"There is no room on the disk of {name}; nothing was written.", "Make room and repeat.")
    if "is locked" in known:
        return Explained(f"{name} is being written by another program; nothing was written.", "Repeat it.")
    if any(sign in known for sign in ("readonly", "read-only", "permission")):
        return Explained(f"{name} may only be read; nothing was written.", "Ask for the right to write to it.")
    if any(sign in known for sign in ("malformed", "not a database", "disk i/o", "hmac")):
        return Explained(f"{name} is damaged ({first}).", "Restore a backup.")
    if "connection" in known:
        return Explained(
            f"{name} cannot be reached ({first}).",
            "Nothing was written. Check the address, the network and the server's certificate.",
        )
    return Explained(f"The database {name} refuses: {first}.", "Nothing was written.")
