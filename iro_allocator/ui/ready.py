"""What the service knows already as a scenario ready to be worked out: who leaves, who is away for long. Without Qt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from iro_allocator import caseload
from iro_allocator.briefing import LEAVING_MONTHS
from iro_allocator.coming import unplanned
from iro_allocator.diary import add_months
from iro_allocator.domain import Absent, Change, ContractEnds, Iro, Joins, Leaves, Scenario
from iro_allocator.scenario.asking import day_of
from iro_allocator.scenario.outlook import LONG
from iro_allocator.workspace import new_scenario_id

if TYPE_CHECKING:
    from iro_allocator.workspace import World


def going(world: World) -> tuple[Leaves | ContractEnds, ...]:
    """Who leaves in the coming months, and whose children nobody has been found for yet."""
    found: list[Leaves | ContractEnds] = []
    until = add_months(world.day, LEAVING_MONTHS)
    for load in world.loads.loads:
        iro = load.iro
        if iro.last_day and world.day <= iro.last_day <= until and _theirs(world, iro, iro.last_day + timedelta(1)):
            found.append(leaving(iro, iro.last_day))
    return tuple(sorted(found, key=lambda change: change.day))


def leaving(iro: Iro, last_day: date) -> Leaves | ContractEnds:
    """The end of an interim's contract, or anybody else's leaving."""
    kind = ContractEnds if iro.employment == "interim" else Leaves
    return kind(iro=iro.id, name=iro.name, day=last_day)


def away(world: World) -> tuple[Absent, ...]:
    """Who is away for long with children whom nobody covers yet: covered or handed over, as is recorded."""
    found = []
    for load in world.loads.loads:
        iro, rows = load.iro, world.snapshot.absences_of(load.iro.id, world.day)
        for row in rows[:1]:
            long = row.last is None or (row.last - world.day).days >= LONG
            keeps = caseload.keeps_children(world.snapshot, iro, world.day)
            if long and not row.working and _theirs(world, iro, world.day, covered=keeps):
                found.append(
                    Absent(iro=iro.id, name=iro.name, day=world.day, last=row.last, cover=keeps, reason=row.reason)
                )
    return tuple(found)


def _theirs(world: World, iro: Iro, day: date, *, covered: bool = False) -> tuple[str, ...]:
    """The children of an IRO for whom nothing is planned from a day on; with `covered`, nobody covers them."""
    cases = [case.id for case in world.loads.by_iro.get(iro.id, ())]
    if covered:
        rows = world.snapshot.cover_by_case
        return tuple(
            key
            for key in cases
            if not any(row.start <= day and (row.end is None or day < row.end) for row in rows.get(key, ()))
        )
    return unplanned(world.snapshot, cases, iro.id, day)


def ready(world: World, iro: str = "") -> Scenario | None:
    """The scenario of all that is known (of one IRO, when named), for the day on which it has come about."""
    changes: tuple[Change, ...] = (*going(world), *away(world))
    changes = tuple(change for change in changes if not iro or getattr(change, "iro", "") == iro)
    if not changes:
        return None
    return Scenario(
        id=new_scenario_id(world.snapshot),
        name=name_of(changes),
        day=day_of(changes, world.day),
        changes=changes,
    )


def name_of(changes: Iterable[Change]) -> str:
    """“H. Novak and V. Zielinska leave, C. Dunne away”."""
    each = tuple(changes)
    leave = [change.name for change in each if isinstance(change, Leaves | ContractEnds)]
    gone = [change.name for change in each if isinstance(change, Absent)]
    join = [change.name for change in each if isinstance(change, Joins)]
    said = []
    for names, one, several in ((leave, "leaves", "leave"), (gone, "away", "away"), (join, "joins", "join")):
        if names:
            said.append(f"{_and(names)} {one if len(names) == 1 else several}")
    others = len(each) - len(leave) - len(gone) - len(join)
    if others:
        said.append(f"{others} more" if said else each[0].words)
    return ", ".join(said) or "Nothing changed"


def offer(world: World) -> str:
    """“2 IROs are leaving, 1 is away”: what is known, in words; "" when nothing is."""
    leave, gone = len(going(world)), len(away(world))
    said = [f"{leave} {'IRO is' if leave == 1 else 'IROs are'} leaving"] if leave else []
    if gone:
        who = "" if leave else ("IRO " if gone == 1 else "IROs ")
        said.append(f"{gone} {who}{'is' if gone == 1 else 'are'} away for long")
    return ", ".join(said)


def with_change(scenario: Scenario, change: Change, today: date, before: Change | None = None) -> Scenario:
    """The scenario with a change more, or with one in the place of another; its day follows where it was of its own.

    A name that only tells the changes goes on telling them.
    """
    kept = tuple(each for each in scenario.changes if each != before)
    return _changed(scenario, (*kept, change), today)


def without_change(scenario: Scenario, change: Change, today: date) -> Scenario:
    """The scenario with a change less."""
    return _changed(scenario, tuple(each for each in scenario.changes if each != change), today)


def _changed(scenario: Scenario, changes: tuple[Change, ...], today: date) -> Scenario:
    own_name = scenario.changes and scenario.name != name_of(scenario.changes)
    own_day = scenario.changes and scenario.day != day_of(scenario.changes, today)
    return replace(
        scenario,
        changes=changes,
        name=scenario.name if own_name or not changes else name_of(changes),
        day=scenario.day if own_day or not changes else day_of(changes, today),
    )


def _and(names: list[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
