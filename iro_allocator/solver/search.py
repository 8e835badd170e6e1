"""Shift and swap: a plan made better one or two units at a time, on exact charges."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from iro_allocator.solver.board import Board, Plan
from iro_allocator.solver.problem import Array, Mask

ROUNDS = 60
LEAST_GAIN = 1e-7


def start(board: Board, priced: Array) -> Plan:
    """A plan that breaks no rule and keeps within the budget.

    Each unit takes its cheapest arc under `priced` (units × IROs) or, where the budget says no, the one
    that moves fewest held children.
    """
    plan = priced.argmin(axis=1).astype(np.intp)
    if board.budget is not None:
        stay = np.where(board.allowed, board.moves, np.iinfo(np.int32).max)
        calm = np.lexsort((priced, stay), axis=1)[:, 0] if len(plan) else plan
        units = np.arange(len(plan))
        extra = board.moves[units, plan] - board.moves[units, calm]
        gain = priced[units, calm] - priced[units, plan]
        spare = board.budget - board.held_moved(calm)
        wanted, plan = plan, calm.astype(np.intp)
        for g in np.lexsort((units, -gain / np.maximum(extra, 0.5))):
            if extra[g] <= spare and gain[g] > 0:
                plan[g] = wanted[g]
                spare -= extra[g]
    return _apart(board, plan, priced)


def _apart(board: Board, plan: Plan, priced: Array) -> Plan:
    """The plan with every pair kept apart: each group of tied units is placed anew, cheapest first."""
    if board.keeps_apart(plan):
        return plan
    tied = sorted({g for row in board.rows for g in (row.one, row.other)})
    first_by = {"cost": priced, "moves": board.moves + priced / (1 + np.abs(priced[np.isfinite(priced)]).max())}
    for order in first_by.values():
        found = _backtrack(board, plan.copy(), tied, order)
        if found is not None:
            return found
    return plan


def _backtrack(board: Board, plan: Plan, tied: list[int], order: Array) -> Plan | None:
    free = set(tied)
    partners = _partners(board)

    def fits(g: int, i: int) -> bool:
        return all(other in free or plan[other] != i or i == but for other, but in partners[g])

    def go(n: int) -> bool:
        if n == len(tied):
            return board.budget is None or board.held_moved(plan) <= board.budget
        g = tied[n]
        for i in np.argsort(order[g], kind="stable")[: len(tied) + 1].tolist():
            if board.allowed[g, i] and fits(g, i):
                before, plan[g] = plan[g], i
                free.discard(g)
                if go(n + 1):
                    return True
                free.add(g)
                plan[g] = before
        return False

    return plan if go(0) else None


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

    def run(self, stop: Callable[[], bool] | None = None) -> Plan:
        """Shift and swap until nothing gains any more (or `stop` says so)."""
        for _ in range(ROUNDS):
            changed = self._shifts() or self._swaps()
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

    def _take(self, candidates: list[list[tuple[int, int]]]) -> bool:
        """Make every candidate that still gains when its turn comes."""
        changed = False
        for changes in candidates:
            if all(self.plan[g] != j for g, j in changes) and self._gain(changes) < -LEAST_GAIN:
                self._make(changes)
                changed = True
        return changed

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
