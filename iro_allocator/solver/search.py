"""Shift, swap, and two IROs' units dealt out anew: a plan made better on exact charges."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from iro_allocator.solver.arcs import Arcs
from iro_allocator.solver.board import Board, Plan
from iro_allocator.solver.check import colour, components
from iro_allocator.solver.pairs import blocks
from iro_allocator.solver.prices import Prices
from iro_allocator.solver.problem import Array

ROUNDS = 2000
SURE = 0.9999
"""The part of a unit in its cheapest arc from which there is no choice to speak of."""
WORTH_TRYING = 1e-3
"""The least part of a unit in an arc that is tried."""
LEAST_GAIN = 1e-7
PARTNERS = 24
"""With how many others an IRO's units are dealt out anew, those first who could have most of them."""
STATES = 40_000
"""Different amounts up to which two IROs' units are dealt out exactly."""
SLIGHT = 1.0
"""Of two IROs' part in what could be saved, how much of the average makes it worth dealing out their units anew."""
TRADED = 120
"""Units looked at on each side of a trade."""


def start(board: Board, arcs: Arcs, temperature: float = 0.0, stop: Callable[[], bool] = lambda: False) -> Plan:
    """A plan that breaks no rule and keeps within the budget.

    Each unit takes its cheapest arc or, where the budget says no, the one that moves fewest held children.
    With a temperature, units with several arcs of nearly the same price are dealt out so that loads fit.
    """
    wanted = _dealt(board, arcs, temperature, stop) if temperature else arcs.cheapest
    plan = wanted.copy()
    if board.budget is not None:
        order = np.lexsort((arcs.iro, arcs.reduced, board.moves[arcs.unit, arcs.iro], arcs.unit))
        plan = arcs.iro[order][arcs.firsts]
    tied = _kept_apart(board, plan)
    if board.budget is not None:
        _spend(board, plan, wanted, arcs, np.setdiff1d(np.arange(len(plan)), tied))
    return plan


def greedy(board: Board) -> Plan:
    """A plan at once: everybody stays, and who must be placed goes to where it then costs least, the largest first."""
    most = np.iinfo(board.moves.dtype).max
    plan: Plan = np.empty(len(board.units), dtype=np.intp)
    loose: list[int] = []
    for some, _ in blocks(board.problem, board.units):
        calm = np.where(board.allowed[some], board.moves[some], most)
        plan[some] = calm.argmin(axis=1)
        loose += (some.start + np.flatnonzero((calm == calm.min(axis=1, keepdims=True)).sum(axis=1) > 1)).tolist()
    totals = []
    for gauge in board.gauges:
        total = gauge.totals(plan)
        np.subtract.at(total, plan[loose], gauge.amount[loose])
        totals.append(total)
    rows = board.cost_of(loose)
    for n in sorted(range(len(loose)), key=lambda n: -board.units[loose[n]].weight):
        g = loose[n]
        least = board.moves[g, plan[g]]
        to = np.flatnonzero(board.allowed[g] & (board.moves[g] == least))
        cost = rows[n, to]
        for gauge, total in zip(board.gauges, totals, strict=True):
            if amount := gauge.amount[g]:
                cost += gauge.charge(to, total[to] + amount) - gauge.charge(to, total[to])
        plan[g] = to[int(cost.argmin())]
        for gauge, total in zip(board.gauges, totals, strict=True):
            total[plan[g]] += gauge.amount[g]
    _kept_apart(board, plan)
    return plan


def _kept_apart(board: Board, plan: Plan) -> list[int]:
    """Units that rows tie together are placed apart in the plan, as cheaply as can be; gives these units."""
    tied = sorted(board.rows_of)
    cost = board.cost_of(tied)
    if tied and board.budget is not None:
        # Fewest moves first, then the price: no price is as dear as this.
        cost += board.moves[tied] * (1.0 + float(np.abs(cost[board.allowed[tied]]).sum()))
    for component in components(board.rows):
        found = colour(component, board.rows, board.allowed, dict(zip(tied, cost, strict=True)))
        assert found is not None, "the check has made sure that these can be kept apart"
        plan[list(found[1])] = list(found[1].values())
    return tied


