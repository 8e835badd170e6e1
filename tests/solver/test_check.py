from __future__ import annotations

from typing import Any

import pytest

from iro_allocator.solver.problem import Problem
from iro_allocator.solver.solve import solve
from tests.solver.problems import case, iro, problem

TWO = [iro("i1", name="A. Hussain"), iro("i2", name="B. Carter")]


def units(task: Problem) -> list[list[str]]:
    return [[each.id for each in unit.cases] for unit in task.units]


@pytest.mark.parametrize(
    ("iros", "child", "reason"),
    [
        ([iro("i1", available=0)], case("c"), "is not available on that day"),
        ([iro("i1", takes=["CP"])], case("c"), "does not take LAC"),
        ([iro("i1", takes=["LAC"])], case("c", type="BOTH"), "does not take CP"),
        ([iro("i1")], case("c", requires=["bsl"]), "lacks the required skill bsl"),
        ([iro("i1", takes_new=False)], case("c"), "takes no new children"),
    ],
)
def test_who_may_not_take_a_child_is_told_why(iros: list[dict[str, Any]], child: dict[str, Any], reason: str) -> None:
    result = solve(problem(iros, [child], mode="referrals"))
    assert [dict(each.reasons) for each in result.waiting] == [{"i1": reason}]


def test_a_barred_iro_is_told_with_the_reason() -> None:
    barred = [{"case": "c", "iro": "i1", "reason": "was the child's team manager"}]
    result = solve(problem([iro("i1")], [case("c")], barred=barred))
    assert result.waiting[0].reasons == {"i1": "may not have c: was the child's team manager"}


def test_families_move_as_one_and_marked_children_alone() -> None:
    cases = [case(f"c{n}", family="f") for n in range(4)] + [case("d")]
    assert units(problem(TWO, cases, mode="referrals")) == [["c0", "c1", "c2", "c3"], ["d"]]
    cases[1]["separate"] = True
    task = problem(TWO, cases, mode="referrals", apart=[["c3", "d"]])
    assert units(task) == [["c0", "c2"], ["c1"], ["c3"], ["d"]]


def test_a_split_family_stays_split_unless_it_is_to_be_reunited_and_newcomers_join_the_larger_part() -> None:
    cases = [
        case("a", "i2", family="f"),
        case("b", "i1", family="f"),
        case("c", "i1", family="f"),
        case("d", family="f"),
    ]
    assert units(problem(TWO, cases)) == [["a"], ["b", "c", "d"]]
    assert units(problem(TWO, cases, reunite=True)) == [["a", "b", "c", "d"]]
    assert units(problem(TWO, cases[:2] + cases[3:])) == [["a"], ["b", "d"]]  # a tie: the lowest IRO id


def test_who_is_decided_in_which_mode() -> None:
    iros = [*TWO, iro("gone", available=0), iro("sick", available=0, keeps_children=True)]
    cases = [
        case("held", "i1"),
        case("pinned", "i1", pinned=True),
        case("left", "gone"),
        case("left and pinned", "gone", pinned=True),
        case("covered", "sick"),
        case("new"),
        case("conflict", "i2"),
    ]
    barred = [{"case": "conflict", "iro": "i2"}]
    decided = {
        mode: {case for unit in units(problem(iros, cases, mode=mode, barred=barred)) for case in unit}
        for mode in ("referrals", "leavers", "rebalance")
    }
    must = {"left", "left and pinned", "new", "conflict"}
    assert decided == {"referrals": {"new"}, "leavers": must, "rebalance": must | {"held"}}
    result = solve(problem(iros, cases, barred=barred))
    assert result.children_must_move == 3


def test_a_parent_and_their_child_never_share_an_iro() -> None:
    result = solve(problem(TWO, [case("m"), case("n")], mode="referrals", apart=[["m", "n"]]))
    assert result.allocation["m"] != result.allocation["n"]
    held = solve(problem(TWO, [case("m", "i1"), case("n")], mode="referrals", apart=[["m", "n"]]))
    assert held.allocation["n"] == "i2"
    alone = solve(problem([iro("i1")], [case("m"), case("n")], mode="referrals", apart=[["m", "n"]]))
    assert alone.status == "partial"
    assert [unit.unit.id for unit in alone.waiting] == ["n"]
    assert "must not share" in alone.waiting[0].reasons["i1"]


