"""The Board: a problem laid out in arrays, with what each thing costs. Terms → numbers, nothing more.

A *plan* is one IRO position per unit (an integer array, in the order of `Board.units`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from iro_allocator.solver.problem import MILLIONTHS, Array, Mask, Problem, ProblemCase, Unit
from iro_allocator.solver.terms import TERMS, Load, Measure, Pair, Term

if TYPE_CHECKING:
    from iro_allocator.solver.check import Row

Whole = npt.NDArray[np.int64]
Plan = npt.NDArray[np.intp]

EXACT = 5_000_000
"""Units × IROs up to which every charge is kept in eight bytes."""


@dataclass(frozen=True, eq=False)
class Gauge:
    """One measure of what an IRO has, in whole numbers of 1/`scale`, and the terms that charge for it.

    `amount` is per unit, `base` per IRO what the fixed children (and recent ones) make. `step` divides
    every amount, so an IRO's total is always `base` plus a multiple of it.
    """

    problem: Problem
    measure: Measure
    scale: int
    amount: Whole
    base: Whole
    terms: tuple[Term, ...]

    @cached_property
    def step(self) -> int:
        """The greatest common divisor of the amounts; 1 for whole numbers, which may be counted in part (`Kink`)."""
        return 1 if self.scale == 1 else max(1, math.gcd(*self.amount.tolist()))

    def charge(self, iro: npt.NDArray[np.intp], total: Whole) -> Array:
        """Points for IROs (positions) with these totals; 0 for IROs who are not available."""
        found = np.zeros(np.broadcast_shapes(iro.shape, total.shape))
        for term in self.terms:
            found = found + self.charge_of(term, iro, total)
        return found

    def charge_of(self, term: Term, iro: npt.NDArray[np.intp], total: Whole) -> Array:
        """Points of one term alone."""
        assert isinstance(term.shape, Load)
        weight = self.problem.figures.weights[term.key]
        charge: Array = weight * term.shape.cost(self.problem, iro, total / self.scale)
        return np.where(self.problem.is_available[iro], charge, 0.0)

    def from_base(self, base: Whole) -> Gauge:
        """The same gauge where more (or fewer) units count as staying."""
        return replace(self, base=base)

    def totals(self, plan: Plan) -> Whole:
        """Per IRO, what they have under a plan."""
        found = self.base.copy()
        np.add.at(found, plan, self.amount)
        return found


@dataclass(frozen=True, eq=False)
class Board:
    """Units × IROs with the charges of every term that has a weight.

    For the frontier, each held child who changes IRO may be charged `move_price` points, and `most` may
    stand in the place of the problem's own budget of moves.
    """

    problem: Problem
    move_price: float = 0.0
    most: int | None = None

    def priced(self, move_price: float = 0.0, most: int | None = None) -> Board:
        """The same with another price of a move and budget; what depends on neither is not reckoned again."""
        found = replace(self, move_price=move_price, most=most)
        found.__dict__["gauges"] = self.gauges
        if self.cost.dtype == np.float64:
            dearer = move_price - self.move_price
            found.__dict__["cost"] = self.cost + self.moves * dearer if dearer else self.cost
        return found

    @property
    def units(self) -> tuple[Unit, ...]:
        """The units that can be placed."""
        return self.problem.checked.units

    @property
    def rows(self) -> tuple[Row, ...]:
        """Pairs of units kept apart."""
        return self.problem.checked.rows

    @cached_property
    def rows_of(self) -> Mapping[int, tuple[Row, ...]]:
        """The rows that each unit (position) stands in; units that are free of any are left out."""
        found: dict[int, tuple[Row, ...]] = {}
        for row in self.rows:
            for g in (row.one, row.other):
                found[g] = (*found.get(g, ()), row)
        return found

    @property
    def allowed(self) -> Mask:
        """Units × IROs: no rule speaks against it."""
        return self.problem.checked.allowed

    @property
    def moves(self) -> npt.NDArray[np.int16]:
        """Units × IROs: held children who would change IRO."""
        return self.problem.checked.moves

    @property
    def budget(self) -> int | None:
        """The most held children who may change IRO, None when there is no such limit."""
        if self.most is not None:
            return self.most
        return self.problem.max_moves if self.problem.mode == "rebalance" else None

    @cached_property
    def pair_terms(self) -> tuple[Term, ...]:
        """The Pair terms that have a weight."""
        return tuple(term for term in _weighted(self.problem) if isinstance(term.shape, Pair))

    @cached_property
    def cost(self) -> Array:
        """Units × IROs: the Pair terms' points, infinite where a rule speaks.

        At national size rounded down to four bytes: right to a hair for comparing, and never too high.
        """
        exact = self.allowed.size <= EXACT
        found = np.empty(self.allowed.shape, dtype=np.float64 if exact else np.float32)
        nothing = self.problem.nothing
        home: list[int] = []
        if not exact:
            home = np.where(self.allowed, self.moves, np.iinfo(self.moves.dtype).max).argmin(axis=1).tolist()
        for g, unit in enumerate(self.units):
            charges = [self.pair_charge(term, unit) for term in self.pair_terms]
            row = self.moves[g] * self.move_price
            for charge in charges:
                if charge is not nothing:
                    row += charge
            found[g] = row
            if not exact:
                # Most units stay: what that costs exactly is kept, for when it is asked.
                self._parts[g, home[g]] = tuple(float(charge[home[g]]) for charge in charges)
        if not exact:
            # Rounded down, so that a bound taken from it holds.
            np.nextafter(found, np.float32(-np.inf), out=found)
        found[~self.allowed] = np.inf
        return found

    def pair_points(self, plan: Plan) -> list[float]:
        """Each unit's Pair terms under a plan (and the price of its moves), exactly."""
        if self.cost.dtype == np.float64:
            points: list[float] = self.cost[np.arange(len(plan)), plan].tolist()
            return points
        return [
            math.fsum(parts) + float(self.moves[g, plan[g]]) * self.move_price
            for g, parts in enumerate(self.pair_parts(plan))
        ]

    def pair_parts(self, plan: Plan) -> list[tuple[float, ...]]:
        """Each unit's points under a plan by Pair term, exactly, in the order of `pair_terms`."""
        found = []
        for g, i in enumerate(plan.tolist()):
            parts = self._parts.get((g, i))
            if parts is None:
                unit = self.units[g]
                parts = tuple(float(self.pair_charge(term, unit)[i]) for term in self.pair_terms)
                self._parts[g, i] = parts
            found.append(parts)
        return found

    @cached_property
    def _parts(self) -> dict[tuple[int, int], tuple[float, ...]]:
        """What has been asked for before: points by Pair term of a unit (position) at an IRO."""
        return {}

    def pair_charge(self, term: Term, unit: Unit) -> Array:
        """Per IRO, one Pair term's points for one unit."""
        assert isinstance(term.shape, Pair)
        cost = term.shape.cost(self.problem, unit)
        return cost if cost is self.problem.nothing else self.problem.figures.weights[term.key] * cost

    @cached_property
    def gauges(self) -> tuple[Gauge, ...]:
        """Every measure that some weighted Load term looks at."""
        by_measure: dict[Measure, list[Term]] = {}
        for term in _weighted(self.problem):
            if isinstance(term.shape, Load):
                by_measure.setdefault(term.shape.measure(self.problem), []).append(term)
        return tuple(self._gauge(measure, tuple(terms)) for measure, terms in by_measure.items())

    def _gauge(self, measure: Measure, terms: tuple[Term, ...]) -> Gauge:
        problem = self.problem
        base = np.zeros(len(problem.iros), dtype=np.int64)
        if measure == "new":
            base += np.array([iro.recent_children for iro in problem.iros], dtype=np.int64)
        else:
            for case in self.staying:
                base[problem.position[case.iro or ""]] += case.weight if measure == "load" else 1
        return Gauge(
            problem=problem,
            measure=measure,
            scale=MILLIONTHS if measure == "load" else 1,
            amount=np.array([_amount(unit, measure) for unit in self.units], dtype=np.int64),
            base=base,
            terms=terms,
        )

    @cached_property
    def staying(self) -> tuple[ProblemCase, ...]:
        """The fixed children who have an IRO."""
        return tuple(case for case in self.problem.fixed if case.iro is not None)

    def objective(self, plan: Plan) -> float:
        """Points of a plan: the sum of every charge."""
        every = np.arange(len(self.problem.iros))
        loads = [gauge.charge(every, gauge.totals(plan)) for gauge in self.gauges]
        return math.fsum([*self.pair_points(plan), *(value for load in loads for value in load.tolist())])

    def charges(self, plan: Plan) -> dict[str, float]:
        """Points of a plan by term; terms without a weight are left out."""
        every = np.arange(len(self.problem.iros))
        found = {}
        for gauge in self.gauges:
            totals = gauge.totals(plan)
            for term in gauge.terms:
                found[term.key] = math.fsum(gauge.charge_of(term, every, totals).tolist())
        parts = self.pair_parts(plan)
        for k, term in enumerate(self.pair_terms):
            found[term.key] = math.fsum(part[k] for part in parts)
        return {term.key: found[term.key] for term in TERMS if term.key in found}

    def held_moved(self, plan: Plan) -> int:
        """Held children who change IRO under a plan."""
        return int(self.moves[np.arange(len(plan)), plan].sum())

    def keeps_apart(self, plan: Plan) -> bool:
        """Whether every pair that must be apart is."""
        return all(plan[r.one] != plan[r.other] or plan[r.one] == r.but for r in self.rows)

    def allocation(self, plan: Plan) -> Mapping[str, str]:
        """Child id → IRO id of everybody who has one under a plan, by child id."""
        found = {case.id: case.iro for case in self.staying if case.iro is not None}
        for unit, i in zip(self.units, plan.tolist(), strict=True):
            found.update((case.id, self.problem.iros[i].id) for case in unit.cases)
        return dict(sorted(found.items()))


def _weighted(problem: Problem) -> Iterable[Term]:
    return (term for term in TERMS if problem.figures.weights.get(term.key, 0.0) > 0)


def _amount(unit: Unit, measure: Measure) -> int:
    if measure == "load":
        return unit.weight
    return unit.new if measure == "new" else len(unit.cases)
