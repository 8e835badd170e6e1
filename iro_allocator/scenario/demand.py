"""More or fewer referrals than now, drawn from the service's own children. Never committed.

As things are, as many children come as go. More a month: families like those of the service, drawn by
the change's seed, come on top without an IRO. Fewer: as many go as before, and so many a month are not
followed by others, so that the service has that many fewer. Which ones is drawn too, but not from
children who need another IRO on the day: a plan must not forget them.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, timedelta

from iro_allocator.caseload import available
from iro_allocator.domain import Case, Demand, Snapshot
from iro_allocator.edits import Edit

DAYS_A_MONTH = 365.25 / 12


def drawn(snapshot: Snapshot, demand: Demand, until: date, name: str) -> tuple[Edit, ...]:
    """The edits of what is drawn up to a day, that day included: the longer one looks, the more follow.

    `name` begins the references of the children who are drawn.
    """
    families = _families(snapshot, demand.day)
    if not families or until < demand.day:
        return ()
    chance = random.Random(f"{demand.seed}/{demand.day}")
    return tuple(
        _more(families, demand, until, name, chance)
        if demand.per_month > 0
        else _fewer(families, _to_be_placed(snapshot, until), demand, until, chance)
    )


def _families(snapshot: Snapshot, day: date) -> list[list[Case]]:
    """The open children of a day by family, in order of reference; a child without one is a family."""
    found: dict[str, list[Case]] = {}
    for case in snapshot.open_cases(day):
        found.setdefault(case.family or f"\0{case.id}", []).append(case)
    return sorted(found.values(), key=lambda cases: cases[0].id)


def _to_be_placed(snapshot: Snapshot, day: date) -> frozenset[str]:
    """The children whose IRO is not there on a day: they are to be planned for, whoever else may have gone."""
    away = {iro.id for iro in snapshot.iro.values() if available(snapshot, iro, day) <= 0}
    held = ((case.id, snapshot.allocation_on(case.id, day)) for case in snapshot.open_cases(day))
    return frozenset(case for case, row in held if row is not None and row.iro in away)


def _when(demand: Demand, children: float) -> date:
    """The day on which so many children have been drawn."""
    return demand.day + timedelta(days=children / abs(demand.per_month) * DAYS_A_MONTH)


def _more(families: list[list[Case]], demand: Demand, until: date, name: str, chance: random.Random) -> Iterator[Edit]:
    so_far, number = 0, 0
    while True:
        like = chance.choice(families)
        # A family comes when half of its children are due: no more and no fewer in the long run.
        day = _when(demand, so_far + len(like) / 2)
        if day > until:
            return
        number += 1
        for child, case in enumerate(like, 1):
            yield Edit(
                None,
                replace(
                    case,
                    id=f"{name}-{number:03}-{child}",
                    family=f"{name}-{number:03}" if case.family else "",
                    name="",
                    social_worker="",
                    mother="",
                    opened=day,
                    closed=None,
                    last_review=None,
                    next_review=None,
                ),
            )
        so_far += len(like)


def _fewer(
    families: list[list[Case]], kept: Collection[str], demand: Demand, until: date, chance: random.Random
) -> Iterator[Edit]:
    chance.shuffle(families)
    going = [cases for cases in families if all(case.closed is None and case.id not in kept for case in cases)]
    so_far = 0
    for cases in going:
        day = _when(demand, so_far + len(cases) / 2)
        if day > until:
            return
        yield from (Edit(case, replace(case, closed=max(day, case.opened or day))) for case in cases)
        so_far += len(cases)
