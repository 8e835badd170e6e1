"""Looked-after mothers: whose child is whose, and that the two never have the same IRO."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from iro_allocator.domain import LAC, NEEDS, Apart, Case, Snapshot
from iro_allocator.edits import Edit, Step
from iro_allocator.sheets.told import Fact, Return

_LISTED = 5  # so many children who may be hers are named


def mothered(returns: Sequence[Return], after: Snapshot, day: date) -> Snapshot:
    """The service with each looked-after mother and her child known as such, and kept apart.

    A return that names the child is believed. One that only gives the child's date of birth (SSDA903) is believed
    where one child was born that day who is of her family, home or placement; otherwise it is told.
    """
    open_ = {case.id: case for case in after.open_cases(day)}
    links: dict[str, str] = {}
    for each in returns:
        for child, told in each.told.items():
            fact = told.facts.get("mother")
            if fact and child in open_ and _looked_after(open_.get(fact.value)):
                links[child] = fact.value
        for mother, fact in each.mothers.items():
            hers = _hers(open_[mother], fact, open_.values()) if _looked_after(open_.get(mother)) else None
            if hers:
                links[hers] = mother
    return Step("mothers", tuple(_edits(links, after, open_))).apply(after)


def _looked_after(case: Case | None) -> bool:
    return case is not None and LAC in NEEDS[case.type]


def _hers(mother: Case, born: Fact, cases: Iterable[Case]) -> str | None:
    """Her child, when there is no doubt; else tells of those who may be."""
    same_day = [case for case in cases if case.born == born.value and case.id != mother.id]
    if any(case.mother == mother.id for case in same_day):
        return None
    near = [case for case in same_day if _together(mother, case)]
    if len(near) == 1:
        return near[0].id
    if same_day:
        listed = ", ".join(case.id for case in same_day[:_LISTED]) + (" …" if len(same_day) > _LISTED else "")
        born.row.check(
            born.column,
            f"{mother.id} is looked after and a mother: {listed} was born on the day of her child; if that is hers, "
            "say so, and the two never have the same IRO",
        )
    return None


def _together(mother: Case, child: Case) -> bool:
    pairs = (
        (mother.family, child.family),
        (mother.home_postcode, child.home_postcode),
        (mother.placement_postcode, child.placement_postcode),
    )
    return any(one and one == other for one, other in pairs)


def _edits(links: dict[str, str], after: Snapshot, open_: dict[str, Case]) -> Iterator[Edit]:
    there = {frozenset((pair.case, pair.other)) for pair in after.apart.values()}
    for child, mother in links.items():
        if open_[child].mother != mother:
            yield Edit(open_[child], replace(open_[child], mother=mother))
        if frozenset((child, mother)) not in there:
            there.add(frozenset((child, mother)))
            yield Edit(None, Apart(id=f"{mother}/{child}", case=mother, other=child))
