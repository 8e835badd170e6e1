from __future__ import annotations

import time

import numpy as np
import psutil
import pytest

from iro_allocator.solver import search
from iro_allocator.solver.arcs import Arcs
from iro_allocator.solver.board import Board
from iro_allocator.solver.proof import best_plan
from iro_allocator.solver.reduce import Reduced, Task, reduce
from iro_allocator.solver.worker import Worker
from tests.solver.problems import case, iro, problem


def the_child() -> psutil.Process:
    """The one process that this one has started for solving."""
    (child,) = [each for each in psutil.Process().children() if "iro_allocator.solver.worker" in each.cmdline()]
    return child


@pytest.fixture(scope="module")
def board() -> Board:
    """A service whose best plan takes HiGHS a while to prove."""
    iros = [iro(f"i{n:02}", contracted_hours=37 - 1.5 * n, base=[n * 4000, 0]) for n in range(12)]
    cases = [
        case(
            f"c{n:03}",
            f"i{n % 9:02}",
            weight=1 + (n * 7 % 11) / 20,
            since=f"202{n % 6}-01-05",
            placement=[n * 997 % 60_000, n * 313 % 60_000],
        )
        for n in range(500)
    ]
    return Board(problem(iros, cases))


@pytest.fixture
def everything(board: Board) -> tuple[Reduced, np.ndarray]:
    arcs = Arcs.among(board.allowed, board.cost)
    plan = search.start(board, arcs)
    return reduce(board, plan, arcs), plan


def test_a_child_process_tells_plans_and_bounds_as_they_come_and_is_ended_at_once(
    board: Board, everything: tuple[Reduced, np.ndarray]
) -> None:
    reduced, plan = everything
    bounds: list[float] = []
    plans: list[np.ndarray] = []
    enough: list[float] = []

    def told(bound: float, chosen: np.ndarray | None) -> None:
        bounds.append(bound)
        if chosen is not None:
            plans.append(reduced.plan(plan, chosen))
            enough.append(time.monotonic())

    with Worker() as worker:
        child = the_child()
        chosen, bound, stopped = worker.solve(reduced, Task(gap=0.0, seconds=60), stop=lambda: bool(enough), told=told)
        latency = time.monotonic() - enough[0]
    assert stopped
    assert chosen is not None
    assert not child.is_running()
    # Ended between two looks, not when the solver pleases; generous, as machines are noisy.
    assert latency < 10
    assert bounds == sorted(bounds) or bound == max(bounds)
    assert bound <= board.objective(reduced.plan(plan, chosen))


def test_the_child_ends_when_the_program_dies(everything: tuple[Reduced, np.ndarray]) -> None:
    worker = Worker()
    child = the_child()
    # What the operating system does to a program's pipes when it is killed.
    worker.hang_up()
    assert child.wait(timeout=30) == 0
    worker.__exit__()


def test_time_is_kept_by_us_not_by_the_solver(board: Board) -> None:
    began = time.monotonic()
    found = best_plan(
        board, gap=0.0, until=began + 1.5, seed=0, tell=lambda *_: None, stop=lambda: time.monotonic() > began + 1.5
    )
    assert found.stopped
    assert found.bound <= board.objective(found.plan)


def test_a_child_that_breaks_is_said_so(everything: tuple[Reduced, np.ndarray]) -> None:
    reduced, _ = everything
    with Worker() as worker:
        the_child().kill()
        with pytest.raises((RuntimeError, BrokenPipeError)):
            worker.solve(reduced, Task(gap=0.0, seconds=60), stop=lambda: False, told=lambda *_: None)
