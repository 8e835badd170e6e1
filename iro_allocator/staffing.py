"""What a manager does with an IRO's dates and hours, as edits: leave, be away, other hours, join."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from iro_allocator.domain import Absence, Hours, Iro, Snapshot
from iro_allocator.edits import Edit


def next_iro_id(taken: Iterable[str]) -> str:
    """An id for a new IRO, after those there are."""
    numbers = [int(digits) for key in taken if (digits := key.lstrip("Ii-")).isdigit()]
    return f"i{max(numbers, default=0) + 1:02d}"


def dated_id(iro: str, day: date, taken: Iterable[str]) -> str:
    """An id for a new absence or change of hours: the IRO and the day, numbered when there is one already."""
    there, plain = set(taken), f"{iro}/{day:%Y-%m-%d}"
    number, found = 1, plain
    while found in there:
        number += 1
        found = f"{plain}-{number}"
    return found


def leave(snapshot: Snapshot, iro: str, day: date) -> tuple[Edit, ...]:
    """Edits that make a day an IRO's last day of work."""
    before = snapshot.iro[iro]
    after = replace(before, last_day=day)
    return (Edit(before, after),) if after != before else ()


def away(
    snapshot: Snapshot, iro: str, first: date, last: date | None, *, reason: str, working: float, keeps_children: bool
) -> tuple[Edit, ...]:
    """Edits that record an absence."""
    absence = Absence(
        id=dated_id(iro, first, snapshot.absence),
        iro=iro,
        first=first,
        last=last,
        reason=reason,
        working=working,
        keeps_children=keeps_children,
    )
    return (Edit(None, absence),)


def other_hours(
    snapshot: Snapshot,
    iro: str,
    start: date,
    *,
    contracted_hours: float | None = None,
    other_duties: float | None = None,
    reason: str = "",
) -> tuple[Edit, ...]:
    """Edits that give an IRO other hours or other duties from a day on."""
    hours = Hours(
        id=dated_id(iro, start, snapshot.hours),
        iro=iro,
        start=start,
        contracted_hours=contracted_hours,
        other_duties=other_duties,
        reason=reason,
    )
    return (Edit(None, hours),)


def join(iro: Iro, induction: Iterable[tuple[int, float]] = ()) -> tuple[Edit, ...]:
    """Edits that add an IRO, whose share grows by (weeks, part of it) from the first day on."""
    edits, day = [Edit(None, iro)], iro.first_day
    for weeks, part in induction:
        assert day is not None
        duties = round(1 - (1 - iro.other_duties) * part, 4)
        edits.append(Edit(None, Hours(id=_on(iro, day), iro=iro.id, start=day, other_duties=duties, reason=INDUCTION)))
        day += timedelta(weeks=weeks)
    if len(edits) > 1 and day is not None:
        rest, note = iro.other_duties, iro.other_duties_note
        edits.append(Edit(None, Hours(id=_on(iro, day), iro=iro.id, start=day, other_duties=rest, reason=note)))
    return tuple(edits)


INDUCTION = "induction"


def _on(iro: Iro, day: date) -> str:
    return dated_id(iro.id, day, ())


def recorded(snapshot: Snapshot, iro: Iro, day: date) -> tuple[Edit, ...]:
    """Edits that record an IRO as written on a day, hours and other duties as of that day.

    Where a change of hours is in force, it is that which is corrected, and not what held before it.
    """
    before = snapshot.iro.get(iro.id)
    if before is None:
        return (Edit(None, iro),)
    in_force = [row for row in snapshot.hours_by_iro.get(iro.id, ()) if row.start <= day]
    rows: dict[str, Hours] = {}
    hours = next((row for row in reversed(in_force) if row.contracted_hours is not None), None)
    if hours is not None:
        rows[hours.id] = replace(hours, contracted_hours=iro.contracted_hours)
        iro = replace(iro, contracted_hours=before.contracted_hours)
    duties = next((row for row in reversed(in_force) if row.other_duties is not None), None)
    if duties is not None:
        row = rows.get(duties.id, duties)
        rows[duties.id] = replace(row, other_duties=iro.other_duties, reason=iro.other_duties_note)
        iro = replace(iro, other_duties=before.other_duties, other_duties_note=before.other_duties_note)
    own = (Edit(before, iro),) if before != iro else ()
    return (*own, *(Edit(snapshot.hours[key], row) for key, row in rows.items() if row != snapshot.hours[key]))
