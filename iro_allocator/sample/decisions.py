"""What a manager has decided about the made-up children: who is barred, what is pinned, who covers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle
from random import Random

from iro_allocator.diary import add_working_days
from iro_allocator.domain import Allocation, Barred, Case, Iro
from iro_allocator.sample.children import in_proportion
from iro_allocator.sample.history import CONFLICT, WISH, Change
from iro_allocator.sample.iros import Roster
from iro_allocator.sample.sharing import Unit

_CONFLICTS = (
    "was the child's team manager",
    "is a friend of the foster carer",
    "was the family's social worker before becoming an IRO",
    "is related to the father's partner",
    "was on the panel that approved the carers",
    "complaint by the mother upheld",
    "lives in the grandparents' street",
)
_PINS = (
    "final hearing next month",
    "child asked to keep this IRO",
    "fourth IRO in three years: no further change",
    "adoption order expected",
    "complaint about the care plan is being looked into",
)
_REVIEWED_SOON = timedelta(28)


def returning(
    rng: Random, cases: Iterable[Case], units: Iterable[Unit], roster: Roster, on: date
) -> Iterator[Allocation]:
    """The IRO whom a child had who has come back into care: one who is still here and has room."""
    load = dict.fromkeys(roster.everybody, 0.0)
    for unit in units:
        if unit.iro:
            # Who is to have a brother or sister of theirs soon has no room.
            load[unit.iro.id] += unit.load / unit.iro.contracted_hours + unit.grows
    able = [
        iro
        for iro in roster.here
        if iro.id not in roster.closed_since and (iro.first_day or on) < on - timedelta(950) and len(iro.takes) == 2
    ]
    able.sort(key=lambda iro: load[iro.id])
    for number, case in enumerate(cases):
        if able:
            yield Allocation(
                id=f"{case.id}/1",
                case=case.id,
                iro=able[number % (1 + len(able) // 4)].id,
                start=on - timedelta(rng.randint(860, 900)),
                end=on - timedelta(rng.randint(420, 600)),
                reason="newly looked after",
            )


def barred(
    rng: Random,
    units: Sequence[Unit],
    waiting: Sequence[Case],
    former: Iterable[Allocation],
    lately: Mapping[Unit, Change],
    roster: Roster,
    children: int,
    on: date,
) -> list[Barred]:
    """Who may not have whom: after handovers for a conflict or at a child's wish, and known from the start."""
    found = [
        Barred(id=f"{case.id}/{change.before.id}", case=case.id, iro=change.before.id, reason=reason, on=change.day)
        for unit, change in lately.items()
        if change.reason in (CONFLICT, WISH)
        for reason in [rng.choice(_CONFLICTS) if change.reason == CONFLICT else WISH]
        for case in unit.cases
    ]
    taken = {(unit.iro.id if unit.iro else "", case.id) for unit in units for case in unit.cases}
    taken |= {(row.iro, row.case) for row in former}
    of_family = {unit.cases[0].family: unit.iro.id for unit in units if unit.iro}
    taken |= {(of_family.get(case.family, ""), case.id) for case in waiting if case.family}
    groups = [unit.cases for unit in rng.sample(units, len(units)) if unit not in lately]
    groups = [*([[case] for case in waiting[:1]]), *groups]
    for cases, reason in zip(groups[: in_proportion(children, 7)], cycle(_CONFLICTS), strict=False):
        others = [iro for iro in roster.here if not any((iro.id, case.id) in taken for case in cases)]
        if others:
            iro = rng.choice(others)
            opened = min(case.opened or on for case in cases)
            day = opened + timedelta(rng.randint(0, (on - opened).days))
            found += [
                Barred(id=f"{case.id}/{iro.id}", case=case.id, iro=iro.id, reason=reason, on=day) for case in cases
            ]
    return found


def pinned(rng: Random, units: Sequence[Unit], roster: Roster, children: int) -> dict[str, str]:
    """The reasons why some children stay with the IRO they have, by child."""
    staying = [
        unit
        for unit in units
        if unit.iro and unit.iro.last_day is None and unit.iro.id not in roster.sick and len(unit.cases) < 3
    ]
    number = min(len(staying), in_proportion(children, 5))
    chosen = zip(rng.sample(staying, number), cycle(_PINS), strict=False)
    return {case.id: reason for unit, reason in chosen for case in unit.cases}


def pin(rows: Iterable[Allocation], reasons: Mapping[str, str]) -> list[Allocation]:
    """The allocations with those of today pinned whose children have a reason."""
    return [
        replace(row, pinned=True, pin_reason=reasons[row.case]) if row.end is None and row.case in reasons else row
        for row in rows
    ]


def cover(
    units: Sequence[Unit], rows: Sequence[Allocation], bars: Iterable[Barred], roster: Roster, on: date
) -> Iterator[Allocation]:
    """Who stands in for an IRO off sick, for the families reviewed since then or soon."""
    numbers: dict[str, int] = {}
    for row in rows:
        numbers[row.case] = numbers.get(row.case, 0) + 1
    never = {(bar.case, bar.iro) for bar in bars}
    standing_in: list[Iro] = [
        iro for iro in roster.here if iro.id not in roster.closed_since and iro.contracted_hours >= 37
    ]
    place = 0
    for absence in roster.absences:
        if absence.iro not in roster.sick or absence.last is not None:
            continue
        first = add_working_days(absence.first, 3)
        for unit in units:
            if not unit.iro or unit.iro.id != absence.iro:
                continue
            if not any(_reviewed(case, first, on) for case in unit.cases):
                continue
            able = [
                iro
                for iro in standing_in
                if unit.fits(iro) and not any((case.id, iro.id) in never for case in unit.cases)
            ]
            if able:
                place += 1
                for case in unit.cases:
                    yield Allocation(
                        id=f"{case.id}/{numbers[case.id] + 1}",
                        case=case.id,
                        iro=able[place % len(able)].id,
                        start=first,
                        type="cover",
                        reason=f"{unit.iro.name} is on sick leave",
                    )


def _reviewed(case: Case, since: date, on: date) -> bool:
    """Whether a review was held since a day or is due soon."""
    held = case.last_review is not None and case.last_review >= since
    return held or (case.next_review is not None and case.next_review <= on + _REVIEWED_SOON)
