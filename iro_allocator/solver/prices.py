"""Prices: what one more case equivalent costs at each IRO, and a proven bound from them. No LP solver.

The Lagrangian dual over the loads: for any prices λ, and μ for a budget of moves,

    LB(λ, μ) = Σ_units min_iro (cost + Σ λ · amount + μ · moves) + Σ_iros min_total (charge − λ · total) − μ · budget

is never above the cost of any plan. The two minima are smoothed by a falling temperature and the smooth
function is climbed with L-BFGS; each stage is closed by the exact bound at its prices.
Source: Nesterov, Smooth minimization of non-smooth functions (2005); Liu and Nocedal (1989) for L-BFGS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from iro_allocator.solver.board import Board
from iro_allocator.solver.lower import Pieces, pieces
from iro_allocator.solver.problem import Array

TEMPERATURES = (8.0, 2.0, 0.5, 0.15, 0.05)
"""Points; the bound lost to smoothing is about the temperature times the undecided units."""
ITERATIONS = 40
MEMORY = 12


@dataclass(frozen=True, eq=False)
class Prices:
    """A proven bound with the prices that prove it.

    `reduced` is units × IROs: the bound rises by at least this when the unit goes there (infinite where
    it may not). An arc whose reduced cost exceeds (best known − bound) stands in no better plan.
    """

    bound: float
    values: Array
    reduced: Array


@dataclass(frozen=True, eq=False)
class _Side:
    """One gauge's side of the dual: amounts per unit, and corners of the charges per IRO (padded)."""

    amount: Array
    at: Array
    points: Array


class Dual:
    """The dual function of a board; keeps its tables so that prices can be found again and again."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.cost = board.cost
        self.moves = board.moves.astype(float) if board.budget is not None else None
        self.size = len(board.problem.iros)
        self.sides = [self._side(g) for g in range(len(board.gauges))]
        self.fixed = sum(float(side.points[:, 0].sum()) for side in self.sides)

    def _side(self, g: int) -> _Side:
        board, gauge = self.board, self.board.gauges[g]
        most = np.where(board.allowed, gauge.amount[:, None], 0).sum(axis=0)
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

    @property
    def variables(self) -> int:
        """How many prices there are."""
        return self.size * len(self.sides) + (self.moves is not None)

    def split(self, values: Array) -> tuple[list[Array], float]:
        """Prices per gauge, and the price of a move."""
        n = self.size
        mu = float(values[-1]) if self.moves is not None else 0.0
        return [values[k * n : (k + 1) * n] for k in range(len(self.sides))], mu

    def priced(self, values: Array) -> Array:
        """Units × IROs: what each arc costs under the prices."""
        prices, mu = self.split(values)
        found = self.cost
        for side, price in zip(self.sides, prices, strict=True):
            found = found + side.amount[:, None] * price[None, :]
        if self.moves is not None:
            found = found + mu * self.moves
        return found

    def exact(self, values: Array) -> Prices:
        """The proven bound at these prices."""
        prices, mu = self.split(values)
        priced = self.priced(values)
        least = priced.min(axis=1) if len(priced) else np.zeros(0)
        bound = float(least.sum())
        for side, price in zip(self.sides, prices, strict=True):
            bound += float((side.points - price[:, None] * side.at).min(axis=1).sum())
        bound -= mu * (self.board.budget or 0)
        return Prices(bound, values, priced - least[:, None])

    def smooth(self, values: Array, temperature: float) -> tuple[float, Array]:
        """The smoothed dual (to be maximised) and its gradient."""
        prices, mu = self.split(values)
        priced = self.priced(values)
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
            total_there = (weight / whole * side.at).sum(axis=1)
            gradient[k * self.size : (k + 1) * self.size] = side.amount @ part - total_there
        if self.moves is not None:
            value -= mu * (self.board.budget or 0)
            gradient[-1] = float((self.moves * part).sum()) - (self.board.budget or 0)
        return value, gradient


def find(dual: Dual, start: Array | None = None, stop: Callable[[], bool] | None = None) -> Prices:
    """Climb to (nearly) the best bound, from prices of 0 or from a warm start."""
    values = np.zeros(dual.variables) if start is None else start
    best = dual.exact(values)
    if not len(dual.cost) or not dual.variables:
        return best
    for temperature in TEMPERATURES if start is None else TEMPERATURES[2:]:
        values = _climb(dual, values, temperature)
        found = dual.exact(values)
        if found.bound > best.bound:
            best = found
        if stop is not None and stop():
            break
    return best


def _climb(dual: Dual, values: Array, temperature: float) -> Array:
    """L-BFGS with halving steps on the negated smoothed dual; the price of a move stays at 0 or above."""
    budgeted = dual.moves is not None

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
