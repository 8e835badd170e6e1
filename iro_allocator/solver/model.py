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

from iro_allocator.solver.problem import Array, Mask
from iro_allocator.solver.reduce import Reduced, Task

SMALL, MIDDLING = 100, 1000
"""Arcs of a tree that needs no search beside it, and of one that needs but one."""
LATELY = 4
"""Rounds of cuts over which a bound is seen to have stopped rising."""
Watch = Callable[[float, Mask | None], bool]
"""Told the bound so far (points) and every better choice of arcs; True asks the solver to end."""


@dataclass(frozen=True, eq=False)
class Solved:
    """What the solver came back with: the arcs of its best plan, None when it found none, and its bound."""

    chosen: Mask | None
    bound: float
    stopped: bool


def solve(reduced: Reduced, task: Task, *, watch: Watch | None = None) -> Solved:
    """Choose one arc a unit at the least charge."""
    lp = pulp.LpProblem("allocation", pulp.LpMinimize)
    # Names sort as they are made: PuLP orders its variables by name.
    arcs = [lp.add_variable(f"x{k:07d}", 0, 1, pulp.LpInteger) for k in range(len(reduced.cost))]
    objective: dict[Any, float] = dict(zip(arcs, reduced.cost.tolist(), strict=True))
    start = reduced.start.astype(float).tolist()
    for first, last in reduced.units:
        lp += _row(dict.fromkeys(arcs[first:last], 1.0), pulp.LpConstraintEQ, 1.0)
    for members, most in reduced.apart:
        lp += _row({arcs[k]: 1.0 for k in members}, pulp.LpConstraintLE, most)
    moving = {arcs[k]: float(reduced.moves[k]) for k in np.flatnonzero(reduced.moves)}
    if reduced.budget is not None and moving:
        lp += _row(moving, pulp.LpConstraintLE, float(reduced.budget))
    for load in reduced.loads:
        # A charge is columns of ascending slope that fill up to the amount: no binaries, no tangent rows.
        row = {arcs[k]: float(amount) for k, amount in zip(load.arcs, load.amounts, strict=True)}
        left = float(load.amounts @ reduced.start[load.arcs])
        for width, slope in zip(np.diff(load.pieces.at).tolist(), load.pieces.slopes.tolist(), strict=True):
            segment = lp.add_variable(f"y{len(start):07d}", 0, width)
            objective[segment], row[segment] = slope, -1.0
            start.append(min(max(left, 0.0), width))
            left -= width
        lp += _row(row, pulp.LpConstraintEQ, 0.0)
    lp.setObjective(pulp.LpAffineExpression(objective))
    highs = _Highs(
        constant=reduced.constant,
        start=start,
        arcs=len(arcs),
        level=_Level() if task.cuts_alone else None,
        watch=watch,
        gapAbs=task.gap,
        timeLimit=task.seconds,
        seed=task.seed,
        **({} if task.nodes is None else {"mip_max_nodes": task.nodes}),
        **_without(task, len(arcs)),
    )
    lp.solve(highs)
    return Solved(highs.chosen, highs.bound, highs.stopped)


def _without(task: Task, arcs: int) -> dict[str, bool]:
    """The searches for better plans that HiGHS is not to make: some take longer than all the rest, for next to nothing.

    A small tree finds every plan by itself, and in a middling one only the search around the best plan is worth its
    time. At the root alone, plans near the prices are sought elsewhere (`anneal.py`).
    """
    root, rens, rins = (f"mip_heuristic_run_{each}" for each in ("root_reduced_cost", "rens", "rins"))
    if task.nodes == 1:
        return {root: False}
    if task.nodes is not None or arcs > MIDDLING:
        return {}
    return {root: False, rens: False, rins: arcs > SMALL}


def _row(terms: dict[Any, float], sense: int, right: float) -> Any:
    return pulp.LpConstraint(pulp.LpAffineExpression(terms), sense=sense, rhs=right)


class _Level:
    """Sees when a bound has stopped rising. HiGHS looks up after each round of cuts, so this repeats exactly."""

    def __init__(self) -> None:
        self.bounds: list[float] = []
        self.reached = False

    def __call__(self, bound: float) -> bool:
        if math.isfinite(bound):
            self.bounds.append(bound)
            lately = bound - self.bounds[-LATELY] if len(self.bounds) >= LATELY else math.inf
            self.reached = lately <= 0.03 * (bound - self.bounds[0])
        return self.reached


class _Highs(pulp.HiGHS):  # type: ignore[misc]
    """PuLP's HiGHS with the model passed in one call, the objective's constant, and a warm start.

    The stock class adds columns one by one (ten times slower), ignores `warmStart`, and leaves the
    constant out, which makes a relative gap meaningless. One thread: results repeat, and HiGHS keeps
    the first number of threads of a process for life.
    """

    def __init__(
        self,
        *,
        constant: float,
        start: list[float],
        arcs: int,
        level: _Level | None,
        watch: Watch | None,
        seed: int,
        **options: Any,
    ) -> None:
        # Reduced-cost fixing has left little for a presolve to find: without it proofs take a third.
        super().__init__(msg=False, threads=1, gapRel=0.0, presolve="off", random_seed=seed, **options)
        self.constant, self.start, self.arcs = constant, start, arcs
        self.level, self.watch = level, watch
        self.chosen: Mask | None = None
        self.bound = -math.inf
        self.stopped = False

    def buildSolverModel(self, lp: Any) -> None:
        """Pass the whole model at once."""
        variables = lp.variables()
        for index, variable in enumerate(variables):
            variable.index = index
        constraints = list(lp._constraints.values())
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
        at_most = np.array([constraint.sense == pulp.LpConstraintLE for constraint in constraints], dtype=bool)
        model.row_lower_, model.row_upper_ = np.where(at_most, -highspy.kHighsInf, right), right
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        counts = [len(constraint) for constraint in constraints]
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
        level, watch = self.level, self.watch

        def look(event: Any) -> None:
            bound = event.data_out.mip_dual_bound
            asked = watch is not None and watch(bound, None)
            if asked or (level is not None and level(bound)):
                event.interrupt()

        def better(event: Any) -> None:
            if watch is not None:
                watch(event.data_out.mip_dual_bound, self._arcs(event.data_out.mip_solution))

        highs.cbMipInterrupt.subscribe(look)
        highs.cbMipImprovingSolution.subscribe(better)
        highs.run()
        info = highs.getInfo()
        self.bound = info.mip_dual_bound
        if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
            self.chosen = self._arcs(highs.getSolution().col_value)
        optimal = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        self.stopped = not optimal and not (level is not None and level.reached)

    def _arcs(self, values: Any) -> Mask:
        found: Array = np.array(values[: self.arcs], dtype=float)
        return found > 0.5

    def findSolutionValues(self, lp: Any) -> tuple[int, int]:
        """Nothing to copy into PuLP's variables: values and bound have been read."""
        del lp
        return pulp.LpStatusNotSolved, pulp.LpSolutionNoSolutionFound
