"""Charges from below, and what goes with an arc because nobody else changes it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iro_allocator.solver import prices
from iro_allocator.solver.board import Board
from iro_allocator.solver.lower import kink, pieces
from iro_allocator.solver.problem import Problem
from iro_allocator.solver.solve import solve
from tests.solver.problems import case, iro, only, plans, problem, problems


@given(problems())
def test_what_is_counted_up_to_the_kink_and_charged_beyond_it_is_the_charge(task: Problem) -> None:
    board = Board(task)
    for gauge in board.gauges:
        if gauge.scale > 1:
            continue
        bend = kink(gauge, int(gauge.amount.sum()))
        for i, chosen in itertools.product(
            range(len(task.iros)), itertools.product((False, True), repeat=len(board.units))
        ):
            amount = gauge.amount[list(chosen)].astype(float)
            where = np.full(len(amount), i)
            counted = int(bend.within(amount, where).sum())
            charge = gauge.charge(np.array([i]), gauge.base[[i]] + counted)[0] + bend.beyond(amount, where).sum()
            assert charge == pytest.approx(gauge.charge(np.array([i]), gauge.base[[i]] + int(amount.sum()))[0])


@given(problems(), st.floats(0, 20), st.sampled_from([0.5, 0.01]))
def test_straight_pieces_are_nowhere_above_a_charge_that_can_occur(task: Problem, centre: float, error: float) -> None:
    board = Board(task)
    for gauge, i in itertools.product(board.gauges, range(len(task.iros))):
        most = int(gauge.amount.sum())
        below = pieces(gauge, i, most, centre, 2.0, error)
        at = np.arange(0, most + 1, gauge.step)
        exact = gauge.charge(np.full(len(at), i), gauge.base[i] + at)
        assert (np.interp(at / gauge.scale, below.at, below.points) <= exact + 1e-6 * (1 + exact)).all()


def test_a_family_is_not_handed_out_in_parts_to_those_who_have_room_for_one() -> None:
    """Three IROs with room for one new child each, and two families of three: whoever takes one has two too many."""
    families = [case(f"{family}{n}", family=family) for family in "fg" for n in range(3)]
    task = problem([iro(each) for each in "abc"], families, mode="referrals", weights=only(spread=1.0))
    found = prices.find(prices.Dual(Board(task)))
    best = min(Board(task).objective(plan) for plan in plans(Board(task)))
    assert best == 2.0
    assert found.bound == pytest.approx(best, abs=0.01)


def test_a_family_of_two_alone_is_bounded_and_proven() -> None:
    """Whole numbers are counted one by one, though all that come are twos."""
    family = [case("m", family="f"), case("n", family="f")]
    task = problem(
        [iro("a", available=0.5), iro("b", recent_children=1)], family, weights=only(balance=1.0, spread=7.0)
    )
    best = min(Board(task).objective(plan) for plan in plans(Board(task)))
    result = solve(task, gap=1e-6)
    assert result.objective == pytest.approx(best)
    assert result.bound <= best + 1e-6
