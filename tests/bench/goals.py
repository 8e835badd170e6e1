"""GOALS: what the design wants of the solver, row by row, and what was measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from iro_allocator.solver.problem import Mode
from tests.bench.peers import GAP, PEERS
from tests.bench.results import Results

Measured = tuple[str, bool]
"""What was measured, and whether the goal is reached."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal; `measure` gives None where this bench has not run what it takes."""

    about: str
    wanted: str
    measure: Callable[[Results], Measured | None]


def _gap(size: str, mode: Mode, points: float, seconds: float) -> Callable[[Results], Measured | None]:
    def measure(results: Results) -> Measured | None:
        run = results.run(size, mode)
        if run is None or (run.how != "done" and run.limit < seconds):
            return None
        gap = run.gap_at(seconds)
        return ("no plan yet", False) if gap is None else (f"{gap:.2f} points", gap <= points)

    return measure


def _part(size: str, percent: float, seconds: float) -> Callable[[Results], Measured | None]:
    def measure(results: Results) -> Measured | None:
        run = results.run(size, "rebalance")
        if run is None or run.limit < seconds:
            return None
        gap, best = run.gap_at(seconds), run.best_at(seconds)
        if gap is None or not best:
            return "no plan yet", False
        return f"{gap / best:.3%}", gap / best <= percent / 100

    return measure


def _batch(results: Results) -> Measured | None:
    run = results.run("kirklees", "referrals")
    if run is None:
        return None
    told = run.said("alternatives")
    gap = run.gap_at(run.seconds)
    if not told or gap is None or gap > GAP:
        return f"not proven in {run.seconds:.1f} s", False
    return f"{told[0]['seconds']:.2f} s", told[0]["seconds"] <= 0.3


def _curve(results: Results) -> Measured | None:
    run = results.run("kirklees", "rebalance", "frontier")
    if run is None:
        return None
    told = run.said("points")
    if not told:
        return "no points", False
    # The curve is told while it grows.
    first = next((each for each in told if each["points"] >= 20), told[-1])
    return f"{first['points']} points in {first['seconds']:.1f} s", first["points"] >= 20 and first["seconds"] <= 1


def _proven_curve(results: Results) -> Measured | None:
    run = results.run("kirklees", "rebalance", "frontier")
    if run is None or not run.said("points") or run.limit < 30:
        return None
    last = run.said("points")[-1]
    said = f"{last['proven']} of {last['points']} proven, furthest {100 * last['furthest']:.3f} pp"
    return f"{said}, {last['seconds']:.0f} s", last["proven"] == last["points"]


def _memory(results: Results) -> Measured | None:
    run = results.run("national", "rebalance")
    return None if run is None else (f"{run.peak_mb:.0f} MB", run.peak_mb < 600)


def _closer(size: str) -> Callable[[Results], Measured | None]:
    def measure(results: Results) -> Measured | None:
        bout = results.bout(size, "rebalance")
        found = bout.closer(bout.at) if bout else None
        if bout is None or len(bout.peers) < 2:
            return None
        if found is None:
            return "no plan yet", False
        times, who, at_least = found
        return f"{'at least ' if at_least else ''}{times:.0f} times ({PEERS[who][0]})", times >= 30

    return measure


def _pulp(results: Results) -> Measured | None:
    run = results.run("kirklees", "rebalance", "parts")
    told = run.said("parts") if run else []
    if not told:
        return None
    part = told[0]["pulp"] / told[0]["whole"]
    return f"{part:.1%} of {told[0]['whole']:.1f} s", part < 0.5


def _nobody_ahead(results: Results) -> Measured | None:
    if not any(bout.peers for bout in results.bouts):
        return None
    found = sum(1 for bout in results.bouts for _ in bout.ahead())
    return ("nowhere" if not found else f"at {found} checkpoints (below)"), not found


def _specials(results: Results) -> Measured | None:
    if not results.specials:
        return None
    reached = sum(outcome.reached for outcome in results.specials)
    return f"{reached} of {len(results.specials)}", reached == len(results.specials)


def _taking(results: Results) -> Measured | None:
    if results.taking is None or results.taking.rows < WORKBOOK:
        return None
    times = results.taking.whole / results.taking.pandas
    return f"{times:.1f} times", times <= 3


WORKBOOK = 40_000
KIRKLEES, COUNTY = "rebalance, 20 × 1,137", "large county, 60 × 4,000"

GOALS: tuple[Goal, ...] = (
    Goal("a batch of 25 referrals, 20 × 1,137", "proven best with ranked alternatives in 0.3 s", _batch),
    Goal("leavers, the same service", "≤ 0.5 point in 1 s", _gap("kirklees", "leavers", 0.5, 1)),
    Goal(KIRKLEES, "≤ 3 points in 0.3 s", _gap("kirklees", "rebalance", 3, 0.3)),
    Goal(KIRKLEES, "≤ 1 point in 2 s", _gap("kirklees", "rebalance", 1, 2)),
    Goal(KIRKLEES, "≤ 0.1 point in 8 s", _gap("kirklees", "rebalance", GAP, 8)),
    Goal("frontier, the same", "20 points in 1 s", _curve),
    Goal("frontier, the same", "each within 0.05 percentage points of proven in 30 s", _proven_curve),
    Goal(COUNTY, "≤ 12 points in 2 s", _gap("county", "rebalance", 12, 2)),
    Goal(COUNTY, "≤ 5 points in 10 s", _gap("county", "rebalance", 5, 10)),
    Goal(COUNTY, "≤ 1 point in 60 s", _gap("county", "rebalance", 1, 60)),
    Goal("300 × 20,000", "≤ 0.1 % in 30 s", _part("region", 0.1, 30)),
    Goal("1,500 × 40,000", "≤ 0.5 % in 60 s", _part("national", 0.5, 60)),
    Goal("1,500 × 40,000", "under 600 MB", _memory),
    Goal(KIRKLEES, "at 0.5 s 30 times closer to the bound than the best peer", _closer("kirklees")),
    Goal(COUNTY, "at 5 s 30 times closer to the bound than the best peer", _closer("county")),
    Goal("PuLP's part of the time", "below half", _pulp),
    Goal("peers ahead", "nowhere", _nobody_ahead),
    Goal("special cases", "the known optimum", _specials),
    Goal(f"taking a workbook of {WORKBOOK:,} rows", "at most 3 times what pandas takes to read it", _taking),
)
