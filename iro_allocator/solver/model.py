"""The proof: what reduced-cost fixing has left → PuLP → HiGHS → a plan with a proven bound.

The only module that knows PuLP and HiGHS; their statuses never leave it, since a stop by time is
reported as "Optimal": only the solution and the bound are read.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import pulp

from iro_allocator.solver.board import Board, Gauge, Plan
from iro_allocator.solver.lower import Pieces, pieces
from iro_allocator.solver.problem import Mask

Watch = Callable[[float | None, float], bool]
"""Told the solver's best and bound so far (points); True asks it to stop."""

PIECES_ERROR = 0.01
"""Points that all straight pieces together may lie below the exact charges, near where the loads are."""


@dataclass(frozen=True, eq=False)
class Proof:
    """What the solver came back with: its best plan (None when it found none) and its proven bound."""

    plan: Plan | None
    bound: float
    stopped: bool


def prove(
    board: Board,
    plan: Plan,
    near: Mask,
    *,
    gap: float,
    time_limit: float,
    seed: int = 0,
    watch: Watch | None = None,
) -> Proof:
    """Solve the board over the `near` arcs (units × IROs, the plan's own included), warm from `plan`.

    The bound holds for every plan over those arcs. Ends within `gap` points or after about
    `time_limit` seconds.
    """
    units = np.arange(len(plan))
    near = near & board.allowed
    near[units, plan] = True
    free = np.flatnonzero(near.sum(axis=1) > 1)
    settled = np.setdiff1d(units, free)
    lp = pulp.LpProblem("allocation", pulp.LpMinimize)
    objective: dict[Any, float] = {}
    constant = float(board.cost[settled, plan[settled]].sum())
    place: dict[tuple[int, int], Any] = {}
    started: list[float] = []
    for g in free.tolist():
        arcs = np.flatnonzero(near[g]).tolist()
        for i in arcs:
            place[g, i] = lp.add_variable(f"x{len(place):07d}", 0, 1, pulp.LpInteger)
            objective[place[g, i]] = float(board.cost[g, i])
            started.append(float(plan[g] == i))
        lp += _row({place[g, i]: 1.0 for i in arcs}, pulp.LpConstraintEQ, 1.0)
    _apart(board, lp, place, plan)
    if board.budget is not None:
        spent = int(board.moves[settled, plan[settled]].sum())
        moving = {x: float(board.moves[g, i]) for (g, i), x in place.items() if board.moves[g, i]}
        if moving:
            lp += _row(moving, pulp.LpConstraintLE, float(board.budget - spent))
    extra = 0
    error = PIECES_ERROR / max(1, len(board.problem.iros))
    for gauge in board.gauges:
        totals = gauge.totals(plan)
        base = gauge.base.copy()
        np.add.at(base, plan[settled], gauge.amount[settled])
        rest = _rebased(gauge, base)
        by_iro: dict[int, dict[Any, float]] = {}
        most = np.zeros(len(base), dtype=np.int64)
        for (g, i), x in place.items():
            if gauge.amount[g]:
                by_iro.setdefault(i, {})[x] = gauge.amount[g] / gauge.scale
                most[i] += gauge.amount[g]
        for i in range(len(base)):
            centre = float(totals[i] - base[i]) / gauge.scale
            reach = 0.02 * float(board.problem.share[i]) + 1.5 if gauge.measure == "load" else math.inf
            charge = pieces(rest, i, int(most[i]), centre, min(reach, most[i] / gauge.scale), error)
            constant += float(charge.points[0])
            if i in by_iro:
                extra = _segments(lp, objective, charge, by_iro[i], extra, started)
    lp.setObjective(pulp.LpAffineExpression(objective))
    solver = _Highs(
        constant=constant, start=started, watch=watch, gapAbs=gap, gapRel=0.0, timeLimit=time_limit, random_seed=seed
    )
    if not place:
        return Proof(plan.copy(), constant, False)
    lp.solve(solver)
    found = None
    if solver.values is not None:
        found = plan.copy()
        for (g, i), value in zip(place, solver.values[: len(place)], strict=True):
            if value > 0.5:
                found[g] = i
    return Proof(found, solver.bound, solver.stopped)


def _row(terms: dict[Any, float], sense: int, right: float) -> Any:
    return pulp.LpConstraint(pulp.LpAffineExpression(terms), sense=sense, rhs=right)


def _rebased(gauge: Gauge, base: Any) -> Gauge:
    """The gauge as it stands once the settled units are counted as staying."""
    return Gauge(gauge.problem, gauge.measure, gauge.scale, gauge.amount, base, gauge.terms)


