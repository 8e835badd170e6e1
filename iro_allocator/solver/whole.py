"""A higher bound at national size: every IRO takes whole units, and every unit is bought from a purse of its own.

The prices of `prices` let an IRO have any load. Where caseloads are small that is most of the gap, for few units can
be moved, and their weights seldom add up to what an IRO should have. Here each unit `g` has a purse μ_g besides:

    LB(μ) = Σ_units μ_g + Σ_iros min_sets (Σ_{g in set} (cost_gi − μ_g) + charge_i(base_i + Σ weight_g))

is never above the cost of a plan: put the plan's own sets into the minima, and the purses cancel. From the cheapest
price as purse it begins at least where the prices end. Each minimum is a small dynamic programme over the few units
that are worth a thought at that IRO; whatever is left out of it costs more than a threshold, and the minimum is then
taken to be no more than that. Purses go up where nobody takes a unit and down where several do.
Source: Fisher, Jaikumar and Van Wassenhove (1986) for the bound, with a convex charge in the place of the capacity;
Polyak (1969) for the length of steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from iro_allocator.solver.arcs import Arcs, Positions
from iro_allocator.solver.board import Gauge
from iro_allocator.solver.prices import Dual, Prices
from iro_allocator.solver.problem import Array, Mask

REACH = 2.0
"""Points of reduced cost up to which an arc has a part in the minima."""
MOST = 1.0
"""Points a minimum may rise by above what the prices give the IRO."""
THOUGHT = 64
"""Units that are worth a thought at an IRO, at most."""
TOGETHER = 96
"""IROs whose minima are worked out at once."""
ROUNDS = 400
PATIENCE = 60
"""Rounds without a much better bound before it is left at that."""
ENOUGH = 0.002
"""The part of the gap that is much."""
LONGEST = 0.1
STEP = 0.001
"""Points by which a purse changes in the first rounds."""
GROUP = 10
"""Units that so many IROs could have at one price begin with a purse that few will take them at."""
HAIR = 1e-7
"""Points for rounding in a sum of an IRO."""


@dataclass(frozen=True, eq=False)
class _Charges:
    """Per IRO, charge − price · load above its least, for the loads (steps above the base) from `first` on.

    Beyond the window it is `beyond` or more.
    """

    first: npt.NDArray[np.int64]
    points: Array
    beyond: Array


def _charges(gauge: Gauge, dual: Dual, price: Array, k: int) -> _Charges:
    side, step = dual.sides[k], gauge.step / gauge.scale
    wanted = side.points - price[:, None] * side.at
    least = wanted.min(axis=1)
    best = np.rint(np.take_along_axis(side.at, wanted.argmin(axis=1)[:, None], axis=1)[:, 0] / step).astype(np.int64)
    share = float(dual.board.problem.share.max())
    around = int(1.25 * (MOST * max(share, 1e-9) / 50.0) ** 0.5 / step) + 2
    first = np.maximum(best - around, 0)
    at = first[:, None] + np.arange(2 * around + 1)
    every = np.arange(dual.size)[:, None]
    points = gauge.charge(every, gauge.base[:, None] + at * gauge.step) - price[:, None] * (at * step) - least[:, None]
    low = np.where(first > 0, points[:, 0], np.inf)
    # Convex, and rising at the far end: no load beyond has less.
    return _Charges(first, points, np.maximum(0.0, np.minimum(np.minimum(low, points[:, -1]), MOST)))


class _Minima:
    """The minima of all IROs, for purses that change."""

    def __init__(self, arcs: Arcs, weight: npt.NDArray[np.int64], charges: _Charges, size: int) -> None:
        order = np.lexsort((arcs.unit, arcs.iro))
        self.unit, self.iro, self.reduced = arcs.unit[order], arcs.iro[order], arcs.reduced[order]
        self.weight, self.charges, self.size = weight[self.unit], charges, size
        self.chosen: Mask = np.zeros(len(order), dtype=bool)

    def at(self, purse: Array, listed_to: float) -> Array:
        """Each IRO's minimum, with what they take in `chosen`. Arcs that are not listed cost `listed_to` more."""
        dearer = self.reduced - purse[self.unit]
        wished = dearer < 0
        n, charges = self.size, self.charges
        spent = np.bincount(self.iro[wished], dearer[wished], n)
        most = np.minimum(charges.beyond, max(0.0, listed_to - float(purse.max(initial=0.0))))
        # What they took before, or all they wish for, is dearer than the minimum.
        toggled = np.abs(dearer)
        for chosen in (self.chosen, wished):
            cost = np.bincount(self.iro, np.where(chosen != wished, toggled, 0.0), n)
            most = np.minimum(most, cost + self._charge(np.bincount(self.iro, self.weight * chosen, n)) + HAIR)
        open_ = np.flatnonzero(toggled < most[self.iro])
        open_ = open_[np.lexsort((toggled[open_], self.iro[open_]))]
        counts = np.bincount(self.iro[open_], minlength=n)
        firsts = np.cumsum(counts) - counts
        place = np.arange(len(open_)) - np.repeat(firsts, counts)
        for k in open_[place == THOUGHT].tolist():
            most[self.iro[k]] = toggled[k]
        open_, place = open_[place < THOUGHT], place[place < THOUGHT]
        counts = np.minimum(counts, THOUGHT)
        settled = wished.copy()
        settled[open_] = False
        have = np.bincount(self.iro, self.weight * settled, n).astype(np.int64)
        room = (charges.first + charges.points.shape[1] - 1 - have).astype(np.int64)
        self.chosen = settled
        found = most.copy()
        lanes = np.full((n, THOUGHT), -1, dtype=np.int64)
        lanes[self.iro[open_], place] = open_
        taking = np.flatnonzero(room >= 0)
        total = np.bincount(self.iro[open_], self.weight[open_], n).astype(np.int64)
        width: npt.NDArray[np.int64] = np.minimum(room, total)
        taking = taking[np.lexsort((counts[taking], width[taking]))]
        for begin in range(0, len(taking), TOGETHER):
            whose = taking[begin : begin + TOGETHER]
            self._deal(whose, lanes[whose, : int(counts[whose].max())], dearer, have[whose], width[whose], found)
        return np.asarray(spent + found, dtype=np.float64)

    def _charge(self, load: npt.NDArray[np.number]) -> Array:
        at = load.astype(np.int64) - self.charges.first
        last = self.charges.points.shape[1] - 1
        inside = (at >= 0) & (at <= last)
        return np.where(inside, self.charges.points[np.arange(self.size), at.clip(0, last)], np.inf)

    def _deal(
        self,
        whose: Positions,
        lanes: npt.NDArray[np.int64],
        dearer: Array,
        have: npt.NDArray[np.int64],
        width: npt.NDArray[np.int64],
        found: Array,
    ) -> None:
        """Some IROs' best choice among the units worth a thought, by what these weigh together."""
        there = lanes >= 0
        arc = np.where(there, lanes, 0)
        weight = np.where(there, self.weight[arc], 0)
        skip = np.where(there, np.maximum(-dearer[arc], 0.0), 0.0)
        take = np.where(there, np.maximum(dearer[arc], 0.0), np.inf)
        pad = int(weight.max(initial=0)) + 1
        states = int(width.max()) + 1
        best = np.full((len(whose), pad + states), np.inf)
        best[:, pad] = 0.0
        at = np.arange(len(whose))[:, None] * (pad + states) + pad + np.arange(states)
        flat, body = best.ravel(), best[:, pad:]
        taken = np.zeros((lanes.shape[1], len(whose), states), dtype=bool)
        for k in range(lanes.shape[1]):
            with_it = flat[at - weight[:, k, None]] + take[:, k, None]
            body += skip[:, k, None]
            np.less(with_it, body, out=taken[k])
            np.minimum(with_it, body, out=body)
        window = self.charges.points[whose]
        load = self.charges.first[whose, None] + np.arange(window.shape[1]) - have[:, None]
        inside = (load >= 0) & (load < states)
        rows = np.arange(len(whose))
        total = np.where(inside, body[rows[:, None], load.clip(0, states - 1)], np.inf) + window
        end = total.argmin(axis=1)
        found[whose] = np.minimum(found[whose], total[rows, end])
        left = load[rows, end].clip(0, states - 1)
        for k in range(lanes.shape[1] - 1, -1, -1):
            chosen = taken[k, rows, left] & there[:, k]
            self.chosen[arc[chosen, k]] = True
            left = left - np.where(chosen, weight[:, k], 0)


