"""The history: every step with its edits, only ever added to, each step chained to the one before.

A step's digest covers the digest before it, the step's own facts and the salted digests of its images; the
service row knows the last one. So a changed, removed or reordered row shows, and an image can be blanked
with its salt without breaking the chain.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from iro_allocator.edits import Edit, Step
from iro_allocator.store.codec import canonical, from_image, image
from iro_allocator.store.inserting import insert_all
from iro_allocator.store.schema import EDIT, SERVICE, STEP
from iro_allocator.store.undoing import Timeline
from iro_allocator.watching import Watch


@dataclass(frozen=True)
class Committed:
    """A step of the history: its number, when (UTC) and by whom, what it takes back or is taken back by."""

    number: int
    at: datetime
    by: str
    step: Step
    undoes: int | None = None
    undone_by: int | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A step of the history by its number and label: what is needed to speak of it."""

    number: int
    label: str


def image_digest(salt: str, text: str | None) -> str | None:
    """The salted digest of an image; None for none."""
    return None if text is None else sha256((salt + text).encode()).hexdigest()


_FACTS = itemgetter("number", "by", "label", "reason", "detail", "undoes")
_DIGESTS = itemgetter("kind", "record", "before_digest", "after_digest")


def step_digest(before: str, facts: Mapping[Any, Any], edits: Sequence[Mapping[Any, Any]]) -> str:
    """The digest of a step, given the one before it, its row and the rows of its edits."""
    at = facts["at"].astimezone(UTC).isoformat(timespec="microseconds")
    own, images = _FACTS(facts), [_DIGESTS(edit) for edit in edits]
    return sha256(canonical([before, at, own, images]).encode()).hexdigest()


def rows_of(step: Step, watch: Watch) -> list[dict[str, Any]]:
    """The rows of a step's edits, but for the step's number. Raises Explained for what cannot be kept."""
    rows = []
    for position, edit in enumerate(watch.over(step.edits, "Writing the history", of=len(step.edits))):
        kind, key = edit.key
        salt, before, after = secrets.token_hex(16), image(edit.before), image(edit.after)
        rows.append(
            {
                "position": position,
                "kind": kind,
                "record": key,
                "before": before,
                "after": after,
                "salt": salt,
                "before_digest": image_digest(salt, before),
                "after_digest": image_digest(salt, after),
            }
        )
    return rows


def append(
    connection: Connection, committed: Committed, rows: Sequence[dict[str, Any]], before: str, watch: Watch
) -> None:
    """Adds a step with the rows of its edits after the one whose digest is `before`."""
    step = committed.step
    facts = {
        "number": committed.number,
        "at": committed.at,
        "by": committed.by,
        "label": step.label,
        "reason": step.reason,
        "detail": dict(step.detail),
        "undoes": committed.undoes,
    }
    digest = step_digest(before, facts, rows)
    connection.execute(insert(STEP), {**facts, "digest": digest})
    if rows:
        insert_all(connection, EDIT, [{"step": committed.number, **row} for row in rows], itemgetter, watch)
    connection.execute(update(SERVICE), {"steps": committed.number, "head": digest})


def last(connection: Connection, *, hold: bool = False) -> tuple[int, str]:
    """Number and digest of the last step; `hold` lets other writers wait from here to the end."""
    wanted = select(SERVICE.c.steps, SERVICE.c.head)
    row = connection.execute(wanted.with_for_update() if hold else wanted).first()
    return (row.steps, row.head) if row else (0, "")


def timeline(connection: Connection) -> Timeline:
    """Which step takes back which, and which changed nothing."""
    first = (EDIT.c.step == STEP.c.number) & (EDIT.c.position == 0)
    wanted = select(STEP.c.number, STEP.c.undoes, EDIT.c.step).outerjoin(EDIT, first).order_by(STEP.c.number)
    rows = connection.execute(wanted).all()
    return Timeline({row.number: row.undoes for row in rows}, [row.number for row in rows if row.step is None])


def named(connection: Connection, number: int | None) -> Named | None:
    """A step by number, without its edits; None for none."""
    if number is None:
        return None
    return Named(number, connection.execute(select(STEP.c.label).where(STEP.c.number == number)).scalar_one())


def read(connection: Connection, number: int | None = None) -> tuple[Committed, ...]:
    """The whole history, oldest first, or one step of it."""
    undone_by = timeline(connection).undone_by
    return tuple(
        Committed(
            number=row.number,
            at=row.at,
            by=row.by,
            step=Step(row.label, tuple(_edit(edit) for edit in edits), row.reason, row.detail),
            undoes=row.undoes,
            undone_by=undone_by.get(row.number),
        )
        for row, edits in rows(connection, number)
    )


def rows(connection: Connection, number: int | None = None) -> Iterator[tuple[Row[Any], list[Row[Any]]]]:
    """The row of each step, oldest first, with the rows of its edits."""
    steps, edits = select(STEP).order_by(STEP.c.number), select(EDIT).order_by(EDIT.c.step, EDIT.c.position)
    if number is not None:
        steps, edits = steps.where(STEP.c.number == number), edits.where(EDIT.c.step == number)
    by_step = {key: list(group) for key, group in groupby(connection.execute(edits), lambda row: row.step)}
    for step in connection.execute(steps):
        yield step, by_step.get(step.number, [])


def _edit(row: Row[Any]) -> Edit:
    before, after = (text and from_image(row.kind, text) for text in (row.before, row.after))
    return Edit(before, after)
