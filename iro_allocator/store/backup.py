"""Backups beside the file, encrypted with its key, thinned with age; and the way back from one."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from iro_allocator.errors import Explained
from iro_allocator.store.database import Database, connect, examine, explain, page_faults
from iro_allocator.store.key import Cost, Key, PassphraseNeeded, derive
from iro_allocator.store.lock import FileLock

PLAIN = b"SQLite format 3\0"
_NAME = re.compile(r"(\d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d)Z (.*)\.iro")
_FORM = "%Y-%m-%d %H.%M.%S"


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of the whole service as of a moment (UTC), and why it was made."""

    path: Path
    at: datetime
    reason: str


def folder(path: Path) -> Path:
    """Where the backups of a file lie."""
    return path.with_name(f"{path.name} backups")


def backups(path: Path) -> tuple[Backup, ...]:
    """The backups of a file, oldest first."""
    named = ((entry, _NAME.fullmatch(entry.name)) for entry in folder(path).glob("*.iro"))
    found = [
        Backup(entry, datetime.strptime(match[1], _FORM).replace(tzinfo=UTC), match[2])
        for entry, match in named
        if match
    ]
    return tuple(sorted(found, key=lambda backup: backup.at))


def back_up(database: Database, reason: str) -> Path:
    """Copies the open file while it is in use, makes sure the copy is whole, and thins the older ones."""
    assert database.path is not None
    at, words = datetime.now(UTC).replace(microsecond=0), re.sub(r"[^\w-]+", " ", reason).strip()[:60]
    taken = {backup.at for backup in backups(database.path)}
    while at in taken:
        at += timedelta(seconds=1)
    target = folder(database.path) / f"{at:{_FORM}}Z {words or 'backup'}.iro"
    part = target.with_suffix(".part")
    try:
        target.parent.mkdir(exist_ok=True)
        part.unlink(missing_ok=True)
        with database.raw() as source:
            copy = connect(part, database.key)
            try:
                source.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
                faults = page_faults(copy, encrypted=database.key is not None)
            finally:
                copy.close()
        if faults:
            raise Explained(f"The backup of {database.path.name} is not whole ({faults[0]}).", "Check the file.")
        part.replace(target)
    except OSError as fault:
        raise explain(fault, str(target)) from fault
    finally:
        with suppress(OSError):
            part.unlink()
    keep = kept((backup.at for backup in backups(database.path)), at)
    for backup in backups(database.path):
        if backup.at not in keep:
            backup.path.unlink()
    return target


def discard(backup: Path) -> None:
    """Takes a backup away that was made for something that did not come about, and the folder if it was the first."""
    with suppress(OSError):
        backup.unlink()
        backup.parent.rmdir()  # only when there is nothing in it


def remove(path: Path) -> None:
    """Takes a service's closed file away with its backups."""
    for backup in backups(path):
        discard(backup.path)
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def kept(moments: Iterable[datetime], now: datetime) -> set[datetime]:
    """Which backups stay: all of two days, then the newest of 12 days, of 10 weeks and of 9 months."""
    newest_first = sorted(moments, reverse=True)
    keep = {at for at in newest_first if at > now - timedelta(days=2)} | set(newest_first[:1])
    for form, count in (("%Y-%m-%d", 12), ("%G-%V", 10), ("%Y-%m", 9)):
        newest: dict[str, datetime] = {}
        for at in newest_first:
            newest.setdefault(at.strftime(form), at)
        keep.update(list(newest.values())[:count])
    return keep


def newest_opening(path: Path, passphrase: str | None, known: Key | None = None) -> Backup | None:
    """The newest whole backup of a file that opens with this passphrase (None: an unencrypted one)."""
    keys = {known.salt: known} if known else {}
    for backup in reversed(backups(path)):
        try:
            _verify(backup.path, passphrase, keys)
        except Explained:
            continue
        return backup
    return None


def _verify(path: Path, passphrase: str | None, keys: dict[bytes, Key]) -> None:
    """Raises Explained unless a backup opens and is whole; `keys` remembers the costly ones by salt."""
    from sqlcipher3 import dbapi2

    try:
        with path.open("rb") as file:
            salt = file.read(len(PLAIN))
        if salt != PLAIN and salt not in keys:
            if Cost.of(salt) is None:
                raise Explained(f"The backup {path.name} does not open.", "Choose another.")
            if not passphrase:
                raise PassphraseNeeded(f"The backup {path.name} is encrypted.", "Give its passphrase.")
            keys[salt] = derive(passphrase, salt)
        faults = examine(path, keys.get(salt))
    except (OSError, dbapi2.DatabaseError) as fault:
        raise Explained(
            f"The backup {path.name} does not open.", "Try the passphrase of that time, or choose another."
        ) from fault
    if faults:
        raise Explained(f"The backup {path.name} is damaged ({faults[0]}).", "Choose another.")


def restore(backup: Path, where: Path, *, passphrase: str | None = None) -> Path | None:
    """Puts a backup in the place of a service file, which is set aside and never overwritten.

    The file must be closed. Returns where the old file lies now, None when there was none. Raises
    Explained, changing nothing, when the backup does not open with the passphrase or is damaged.
    """
    _verify(backup, passphrase, {})
    lock = FileLock(where)
    part = where.with_name(f"{where.name}.part")
    aside = where.with_name(f"{where.stem} set aside {datetime.now(UTC):{_FORM}}Z{where.suffix}")
    try:
        shutil.copyfile(backup, part)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        # The log goes with its file: beside another one it would be read as that one's.
        for ending in ("", "-wal", "-shm"):
            old = where.with_name(where.name + ending)
            if old.exists():
                old.rename(aside.with_name(aside.name + ending))
        part.replace(where)
    except OSError as fault:
        raise explain(fault, str(where)) from fault
    finally:
        with suppress(OSError):
            part.unlink()
        lock.release()
    return aside if aside.exists() else None
