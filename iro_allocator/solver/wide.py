"""Prices at national size: millions of arcs, looked at through lists that grow, and Newton's method without a matrix.

The dual is that of `prices`, smoothed over each unit's listed arcs only. Each stage is closed by the
exact bound over all arcs, block by block, which also finds the arcs that the list lacks: they join it, and it is
climbed again. Newton's directions come from conjugate gradients, so no matrix of prices × prices is ever made.
Source: Dantzig and Wolfe (1960) for lists that grow by reduced cost; Dembo and Steihaug (1983) for the directions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from iro_allocator.solver.arcs import Arcs, Positions
from iro_allocator.solver.climb import Small, Step, floor, newton, softly
from iro_allocator.solver.problem import Array

if TYPE_CHECKING:
    from iro_allocator.solver.prices import Dual, Prices, Side

TEMPERATURES = (0.5, 0.2, 0.08, 0.03, 0.01, 0.003, 0.001)
"""Points. Higher ones would need longer lists than they are worth."""
LISTED = 24
"""Arcs of a unit that may join the list at a time."""
FIRST_REACH = 12.0
"""Points above its cheapest up to which a unit's arcs are listed at first."""
REFRESHED = 10
"""Times the list may grow at one temperature."""
MISSING = 2e-5
"""The part of the bound up to which arcs may be missing from the list."""
STEPS = (6, 16)
"""Newton's steps from one list to the next: at the first temperature, and at the others."""
LONGEST = 2.0
"""Temperatures by which a price may change in a step: the list knows no further."""
DIRECTIONS = 40
"""Conjugate gradients for one step."""
TOUCHED = 1e-4
"""A part of a unit that curvature is made of."""
SOFT = 1.0
"""Points of price within which an IRO comes to want nothing, or everything."""
OPEN = 40.0
"""Temperatures within which a corner of a charge has a part in the smoothed minimum."""
BLOCK = 1_000_000
"""Units × IROs that are worked on at once."""
COMPLETE = 2.0
"""Points of reduced cost up to which every arc is handed on."""
ALSO = 12
"""Cheapest arcs of each unit that are handed on in any case."""


class _Response:
    """What each IRO wants at a price of one gauge: amounts, their slopes, and the smooth minimum they come from."""

    def __init__(self, side: Side) -> None:
        widths = np.diff(side.at, axis=1)
        real = widths > 0
        rows = np.arange(len(side.at))
        self.count = real.sum(axis=1)
        # A straight piece is wanted as far as its middle at its slope; nothing and everything a little beyond.
        self.price = np.full((len(rows), side.at.shape[1] + 1), np.inf)
        self.amount = np.zeros_like(self.price)
        slope = np.diff(side.points, axis=1) / np.where(real, widths, 1.0)
        self.price[:, 1:-1] = np.where(real, slope, np.inf)
        self.amount[:, 1:-1] = (side.at[:, 1:] + side.at[:, :-1]) / 2
        last = self.count
        some = last > 0
        self.price[:, 0] = np.where(some, self.price[:, 1] - SOFT, np.inf)
        self.amount[:, 0] = side.at[:, 0]
        self.price[rows[some], last[some] + 1] = self.price[rows[some], last[some]] + SOFT
        self.amount[rows[some], last[some] + 1] = side.at[some, -1]
        finite = np.where(np.isfinite(self.price), self.price, 0.0)
        steps = np.where(np.isfinite(self.price[:, 1:]), np.diff(finite, axis=1), 0.0)
        areas = (self.amount[:, 1:] + self.amount[:, :-1]) / 2 * steps
        self.area = np.concatenate([np.zeros((len(rows), 1)), np.cumsum(areas, axis=1)], axis=1)
        self.begin = (side.points - finite[:, :1] * side.at).min(axis=1)
        self.rows, self.knots, self.finite = rows, np.where(some, last + 2, 0), finite

    def at(self, price: Array) -> tuple[float, Array, Array]:
        """The smooth minimum of charge − price · amount, summed; the amounts wanted, and their slopes by price."""
        below = (self.price < price[:, None]).sum(axis=1)
        inside = (below > 0) & (below < self.knots)
        low = np.where(inside, below - 1, np.where(below == 0, 0, np.maximum(self.knots - 1, 0)))
        high = np.where(inside, below, low)
        p0, p1 = self.finite[self.rows, low], self.finite[self.rows, high]
        a0, a1 = self.amount[self.rows, low], self.amount[self.rows, high]
        slope = np.where(inside, (a1 - a0) / np.where(inside, p1 - p0, 1.0), 0.0)
        amount = a0 + slope * (price - p0)
        value = self.begin - self.area[self.rows, low] - (a0 + amount) / 2 * (price - p0)
        settled = self.knots == 0
        value[settled] = self.begin[settled] - a0[settled] * price[settled]
        return float(value.sum()), amount, slope


