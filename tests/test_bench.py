"""The benchmark measures what it says: its services, its special cases, its peers and its clock."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from iro_allocator.solver.board import Board, Plan
from iro_allocator.solver.exchange import problem_json, read_problem
from iro_allocator.solver.problem import MILLIONTHS, Mode, Problem
from iro_allocator.solver.solve import solve
from tests.bench import cpsat_home, peers
from tests.bench.charges import lay_out
from tests.bench.child import Telling
from tests.bench.goals import GOALS
from tests.bench.instances import BATCH, DRIFT, SIZES, Size, children_without_an_iro, instance, made_up
from tests.bench.measured import Run, measure
from tests.bench.report import page
from tests.bench.results import Bout, Results
from tests.bench.special import CLOSE, Special, run, specials
from tests.bench.taking import Taking, take

TINY = Size("tiny", "tiny", 6, 150, 1, 1)
TWO_DISTRICTS = Size("two", "two districts", 24, 800, 2, 2)


@cache
def problem(mode: Mode, size: Size = SIZES["kirklees"], seed: int = 2017) -> Problem:
    return instance(made_up(size, seed), size, mode, seed)


def share_differences(found: Problem) -> Any:
    load = np.zeros(len(found.iros))
    for case in found.cases:
        if case.iro is not None:
            load[found.position[case.iro]] += case.weight / MILLIONTHS
    there = found.is_available
    return load[there] / (load.sum() * found.available[there] / found.available.sum()) - 1


@cache
def bound(mode: Mode) -> float:
    """What no plan for the tiny service can be below."""
    return solve(problem(mode, TINY)).bound


def one_thread(board: Board, seconds: float, told: peers.Told) -> str:
    """The whole model as in the benchmark, but HiGHS keeps a process's first number of threads, and ours is one."""
    return peers.all_in(board, seconds, told, threads=1)


def plan_told(peer: peers.Peer, found: Problem, seconds: float = 10.0) -> tuple[str, list[dict[str, Any]]]:
    """How a peer ended, and what it told."""
    told: list[dict[str, Any]] = []
    how = peer(
        board := Board(found), seconds, Telling(board, lambda kind, **facts: told.append({"kind": kind, **facts}))
    )
    return how, told


@pytest.mark.parametrize("mode", ["referrals", "leavers", "rebalance"])
def test_the_service_has_the_published_marginals(mode: Mode) -> None:
    found = problem(mode)
    types = Counter(case.type for case in found.cases)
    assert (len(found.iros), len(found.cases)) == (20, 1137)
    assert (types["LAC"] + types["BOTH"], types["CP"]) == (699, 438)
    assert len({case.family for case in found.cases if case.type == "CP"}) == 203
    assert sum(iro.contracted_hours for iro in found.iros) == 37 * 16 + 22 + 18.5 * 3
    mean = found.total_load / MILLIONTHS / found.available.sum()
    assert found.figures.limit_per_fte == pytest.approx(1.09 * mean, abs=0.01)
    assert not found.checked.waiting


def test_loads_lie_apart_as_they_do_where_nobody_rebalances() -> None:
    differences = share_differences(problem("referrals"))
    assert 0.1 < np.sqrt((differences**2).mean()) < DRIFT
    assert 0.2 < np.abs(differences).max() < 0.5


def test_a_batch_of_referrals_is_25_children() -> None:
    found = problem("referrals")
    assert children_without_an_iro(found.cases) == sum(len(unit.cases) for unit in found.units) == BATCH


@pytest.mark.parametrize("mode", ["leavers", "rebalance"])
def test_two_have_left_and_their_children_must_be_placed(mode: Mode) -> None:
    found, before = problem(mode), problem("referrals")
    gone = {iro.id for iro in found.iros if iro.available == 0} - {iro.id for iro in before.iros if iro.available == 0}
    assert len(gone) == 2
    theirs = {case.id for case in found.cases if case.iro in gone}
    assert theirs
    assert theirs <= {case.id for unit in found.units for case in unit.cases if case not in unit.held}


def test_a_larger_service_keeps_the_proportions_and_covers_districts() -> None:
    found = problem("rebalance", TWO_DISTRICTS)
    assert (len(found.iros), len(found.cases)) == (24, 800)
    assert sum(case.type != "CP" for case in found.cases) / 800 == pytest.approx(699 / 1137, abs=0.01)
    east = [iro.base[0] for iro in found.iros if iro.base]
    assert max(east) - min(east) > 30_000
    near, far = [], []
    for case in found.cases:
        if case.placement and case.iro:
            miles = found.miles(case.placement)
            near.append(miles[found.position[case.iro]])
            far.append(miles.max())
    assert np.mean(near) < np.mean(far) - 5


def test_the_same_seed_gives_the_same_service_and_another_seed_another() -> None:
    again = instance(made_up(TINY, 1), TINY, "rebalance", 1)
    assert again == problem("rebalance", TINY, 1)
    assert again != problem("rebalance", TINY, 2)


@pytest.mark.parametrize("special", specials(3), ids=lambda special: special.name)
def test_the_solver_reaches_a_known_optimum(special: Special) -> None:
    outcome = run(special)
    assert outcome.objective == pytest.approx(special.optimum, abs=CLOSE)
    assert outcome.sound


def test_the_optimum_of_equal_children_is_that_of_dealing_them_out_in_turn() -> None:
    odd = next(special for special in specials(3) if "three too many" in special.name)
    board = Board(odd.problem)
    dealt: Plan = np.arange(len(board.units)) % 3
    assert board.objective(dealt) == pytest.approx(odd.optimum)


