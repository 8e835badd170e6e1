"""What the IRO screens say: the rows of the table, the state in words, what hours mean. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from iro_allocator import looking_back, staffing
from iro_allocator.caseload import at_work, available, caseloads, fte, in_notice, limit, presence
from iro_allocator.domain import CP, LAC, Absence, Iro, Snapshot
from iro_allocator.edits import Edit, Step
from iro_allocator.looking_back import say
from iro_allocator.ui.record_changes import summary

if TYPE_CHECKING:
    from iro_allocator.workspace import World

FAR = 20.0
"""Miles from home to the placement over which a visit takes a day."""

TAKES: Mapping[tuple[str, ...], str] = {
    (CP, LAC): "Looked after and CP",
    (LAC,): "Looked after only",
    (CP,): "Child protection only",
}
SHORT_TAKES: Mapping[tuple[str, ...], str] = {(CP, LAC): "LAC, CP", (LAC,): "LAC", (CP,): "CP"}


@dataclass(frozen=True, slots=True)
class IroRow:
    """One row of the table of IROs."""

    iro: Iro
    state: str
    left: bool
    fte: float
    available: float
    share: float
    load: float
    difference: float | None
    limit: float
    over_limit: float
    children: int
    cases: int
    tolerance: float
    unsaved: bool = False


def rows(world: World, unsaved: Iterable[str] = ()) -> tuple[IroRow, ...]:
    """Every IRO ever on record, by name."""
    snapshot, loads, settings = world.snapshot, world.loads, world.loads.settings
    by_id = {load.iro.id: load for load in loads.loads}
    marked = set(unsaved)
    found = []
    for iro in sorted(snapshot.iro.values(), key=lambda iro: (iro.name, iro.id)):
        load = by_id.get(iro.id)
        found.append(
            IroRow(
                iro=(then := snapshot.iro_on(iro, world.day)),
                state=state(snapshot, iro, world.day),
                left=has_left(iro, world.day),
                fte=fte(then.contracted_hours, settings.full_time_hours),
                available=load.available if load else 0.0,
                share=load.share if load else 0.0,
                load=load.load if load else 0.0,
                difference=load.share_difference if load else None,
                limit=limit(then, settings),
                over_limit=load.over_limit if load else 0.0,
                children=load.children if load else 0,
                cases=load.cases if load else 0,
                tolerance=settings.tolerance,
                unsaved=iro.id in marked,
            )
        )
    return tuple(found)


def has_left(iro: Iro, day: date) -> bool:
    """Whether the IRO's last day is over."""
    return iro.last_day is not None and iro.last_day < day


def state(snapshot: Snapshot, iro: Iro, day: date) -> str:
    """Whether the IRO is here today, and until when, in words; "" when there is nothing to say."""
    if iro.first_day and iro.first_day > day:
        return f"starts {say(iro.first_day)}"
    if iro.last_day and iro.last_day < day:
        return f"left {say(iro.last_day)}"
    said = [_away(absence) for absence in snapshot.absences_of(iro.id, day)]
    if iro.last_day:
        said.append(f"{'until' if iro.employment == 'interim' else 'leaves'} {say(iro.last_day)}")
    return " · ".join(dict.fromkeys(said))


def _away(absence: Absence) -> str:
    word = {"sickness": "off sick", "leave": "on leave"}.get(absence.reason, absence.reason)
    if absence.working:
        word = f"{word}, works {absence.working:.0%}"
    return f"{word} until {say(absence.last)}" if absence.last else word