@dataclass(frozen=True, eq=False)
class _Smooth:
    """The smoothed dual at some prices."""

    value: float
    gradient: Array
    part: Small
    spread: Array


class _List:
    """The arcs that are looked at, in order of unit, with what they cost and add."""

    def __init__(self, dual: Dual, keys: npt.NDArray[np.int64], responses: list[_Response | None]) -> None:
        board = dual.board
        self.dual, self.keys, self.responses = dual, keys, responses
        unit, iro = np.divmod(keys, dual.size)
        self.unit, self.iro = unit.astype(np.int32), iro.astype(np.int32)
        charged = [side.charged(unit, iro) for side in dual.sides]
        self.cost: Small = np.sum([board.cost[unit, iro], *charged], axis=0).astype(np.float32)
        self.moves = board.moves[unit, iro].astype(np.float32) if dual.budgeted else None
        self.firsts = np.flatnonzero(np.diff(self.unit, prepend=-1))
        self.counts = np.diff(self.firsts, append=len(keys))
        # The arcs that a gauge counts at all: few, for new children.
        self.counted: list[Positions | slice] = []
        self.amounts: list[Small] = []
        for side in dual.sides:
            amount = side.counted(unit, iro).astype(np.float32)
            counted = np.flatnonzero(amount)
            self.counted.append(slice(None) if len(counted) == len(amount) else counted)
            self.amounts.append(amount[self.counted[-1]])

    def priced(self, values: Array) -> Small:
        """What each arc costs under the prices."""
        prices, mu = self.dual.split(values)
        found = self.cost.copy()
        for amount, rows, price in zip(self.amounts, self.counted, prices, strict=True):
            found[rows] += amount * price.astype(np.float32)[self.iro[rows]]
        if self.moves is not None and mu:
            found += np.float32(mu) * self.moves
        return found

    def dearer(self, values: Array) -> tuple[Small, Small]:
        """Each arc's reduced cost in the list, and each unit's least price."""
        found = self.priced(values)
        least = np.minimum.reduceat(found, self.firsts)
        found -= np.repeat(least, self.counts)
        return found, least

    def within(self, values: Array, reach: float) -> _List:
        """The arcs at most `reach` points dearer than their unit's cheapest."""
        return _List(self.dual, self.keys[self.dearer(values)[0] <= reach], self.responses)


