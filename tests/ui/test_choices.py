"""What is said of a curve of plans."""

from __future__ import annotations

from dataclasses import replace

from iro_allocator.solver.frontier import frontier
from iro_allocator.ui.choices import proof_words
from tests.solver.problems import case, iro, problem


def test_a_curve_says_what_is_left_of_it_only_where_something_is() -> None:
    children = [case(f"c{n}", "i1", since="2026-01-05") for n in range(6)]
    found = replace(frontier(problem([iro("i1"), iro("i2")], children, mode="rebalance")), seconds=6.1)
    assert len(found.points) > 1
    assert proof_words(found) == proof_words(replace(found, stopped=True)) == "Every point proven, after 6.1 s"
    points = (replace(found.points[0], rms_bound=0.0), *found.points[1:])
    few = f"{len(points) - 1} of {len(points)} points proven, after 6.1 s"
    assert proof_words(replace(found, points=points)) == few
    assert proof_words(replace(found, points=points, stopped=True)) == few + ", stopped before the rest was"
