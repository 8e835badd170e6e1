"""The store: everything is loaded as a Snapshot and changed by committing a Step. Nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select

from iro_allocator.domain import Snapshot
from iro_allocator.edits import Step
from iro_allocator.errors import Explained, Stale
from iro_allocator.store import checking, history, opening, records
from iro_allocator.store.backup import Backup, back_up, backups, remove
from iro_allocator.store.database import SERVER_PREFIXES, Database, page_faults
from iro_allocator.store.history import Committed, Named
from iro_allocator.store.key import STANDARD, Cost
from iro_allocator.store.records import Dangling
from iro_allocator.store.schema import MEMORY, SERVICE
from iro_allocator.watching import Watch


class Store:
    """An open service: a file (encrypted, or the plain sample), or a shared database on a server.

    Made by `create` or `open`; every method is one transaction, and may be called from any thread.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.reading() as connection:
            self.sample = bool(connection.execute(select(SERVICE.c.sample)).scalar())
        self.where = database.where
        self.encrypted = database.key is not None
        self.shared = database.path is None

    @classmethod
    def create(cls, where: Path | str, *, passphrase: str | None, sample: bool = False, cost: Cost = STANDARD) -> Store:
        """A new, empty service at a path or a postgresql:// address.

        A file is encrypted with the passphrase, which only the sample may lack; a server keeps its own
        access rights. Raises Explained when there is something already.
        """
        if _is_address(where):
            return cls(opening.new_on_server(str(where), sample=sample))
        return cls(opening.new_file(Path(where).absolute(), passphrase=passphrase, sample=sample, cost=cost))

    @classmethod
    def open(cls, where: Path | str, *, passphrase: str | None = None) -> Store:
        """The service at a path or a postgresql:// address.

        Raises PassphraseNeeded, WrongPassphrase, Damaged, or a plain Explained for what is no service, is
        open elsewhere, or was made by a newer program.
        """
        if _is_address(where):
            return cls(opening.existing_on_server(str(where)))
        return cls(opening.existing_file(Path(where).absolute(), passphrase=passphrase))

    def close(self) -> None:
        """Lets go of the service."""
        self._database.close()

    def load(self) -> Snapshot:
        """Everything there is, as of one moment; its revision is the number of the last step."""
        with self._database.reading() as connection:
            try:
                return Snapshot.of(records.read(connection), revision=history.last(connection)[0])
            except (TypeError, ValueError) as fault:
                raise Explained(f"A record in {self.where} cannot be read.", "Restore a backup.") from fault

    def commit(
        self,
        step: Step,
        *,
        by: str,
        at: datetime | None = None,
        undoes: int | None = None,
        watch: Watch | None = None,
    ) -> Committed:
        """Writes a step with its place in the history, whole or not at all.

        `undoes` is the step that this one takes back. A step of detail alone is put on record and changes
        nothing. `watch` is told how far it is, and may stop it: then nothing is written. Raises Stale, naming
        the record and who changed it, when one is not as the step expects; Explained when a reference would
        lead to nothing.
        """
        if not step and not step.detail:
            raise Explained("There is nothing to change.", "The records are as they should be already.")
        if not by.strip():
            raise Explained("A change needs the name of whoever makes it.")
        watch = watch or Watch()
        rows = history.rows_of(step, watch)
        with self._database.writing() as connection:
            number, digest = history.last(connection, hold=True)
            if undoes is not None:
                history.timeline(connection).refuse_taking_back(undoes)
            records.apply(connection, step, watch)
            moment = (at or datetime.now(UTC)).astimezone(UTC)
            committed = Committed(number + 1, moment, by, step, undoes)
            history.append(connection, committed, rows, digest, watch)
            watch.say("Finishing")
        return committed

    def history(self) -> tuple[Committed, ...]:
        """Every step ever committed, oldest first."""
        with self._database.reading() as connection:
            return history.read(connection)

    @property
    def undoable(self) -> Named | None:
        """The step that `undo` would take back next."""
        with self._database.reading() as connection:
            return history.named(connection, history.timeline(connection).undoable)

    @property
    def redoable(self) -> Named | None:
        """The undo that `redo` would take back next."""
        with self._database.reading() as connection:
            return history.named(connection, history.timeline(connection).redoable)

    @property
    def undone(self) -> frozenset[int]:
        """The steps that have been taken back, by number."""
        with self._database.reading() as connection:
            return frozenset(history.timeline(connection).undone_by)

    def undo(self, number: int | None = None, *, by: str) -> Committed:
        """Takes a step back, the newest that can be when none is named, by a step of its own.

        Taking an undo back is a redo. Raises Stale, saying what has changed since, when the step no
        longer can be taken back.
        """
        with self._database.reading() as connection:
            timeline = history.timeline(connection)
            wanted = timeline.undoable if number is None else number
            if wanted is None:
                raise Explained("There is nothing to undo.")
            timeline.refuse_taking_back(wanted)
            verb = "Redo" if timeline.is_undo(wanted) else "Undo"
            first = history.named(connection, timeline.original[wanted])
            assert first is not None
            step = replace(history.read(connection, wanted)[0].step.inverse, label=f"{verb}: {first.label}")
        try:
            return self.commit(step, by=by, undoes=wanted)
        except (Stale, Dangling) as fault:
            raise Stale(f"Step {wanted} cannot be undone any more: {fault.message}", fault.hint) from fault

    def redo(self, *, by: str) -> Committed:
        """Takes the newest undo back. Raises Explained when there is none, or something was done since."""
        redoable = self.redoable
        if redoable is None:
            raise Explained("There is nothing to redo.")
        return self.undo(redoable.number, by=by)

    def check(self) -> tuple[str, ...]:
        """Every fault of pages, history, records and references in a sentence; none when all is well."""
        found = []
        try:
            if self._database.path:
                with self._database.raw() as raw:
                    found += page_faults(raw, encrypted=self.encrypted, thorough=True)
            with self._database.reading() as connection:
                found += checking.faults(connection)
        except Explained as fault:
            found.append(str(fault))
        return tuple(found)

    def recall(self, key: str) -> Any:
        """What was remembered under a key, None when nothing was."""
        with self._database.reading() as connection:
            return connection.execute(select(MEMORY.c.value).where(MEMORY.c.key == key)).scalar()

    def remember(self, key: str, value: Any) -> None:
        """Keeps a small JSON value with the service (an import's mapping), outside history and undo."""
        with self._database.writing() as connection:
            history.last(connection, hold=True)
            connection.execute(delete(MEMORY).where(MEMORY.c.key == key))
            connection.execute(insert(MEMORY), {"key": key, "value": value})

    def remove(self) -> None:
        """Lets go of a service that was not to be made after all, and takes its file and backups away."""
        self.close()
        if self._database.path:
            remove(self._database.path)

    def backup(self, reason: str = "backup") -> Path | None:
        """Copies the file, with its key, beside it. None on a server, whose backups are its own business."""
        return back_up(self._database, reason) if self._database.path else None

    @property
    def backups(self) -> tuple[Backup, ...]:
        """The backups of this file, oldest first."""
        return backups(self._database.path) if self._database.path else ()

    @property
    def last_backup(self) -> datetime | None:
        """When the newest backup was made (UTC)."""
        return max((backup.at for backup in self.backups), default=None)


def _is_address(where: Path | str) -> bool:
    return isinstance(where, str) and where.startswith(SERVER_PREFIXES)