class _Stage:
    """The dual over listed arcs, smoothed at one temperature."""

    def __init__(self, looked: _List, temperature: float) -> None:
        self.looked, self.temperature = looked, temperature

    @property
    def budgeted(self) -> bool:
        """Whether the last price is that of a move."""
        return self.looked.dual.budgeted

    def at(self, values: Array) -> _Smooth:
        """Value, gradient and what the curvature is made of."""
        looked, dual, temperature = self.looked, self.looked.dual, self.temperature
        prices, mu = dual.split(values)
        part, least = looked.dearer(values)
        part *= np.float32(-1.0 / temperature)
        np.exp(part, out=part)
        total = np.add.reduceat(part, looked.firsts)
        part /= np.repeat(total, looked.counts)
        value = float(least.sum(dtype=np.float64) - temperature * np.log(total.astype(np.float64)).sum())
        gradient, spread = np.zeros(dual.variables), np.zeros(dual.variables)
        for k, (side, price) in enumerate(zip(dual.sides, prices, strict=True)):
            own, amount, rows = slice(k * dual.size, (k + 1) * dual.size), looked.amounts[k], looked.counted[k]
            if (response := looked.responses[k]) is not None:
                low, wanted, spread[own] = response.at(price)
            else:
                at, points = side.nearby(price, OPEN * temperature)
                lows, weight = softly(points - price[:, None] * at, temperature)
                low, wanted = float(lows.sum()), (weight * at).sum(axis=1)
                spread[own] = ((weight * at**2).sum(axis=1) - wanted**2) / temperature
            value += low
            gradient[own] = np.bincount(looked.iro[rows], amount * part[rows], dual.size) - wanted
        if looked.moves is not None:
            budget = dual.board.budget or 0
            value -= mu * budget
            gradient[-1] = float((looked.moves * part).sum(dtype=np.float64)) - budget
        return _Smooth(value, gradient, part, spread)

    def step_from(self, there: _Smooth) -> Step:
        """Newton's steps to a tenth, by conjugate gradients."""
        along, diagonal = self._curvature(there)
        least = floor(diagonal)

        def step(damping: float, held: bool) -> Array:
            gradient = there.gradient.copy()
            if held:
                gradient[-1] = 0.0
            found = _direction(lambda way: along(way) + damping * least * way, diagonal + damping * least, gradient)
            if held:
                found[-1] = 0.0
            return found.clip(-LONGEST * self.temperature, LONGEST * self.temperature)

        return step

    def _curvature(self, smooth: _Smooth) -> tuple[Callable[[Array], Array], Array]:
        """The negated second derivative as a function of a direction, and its diagonal."""
        looked, temperature = self.looked, self.temperature
        dual, n = looked.dual, looked.dual.size
        chosen = np.flatnonzero(smooth.part > TOUCHED)
        part = smooth.part[chosen].astype(np.float64)
        unit, iro = looked.unit[chosen].astype(np.intp), looked.iro[chosen].astype(np.intp)
        firsts = np.flatnonzero(np.diff(unit, prepend=-1))
        counts = np.diff(firsts, append=len(chosen))
        amounts = []
        for side in dual.sides:
            amount = side.counted(unit, iro)
            counted = np.flatnonzero(amount)
            rows: Positions | slice = slice(None) if len(counted) == len(amount) else counted
            amounts.append((rows, amount[rows], iro[rows]))
        moves = None if looked.moves is None else looked.moves[chosen].astype(np.float64)
        spread = part * (1.0 - part) / temperature
        diagonal = smooth.spread.copy()
        for k, (rows, amount, whose) in enumerate(amounts):
            diagonal[k * n : (k + 1) * n] += np.bincount(whose, amount**2 * spread[rows], n)
        if moves is not None:
            diagonal[-1] += float((moves**2 * spread).sum())

        def along(direction: Array) -> Array:
            prices, mu = dual.split(direction)
            change = np.zeros(len(part))
            for (rows, amount, whose), price in zip(amounts, prices, strict=True):
                change[rows] += amount * price[whose]
            if moves is not None:
                change += mu * moves
            weighed = part * change
            weighed -= part * np.repeat(np.add.reduceat(weighed, firsts), counts)
            weighed /= temperature
            found = smooth.spread * direction
            for k, (rows, amount, whose) in enumerate(amounts):
                found[k * n : (k + 1) * n] += np.bincount(whose, amount * weighed[rows], n)
            if moves is not None:
                found[-1] += float(moves @ weighed)
            return found

        return along, diagonal


def find(dual: Dual, start: Array | None, stop: Callable[[], bool] | None) -> Prices:
    """Climb to nearly the best bound of a wide board, from prices of 0 or from a warm start."""

    def asked_to_stop() -> bool:
        return stop is not None and stop()

    values = np.zeros(dual.variables) if start is None else start
    if (least := _least(dual, values, asked_to_stop)) is None:
        return _cut_short(dual, 0.0, values, None)
    best, best_values = least + dual.from_loads(values), values
    keys = _cheap(dual, values, FIRST_REACH, asked_to_stop)
    if keys is None:
        return _cut_short(dual, best, best_values, None)
    responses = [_Response(s) if g.scale > 1 else None for s, g in zip(dual.sides, dual.board.gauges, strict=True)]
    looked = _List(dual, keys, responses)
    for temperature in TEMPERATURES[0 if start is None else 1 :]:
        steps = STEPS[temperature < TEMPERATURES[0]]
        for _ in range(REFRESHED):
            values = newton(_Stage(looked, temperature), values, steps=steps, stop=asked_to_stop)
            least = _least(dual, values, asked_to_stop)
            if least is None:
                return _cut_short(dual, best, best_values, looked)
            if (bound := least + dual.from_loads(values)) > best:
                best, best_values = bound, values
            if looked.dearer(values)[1].sum(dtype=np.float64) - least <= MISSING * abs(bound):
                break
            grown = _cheap(dual, values, 8 * temperature + 0.5, asked_to_stop)
            if grown is None:
                return _cut_short(dual, best, best_values, looked)
            looked = _List(dual, np.union1d(looked.keys, grown), responses)
        looked = looked.within(values, 8 * temperature + 1.0)
    whole = near(dual, best_values, asked_to_stop)
    return dual.with_arcs(best_values, *whole) if whole else _cut_short(dual, best, best_values, looked)


