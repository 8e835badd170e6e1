"""The frontier: how few children need change IRO for how even a service, each point with a proven bound.

Priced by balance and the rules alone, so that the bound means something (with the limit in it, no plan of a
service that is short of FTE would be near its bound). Evenness is rms = sqrt(Σ T r² / Σ T) over available
IROs, which the balance charge gives exactly. First a sweep over the
price of a move, each with a warm dual: a bound at one price bounds every number of moves. Then each
point is searched, and as long as there is time proven, under its own budget.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from iro_allocator.solver import prices, search
from iro_allocator.solver.arcs import Arcs
from iro_allocator.solver.board import Board, Plan
from iro_allocator.solver.problem import Array, Problem
from iro_allocator.solver.proof import best_plan

PRICES = 12
"""Prices of a move tried in the sweep."""
DEAREST = 60.0
"""Points for a move at which hardly a child would change IRO for evenness alone."""
CHEAPEST = 0.05
TEMPERATURES = (8.0, 2.0, 0.5, 0.12, 0.03, 0.008, 0.002)
"""At which prices are climbed to from those of the price before, beginning at a part of the price."""
DEALT, CLOSE, FURTHER = 0.02, 0.1, 2.0
"""The temperature at which units are dealt out, and how dear arcs are tried from there and from a known plan."""
SLIGHT = 2.0
"""In the sweep, the part of what could be saved (of the average) that two IROs must have to be looked at."""
TOLD_EVERY = 4
"""After so many prices of the sweep, or so many searches, the curve so far is told."""
NEVER = 1e6
"""Points for a move at which no child changes IRO who need not."""
TOLERANCE = 0.0002
"""How much less even (rms, a fraction) the plan shown may be than the evenest found, to cost less in all."""
TRIED, EVENER = 3, 10.0
"""For that plan, how many of the cheapest IROs of each unit are tried, and how dear unevenness is meanwhile."""
CLOSE_ENOUGH = 0.0005
"""rms within which a point counts as proven (0.05 percentage points)."""


@dataclass(frozen=True, eq=False)
class Point:
    """One choice: no plan that changes at most `children_moved` held children is evener than `rms_bound`."""

    plan: Plan = field(repr=False)
    children_moved: int
    rms_share_difference: float
    rms_bound: float
    furthest_share_difference: float
    objective: float
    board: Board = field(repr=False)

    @cached_property
    def allocation(self) -> Mapping[str, str]:
        """Child id → IRO id of everybody who has one."""
        return self.board.allocation(self.plan)

    @property
    def proven(self) -> bool:
        """Whether no plan with as few moves can be noticeably evener."""
        return self.rms_share_difference - self.rms_bound <= CLOSE_ENOUGH


@dataclass(frozen=True, eq=False)
class Frontier:
    """The points by children moved, none dominated: every further child moved buys evenness."""

    problem: Problem
    points: tuple[Point, ...]
    stopped: bool
    seconds: float

    @property
    def words(self) -> str:
        """How much of it is proven."""
        proven, of = sum(point.proven for point in self.points), len(self.points)
        return f"{proven} of {of} points proven" if proven < of else "every point proven"

    def within(self, tolerance: float) -> Point | None:
        """The point with fewest children moved at which everyone is within ± `tolerance` of their share."""
        return next((point for point in self.points if point.furthest_share_difference <= tolerance + 1e-9), None)


def frontier(
    problem: Problem,
    *,
    points: int = 20,
    time_limit: float = 30.0,
    seed: int = 0,
    progress: Callable[[tuple[Point, ...]], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Frontier:
    """At most `points` choices between changing few children and even shares.

    What is known of the curve is told to `progress` while it grows; then points are proven one after
    another, again told, until all are, `time_limit` seconds are over, or `stop` says so.
    """
    began = time.monotonic()

    def over() -> bool:
        return (stop is not None and stop()) or time.monotonic() - began > time_limit

    curve = _Curve(problem)
    for swept in curve.sweep(over):
        if progress is not None and swept % TOLD_EVERY == 0:
            progress(curve.points(curve.budgets(len(curve.plans)), shown=False))
    budgets = curve.budgets(points)
    for n, most in enumerate(budgets):
        if not (curve.within(most) or over()):
            curve.search(most, over)
            if progress is not None and n % TOLD_EVERY == 0:
                progress(curve.points(budgets, shown=False))
    if progress is not None:
        progress(curve.points(budgets, shown=False))
    stopped = over()
    for most in budgets:
        if not curve.within(most) and not (stopped := over()):
            curve.prove(most, began + time_limit, seed, over)
            if progress is not None:
                progress(curve.points(budgets, shown=False))
    return Frontier(problem, curve.points(budgets), stopped, time.monotonic() - began)


class _Curve:
    """What is known so far: plans by children moved, and bounds."""

    def __init__(self, problem: Problem) -> None:
        figures = problem.figures
        off = dict.fromkeys(figures.weights, 0.0)
        # The same units everywhere: a small budget takes families apart, so it is lifted and not left out.
        free = None if problem.max_moves is None else len(problem.cases)
        self.whole = Board(problem)
        self.even = Board(replace(problem, figures=replace(figures, weights={**off, "balance": 1.0})), most=free)
        self.ceiling = problem.max_moves
        self.plans: dict[int, Plan] = {}
        self.bounds: dict[int, float] = {}
        # Price of a move, and what it proves: a bound on unevenness plus that price for each move.
        self.lines: list[tuple[float, prices.Prices]] = []
        self._known: dict[int, Point] = {}

    @cached_property
    def _scale(self) -> float:
        """Balance points for an rms of 1."""
        return 50.0 * float(self.even.problem.share.sum())

    def rms(self, balance: float) -> float:
        """The rms share difference that balance points mean."""
        return math.sqrt(max(0.0, balance) / self._scale) if self._scale else 0.0

    def add(self, plan: Plan) -> None:
        """Keep a plan if none with as few moves is as even."""
        moved = self.even.held_moved(plan)
        known = self.plans.get(moved)
        if known is None or self.even.objective(plan) < self.even.objective(known) - 1e-9:
            self.plans[moved] = plan

    def sweep(self, over: Callable[[], bool]) -> Iterator[int]:
        """Plans and bounds at falling prices of a move; gives how many prices have been tried."""
        if not self.even.units:
            self.add(np.zeros(0, dtype=np.intp))
            return
        warm: Array | None = None
        dual = prices.Dual(self.even)
        for price in [NEVER, *np.geomspace(DEAREST, CHEAPEST, PRICES).tolist()]:
            if self.plans and over():
                break
            board = self.even.priced(price, self.even.most)
            dual = prices.Dual(board, dual)
            if warm is None:
                found = prices.find(dual)
            else:
                found = prices.find(dual, warm, temperatures=[t for t in TEMPERATURES if t <= max(0.5, price / 3)])
            # Prices at which nobody moves may lie so far out that there is no way back from them.
            warm = None if price == NEVER else found.values
            self.lines.append((price, found))
            self._try(board, found, over, SLIGHT)
            yield len(self.lines)

    def _try(self, board: Board, found: prices.Prices, over: Callable[[], bool], slight: float = search.SLIGHT) -> None:
        """Keep what a search finds from the units dealt out at these prices."""
        tried = found.arcs.where(found.arcs.reduced <= CLOSE)
        plan = search.start(board, found.arcs, DEALT)
        enough = self._enough(board.held_moved(plan))
        self.add(search.Search(board, plan, tried, found).run(over, enough=enough, slight=slight))

    def _enough(self, most: int) -> float:
        """Points above the bound on unevenness that make no difference."""
        balance = self.bound(most)
        return self._scale * (self.rms(balance) + CLOSE_ENOUGH / 2) ** 2 - balance

    def bound(self, most: int) -> float:
        """Balance points below which no plan with at most so many moves can be."""
        lines = max((found.bound - price * most for price, found in self.lines), default=0.0)
        return max(lines, self.bounds.get(most, 0.0), 0.0)

    def budgets(self, points: int) -> tuple[int, ...]:
        """Numbers of moves worth a point: those of the sweep, then the widest gaps in evenness between them halved."""
        found: list[int] = []
        for moved in sorted(self.plans):
            evener = not found or self.even.objective(self.plans[moved]) < self.even.objective(self.best(moved - 1))
            if evener and (not found or self.ceiling is None or moved <= self.ceiling):
                found.append(moved)
        if self.ceiling is not None and found[-1] < self.ceiling < max(self.plans):
            found.append(self.ceiling)
        while len(found) > points:
            # Drop the inner point whose neighbours are nearest.
            k = min(range(1, len(found) - 1), key=lambda k: found[k + 1] - found[k - 1], default=0)
            del found[k]
        evenness = {moved: self.rms(self.bound(moved)) for moved in found}
        while len(found) < points:
            gaps = [k for k in range(len(found) - 1) if found[k + 1] - found[k] > 1]
            if not gaps:
                break
            # Where a child more buys most evenness, as far as is known.
            k = max(gaps, key=lambda k: (evenness[found[k]] - evenness[found[k + 1]], found[k + 1] - found[k], -k))
            between = (found[k] + found[k + 1]) // 2
            evenness[between] = self.rms(self.bound(between))
            found.insert(k + 1, between)
        return tuple(found)

    def best(self, most: int) -> Plan:
        """The evenest known plan with at most so many moves (or the one with fewest)."""
        within = [plan for moved, plan in self.plans.items() if moved <= most]
        return min(within or [self.plans[min(self.plans)]], key=self.even.objective)

    def search(self, most: int, over: Callable[[], bool]) -> None:
        """A better plan within a budget, from the best known one."""
        known = self.best(most)
        if not len(known):
            return
        board = self.even.priced(most=most)
        # The price that proves most for this budget also says best who should go.
        found = max(self.lines, key=lambda line: line[1].bound - line[0] * most)[1]
        self._try(board, found, over)
        tries = (found.arcs.where(found.arcs.reduced <= FURTHER), CLOSE_ENOUGH), (found.arcs.near, 4 * CLOSE_ENOUGH)
        for arcs, difference in tries:
            if not (self.within(most, difference) or over()):
                self.add(search.Search(board, self.best(most), arcs, found).run(over, enough=self._enough(most)))

    def within(self, most: int, difference: float = CLOSE_ENOUGH / 2) -> bool:
        """Whether the best plan is proven to be as even as can be, but for so much (rms)."""
        balance = self.even.objective(self.best(most))
        return self.rms(balance) - self.rms(self.bound(most)) <= difference

    def prove(self, most: int, until: float, seed: int, over: Callable[[], bool]) -> None:
        """Solve one budget for evenness, to within what makes no difference."""
        rms = self.rms(self.even.objective(self.best(most)))
        close = max(rms - CLOSE_ENOUGH / 2, 0.0)
        gap = max(self._scale * (rms**2 - close**2), 1e-3)
        board = self.even.priced(most=most)
        found = best_plan(board, gap=gap, until=until, seed=seed, tell=lambda *_: None, stop=over)
        self.bounds[most] = max(self.bounds.get(most, 0.0), found.bound)
        if len(found.plan) == len(self.even.units):
            self.add(found.plan)

    def points(self, budgets: tuple[int, ...], *, shown: bool = True) -> tuple[Point, ...]:
        """The points as they stand, none dominated; `shown`: cheapest in all charges among the equally even."""
        found: list[Point] = []
        for most in budgets:
            plan = self._shown(most) if shown else self.best(most)
            point = self._point(plan)
            if not found or (
                point.children_moved > found[-1].children_moved
                and point.rms_share_difference < found[-1].rms_share_difference - 1e-12
            ):
                found.append(point)
            elif point.children_moved == found[-1].children_moved and (
                point.rms_share_difference < found[-1].rms_share_difference
            ):
                found[-1] = point
        return tuple(found)

    def _shown(self, most: int) -> Plan:
        best = self.best(most)
        limit = self.even.objective(best)
        limit = self._scale * (self.rms(limit) + TOLERANCE) ** 2
        moved = self.even.held_moved(best)
        return min([*self._cheaper(best, moved, limit), best], key=self.whole.objective)

    def _cheaper(self, best: Plan, moved: int, limit: float) -> list[Plan]:
        """A plan from the same place with less travel and fewer mismatches, as even within the tolerance."""
        if not self.whole.units:
            return []
        figures = self.whole.problem.figures
        # Who stays goes on staying; only children who go somewhere anyway may go somewhere else.
        alike = self.whole.moves <= self.whole.moves[np.arange(len(best)), best][:, None]
        tried = Arcs.among(self.whole.allowed & alike, self.whole.cost).cheapest_few(TRIED)
        weights = {**figures.weights, "balance": EVENER * max(1.0, figures.weights["balance"])}
        problem = replace(self.whole.problem, figures=replace(figures, weights=weights))
        plan = search.Search(replace(self.whole, problem=problem, most=moved), best, tried).run()
        return [plan] if self.even.objective(plan) <= limit and self.whole.held_moved(plan) == moved else []

    def _point(self, plan: Plan) -> Point:
        # A curve that grows is told often, and most of its plans have been told before.
        known = self._known.get(id(plan))
        if known is None or known.plan is not plan:
            known = self._known[id(plan)] = self._worked_out(plan)
        rms = known.rms_share_difference
        return replace(known, rms_bound=min(rms, self.rms(self.bound(known.children_moved))))

    def _worked_out(self, plan: Plan) -> Point:
        gauge = self.even.gauges[0] if self.even.gauges else None
        share = self.whole.problem.share
        there = share > 0
        furthest = 0.0
        if gauge is not None and there.any():
            furthest = float(np.abs(gauge.totals(plan)[there] / gauge.scale / share[there] - 1).max())
        return Point(
            plan=plan,
            children_moved=self.whole.held_moved(plan),
            rms_share_difference=self.rms(self.even.objective(plan)),
            rms_bound=0.0,
            furthest_share_difference=furthest,
            objective=self.whole.objective(plan),
            board=self.whole,
        )
