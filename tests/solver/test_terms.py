"""One worked example for every term, and the law over the registry."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from iro_allocator.domain import DEFAULT_PRIORITIES
from iro_allocator.solver.board import Board
from iro_allocator.solver.terms import BY_KEY, TERMS
from tests.solver.problems import ON, case, iro, only, problem

FIVE_YEARS = (ON - timedelta(days=5 * 365)).isoformat()
TWO_YEARS = (ON - timedelta(days=730.5)).isoformat()


def charged(key: str, iros: list[dict[str, Any]], cases: list[dict[str, Any]], *plan: str, **more: Any) -> float:
    """Points of one term at its default weight, for a plan given as IRO ids (a unit each)."""
    task = problem(iros, cases, weights=only(**{key: BY_KEY[key].weight}), **more)
    board = Board(task)
    positions = np.array([task.position[each] for each in plan], dtype=np.intp)
    assert board.charges(positions) == {key: pytest.approx(board.objective(positions))}
    return board.charges(positions)[key]


TWO = [iro("i1"), iro("i2")]


def test_balance_is_fifty_times_share_times_squared_difference() -> None:
    # Three children, two IROs: share 1.5 each; 2 and 1 are a third off: 2 · 50 · 1.5 · (1/3)².
    cases = [case("a", "i1"), case("b", "i1"), case("c", "i2")]
    assert charged("balance", TWO, cases, "i1", "i1", "i2") == pytest.approx(2 * 50 * 1.5 / 9)
    assert charged("balance", TWO, [case("a"), case("b")], "i1", "i2") == 0


def test_one_point_is_one_case_moved_across_one_percentage_point() -> None:
    # Loads of 100 each; taking one case from an IRO at +1 % gains a point against one at share.
    cases = [case(f"c{n:03}") for n in range(200)]
    plan = ["i1"] * 101 + ["i2"] * 99
    before = charged("balance", TWO, cases, *plan)
    plan[100] = "i2"
    assert before - charged("balance", TWO, cases, *plan) == pytest.approx(1.0)


@pytest.mark.parametrize(("counts", "points"), [("load", 150), ("children", 100)])
def test_limit_charges_what_is_over_it_in_load_or_children(counts: str, points: float) -> None:
    iros = [iro("i1", limit=1), iro("i2")]
    cases = [case("a", weight=1.25), case("b", weight=1.25)]
    assert charged("limit", iros, cases, "i1", "i1", settings={"limit_counts": counts}) == pytest.approx(points)
    assert charged("limit", iros, cases, "i1", "i2", settings={"limit_counts": counts}) == pytest.approx(
        25 if counts == "load" else 0
    )


@pytest.mark.parametrize(
    ("since", "points"), [(None, 5), (ON.isoformat(), 5), (TWO_YEARS, 5 + 20 / 3), (FIVE_YEARS, 15)]
)
def test_continuity_grows_with_the_years_up_to_three(since: str | None, points: float) -> None:
    cases = [case("a", "i1", since=since)]
    assert charged("continuity", TWO, cases, "i2") == pytest.approx(points, abs=0.01)
    assert charged("continuity", TWO, cases, "i1") == 0


def test_a_child_whose_iro_has_gone_is_free_to_go_anywhere() -> None:
    assert charged("continuity", [iro("i1", available=0), iro("i2")], [case("a", "i1")], "i2") == 0


@pytest.mark.parametrize(("days", "points"), [(0, 3), (14, 3), (15, 0), (-1, 0)])
def test_timing_charges_a_change_before_a_review_within_14_days(days: int, points: float) -> None:
    cases = [case("a", "i1", next_review=(ON + timedelta(days)).isoformat())]
    assert charged("timing", TWO, cases, "i2") == points
    assert charged("timing", TWO, cases, "i1") == 0


def test_siblings_charge_each_child_who_is_apart_from_the_familys_fixed_children() -> None:
    cases = [case("a", "i1", family="f"), case("b", family="f"), case("c", family="f")]
    assert charged("siblings", TWO, cases, "i2", mode="referrals") == 50
    assert charged("siblings", TWO, cases, "i1", mode="referrals") == 0


def test_former_charges_who_does_not_return_where_a_former_iro_is_there() -> None:
    cases = [case("a", former_iros=["i1"])]
    assert charged("former", TWO, cases, "i2") == 5
    assert charged("former", TWO, cases, "i1") == 0
    assert charged("former", [iro("i1", available=0), iro("i2")], cases, "i2") == 0


def test_travel_charges_miles_to_each_distinct_placement_up_to_the_cap() -> None:
    mile = 1609.344
    base = [iro("i1", base=[0, 0]), iro("i2")]
    near = [case("a", family="f", placement=[0, round(50 * mile)]), case("b", family="f", placement=[0, 80467])]
    assert charged("travel", base, near, "i1") == pytest.approx(5.0, abs=1e-4)
    assert charged("travel", base, [case("a", placement=[0, round(500 * mile)])], "i1") == pytest.approx(12.0)
    assert charged("travel", base, near, "i2") == 0
    assert charged("travel", base, [case("a")], "i1") == 0


def test_skills_charge_each_preferred_skill_that_is_lacking() -> None:
    cases = [case("a", prefers=["urdu", "uasc"])]
    assert charged("skills", [iro("i1", skills=["urdu"]), iro("i2")], cases, "i1") == 5
    assert charged("skills", [iro("i1", skills=["urdu"]), iro("i2")], cases, "i2") == 10


def test_employment_charges_a_new_interim_but_not_the_one_they_have() -> None:
    iros = [iro("i1", employment="interim"), iro("i2")]
    assert charged("employment", iros, [case("a", "i2")], "i1") == 1
    assert charged("employment", iros, [case("a", "i1")], "i1") == 0


def test_spread_charges_new_children_over_the_fair_part_of_all_new_ones() -> None:
    # Two recent and two coming between two full-timers: the fair part is two.
    iros = [iro("i1", recent_children=2), iro("i2")]
    cases = [case("a"), case("b")]
    assert charged("spread", iros, cases, "i1", "i1") == 2
    assert charged("spread", iros, cases, "i1", "i2") == 1
    assert charged("spread", iros, cases, "i2", "i2") == 0


def test_the_registry_is_complete_and_its_defaults_are_the_settings() -> None:
    assert TERMS[0].key == "balance"
    assert {term.key: term.weight for term in TERMS} == {"balance": 1.0, **DEFAULT_PRIORITIES}
    for term in TERMS:
        assert term.label
        assert term.help.endswith(".")
        assert term.unit
        assert term.because.format(iro="A", before="−3%", miles="4 miles", skills="urdu")


@pytest.mark.parametrize("key", [term.key for term in TERMS])
def test_weight_0_removes_a_term(key: str) -> None:
    board = Board(problem(TWO, [case("a", "i1")], weights={key: 0}))
    assert key not in board.charges(np.array([1]))
