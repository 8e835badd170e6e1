"""Who is not to be touched neither gives nor takes; who cannot keep their IRO is placed all the same."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from iro_allocator.solver.frontier import frontier
from iro_allocator.solver.problem import Problem
from iro_allocator.solver.untouched import untouched
from tests.solver.problems import case, iro, problem, problems


def test_an_iro_who_is_left_out_keeps_just_the_children_they_have() -> None:
    children = [case(f"c{n:02}", "i1" if n < 8 else "i2", since="2026-01-05") for n in range(10)]
    task = problem([iro("i1"), iro("i2"), iro("i3")], children, mode="rebalance")
    assert frontier(task).points[-1].children_moved > 0
    left = frontier(untouched(task, iros={"i1"}))
    for point in left.points:
        assert {key for key, who in point.allocation.items() if who == "i1"} == {f"c{n:02}" for n in range(8)}


def test_a_child_who_is_left_out_keeps_their_iro() -> None:
    children = [case(f"c{n:02}", "i1", since="2026-01-05") for n in range(6)]
    task = problem([iro("i1"), iro("i2")], children, mode="rebalance")
    kept = untouched(task, cases={"c00", "c01"})
    for point in frontier(kept).points:
        assert point.allocation["c00"] == point.allocation["c01"] == "i1"


def _some(ids: list[str]) -> st.SearchStrategy[set[str]]:
    return st.sets(st.sampled_from(ids)) if ids else st.just(set())


@given(problems(), st.data())
@settings(max_examples=40)
def test_whoever_is_left_out_nobody_who_can_stay_moves(task: Problem, data: st.DataObject) -> None:
    iros = data.draw(_some([each.id for each in task.iros]))
    cases = data.draw(_some([each.id for each in task.cases]))
    changed = untouched(task, iros, cases)
    for each in changed.cases:
        was = task.case_by_id[each.id]
        if task.is_held(was) and (each.id in cases or each.iro in iros):
            assert not changed.is_decided(each) or changed.mode == "referrals" or changed.focus is not None
        if was.iro is not None and not task.is_held(was):
            assert changed.is_decided(each) == task.is_decided(was)
