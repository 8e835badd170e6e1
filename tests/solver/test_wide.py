"""National size, on boards small enough to try every plan: the same code, told that they are wide."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iro_allocator.solver import board as boards
from iro_allocator.solver import national, neighbours, prices, search, whole, wide
from iro_allocator.solver.board import Board
from iro_allocator.solver.exchange import problem_json
from iro_allocator.solver.problem import Problem
from iro_allocator.solver.solve import solve
from tests.solver.problems import case, iro, only, plans, problem, problems
from tests.solver.referee import Referee

ROUNDING = 1e-3
"""Points: a wide board's costs are kept in four bytes."""


@pytest.fixture(autouse=True)
def _all_boards_are_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prices, "WIDE", 0)
    monkeypatch.setattr(boards, "EXACT", 0)
    monkeypatch.setattr(wide, "LISTED", 2)
    monkeypatch.setattr(wide, "ALSO", 1)
    monkeypatch.setattr(wide, "BLOCK", 8)
    monkeypatch.setattr(neighbours, "WORTH", -1.0)


SOME = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(problems())
@SOME
def test_the_bound_is_below_the_best_plan_which_is_not_above_the_answer(task: Problem) -> None:
    board = Board(task)
    best = min((board.objective(plan) for plan in plans(board)), default=0.0)
    result = solve(task)
    assert result.bound <= best + ROUNDING
    assert best <= result.objective + 1e-6
    assert board.keeps_apart(result.plan)
    assert board.allowed[np.arange(len(result.plan)), result.plan].all()
    assert board.budget is None or board.held_moved(result.plan) <= board.budget
    if not result.waiting:
        referee = Referee(problem_json(task))
        assert result.objective == pytest.approx(referee.objective(dict(result.allocation)), rel=1e-9, abs=1e-9)
    assert result.objective == pytest.approx(sum(result.charges.values()), rel=1e-9, abs=1e-9)


@given(problems(), st.lists(st.floats(-30, 30), min_size=9, max_size=9))
@SOME
def test_any_prices_bound_plans_and_whole_units_raise_them_no_higher_than_the_best(
    task: Problem, values: list[float]
) -> None:
    board = Board(task)
    if not board.units:
        return
    dual = prices.Dual(board)
    best = min(board.objective(plan) for plan in plans(board))
    some = np.resize(np.array(values), dual.variables)
    if dual.budgeted:
        some[-1] = abs(some[-1])
    found = dual.exact(some)
    assert found.bound <= best + ROUNDING
    raised = whole.raised(dual, found, best + 5.0, stop=lambda: False)
    assert found.bound <= raised <= best + ROUNDING


@given(problems())
@SOME
def test_every_arc_that_is_not_handed_on_is_dearer_than_is_said(task: Problem) -> None:
    board = Board(task)
    if not board.units:
        return
    dual = prices.Dual(board)
    found = prices.find(dual)
    priced = dual.priced(slice(None), found.values)
    priced -= priced.min(axis=1, keepdims=True)
    handed_on = np.zeros(board.allowed.shape, dtype=bool)
    handed_on[found.arcs.unit, found.arcs.iro] = True
    assert (priced[~handed_on] > min(found.arcs.whole_to, wide.COMPLETE) - 1e-6).all()
    assert handed_on.any(axis=1).all() and board.allowed[found.arcs.unit, found.arcs.iro].all()


def test_wide_and_narrow_prices_come_to_the_same_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    iros = [iro(f"i{n:02d}", base=[n * 5000, 0], available=1 - n % 3 / 4) for n in range(12)]
    cases = [
        case(f"c{n:03d}", f"i{n * n % 11:02d}", weight=1 + n % 5 / 8, placement=[n * 7919 % 60_000, 0])
        for n in range(150)
    ]
    task = problem(iros, cases)
    far = prices.find(prices.Dual(Board(task))).bound
    monkeypatch.setattr(prices, "WIDE", 10**9)
    monkeypatch.setattr(boards, "EXACT", 10**9)
    assert far == pytest.approx(prices.find(prices.Dual(Board(task))).bound, rel=0.002)


def test_a_stop_at_any_moment_leaves_a_whole_plan_and_a_bound() -> None:
    iros = [iro(f"i{n}", base=[n * 9000, 0]) for n in range(9)]
    cases = [
        case(f"c{n:02d}", f"i{n * n % 7}", weight=1 + n % 3 / 4, placement=[n * 7919 % 70_000, 0]) for n in range(90)
    ]
    task = problem(iros, cases)
    after = solve(task)
    for looks in (0, 1, 2, 3, 5, 8, 13, 30, 100):
        left = [looks]

        def stop(left: list[int] = left) -> bool:
            left[0] -= 1
            return left[0] < 0

        result = solve(task, stop=stop)
        assert len(result.allocation) == 90
        assert 0 <= result.bound <= after.objective + ROUNDING
        assert result.stopped or result.gap_points <= after.gap_points + 1e-9


def test_progress_tells_a_plan_before_there_is_a_bound_and_never_a_worse_one() -> None:
    iros = [iro(f"i{n}") for n in range(6)]
    task = problem(iros, [case(f"c{n:02d}", f"i{n % 3}", weight=1 + n % 4 / 10) for n in range(60)])
    told: list[tuple[float, float | None]] = []
    board = Board(task)
    plan = search.greedy(board)
    dual = prices.Dual(board)
    found = prices.find(dual)
    best, bound = national.answer(dual, found, plan, gap=0.1, stop=lambda: False, tell=lambda *news: told.append(news))
    assert [best for best, _ in told] == sorted((best for best, _ in told), reverse=True)
    assert told[-1] == (board.objective(best), bound)
    assert found.bound <= bound <= board.objective(best)


def test_the_clock_is_looked_at_often_enough_for_half_a_second() -> None:
    iros = [iro(f"i{n}", base=[n * 900, 0]) for n in range(120)]
    cases = [case(f"c{n:04d}", f"i{n * n % 97}", placement=[n * 7919 % 90_000, 0]) for n in range(1500)]
    task = problem(iros, cases)
    looked: list[float] = []

    def stop() -> bool:
        looked.append(time.process_time())
        return len(looked) > 400

    solve(task, stop=stop)
    assert len(looked) > 20
    assert max(np.diff(looked)) < 2.0


def test_three_iros_who_could_go_round_are_mended_though_no_two_of_them_gain() -> None:
    """Each child lives at the next IRO's door, and no two IROs can exchange without one having both or none."""
    doors = {"a": [0, 0], "b": [60_000, 0], "c": [30_000, 52_000]}
    round_ = problem(
        [iro(each, base=door) for each, door in doors.items()],
        [
            case(f"of {each}", each, weight=4.0, placement=doors[after], since="2026-11-01")
            for each, after in (("a", "b"), ("b", "c"), ("c", "a"))
        ],
        weights=only(balance=1.0, travel=1.0),
    )
    board = Board(round_)
    home = search.greedy(board)
    found = prices.find(prices.Dual(board))
    assert (search.Search(board, home, found.arcs, found).run() == home).all()
    heard: list[float] = []
    mended = neighbours.mended(found, home, lambda: False, heard.append)
    assert board.allocation(mended) == {"of a": "b", "of b": "c", "of c": "a"}
    assert heard == [board.objective(mended)]
    assert (neighbours.mended(found, home, lambda: True, heard.append) == home).all()
