from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings

from iro_allocator.errors import Explained
from iro_allocator.solver.exchange import (
    problem_from,
    problem_json,
    pseudonymised,
    read_problem,
    result_json,
    write_json,
)
from iro_allocator.solver.problem import Problem
from iro_allocator.solver.solve import solve
from tests.solver.problems import ON, case, iro, problem, problems

LEAST: dict[str, Any] = {"format": "iro-allocator-problem/1", "on": "2026-11-23", "mode": "referrals"}


@given(problems())
@settings(max_examples=50)
def test_a_problem_comes_back_from_its_file_as_it_was(task: Problem) -> None:
    assert problem_from(json.loads(json.dumps(problem_json(task)))) == task


@given(problems())
@settings(max_examples=50)
def test_a_pseudonymised_problem_costs_the_same_and_names_nobody(task: Problem) -> None:
    hidden = pseudonymised(task, b"key")
    assert hidden == pseudonymised(task, b"key")
    one, two = solve(task, gap=1e-6), solve(hidden, gap=1e-6)
    # Which of two children that must be kept apart waits is a matter of ids.
    assume(not one.waiting)
    # Turned places are whole metres again: up to a metre and a half each way, at 0.1 point a mile.
    assert two.objective == pytest.approx(one.objective, abs=0.01)
    told = json.dumps(problem_json(hidden))
    for name in ("conflict", '"f1"', '"c0"', '"i0"'):
        assert name not in told


def test_what_is_left_out_takes_the_defaults() -> None:
    task = problem_from({**LEAST, "iros": [{"id": "i1"}], "cases": [{"id": "c1"}]})
    only_iro, only_case = task.iros[0], task.cases[0]
    assert (only_iro.available, only_iro.limit, only_iro.takes) == (1.0, 70.0, frozenset({"LAC", "CP"}))
    assert (only_case.weight, only_case.iro, only_case.family) == (1_000_000, None, "")
    assert task.figures.weights["continuity"] == 10
    assert problem_from(LEAST).cases == ()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": "iro-allocator-problem/9"}, "iro-allocator-problem/9"),
        ({"mode": "shuffle"}, "referrals, leavers, rebalance"),
        ({"on": "23/11/2026"}, "not a date"),
        ({"colour": "red"}, "“colour” is unknown"),
        ({"max_moves": -1}, "whole number"),
        ({"max_moves": 1.5}, "whole number"),
        ({"settings": {"weights": {"kindness": 1}}}, "“kindness” is unknown"),
        ({"settings": {"weights": {"travel": -1}}}, "0 or more"),
        ({"settings": {"limit_per_fte": 0}}, "more than 0"),
        ({"settings": {"limit_counts": "families"}}, "load, children"),
        ({"iros": [{"id": "i1", "age": 4}]}, "IRO i1: the key “age” is unknown"),
        ({"iros": [{"name": "A"}]}, "IRO 1: “id” is missing"),
        ({"iros": [{"id": "i1"}, {"id": "i1"}]}, "stands twice"),
        ({"iros": [{"id": "i1", "takes": ["YOS"]}]}, "LAC, CP or both"),
        ({"iros": "many"}, "not a list"),
        ({"cases": [{"id": "c1", "iro": "i9"}]}, "i9"),
        ({"cases": [{"id": "c1", "weight": "heavy"}]}, "Case c1, “weight”"),
        ({"cases": [{"id": "c1", "weight": float("nan")}]}, "0 or more"),
        ({"cases": [{"id": "c1", "placement": [1]}]}, "easting, northing"),
        ({"cases": [{"id": "c1", "since": "yesterday"}]}, "not a date"),
        ({"cases": ["c1"]}, "Case 1 must be an object"),
        ({"barred": [{"case": "c9", "iro": "i1"}]}, "c9"),
        ({"apart": [["c1"]]}, "pair of case ids"),
        ({"apart": [["c1", "c1"]]}, "c1"),
    ],
)
def test_a_spoiled_problem_is_refused_with_the_place(change: dict[str, Any], says: str) -> None:
    with pytest.raises(Explained, match=says):
        problem_from({**LEAST, **change})


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"[1, 2", b"\xff\xfe\x00", b"[" * 100_000, b"7"])
def test_another_file_is_no_problem_file(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "problem.json"
    file.write_bytes(content)
    with pytest.raises(Explained):
        read_problem(file)
    with pytest.raises(Explained, match="no file"):
        read_problem(tmp_path / "nothing.json")


def test_a_result_tells_moves_with_alternatives_and_who_cannot(tmp_path: Path) -> None:
    iros = [iro("i1", name="A"), iro("i2", name="B"), iro("i3", name="C", available=0)]
    told = result_json(solve(problem(iros, [case("a", "i1"), case("b")], mode="referrals")))
    assert told["format"] == "iro-allocator-result/1"
    assert told["allocation"] == {"a": "i1", "b": "i2"}
    (move,) = told["moves"]
    assert (move["cases"], move["from"], move["to"]) == (["b"], None, "i2")
    assert move["cannot"] == {"i3": "is not available on that day"}
    (other,) = move["alternatives"]
    assert other["difference"] == pytest.approx(sum(other["charges"].values()) - sum(move["charges"].values()))
    assert [load["children"] for load in told["loads"]] == [1, 1]
    out = tmp_path / "r.json"
    write_json(told, out)
    assert json.loads(out.read_text(encoding="utf-8")) == told
    with pytest.raises(Explained, match="cannot be written"):
        write_json(told, tmp_path / "no" / "r.json")
    assert list(tmp_path.iterdir()) == [out]


def test_the_day_of_the_problem_is_kept() -> None:
    assert problem([iro("i1")], []).on == ON