def _dealt(board: Board, arcs: Arcs, temperature: float, stop: Callable[[], bool]) -> Plan:
    """Units with a real choice one after another, the largest first, each to where it then costs least.

    Who has not been dealt out yet counts in parts, as the prices at this temperature would have it: the
    method of conditional expectations (Raghavan 1988).
    """
    firsts, plan = arcs.firsts, arcs.cheapest.copy()
    part = np.exp(-arcs.reduced / temperature)
    part /= np.repeat(np.add.reduceat(part, firsts), np.diff(firsts, append=len(part)))
    totals = [
        gauge.base + np.bincount(arcs.iro, part * gauge.amount[arcs.unit], len(board.problem.iros))
        for gauge in board.gauges
    ]
    ends = np.append(firsts[1:], len(part))
    size = np.array([unit.weight for unit in board.units])
    open_ = np.flatnonzero(part[firsts] < SURE)
    for g in open_[np.argsort(-size[open_], kind="stable")].tolist():
        if stop():
            break
        own = slice(firsts[g], ends[g])
        iro, parts = arcs.iro[own], part[own]
        worth = parts > WORTH_TRYING
        cost = board.cost[g, iro[worth]].astype(np.float64)
        for gauge, total in zip(board.gauges, totals, strict=True):
            if amount := gauge.amount[g]:
                total[iro] -= parts * amount
                now = total[iro[worth]]
                cost += gauge.charge(iro[worth], now + amount) - gauge.charge(iro[worth], now)
        plan[g] = iro[worth][int(cost.argmin())]
        for gauge, total in zip(board.gauges, totals, strict=True):
            total[plan[g]] += gauge.amount[g]
    return plan


def _spend(board: Board, plan: Plan, wanted: Plan, arcs: Arcs, units: npt.NDArray[np.intp]) -> None:
    """Let units go where they cost less while there is budget, the best gain for each child first."""
    calm = arcs.iro == plan[arcs.unit]
    dearer = np.zeros(len(plan))
    dearer[arcs.unit[calm]] = arcs.reduced[calm]
    extra = board.moves[units, wanted[units]] - board.moves[units, plan[units]]
    gain = dearer[units]
    spare = (board.budget or 0) - board.held_moved(plan)
    for k in np.lexsort((units, -gain / np.maximum(extra, 0.5))).tolist():
        if extra[k] <= spare and (gain[k] > 0 or extra[k] <= 0):
            plan[units[k]] = wanted[units[k]]
            spare -= int(extra[k])


def _partners(board: Board) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    for row in board.rows:
        found.setdefault(row.one, []).append((row.other, row.but))
        found.setdefault(row.other, []).append((row.one, row.but))
    return found


