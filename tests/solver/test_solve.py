from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings

from iro_allocator.solver import model, prices, search
from iro_allocator.solver.arcs import Arcs
from iro_allocator.solver.board import Board
from iro_allocator.solver.exchange import problem_from, problem_json
from iro_allocator.solver.problem import Problem
from iro_allocator.solver.proposal import Proposal
from iro_allocator.solver.reduce import Task, reduce
from iro_allocator.solver.score import Progress, candidates
from iro_allocator.solver.solve import solve
from tests.solver.problems import case, iro, only, plans, problem, problems

EXACT = 1e-6


@given(problems())
@settings(max_examples=150)
def test_the_plan_is_as_good_as_the_best_of_all_plans_and_the_bound_is_not_above_it(task: Problem) -> None:
    result = solve(task, gap=EXACT)
    board = result.board
    best = min((board.objective(plan) for plan in plans(board)), default=None)
    assert best is not None, "there is always an answer"
    assert result.objective == pytest.approx(best, abs=1e-5)
    assert result.bound <= best + 1e-7
    assert board.keeps_apart(result.plan)
    assert not result.stopped


@given(problems())
@settings(max_examples=100)
def test_prices_never_promise_more_than_the_best_plan(task: Problem) -> None:
    board = Board(task)
    dual = prices.Dual(board)
    found = prices.find(dual)
    for plan in plans(board):
        objective = board.objective(plan)
        # An arc's reduced cost says what any plan over it costs at least.
        taken = found.arcs.iro == plan[found.arcs.unit]
        along = found.arcs.reduced[taken].max(initial=0.0)
        assert found.bound + along <= objective + 1e-6 * (1 + abs(objective))


@given(problems())
@settings(max_examples=60)
def test_the_model_alone_proves_the_best_plan_without_any_fixing(task: Problem) -> None:
    board = Board(task)
    if not board.units:
        return
    arcs = Arcs.among(board.allowed, board.cost)
    plan = search.start(board, arcs)
    reduced = reduce(board, plan, arcs)
    solved = model.solve(reduced, Task(gap=EXACT, seconds=20))
    best = min(board.objective(each) for each in plans(board))
    assert solved.chosen is not None
    assert board.objective(reduced.plan(plan, solved.chosen)) == pytest.approx(best, abs=1e-4)
    assert solved.bound <= best + 1e-6


@given(problems())
@settings(max_examples=100)
def test_law_the_objective_is_the_sum_of_the_charges(task: Problem) -> None:
    result = solve(task, gap=1.0)
    assert math.fsum(result.charges.values()) == pytest.approx(result.objective, rel=1e-9, abs=1e-9)
    assert all(charge >= 0 for charge in result.charges.values())


@given(problems())
@settings(max_examples=60)
def test_every_difference_shown_is_what_a_new_price_says(task: Problem) -> None:
    result = solve(task, gap=1.0)
    board = result.board
    for g in range(len(board.units)):
        first, *others = candidates(board, result.plan, g)
        assert first.iro == task.iros[result.plan[g]].id
        assert first.difference == 0
        for other in others:
            if other.cannot is None:
                plan = result.plan.copy()
                plan[g] = task.position[other.iro]
                difference = board.objective(plan) - result.objective
                assert other.difference == pytest.approx(difference, abs=1e-7)
                assert other.total - first.total == pytest.approx(other.difference, abs=1e-9)


@given(problems())
@settings(max_examples=60)
def test_the_same_problem_gives_the_same_result_also_after_a_journey_through_a_file(task: Problem) -> None:
    one, two = solve(task), solve(problem_from(problem_json(task)))
    assert one.allocation == two.allocation
    assert (one.objective, one.bound) == (two.objective, two.bound)


@given(problems())
@settings(max_examples=60)
def test_nobody_who_is_fixed_moves_and_everybody_else_has_an_iro_or_a_reason(task: Problem) -> None:
    result = solve(task, gap=1.0)
    waiting = {each.id for one in result.waiting for each in one.unit.cases}
    for each in task.cases:
        if not task.is_decided(each):
            assert result.allocation[each.id] == each.iro
        else:
            assert (each.id in result.allocation) != (each.id in waiting)
    for one in result.waiting:
        assert set(one.reasons) == {iro.id for iro in task.iros}
    assert (result.status == "partial") == bool(waiting)
    for move in Proposal.of(result).moves:
        assert move.reasons