def test_a_pair_that_shares_an_iro_today_is_separated_by_one_of_them_only() -> None:
    cases = [case("m", "i1", since="2020-01-01"), case("n", "i1", since="2026-11-01")]
    result = solve(problem(TWO, cases, apart=[["m", "n"]]))
    assert result.allocation == {"m": "i1", "n": "i2"}
    assert result.children_moved == 1


def test_nobody_moves_against_the_managers_word_even_where_a_rule_is_broken_today() -> None:
    cases = [case("m", "i1"), case("n", "i1")]
    result = solve(problem(TWO, cases, apart=[["m", "n"]], max_moves=0))
    assert result.children_moved == 0
    assert result.allocation == {"m": "i1", "n": "i1"}


def test_a_newcomer_whom_the_familys_iro_may_not_take_does_not_drag_the_others_along_over_the_budget() -> None:
    iros = [iro("i1", takes_new=False), iro("i2")]
    cases = [case("a", "i1", family="f"), case("b", family="f")]
    free = solve(problem(iros, cases))
    assert free.allocation == {"a": "i2", "b": "i2"}
    kept = solve(problem(iros, cases, max_moves=0))
    assert kept.allocation == {"a": "i1", "b": "i2"}


def test_only_the_children_in_focus_are_in_question() -> None:
    from tests.builders import DAY, allocation, held, snapshot
    from tests.builders import case as child
    from tests.builders import iro as officer

    hussain, carter = officer("A. Hussain"), officer("B. Carter")
    service = snapshot(
        hussain, carter, held(hussain, 4), child("C-1"), child("C-2"), allocation("C-1", hussain, pinned=True)
    )
    task = Problem.of(service, DAY, mode="rebalance", focus=["C-1"])
    assert units(task) == [["C-1"]]


def test_who_has_an_iro_keeps_them_and_the_referral_waits_where_only_one_of_a_pair_can_be_placed() -> None:
    for one, other in (("a", "b"), ("b", "a")):
        result = solve(problem([iro("i1")], [case(one), case(other, "i1")], apart=[["a", "b"]]))
        assert result.allocation == {other: "i1"}
        assert [waiting.unit.id for waiting in result.waiting] == [one]


def test_no_more_children_wait_than_must() -> None:
    cases = [case("a"), case("b"), case("c")]
    result = solve(problem([iro("i1")], cases, mode="referrals", apart=[["a", "b"], ["a", "c"]]))
    assert [waiting.unit.id for waiting in result.waiting] == ["a"]


def test_the_budget_goes_to_the_pair_that_must_part_and_without_one_the_referral_waits() -> None:
    cases = [case("a", "i2"), case("b", "i2", since="2025-07-11"), case("c", "i2", weight=0.85)]
    result = solve(problem(TWO, cases, apart=[["b", "c"]], max_moves=1))
    assert result.allocation == {"a": "i2", "b": "i1", "c": "i2"}
    only = [iro("i1", takes=["LAC"]), iro("i2")]
    none_left = solve(problem(only, [case("a", type="CP"), case("b", "i2")], apart=[["a", "b"]], max_moves=0))
    assert none_left.allocation == {"b": "i2"}
    assert [waiting.unit.id for waiting in none_left.waiting] == ["a"]


def test_a_child_who_can_stay_stays_when_nobody_may_take_a_new_brother() -> None:
    cases = [case("a", "i1", family="f"), case("b", family="f", requires=["urdu"])]
    result = solve(problem([iro("i1")], cases))
    assert result.allocation == {"a": "i1"}
    assert [waiting.unit.id for waiting in result.waiting] == ["b"]


def test_families_stay_whole_as_far_as_the_budget_goes() -> None:
    iros = [iro("i1", takes_new=False), iro("i2")]
    cases = [case(f"{key}{n}", "i1" if n else None, family=key) for key in "abc" for n in range(2)]
    result = solve(problem(iros, cases, max_moves=2))
    assert result.children_moved == 2
    together = [result.allocation[f"{key}0"] == result.allocation[f"{key}1"] for key in "abc"]
    assert sorted(together) == [False, True, True]
