"""Prices: what one more case equivalent costs at each IRO, and a proven bound from them. No LP solver.

The Lagrangian dual over the loads: for any prices λ, and μ for a budget of moves,

    LB(λ, μ) = Σ_units min_iro (cost + Σ λ · amount + μ · moves) + Σ_iros min_total (charge − λ · total) − μ · budget

is never above the cost of any plan. The two minima are smoothed by a falling temperature and the smooth
function is climbed by Newton's method (`climb`); each stage is closed by the exact bound. At national size the same
is done by `wide`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from iro_allocator.solver import wide
from iro_allocator.solver.arcs import Arcs, Positions
from iro_allocator.solver.board import Board, Plan
from iro_allocator.solver.climb import Small, Step, floor, newton, softly
from iro_allocator.solver.lower import Kink, kink, pieces
from iro_allocator.solver.problem import Array

TEMPERATURES = (30.0, 8.0, 2.0, 0.8, 0.3, 0.12, 0.05, 0.02, 0.008, 0.003, 0.001)
"""Points; the bound lost to smoothing is about the temperature times the undecided units."""
BENT = 5_000_000
"""Amounts × IROs up to which the last kink of the charge for new children is looked for."""
OPEN = 120.0
"""A unit whose second choice is dearer by so many temperatures is settled for this temperature."""
WIDE = 5_000_000
"""Units × IROs up to which the whole matrix is looked at."""
BLOCK = 1_000_000
"""Units × IROs that are worked on at once."""
MANY = 100
"""IROs up to whom Newton's steps take a matrix of prices × prices."""


@dataclass(frozen=True, eq=False)
class Prices:
    """A proven bound with the prices that prove it.

    The bound rises by at least an arc's reduced cost when the unit goes there: an arc whose reduced cost
    exceeds (best known − bound) stands in no better plan. `least` is what each unit's cheapest arc costs
    under the prices, `lowest` per gauge and IRO the least charge less price of any total.
    """

    dual: Dual = field(repr=False)
    bound: float
    values: Array
    arcs: Arcs
    least: Array = field(repr=False)
    lowest: tuple[Array, ...] = field(repr=False)

    def excess(self, plan: Plan) -> Array:
        """Per IRO, by how much a plan is dearer there than the bound: what a change could at most save."""
        board, size = self.dual.board, self.dual.size
        every = np.arange(len(plan))
        prices, mu = self.dual.split(self.values)
        dearer = board.cost[every, plan] - self.least
        found = np.zeros(size)
        for gauge, side, price, lowest in zip(board.gauges, self.dual.sides, prices, self.lowest, strict=True):
            amount = side.counted(every, plan)
            dearer += price[plan] * amount
            found += gauge.charge(np.arange(size), gauge.totals(plan)) - lowest
            found -= price * np.bincount(plan, amount, size)
        dearer += mu * board.moves[every, plan]
        return found + np.bincount(plan, dearer, size)


@dataclass(frozen=True, eq=False)
class Side:
    """One gauge's side of the dual: amounts per unit, and corners of the charges per IRO (padded).

    With a kink, what a unit counts beyond it is charged with its arcs.
    """

    amount: Array
    at: Array
    points: Array
    kink: Kink | None

    def counted(self, unit: Positions, iro: Positions) -> Array:
        """How much some units count at some IROs."""
        amount = self.amount[unit]
        return amount if self.kink is None else self.kink.within(amount, iro)

    def charged(self, unit: Positions, iro: Positions) -> Array:
        """Points that go with these arcs."""
        return np.zeros(len(unit)) if self.kink is None else self.kink.beyond(self.amount[unit], iro)

    def nearby(self, price: Array, reach: float) -> tuple[Array, Array]:
        """Corners of the charges that are nearly the best at these prices (IROs × as many as it takes), and points."""
        wanted = self.points - price[:, None] * self.at
        near = wanted - wanted.min(axis=1, keepdims=True) < reach
        # The charges are convex, so what is near stands together.
        first, last = near.argmax(axis=1), near.shape[1] - 1 - near[:, ::-1].argmax(axis=1)
        columns = np.minimum(first[:, None] + np.arange(int((last - first).max()) + 1), near.shape[1] - 1)
        return np.take_along_axis(self.at, columns, axis=1), np.take_along_axis(self.points, columns, axis=1)


def is_wide(board: Board) -> bool:
    """Whether a board is of national size: too large for a matrix of all arcs, or of all prices."""
    return board.allowed.size > WIDE or len(board.problem.iros) > MANY


