"""Prices: what one more case equivalent costs at each IRO, and a proven bound from them. No LP solver.

The Lagrangian dual over the loads: for any prices λ, and μ for a budget of moves,

    LB(λ, μ) = Σ_units min_iro (cost + Σ λ · amount + μ · moves) + Σ_iros min_total (charge − λ · total) − μ · budget

is never above the cost of any plan. The two minima are smoothed by a falling temperature and the smooth
function is climbed by Newton's method (L-BFGS at national size); each stage is closed by the exact bound.
Source: Nesterov, Smooth minimization of non-smooth functions (2005); Marquardt (1963) for the damping of
Newton's steps; Liu and Nocedal (1989) for L-BFGS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from iro_allocator.solver.arcs import Arcs
from iro_allocator.solver.board import Board, Plan
from iro_allocator.solver.lower import Pieces, pieces
from iro_allocator.solver.problem import Array

TEMPERATURES = (30.0, 8.0, 2.0, 0.8, 0.3, 0.12, 0.05, 0.02, 0.008, 0.003, 0.001)
"""Points; the bound lost to smoothing is about the temperature times the undecided units."""
STEPS = 20
"""Newton's steps at one temperature."""
OPEN = 120.0
"""A unit whose second choice is dearer by so many temperatures is settled for this temperature."""
NOTHING = 1e-30
"""A part of a choice that is none."""
COARSE = (8.0, 2.0, 0.5, 0.15, 0.05)
"""The temperatures at national size."""
ITERATIONS = 40
REFRESHED = 4
"""Times the arcs that are looked at are chosen anew at one temperature, at national size."""
MEMORY = 12
WIDE = 5_000_000
"""Units × IROs up to which the whole matrix is looked at."""
BLOCK = 1_000_000
"""Units × IROs that are worked on at once."""
CANDIDATES = 48
"""Arcs of each unit that are looked at beyond."""


@dataclass(frozen=True, eq=False)
class Prices:
    """A proven bound with the prices that prove it.

    The bound rises by at least an arc's reduced cost when the unit goes there: an arc whose reduced cost
    exceeds (best known − bound) stands in no better plan. `least` is what each unit's cheapest arc costs
    under the prices, `lowest` per gauge and IRO the least charge less price of any total.
    """

    board: Board = field(repr=False)
    bound: float
    values: Array
    arcs: Arcs
    least: Array = field(repr=False)
    lowest: tuple[Array, ...] = field(repr=False)

    def excess(self, plan: Plan) -> Array:
        """Per IRO, by how much a plan is dearer there than the bound: what a change could at most save."""
        board = self.board
        size, every = len(board.problem.iros), np.arange(len(plan))
        dearer = board.cost[every, plan] - self.least
        found = np.zeros(size)
        for k, (gauge, lowest) in enumerate(zip(board.gauges, self.lowest, strict=True)):
            price = self.values[k * size : (k + 1) * size]
            dearer += price[plan] * gauge.amount / gauge.scale
            totals = gauge.totals(plan)
            found += gauge.charge(np.arange(size), totals) - price * (totals - gauge.base) / gauge.scale - lowest
        if board.budget is not None:
            dearer += self.values[-1] * board.moves[every, plan]
        return found + np.bincount(plan, dearer, size)


@dataclass(frozen=True, eq=False)
class _Side:
    """One gauge's side of the dual: amounts per unit, and corners of the charges per IRO (padded)."""

    amount: Array
    at: Array
    points: Array


@dataclass(frozen=True, eq=False)
class _View:
    """What the smoothed dual looks at: each unit's arcs in a row. `iro` None means one column an IRO."""

    cost: Array
    moves: Array | None
    iro: npt.NDArray[np.intp] | None


