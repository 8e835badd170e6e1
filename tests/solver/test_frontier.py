from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings

from iro_allocator.solver.board import Board
from iro_allocator.solver.exchange import frontier_json
from iro_allocator.solver.frontier import frontier
from iro_allocator.solver.problem import Problem
from iro_allocator.solver.solve import solve
from tests.solver.problems import case, iro, plans, problem, problems


def rms(board: Board, plan: np.ndarray) -> float:
    share = board.problem.share
    there = share > 0
    load = np.zeros(len(share))
    for each in board.staying:
        load[board.problem.position[each.iro or ""]] += each.weight / 1e6
    for unit, i in zip(board.units, plan.tolist(), strict=True):
        load[i] += unit.weight / 1e6
    if not there.any():
        return 0.0
    return float(np.sqrt((share[there] * (load[there] / share[there] - 1) ** 2).sum() / share[there].sum()))


@given(problems())
@settings(max_examples=60)
def test_no_plan_with_as_few_moves_is_evener_than_a_points_bound(task: Problem) -> None:
    found = frontier(task, time_limit=20)
    board = Board(task)
    every = [(board.held_moved(plan), rms(board, plan)) for plan in plans(board)]
    assert found.points
    for point in found.points:
        assert point.rms_share_difference == pytest.approx(rms(board, point.plan), abs=1e-9)
        assert point.rms_bound <= point.rms_share_difference + 1e-12
        assert board.keeps_apart(point.plan)
        evenest = min(evenness for moved, evenness in every if moved <= point.children_moved)
        assert point.rms_bound <= evenest + 1e-9
        assert point.rms_share_difference <= evenest + 0.0005 + 0.0002 or found.stopped


@given(problems())
@settings(max_examples=40)
def test_points_are_in_order_and_none_is_dominated(task: Problem) -> None:
    found = frontier(task, time_limit=20).points
    moved = [point.children_moved for point in found]
    evenness = [point.rms_share_difference for point in found]
    assert moved == sorted(set(moved))
    assert evenness == sorted(set(evenness), reverse=True)
    if task.max_moves is not None and task.mode == "rebalance":
        assert moved[-1] <= max(task.max_moves, moved[0])


def test_a_service_shows_the_whole_choice_and_answers_a_tolerance() -> None:
    children = [case(f"c{n:02}", "i1" if n < 30 else "i2", since="2026-01-05") for n in range(40)]
    told: list[int] = []
    found = frontier(problem([iro("i1"), iro("i2")], children), progress=lambda points: told.append(len(points)))
    assert [point.children_moved for point in found.points] == list(range(11))
    assert found.points[-1].rms_share_difference == 0
    assert all(point.proven for point in found.points)
    within = found.within(0.1)
    assert within is not None
    assert within.children_moved == 8
    assert within.furthest_share_difference == pytest.approx(0.1)
    assert found.within(-1.0) is None
    assert told
    few = frontier(problem([iro("i1"), iro("i2")], children), points=4)
    assert len(few.points) == 4
    assert (few.points[0].children_moved, few.points[-1].children_moved) == (0, 10)


def test_the_plan_at_a_point_is_a_plan_of_the_problem_and_its_price_is_the_whole_one() -> None:
    children = [case(f"c{n:02}", f"i{n % 2}", placement=[n * 1000, 0]) for n in range(20)]
    task = problem([iro("i0", base=[0, 0]), iro("i1", base=[9000, 0]), iro("i2", base=[20_000, 0])], children)
    told = json.loads(json.dumps(frontier_json(frontier(task))))
    assert told["format"] == "iro-allocator-frontier/1"
    board = Board(task)
    for point in told["points"]:
        plan = np.array([task.position[point["allocation"][unit.id]] for unit in board.units])
        assert board.held_moved(plan) == point["children_moved"]
        assert board.objective(plan) == pytest.approx(point["objective"])
    assert solve(task).objective <= min(point["objective"] for point in told["points"]) + 0.1


def test_a_budget_too_small_for_a_family_takes_it_apart_here_too() -> None:
    children = [case("c1", "i1", family="f"), case("c2", "i2", family="f"), case("c3", "i1", family="f")]
    task = problem([iro("i1"), iro("i2")], children, max_moves=0, reunite=True)
    (point,) = frontier(task).points
    assert point.children_moved == 0
    assert point.allocation == {"c1": "i1", "c2": "i2", "c3": "i1"}