def _cut_short(dual: Dual, bound: float, values: Array, looked: _List | None) -> Prices:
    """What is known when there is no time for another look at all arcs: those on the list, or any there are."""
    from iro_allocator.solver.prices import Prices

    if looked is None:
        unit = np.arange(len(dual.board.units))
        arcs, least = Arcs(unit, dual.board.allowed.argmax(axis=1), np.zeros(len(unit)), -1.0), np.zeros(len(unit))
    else:
        reduced, least = (each.astype(np.float64) for each in looked.dearer(values))
        arcs = Arcs.of(looked.unit.astype(np.intp), looked.iro.astype(np.intp), reduced, -1.0)
    return Prices(dual, bound, values, arcs, least, dual.lowest(values))


def _blocks(dual: Dual) -> Iterator[slice]:
    rows = max(1, BLOCK // max(1, dual.size))
    return (slice(first, first + rows) for first in range(0, len(dual.board.units), rows))


def _least(dual: Dual, values: Array, stop: Callable[[], bool]) -> float | None:
    """The sum of every unit's cheapest arc under the prices, over all arcs; None when it was stopped."""
    found = 0.0
    for rows in _blocks(dual):
        if stop():
            return None
        found += float(dual.priced(rows, values).min(axis=1).sum())
    return found


def exact(dual: Dual, values: Array) -> float:
    """The proven bound at these prices, over all arcs."""
    return (_least(dual, values, lambda: False) or 0.0) + dual.from_loads(values)


def _cheap(dual: Dual, values: Array, reach: float, stop: Callable[[], bool]) -> npt.NDArray[np.int64] | None:
    """Keys (unit × IROs + IRO) of each unit's cheapest arcs, at most so many points dearer than the cheapest.

    Many arcs cost the same, where a placement is not known: a hair's breadth that differs from unit to unit
    spreads them over the IROs. None when it was stopped.
    """
    kept = min(LISTED, dual.size)
    hair = np.arange(2 * dual.size) * 7919 % 1009 * 2e-5
    found = []
    for rows in _blocks(dual):
        priced = dual.priced(rows, values)
        every = np.arange(rows.start, rows.start + len(priced))
        least = priced.min(axis=1)
        priced += hair[(every * 37 % dual.size)[:, None] + np.arange(dual.size)]
        iro = np.argpartition(priced, kept - 1, axis=1)[:, :kept]
        close = np.take_along_axis(priced, iro, axis=1) <= least[:, None] + (reach + hair.max())
        if stop():
            return None
        found.append((every[:, None] * dual.size + iro)[close])
    return np.unique(np.concatenate(found))


def near(dual: Dual, values: Array, stop: Callable[[], bool]) -> tuple[Arcs, Array] | None:
    """Every arc that costs little more than its unit's cheapest, the cheapest few of each, and a calm one.

    By a calm arc no more held children move than must: a budget may ask for it. Also what each unit's
    cheapest arc costs under the prices. None when it was stopped.
    """
    board = dual.board
    few = min(ALSO, dual.size)
    parts, leasts, rest = [], [], np.inf
    for rows in _blocks(dual):
        if stop():
            return None
        priced = dual.priced(rows, values)
        leasts.append(priced.min(axis=1))
        priced -= leasts[-1][:, None]
        taken = priced <= COMPLETE
        cheap = np.argpartition(priced, few - 1, axis=1)[:, :few]
        np.put_along_axis(taken, cheap, True, axis=1)
        taken &= board.allowed[rows]
        if dual.budgeted:
            moves = board.moves[rows]
            calm = np.where(board.allowed[rows], moves, np.iinfo(moves.dtype).max).argmin(axis=1)
            taken[np.arange(len(taken)), calm] = True
        unit, iro = np.nonzero(taken)
        parts.append((unit + rows.start, iro, priced[unit, iro]))
        priced[taken] = np.inf
        rest = min(rest, float(priced.min()))
    unit, iro, reduced = (np.concatenate(each) for each in zip(*parts, strict=True))
    return Arcs.of(unit, iro, reduced, rest), np.concatenate(leasts)


def _direction(along: Callable[[Array], Array], diagonal: Array, gradient: Array) -> Array:
    """Where a matrix, given by what it makes of a direction, leads to the gradient; to a tenth."""
    found, rest = np.zeros_like(gradient), gradient.copy()
    scaled = rest / diagonal
    search, size = scaled, float(rest @ scaled)
    aim = 0.01 * size
    for _ in range(DIRECTIONS):
        if size <= aim or size <= 1e-22:
            break
        image = along(search)
        length = size / float(search @ image)
        found += length * search
        rest -= length * image
        scaled = rest / diagonal
        size, before = float(rest @ scaled), size
        search = scaled + (size / before) * search
    return found