class Dual:
    """The dual function of a board; keeps its tables so that prices can be found again and again.

    A national board is looked at through each unit's cheapest arcs at the latest prices; the bound is
    always taken over all of them, block by block.
    """

    def __init__(self, board: Board) -> None:
        self.board = board
        self.size = len(board.problem.iros)
        self.budgeted = board.budget is not None
        self.sides = [self._side(g) for g in range(len(board.gauges))]
        self.wide = board.cost.size > WIDE
        self.view: _View | None = None
        if not self.wide:
            self.view = _View(board.cost, board.moves.astype(float) if self.budgeted else None, None)

    def _side(self, g: int) -> _Side:
        board, gauge = self.board, self.board.gauges[g]
        most = np.zeros(self.size, dtype=np.int64)
        for rows in self._blocks():
            most += np.where(board.allowed[rows], gauge.amount[rows, None], 0).sum(axis=0)
        tables: list[Pieces] = []
        for i in range(self.size):
            share = float(board.problem.share[i])
            centre = share - gauge.base[i] / gauge.scale
            tables.append(pieces(gauge, i, int(most[i]), centre, 0.15 * share + 1, 0.0005))
        width = max(len(table.at) for table in tables)
        # Padding repeats the last corner: it changes no minimum.
        at = np.array([np.pad(table.at, (0, width - len(table.at)), mode="edge") for table in tables])
        points = np.array([np.pad(table.points, (0, width - len(table.at)), mode="edge") for table in tables])
        return _Side(gauge.amount / gauge.scale, at, points)

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
        for side, price in zip(self.sides, prices, strict=True):
            found += side.amount[rows, None] * price[None, :]
        if mu:
            found += mu * self.board.moves[rows]
        return found

    def exact(self, values: Array) -> Prices:
        """The proven bound at these prices, and the arcs by reduced cost."""
        prices, mu = self.split(values)
        lowest = tuple(
            (side.points - price[:, None] * side.at).min(axis=1) for side, price in zip(self.sides, prices, strict=True)
        )
        bound = sum((float(low.sum()) for low in lowest), -mu * (self.board.budget or 0))
        found: list[Arcs] = []
        leasts: list[Array] = []
        for rows in self._blocks():
            priced = self.priced(rows, values)
            least = priced.min(axis=1, keepdims=True)
            bound += float(least.sum())
            leasts.append(least[:, 0])
            priced -= least
            if self.wide:
                found.append(self._cheapest(rows, priced))
            else:
                found.append(Arcs.among(self.board.allowed[rows], priced))
                found[-1] = replace(found[-1], unit=found[-1].unit + rows.start)
        arcs = Arcs(
            np.concatenate([part.unit for part in found]),
            np.concatenate([part.iro for part in found]),
            np.concatenate([part.reduced for part in found]),
            min(part.whole_to for part in found),
        )
        if self.wide:
            self._look_at(arcs)
        return Prices(self.board, bound, values, arcs, np.concatenate(leasts), lowest)

    def _cheapest(self, rows: slice, reduced: Array) -> Arcs:
        """Each unit's cheapest arcs, and one by which no more held children move than must."""
        kept = min(CANDIDATES, self.size - 1)
        part = np.argpartition(reduced, kept, axis=1)
        whole_to = float(np.take_along_axis(reduced, part[:, kept:], axis=1).min(axis=1).min())
        allowed, moves = self.board.allowed[rows], self.board.moves[rows]
        calm = np.where(allowed, moves, np.iinfo(moves.dtype).max).argmin(axis=1)
        iro = np.concatenate([part[:, :kept], calm[:, None]], axis=1)
        unit = np.broadcast_to(np.arange(len(iro))[:, None], iro.shape)
        once = np.ones(iro.shape, dtype=bool)
        once[:, -1] = ~(part[:, :kept] == calm[:, None]).any(axis=1)
        once &= np.take_along_axis(allowed, iro, axis=1)
        unit, iro = unit[once], iro[once]
        return Arcs.of(unit + rows.start, iro, reduced[unit, iro], whole_to)

    def _look_at(self, arcs: Arcs) -> None:
        """Look at these arcs only, a row a unit; short rows are filled with what is never chosen."""
        firsts = arcs.firsts
        counts = np.diff(firsts, append=len(arcs.unit))
        column = np.arange(len(arcs.unit)) - np.repeat(firsts, counts)
        shape = (len(firsts), int(counts.max()))
        cost, iro = np.full(shape, np.inf), np.zeros(shape, dtype=np.intp)
        cost[arcs.unit, column] = self.board.cost[arcs.unit, arcs.iro]
        iro[arcs.unit, column] = arcs.iro
        moves = None
        if self.budgeted:
            moves = np.zeros(shape)
            moves[arcs.unit, column] = self.board.moves[arcs.unit, arcs.iro]
        self.view = _View(cost, moves, iro)

    def smooth(self, values: Array, temperature: float) -> tuple[float, Array]:
        """The smoothed dual (to be maximised) and its gradient."""
        assert self.view is not None
        cost, moves, iro = self.view.cost, self.view.moves, self.view.iro
        prices, mu = self.split(values)
        priced = cost
        for side, price in zip(self.sides, prices, strict=True):
            priced = priced + side.amount[:, None] * (price[None, :] if iro is None else price[iro])
        if moves is not None:
            priced = priced + mu * moves
        least = priced.min(axis=1, keepdims=True)
        part = np.exp((least - priced) / temperature)
        total = part.sum(axis=1, keepdims=True)
        part /= total
        value = float((least - temperature * np.log(total)).sum())
        gradient = np.zeros(self.variables)
        for k, (side, price) in enumerate(zip(self.sides, prices, strict=True)):
            wanted = side.points - price[:, None] * side.at
            low = wanted.min(axis=1, keepdims=True)
            weight = np.exp((low - wanted) / temperature)
            whole = weight.sum(axis=1, keepdims=True)
            value += float((low - temperature * np.log(whole)).sum())
            there = (weight / whole * side.at).sum(axis=1)
            if iro is None:
                coming = side.amount @ part
            else:
                coming = np.bincount(iro.ravel(), (side.amount[:, None] * part).ravel(), self.size)
            gradient[k * self.size : (k + 1) * self.size] = coming - there
        if moves is not None:
            value -= mu * (self.board.budget or 0)
            gradient[-1] = float((moves * part).sum()) - (self.board.budget or 0)
        return value, gradient


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
        self.amounts = [side.amount[is_open].astype(np.float32) for side in dual.sides]
        # The open units that a gauge counts at all: few, for new children.
        self.counted = [np.flatnonzero(amount) for amount in self.amounts]
        self.coming = [np.bincount(there, side.amount[settled], dual.size) for side in dual.sides]
        self.moved = float(board.moves[settled, there].sum()) - (board.budget or 0)
        self.value -= dual.split(values)[1] * (board.budget or 0)
        self.corners = [
            _nearby(side, price, reach) for side, price in zip(dual.sides, dual.split(values)[0], strict=True)
        ]

    def at(self, values: Array) -> _Smooth:
        """Value, gradient and what the curvature is made of, at some prices."""
        dual, temperature = self.dual, self.temperature
        prices, _ = dual.split(values)
        more, moves_more = dual.split(values - self.begin)
        priced = self.dearer + np.float32(moves_more) * self.moves if moves_more else self.dearer.copy()
        for amount, rows, price in zip(self.amounts, self.counted, more, strict=True):
            dearer = amount[rows, None] * price.astype(np.float32)
            if len(rows) == len(amount):
                priced += dearer
            else:
                priced[rows] += dearer
        least, part = _softly(priced, temperature)
        value = self.value + float(least.sum(dtype=np.float64)) + moves_more * self.moved
        gradient = np.zeros(dual.variables)
        spread = []
        for k, price in enumerate(prices):
            at, points = self.corners[k]
            low, weight = _softly(points - price[:, None] * at, temperature)
            there = (weight * at).sum(axis=1)
            spread.append((weight * at**2).sum(axis=1) - there**2)
            value += float(low.sum()) + float(more[k] @ self.coming[k])
            coming = self.amounts[k][self.counted[k]] @ part[self.counted[k]]
            gradient[k * dual.size : (k + 1) * dual.size] = coming + self.coming[k] - there
        if dual.budgeted:
            gradient[-1] = float((self.moves * part).sum(dtype=np.float64)) + self.moved
        return _Smooth(value, gradient, part, spread)

    def curvature(self, smooth: _Smooth) -> Array:
        """The negated second derivative (prices × prices)."""
        n = self.dual.size
        found = np.zeros((self.dual.variables, self.dual.variables))
        own = np.arange(n)
        for k, amount in enumerate(self.amounts):
            counted, rows = self.counted[k], slice(k * n, (k + 1) * n)
            part = smooth.part[counted]
            for other in range(k + 1):
                columns = slice(other * n, (other + 1) * n)
                weighed = part * (amount * self.amounts[other])[counted, None]
                block = -(part.T @ weighed)
                block[own, own] += weighed.sum(axis=0)
                found[rows, columns] = block
                found[columns, rows] = block.T
            found[rows, rows][own, own] += smooth.spread[k]
        if self.dual.budgeted:
            part = smooth.part
            mean = (self.moves * part).sum(axis=1)
            found[-1, -1] = float((self.moves**2 * part).sum() - (mean**2).sum())
            for k, amount in enumerate(self.amounts):
                rows = slice(k * n, (k + 1) * n)
                found[-1, rows] = found[rows, -1] = amount @ (part * (self.moves - mean[:, None]))
        return found / self.temperature