class Search:
    """A plan being improved. Every accepted change lowers the exact objective."""

    def __init__(self, board: Board, plan: Plan, arcs: Arcs | None = None, found: Prices | None = None) -> None:
        """`arcs` are those that are tried; None tries every allowed one.

        With prices, pairs of IROs between whom next to nothing can be saved are left alone.
        """
        self.board, self.found = board, found
        self.plan = plan.copy()
        tried = arcs or Arcs.among(board.allowed, board.cost)
        self.unit, self.iro = tried.unit, tried.iro
        self.cost = board.cost[self.unit, self.iro]
        self.totals = [gauge.totals(plan) for gauge in board.gauges]
        self.moved = board.held_moved(plan)
        self.partners = _partners(board)
        self.every = np.arange(len(board.problem.iros))
        self.load = next((k for k, gauge in enumerate(board.gauges) if gauge.measure == "load"), None)
        self.new = next((k for k, gauge in enumerate(board.gauges) if gauge.measure == "new"), None)
        # Units that are kept apart are not dealt out, and those that count as new not where they are too many.
        self.tied = np.zeros(len(plan), dtype=bool)
        self.tied[list(self.partners)] = True
        self.counted = self.tied.copy()
        if self.new is not None:
            self.counted |= board.gauges[self.new].amount > 0
        # How often each IRO's children have changed; a pair is tried again only when one of them has.
        self.changes = np.zeros(len(board.problem.iros), dtype=np.int64)
        self.tried: dict[tuple[int, int], tuple[int, int]] = {}
        # Points above the bound, where it is known, and from which on the plan is good enough.
        self.left, self.enough, self.slight = np.inf, 0.0, SLIGHT
        self.stop: Callable[[], bool] = lambda: False

    def run(self, stop: Callable[[], bool] | None = None, *, enough: float = 0.0, slight: float = SLIGHT) -> Plan:
        """Shift, deal out and swap until nothing gains any more (or `stop` says so).

        With prices, also until the plan is within `enough` points of their bound; and pairs of IROs are left alone
        who have a `slight` part of what could be saved.
        """
        self.enough, self.slight = enough, slight
        self.stop = stop or self.stop
        for _ in range(ROUNDS):
            changed = self._shifts() or self._trades() or self._pairs(stop)
            if not changed or (stop is not None and stop()):
                break
        return self.plan

    def _gain(self, changes: list[tuple[int, int]]) -> float:
        """Exact difference in points if these units (position, IRO) changed; infinite if it may not be."""
        board, spent = self.board, self.moved
        new = dict(changes)
        difference = 0.0
        for g, j in changes:
            i = self.plan[g]
            spent += int(board.moves[g, j] - board.moves[g, i])
            difference += float(board.cost[g, j] - board.cost[g, i])
            for other, but in self.partners.get(g, ()):
                if new.get(other, self.plan[other]) == j != but:
                    return float("inf")
        if board.budget is not None and spent > board.budget:
            return float("inf")
        touched = sorted({int(self.plan[g]) for g, _ in changes} | {j for _, j in changes})
        whose = np.array(touched)
        for gauge, totals in zip(board.gauges, self.totals, strict=True):
            after = totals[whose].copy()
            for g, j in changes:
                after[touched.index(j)] += gauge.amount[g]
                after[touched.index(int(self.plan[g]))] -= gauge.amount[g]
            difference += float((gauge.charge(whose, after) - gauge.charge(whose, totals[whose])).sum())
        return difference

    def _make(self, changes: list[tuple[int, int]], gain: float) -> None:
        self.left += gain
        for g, j in changes:
            i = self.plan[g]
            self.moved += int(self.board.moves[g, j] - self.board.moves[g, i])
            for gauge, totals in zip(self.board.gauges, self.totals, strict=True):
                totals[i] -= gauge.amount[g]
                totals[j] += gauge.amount[g]
            self.plan[g] = j
            self.changes[[i, j]] += 1

    def _take(self, candidates: list[list[tuple[int, int]]]) -> bool:
        """Make the candidates, best first, that touch no IRO who has been touched: the others' gains are old."""
        touched: set[int] = set()
        for changes in candidates:
            if self.stop():
                break
            whose = {int(self.plan[g]) for g, _ in changes} | {j for _, j in changes}
            if touched.isdisjoint(whose) and (gain := self._gain(changes)) < -LEAST_GAIN:
                self._make(changes, gain)
                touched |= whose
                if len(touched) > len(self.every) - 2:
                    break
        return bool(touched)

    def _differences(self) -> Array:
        """Per arc, points more (or fewer) if its unit went there; infinite where it is."""
        plan = self.plan
        coming = self.cost.astype(np.float64)
        leaving = -self.board.cost[np.arange(len(plan)), plan].astype(np.float64)
        for gauge, totals in zip(self.board.gauges, self.totals, strict=True):
            now = gauge.charge(self.every, totals)
            coming += gauge.charge(self.iro, totals[self.iro] + gauge.amount[self.unit]) - now[self.iro]
            leaving += gauge.charge(plan, totals[plan] - gauge.amount) - now[plan]
        found: Array = coming + leaving[self.unit]
        found[self.iro == plan[self.unit]] = np.inf
        return found

    def _shifts(self) -> bool:
        difference = self._differences()
        gaining = np.flatnonzero(difference < -LEAST_GAIN)
        order = gaining[np.argsort(difference[gaining], kind="stable")][: 4 * len(self.plan)]
        return self._take([[(int(self.unit[k]), int(self.iro[k]))] for k in order])

    def _trades(self) -> bool:
        """Under a budget that is spent: one unit goes back, another may go instead."""
        board = self.board
        if board.budget is None:
            return False
        difference = self._differences()
        spent = board.moves[self.unit, self.iro].astype(int) - board.moves[self.unit, self.plan[self.unit]]
        back = self._best(difference, np.flatnonzero(spent < 0))
        out = self._best(difference, np.flatnonzero(spent > 0))
        found = [
            (float(difference[a] + difference[b]), a, b)
            for a in back
            for b in out
            if self.unit[a] != self.unit[b]
            and difference[a] + difference[b] < -LEAST_GAIN
            and self.moved + spent[a] + spent[b] <= board.budget
        ]
        return self._take([[(int(self.unit[k]), int(self.iro[k])) for k in pair] for _, *pair in sorted(found)])

    @staticmethod
    def _best(difference: Array, among: npt.NDArray[np.intp]) -> list[int]:
        """The best of some arcs, those that could be taken at all."""
        order = among[np.argsort(difference[among], kind="stable")][:TRADED]
        return [k for k in order.tolist() if np.isfinite(difference[k])]

    def _pairs(self, stop: Callable[[], bool] | None) -> bool:
        """For two IROs at a time, deal out or swap the units that either could have."""
        changed = False
        excess = np.full(len(self.every), np.inf) if self.found is None else self.found.excess(self.plan)
        self.left = float(excess.sum())
        slight = self.slight * 2 * max(0.0, float(excess.mean()))
        for i, j, there, back in self._between():
            if self.left <= self.enough or (stop is not None and stop()):
                break
            if excess[i] + excess[j] < slight:
                continue
            if self.tried.get((i, j)) == (int(self.changes[i]), int(self.changes[j])):
                continue
            # Units may have moved since the pairs were drawn up.
            ours = there[self.plan[self.unit[there]] == i]
            theirs = back[self.plan[self.unit[back]] == j]
            changed |= self._dealt_out(i, j, ours, theirs)
            changed |= self._swapped(i, j, ours, theirs)
            self.tried[i, j] = (int(self.changes[i]), int(self.changes[j]))
        return changed

    def _between(self) -> list[tuple[int, int, npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
        """Pairs of IROs with the arcs from the first to the second and back, most arcs first."""
        here = self.plan[self.unit]
        away = np.flatnonzero(here != self.iro)
        low, high = np.minimum(here, self.iro)[away], np.maximum(here, self.iro)[away]
        key = low * len(self.every) + high
        order = np.argsort(key, kind="stable")
        keys, begins = np.unique(key[order], return_index=True)
        groups = np.split(away[order], begins[1:])
        found = []
        partners = np.zeros(len(self.every), dtype=np.int64)
        for k in sorted(range(len(keys)), key=lambda k: (-len(groups[k]), k)):
            i, j = divmod(int(keys[k]), len(self.every))
            if len(groups[k]) < 2 or min(partners[i], partners[j]) >= PARTNERS:
                continue
            partners[[i, j]] += 1
            there = here[groups[k]] == i
            found.append((i, j, groups[k][there], groups[k][~there]))
        return found

    def _swapped(self, i: int, j: int, ours: npt.NDArray[np.intp], theirs: npt.NDArray[np.intp]) -> bool:
        """One of theirs for one of ours, the best swap there is."""
        ours, theirs = (k[self.plan[self.unit[k]] != self.iro[k]] for k in (ours, theirs))
        if not len(ours) or not len(theirs):
            return False
        if (
            self.load is not None
            and not self.counted[self.unit[ours]].any()
            and not self.counted[self.unit[theirs]].any()
        ):
            # These have just been dealt out in the best way.
            return False
        g, h = self.unit[ours], self.unit[theirs]
        difference = (self.cost[ours] - self.board.cost[g, i])[:, None] + self.cost[theirs] - self.board.cost[h, j]
        for gauge, totals in zip(self.board.gauges, self.totals, strict=True):
            change = gauge.amount[h][None, :] - gauge.amount[g][:, None]
            both = np.array([i, j])
            now = gauge.charge(both, totals[both]).sum()
            difference = difference + (
                gauge.charge(np.full(change.shape, i), totals[i] + change)
                + gauge.charge(np.full(change.shape, j), totals[j] - change)
                - now
            )
        a, b = np.unravel_index(int(difference.argmin()), difference.shape)
        return self._take([[(int(g[a]), j), (int(h[b]), i)]]) if difference[a, b] < -LEAST_GAIN else False

    def _between_two(
        self, measure: int, pool: npt.NDArray[np.intp], i: int, j: int, given: npt.NDArray[np.int64]
    ) -> Array:
        """What a gauge charges two IROs when the first gets so much of these units, and the second the rest."""
        gauge, totals = self.board.gauges[measure], self.totals[measure]
        whole = int(gauge.amount[pool].sum())
        first = int((gauge.amount[pool] * (self.plan[pool] == i)).sum())
        at_i = gauge.charge(np.full(len(given), i), totals[i] - first + given)
        at_j = gauge.charge(np.full(len(given), j), totals[j] - (whole - first) + whole - given)
        found: Array = at_i + at_j
        return found

    def _dealt_out(self, i: int, j: int, ours: npt.NDArray[np.intp], theirs: npt.NDArray[np.intp]) -> bool:
        """Deal the units that either could have out anew, in the best way.

        By dynamic programming over what the first IRO gets: load, and new children where these are charged.
        What is found is priced exactly by `_gain`.
        """
        if self.load is None:
            return False
        board, gauge = self.board, self.board.gauges[self.load]
        pool = np.unique(np.concatenate([self.unit[ours], self.unit[theirs]]))
        new = np.zeros_like(gauge.amount) if self.new is None else board.gauges[self.new].amount
        pool = pool[~self.tied[pool]]
        if int(gauge.amount[pool].sum() // gauge.step + 1) * int(new[pool].sum() + 1) > STATES:
            pool = pool[~self.counted[pool]]
        most = int(gauge.amount[pool].sum()) // gauge.step
        states = (most + 1) * int(new[pool].sum() + 1)
        if len(pool) < 2 or states > STATES:
            return False
        # A state is a load and a number of new children in one number: no load is more than `most`.
        amounts = gauge.amount[pool] // gauge.step + (most + 1) * new[pool]
        at_i, at_j = board.cost[pool, i], board.cost[pool, j]
        best = np.full(states, np.inf)
        best[0] = 0.0
        taken = np.zeros((len(pool), states), dtype=bool)
        reach = 0
        for k, amount in enumerate(amounts.tolist()):
            with_i = best[: reach + 1] + at_i[k]
            best[: reach + 1] += at_j[k]
            better = with_i < best[amount : reach + amount + 1]
            taken[k, amount : reach + amount + 1] = better
            np.copyto(best[amount : reach + amount + 1], with_i, where=better)
            reach += amount
        state = np.flatnonzero(np.isfinite(best))
        charge = best[state]
        for measure, given in ((self.load, state % (most + 1) * gauge.step), (self.new, state // (most + 1))):
            if measure is not None:
                charge = charge + self._between_two(measure, pool, i, j, given)
        left = int(state[int(charge.argmin())])
        changes = []
        for k in range(len(pool) - 1, -1, -1):
            where = i if taken[k, left] else j
            left -= int(amounts[k]) if where == i else 0
            if self.plan[pool[k]] != where:
                changes.append((int(pool[k]), where))
        if changes and (gain := self._gain(changes)) < -LEAST_GAIN:
            self._make(changes, gain)
            return True
        return False
