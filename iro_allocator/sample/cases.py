"""The made-up children as records: references, dates, reviews, and who may not share an IRO."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from iro_allocator.diary import is_working_day
from iro_allocator.domain import CP, Apart, Case
from iro_allocator.sample.children import Child, Family
from iro_allocator.sample.reviews import Reviews

Household = list[tuple[Child, Case]]
"""A family's children in the making, each with the record."""


def households(families: Sequence[Family], reviews: Reviews, on: date) -> tuple[list[Household], list[Apart]]:
    """Every family's records; children and families are numbered in the order in which they came."""
    families = sorted(families, key=lambda family: -family.known)
    children = sorted((child for family in families for child in family.children), key=lambda child: -child.known)
    reference = {id(child): f"C-{number}" for number, child in enumerate(children, 10_001)}
    first = 2_001 if len(families) < 7_000 else 200_001
    found, apart = [], []
    for number, family in enumerate(families, first):
        alone = len(family.children) == 1 and family.children[0].type != CP
        key = "" if alone else f"Fam-{number}"
        drawn: dict[tuple[date, bool, bool], tuple[date | None, date]] = {}
        household: Household = []
        for child in family.children:
            opened = _opened(child, on)
            # Brothers and sisters who came on one day are reviewed on one day.
            sort = (opened, child.type == CP, child.legal_status.startswith("V"))
            if child.waiting == 0 and sort not in drawn:
                drawn[sort] = reviews.draw(opened, child.type, child.legal_status)
            last, coming = drawn.get(sort, (None, None))
            case = _case(child, reference[id(child)], key, family.surname, on, opened, last, coming)
            household.append((child, case))
        found.append(household)
        if family.mother:
            pair = [reference[id(family.mother.children[0])], reference[id(family.children[0])]]
            apart.append(Apart(id="/".join(pair), case=pair[0], other=pair[1]))
    return found, apart


def _opened(child: Child, on: date) -> date:
    """The day the case was opened: so many days ago, or so many working days ago for one who waits."""
    if child.waiting == 0:
        return on - timedelta(child.since)
    day, missing = on, child.waiting
    while missing:
        missing -= is_working_day(day)
        day -= timedelta(1)
    while not is_working_day(day):
        day -= timedelta(1)
    return day


def _case(
    child: Child,
    reference: str,
    family: str,
    surname: str,
    on: date,
    opened: date,
    last: date | None,
    coming: date | None,
) -> Case:
    born = on - timedelta(child.age)
    there = child.placement
    return Case(
        id=reference,
        type=child.type,
        family=family,
        name=f"{child.first} {surname}",
        born=born if child.age >= 0 else None,
        expected=born if child.age < 0 else None,
        opened=opened,
        legal_status=child.legal_status,
        category=child.category,
        team=child.team,
        factors=tuple(child.factors),
        placement_postcode=there.postcode if there else "",
        placement=there.place if there else None,
        placement_miles=there.miles if there else None,
        out_of_area=child.band not in (None, "in area"),
        requires=child.requires,
        prefers=tuple(child.prefers),
        separate=bool(child.separate_reason),
        separate_reason=child.separate_reason,
        last_review=last,
        next_review=coming,
    )