def test_the_peers_charges_are_ours_from_above() -> None:
    board = Board(problem("rebalance", TINY))
    laid = lay_out(board)
    chosen = np.isin(np.arange(len(laid.cost)), laid.first[:-1])
    plan = laid.plan(chosen)
    assert plan is not None
    charged = laid.cost[chosen].sum()
    for column in laid.columns:
        had = column.steps[chosen[column.arcs]].sum()
        charged += np.interp(had, column.at, column.points)
        assert (np.diff(column.slopes) > -1e-6).all()
    assert charged >= board.objective(plan) - 1e-6


@pytest.mark.parametrize("mode", ["referrals", "leavers", "rebalance"])
@pytest.mark.parametrize("peer", ["manager", "textbook", "all-in"])
def test_a_peer_gives_plans_that_break_no_rule(peer: str, mode: Mode) -> None:
    found = problem(mode, TINY)
    how, told = plan_told(one_thread if peer == "all-in" else peers.PEERS[peer][1], found)
    assert how in {"done", "time"}
    assert {message["kind"] for message in told} <= {"plan", "built"}
    assert min(message["best"] for message in told if message["kind"] == "plan") >= bound(mode) - 1e-6


@pytest.mark.skipif(not cpsat_home.is_there(), reason="CP-SAT has its environment only where the bench was run")
def test_cp_sat_gives_plans_that_break_no_rule() -> None:
    found = problem("leavers", TINY)
    how, told = plan_told(peers.cp_sat, found)
    assert how in {"done", "time"}
    assert {message["kind"] for message in told} == {"plan", "built"}
    assert min(message["best"] for message in told if message["kind"] == "plan") >= bound("leavers") - 1e-6


def test_a_plan_that_breaks_a_rule_does_not_count() -> None:
    board = Board(problem("rebalance", TINY))
    told: list[str] = []
    telling = Telling(board, lambda kind, **_: told.append(kind))
    g, i = np.argwhere(~board.allowed)[0]
    plan = board.allowed.argmax(axis=1).astype(np.intp)
    plan[g] = i
    telling.plan(plan)
    telling.plan(None)
    assert told == ["broken", "broken"]


def test_the_managers_rule_gives_a_case_to_whoever_has_most_headroom() -> None:
    found = problem("referrals", TINY)
    one = next(unit for unit in found.units if len(unit.cases) == 1).cases[0]
    found = replace(
        found, cases=tuple(c if c.iro or c is one else replace(c, iro=found.iros[0].id) for c in found.cases)
    )
    board = Board(found)
    load = board.gauges[0].base / MILLIONTHS
    headroom = np.where(board.allowed[0], found.limit - load, -np.inf)
    assert peers.most_headroom(board).tolist() == [headroom.argmax()]


def test_a_run_has_a_process_of_its_own_and_is_kept_as_it_was_told(tmp_path: Path) -> None:
    file = tmp_path / "problem.json"
    file.write_text(json.dumps(problem_json(problem("leavers", TINY))), encoding="utf-8")
    found = measure("manager", file, 1.0)
    assert (found.how, len(found.said("read"))) == ("done", 1)
    assert found.best == plan_told(peers.manager, read_problem(file))[1][0]["best"]
    assert found.peak_mb > 10


def a_run(*told: tuple[float, float, float | None], how: str = "done") -> Run:
    messages = [{"kind": "plan", "seconds": at, "best": best, "bound": bound} for at, best, bound in told]
    return Run("ours", 60.0, messages, how, seconds=max(at for at, _, _ in told))


def test_gaps_and_who_is_ahead_are_read_at_equal_times() -> None:
    ours = a_run((0.5, 110.0, 90.0), (2.0, 101.0, 100.0))
    bout = Bout("kirklees", "rebalance", 20, 1137, 1, 1, {"ours": ours, "manager": a_run((0.1, 140.0, None))})
    assert [ours.gap_at(at) for at in (0.3, 1.0, 5.0)] == [None, 20.0, 1.0]
    assert bout.closer(1.0) == (4.0, "manager", False)
    assert list(bout.ahead()) == [(0.3, "manager", None)]
    bout.runs["all-in"] = a_run((4.0, 100.5, None))
    assert list(bout.ahead())[1:] == [(at, "all-in", 0.5) for at in (5.0, 30.0, 60.0)]


def test_the_page_has_every_goal_and_whole_tables() -> None:
    bout = Bout("kirklees", "rebalance", 20, 1137, 652, 9772)
    bout.runs = {"ours": a_run((0.2, 102.0, 100.0), (1.0, 100.05, 100.0)), "manager": a_run((0.1, 140.0, None))}
    bout.ours.messages.append({"kind": "read", "seconds": 0.1})
    taking = Taking(40_000, ours=1.5, plain=2.5, pandas=4.0, draft=6.0, store=5.0)
    written = page(Results(bouts=[bout], specials=[run(specials(3)[4])], taking=taking))
    assert all(goal.wanted in written for goal in GOALS)
    assert "| ≤ 1 point in 2 s | 0.05 points | yes |" in written
    assert "| at most 3 times what pandas takes to read it | 2.8 times | yes |" in written
    assert "| all together | 11 s | 7.3 | 4.4 | 2.8 |" in written
    for table in written.split("\n## ")[1:]:
        rows = [line.replace("\\|", "") for line in table.splitlines() if line.startswith("|")]
        assert len(rows) > 2
        assert {row.count("|") for row in rows} == {rows[0].count("|")}


def test_a_made_up_workbook_is_taken_whole_and_every_part_is_timed() -> None:
    taking = take(60, iros=5)
    assert taking.rows == 60
    assert min(taking.ours, taking.plain, taking.pandas, taking.draft, taking.store) > 0
    assert taking.whole == taking.draft + taking.store