class Dual:
    """The dual function of a board; keeps its tables so that prices can be found again and again.

    A wide board's prices are found by `wide`. `like` is the dual of a board with the same gauges.
    """

    def __init__(self, board: Board, like: Dual | None = None) -> None:
        self.board = board
        self.size = len(board.problem.iros)
        self.budgeted = board.budget is not None
        self.wide = is_wide(board)
        self.sides: list[Side] = like.sides if like else [self._side(g) for g in range(len(board.gauges))]

    def _side(self, g: int) -> Side:
        board, gauge = self.board, self.board.gauges[g]
        most = np.zeros(self.size, dtype=np.int64)
        for rows in self._blocks():
            most += np.where(board.allowed[rows], gauge.amount[rows, None], 0).sum(axis=0)
        tables = []
        furthest = int(most.max(initial=0))
        bend = kink(gauge, furthest) if gauge.measure == "new" and furthest * self.size <= BENT else None
        for i in range(self.size):
            share = float(board.problem.share[i])
            centre = share - gauge.base[i] / gauge.scale
            tables.append(pieces(gauge, i, int(most[i]), centre, 0.15 * share + 1, 0.0005))
        width = max(len(table.at) for table in tables)
        # Padding repeats the last corner: it changes no minimum.
        at = np.array([np.pad(table.at, (0, width - len(table.at)), mode="edge") for table in tables])
        points = np.array([np.pad(table.points, (0, width - len(table.at)), mode="edge") for table in tables])
        return Side(gauge.amount / gauge.scale, at, points, bend)

    def _blocks(self) -> Iterator[slice]:
        """The units in blocks that fit into memory beside everything else."""
        rows = max(1, BLOCK // max(1, self.size))
        return (slice(first, first + rows) for first in range(0, max(1, len(self.board.units)), rows))

    @property
    def variables(self) -> int:
        """How many prices there are."""
        return self.size * len(self.sides) + self.budgeted

    def split(self, values: Array) -> tuple[list[Array], float]:
        """Prices per gauge, and the price of a move."""
        n = self.size
        mu = float(values[-1]) if self.budgeted else 0.0
        return [values[k * n : (k + 1) * n] for k in range(len(self.sides))], mu

    def priced(self, rows: slice, values: Array) -> Array:
        """What each arc of some units costs under the prices (units × IROs)."""
        prices, mu = self.split(values)
        found: Array = self.board.cost[rows].astype(np.float64)
        every = np.arange(self.size)
        for side, price in zip(self.sides, prices, strict=True):
            if side.kink is None:
                found += side.amount[rows, None] * price
                continue
            amount = side.amount[rows, None]
            some = np.flatnonzero(amount)
            found[some] += side.kink.within(amount[some], every) * price + side.kink.beyond(amount[some], every)
        if mu:
            found += mu * self.board.moves[rows]
        return found

    def lowest(self, values: Array) -> tuple[Array, ...]:
        """Per gauge and IRO, the least charge less price of any total."""
        return tuple(
            (side.points - price[:, None] * side.at).min(axis=1)
            for side, price in zip(self.sides, self.split(values)[0], strict=True)
        )

    def from_loads(self, values: Array) -> float:
        """What the loads, and the budget, bring to the bound at these prices."""
        mu = self.split(values)[1]
        return sum((float(low.sum()) for low in self.lowest(values)), -mu * (self.board.budget or 0))

    def exact(self, values: Array) -> Prices:
        """The proven bound at these prices, and the arcs by reduced cost."""
        if self.wide and (near := wide.near(self, values, lambda: False)):
            return self.with_arcs(values, *near)
        priced = self.priced(slice(None), values)
        least = priced.min(axis=1)
        priced -= least[:, None]
        return self.with_arcs(values, Arcs.among(self.board.allowed, priced), least)

    def with_arcs(self, values: Array, arcs: Arcs, least: Array) -> Prices:
        """The proven bound, where these are the arcs and what each unit's cheapest costs at these prices."""
        bound = self.from_loads(values) + float(least.sum())
        return Prices(self, bound, values, arcs, least, self.lowest(values))


class _Stage:
    """The smoothed dual of a service at one temperature, over the units and loads that are still open there.

    A unit whose second choice is far dearer stays where it is, and so do loads far from the best one: both
    are left to the exact bound, which closes the stage. Arcs are reckoned in four bytes, from where the
    stage begins.
    """

    def __init__(self, dual: Dual, values: Array, temperature: float) -> None:
        self.dual, self.temperature, self.begin = dual, temperature, values
        board, reach = dual.board, OPEN * temperature
        priced = dual.priced(slice(None), values)
        first = priced.argmin(axis=1)
        every = np.arange(len(first))
        least = priced[every, first]
        priced[every, first] = np.inf
        is_open = priced.min(axis=1) - least < reach
        priced[every, first] = least
        settled = np.flatnonzero(~is_open)
        there = first[settled]
        self.value = float(least.sum())
        self.dearer = (priced[is_open] - least[is_open, None]).astype(np.float32)
        self.moves = board.moves[is_open].astype(np.float32)
        units, iros = np.flatnonzero(is_open)[:, None], np.arange(dual.size)
        # Units × 1, or units × IROs where it makes a difference who.
        self.amounts = [side.counted(units, iros).astype(np.float32) for side in dual.sides]
        # The open units that a gauge counts at all: few, for new children.
        self.some = [np.flatnonzero(side.amount[is_open]) for side in dual.sides]
        self.coming = [np.bincount(there, side.counted(settled, there), dual.size) for side in dual.sides]
        self.moved = float(board.moves[settled, there].sum()) - (board.budget or 0)
        self.value -= dual.split(values)[1] * (board.budget or 0)
        self.corners = [
            side.nearby(price, reach) for side, price in zip(dual.sides, dual.split(values)[0], strict=True)
        ]

    def at(self, values: Array) -> _Smooth:
        """Value, gradient and what the curvature is made of, at some prices."""
        dual, temperature = self.dual, self.temperature
        prices, _ = dual.split(values)
        more, moves_more = dual.split(values - self.begin)
        priced = self.dearer + np.float32(moves_more) * self.moves if moves_more else self.dearer.copy()
        for amount, rows, price in zip(self.amounts, self.some, more, strict=True):
            dearer = amount[rows] * price.astype(np.float32)
            if len(rows) == len(amount):
                priced += dearer
            else:
                priced[rows] += dearer
        least, part = softly(priced, temperature)
        value = self.value + float(least.sum(dtype=np.float64)) + moves_more * self.moved
        gradient = np.zeros(dual.variables)
        spread = []
        for k, price in enumerate(prices):
            at, points = self.corners[k]
            low, weight = softly(points - price[:, None] * at, temperature)
            there = (weight * at).sum(axis=1)
            spread.append((weight * at**2).sum(axis=1) - there**2)
            value += float(low.sum()) + float(more[k] @ self.coming[k])
            coming = _coming(self.amounts[k][self.some[k]], part[self.some[k]])
            gradient[k * dual.size : (k + 1) * dual.size] = coming + self.coming[k] - there
        if dual.budgeted:
            gradient[-1] = float((self.moves * part).sum(dtype=np.float64)) + self.moved
        return _Smooth(value, gradient, part, spread)

    @property
    def budgeted(self) -> bool:
        """Whether the last price is that of a move."""
        return self.dual.budgeted

    def step_from(self, there: _Smooth) -> Step:
        """Newton's steps, by the whole matrix of prices × prices."""
        curvature = self._curvature(there)
        least = floor(np.diag(curvature))

        def step(damping: float, held: bool) -> Array:
            free = slice(0, len(least) - held)
            found = np.zeros(len(least))
            damped = (curvature + np.diag(damping * least))[free, free]
            found[free] = np.linalg.solve(damped, there.gradient[free])
            return found

        return step

    def _curvature(self, smooth: _Smooth) -> Array:
        """The negated second derivative (prices × prices)."""
        n = self.dual.size
        found = np.zeros((self.dual.variables, self.dual.variables))
        own = np.arange(n)
        for k, amount in enumerate(self.amounts):
            some, rows = self.some[k], slice(k * n, (k + 1) * n)
            ours = smooth.part[some] * amount[some]
            for other in range(k + 1):
                columns = slice(other * n, (other + 1) * n)
                theirs = smooth.part[some] * self.amounts[other][some]
                block = -(ours.T @ theirs)
                block[own, own] += _coming(amount[some], theirs)
                found[rows, columns] = block
                found[columns, rows] = block.T
            found[rows, rows][own, own] += smooth.spread[k]
        if self.dual.budgeted:
            part = smooth.part
            mean = (self.moves * part).sum(axis=1)
            found[-1, -1] = float((self.moves**2 * part).sum() - (mean**2).sum())
            for k, amount in enumerate(self.amounts):
                rows = slice(k * n, (k + 1) * n)
                found[-1, rows] = found[rows, -1] = _coming(amount, part * (self.moves - mean[:, None]))
        return found / self.temperature


@dataclass(frozen=True, eq=False)
class _Smooth:
    """The smoothed dual at some prices: each open unit's parts by IRO, each gauge's spread of loads per IRO."""

    value: float
    gradient: Array
    part: Array
    spread: list[Array]


def _coming(amount: Array | Small, part: Array | Small) -> Array:
    """What comes to each IRO, of amounts (units × IROs, or × 1) in these parts (units × IROs)."""
    found: Array = (amount.T @ part)[0] if amount.shape[1] == 1 else (amount * part).sum(axis=0)
    return found


def find(
    dual: Dual,
    start: Array | None = None,
    stop: Callable[[], bool] | None = None,
    temperatures: Sequence[float] = TEMPERATURES,
) -> Prices:
    """Climb to (nearly) the best bound, from prices of 0 or from a warm start, at falling temperatures."""
    values = np.zeros(dual.variables) if start is None else start
    if dual.wide and dual.board.units and dual.variables:
        return wide.find(dual, start, stop)
    best = values
    if dual.board.units and dual.variables:
        bound = wide.exact(dual, values)
        for temperature in temperatures:
            values = newton(_Stage(dual, values, temperature), values)
            if (found := wide.exact(dual, values)) > bound:
                best, bound = values, found
            if stop is not None and stop():
                break
    return dual.exact(best)
