"""What others would do with the same instance: a rule of thumb, the textbook model, the whole model.

Every peer is given the same charges and tells its plans as it finds them; `Told` prices them exactly. Each
gives in a word how it ended. Nothing here is tuned against a peer: all get every core there is.
"""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Protocol

import highspy
import numpy as np
import pulp

from iro_allocator.solver.board import Board, Plan
from iro_allocator.solver.problem import MILLIONTHS
from tests.bench.charges import Laid, lay_out
from tests.bench.cpsat_home import solutions

GAP = 0.1
"""Points to which those who prove are asked to prove, as ours is."""
TEXTBOOK_WORTH = 10.0
"""Points, for each case equivalent of the service, that a largest share difference of 100 % is charged.

About what the fair charge would rise by if everybody were 10 % out. Less, and the textbook model moves
hardly a child; more, and it moves many for one IRO.
"""


class Told(Protocol):
    """Who listens to a peer."""

    def plan(self, plan: Plan | None, seconds: float | None = None) -> None:
        """A plan it has found (None: what it came back with is no plan), now or after so many seconds."""

    def built(self, **seconds: float) -> None:
        """How long it took to build its model, in parts."""


Peer = Callable[[Board, float, Told], str]


def cores() -> int:
    """Cores of the machine."""
    return os.cpu_count() or 1


def manager(board: Board, seconds: float, told: Told) -> str:
    """The manager's rule: each undecided case to whoever has most headroom below their limit."""
    del seconds
    told.plan(most_headroom(board))
    return "done"


def most_headroom(board: Board) -> Plan:
    """Held children stay; then one unit after another to the IRO who is furthest below their limit."""
    problem = board.problem
    at_home = [_home(board, g) for g in range(len(board.units))]
    plan = np.array([-1 if home is None else home for home in at_home], dtype=np.intp)
    load = np.zeros(len(problem.iros))
    for case in board.staying:
        load[problem.position[case.iro or ""]] += case.weight / MILLIONTHS
    for g in np.flatnonzero(plan >= 0).tolist():
        load[plan[g]] += board.units[g].weight / MILLIONTHS
    apart: dict[int, list[tuple[int, int]]] = {}
    for row in board.rows:
        apart.setdefault(row.one, []).append((row.other, row.but))
        apart.setdefault(row.other, []).append((row.one, row.but))
    for g in np.flatnonzero(plan < 0).tolist():
        may = board.allowed[g].copy()
        for other, but in apart.get(g, ()):
            if plan[other] >= 0 and plan[other] != but:
                may[plan[other]] = False
        if not may.any():
            may = board.allowed[g]
        plan[g] = int(np.argmax(np.where(may, problem.limit - load, -np.inf)))
        load[plan[g]] += board.units[g].weight / MILLIONTHS
    return plan


def _home(board: Board, g: int) -> int | None:
    """The IRO who has the held children of a unit and may have them all, None when there is no such IRO."""
    for case in board.units[g].held:
        i = board.problem.position[case.iro or ""]
        if board.allowed[g, i] and board.moves[g, i] == 0:
            return i
    return None


def textbook(board: Board, seconds: float, told: Told) -> str:
    """PuLP and CBC, as it is mostly taught: the largest share difference, and the costs of the moves."""
    began = time.monotonic()
    laid = lay_out(board)
    problem = board.problem
    lp, arcs, objective = _choices(laid)
    largest = lp.add_variable("z0000000", 0)
    objective[largest] = TEXTBOOK_WORTH * problem.total_load / MILLIONTHS
    for n, column in enumerate(laid.columns[: int(problem.is_available.sum())]):
        i = int(np.flatnonzero(problem.is_available)[n])
        gauge = board.gauges[0]
        base, step = float(gauge.base[i]) / gauge.scale, gauge.step / gauge.scale
        load = {arcs[k]: s * step for k, s in zip(column.arcs.tolist(), column.steps.tolist(), strict=True)}
        share = float(problem.share[i])
        over = lp.add_variable(f"y{n:07d}", 0)
        objective[over] = problem.figures.weights["limit"]
        lp += _row({**load, largest: -share}, pulp.LpConstraintLE, share - base)
        lp += _row({**load, largest: share}, pulp.LpConstraintGE, share - base)
        lp += _row({**load, over: -1.0}, pulp.LpConstraintLE, float(problem.limit[i]) - base)
    lp.setObjective(pulp.LpAffineExpression(objective))
    built = time.monotonic() - began
    told.built(expressions=built)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # CBC is to leave PuLP 4
        cbc = pulp.COIN_CMD(
            path=pulp.PULP_CBC_CMD.pulp_cbc_path, msg=False, threads=cores(), timeLimit=max(0.1, seconds - built)
        )
        lp.solve(cbc)
    if lp.sol_status not in {pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible}:
        return "no plan in time"
    told.plan(laid.plan([arc.varValue or 0.0 for arc in arcs]))
    return "done" if lp.sol_status == pulp.LpSolutionOptimal else "time"


