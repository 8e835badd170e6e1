"""Opening: which sentence for which wrong file; place, lock, key, pages and schema in this order."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import inspect, select

from iro_allocator.errors import Explained
from iro_allocator.store.backup import PLAIN, back_up, newest_opening
from iro_allocator.store.database import Database, examine
from iro_allocator.store.key import SALT_BYTES, Cost, Key, PassphraseNeeded, WrongPassphrase, derive
from iro_allocator.store.location import refuse_unsafe
from iro_allocator.store.lock import FileLock
from iro_allocator.store.schema import REVISIONS, SERVICE, VERSION, lay_out, metadata
from iro_allocator.store.words import moment

PAGE = 4096


class Damaged(Explained):
    """The file opened with its key, but is not whole. `backup` is the newest good one, None when none is."""

    def __init__(self, message: str, hint: str, backup: Path | None) -> None:
        super().__init__(message, hint)
        self.backup = backup


def new_file(path: Path, *, passphrase: str | None, sample: bool, cost: Cost) -> Database:
    """An empty service in a new file."""
    if not path.parent.is_dir():
        raise Explained(f"There is no folder {path.parent} for {path.name}.", "Choose a folder that is there.")
    if not passphrase and not sample:
        raise PassphraseNeeded("A service file needs a passphrase.", "Choose one that nobody guesses, and keep it.")
    refuse_unsafe(path)
    lock = FileLock(path)
    if path.exists():
        lock.release()
        raise Explained(f"There is a file {path.name} already.", "Choose another name, or open that one.")
    with ExitStack() as on_failure:
        on_failure.callback(lock.release)
        database = Database.file(path, derive(passphrase, cost.salt()) if passphrase else None, lock)
        for ending in ("", "-wal", "-shm"):
            on_failure.callback(path.with_name(path.name + ending).unlink, missing_ok=True)
        on_failure.callback(database.close)
        with database.writing() as connection:
            lay_out(connection, sample=sample)
        on_failure.pop_all()
    return database


def new_on_server(address: str, *, sample: bool) -> Database:
    """An empty service in a database on a server."""
    with ExitStack() as on_failure:
        database = Database.server(address)
        on_failure.callback(database.close)
        with database.writing() as connection:
            if not set(inspect(connection).get_table_names()).isdisjoint(metadata.tables):
                raise Explained(f"There is a service in {database.where} already.", "Open it instead.")
            lay_out(connection, sample=sample)
        on_failure.pop_all()
    return database


def existing_file(path: Path, *, passphrase: str | None) -> Database:
    """The service in a file, checked, and upgraded when an older program made it."""
    key = None
    encrypted = _is_encrypted(path)
    refuse_unsafe(path)
    if encrypted and not passphrase:
        raise PassphraseNeeded(f"{path.name} is encrypted.", "Give its passphrase.")
    with ExitStack() as on_failure:
        lock = FileLock(path)
        on_failure.callback(lock.release)
        if encrypted:
            key = derive(passphrase or "", _beginning(path))
        _check_file(path, key, passphrase)
        on_failure.pop_all()
    return _current(Database.file(path, key, lock))


def existing_on_server(address: str) -> Database:
    """The service in a database on a server."""
    return _current(Database.server(address))


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(SALT_BYTES)


def _is_encrypted(path: Path) -> bool:
    """Whether a file is encrypted; Explained when it is none of this program's at all."""
    if path.is_dir():
        raise Explained(f"{path.name} is a folder, not a service file.", "Choose a file that ends in .iro.")
    if not path.exists():
        raise Explained(f"There is no file {path}.", "Check the name, or restore a backup.")
    try:
        beginning, size = _beginning(path), path.stat().st_size
    except OSError as fault:
        raise Explained(f"{path.name} may not be read.", "Ask for the right to read it.") from fault
    if size == 0:
        raise Explained(
            f"{path.name} is empty: there is no service in it.", "Choose another file, or restore a backup."
        )
    if beginning == PLAIN:
        return False
    whole_pages = size % PAGE == 0 or path.with_name(f"{path.name}-wal").exists()
    if Cost.of(beginning) is None or not whole_pages:
        raise Explained(
            f"{path.name} is not a service file, or it has been cut short.",
            "Choose a file that ends in .iro; if this is the right one, restore a backup.",
        )
    return True


def _check_file(path: Path, key: Key | None, passphrase: str | None) -> None:
    """Raises WrongPassphrase or Damaged unless the key opens a whole service file."""
    from sqlcipher3 import dbapi2

    try:
        faults = examine(path, key)
    except dbapi2.DatabaseError as fault:
        if key:
            found = newest_opening(path, passphrase, key)
            hint = f" The backup of {moment(found.at)} opens with it." if found else ""
            raise WrongPassphrase(
                f"The passphrase is wrong, or {path.name} is damaged.",
                f"Nothing was changed; try again.{hint}",
                found.path if found else None,
            ) from fault
        faults = [str(fault)]
    if faults:
        found = newest_opening(path, passphrase, key)
        hint = f"Restore the backup of {moment(found.at)}." if found else "There is no good backup of it."
        raise Damaged(f"{path.name} is damaged ({faults[0]}).", hint, found.path if found else None)


def _current(database: Database) -> Database:
    """The database at this program's schema, upgraded after a backup where it is older."""
    with ExitStack() as on_failure:
        on_failure.callback(database.close)
        with database.reading() as connection:
            if not inspect(connection).has_table(SERVICE.name):
                raise Explained(f"There is no service in {database.where} yet.", "Create one there first.")
            version = connection.execute(select(VERSION.c.version_num)).scalar()
        if version not in REVISIONS:
            raise Explained(
                f"{database.where} was last used with a newer version of this program.",
                "Install that version here.",
            )
        if version != REVISIONS[-1]:
            from iro_allocator.store.upgrade import upgrade

            if database.path:
                back_up(database, f"before upgrade from {version}")
            upgrade(database)
        on_failure.pop_all()
    return database
