"""The allocation lists: the whole service, each IRO, handovers, changes, those who wait.

Children's names stand in a list only when they are asked for; IROs' names always.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from math import fsum
from types import MappingProxyType
from typing import Literal

from iro_allocator.caseload import Caseloads, caseloads, count_cases
from iro_allocator.diary import working_days_between
from iro_allocator.domain import Allocation, Case, Iro, Settings, Snapshot
from iro_allocator.errors import Explained
from iro_allocator.looking_back import waits_since
from iro_allocator.reports.changes import HANDOVER, Changed, changed
from iro_allocator.sheets.names import Names
from iro_allocator.sheets.writing import Heading, Table, Value, shown

Kind = Literal["service", "iro", "handover", "changes", "waiting"]
KINDS: Mapping[Kind, str] = MappingProxyType(
    {
        "service": "Whole service",
        "iro": "By IRO",
        "handover": "Handovers",
        "changes": "Changes",
        "waiting": "Waiting for an IRO",
    }
)
MARKING = "Official-Sensitive"
RECENT = timedelta(28)
"""How far back handovers and changes go unless a day is given."""

Column = tuple[Heading, Callable[["_Lists", Case], Value]]


def allocation_list(
    snapshot: Snapshot,
    day: date,
    kind: str = "service",
    *,
    names: bool = False,
    iro: str | None = None,
    since: date | None = None,
    by: str = "",
) -> tuple[Table, ...]:
    """The list of a kind as of a day, as tables: one, or one for each IRO.

    `iro` (reference or name) narrows every kind but *waiting* to one IRO; `since` is the first day of
    handovers and changes (28 days back when not given); `by` is who exports. Raises Explained for a kind or an
    IRO that there is none of, and when `since` is after the day.
    """
    if kind not in KINDS:
        raise Explained(f"There is no list “{kind}”.", f"Lists are {', '.join(KINDS)}.")
    if since:
        checked_since(since, day)
    only = Names(snapshot.iro.values()).one(iro) if iro else None
    lists = _Lists(snapshot, day, names, since or day - RECENT, only, by)
    make: Mapping[str, Callable[[], tuple[Table, ...]]] = {
        "service": lists.service,
        "iro": lists.by_iro,
        "handover": lists.handovers,
        "changes": lists.changes,
        "waiting": lists.waiting,
    }
    return make[kind]()


def checked_since(since: date, day: date) -> date:
    """The first day of a list that goes to a day; raises Explained when it is after that."""
    if since > day:
        raise Explained(f"The list cannot begin on {_spoken(since)}, after {_spoken(day)}.", "Give an earlier day.")
    return since


def about(settings: Settings, day: date, *, names: bool, by: str) -> dict[str, str]:
    """What stands beside a list: marking, service, day, version of the weights, who exported it, names or not."""
    return {
        "Marking": MARKING,
        "Service": settings.service,
        "As at": _spoken(day),
        "Weights": f"{settings.name}, version {settings.version}",
        **({"Exported by": by} if by else {}),
        "Names": "children's and IROs'" if names else "IROs' only, children by reference",
    }


class _Lists:
    """The lists of one service on one day."""

    def __init__(self, snapshot: Snapshot, day: date, names: bool, since: date, only: Iro | None, by: str) -> None:
        self.snapshot, self.day, self.names, self.since, self.only = snapshot, day, names, since, only
        self.by = by
        self.loads: Caseloads = caseloads(snapshot, day)
        self.settings = self.loads.settings

    def service(self) -> tuple[Table, ...]:
        """Every child with their IRO, those who wait first, then by IRO and family."""
        cases = self.loads.by_iro.get(self.only.id, ()) if self.only else self.snapshot.open_cases(self.day)
        title = f"{KINDS['service']}, {self.only.name}" if self.only else KINDS["service"]
        return (self._children(title, cases, (*_CHILD, _IRO, _SINCE, *_MORE)),)

    def by_iro(self) -> tuple[Table, ...]:
        """The children of each IRO who has any, or of the one asked for."""
        people = [self.only] if self.only else [load.iro for load in self.loads.loads if load.children]
        if not people:
            raise Explained(f"No IRO has children on {_spoken(self.day)}.", "Allocate children first.")
        return tuple(
            self._children(iro.name, self.loads.by_iro.get(iro.id, ()), (*_CHILD, _IRO, _SINCE, *_MORE))
            for iro in people
        )

    def waiting(self) -> tuple[Table, ...]:
        """The children who wait for an IRO, and for how long."""
        return (self._children(KINDS["waiting"], self.loads.waiting, (*_CHILD, *_WAITING, *_MORE)),)

    def handovers(self) -> tuple[Table, ...]:
        """The children who went from one IRO to another, when and why."""
        found = [change for change in self._changed() if change.what == HANDOVER]
        columns = (*self._headings("Family", "From", "To"), Heading("Date", "date"), Heading("Why"))
        rows: list[tuple[Value, ...]] = [
            (*self._who(c.case), self.called(c.before), self.called(c.after), c.day, c.why) for c in found
        ]
        return (self._table(self._titled("handover"), columns, rows, (change.case for change in found)),)

    def changes(self) -> tuple[Table, ...]:
        """Every child who was allocated, went to another IRO, or ended, when and why."""
        found = self._changed()
        columns = (Heading("Date", "date"), *self._headings("Family", "What", "From", "To", "Why"))
        rows: list[tuple[Value, ...]] = [
            (c.day, *self._who(c.case), c.what, self.called(c.before), self.called(c.after), c.why) for c in found
        ]
        return (self._table(self._titled("changes"), columns, rows, (change.case for change in found)),)

    def called(self, iro: str) -> str:
        """An IRO's name by id."""
        return self.snapshot.iro[iro].name if iro in self.snapshot.iro else iro

    def _changed(self) -> list[Changed]:
        found = changed(self.snapshot, self.since, self.day)
        return [change for change in found if self.only is None or self.only.id in (change.before, change.after)]

    def _children(self, title: str, cases: Iterable[Case], columns: Iterable[Column]) -> Table:
        chosen = [column for column in columns if self.names or column is not _NAME]
        ordered = sorted(cases, key=lambda case: (str(_iro(self, case) or ""), case.family, case.id))
        rows = [tuple(value(self, case) for _, value in chosen) for case in ordered]
        return self._table(title, tuple(heading for heading, _ in chosen), rows, ordered)

    def _table(
        self, title: str, columns: tuple[Heading, ...], rows: Sequence[tuple[Value, ...]], cases: Iterable[Case]
    ) -> Table:
        children = {case.id: case for case in cases}
        weights = [self.loads.weights[key].value for key in children if key in self.loads.weights]
        return Table(
            title=title,
            columns=columns,
            rows=tuple(rows),
            totals={
                "Children": len(children),
                "Cases": count_cases(children.values()),
                "Load": round(fsum(weights), 3),
            },
            about=about(self.settings, self.day, names=self.names, by=self.by),
        )

    def _titled(self, kind: Kind) -> str:
        whose = f", {self.only.name}" if self.only else ""
        return f"{KINDS[kind]} since {_spoken(self.since)}{whose}"

    def _headings(self, *headers: str) -> tuple[Heading, ...]:
        named = ("Name",) if self.names else ()
        return tuple(Heading(header) for header in ("Child reference", *named, *headers))

    def _who(self, case: Case) -> tuple[str, ...]:
        return (case.id, *((case.name,) if self.names else ()), case.family)


