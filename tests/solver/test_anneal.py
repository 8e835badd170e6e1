from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iro_allocator.solver import anneal, prices, proof, search
from iro_allocator.solver.arcs import Arcs
from iro_allocator.solver.board import Board, Plan
from iro_allocator.solver.problem import Problem
from iro_allocator.solver.reduce import Reduced, Task
from iro_allocator.solver.solve import solve
from iro_allocator.solver.worker import LOOK, Told, Worker
from tests.solver.problems import case, iro, only, plans, problem, problems
from tests.solver.test_proof import service


def crowd(board: Board, plan: Plan, seed: int = 0) -> anneal._Crowd:
    everything = Arcs.among(board.allowed, board.cost)
    return anneal._Crowd(board, plan, everything, np.random.default_rng(seed))


def whole(board: Board, plan: Plan, units: Any, places: Any) -> Plan:
    found = plan.copy()
    found[units] = places
    return found


@given(problems(), st.integers(0, 5))
def test_a_shaken_crowd_keeps_every_rule_and_knows_what_its_plans_cost(task: Problem, seed: int) -> None:
    board = Board(task)
    if not board.units:
        return
    plan = search.start(board, Arcs.among(board.allowed, board.cost))
    some = crowd(board, plan, seed)
    if not len(some.iro):
        return
    places = some.shaken(np.tile(plan[some.units], (9, 1)), stop=lambda: False)
    points = some.points(places)
    for each, cost in zip(places, points, strict=True):
        found = whole(board, plan, some.units, each)
        assert board.allowed[np.arange(len(found)), found].all()
        assert board.keeps_apart(found)
        assert board.budget is None or board.held_moved(found) <= board.budget
        assert cost - points[0] == pytest.approx(
            board.objective(found) - board.objective(whole(board, plan, some.units, places[0])), abs=1e-6
        )


@given(problems())
def test_no_generation_is_worse_and_all_are_the_same_again(task: Problem) -> None:
    board = Board(task)
    if not board.units:
        return
    found = prices.find(prices.Dual(board))
    everything = Arcs.among(board.allowed, board.cost)
    plan = search.start(board, everything)

    def costs() -> list[float]:
        every = anneal.generations(board, plan, everything, found, seed=3, stop=lambda: False)
        return [board.objective(each) for each in every]

    first = costs()
    assert first == sorted(first, reverse=True)
    assert first == costs()
    assert all(cost <= board.objective(plan) for cost in first)
    if first:
        assert first[-1] >= min(board.objective(each) for each in plans(board)) - 1e-9


def hollow() -> Problem:
    """Three IROs whom nine families fit exactly, three each; but no two have anything to exchange."""
    fitting = [(1.3, 2.2, 3.5), (1.45, 2.65, 2.9), (1.9, 2.35, 2.75)]
    held = [
        case(f"c{n}{k}", f"i{(n + k) % 3}", weight=weight)
        for n, three in enumerate(fitting)
        for k, weight in enumerate(three)
    ]
    return problem([iro(f"i{n}") for n in range(3)], held, weights=only(balance=1.0))


def test_a_crowd_comes_out_of_a_hollow_in_which_a_search_stays() -> None:
    board = Board(hollow())
    everything = Arcs.among(board.allowed, board.cost)
    found = prices.find(prices.Dual(board))
    plan = search.Search(board, search.greedy(board), everything).run()
    best = min(board.objective(each) for each in plans(board))
    *_, last = anneal.generations(board, plan, everything, found, seed=0, stop=lambda: False)
    assert board.objective(plan) > best + 1e-6
    assert board.objective(last) == pytest.approx(best, abs=1e-9)


class _Side:
    """Two at work side by side: who of them is sooner, and whether the child process keeps its plans to itself."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, child_last: bool, without_plans: bool) -> None:
        self.asked: list[int | None] = []
        ask, hear, crowd = Worker.ask, Worker.hear, anneal.generations

        def asking(worker: Worker, reduced: Reduced, task: Task) -> None:
            self.asked.append(task.nodes)
            ask(worker, reduced, task)

        def hearing(worker: Worker, told: Told, seconds: float = LOOK) -> str:
            if child_last and not seconds:
                return ""  # not while the crowd is shaken
            return hear(worker, (lambda bound, _: told(bound, None)) if without_plans else told, seconds)

        def shaking(*these: Any, stop: Callable[[], bool], **more: Any) -> Iterator[Plan]:
            until = time.monotonic() + (0.0 if child_last else 1.5)
            while not stop() and time.monotonic() < until:
                time.sleep(0.01)
            return crowd(*these, stop=stop, **more)

        monkeypatch.setattr(proof, "HERE_ARCS", 0)
        monkeypatch.setattr(Worker, "ask", asking)
        monkeypatch.setattr(Worker, "hear", hearing)
        monkeypatch.setattr(anneal, "generations", shaking)


@pytest.mark.parametrize("without_plans", [False, True])
def test_side_by_side_is_proven_and_the_same_whoever_is_sooner(without_plans: bool) -> None:
    task = service(7, 90)
    alone = solve(task)
    found = []
    for child_last in (False, True):
        with pytest.MonkeyPatch.context() as monkeypatch:
            sides = _Side(monkeypatch, child_last=child_last, without_plans=without_plans)
            found.append(solve(task))
            assert sides.asked == [1]
    one, other = found
    assert (one.status, other.status) == ("optimal", "optimal")
    assert (one.allocation, one.objective, one.bound) == (other.allocation, other.objective, other.bound)
    assert one.objective == pytest.approx(alone.objective, abs=0.1)
    assert one.bound <= alone.objective + 1e-6
    assert alone.bound <= one.objective + 1e-6


def test_a_stop_while_both_are_at_work_uses_the_best_of_both(monkeypatch: pytest.MonkeyPatch) -> None:
    task = service(8, 100)
    sides = _Side(monkeypatch, child_last=True, without_plans=True)
    generations = 0
    crowd = anneal.generations

    def counted(*these: Any, **more: Any) -> Iterator[Plan]:
        nonlocal generations
        for plan in crowd(*these, **more):
            generations += 1
            yield plan

    monkeypatch.setattr(anneal, "generations", counted)
    board = Board(task)
    before = board.objective(proof.answer(board, prices.find(prices.Dual(board)), lambda: False))
    result = solve(task, stop=lambda: generations > 1)
    assert (sides.asked, result.stopped, result.status) == ([1], True, "feasible")
    assert result.objective < before
    assert result.bound <= result.objective