def test_referrals_go_to_whom_has_least() -> None:
    result = solve(
        problem(
            [iro("i1"), iro("i2")],
            [*(case(f"a{n}", "i1") for n in range(5)), *(case(f"b{n}", "i2") for n in range(3)), case("new")],
            mode="referrals",
        )
    )
    assert result.allocation["new"] == "i2"
    assert result.status == "optimal"


def test_the_published_share_of_22_hours_comes_out_of_a_whole_service() -> None:
    # Kirklees 2016-17: 1,158 children, 18.09 FTE, an IRO on 22 hours has "between 35 to 40 children".
    full = [iro(f"i{n:02}") for n in range(17)]
    others = [iro("part", contracted_hours=22), iro("rest", contracted_hours=(18.09 - 17) * 37 - 22)]
    children = [case(f"c{n:04}", f"i{n % 12:02}", since="2026-01-05") for n in range(1158)]
    result = solve(problem([*full, *others], children, weights={"continuity": 1}))
    loads = {load.iro: load for load in result.loads}
    assert 35 <= loads["part"].children <= 40
    assert loads["part"].share == pytest.approx(1158 * (22 / 37) / 18.09, abs=1e-9)
    assert result.gap_points <= 0.1


def test_no_more_held_children_change_than_the_manager_allows() -> None:
    children = [case(f"c{n:02}", "i1", since="2026-11-01") for n in range(30)]
    for most in (0, 1, 5):
        result = solve(problem([iro("i1"), iro("i2")], children, max_moves=most))
        assert result.children_moved == most
        assert result.status == "optimal"


def test_a_stop_is_said_and_the_plan_so_far_is_whole() -> None:
    children = [case(f"c{n:03}", f"i{n % 3}", weight=1 + n % 7 / 20, since="2026-01-05") for n in range(200)]
    task = problem([iro(f"i{n}", contracted_hours=37 - 5 * n) for n in range(5)], children)
    result = solve(task, gap=0.0, stop=lambda: True)
    assert result.stopped
    assert result.bound <= result.objective
    assert len(result.allocation) == 200


def test_progress_tells_best_and_bound_in_points_and_words() -> None:
    told: list[Progress] = []
    children = [case(f"c{n:03}", f"i{n % 3}", weight=1 + n % 7 / 20, since="2026-01-05") for n in range(40)]
    solve(problem([iro(f"i{n}", contracted_hours=37 - 5 * n) for n in range(5)], children), progress=told.append)
    assert told[0].words == "looking for a plan"
    assert told[-1].gap_points is not None
    assert told[-1].gap_points <= 0.1
    assert told[-1].words == "proven best"


@pytest.mark.parametrize(
    ("iros", "cases", "waiting"),
    [
        ([], [case("c1")], 1),
        ([iro("i1", available=0.0)], [case("c1"), case("c2", "i1")], 1),
        ([iro("i1", takes=["CP"])], [case("c1")], 1),
        ([iro("i1")], [case("c1", requires=["bsl"])], 1),
        ([iro("i1", takes_new=False)], [case("c1")], 1),
        ([iro("i1")], [case("c1")], 0),
        ([iro("i1", contracted_hours=0)], [case("c1")], 1),
        ([iro("i1")], [], 0),
        ([], [], 0),
    ],
)
def test_there_is_always_an_answer(iros: list[dict[str, Any]], cases: list[dict[str, Any]], waiting: int) -> None:
    result = solve(problem(iros, cases, mode="referrals"))
    assert len(result.waiting) == waiting
    assert result.status == ("partial" if waiting else "optimal")


def test_capacity_short_is_told_in_fte_and_the_plan_is_still_there() -> None:
    # W5: 1,137 children, 15.5 FTE, limit 70: short by 0.74 FTE.
    iros = [*(iro(f"i{n:02}") for n in range(15)), iro("half", contracted_hours=18.5)]
    result = solve(problem(iros, [case(f"c{n:04}", f"i{n % 15:02}") for n in range(1137)], mode="referrals"))
    assert result.short_fte == pytest.approx(1137 / 70 - 15.5)
    assert round(result.short_fte, 2) == 0.74


def test_one_term_alone_is_solved_too() -> None:
    children = [case("c1", placement=[30_000, 0]), case("c2", placement=[0, 0])]
    near = [iro("i1", base=[0, 0]), iro("i2", base=[30_000, 0])]
    result = solve(problem(near, children, mode="referrals", weights=only(travel=0.1)))
    assert result.allocation == {"c1": "i2", "c2": "i1"}
    assert result.objective == 0
