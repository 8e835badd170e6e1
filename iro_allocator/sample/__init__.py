"""The made-up service: IROs, children and their history in the published shape of Kirklees in 2016-17.

Source of the shape: Kirklees Council, Independent Reviewing Officer annual report 2016-17. No person
in it is real.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from math import fsum
from random import Random

from iro_allocator.caseload import Weight, weights
from iro_allocator.domain import Apart, Record, Settings
from iro_allocator.errors import Explained
from iro_allocator.sample.cases import Household, households
from iro_allocator.sample.children import families
from iro_allocator.sample.circumstances import settle
from iro_allocator.sample.decisions import barred, cover, pin, pinned, returning
from iro_allocator.sample.history import History
from iro_allocator.sample.iros import roster
from iro_allocator.sample.reviews import Reviews
from iro_allocator.sample.sharing import Unit, give_out

_MOST_IROS = 5_000
_MOST_CHILDREN = 80_000
_YEARS = range(2000, 2100)


def service(*, iros: int = 20, children: int = 1137, seed: int = 2017, on: date) -> tuple[Record, ...]:
    """The records of the made-up service as it would stand on a day; the same for the same seed and day.

    `iros` is at least 1; with no children there are the IROs alone. Other sizes keep the proportions.
    Raises Explained for sizes that no service has and for days out of the diary's reach.
    """
    _refuse_nonsense(iros, children, on)
    settings = Settings(
        id="settings-3",
        version=3,
        name=f"Service scheme {on.year}",
        service="Kirklees sample",
        start=date(on.year, 1, 1),
        home_authority="382",
    )
    people = roster(Random(f"{seed}/iros"), iros, on)
    if children == 0:
        return (*people.here, *people.absences, settings)

    reviews = Reviews(Random(f"{seed}/reviews"), on)
    found = families(Random(f"{seed}/children"), children)
    settle(Random(f"{seed}/circumstances"), found, children)
    homes, apart = households(found, reviews, on)
    if iros == 1:
        apart = []  # there is nobody else for the mother's child
    cases = sorted((case for home in homes for _, case in home), key=lambda case: case.id)
    weighed = weights(cases, settings.scheme)
    waiting = [case for home in homes for child, case in home if child.waiting]
    came_back = [case for home in homes for child, case in home if child.returning]

    units = _units(homes, apart, weighed)
    give_out(Random(f"{seed}/sharing"), units, fsum(weighed[case.id].value for case in waiting), people)
    rows, lately = History(Random(f"{seed}/history"), people, on).draw(units, children)

    rng = Random(f"{seed}/decisions")
    rows += returning(rng, came_back, units, people, on)
    bars = barred(rng, units, waiting, rows, lately, people, children, on)
    rows = pin(rows, pinned(rng, units, people, children))
    rows += cover(units, rows, bars, people, on)
    rows.sort(key=lambda row: row.id)
    return (*people.here, *people.left, *people.absences, *cases, *rows, *bars, *apart, settings)


def _units(homes: Sequence[Household], apart: Sequence[Apart], weighed: Mapping[str, Weight]) -> list[Unit]:
    """The children who have an IRO, in the groups that share one."""
    found: dict[str, Unit] = {}
    units = []
    for home in homes:
        for split in (False, True):
            cases = [case for child, case in home if child.split == split and not child.waiting]
            if cases:
                grows = any(child.waiting for child, _ in home)
                units.append(Unit(cases, fsum(weighed[case.id].value for case in cases), grows))
                found |= {case.id: units[-1] for case in cases}
                if split and len(cases) < len(home):
                    units[-1].not_with = units[-2]
    for pair in apart:
        found[pair.other].not_with = found[pair.case]
    return units


def _refuse_nonsense(iros: int, children: int, on: date) -> None:
    if not 1 <= iros <= _MOST_IROS:
        raise Explained(f"A made-up service cannot have {iros:,} IROs.", f"Give a number from 1 to {_MOST_IROS:,}.")
    if not 0 <= children <= _MOST_CHILDREN:
        raise Explained(
            f"A made-up service cannot have {children:,} children.", f"Give a number from 0 to {_MOST_CHILDREN:,}."
        )
    if on.year not in _YEARS:
        raise Explained(
            f"A made-up service cannot stand on {on:%d %m %Y}.",
            f"Give a day from {_YEARS[0]} to {_YEARS[-1]}.",
        )
