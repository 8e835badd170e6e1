"""The Snapshot: every record of a service, and what holds on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any

from iro_allocator.domain.changes import Scenario
from iro_allocator.domain.records import (
    Absence,
    Allocation,
    AllocationKind,
    Apart,
    Barred,
    Case,
    Hours,
    Iro,
    Settings,
)
from iro_allocator.errors import Explained

Record = Iro | Hours | Absence | Case | Allocation | Barred | Apart | Settings | Scenario
RECORDS: tuple[type[Any], ...] = (Iro, Hours, Absence, Case, Allocation, Barred, Apart, Settings, Scenario)
"""Every kind of record, in the order in which they may refer to one another (settings and scenarios stand alone)."""


def _empty() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True)
class Snapshot:
    """What is: every record of a service by kind and id, as of step `revision` of its history.

    Compares by its records. The tables are read-only mappings; `Step` makes a changed copy.
    """

    iro: Mapping[str, Iro] = field(default_factory=_empty)
    absence: Mapping[str, Absence] = field(default_factory=_empty)
    case: Mapping[str, Case] = field(default_factory=_empty)
    allocation: Mapping[str, Allocation] = field(default_factory=_empty)
    barred: Mapping[str, Barred] = field(default_factory=_empty)
    apart: Mapping[str, Apart] = field(default_factory=_empty)
    settings: Mapping[str, Settings] = field(default_factory=_empty)
    hours: Mapping[str, Hours] = field(default_factory=_empty)
    scenario: Mapping[str, Scenario] = field(default_factory=_empty)
    revision: int = field(default=0, compare=False)

    @classmethod
    def of(cls, records: Iterable[Record], revision: int = 0) -> Snapshot:
        """A snapshot of these records (each id at most once a kind)."""
        tables: dict[str, dict[str, Any]] = {kind.kind: {} for kind in RECORDS}
        for record in records:
            table = tables[record.kind]
            if record.id in table:
                raise Explained(f"Two records of kind {record.kind} have the id {record.id}.")
            table[record.id] = record
        return cls(**{k: MappingProxyType(t) for k, t in tables.items()}, revision=revision)

    def table(self, kind: str) -> Mapping[str, Any]:
        """The records of one kind by id."""
        table: Mapping[str, Any] = getattr(self, kind)
        return table

    def records(self) -> Iterable[Record]:
        """Every record, kinds in the order of RECORDS, ids ascending."""
        for kind in RECORDS:
            table = self.table(kind.kind)
            for key in sorted(table):
                yield table[key]

    def settings_on(self, day: date) -> Settings:
        """The settings version in force on a day (the defaults when there is none)."""
        versions = [s for s in self.settings.values() if s.start <= day]
        return max(versions, key=lambda s: (s.start, s.version)) if versions else Settings()

    def iro_on(self, iro: Iro, day: date) -> Iro:
        """An IRO with the contracted hours and other duties of a day."""
        said: dict[str, Any] = {}
        for row in self.hours_by_iro.get(iro.id, ()):
            if row.start > day:
                break
            if row.contracted_hours is not None:
                said["contracted_hours"] = row.contracted_hours
            if row.other_duties is not None:
                said |= {"other_duties": row.other_duties, "other_duties_note": row.reason}
        return replace(iro, **said) if said else iro

    @cached_property
    def hours_by_iro(self) -> Mapping[str, tuple[Hours, ...]]:
        """Every IRO's changes of hours, in the order in which they come into force."""
        found: dict[str, list[Hours]] = {}
        for row in self.hours.values():
            found.setdefault(row.iro, []).append(row)
        return {iro: tuple(sorted(rows, key=lambda row: (row.start, row.id))) for iro, rows in found.items()}

    @cached_property
    def allocations_by_case(self) -> Mapping[str, tuple[Allocation, ...]]:
        """Every child's allocations of kind *allocated*, oldest first."""
        return self._history("allocated")

    @cached_property
    def cover_by_case(self) -> Mapping[str, tuple[Allocation, ...]]:
        """Every child's temporary cover, oldest first."""
        return self._history("cover")

    def _history(self, type_: AllocationKind) -> Mapping[str, tuple[Allocation, ...]]:
        found: dict[str, list[Allocation]] = {}
        for allocation in self.allocation.values():
            if allocation.type == type_:
                found.setdefault(allocation.case, []).append(allocation)
        return {case: tuple(sorted(rows, key=lambda a: (a.start, a.id))) for case, rows in found.items()}

    def allocation_on(self, case: str, day: date) -> Allocation | None:
        """The child's own allocation on a day, None when the child waits for an IRO."""
        for allocation in reversed(self.allocations_by_case.get(case, ())):
            if allocation.start <= day and (allocation.end is None or day < allocation.end):
                return allocation
        return None

    def cover_on(self, case: str, day: date) -> Allocation | None:
        """Who covers for the child's own IRO on a day, None when nobody does.

        Cover with an end lasts until then. Cover without one lasts as long as the absence in which it began,
        and so ends by itself: nobody has to remember it.
        """
        rows = [row for row in self.cover_by_case.get(case, ()) if row.start <= day and (not row.end or day < row.end)]
        own = self.allocation_on(case, day) if rows else None
        for cover in reversed(rows):
            if own is not None and cover.iro != own.iro and (cover.end or self._still_away(own.iro, cover, day)):
                return cover
        return None

    def _still_away(self, iro: str, cover: Allocation, day: date) -> bool:
        """Whether the child's own IRO is away on a day in an absence that had begun when the cover did."""
        absences = self.absences_of(iro, day)
        return any(absence.keeps_children and absence.first <= cover.start for absence in absences)

    def cover_ends(self, cover: Allocation) -> date | None:
        """The first day on which a cover is over, None while that is not known."""
        if cover.end:
            return cover.end
        own = self.allocation_on(cover.case, cover.start)
        lasts = [a.last for a in self.absences_of(own.iro, cover.start) if a.keeps_children] if own else []
        known = [last for last in lasts if last is not None]
        if own is None or not lasts:
            return cover.start
        return max(known) + timedelta(1) if len(known) == len(lasts) else None

    def open_cases(self, day: date) -> tuple[Case, ...]:
        """The children who need an IRO on a day, by reference."""
        return tuple(
            case
            for _, case in sorted(self.case.items())
            if (case.opened is None or case.opened <= day) and (case.closed is None or day < case.closed)
        )

    def absences_of(self, iro: str, day: date) -> tuple[Absence, ...]:
        """The absences of an IRO that hold on a day."""
        found = self.absences_by_iro.get(iro, ())
        return tuple(a for a in found if a.first <= day and (a.last is None or day <= a.last))

    @cached_property
    def absences_by_iro(self) -> Mapping[str, tuple[Absence, ...]]:
        """Every IRO's absences, oldest first."""
        found: dict[str, list[Absence]] = {}
        for absence in self.absence.values():
            found.setdefault(absence.iro, []).append(absence)
        return {iro: tuple(sorted(rows, key=lambda a: (a.first, a.id))) for iro, rows in found.items()}
