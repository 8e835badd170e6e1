"""Who has whom today in the made-up service: families kept together, loads as uneven as real ones are."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import fsum
from random import Random

from iro_allocator.caseload import fte
from iro_allocator.domain import BOTH, CP, LAC, Case, Iro
from iro_allocator.sample.iros import Roster

_OVER = (0.32, 0.22)  # share differences of the tenth who are over their limit
_WITHIN = (-0.155, 0.035)  # and of everybody else
_OFF_SICK = 0.75  # load of somebody off sick, against a full share
_HEEDED = 0.7  # how often a preferred skill was heeded


@dataclass(slots=True, eq=False)
class Unit:
    """Children of one family who have the same IRO; never the IRO of `not_with`.

    `grows`: a brother or sister of theirs waits for an IRO.
    """

    cases: list[Case]
    load: float
    grows: bool = False
    not_with: Unit | None = None
    iro: Iro | None = None

    @property
    def opened(self) -> date:
        """The day on which the first of them came."""
        return min(case.opened for case in self.cases if case.opened)

    def fits(self, iro: Iro) -> bool:
        """Whether no rule speaks against this IRO."""
        if self.not_with and self.not_with.iro and self.not_with.iro.id == iro.id:
            return False
        for case in self.cases:
            needed = {LAC, CP} if case.type == BOTH else {case.type}
            if not needed <= set(iro.takes) or not set(case.requires) <= set(iro.skills):
                return False
        return True


def give_out(rng: Random, units: Sequence[Unit], waiting: float, roster: Roster) -> None:
    """Give every unit an IRO; `waiting` is the load of the children who have none."""
    aims = _aims(rng, fsum(unit.load for unit in units), waiting, roster)
    by_skill: dict[str, list[Iro]] = {}
    for iro in roster.here:
        for skill in iro.skills:
            by_skill.setdefault(skill, []).append(iro)
    full = {iro.id: 0.0 for iro in roster.here}
    heap = [(0.0, n) for n in range(len(roster.here))]

    def fits(unit: Unit, iro: Iro) -> bool:
        closed = roster.closed_since.get(iro.id)
        return unit.fits(iro) and (closed is None or unit.opened < closed)

    def emptiest(unit: Unit) -> Iro:
        passed, found = [], None
        while heap and found is None:
            level, n = heapq.heappop(heap)
            iro = roster.here[n]
            if level != full[iro.id]:
                continue  # it has been given somebody since
            if fits(unit, iro):
                found = iro
            passed.append((level, n))
        for entry in passed:
            heapq.heappush(heap, entry)
        return found or roster.here[0]  # a service of one IRO has nobody else

    position = {iro.id: n for n, iro in enumerate(roster.here)}
    order = rng.sample(units, len(units))
    order.sort(key=lambda unit: (not any(case.requires for case in unit.cases), unit.not_with is not None))
    by_room = sorted(roster.here, key=lambda iro: aims[iro.id] / fte(iro.contracted_hours))
    with_room = [iro for iro in by_room if iro.id not in roster.closed_since]
    for unit in order:
        wanted = sorted({skill for case in unit.cases for skill in case.prefers})
        skilled = [
            iro for skill in wanted[:1] for iro in by_skill.get(skill, ()) if full[iro.id] < 1 and fits(unit, iro)
        ]
        heeded = bool(skilled) and rng.random() < _HEEDED
        roomy = [iro for iro in with_room[: 1 + len(with_room) // 4] if unit.grows and fits(unit, iro)]
        if heeded and not roomy:
            roomy = [min(skilled, key=lambda iro: full[iro.id])]
        iro = rng.choice(roomy or [emptiest(unit)])
        unit.iro = iro
        full[iro.id] += unit.load / aims[iro.id]
        heapq.heappush(heap, (full[iro.id], position[iro.id]))


def _aims(rng: Random, given: float, waiting: float, roster: Roster) -> Mapping[str, float]:
    """The load everybody should come near to."""
    there = [iro for iro in roster.here if iro.id not in roster.sick]
    free = {iro.id: fte(iro.contracted_hours) * (1 - iro.other_duties) for iro in there}
    fair = (given + waiting) / fsum(free.values())
    aims = {iro.id: _OFF_SICK * fte(iro.contracted_hours) * fair for iro in roster.here if iro.id in roster.sick}
    left = given - fsum(aims.values())
    rng.shuffle(there)
    there.sort(key=lambda iro: iro.contracted_hours < 37)  # those over their limit are full-time
    for iro, difference in zip(there, _uneven(rng, len(there), left / (given + waiting) - 1), strict=True):
        aims[iro.id] = free[iro.id] * fair * (1 + difference)
    scale = left / fsum(aims[iro.id] for iro in there)
    for iro in there:
        aims[iro.id] *= scale
    return aims


def _uneven(rng: Random, count: int, mean: float) -> list[float]:
    """So many share differences with about this mean; the first tenth are over their limit."""
    if count < 4:
        return [mean] * count
    over = max(1, round(count / 10))
    high, low = _OVER
    tops = [high - (high - low) * n / max(1, over - 1) for n in range(over)]
    rest = count - over
    # The others are spread from low to high as the power of an even spread that gives the mean.
    least, most = _WITHIN
    wanted = ((mean * count - fsum(tops)) / rest - least) / (most - least)
    power = min(8.0, max(0.25, 1 / min(1.0, max(0.05, wanted)) - 1))
    others = [least + (most - least) * (n / max(1, rest - 1)) ** power for n in range(rest)]
    rng.shuffle(others)
    return tops + others
