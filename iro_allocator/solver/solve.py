"""The one entry: check → prices → search → proof."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from iro_allocator import caseload
from iro_allocator.solver import prices, search
from iro_allocator.solver.board import Board, Plan
from iro_allocator.solver.check import Waiting
from iro_allocator.solver.problem import MILLIONTHS, Array, Mask, Problem
from iro_allocator.solver.reduce import Reduced, reduce
from iro_allocator.solver.score import CLOSE_ENOUGH, LoadAfter, Progress, gap_in_words, loads
from iro_allocator.solver.worker import Worker

Status = Literal["optimal", "feasible", "partial"]
DEFAULT_SECONDS = 60.0
HERE_ARCS = 400
"""Arcs up to which a proof takes a blink, so that no child process is worth its start."""
CORE_ARCS = 6000
"""Arcs solved first where reduced costs have left more."""
ROUNDS = 8
"""Proofs in a row, each around the plan of the one before; the second is seldom needed."""
CORE_GAP = 0.01
"""Points an IRO to which a core is solved: it is there for its plan, not for its bound."""


@dataclass(frozen=True, eq=False)
class Result:
    """A plan with its price, its proof and what it makes of everybody (see the exchange page).

    `objective` is the sum of `charges`; `bound` is proven: no plan costs less.
    """

    board: Board = field(repr=False)
    plan: Plan = field(repr=False)
    status: Status
    objective: float
    bound: float
    seconds: float
    seed: int
    stopped: bool
    allocation: Mapping[str, str] = field(repr=False)
    waiting: tuple[Waiting, ...]
    charges: Mapping[str, float]
    loads: tuple[LoadAfter, ...] = field(repr=False)

    @property
    def problem(self) -> Problem:
        """What was solved."""
        return self.board.problem

    @property
    def gap_points(self) -> float:
        """Objective less bound, points."""
        return max(0.0, self.objective - self.bound)

    @property
    def gap(self) -> float:
        """The gap as a part of the objective (0 when both are 0)."""
        return self.gap_points / self.objective if self.objective > 0 else 0.0

    @property
    def words(self) -> str:
        """How good the plan is known to be."""
        return gap_in_words(self.gap_points, self.objective)

    @property
    def children_moved(self) -> int:
        """Held children who change IRO."""
        return self.board.held_moved(self.plan)

    @property
    def children_must_move(self) -> int:
        """Placed children who had an IRO that they could not keep."""
        return sum(
            case.iro is not None and not self.problem.is_held(case) for unit in self.board.units for case in unit.cases
        )

    @property
    def rms_share_difference(self) -> float:
        """sqrt(Σ T r² / Σ T) over available IROs."""
        there = [load for load in self.loads if load.share_difference is not None]
        total = math.fsum(load.share for load in there)
        squares = math.fsum(load.share * (load.share_difference or 0.0) ** 2 for load in there)
        return math.sqrt(squares / total) if total else 0.0

    @property
    def furthest_share_difference(self) -> float:
        """The largest share difference of an available IRO, without its sign."""
        return max(
            (abs(load.share_difference) for load in self.loads if load.share_difference is not None), default=0.0
        )

    @property
    def short_fte(self) -> float:
        """FTE missing for everybody to stay within the limit."""
        figures = self.problem.figures
        total = len(self.problem.cases) if figures.limit_counts == "children" else self.problem.total_load / MILLIONTHS
        return caseload.short_fte(total, figures.limit_per_fte, math.fsum(self.problem.available))


def solve(
    problem: Problem,
    *,
    gap: float = CLOSE_ENOUGH,
    time_limit: float = DEFAULT_SECONDS,
    seed: int = 0,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Result:
    """The best plan found for a problem, with a proven bound.

    Ends when the plan is proven within `gap` points, after about `time_limit` seconds, or when `stop`
    says so; in the last two cases the result says `stopped`. Same problem and seed, same result, unless
    it was stopped.
    """
    began = time.monotonic()
    board = Board(problem)
    best, bound, stopped = np.zeros(0, dtype=np.intp), -math.inf, False

    def tell(objective: float | None, proven: float) -> None:
        if progress is not None:
            progress(Progress(time.monotonic() - began, objective, proven))

    def asked_to_stop() -> bool:
        return (stop is not None and stop()) or time.monotonic() - began > time_limit

    if board.units:
        dual = prices.Dual(board)
        found = prices.find(dual, stop=asked_to_stop)
        bound = found.bound
        tell(None, bound)
        best = _answer(board, found, asked_to_stop)
        objective = board.objective(best)
        tell(objective, bound)
        if objective - bound > gap:
            if asked_to_stop():
                stopped = True
            else:
                best, bound, stopped = _proof(board, best, found, gap, began + time_limit, seed, tell, asked_to_stop)
    objective = board.objective(best)
    if not board.units:
        bound = objective
    # Rounding in the bound's own sums must not put it above a plan that exists.
    bound = min(bound, objective)
    status: Status = "optimal" if objective - bound <= gap else "feasible"
    return Result(
        board=board,
        plan=best,
        status="partial" if problem.checked.waiting else status,
        objective=objective,
        bound=bound,
        seconds=time.monotonic() - began,
        seed=seed,
        stopped=stopped,
        allocation=board.allocation(best),
        waiting=problem.checked.waiting,
        charges=board.charges(best),
        loads=loads(board, best),
    )


def _answer(board: Board, found: prices.Prices, stop: Callable[[], bool]) -> Plan:
    """A search from the cheapest arcs at the prices, over those that are nearly as cheap."""
    return search.Search(board, search.start(board, found.reduced), _near(found.reduced)).run(stop)


def _near(reduced: Array) -> Mask:
    """The arcs worth trying in a search: the cheapest four of each unit, and as many for each IRO."""
    units, iros = reduced.shape
    near = np.zeros(reduced.shape, dtype=bool)
    a_unit = min(iros, 4)
    np.put_along_axis(near, np.argpartition(reduced, a_unit - 1, axis=1)[:, :a_unit], True, axis=1)
    an_iro = min(units, -(-4 * units // iros))
    np.put_along_axis(near, np.argpartition(reduced, an_iro - 1, axis=0)[:an_iro], True, axis=0)
    return near & np.isfinite(reduced)


def _proof(
    board: Board,
    best: Plan,
    found: prices.Prices,
    gap: float,
    until: float,
    seed: int,
    tell: Callable[[float | None, float], None],
    stop: Callable[[], bool],
) -> tuple[Plan, float, bool]:
    """Delete every arc that stands in no better plan, and solve the rest to the gap.

    When much is left, a core of the cheapest arcs is solved first: a better plan deletes more arcs.
    """
    bound = found.bound
    with _Prover(board) as prover:

        def stage(near: Mask, wanted: float, proves: bool) -> bool:
            nonlocal best, bound
            known = best

            def told(proven: float, plan: Plan | None) -> None:
                nonlocal best, bound
                if plan is not None and board.objective(plan) < board.objective(best):
                    best = plan
                if proves:
                    # What was deleted costs at least the known objective: the bound holds up to there.
                    bound = max(bound, min(proven, objective))
                tell(board.objective(best), bound)

            objective = board.objective(known)
            return prover.solve(
                reduce(board, known, near), known, gap=wanted, until=until, seed=seed, told=told, stop=stop
            )

        def left() -> Mask:
            near: Mask = found.reduced <= board.objective(best) - found.bound + 1e-6
            return near

        stopped = False
        if np.count_nonzero(left()) > CORE_ARCS:
            core = np.partition(found.reduced[left()], CORE_ARCS)[CORE_ARCS]
            stopped = stage(found.reduced <= core, max(gap, CORE_GAP * len(board.problem.iros)), proves=False)
        for _ in range(ROUNDS):
            if stopped or board.objective(best) - bound <= gap:
                break
            # The charges are taken exactly around the loads of the best plan: a much better plan calls
            # for another round around its own.
            stopped = stage(left(), 0.8 * gap, proves=True)
    return best, bound, stopped and board.objective(best) - bound > gap


class _Prover:
    """Solves reduced boards: small ones here, large ones in a child process."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._worker: Worker | None = None

    def __enter__(self) -> _Prover:
        return self

    def __exit__(self, *_: object) -> None:
        if self._worker is not None:
            self._worker.__exit__()

    def solve(
        self,
        reduced: Reduced,
        known: Plan,
        *,
        gap: float,
        until: float,
        seed: int,
        told: Callable[[float, Plan | None], None],
        stop: Callable[[], bool],
    ) -> bool:
        """Tell every better plan and the proven bound as they come; gives whether it was stopped."""

        def passed_on(bound: float, chosen: Mask | None) -> None:
            told(bound, None if chosen is None else reduced.plan(known, chosen))

        seconds = max(0.05, until - time.monotonic())
        if len(reduced.cost) <= HERE_ARCS:
            # Imported when there is something to prove: it loads PuLP and HiGHS.
            from iro_allocator.solver import model

            def watch(bound: float, chosen: Mask | None) -> bool:
                passed_on(bound, chosen)
                return stop()

            solved = model.solve(reduced, gap=gap, seconds=seconds, seed=seed, watch=watch)
            passed_on(solved.bound, solved.chosen)
            return solved.stopped
        self._worker = self._worker or Worker()
        chosen, bound, stopped = self._worker.solve(
            reduced, gap=gap, seconds=seconds, seed=seed, stop=stop, told=passed_on
        )
        passed_on(bound, chosen)
        return stopped
