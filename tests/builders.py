"""Small records for tests: everything has a sensible default, a test says only what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from iro_allocator.caseload import caseloads
from iro_allocator.domain import (
    Absence,
    Allocation,
    Apart,
    Barred,
    Case,
    Hours,
    Iro,
    Record,
    Scenario,
    Settings,
    Snapshot,
)

if TYPE_CHECKING:
    from iro_allocator.workspace import World

DAY = date(2026, 11, 23)
"""The Monday on which every small service stands."""

LONG_AGO = date(2024, 3, 4)


def iro(name: str = "A. Hussain", hours: float = 37.0, **more: Any) -> Iro:
    """An IRO, full time unless said otherwise; the id is the name in small letters with hyphens."""
    more.setdefault("id", name.lower().replace(". ", "-").replace(" ", "-"))
    more.setdefault("first_day", date(2019, 9, 2))
    return Iro(name=name, contracted_hours=hours, **more)


def case(id: str = "C-100", type: str = "LAC", family: str = "", **more: Any) -> Case:
    """A child who has needed an IRO for a long time."""
    more.setdefault("opened", LONG_AGO)
    return Case(id=id, type=type, family=family, **more)  # type: ignore[arg-type]


def allocation(case: str | Case, iro: str | Iro, start: date = LONG_AGO, **more: Any) -> Allocation:
    """A child with an IRO since long ago; the id is child/1 unless given."""
    child = case if isinstance(case, str) else case.id
    more.setdefault("id", f"{child}/1")
    return Allocation(case=child, iro=iro if isinstance(iro, str) else iro.id, start=start, **more)


def absence(iro: str | Iro, first: date = DAY, last: date | None = None, **more: Any) -> Absence:
    """A time away, from today on unless given."""
    who = iro if isinstance(iro, str) else iro.id
    more.setdefault("id", f"{who}/{first:%Y%m%d}")
    return Absence(iro=who, first=first, last=last, **more)


def barred(case: str | Case, iro: str | Iro, reason: str = "was the child's team manager") -> Barred:
    """This IRO may not have this child."""
    child, who = (case if isinstance(case, str) else case.id), (iro if isinstance(iro, str) else iro.id)
    return Barred(id=f"{child}/{who}", case=child, iro=who, reason=reason)


def apart(case: str | Case, other: str | Case) -> Apart:
    """A looked-after parent and their own looked-after child."""
    one, two = (case if isinstance(case, str) else case.id), (other if isinstance(other, str) else other.id)
    return Apart(id=f"{one}/{two}", case=one, other=two)


def settings(**more: Any) -> Settings:
    """The service's own figures."""
    return Settings(**more)


def snapshot(*records: Record | Iterable[Record]) -> Snapshot:
    """These records, and lists of them, as a snapshot."""
    flat: list[Record] = []
    for record in records:
        if isinstance(record, Iro | Hours | Absence | Case | Allocation | Barred | Apart | Settings | Scenario):
            flat.append(record)
        else:
            flat.extend(record)
    return Snapshot.of(flat)


def held(who: Iro, count: int, *, start: int = 100, type: str = "LAC", **more: Any) -> list[Record]:
    """So many children without family, all with this IRO since long ago."""
    children = [case(f"C-{number}", type, **more) for number in range(start, start + count)]
    return [*children, *(allocation(child, who) for child in children)]


def small_service() -> Snapshot:
    """Three IROs, fifteen children, one family split, two children waiting, one IRO soon to leave."""
    hussain, carter = iro("A. Hussain"), iro("B. Carter", 18.5)
    bell = iro("R. Bell", employment="interim", last_day=date(2027, 1, 29))
    split = [case("C-301", "CP", "Fam-20"), case("C-302", "CP", "Fam-20")]
    waiting = [
        case("C-401", family="Fam-30", opened=DAY - timedelta(4)),
        case("C-402", family="Fam-30", opened=DAY - timedelta(4)),
    ]
    return snapshot(
        hussain,
        carter,
        bell,
        held(hussain, 6),
        held(carter, 2, start=200, out_of_area=True),
        held(bell, 3, start=250),
        split,
        allocation("C-301", hussain),
        allocation("C-302", carter),
        waiting,
        allocation("C-401", carter, start=LONG_AGO, end=date(2025, 6, 2)),
    )


def world(records: Snapshot | None = None, day: date = DAY, **more: Any) -> World:
    """A world of a snapshot (the small service unless given), as a window would be shown it."""
    from iro_allocator.workspace import World

    shown = small_service() if records is None else records
    facts: dict[str, Any] = {
        "snapshot": shown,
        "day": day,
        "loads": caseloads(shown, day),
        "where": "small.iro",
        "name": "small",
        "sample": True,
        "encrypted": False,
        "shared": False,
        "last_backup": None,
        "undo": None,
        "redo": None,
        "user": "test",
    }
    return World(**(facts | more))
