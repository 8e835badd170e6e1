"""The tables of records: read all of them, apply the edits of a step, find references to nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from iro_allocator.domain import Record
from iro_allocator.edits import Edit, Step
from iro_allocator.errors import Explained, Stale
from iro_allocator.store.codec import KINDS, values
from iro_allocator.store.inserting import insert_all
from iro_allocator.store.schema import EDIT, RECORD_TABLES, REFERENCES, STEP
from iro_allocator.store.words import moment, name
from iro_allocator.watching import Watch


class Dangling(Explained):
    """A record would refer to one that is not there; nothing was written."""


def read(connection: Connection) -> Iterator[Any]:
    """Every record, kinds in the order of RECORDS, ids ascending."""
    for kind, table in RECORD_TABLES.items():
        make, names = KINDS[kind], table.columns.keys()
        # Sorted here: databases differ in how they order text.
        for row in sorted(connection.execute(select(table)), key=attrgetter("id")):
            yield make(**dict(zip(names, row, strict=True)))


def apply(connection: Connection, step: Step, watch: Watch) -> None:
    """Writes the edits of a step.

    Raises Stale, naming the record and who changed it, when one is not as its edit expects it; Dangling
    when a record would refer to one that is not there.
    """
    edits = sorted(step.edits, key=lambda edit: edit.record.kind)
    for kind, group in groupby(edits, key=lambda edit: edit.record.kind):
        _apply_kind(connection, kind, tuple(group), watch)
    dangling = references_to_nothing(connection, {edit.record.kind for edit in edits})
    if dangling:
        raise Dangling(dangling[0], "Nothing was written. Change or remove what refers to it in the same step.")


def _apply_kind(connection: Connection, kind: str, edits: Sequence[Edit], watch: Watch) -> None:
    table = RECORD_TABLES[kind]
    keys = [edit.record.id for edit in edits]
    stored: dict[str, Any] = {}
    for start in range(0, len(keys), 500):
        watch.look()
        found = connection.execute(select(table).where(table.c.id.in_(keys[start : start + 500])))
        stored.update((row.id, KINDS[kind](**row._mapping)) for row in found)
    for edit in edits:
        there = stored.get(edit.record.id)
        if there is not edit.before and there != edit.before:
            raise _stale(connection, edit, there)
    this = table.c.id == bindparam("this")
    gone = [{"this": edit.record.id} for edit in edits if edit.after is None]
    new = [edit.after for edit in edits if edit.before is None]
    changed = [{"this": edit.record.id, **values(edit.after)} for edit in edits if edit.before and edit.after]
    if gone:
        connection.execute(delete(table).where(this), gone)
    if changed:
        connection.execute(update(table).where(this), changed)
    if new:
        insert_all(connection, table, new, attrgetter, watch)


def _stale(connection: Connection, edit: Edit, stored: Record | None) -> Stale:
    kind, key = edit.key
    verb = "changed" if stored and edit.before else "added" if stored else "removed"
    last = connection.execute(
        select(STEP.c.by, STEP.c.at)
        .join(EDIT, EDIT.c.step == STEP.c.number)
        .where(EDIT.c.kind == kind, EDIT.c.record == key)
        .order_by(STEP.c.number.desc())
        .limit(1)
    ).first()
    who = f"was {verb} by {last.by} on {moment(last.at)}" if last else "is not there"
    return Stale(
        f"{name(kind, key, stored or edit.before)} {who}, after this change was prepared.",
        "Nothing was written. Look at it again and repeat the change.",
    )


def references_to_nothing(connection: Connection, kinds: Collection[str] = tuple(KINDS)) -> list[str]:
    """A sentence for each record that refers to one that is not there, as far as these kinds take part."""
    found = []
    for kind, fields in REFERENCES.items():
        for field, target in fields.items():
            if kind not in kinds and target not in kinds:
                continue
            table, other = RECORD_TABLES[kind], RECORD_TABLES[target].alias()
            missing = (
                select(table.c.id, table.c[field])
                .outerjoin(other, table.c[field] == other.c.id)
                .where(other.c.id.is_(None))
                .order_by(table.c.id)
            )
            found += [
                f"{name(kind, key)} refers to {name(target, wanted)}, who is not there."
                for key, wanted in connection.execute(missing)
            ]
    return found
