"""An instance as plain arrays for peers that solve a model: arcs with their points, loads with theirs.

The charges are the program's own (`Board`); convex charges of a load become straight pieces between fixed
breakpoints, the same for every peer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from iro_allocator.solver.board import Board, Gauge, Plan, Whole
from iro_allocator.solver.problem import MILLIONTHS, Array

SHARE_DIFFERENCES = (-0.2, -0.1, -0.05, -0.02, 0.0, 0.02, 0.05, 0.1, 0.2)
"""Where a charge of the load is taken exactly; with nothing, the limit and everything: ten pieces or so."""


@dataclass(frozen=True, eq=False)
class Column:
    """One IRO and measure: which arcs add how many steps to it, and the charge in straight pieces.

    `at` are corners in steps above the base, `points` the charges there.
    """

    arcs: npt.NDArray[np.intp]
    steps: Whole
    at: Whole
    points: Array

    @property
    def widths(self) -> Whole:
        """Steps from corner to corner."""
        return np.diff(self.at)

    @property
    def slopes(self) -> Array:
        """Points a step, ascending."""
        return np.diff(self.points) / np.diff(self.at)


@dataclass(frozen=True, eq=False)
class Laid:
    """Everything in the model: `unit`, `iro`, `cost` and `moves` of every arc a rule allows, arcs of a unit together.

    `apart` are pairs of arcs of which only one may be chosen.
    """

    board: Board
    unit: npt.NDArray[np.intp]
    iro: npt.NDArray[np.intp]
    cost: Array
    moves: Whole
    apart: tuple[tuple[int, int], ...]
    columns: tuple[Column, ...]

    @property
    def first(self) -> npt.NDArray[np.intp]:
        """The first arc of each unit, and one past the last of all."""
        return np.searchsorted(self.unit, np.arange(len(self.board.units) + 1))

    def plan(self, chosen: npt.ArrayLike) -> Plan | None:
        """The plan of chosen arcs (anything above a half counts), None when it is not one IRO a unit."""
        taken = np.flatnonzero(np.asarray(chosen, dtype=float)[: len(self.cost)] > 0.5)
        if not np.array_equal(self.unit[taken], np.arange(len(self.board.units))):
            return None
        return self.iro[taken]


def lay_out(board: Board) -> Laid:
    """Every arc and every load of a board."""
    unit, iro = np.nonzero(board.allowed)
    where = {(g, i): k for k, (g, i) in enumerate(zip(unit.tolist(), iro.tolist(), strict=True))} if board.rows else {}
    return Laid(
        board=board,
        unit=unit,
        iro=iro,
        cost=board.cost[unit, iro],
        moves=board.moves[unit, iro].astype(np.int64),
        apart=tuple(
            (where[row.one, i], where[row.other, i])
            for row in board.rows
            for i in np.flatnonzero(board.allowed[row.one] & board.allowed[row.other]).tolist()
            if i != row.but
        ),
        columns=tuple(
            _column(gauge, i, np.flatnonzero((iro == i) & (gauge.amount[unit] > 0)), unit)
            for gauge in board.gauges
            for i in range(len(board.problem.iros))
            if board.problem.is_available[i]
        ),
    )


def _column(gauge: Gauge, iro: int, arcs: npt.NDArray[np.intp], unit: npt.NDArray[np.intp]) -> Column:
    steps = gauge.amount[unit[arcs]] // gauge.step
    at = _corners(gauge, iro, int(steps.sum()))
    points = gauge.charge(np.full(len(at), iro), gauge.base[iro] + at * gauge.step)
    return Column(arcs, steps, at, points)


def _corners(gauge: Gauge, iro: int, most: int) -> Whole:
    problem = gauge.problem
    kink = problem.fair_new[iro] if gauge.measure == "new" else problem.limit[iro]
    wanted = [float(kink)]
    if gauge.measure == "load":
        wanted += [float(problem.share[iro]) * (1 + difference) for difference in SHARE_DIFFERENCES]
    scale = MILLIONTHS if gauge.measure == "load" else 1
    at = [round((each * scale - int(gauge.base[iro])) / gauge.step) for each in wanted]
    return np.unique(np.array([0, most, *(each for each in at if 0 < each < most)], dtype=np.int64))
