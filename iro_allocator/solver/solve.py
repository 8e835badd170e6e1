"""The one entry: check → prices → search → proof, and a Result."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from iro_allocator import caseload
from iro_allocator.solver.board import Board, Plan
from iro_allocator.solver.check import Waiting
from iro_allocator.solver.problem import MILLIONTHS, Problem
from iro_allocator.solver.proof import best_plan
from iro_allocator.solver.score import CLOSE_ENOUGH, LoadAfter, Progress, gap_in_words, loads

Status = Literal["optimal", "feasible", "partial"]
DEFAULT_SECONDS = 60.0


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

    def tell(objective: float, proven: float | None) -> None:
        if progress is not None:
            progress(Progress(time.monotonic() - began, objective, proven))

    def asked_to_stop() -> bool:
        return (stop is not None and stop()) or time.monotonic() - began > time_limit

    found = best_plan(board, gap=gap, until=began + time_limit, seed=seed, tell=tell, stop=asked_to_stop)
    objective = board.objective(found.plan)
    status: Status = "optimal" if objective - found.bound <= gap else "feasible"
    return Result(
        board=board,
        plan=found.plan,
        status="partial" if problem.checked.waiting else status,
        objective=objective,
        bound=found.bound,
        seconds=time.monotonic() - began,
        seed=seed,
        stopped=found.stopped,
        allocation=board.allocation(found.plan),
        waiting=problem.checked.waiting,
        charges=board.charges(found.plan),
        loads=loads(board, found.plan),
    )
