"""Why: a plan's charges, everybody's load, and for one unit what each IRO would make of it. No solver."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from iro_allocator.caseload import count_cases
from iro_allocator.solver.check import why
from iro_allocator.solver.pairs import Pairs
from iro_allocator.solver.problem import MILLIONTHS, Array, Problem, ProblemCase, Unit
from iro_allocator.solver.terms import BY_KEY, TERMS, Pair

if TYPE_CHECKING:
    from iro_allocator.solver.board import Board, Plan, Whole

WORTH_SAYING = 0.05
"""Points below which a term is no reason."""
FIRST_TO_SAY = 2.0
"""Points from which what is about the children is said before how full everybody is."""

CLOSE_ENOUGH = 0.1
"""Points within which a plan counts as proven best."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far solving has come: points, and a sentence for a person."""

    seconds: float
    best: float | None
    bound: float | None

    @property
    def gap_points(self) -> float | None:
        """Points that the best plan so far may at most be improved by."""
        return None if self.best is None or self.bound is None else max(0.0, self.best - self.bound)

    @property
    def words(self) -> str:
        """The same for a person."""
        if self.gap_points is None:
            return "looking for a plan"
        return gap_in_words(self.gap_points, self.best or 0.0)


def gap_in_words(gap_points: float, objective: float, asked: float = CLOSE_ENOUGH) -> str:
    """“proven best” or “at most 1% from the best possible”."""
    if gap_points <= asked:
        return "proven best"
    part = gap_points / objective * 100 if objective else 0.0
    return f"at most {part:.2g}% ({gap_points:.1f} points) from the best possible"


@dataclass(frozen=True, slots=True)
class LoadAfter:
    """One IRO under a plan: load and share in case equivalents, children, cases, limit."""

    iro: str
    load: float
    share: float
    children: int
    cases: int
    limit: float

    @property
    def share_difference(self) -> float | None:
        """(load − share) ÷ share, signed; None for an IRO who is not available."""
        return self.load / self.share - 1 if self.share > 0 else None


@dataclass(frozen=True, slots=True)
class Candidate:
    """What it would make if a unit went to this IRO, everything else being as in the plan.

    `charges` is what the unit adds there, by term: its own charges, and by how much the IRO's load
    charges rise (balance may be negative: who is below their share gets nearer to it). `difference` is
    the exact change of the whole objective against the plan, the sum of charges here less there.
    """

    iro: str
    difference: float
    charges: Mapping[str, float]
    cannot: str | None
    load: float
    share_difference: float | None

    @property
    def total(self) -> float:
        """The charges summed, points."""
        return math.fsum(self.charges.values())


def loads_of(problem: Problem, iro_of: Mapping[str, str]) -> tuple[LoadAfter, ...]:
    """Every IRO who is available or has children, in order of id, when children (ids) have these IROs (ids)."""
    theirs: dict[str, list[ProblemCase]] = {}
    for case_id, iro in iro_of.items():
        theirs.setdefault(iro, []).append(problem.case_by_id[case_id])
    return tuple(
        LoadAfter(
            iro=iro.id,
            load=sum(case.weight for case in theirs.get(iro.id, ())) / MILLIONTHS,
            share=float(problem.share[i]),
            children=len(theirs.get(iro.id, ())),
            cases=count_cases(theirs.get(iro.id, ())),
            limit=iro.limit,
        )
        for i, iro in enumerate(problem.iros)
        if iro.available > 0 or iro.id in theirs
    )


def loads(board: Board, plan: Plan) -> tuple[LoadAfter, ...]:
    """Every IRO who is available or has children under a plan, in order of id."""
    return loads_of(board.problem, board.allocation(plan))


@dataclass(frozen=True, eq=False)
class Standing:
    """A plan with what every IRO has in it, counted once for all that is asked about it."""

    board: Board
    plan: Plan

    @cached_property
    def totals(self) -> tuple[Whole, ...]:
        """Per gauge, what each IRO has."""
        return tuple(gauge.totals(self.plan) for gauge in self.board.gauges)

    @cached_property
    def loads(self) -> Array:
        """Case equivalents per IRO, whatever is charged for."""
        base = np.zeros(len(self.board.problem.iros), dtype=np.int64)
        for case in self.board.staying:
            base[self.board.problem.position[case.iro or ""]] += case.weight
        np.add.at(base, self.plan, np.array([unit.weight for unit in self.board.units], dtype=np.int64))
        found: Array = base / MILLIONTHS
        return found

    def charges(self, g: int) -> dict[str, Array]:
        """What the unit at position `g` would add at each IRO, by term."""
        board, here = self.board, int(self.plan[g])
        every = np.arange(len(board.problem.iros))
        pairs = Pairs(board.problem, [board.units[g]])
        by_term = {
            term.key: np.broadcast_to(board.pair_charge(term, pairs), pairs.shape)[0] for term in board.pair_terms
        }
        for gauge, totals in zip(board.gauges, self.totals, strict=True):
            without = totals.copy()
            without[here] -= gauge.amount[g]
            for term in gauge.terms:
                rise = gauge.charge_of(term, every, without + gauge.amount[g]) - gauge.charge_of(term, every, without)
                by_term[term.key] = rise
        return {term.key: by_term[term.key] for term in TERMS if term.key in by_term}


