"""Shift, swap, and two IROs' units dealt out anew: a plan made better on exact charges."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from iro_allocator.solver.board import Board, Plan
from iro_allocator.solver.check import colour, components
from iro_allocator.solver.problem import Array, Mask

ROUNDS = 2000
LEAST_GAIN = 1e-7
PARTNERS = 24
"""With how many others an IRO's units are dealt out anew, those first who could have most of them."""
STATES = 40_000
"""Different amounts up to which two IROs' units are dealt out exactly."""
TRADED = 120
"""Units looked at on each side of a trade."""


def start(board: Board, priced: Array) -> Plan:
    """A plan that breaks no rule and keeps within the budget.

    Each unit takes its cheapest arc under `priced` (units × IROs) or, where the budget says no, the one
    that moves fewest held children.
    """
    wanted: Plan = priced.argmin(axis=1).astype(np.intp)
    if board.budget is None:
        plan, cost = wanted, priced
    else:
        stay = np.where(board.allowed, board.moves, np.iinfo(np.int32).max)
        plan = np.asarray(np.lexsort((priced, stay), axis=1)[:, 0], dtype=np.intp)
        # Fewest moves first, then the price: no price is as dear as this.
        cost = board.moves * (1.0 + float(np.abs(priced[board.allowed]).sum())) + priced
    tied = []
    for component in components(board.rows):
        found = colour(component, board.rows, board.allowed, cost)
        assert found is not None, "the check has made sure that these can be kept apart"
        plan[list(found[1])] = list(found[1].values())
        tied += component
    if board.budget is not None:
        _spend(board, plan, wanted, priced, np.setdiff1d(np.arange(len(plan)), tied))
    return plan