@dataclass(frozen=True, eq=False)
class _Smooth:
    """The smoothed dual at some prices: each open unit's parts by IRO, each gauge's spread of loads per IRO."""

    value: float
    gradient: Array
    part: Array
    spread: list[Array]


def _softly(values: Array, temperature: float) -> tuple[Array, Array]:
    """Each row's smoothed minimum, and the parts that its entries have in it."""
    least = values.min(axis=1, keepdims=True)
    part: Array = np.exp((least - values) / temperature)
    # Products of next to nothing are slow, and nothing.
    part[part < NOTHING] = 0.0
    total = part.sum(axis=1, keepdims=True)
    part /= total
    return least - temperature * np.log(total), part


def _nearby(side: _Side, price: Array, reach: float) -> tuple[Array, Array]:
    """The corners of the charges that are nearly the best ones at these prices (IROs × as many as it takes)."""
    wanted = side.points - price[:, None] * side.at
    near = wanted - wanted.min(axis=1, keepdims=True) < reach
    # The charges are convex, so what is near stands together.
    first, last = near.argmax(axis=1), near.shape[1] - 1 - near[:, ::-1].argmax(axis=1)
    columns = np.minimum(first[:, None] + np.arange(int((last - first).max()) + 1), near.shape[1] - 1)
    return np.take_along_axis(side.at, columns, axis=1), np.take_along_axis(side.points, columns, axis=1)


