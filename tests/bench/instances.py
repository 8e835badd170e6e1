"""Seeded services of every size and mode in the published shape, as the problems they stand before.

The made-up service of the program (Kirklees in 2016-17) is the pattern. Its loads have drifted apart, by
up to three tenths, as they do where nobody rebalances. A larger service covers several districts of about
that size, each with the homes and IROs of its own, so that travel says something. The agreed limit lies 9 %
above the mean load per FTE, as 70 lies above the published 64.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from random import Random

import numpy as np

from iro_allocator.domain import Place, Snapshot
from iro_allocator.sample import service
from iro_allocator.solver.problem import MILLIONTHS, MODES, Mode, Problem, ProblemCase, ProblemIro

DAY = date(2026, 11, 23)
SEED = 2017
LIMIT_ABOVE_MEAN = 1.09
DRIFT = 0.3
"""How far the load that somebody drifted to may lie from their share, as a part of it."""
BATCH = 25
"""Children in a batch of referrals."""
DISTRICT_APART = 32_000
"""Metres from one district to the next: about 20 miles."""
AT_HOME = 0.85
"""How often a family lives in the district of the IRO it has."""


@dataclass(frozen=True, slots=True)
class Size:
    """A size of service: so many IROs and children; `leavers` are gone on the day."""

    key: str
    label: str
    iros: int
    children: int
    leavers: int
    districts: int

    @property
    def says(self) -> str:
        """The size in figures."""
        return f"{self.iros:,} × {self.children:,}"


SIZES = {
    size.key: size
    for size in (
        Size("kirklees", "Kirklees", 20, 1_137, 2, 1),
        Size("county", "large county", 60, 4_000, 3, 3),
        Size("region", "region", 300, 20_000, 10, 16),
        Size("national", "national", 1_500, 40_000, 40, 36),
    )
}


def made_up(size: Size, seed: int = SEED) -> Snapshot:
    """The made-up service of a size, from which its problems of every mode are made."""
    return Snapshot.of(service(iros=size.iros, children=size.children, seed=seed, on=DAY))


def instance(snapshot: Snapshot, size: Size, mode: Mode, seed: int = SEED) -> Problem:
    """The problem of a service in a mode; the same for the same seed.

    Referrals: a batch of 25 children without an IRO. Leavers and rebalance: some IROs are gone, and every
    child of theirs must be placed.
    """
    assert mode in MODES
    problem = _drifted(Problem.of(snapshot, DAY, mode="rebalance"), Random(f"{seed}/drift"))
    problem = replace(_spread_out(problem, size, Random(f"{seed}/districts")), mode=mode)
    rng = Random(f"{seed}/{mode}")
    if mode == "referrals":
        problem = replace(problem, cases=_batch(problem.cases, rng))
    else:
        problem = replace(problem, iros=_without_leavers(problem, size, Random(f"{seed}/leavers")))
    return _limited(problem)


def _drifted(problem: Problem, rng: Random) -> Problem:
    """The problem with families given from some IROs to others, so that loads lie apart; no rule is broken."""
    checked = problem.checked
    aim = problem.share * np.array([rng.uniform(1 - DRIFT, 1 + DRIFT) for _ in problem.iros])
    has = [problem.position[unit.held[0].iro or ""] if unit.held else -1 for unit in checked.units]
    weight = np.array([unit.weight for unit in checked.units]) / MILLIONTHS
    load = np.zeros(len(problem.iros))
    for i, each in zip(has, weight, strict=True):
        load[i] += each if i >= 0 else 0.0
    aim *= load.sum() / aim.sum()
    tied = {g for row in checked.rows for g in (row.one, row.other)}
    given: dict[str, str] = {}
    for g in rng.sample(range(len(has)), len(has)):
        unit, i = checked.units[g], has[g]
        if i < 0 or g in tied or len(unit.held) < len(unit.cases) or load[i] - weight[g] < aim[i]:
            continue
        to = int(np.argmax(np.where(checked.allowed[g], aim - load, -np.inf)))
        load[i] -= weight[g]
        load[to] += weight[g]
        given |= {case.id: problem.iros[to].id for case in unit.cases}
    return replace(problem, cases=tuple(replace(case, iro=given.get(case.id, case.iro)) for case in problem.cases))


def _batch(cases: tuple[ProblemCase, ...], rng: Random) -> tuple[ProblemCase, ...]:
    """Exactly 25 children without an IRO, families whole where they fit."""
    families: dict[str, list[ProblemCase]] = {}
    for case in cases:
        families.setdefault(case.family or case.id, []).append(case)
    waiting = {key for key, family in families.items() if any(case.iro is None for case in family)}
    order = sorted(waiting) + rng.sample(sorted(set(families) - waiting), len(families) - len(waiting))
    new: set[str] = set()
    for key in order:
        comers = {case.id for case in families[key] if case.iro is None or key not in waiting}
        if len(new) + len(comers) <= BATCH:
            new |= comers
    # A small service waits for more than a batch: who is too many had an IRO after all.
    known = sorted({case.iro for case in cases if case.iro})
    return tuple(
        replace(case, iro=None, since=None)
        if case.id in new
        else case
        if case.iro is not None
        else replace(case, iro=rng.choice(known), since=DAY)
        for case in cases
    )


def _without_leavers(problem: Problem, size: Size, rng: Random) -> tuple[ProblemIro, ...]:
    """The IROs, some of whom have left; never the last who takes a type or has a skill."""
    there = [iro for iro in problem.iros if iro.available > 0]
    gone: set[str] = set()
    for iro in rng.sample(there, len(there)):
        left = [other for other in there if other.id not in gone | {iro.id} and other.takes_new]
        skills = {skill for other in left for skill in other.skills}
        if len(gone) < size.leavers and iro.skills <= skills and len(iro.takes) == 2:
            gone.add(iro.id)
    return tuple(
        replace(iro, available=0.0, keeps_children=False, away="has left") if iro.id in gone else iro
        for iro in problem.iros
    )


def _limited(problem: Problem) -> Problem:
    """The problem with the limit 9 % above the mean load per FTE that is there."""
    mean = problem.total_load / MILLIONTHS / sum(iro.available for iro in problem.iros)
    figures = replace(problem.figures, limit_per_fte=round(LIMIT_ABOVE_MEAN * mean, 2))
    full = figures.full_time_hours
    iros = (replace(iro, limit=figures.limit_per_fte * (iro.contracted_hours / full)) for iro in problem.iros)
    return replace(problem, iros=tuple(iros), figures=figures)


def _spread_out(problem: Problem, size: Size, rng: Random) -> Problem:
    """The problem with its IROs and families spread over the districts."""
    if size.districts == 1:
        return problem
    of_iro = {iro.id: n % size.districts for n, iro in enumerate(problem.iros)}
    of_family: dict[str, int] = {}
    for case in problem.cases:
        at_home = case.iro is not None and rng.random() < AT_HOME
        district = of_iro[case.iro or ""] if at_home else rng.randrange(size.districts)
        of_family.setdefault(case.family or case.id, district)
    across = _across(size.districts)

    def moved(place: Place | None, district: int) -> Place | None:
        if place is None:
            return None
        return place[0] + DISTRICT_APART * (district % across), place[1] + DISTRICT_APART * (district // across)

    return replace(
        problem,
        iros=tuple(replace(iro, base=moved(iro.base, of_iro[iro.id])) for iro in problem.iros),
        cases=tuple(
            replace(case, placement=moved(case.placement, of_family[case.family or case.id])) for case in problem.cases
        ),
    )


def _across(districts: int) -> int:
    """Districts in a row, so that they lie in about a square."""
    return next(n for n in range(1, districts + 1) if n * n >= districts)


def arcs(problem: Problem) -> int:
    """Choices left by the rules: pairs of a unit and an IRO who may take it."""
    return int(problem.checked.allowed.sum())


def children_without_an_iro(cases: Iterable[ProblemCase]) -> int:
    """How many children wait for an IRO."""
    return sum(case.iro is None for case in cases)