def _spend(board: Board, plan: Plan, wanted: Plan, priced: Array, units: npt.NDArray[np.intp]) -> None:
    """Let units go where they cost less while there is budget, the best gain for each child first."""
    extra = board.moves[units, wanted[units]] - board.moves[units, plan[units]]
    gain = priced[units, plan[units]] - priced[units, wanted[units]]
    spare = (board.budget or 0) - board.held_moved(plan)
    for k in np.lexsort((units, -gain / np.maximum(extra, 0.5))).tolist():
        if extra[k] <= spare and gain[k] > 0:
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

    def __init__(self, board: Board, plan: Plan, near: Mask | None = None) -> None:
        """`near` (units × IROs) limits which arcs are tried; None tries every allowed one."""
        self.board = board
        self.plan = plan.copy()
        self.near = board.allowed if near is None else near & board.allowed
        self.totals = [gauge.totals(plan) for gauge in board.gauges]
        self.moved = board.held_moved(plan)
        self.partners = _partners(board)
        self.every = np.arange(len(board.problem.iros))
        # How often each IRO's children have changed; a pair is tried again only when one of them has.
        self.changes = np.zeros(len(board.problem.iros), dtype=np.int64)
        self.tried: dict[tuple[int, int], tuple[int, int]] = {}

    def run(self, stop: Callable[[], bool] | None = None) -> Plan:
        """Shift and swap until nothing gains any more (or `stop` says so)."""
        for _ in range(ROUNDS):
            changed = self._shifts() or self._swaps() or self._trades() or self._pairs(stop)
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

    def _make(self, changes: list[tuple[int, int]]) -> None:
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
            whose = {int(self.plan[g]) for g, _ in changes} | {j for _, j in changes}
            if touched.isdisjoint(whose) and self._gain(changes) < -LEAST_GAIN:
                self._make(changes)
                touched |= whose
                if len(touched) > len(self.every) - 2:
                    break
        return bool(touched)

    def _marginal(self) -> tuple[Array, Array, Array]:
        """What a unit costs where it would come (units × IROs), what leaving saves, and the charges now."""
        board = self.board
        coming = np.zeros(board.allowed.shape)
        leaving = np.zeros(len(self.plan))
        for gauge, totals in zip(board.gauges, self.totals, strict=True):
            now = gauge.charge(self.every, totals)
            amounts = gauge.amount[:, None]
            coming += gauge.charge(self.every[None, :], totals[None, :] + amounts) - now[None, :]
            leaving += gauge.charge(self.plan, totals[self.plan] - gauge.amount) - now[self.plan]
        return coming, leaving, board.cost[np.arange(len(self.plan)), self.plan]

    def _shifts(self) -> bool:
        coming, leaving, here = self._marginal()
        difference = np.where(self.near, self.board.cost + coming, np.inf) + (leaving - here)[:, None]
        difference[np.arange(len(self.plan)), self.plan] = np.inf
        units, iros = np.nonzero(difference < -LEAST_GAIN)
        order = np.lexsort((iros, units, difference[units, iros]))[: 4 * len(self.plan)]
        return self._take([[(int(units[k]), int(iros[k]))] for k in order])

    def _swaps(self) -> bool:
        """Every unit of one IRO against every unit of another, best gains first."""
        board, plan = self.board, self.plan
        found: list[tuple[float, int, int]] = []
        cost = np.where(self.near, board.cost, np.inf)
        here = board.cost[np.arange(len(plan)), plan]
        for i in np.unique(plan).tolist():
            ours = np.flatnonzero(plan == i)
            theirs = np.flatnonzero(self.near[:, i] & (plan > i))
            ours = ours[self.near[ours].sum(axis=1) > 1]
            if not len(ours) or not len(theirs):
                continue
            where = plan[theirs]
            difference = cost[np.ix_(ours, where)] + cost[theirs, i][None, :] - here[ours][:, None] - here[theirs]
            for gauge, totals in zip(board.gauges, self.totals, strict=True):
                change = gauge.amount[theirs][None, :] - gauge.amount[ours][:, None]
                mine = np.full(change.shape, i)
                others = np.broadcast_to(where, change.shape)
                difference = difference + (
                    gauge.charge(mine, totals[i] + change)
                    - gauge.charge(np.array([i]), totals[[i]])
                    + gauge.charge(others, totals[others] - change)
                    - gauge.charge(where, totals[where])[None, :]
                )
            a, b = np.nonzero(difference < -LEAST_GAIN)
            found += zip(difference[a, b].tolist(), ours[a].tolist(), theirs[b].tolist(), strict=True)
        found.sort()
        return self._take([[(g, int(plan[h])), (h, int(plan[g]))] for _, g, h in found[: 4 * len(plan)]])

    def _trades(self) -> bool:
        """Under a budget that is spent: one unit goes back, another may go instead."""
        board = self.board
        if board.budget is None:
            return False
        units = np.arange(len(self.plan))
        coming, leaving, here = self._marginal()
        difference = np.where(self.near, board.cost + coming, np.inf) + (leaving - here)[:, None]
        difference[units, self.plan] = np.inf
        spent = board.moves - board.moves[units, self.plan][:, None]
        back = self._best(np.where(spent < 0, difference, np.inf))
        out = self._best(np.where(spent > 0, difference, np.inf))
        found = [
            (loss + gain, (g, i), (h, j))
            for loss, g, i in back
            for gain, h, j in out
            if g != h and loss + gain < -LEAST_GAIN and self.moved + spent[g, i] + spent[h, j] <= board.budget
        ]
        return self._take([[one, other] for _, one, other in sorted(found)])

    def _best(self, difference: Array) -> list[tuple[float, int, int]]:
        """Each unit's best IRO, the best units first."""
        iros = difference.argmin(axis=1)
        least = difference[np.arange(len(iros)), iros]
        order = [g for g in np.lexsort((np.arange(len(iros)), least))[:TRADED].tolist() if np.isfinite(least[g])]
        return [(float(least[g]), g, int(iros[g])) for g in order]

    def _pairs(self, stop: Callable[[], bool] | None) -> bool:
        """For two IROs at a time, deal the units that either could have out anew, at the least charge."""
        changed = False
        gauge = next((k for k, gauge in enumerate(self.board.gauges) if gauge.measure == "load"), None)
        if gauge is None:
            return False
        for i, j in self._partners_of_iros():
            if stop is not None and stop():
                break
            now = (int(self.changes[i]), int(self.changes[j]))
            if self.tried.get((i, j)) == now:
                continue
            changes = self._dealt(i, j, gauge)
            if changes and self._gain(changes) < -LEAST_GAIN:
                self._make(changes)
                changed = True
            self.tried[i, j] = (int(self.changes[i]), int(self.changes[j]))
        return changed

    def _partners_of_iros(self) -> list[tuple[int, int]]:
        """Pairs of IROs, each with those who could have most of their units."""
        here = np.zeros((len(self.plan), len(self.every)), dtype=np.float32)
        here[np.arange(len(self.plan)), self.plan] = 1.0
        shared = here.T @ self.near.astype(np.float32)
        shared = shared + shared.T
        np.fill_diagonal(shared, 0)
        found = set()
        for i in self.every.tolist():
            for j in np.argsort(-shared[i], kind="stable")[:PARTNERS].tolist():
                if shared[i, j] > 0:
                    found.add((min(i, j), max(i, j)))
        return sorted(found)

    def _dealt(self, i: int, j: int, load: int) -> list[tuple[int, int]]:
        """The best way to deal two IROs' units out, by dynamic programming over what the first one gets.

        Only the load is looked at: units that other measures count stay where they are, or are priced
        exactly afterwards by `_gain`.
        """
        board, gauge = self.board, self.board.gauges[load]
        both = self.near[:, i] & self.near[:, j]
        pool = np.flatnonzero(both & ((self.plan == i) | (self.plan == j)))
        pool = np.array([g for g in pool.tolist() if g not in self.partners and not board.units[g].new], dtype=np.intp)
        amounts = gauge.amount[pool] // gauge.step
        most = int(amounts.sum())
        if len(pool) < 2 or most > STATES:
            return []
        at_i, at_j = board.cost[pool, i], board.cost[pool, j]
        best = np.full(most + 1, np.inf)
        best[0] = 0.0
        taken = np.zeros((len(pool), most + 1), dtype=bool)
        reach = 0
        for k, amount in enumerate(amounts.tolist()):
            with_i = best[: reach + 1] + at_i[k]
            best[: reach + 1] += at_j[k]
            better = with_i < best[amount : reach + amount + 1]
            taken[k, amount : reach + amount + 1] = better
            np.copyto(best[amount : reach + amount + 1], with_i, where=better)
            reach += amount
        totals = self.totals[load]
        ours = int((gauge.amount[pool] * (self.plan[pool] == i)).sum())
        base_i, base_j = totals[i] - ours, totals[j] - (most * gauge.step - ours)
        given = np.flatnonzero(np.isfinite(best)) * gauge.step
        charge = (
            best[given // gauge.step]
            + gauge.charge(np.full(len(given), i), base_i + given)
            + gauge.charge(np.full(len(given), j), base_j + most * gauge.step - given)
        )
        left = int(given[int(charge.argmin())]) // gauge.step
        changes = []
        for k in range(len(pool) - 1, -1, -1):
            where = i if taken[k, left] else j
            left -= int(amounts[k]) if where == i else 0
            if self.plan[pool[k]] != where:
                changes.append((int(pool[k]), where))
        return changes
