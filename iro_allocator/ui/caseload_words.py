"""One IRO's caseload in words, without Qt: who they are, the three counts, what else is to be known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from iro_allocator import briefing, caseload
from iro_allocator.caseload import IroLoad
from iro_allocator.diary import review_due
from iro_allocator.domain import Case
from iro_allocator.ui.caseload_rows import plain

if TYPE_CHECKING:
    from iro_allocator.workspace import World

REVIEW_DAYS = 30
"""How far ahead the heading of a caseload counts reviews."""


def heading(load: IroLoad, full_time_hours: float) -> str:
    """The IRO: “K. Moss · 22 h (0.59 FTE) · permanent · LAC and CP · skills: Urdu”."""
    iro = load.iro
    said = [
        iro.name,
        f"{iro.contracted_hours:g}\u00a0h ({caseload.fte(iro.contracted_hours, full_time_hours):.2f}\u00a0FTE)",
        iro.employment,
        "LAC and CP" if len(iro.takes) == 2 else f"{iro.takes[0]} only",
    ]
    if iro.skills:
        said.append(f"skills: {', '.join(map(plain, iro.skills))}")
    return " · ".join(said)


def facts(world: World, load: IroLoad) -> str:
    """The three counts against share and limit, and the reviews that are near."""
    cases = world.loads.by_iro.get(load.iro.id, ())
    families = briefing.families(cases)
    soon, late = reviews_due(world, cases)
    counted = "" if load.limit_counts == "load" else " children"
    said = [
        f"{_count(load.children, 'child', 'children')} in {_count(families, 'family', 'families')}",
        _count(load.cases, "case", "cases"),
        f"load {load.load:.1f} of share {load.share:.1f}" if load.share else f"load {load.load:.1f}, no share today",
        f"limit {load.limit:.1f}{counted}",
        f"reviews due in {REVIEW_DAYS} days: {soon}" + (f", {late} overdue" if late else ""),
    ]
    return " · ".join(said)


def remarks(world: World, load: IroLoad) -> str:
    """What else is to be known about this IRO today: away, leaving, closed, covering; "" when nothing is."""
    snapshot, iro, day = world.snapshot, load.iro, world.day
    said = []
    for absence in snapshot.absences_of(iro.id, day):
        until = f" until {_say(absence.last)}" if absence.last else ""
        keeps = "keeps their children" if absence.keeps_children else "children to be reallocated"
        said.append(f"away since {_say(absence.first)}{until} ({absence.reason}), {keeps}")
    if iro.last_day:
        said.append(f"{'left' if iro.last_day < day else 'leaves'} on {_say(iro.last_day)}")
    if iro.first_day and iro.first_day > day:
        said.append(f"starts on {_say(iro.first_day)}")
    if not iro.takes_new:
        said.append("takes no new children")
    covered = [row for case in snapshot.cover_by_case if (row := snapshot.cover_on(case, day)) and row.iro == iro.id]
    if covered:
        own = [snapshot.allocation_on(row.case, day) for row in covered]
        names = sorted({snapshot.iro[row.iro].name for row in own if row and row.iro in snapshot.iro})
        of = f" of {' and '.join(names)}" if names else ""
        work = f" (load {load.covers:.1f} on top)" if load.covers else ""
        said.append(f"covers {_count(len(covered), 'child', 'children')}{of}{work}")
    text = " · ".join(said)
    return text[:1].upper() + text[1:]


def reviews_due(world: World, cases: Iterable[Case]) -> tuple[int, int]:
    """How many of these children have a review in the next 30 days, and how many are overdue."""
    until = world.day + timedelta(REVIEW_DAYS)
    due = [day for case in cases if (day := review_due(case, world.loads.settings.closure_days))]
    return sum(world.day <= day <= until for day in due), sum(day < world.day for day in due)


def _say(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