@dataclass(frozen=True, eq=False)
class Told:
    """What there is to say of a move where IROs are many: the few best, and how many are not listed.

    `candidates` begins with the IRO of the plan. `others` and `cannot` count who else may, or may not, have them.
    """

    candidates: tuple[Candidate, ...]
    reasons: tuple[str, ...]
    others: int
    cannot: int


def candidates(board: Board, plan: Plan, g: int) -> tuple[Candidate, ...]:
    """Every IRO for the unit at position `g`: those who may, by difference; then those who cannot."""
    standing = Standing(board, plan)
    iros, here = board.problem.iros, int(plan[g])
    found = _candidates(standing, g, standing.charges(g), range(len(iros)))
    return tuple(sorted(found, key=lambda c: (c.cannot is not None, c.iro != iros[here].id, c.difference, c.iro)))


def told(standing: Standing, g: int, most: int) -> Told:
    """The IRO of the plan and the `most` best others for the unit at position `g`, and why the first."""
    board, here = standing.board, int(standing.plan[g])
    charges = standing.charges(g)
    may = board.allowed[g].copy()
    for row in board.rows_of.get(g, ()):
        other = int(standing.plan[row.other if row.one == g else row.one])
        may[other] &= other == row.but
    may[here] = False
    others = np.flatnonzero(may)
    total = np.sum(list(charges.values()), axis=0)
    nearest = others[np.lexsort((others, total[others]))][:most].tolist()
    found = _candidates(standing, g, charges, [here, *nearest])
    chosen, *rest = found
    rest.sort(key=lambda c: (c.difference, c.iro))
    middle = {key: float(np.median(charge[others])) for key, charge in charges.items()} if len(others) else {}
    found = [chosen, *rest]
    return Told(
        candidates=tuple(found),
        reasons=reasons(board, board.units[g], tuple(found), middle),
        others=len(others) - len(nearest),
        cannot=len(may) - 1 - len(others),
    )


def _candidates(standing: Standing, g: int, charges: Mapping[str, Array], positions: Iterable[int]) -> list[Candidate]:
    board, here = standing.board, int(standing.plan[g])
    problem, weight = board.problem, board.units[g].weight / MILLIONTHS
    at_home = math.fsum(float(charge[here]) for charge in charges.values())
    found = []
    for i in positions:
        load = float(standing.loads[i]) + (0.0 if i == here else weight)
        share = float(problem.share[i])
        there = {key: float(charge[i]) for key, charge in charges.items()}
        found.append(
            Candidate(
                iro=problem.iros[i].id,
                difference=math.fsum(there.values()) - at_home,
                charges=there,
                cannot=None if i == here else _cannot(board, standing.plan, g, i),
                load=load,
                share_difference=load / share - 1 if share > 0 else None,
            )
        )
    return found


def _cannot(board: Board, plan: Plan, g: int, i: int) -> str | None:
    problem = board.problem
    if not board.allowed[g, i]:
        return why(problem, board.units[g], i) or "may not have them"
    for row in board.rows_of.get(g, ()):
        if i != row.but:
            other = row.other if row.one == g else row.one
            if plan[other] == i:
                return f"would have {board.units[other].id}, who must have another IRO"
    return None


def reasons(
    board: Board, unit: Unit, found: tuple[Candidate, ...], middle: Mapping[str, float] | None = None
) -> tuple[str, ...]:
    """Why the first candidate, in words: what is about these children first, then the service, each by weight.

    A term speaks for the IRO by how many points less it asks for than at the middle one of the others
    (`middle`, where not all of them are among the candidates).
    """
    chosen, *others = [candidate for candidate in found if candidate.cannot is None]
    problem = board.problem
    iro = problem.iros[problem.position[chosen.iro]]
    if not others:
        return (f"{iro.name or iro.id} is the only IRO who may take them",)
    ahead = {
        key: (middle[key] if middle else float(np.median([other.charges[key] for other in others]))) - charge
        for key, charge in chosen.charges.items()
    }
    weight = unit.weight / MILLIONTHS
    without = chosen.load - weight
    share = chosen.load / (1 + chosen.share_difference) if chosen.share_difference is not None else 0.0
    places = {case.placement for case in unit.cases if case.placement}
    facts = {
        "iro": iro.name or iro.id,
        "before": _percent(without / share - 1) if share else "no load",
        "miles": " and ".join(
            f"{problem.miles(place)[problem.position[iro.id]]:.0f} miles" for place in sorted(places)
        ),
        "skills": ", ".join(sorted({skill for case in unit.cases for skill in case.prefers} & iro.skills)),
    }
    said = [
        BY_KEY[key].because.format(**facts)
        for key, amount in sorted(ahead.items(), key=lambda item: (not _about_them(*item), -item[1]))
        if amount > WORTH_SAYING and not (key == "travel" and iro.base is None)
    ]
    if said:
        return tuple(said[:4])
    nearest = min(others, key=lambda other: (other.difference, other.iro))
    name = problem.iros[problem.position[nearest.iro]].name or nearest.iro
    if nearest.difference > WORTH_SAYING:
        return (f"the least charged in all: {nearest.difference:.1f} points before {name}",)
    return (f"as good as {name}",)


def _about_them(key: str, amount: float) -> bool:
    """Whether a term speaks of these children rather than of an IRO's load, and loudly enough to come first."""
    return isinstance(BY_KEY[key].shape, Pair) and amount >= FIRST_TO_SAY


def _percent(fraction: float) -> str:
    return f"{fraction * 100:+.0f}%".replace("-", "−")
