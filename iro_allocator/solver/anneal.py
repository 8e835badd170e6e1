"""A crowd of plans shaken and cooled together: out of the hollows in which a single search stays.

Near the best there are thousands of plans whose loads differ by a twentieth of a case, with hills of half a point
between them. Simulated annealing (Kirkpatrick et al. 1983) crosses hills, and dealing out pairs of IROs finds the
bottom of a hollow; each generation begins anew from the best few that all before it have found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from iro_allocator.solver import search
from iro_allocator.solver.arcs import Arcs, Positions
from iro_allocator.solver.board import Board, Gauge, Plan
from iro_allocator.solver.prices import Prices
from iro_allocator.solver.problem import Array
from iro_allocator.solver.reduce import undecided

CROWD = 64
"""Plans that are shaken side by side."""
HOT, COLD = 0.4, 0.02
"""Temperatures (points): it shakes at the first, and then cools to the second."""
SHAKEN, COOLED = 5.0, 2.5
"""Changes tried for each arc and plan."""
SECOND = 0.7
"""The part of changes in which somebody comes to the IRO from whom somebody goes."""
SEARCHED = 16
"""The cheapest of a crowd, from which a search goes down to the bottom."""
KEPT = 8
"""The best plans so far, from which the next generation begins."""
GENERATIONS, PATIENCE = 10, 4
"""Generations at most, and in a row without a better plan."""
LADDERS = 2_000_000
"""Different amounts up to which charges are tabulated."""
AT_ONCE = 64
"""Changes between two looks at whether to stop."""

Places = npt.NDArray[np.intp]
"""Plans × units: the IRO of each."""


def generations(
    board: Board, plan: Plan, arcs: Arcs, found: Prices, *, seed: int, stop: Callable[[], bool]
) -> Iterator[Plan]:
    """The best plan so far after each generation; plans go over these arcs and those of the plan alone."""
    crowd = _Crowd(board, plan, arcs, np.random.default_rng(seed))
    if not len(crowd.iro) or sum(len(ladder.rungs) for ladder in crowd.ladders) > LADDERS:
        return
    pool = {plan.tobytes(): (board.objective(plan), plan)}
    places = np.tile(plan[crowd.units], (CROWD, 1))
    best, idle = plan, 0
    for _ in range(GENERATIONS):
        places = crowd.shaken(places, stop)
        for k in np.argsort(crowd.points(places), kind="stable")[:SEARCHED].tolist():
            if stop():
                break
            tried = plan.copy()
            tried[crowd.units] = places[k]
            tried = search.Search(board, tried, arcs, found).run(stop)
            pool[tried.tobytes()] = (board.objective(tried), tried)
        kept = sorted(pool.items(), key=lambda item: (item[1][0], item[0]))[:KEPT]
        better = kept[0][1][1]
        idle = idle + 1 if better is best else 0
        best = better
        yield best
        if stop() or idle == PATIENCE:
            break
        places = np.array([kept[k % len(kept)][1][1][crowd.units] for k in range(CROWD)])


class _Ladder:
    """What a gauge charges each IRO for every total that some of the units can make."""

    def __init__(self, gauge: Gauge, plan: Plan, units: Positions, of: Positions, iro: Positions) -> None:
        """`of` and `iro` are the arcs: which of the units, and to whom."""
        self.amounts = gauge.amount[units] // gauge.step
        whose = np.arange(len(gauge.base))
        base = gauge.totals(plan)
        np.subtract.at(base, plan[units], gauge.amount[units])
        counts = np.bincount(iro, self.amounts[of], len(whose)).astype(np.int64) + 1
        self.begins = np.cumsum(counts) - counts
        whose = np.repeat(whose, counts)
        self.rungs = gauge.charge(whose, base[whose] + gauge.step * (np.arange(len(whose)) - self.begins[whose]))

    def charge(self, iro: Positions, total: npt.NDArray[np.int64]) -> Array:
        """Points for IROs (positions) with these totals."""
        found: Array = self.rungs[self.begins[iro] + total]
        return found

    def totals(self, places: Places) -> npt.NDArray[np.int64]:
        """Plans × IROs."""
        found = np.zeros((len(places), len(self.begins)), dtype=np.int64)
        np.add.at(found, (np.arange(len(places))[:, None], places), self.amounts)
        return found


class _Crowd:
    """The units with a choice, their arcs, and what plans of them cost above what is settled.

    Units that are kept apart from others stay where they are.
    """

    def __init__(self, board: Board, plan: Plan, arcs: Arcs, rng: np.random.Generator) -> None:
        self.rng = rng
        unit, self.iro = undecided(arcs, plan, len(board.problem.iros), settled=list(board.rows_of))
        self.units, self.of = np.unique(unit, return_inverse=True)
        self.cost = board.cost[self.units].astype(np.float64)
        self.moves = board.moves[self.units].astype(np.int64)
        self.ladders = [_Ladder(gauge, plan, self.units, self.of, self.iro) for gauge in board.gauges]
        self.spare = np.iinfo(np.int64).max
        if board.budget is not None:
            self.spare = board.budget - board.held_moved(plan) + int(self._spent(plan[self.units][None, :])[0])
        # Arcs by the IRO they go to.
        self.coming = np.argsort(self.iro, kind="stable")
        self.comers = np.bincount(self.iro, minlength=len(board.problem.iros))
        self.begins = np.cumsum(self.comers) - self.comers

    def points(self, places: Places) -> Array:
        """Points of each plan, but for what all of them have alike."""
        found: Array = self.cost[np.arange(len(self.units)), places].sum(axis=1)
        every = np.arange(len(self.begins))
        for ladder in self.ladders:
            found += ladder.charge(every, ladder.totals(places)).sum(axis=1)
        return found

    def _spent(self, places: Places) -> npt.NDArray[np.int64]:
        spent: npt.NDArray[np.int64] = self.moves[np.arange(len(self.units)), places].sum(axis=1)
        return spent

    def shaken(self, places: Places, stop: Callable[[], bool]) -> Places:
        """The plans after a time of random changes, which are taken the less the dearer and the colder it is."""
        arcs = len(self.iro)
        hot, cooling = int(SHAKEN * arcs), int(COOLED * arcs)
        temperatures = np.concatenate([np.full(hot, HOT), np.geomspace(HOT, COLD, cooling)])
        places, spent = places.copy(), self._spent(places)
        totals = [ladder.totals(places) for ladder in self.ladders]
        for first in range(0, len(temperatures), AT_ONCE):
            if stop():
                break
            some = temperatures[first : first + AT_ONCE]
            shape = len(some), len(places)
            tried = self.rng.integers(arcs, size=shape)
            second, which = self.rng.random(shape) < SECOND, self.rng.random(shape)
            most = self.rng.exponential(size=shape) * some[:, None]
            for step in range(len(some)):
                self._change(places, spent, totals, tried[step], second[step], which[step], most[step])
        return places

    def _change(
        self,
        places: Places,
        spent: npt.NDArray[np.int64],
        totals: list[npt.NDArray[np.int64]],
        tried: Positions,
        second: npt.NDArray[np.bool_],
        which: Array,
        most: Array,
    ) -> None:
        """In each plan one unit takes an arc (`tried`), and perhaps a `second` comes to where it was from elsewhere.

        The change is made where it costs no more than `most`.
        """
        row = np.arange(len(places))
        one, to = self.of[tried], self.iro[tried]
        here = places[row, one]
        other = self.of[self.coming[self.begins[here] + (which * self.comers[here]).astype(np.int64)]]
        there = places[row, other]
        second = second & (other != one) & (there != here)
        back = there == to  # the two change places
        more = self.moves[one, to] - self.moves[one, here]
        more += second * (self.moves[other, here] - self.moves[other, there])
        points = self.cost[one, to] - self.cost[one, here]
        points += second * (self.cost[other, here] - self.cost[other, there])
        after = []
        for ladder, total in zip(self.ladders, totals, strict=True):
            going, coming = (here != to) * ladder.amounts[one], second * ladder.amounts[other]
            was = total[row, here], total[row, to], total[row, there]
            now = was[0] - going + coming, was[1] + going - back * coming, was[2] - coming
            points += ladder.charge(here, now[0]) - ladder.charge(here, was[0])
            points += ladder.charge(to, now[1]) - ladder.charge(to, was[1])
            points += np.where(back, 0.0, ladder.charge(there, now[2]) - ladder.charge(there, was[2]))
            after.append(now)
        made = np.flatnonzero((here != to) & (points <= most) & (spent + more <= self.spare))
        for total, now in zip(totals, after, strict=True):
            # In this order: `there` may be one of the others, whose total is then the one that counts.
            for whose, amounts in ((there, now[2]), (here, now[0]), (to, now[1])):
                total[made, whose[made]] = amounts[made]
        spent[made] += more[made]
        both = made[second[made]]
        places[both, other[both]] = here[both]
        places[made, one[made]] = to[made]