def _spoken(day: date) -> str:
    return shown(day)


def _allocation(lists: _Lists, case: Case) -> Allocation | None:
    row = lists.snapshot.allocation_on(case.id, lists.day)
    return row if row and row.iro in lists.snapshot.iro else None


def _iro(lists: _Lists, case: Case) -> Value:
    row = _allocation(lists, case)
    return lists.snapshot.iro[row.iro].name if row else ""


def _since(lists: _Lists, case: Case) -> Value:
    row = _allocation(lists, case)
    return row.start if row else None


def _factors(lists: _Lists, case: Case) -> Value:
    labels = {factor.key: factor.label for factor in lists.settings.scheme.factors}
    return "; ".join(labels.get(key, key) for key in case.factors)


def _waits_since(lists: _Lists, case: Case) -> date | None:
    return waits_since(lists.snapshot, case, lists.day)


def _days_waited(lists: _Lists, case: Case) -> Value:
    since = _waits_since(lists, case)
    return working_days_between(since, lists.day, lists.settings.closure_days) if since else None


def _former(lists: _Lists, case: Case) -> Value:
    rows = lists.snapshot.allocations_by_case.get(case.id, ())
    return "; ".join(dict.fromkeys(lists.called(row.iro) for row in rows if row.end and row.end <= lists.day))


_NAME: Column = (Heading("Name"), lambda _, case: case.name)
_IRO: Column = (Heading("IRO"), _iro)
_SINCE: Column = (Heading("Since", "date"), _since)
_CHILD: tuple[Column, ...] = (
    (Heading("Child reference"), lambda _, case: case.id),
    _NAME,
    (Heading("Family"), lambda _, case: case.family),
    (Heading("Type"), lambda _, case: case.type),
    (Heading("Weight", "number", 2), lambda lists, case: lists.loads.weights[case.id].value),
)
_WAITING: tuple[Column, ...] = (
    (Heading("Waiting since", "date"), _waits_since),
    (Heading("Working days", "number"), _days_waited),
    (Heading("Former IRO"), _former),
    (Heading("Requires"), lambda _, case: "; ".join(case.requires)),
    (Heading("Prefers"), lambda _, case: "; ".join(case.prefers)),
)
_MORE: tuple[Column, ...] = (
    (Heading("Opened", "date"), lambda _, case: case.opened),
    (Heading("Legal status"), lambda _, case: case.legal_status),
    (Heading("Out of area"), lambda _, case: "Yes" if case.out_of_area else "No"),
    (Heading("Miles from home", "number", 1), lambda _, case: case.placement_miles),
    (Heading("Factors"), _factors),
    (Heading("Last review", "date"), lambda _, case: case.last_review),
    (Heading("Next review", "date"), lambda _, case: case.next_review),
)
