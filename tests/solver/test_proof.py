from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from iro_allocator.solver import model, prices, proof, search
from iro_allocator.solver.arcs import Arcs
from iro_allocator.solver.board import Board
from iro_allocator.solver.problem import MILLIONTHS, Problem, ProblemCase, ProblemIro
from iro_allocator.solver.reduce import Task, reduce
from iro_allocator.solver.solve import solve
from tests.solver.problems import case, iro, plans, problem, problems


def service(iros: int = 8, children: int = 160, **more: Any) -> Problem:
    """A service of some size, in which hardly two children are alike."""
    return problem(
        [iro(f"i{n:02}", contracted_hours=37 - 2.5 * (n % 5), base=[n * 4000, 0]) for n in range(iros)],
        [
            case(
                f"c{n:03}",
                f"i{n * n % (iros - 2):02}",
                weight=1 + (n * 7 % 11) / 20,
                since=f"202{n % 6}-01-05",
                placement=[n * 997 % 30_000, n * 313 % 30_000],
            )
            for n in range(children)
        ],
        **more,
    )


def cheapest(board: Board, arcs: Arcs) -> float:
    """What a proof over these arcs finds."""
    plan = search.start(board, Arcs.among(board.allowed, board.cost))
    reduced = reduce(board, plan, arcs)
    solved = model.solve(reduced, Task(gap=1e-7, seconds=20))
    return board.objective(plan if solved.chosen is None else reduced.plan(plan, solved.chosen))


@given(problems())
@settings(max_examples=60)
def test_fixing_by_reduced_costs_never_removes_the_best_plan(task: Problem) -> None:
    board = Board(task)
    if not board.units:
        return
    found = prices.find(prices.Dual(board))
    known = board.objective(proof.answer(board, found, lambda: False))
    left = found.arcs.where(found.arcs.reduced <= known - found.bound + 1e-6)
    everything = Arcs.among(board.allowed, board.cost)
    assert min(known, cheapest(board, left)) == pytest.approx(cheapest(board, everything), abs=1e-4)


@given(problems())
@settings(max_examples=60)
def test_what_a_plan_exceeds_the_bound_by_is_shared_out_among_the_iros(task: Problem) -> None:
    board = Board(task)
    found = prices.find(prices.Dual(board))
    for plan in plans(board):
        excess = found.excess(plan)
        assert (excess >= -1e-6 * (1 + np.abs(excess).max())).all()
        if board.budget is None:
            assert excess.sum() == pytest.approx(board.objective(plan) - found.bound, rel=1e-6, abs=1e-5)


@given(problems())
@settings(max_examples=60)
def test_there_is_a_whole_plan_at_once(task: Problem) -> None:
    board = Board(task)
    plan = search.greedy(board)
    assert any((plan == each).all() for each in plans(board))


def test_prices_climb_to_the_end_of_the_dual_also_from_far_away() -> None:
    # Everybody has ten times the limit: a case equivalent more costs hundreds of points everywhere.
    task = service(4, 60, settings={"limit_per_fte": 1})
    board = Board(task)
    found = prices.find(prices.Dual(board))
    plan = proof.answer(board, found, lambda: False)
    assert board.objective(plan) - found.bound < 1e-3 * board.objective(plan)


def test_a_large_proof_goes_by_way_of_cuts_and_a_core_to_the_same_end(monkeypatch: pytest.MonkeyPatch) -> None:
    task = service()
    whole = solve(task)
    tasks: list[tuple[bool, int]] = []
    beside = proof._Proof._side_by_side

    def watched(self: proof._Proof, shaken: Arcs, task: Task) -> bool:
        tasks.append((task.cuts_alone, shaken.open))
        before = self.bound
        stopped = beside(self, shaken, task)
        assert self.bound >= before
        return stopped

    monkeypatch.setattr(proof, "LARGE", 10)
    monkeypatch.setattr(proof, "CORE_ARCS", 60)
    monkeypatch.setattr(proof._Proof, "_side_by_side", watched)
    large = solve(task)
    assert tasks[0][0] and 0 < tasks[0][1] <= 200
    assert whole.status == large.status == "optimal"
    assert large.objective == pytest.approx(whole.objective, abs=0.1)
    assert large.bound <= whole.objective + 1e-6
    assert whole.bound <= large.objective + 1e-6


def test_the_same_file_gives_the_same_result_twice() -> None:
    one, two = solve(service()), solve(service())
    assert one.allocation == two.allocation
    assert (one.objective, one.bound, one.stopped) == (two.objective, two.bound, False)


def test_an_iro_who_takes_nobody_changes_nothing() -> None:
    task = service(4, 24)
    before = solve(task, gap=1e-6)
    after = solve(replace(task, iros=(*task.iros, ProblemIro(id="zz", available=0.0))), gap=1e-6)
    assert after.objective == pytest.approx(before.objective, abs=1e-5)
    assert "zz" not in after.allocation.values()


def test_a_new_child_moves_nobody_in_referrals_and_goes_where_it_is_cheapest() -> None:
    task = replace(service(5, 60), mode="referrals")
    new = ProblemCase(id="new", weight=MILLIONTHS)
    result = solve(replace(task, cases=(*task.cases, new)))
    assert {key: who for key, who in result.allocation.items() if key != "new"} == {
        each.id: each.iro for each in task.cases
    }
    board = result.board
    assert result.objective == pytest.approx(min(board.objective(np.array([i])) for i in range(5)))


def test_a_review_far_away_changes_nothing() -> None:
    task = service(4, 24)
    far = task.on + timedelta(60)
    later = replace(task, cases=tuple(replace(each, next_review=far) for each in task.cases))
    assert solve(later).allocation == solve(task).allocation
