"""What is left to decide once arcs have been deleted: plain arrays, small enough to send to a child process."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from iro_allocator.solver.board import Board, Plan
from iro_allocator.solver.lower import Pieces, pieces
from iro_allocator.solver.problem import Array, Mask

PIECES_ERROR = 0.02
"""Points that all straight pieces together may lie below the exact charges, near where the loads are."""


@dataclass(frozen=True, eq=False)
class LoadRow:
    """One IRO and measure: the arcs that add to it, by how much, and the charge in straight pieces."""

    arcs: npt.NDArray[np.intp]
    amounts: Array
    pieces: Pieces


@dataclass(frozen=True, eq=False)
class Reduced:
    """The undecided units with the arcs they have left.

    Arcs of a unit stand together: `units` are (first, last + 1) pairs of arc positions. `unit` and `iro`
    say whose an arc is, `start` whether the known plan takes it, `moves` how many held children it moves;
    `budget` is what the decided units leave of it. `apart` are (arc positions, most to choose) pairs.
    `constant` are the points of all that is decided.
    """

    unit: npt.NDArray[np.intp]
    iro: npt.NDArray[np.intp]
    cost: Array
    start: Mask
    units: tuple[tuple[int, int], ...]
    moves: npt.NDArray[np.int32]
    budget: int | None
    apart: tuple[tuple[tuple[int, ...], float], ...]
    loads: tuple[LoadRow, ...]
    constant: float

    def plan(self, known: Plan, chosen: Mask) -> Plan:
        """The known plan with the chosen arcs in place of its own."""
        found = known.copy()
        found[self.unit[chosen]] = self.iro[chosen]
        return found


def reduce(board: Board, plan: Plan, near: Mask) -> Reduced:
    """The board over the `near` arcs (units × IROs), those of a known plan included."""
    every = np.arange(len(plan))
    near = near & board.allowed
    near[every, plan] = True
    free = np.flatnonzero(near.sum(axis=1) > 1)
    settled = np.setdiff1d(every, free)
    rows, iro = np.nonzero(near[free])
    unit = free[rows]
    ends = np.flatnonzero(np.diff(unit, append=-1)) + 1
    constant = math.fsum(board.cost[settled, plan[settled]].tolist())
    loads = []
    error = PIECES_ERROR / max(1, len(board.problem.iros))
    for gauge in board.gauges:
        totals = gauge.totals(plan)
        base = gauge.base.copy()
        np.add.at(base, plan[settled], gauge.amount[settled])
        rest = gauge.from_base(base)
        for i in range(len(base)):
            arcs = np.flatnonzero((iro == i) & (gauge.amount[unit] > 0))
            most = int(gauge.amount[unit[arcs]].sum())
            centre = float(totals[i] - base[i]) / gauge.scale
            reach = 0.02 * float(board.problem.share[i]) + 1.5 if gauge.measure == "load" else most / gauge.scale
            charge = pieces(rest, i, most, centre, min(reach, most / gauge.scale), error)
            constant += float(charge.points[0])
            if len(arcs):
                loads.append(LoadRow(arcs, gauge.amount[unit[arcs]] / gauge.scale, charge))
    spent = int(board.moves[settled, plan[settled]].sum())
    return Reduced(
        unit=unit,
        iro=iro,
        cost=board.cost[unit, iro],
        start=plan[unit] == iro,
        units=tuple(zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True)) if len(ends) else (),
        moves=board.moves[unit, iro],
        budget=None if board.budget is None else board.budget - spent,
        apart=tuple(_apart(board, plan, near, unit, iro)),
        loads=tuple(loads),
        constant=constant,
    )


def _apart(
    board: Board, plan: Plan, near: Mask, unit: npt.NDArray[np.intp], iro: npt.NDArray[np.intp]
) -> list[tuple[tuple[int, ...], float]]:
    """Per pair and IRO both could go to, the arcs of which at most one may be chosen."""
    where = {(g, i): k for k, (g, i) in enumerate(zip(unit.tolist(), iro.tolist(), strict=True))}
    found = []
    for row in board.rows:
        for i in np.flatnonzero(near[row.one] & near[row.other]).tolist():
            arcs = tuple(where[g, i] for g in (row.one, row.other) if (g, i) in where)
            taken = sum(plan[g] == i and (g, i) not in where for g in (row.one, row.other))
            if i != row.but and arcs:
                found.append((arcs, float(1 - taken)))
    return found