def raised(
    dual: Dual, prices: Prices, known: float, stop: Callable[[], bool], told: Callable[[float], None] | None = None
) -> float:
    """The bound of some prices, raised as far as whole units let it; `known` is what a plan costs."""
    board = dual.board
    k = next((k for k, gauge in enumerate(board.gauges) if gauge.measure == "load"), None)
    if k is None or not board.units:
        return prices.bound
    gauge = board.gauges[k]
    listed_to = min(prices.arcs.whole_to, REACH)
    arcs = prices.arcs.where(prices.arcs.reduced <= listed_to)
    charges = _charges(gauge, dual, dual.split(prices.values)[0][k], k)
    minima = _Minima(arcs, gauge.amount // gauge.step, charges, dual.size)
    purse = _first(arcs, len(board.units), listed_to)
    best, waited = prices.bound, 0
    step, before = np.full(len(purse), STEP), np.zeros(len(purse))
    for _ in range(ROUNDS):
        if stop() or waited > PATIENCE or known - best <= 0:
            break
        minimum = minima.at(purse, listed_to)
        bound = prices.bound + float(purse.sum()) + float(minimum.sum()) - HAIR * dual.size
        waited += 1
        if bound > best + ENOUGH * (known - best):
            waited = 0
        if bound > best:
            best = bound
            if told is not None:
                told(best)
        way = np.sign(1.0 - np.bincount(minima.unit[minima.chosen], minlength=len(purse)))
        turned = way * before
        step = np.where(turned > 0, np.minimum(step * 1.2, LONGEST), np.where(turned < 0, step * 0.5, step))
        before = np.where(way == 0, before, way)
        purse = np.minimum(purse + step * way, listed_to - MOST)
    return best


def _first(arcs: Arcs, units: int, listed_to: float) -> Array:
    """Purses to begin with: half of what the second choice costs more than the first."""
    firsts = arcs.firsts
    counts = np.diff(firsts, append=len(arcs.unit))
    second = np.full(units, listed_to)
    several = counts > 1
    second[several] = arcs.reduced[firsts[several] + 1]
    alike = np.bincount(arcs.unit[arcs.reduced < 0.05], minlength=units) >= GROUP
    return np.where(alike, -0.02, np.minimum(second / 2, listed_to - MOST))