def all_in(board: Board, seconds: float, told: Told, threads: int | None = None) -> str:
    """PuLP and HiGHS as they come, with every arc and ten straight pieces a load in one model."""
    began = time.monotonic()
    laid = lay_out(board)
    lp, arcs, objective = _choices(laid)
    count = 0
    for column in laid.columns:
        row = {arcs[k]: float(s) for k, s in zip(column.arcs.tolist(), column.steps.tolist(), strict=True)}
        for width, slope in zip(column.widths.tolist(), column.slopes.tolist(), strict=True):
            segment = lp.add_variable(f"y{count:07d}", 0, width)
            objective[segment], row[segment], count = slope, -1.0, count + 1
        lp += _row(row, pulp.LpConstraintEQ, 0.0)
    lp.setObjective(pulp.LpAffineExpression(objective))
    expressions = time.monotonic() - began

    def better(kind: Any, message: str, out: Any, into: Any, user: Any) -> None:
        del kind, message, into, user
        told.plan(laid.plan(out.mip_solution))

    class Timed(pulp.HiGHS):  # type: ignore[misc]
        """The stock class; only looks at the clock."""

        def buildSolverModel(self, lp: Any) -> None:  # noqa: N802
            before = time.monotonic()
            super().buildSolverModel(lp)
            told.built(expressions=expressions, passing=time.monotonic() - before)
            left = max(0.1, seconds - (time.monotonic() - began))
            lp.solverModel.setOptionValue("time_limit", left)

    lp.solve(
        Timed(
            msg=False,
            threads=threads or cores(),
            gapRel=0.0,
            gapAbs=GAP,
            callbackTuple=(better, None),
            callbacksToActivate=[highspy.cb.HighsCallbackType.kCallbackMipImprovingSolution],
        )
    )
    if lp.solverModel.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return "no plan in time"
    told.plan(laid.plan([arc.varValue or 0.0 for arc in arcs]))
    return "done" if lp.solverModel.getModelStatus() == highspy.HighsModelStatus.kOptimal else "time"


def cp_sat(board: Board, seconds: float, told: Told) -> str:
    """OR-Tools' CP-SAT on the same straight pieces, in a process with an environment of its own."""
    began = time.monotonic()
    laid = lay_out(board)
    prepared = time.monotonic() - began
    status = "no plan in time"
    for message in solutions(laid, seconds - prepared, cores(), GAP):
        if "chosen" in message:
            status = "time"
            chosen = np.zeros(len(laid.cost))
            chosen[message["chosen"]] = 1.0
            told.plan(laid.plan(chosen), prepared + message["seconds"])
        elif "built" in message:
            told.built(expressions=message["built"])
        elif message.get("proven"):
            status = "done"
    return status


PEERS: Mapping[str, tuple[str, Peer]] = {
    "manager": ("manager's rule", manager),
    "textbook": ("textbook min-max, PuLP + CBC", textbook),
    "all-in": ("everything in PuLP + HiGHS", all_in),
    "cp-sat": ("CP-SAT", cp_sat),
}


def _choices(laid: Laid) -> tuple[Any, Sequence[Any], dict[Any, float]]:
    """A model with one IRO a unit, pairs apart and the budget kept; its arcs; and what they are charged."""
    lp = pulp.LpProblem("allocation", pulp.LpMinimize)
    # Names sort as they are made: PuLP orders its variables by name.
    arcs = [lp.add_variable(f"x{k:07d}", 0, 1, pulp.LpInteger) for k in range(len(laid.cost))]
    for first, last in pairwise(laid.first.tolist()):
        lp += _row(dict.fromkeys(arcs[first:last], 1.0), pulp.LpConstraintEQ, 1.0)
    for one, other in laid.apart:
        lp += _row({arcs[one]: 1.0, arcs[other]: 1.0}, pulp.LpConstraintLE, 1.0)
    if laid.board.budget is not None:
        moving = {arcs[k]: float(laid.moves[k]) for k in np.flatnonzero(laid.moves).tolist()}
        lp += _row(moving, pulp.LpConstraintLE, float(laid.board.budget))
    return lp, arcs, dict(zip(arcs, laid.cost.tolist(), strict=True))


def _row(terms: dict[Any, float], sense: int, right: float) -> Any:
    return pulp.LpConstraint(pulp.LpAffineExpression(terms), sense=sense, rhs=right)
