"""What is left to decide once arcs have been deleted: plain arrays, small enough to send to a child process."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from iro_allocator.solver.arcs import Arcs, Positions
from iro_allocator.solver.board import Board, Plan
from iro_allocator.solver.lower import Pieces, kink, pieces
from iro_allocator.solver.problem import Array, Mask

PIECES_ERROR = 0.005
"""Points that all straight pieces together may lie below the exact charges, near where the loads are."""


@dataclass(frozen=True, eq=False)
class LoadRow:
    """One IRO and measure: the arcs that add to it, by how much, and the charge in straight pieces."""

    arcs: npt.NDArray[np.intp]
    amounts: Array
    pieces: Pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """How a reduced board is to be solved: to within `gap` points, or for about `seconds`.

    `cuts_alone`: only as far as cuts raise the bound, which is soon; no branching for the rest. `nodes`: at most so
    many of the tree.
    """

    gap: float
    seconds: float
    seed: int = 0
    cuts_alone: bool = False
    nodes: int | None = None


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
    moves: npt.NDArray[np.int16]
    budget: int | None
    apart: tuple[tuple[tuple[int, ...], float], ...]
    loads: tuple[LoadRow, ...]
    constant: float

    def plan(self, known: Plan, chosen: Mask) -> Plan:
        """The known plan with the chosen arcs in place of its own."""
        found = known.copy()
        found[self.unit[chosen]] = self.iro[chosen]
        return found


def undecided(arcs: Arcs, plan: Plan, width: int, settled: Sequence[int] = ()) -> tuple[Positions, Positions]:
    """Units and IROs of the arcs, and of those of a plan, of units that have several; by unit, then IRO.

    `width` is the number of IROs; `settled` are units that stay as they are in the plan.
    """
    keys = np.union1d(arcs.unit * width + arcs.iro, np.arange(len(plan)) * width + plan)
    unit, iro = np.divmod(keys, width)
    open_ = np.bincount(unit, minlength=len(plan)) > 1
    open_[list(settled)] = False
    return unit[open_[unit]], iro[open_[unit]]


def reduce(board: Board, plan: Plan, arcs: Arcs) -> Reduced:
    """The board over some arcs, those of a known plan included."""
    width = len(board.problem.iros)
    unit, iro = undecided(arcs, plan, width)
    settled = np.setdiff1d(np.arange(len(plan)), unit)
    ends = np.flatnonzero(np.diff(unit, append=-1)) + 1
    cost = board.cost[unit, iro].astype(np.float64)
    constant = math.fsum(board.cost[settled, plan[settled]].tolist())
    loads = []
    error = PIECES_ERROR / max(1, len(np.unique(iro)))
    for gauge in board.gauges:
        base = gauge.base.copy()
        np.add.at(base, plan[settled], gauge.amount[settled])
        rest = gauge.from_base(base)
        amount = gauge.amount[unit].astype(np.float64)
        if gauge.measure == "new":
            bend = kink(rest, int(gauge.amount.sum()))
            cost += bend.beyond(amount, iro)
            amount = bend.within(amount, iro)
        counted = np.flatnonzero(amount > 0)
        by_iro = counted[np.argsort(iro[counted], kind="stable")]
        whose, begins = np.unique(iro[by_iro], return_index=True)
        others = np.setdiff1d(np.arange(width), whose)
        constant += math.fsum(gauge.charge(others, base[others]).tolist())
        groups = np.split(by_iro, begins[1:]) if len(whose) else []
        for i, adding in zip(whose.tolist(), groups, strict=True):
            most = int(amount[adding].sum())
            centre = float(amount[adding] @ (plan[unit[adding]] == i)) / gauge.scale
            reach = 0.02 * float(board.problem.share[i]) + 1.5 if gauge.measure == "load" else most / gauge.scale
            charge = pieces(rest, i, most, centre, min(reach, most / gauge.scale), error)
            constant += float(charge.points[0])
            loads.append(LoadRow(adding, amount[adding] / gauge.scale, charge))
    spent = int(board.moves[settled, plan[settled]].sum())
    return Reduced(
        unit=unit,
        iro=iro,
        cost=cost,
        start=plan[unit] == iro,
        units=tuple(zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True)) if len(ends) else (),
        moves=board.moves[unit, iro],
        budget=None if board.budget is None else board.budget - spent,
        apart=tuple(_apart(board, plan, unit, iro)),
        loads=tuple(loads),
        constant=constant,
    )


def _apart(
    board: Board, plan: Plan, unit: npt.NDArray[np.intp], iro: npt.NDArray[np.intp]
) -> list[tuple[tuple[int, ...], float]]:
    """Per pair and IRO both could go to, the arcs of which at most one may be chosen."""
    if not board.rows:
        return []
    where: dict[int, dict[int, int]] = {}
    for k, (g, i) in enumerate(zip(unit.tolist(), iro.tolist(), strict=True)):
        where.setdefault(g, {})[i] = k
    found = []
    for row in board.rows:
        # A settled unit can only go where it is, and needs no arc for it.
        choices = [where.get(g, {int(plan[g]): -1}) for g in (row.one, row.other)]
        for i in sorted(choices[0].keys() & choices[1].keys()):
            arcs = tuple(choice[i] for choice in choices if choice[i] >= 0)
            if i != row.but and arcs:
                found.append((arcs, float(len(arcs) - 1)))
    return found
