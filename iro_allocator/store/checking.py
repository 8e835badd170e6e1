"""What is wrong with a service: the chain of its history, its records against it, references to nothing."""

from __future__ import annotations

from sqlalchemy import Connection

from iro_allocator.errors import Explained
from iro_allocator.store import history, records
from iro_allocator.store.codec import from_image
from iro_allocator.store.words import name


def faults(connection: Connection) -> list[str]:
    """Every fault in a sentence; none when all is well."""
    images: dict[tuple[str, str], str | None] = {}
    found = _history(connection, images)
    return found + _records(connection, images) + records.references_to_nothing(connection)


def _history(connection: Connection, images: dict[tuple[str, str], str | None]) -> list[str]:
    """Faults of the history; leaves in `images` what it says of each record at its end."""
    found: list[str] = []
    before, number = "", 0
    for step, edits in history.rows(connection):
        number += 1
        if step.number != number:
            return [*found, f"History: step {number} is missing."]
        facts, rows = dict(step._mapping), [dict(edit._mapping) for edit in edits]
        if history.step_digest(before, facts, rows) != step.digest:
            found.append(f"History: step {number} is not as it was written.")
        before = step.digest
        for edit in edits:
            key, salt = (edit.kind, edit.record), edit.salt or ""
            intact = (
                history.image_digest(salt, edit.before) == edit.before_digest
                and history.image_digest(salt, edit.after) == edit.after_digest
            )
            if not intact:
                found.append(f"History: step {number}, {name(*key)}, is not as it was written.")
            elif not _same(edit.kind, images.get(key), edit.before):
                found.append(f"History: step {number}, {name(*key)}, does not follow what was there.")
            images[key] = edit.after
    if (number, before) != history.last(connection):
        found.append("History: its last steps are missing or are not as they were written.")
    return found


def _records(connection: Connection, images: dict[tuple[str, str], str | None]) -> list[str]:
    """Records that are not as the history leaves them."""
    try:
        stored = {(record.kind, record.id): record for record in records.read(connection)}
        wanted = {key: text and from_image(key[0], text) for key, text in images.items()}
    except (Explained, KeyError, TypeError, ValueError) as fault:
        return [f"The records cannot be read: {fault}"]
    return [
        f"{name(*key)} is not as the history leaves it."
        for key in sorted(stored.keys() | wanted.keys())
        if stored.get(key) != wanted.get(key)
    ]


def _same(kind: str, one: str | None, other: str | None) -> bool:
    """Whether two images hold the same record (as text, or once read: fields may have come between)."""
    if one is None or other is None or one == other:
        return one == other
    return bool(from_image(kind, one) == from_image(kind, other))
