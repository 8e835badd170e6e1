"""What a manager does with an allocation, as edits: allocate, end, pin, bar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from iro_allocator.domain import Allocation, AllocationKind, Barred, Snapshot
from iro_allocator.edits import Edit
from iro_allocator.errors import Explained


def allocate(
    snapshot: Snapshot,
    cases: Iterable[str],
    iro: str,
    day: date,
    reason: str,
    type: AllocationKind = "allocated",
) -> tuple[Edit, ...]:
    """Edits that give these children to an IRO from a day on, ending what they had until then.

    A child who is with this IRO already is left alone. A later allocation that was planned gives way.
    """
    if iro not in snapshot.iro:
        raise Explained(f"There is no IRO {iro} in this service.", "Choose one of the list.")
    edits = []
    for case in cases:
        if case not in snapshot.case:
            raise Explained(f"There is no child {case} in this service.")
        rows = (snapshot.allocations_by_case if type == "allocated" else snapshot.cover_by_case).get(case, ())
        going_on = [row for row in rows if row.end is None or row.end > day]
        current = snapshot.allocation_on(case, day) if type == "allocated" else snapshot.cover_on(case, day)
        if current and current.iro == iro and going_on == [current]:
            continue
        edits += [Edit(row, _ended(snapshot, row, day)) for row in going_on]
        new = Allocation(id=_next_id(snapshot, case), case=case, iro=iro, start=day, type=type, reason=reason)
        edits.append(Edit(None, new))
    return tuple(edits)


def end(snapshot: Snapshot, case: str, day: date) -> tuple[Edit, ...]:
    """Edits that leave a child without an IRO (and without cover) from a day on."""
    rows = snapshot.allocations_by_case.get(case, ()) + snapshot.cover_by_case.get(case, ())
    return tuple(Edit(row, _ended(snapshot, row, day)) for row in rows if row.end is None or row.end > day)


def pin(snapshot: Snapshot, cases: Iterable[str], day: date, pinned: bool, reason: str = "") -> tuple[Edit, ...]:
    """Edits that pin these children to the IRO they have on a day, or let go of the pin."""
    edits = []
    for case in cases:
        row = snapshot.allocation_on(case, day)
        if row is None:
            raise Explained(f"Child {case} has no IRO to be pinned to.", "Allocate the child first.")
        after = replace(row, pinned=pinned, pin_reason=reason if pinned else "")
        if after != row:
            edits.append(Edit(row, after))
    return tuple(edits)


def bar(snapshot: Snapshot, cases: Iterable[str], iro: str, day: date, reason: str) -> tuple[Edit, ...]:
    """Edits that record that an IRO may not have these children; who is barred already is left alone."""
    if not reason.strip():
        raise Explained("Barring an IRO needs a reason.", "Say in a few words why, such as “was their team manager”.")
    there = {(row.case, row.iro) for row in snapshot.barred.values()}
    return tuple(
        Edit(None, Barred(id=f"{case}/{iro}", case=case, iro=iro, reason=reason.strip(), on=day))
        for case in cases
        if (case, iro) not in there
    )


def _ended(snapshot: Snapshot, row: Allocation, day: date) -> Allocation | None:
    """The row as it ends on a day, a cover when it has ended by itself; None when it had not begun by then."""
    if row.start > day:
        return None
    over = snapshot.cover_ends(row) if row.type == "cover" else None
    return replace(row, end=min(over, day) if over else day)


def _next_id(snapshot: Snapshot, case: str) -> str:
    """The child's reference and the number of the allocation in the child's history."""
    rows = snapshot.allocations_by_case.get(case, ()) + snapshot.cover_by_case.get(case, ())
    numbers = [int(tail) for row in rows if (tail := row.id.rpartition("/")[2]).isdigit()]
    return f"{case}/{max(numbers, default=0) + 1}"