def find(
    dual: Dual,
    start: Array | None = None,
    stop: Callable[[], bool] | None = None,
    temperatures: Sequence[float] = TEMPERATURES,
) -> Prices:
    """Climb to (nearly) the best bound, from prices of 0 or from a warm start, at falling temperatures."""
    values = np.zeros(dual.variables) if start is None else start
    best = dual.exact(values)
    if not dual.board.units or not dual.variables:
        return best
    if dual.wide:
        return _find_wide(dual, values, best, stop)
    for temperature in temperatures:
        values = _newton(_Stage(dual, values, temperature), values)
        found = dual.exact(values)
        if found.bound > best.bound:
            best = found
        if stop is not None and stop():
            break
    return best


def _find_wide(dual: Dual, values: Array, best: Prices, stop: Callable[[], bool] | None) -> Prices:
    for temperature in COARSE:
        for _ in range(REFRESHED):
            values = _climb(dual, values, temperature)
            found = dual.exact(values)
            gained = found.bound - best.bound
            if gained > 0:
                best = found
            # Other arcs have become the cheapest: climb again among them.
            if gained < 1e-3 * abs(found.bound):
                break
        if stop is not None and stop():
            break
    return best


def _newton(stage: _Stage, values: Array) -> Array:
    """Damped Newton steps up the smoothed dual; the price of a move stays at 0 or above."""
    now, damping = stage.at(values), 0.01
    for _ in range(STEPS):
        curvature = stage.curvature(now)
        diagonal = np.diag(curvature)
        # Where nothing is at stake the dual is flat: a little of everybody's curvature keeps steps short there.
        floor = diagonal + 0.01 * float(diagonal.mean()) + 1e-9
        free = np.ones(len(values), dtype=bool)
        if stage.dual.budgeted and values[-1] <= 0 and now.gradient[-1] < 0:
            free[-1] = False
        better = None
        for _ in range(6):
            step = np.zeros(len(values))
            damped = curvature + np.diag(damping * floor)
            step[free] = np.linalg.solve(damped[np.ix_(free, free)], now.gradient[free])
            promised = float(step @ now.gradient)
            if promised < 0.1 * stage.temperature:
                return values
            trial = values + step
            if stage.dual.budgeted:
                trial[-1] = max(trial[-1], 0.0)
            after = stage.at(trial)
            gained = (after.value - now.value) / promised
            if gained > 0.05:
                better = trial, after
                damping = max(1e-6, damping * (0.2 if gained > 0.4 else 1.0))
                break
            damping = min(max(damping, 1e-4) * 10, 1e6)
        if better is None:
            break
        values, now = better
    return values


def _climb(dual: Dual, values: Array, temperature: float) -> Array:
    """L-BFGS with halving steps on the negated smoothed dual; the price of a move stays at 0 or above."""
    budgeted = dual.budgeted

    def projected(point: Array) -> Array:
        if budgeted and point[-1] < 0:
            point = point.copy()
            point[-1] = 0.0
        return point

    value, gradient = dual.smooth(values, temperature)
    past: list[tuple[Array, Array, float]] = []
    for _ in range(ITERATIONS):
        direction = gradient.copy()
        if budgeted and values[-1] <= 0 and gradient[-1] < 0:
            direction[-1] = 0.0
        alphas = []
        for change, turn, curve in reversed(past):
            alpha = float(change @ direction) / curve
            alphas.append(alpha)
            direction -= alpha * turn
        if past:
            change, turn, curve = past[-1]
            direction *= curve / float(turn @ turn)
        else:
            direction /= max(1.0, float(np.abs(direction).max()) / 2.0)
        for (change, turn, curve), alpha in zip(past, reversed(alphas), strict=True):
            direction += (alpha - float(turn @ direction) / curve) * change
        slope = float(direction @ gradient)
        if slope <= 1e-9:
            break
        length = 1.0
        while True:
            trial = projected(values + length * direction)
            trial_value, trial_gradient = dual.smooth(trial, temperature)
            if trial_value >= value + 1e-4 * float(gradient @ (trial - values)) or length < 1e-3:
                break
            length *= 0.4
        if trial_value <= value:
            break
        change, turn = trial - values, gradient - trial_gradient
        curve = float(change @ turn)
        if curve > 1e-12:
            past = [*past[-MEMORY + 1 :], (change, turn, curve)]
        gained = trial_value - value
        values, value, gradient = trial, trial_value, trial_gradient
        if gained < 1e-3 * temperature:
            break
    return values
