"""What happened to children's allocations in a time: allocated, handed over, ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from iro_allocator.domain import Allocation, Case, Snapshot

HANDOVER = "new IRO"


@dataclass(frozen=True, slots=True)
class Changed:
    """One child's change on a day: from an IRO to an IRO (ids, "" for none), and why."""

    day: date
    what: str
    case: Case
    before: str
    after: str
    why: str


def changed(snapshot: Snapshot, since: date, until: date) -> list[Changed]:
    """Every change from a day to a day, both included, oldest first, then by family."""
    found = []
    for key, rows in snapshot.allocations_by_case.items():
        if case := snapshot.case.get(key):
            # One of no length says only that there was a former IRO: it comes before what began that day.
            ordered = sorted(rows, key=lambda row: (row.start, row.end or date.max, row.id))
            for before, after in zip((None, *ordered), (*ordered, None), strict=True):
                found += [change for change in _between(before, after, case) if since <= change.day <= until]
    return sorted(found, key=lambda change: (change.day, change.case.family, change.case.id, change.what))


def _between(before: Allocation | None, after: Allocation | None, case: Case) -> Iterable[Changed]:
    """What happened between two allocations that follow each other."""
    if before and after and before.end == after.start:
        if before.iro != after.iro:
            yield Changed(after.start, HANDOVER, case, before.iro, after.iro, after.reason)
        return
    if before and before.end:
        ended = case.closed is not None and case.closed <= before.end
        yield Changed(before.end, "ended" if ended else "without an IRO", case, before.iro, "", "")
    if after:
        yield Changed(after.start, "allocated", case, "", after.iro, after.reason)