def _apart(board: Board, lp: Any, place: dict[tuple[int, int], Any], plan: Plan) -> None:
    for row in board.rows:
        for i in range(len(board.problem.iros)):
            if i == row.but:
                continue
            variables = [place[g, i] for g in (row.one, row.other) if (g, i) in place]
            settled_here = sum(plan[g] == i and (g, i) not in place for g in (row.one, row.other))
            if variables and len(variables) + settled_here == 2:
                lp += _row(dict.fromkeys(variables, 1.0), pulp.LpConstraintLE, float(1 - settled_here))


def _segments(
    lp: Any, objective: dict[Any, float], charge: Pieces, amounts: dict[Any, float], extra: int, started: list[float]
) -> int:
    """Add one IRO's charge as columns of ascending slope that fill up to their amount."""
    row = dict(amounts)
    filled = 0.0
    total = sum(amount * started[int(x.name[1:])] for x, amount in amounts.items())
    for width, slope in zip(np.diff(charge.at).tolist(), charge.slopes.tolist(), strict=True):
        segment = lp.add_variable(f"y{extra:07d}", 0, width)
        extra += 1
        objective[segment] = slope
        row[segment] = -1.0
        started.append(min(max(total - filled, 0.0), width))
        filled += width
    lp += _row(row, pulp.LpConstraintEQ, 0.0)
    return extra


class _Highs(pulp.HiGHS):  # type: ignore[misc]
    """PuLP's HiGHS with the model passed in one call, the objective's constant, and a warm start.

    The stock class adds columns one by one (ten times slower), ignores `warmStart`, and leaves the
    constant out, which makes a relative gap meaningless. One thread: results repeat, and HiGHS keeps
    the first number of threads of a process for life.
    """

    def __init__(self, *, constant: float, start: list[float], watch: Watch | None, **options: Any) -> None:
        super().__init__(msg=False, threads=1, **options)
        self.constant, self.start, self.watch = constant, start, watch
        self.values: list[float] | None = None
        self.bound = -math.inf
        self.stopped = False

    def buildSolverModel(self, lp: Any) -> None:
        """Pass the whole model at once."""
        variables = lp.variables()
        for index, variable in enumerate(variables):
            variable.index = index
        constraints = list(lp._constraints.values())
        counts = [len(constraint) for constraint in constraints]
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(variables), len(constraints)
        model.col_cost_ = np.array([lp.objective.get(v, 0.0) for v in variables], dtype=float)
        model.col_lower_ = np.array([v.lowBound for v in variables], dtype=float)
        model.col_upper_ = np.array([v.upBound for v in variables], dtype=float)
        model.integrality_ = [
            highspy.HighsVarType.kInteger if v.cat == pulp.LpInteger else highspy.HighsVarType.kContinuous
            for v in variables
        ]
        right = np.array([-constraint.constant for constraint in constraints], dtype=float)
        senses = np.array([constraint.sense for constraint in constraints])
        model.row_lower_ = np.where(senses == pulp.LpConstraintLE, -highspy.kHighsInf, right)
        model.row_upper_ = np.where(senses == pulp.LpConstraintGE, highspy.kHighsInf, right)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
        model.a_matrix_.index_ = np.array([v.index for c in constraints for v in c], dtype=np.int32)
        model.a_matrix_.value_ = np.array([a for c in constraints for a in c.values()], dtype=float)
        model.offset_ = self.constant
        lp.solverModel.passModel(model)
        values = np.array(self.start, dtype=float)
        lp.solverModel.setSolution(len(values), np.arange(len(values), dtype=np.int32), values)

    def callSolver(self, lp: Any) -> None:
        """Run, telling `watch` how it goes and ending when it says so."""
        highs = lp.solverModel
        if self.watch is not None:
            watch = self.watch

            def look(event: Any) -> None:
                out = event.data_out
                best = out.mip_primal_bound if abs(out.mip_primal_bound) < highspy.kHighsInf else None
                if watch(best, out.mip_dual_bound):
                    event.interrupt()

            highs.cbMipInterrupt.subscribe(look)
        highs.run()
        info = highs.getInfo()
        self.bound = info.mip_dual_bound
        if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
            self.values = list(highs.getSolution().col_value)
        self.stopped = highs.getModelStatus() != highspy.HighsModelStatus.kOptimal

    def findSolutionValues(self, lp: Any) -> tuple[int, int]:
        """Nothing to copy into PuLP's variables: values and bound have been read."""
        del lp
        return pulp.LpStatusNotSolved, pulp.LpSolutionNoSolutionFound
