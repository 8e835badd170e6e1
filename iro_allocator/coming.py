"""What is on record for a day that has not come yet: handovers, cover, who leaves, joins or is away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from iro_allocator.domain import Allocation, Snapshot
from iro_allocator.domain.changes import say
from iro_allocator.scenario.outlook import on_record


@dataclass(frozen=True, slots=True)
class Coming:
    """Something that takes effect by itself on its day; `ids` are the IRO and the children it is about."""

    day: date
    tag: str
    words: str
    ids: tuple[str, ...] = ()


def coming(snapshot: Snapshot, day: date) -> tuple[Coming, ...]:
    """Everything on record that takes effect after a day, the soonest first."""
    found = [
        *_moves(snapshot, day),
        *(Coming(event.day, event.tag, event.words) for event in on_record(snapshot) if event.day > day),
    ]
    return tuple(sorted(found, key=lambda each: (each.day, each.words)))


def next_iro(snapshot: Snapshot, case: str, day: date) -> Allocation | None:
    """The allocation that a child has on record for after a day, None when everything stays as it is."""
    return next((row for row in snapshot.allocations_by_case.get(case, ()) if row.start > day), None)


def unplanned(snapshot: Snapshot, cases: Iterable[str], iro: str, day: date) -> tuple[str, ...]:
    """Which of these children an IRO would still have on a day, as far as is on record."""
    return tuple(case for case in cases if (row := snapshot.allocation_on(case, day)) and row.iro == iro)


def _moves(snapshot: Snapshot, day: date) -> Iterator[Coming]:
    groups: dict[tuple[date, str, str], list[Allocation]] = {}
    for row in snapshot.allocation.values():
        if row.start > day:
            before = snapshot.allocation_on(row.case, day)
            groups.setdefault((row.start, row.type, before.iro if before else ""), []).append(row)
    for (start, kind, iro), rows in groups.items():
        takers = sorted({_name(snapshot, row.iro) for row in rows})
        to = " and ".join(takers) if len(takers) < 3 else f"{len(takers)} IROs"
        children = f"{len(rows):,} {'child' if len(rows) == 1 else 'children'}"
        if kind == "cover":
            back = max((end for row in rows if (end := snapshot.cover_ends(row))), default=None)
            until = f" until {say(back)}" if back else ""
            words = f"{to} {'covers' if len(takers) == 1 else 'cover'} {children} of {_name(snapshot, iro)}{until}"
        elif iro:
            words = f"{children} of {_name(snapshot, iro)} {'goes' if len(rows) == 1 else 'go'} to {to}"
        else:
            words = f"{children} {'comes' if len(rows) == 1 else 'come'} to {to}"
        ids = tuple(sorted({row.case for row in rows}))
        yield Coming(start, "cover" if kind == "cover" else "handover", words, ids)


def _name(snapshot: Snapshot, iro: str) -> str:
    return snapshot.iro[iro].name if iro in snapshot.iro else iro