# What hours mean


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure and how it comes about; `difference` is the share difference that belongs to it."""

    label: str
    how: str
    figure: str
    difference: float | None = None
    tip: str = ""
    bad: bool = False


def meaning(world: World, iro: Iro, absences: Iterable[Absence]) -> tuple[Fact, ...]:
    """What an IRO's hours and absences, as written in the form, mean for the service on the world's day."""
    snapshot = with_iro(world.snapshot, iro, absences, world.day)
    loads = caseloads(snapshot, world.day)
    settings, mine = loads.settings, loads.of(iro.id)
    full = fte(iro.contracted_hours, settings.full_time_hours)
    free = available(snapshot, iro, world.day)
    load, children = (mine.load, mine.children) if mine else (0.0, 0)
    share = mine.share if mine else 0.0
    most = limit(iro, settings)
    over = mine.over_limit if mine else 0.0
    by = f"{settings.limit_per_fte:g} × {full:.2f}" if iro.limit is None else "their own"
    counted = "children" if settings.limit_counts == "children" else "load"
    total = f"{loads.load:,.1f} × {free:.2f} ÷ {loads.fte:.1f}" if free else "not available today"
    found = [
        Fact("FTE", f"{iro.contracted_hours:g} ÷ {settings.full_time_hours:g}", f"{full:.2f}"),
        Fact("Available", _available_words(snapshot, iro, full, world.day), f"{free:.2f}"),
        Fact("Share of the load", total, f"{share:.1f}"),
        Fact(
            "Load now",
            f"{_count(children, 'child', 'children')} · {_count(mine.cases if mine else 0, 'case', 'cases')}",
            f"{load:.1f}",
            mine.share_difference if mine else None,
        ),
        Fact(
            f"Limit ({counted})",
            f"{by}, {over:g} over" if over else by,
            f"{most:.1f}",
            bad=over > 0,
        ),
    ]
    return (*found, *_children_facts(world, iro.id))


def _children_facts(world: World, iro: str) -> tuple[Fact, ...]:
    theirs = [case for case in world.loads.by_iro.get(iro, ()) if case.type != CP and case.out_of_area]
    unknown = sum(case.placement_miles is None for case in theirs)
    far = sum((case.placement_miles or 0) > FAR for case in theirs)
    how = f"of {len(theirs)} out, {unknown} unknown" if unknown else f"of {len(theirs)} out of area"
    had, known = looking_back.same_children(world.snapshot, world.loads, iro)
    return (
        Fact("Over 20 miles away", how if theirs else "", str(far), tip="Out of area, in a straight line from home"),
        Fact(
            "Same as a year ago",
            f"{had} of {known} children" if known else "none needed an IRO",
            f"{had / known:.0%}" if known else "–",
            tip="Of the children they have who needed an IRO a year ago: those who had this one.",
        ),
    )


def _available_words(snapshot: Snapshot, iro: Iro, full: float, day: date) -> str:
    said = f"{full:.2f}"
    if iro.other_duties:
        said += f" × {1 - iro.other_duties:.2f}"
    here = presence(snapshot, iro, day)
    if here < 1:
        said += f" × {here:.2f}"
        why = state(snapshot, iro, day) if not at_work(iro, day) else _first(snapshot, iro, day)
        said += f" ({why})"
    return said


def _first(snapshot: Snapshot, iro: Iro, day: date) -> str:
    return _away(min(snapshot.absences_of(iro.id, day), key=lambda absence: absence.working))


def notes(world: World, iro: Iro) -> tuple[str, ...]:
    """What a manager should know about this IRO and new children, in sentences."""
    said = []
    if not iro.takes_new and not has_left(iro, world.day):
        said.append("Takes no new children: new referrals are off.")
    elif in_notice(iro, world.day, world.loads.settings.notice_days) and not has_left(iro, world.day):
        said.append(f"Takes no new children: the last day is within {world.loads.settings.notice_days} days.")
    if iro.employment == "interim" and iro.last_day is None:
        said.append("An interim without a contract end: give the last day once it is known.")
    coming = [row for row in world.snapshot.hours_by_iro.get(iro.id, ()) if row.start > world.day]
    return (*said, *(f"{row.words[0].upper()}{row.words[1:]}." for row in coming))


# What is saved


def with_iro(snapshot: Snapshot, iro: Iro, absences: Iterable[Absence], day: date) -> Snapshot:
    """The snapshot with an IRO and their absences as written in the form on a day."""
    return Step("as written", edits(snapshot, iro, absences, day)).apply(snapshot)


def edits(snapshot: Snapshot, iro: Iro, absences: Iterable[Absence], day: date) -> tuple[Edit, ...]:
    """The edits from what is on record to an IRO and all their absences as written in the form on a day."""
    old = {row.id: row for row in snapshot.absence.values() if row.iro == iro.id}
    new = {row.id: row for row in absences}
    changed = [key for key in sorted(old.keys() | new.keys()) if old.get(key) != new.get(key)]
    return (*staffing.recorded(snapshot, iro, day), *(Edit(old.get(key), new.get(key)) for key in changed))


def step(snapshot: Snapshot, iro: Iro, absences: Iterable[Absence], day: date) -> Step:
    """The step that saves the form as it is written on a day, called by what it changes."""
    found = edits(snapshot, iro, absences, day)
    before = snapshot.iro.get(iro.id)
    if before is None:
        return Step(f"New IRO {iro.name}", found)
    return Step(f"{before.name}: {summary(found, snapshot)}", found)


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
