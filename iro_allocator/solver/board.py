"""The Board: a problem laid out in arrays, with what each thing costs. Terms → numbers, nothing more.

A *plan* is one IRO position per unit (an integer array, in the order of `Board.units`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from iro_allocator.solver.pairs import Pairs, blocks
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
        self.price(lambda: False)
        found: Array = self.__dict__["cost"]
        return found

    def price(self, stop: Callable[[], bool]) -> bool:
        """Reckon `cost` now; gives whether it is there, and not `stop` came first."""
        if self._is_priced:
            return True
        exact = self.allowed.size <= EXACT
        found = np.empty(self.allowed.shape, dtype=np.float64 if exact else np.float32)
        for some, pairs in blocks(self.problem, self.units):
            if stop():
                return False
            part = found[some]
            part[:] = self._priced(pairs, self.moves[some])
            if not exact:
                # Rounded down, so that a bound taken from it holds: as whole numbers, neighbours are one apart.
                bits = part.view(np.int32)
                bits -= bits > 0
            np.copyto(part, np.inf, where=~self.allowed[some])
        self.__dict__["cost"] = found
        return True

    def cost_of(self, units: Sequence[int]) -> Array:
        """The rows of `cost` of some units; if they are few, the others need not be reckoned yet."""
        if self._is_priced or 2 * len(units) > len(self.units):
            return np.asarray(self.cost[units], dtype=np.float64)
        found = self._priced(Pairs(self.problem, [self.units[g] for g in units]), self.moves[units])
        found[~self.allowed[units]] = np.inf
        return found

    @property
    def _is_priced(self) -> bool:
        return "cost" in self.__dict__

    def _priced(self, pairs: Pairs, moves: npt.NDArray[np.int16]) -> Array:
        """What pairs are charged: the Pair terms, and the price of their moves."""
        found: Array = np.multiply(moves, self.move_price, dtype=np.float64)
        for term in self.pair_terms:
            charge = self.pair_charge(term, pairs)
            if charge.ndim:
                found += charge
        return found

    def pair_points(self, plan: Plan) -> list[float]:
        """The points of the Pair terms under a plan (and the price of its moves), exactly, to be added up."""
        every = np.arange(len(plan))
        if self._is_priced and self.cost.dtype == np.float64:
            points: list[float] = self.cost[every, plan].tolist()
            return points
        return [*self.pair_parts(plan).ravel().tolist(), *(self.moves[every, plan] * self.move_price).tolist()]

    def pair_parts(self, plan: Plan) -> Array:
        """Pair terms × units: points under a plan, exactly. Not to be kept: the next plan is written over it."""
        last, parts = self._last
        changed = np.flatnonzero(plan != last)
        if len(changed):
            pairs = Pairs(self.problem, [self.units[g] for g in changed.tolist()], plan[changed])
            for k, term in enumerate(self.pair_terms):
                parts[k, changed] = self.pair_charge(term, pairs)
            last[changed] = plan[changed]
        return parts

    @cached_property
    def _last(self) -> tuple[Plan, Array]:
        """The plan that was asked for last, and its points: most plans are much like the one before."""
        return np.full(len(self.units), -1, dtype=np.intp), np.zeros((len(self.pair_terms), len(self.units)))

    def pair_charge(self, term: Term, pairs: Pairs) -> Array:
        """One Pair term's points for units with IROs."""
        assert isinstance(term.shape, Pair)
        charge: Array = self.problem.figures.weights[term.key] * term.shape.cost(pairs)
        return charge

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
        for term, parts in zip(self.pair_terms, self.pair_parts(plan), strict=True):
            found[term.key] = math.fsum(parts.tolist())
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
