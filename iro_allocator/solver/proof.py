"""The best plan of a board: an answer at once, then the proof in rounds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from iro_allocator.solver import prices, search
from iro_allocator.solver.arcs import Arcs
from iro_allocator.solver.board import Board, Plan
from iro_allocator.solver.problem import Mask
from iro_allocator.solver.reduce import Reduced, reduce
from iro_allocator.solver.worker import Worker

HERE_ARCS = 400
"""Arcs up to which a proof takes a blink, so that no child process is worth its start."""
CORE_ARCS = 6000
"""Arcs solved first where reduced costs have left more."""
DEALS = (0.05, 0.02, 0.01)
"""Temperatures (points) at which units are dealt out for a search."""
CLOSE = 0.3
"""Points within which arcs are tried in the searches from there."""
ROUNDS = 8
"""Proofs in a row, each around the plan of the one before; the second is seldom needed."""
CORE_GAP = 0.01
"""Points an IRO to which a core is solved: it is there for its plan, not for its bound."""


Tell = Callable[[float | None, float], None]
"""Told the best objective so far (None before there is a plan) and the proven bound, points."""


@dataclass(frozen=True, eq=False)
class Found:
    """A plan, the points that no plan can be below, and whether time or a person ended the proof."""

    plan: Plan
    bound: float
    stopped: bool


def best_plan(board: Board, *, gap: float, until: float, seed: int, tell: Tell, stop: Callable[[], bool]) -> Found:
    """The best plan found for a board and its proven bound.

    Ends within `gap` points, at the moment `until` (of time.monotonic), or when `stop` says so.
    """
    if not board.units:
        plan = np.zeros(0, dtype=np.intp)
        return Found(plan, board.objective(plan), False)
    found = prices.find(prices.Dual(board), stop=stop)
    tell(None, found.bound)
    plan = answer(board, found, stop)
    objective = board.objective(plan)
    tell(objective, found.bound)
    bound, stopped = found.bound, False
    if objective - bound > gap:
        stopped = stop()
        if not stopped:
            plan, bound, stopped = _proof(board, plan, found, gap, until, seed, tell, stop)
    # Rounding in the bound's own sums must not put it above a plan that exists.
    return Found(plan, min(bound, board.objective(plan)), stopped)


def answer(board: Board, found: prices.Prices, stop: Callable[[], bool]) -> Plan:
    """The best of some searches, each from units dealt out at another temperature of the prices."""
    close = found.arcs.where(found.arcs.reduced <= CLOSE)
    best, cost = None, np.inf
    for temperature in DEALS:
        plan = search.Search(board, search.start(board, found.arcs, temperature), close).run(stop)
        if (price := board.objective(plan)) < cost:
            best, cost = plan, price
        if stop():
            break
    assert best is not None
    # No better plan goes over an arc that is dearer than what is left to gain.
    worth = found.arcs.reduced <= cost - found.bound + 1e-6
    return search.Search(board, best, found.arcs.where(worth).near).run(stop)


def _proof(
    board: Board,
    best: Plan,
    found: prices.Prices,
    gap: float,
    until: float,
    seed: int,
    tell: Tell,
    stop: Callable[[], bool],
) -> tuple[Plan, float, bool]:
    """Delete every arc that stands in no better plan, and solve the rest to the gap.

    When much is left, a core of the cheapest arcs is solved first: a better plan deletes more arcs.
    """
    bound = found.bound
    cost = board.objective(best)
    with _Prover() as prover:

        def stage(arcs: Arcs, wanted: float, proves: bool) -> bool:
            known, objective = best, cost

            def told(proven: float, plan: Plan | None) -> None:
                nonlocal best, cost, bound
                if plan is not None and (price := board.objective(plan)) < cost:
                    best, cost = plan, price
                if proves:
                    # What was deleted costs at least the known objective: the bound holds up to there.
                    bound = max(bound, min(proven, objective))
                tell(cost, bound)

            return prover.solve(
                reduce(board, known, arcs), known, gap=wanted, until=until, seed=seed, told=told, stop=stop
            )

        def left() -> Arcs:
            return found.arcs.where(found.arcs.reduced <= cost - found.bound + 1e-6)

        stopped = False
        if len(left().unit) > CORE_ARCS:
            reduced = found.arcs.reduced
            core = found.arcs.where(reduced <= np.partition(reduced, CORE_ARCS)[CORE_ARCS])
            stopped = stage(core, max(gap, CORE_GAP * len(board.problem.iros)), proves=False)
        for _ in range(ROUNDS):
            if stopped or cost - bound <= gap or cost - found.bound > found.arcs.whole_to:
                break
            # The charges are taken exactly around the loads of the best plan: a much better plan calls
            # for another round around its own.
            stopped = stage(left(), 0.8 * gap, proves=True)
    return best, bound, stopped and cost - bound > gap


class _Prover:
    """Solves reduced boards: small ones here, large ones in a child process."""

    def __init__(self) -> None:
        self._worker: Worker | None = None

    def __enter__(self) -> _Prover:
        return self

    def __exit__(self, *_: object) -> None:
        if self._worker is not None:
            self._worker.__exit__()

    def solve(
        self,
        reduced: Reduced,
        known: Plan,
        *,
        gap: float,
        until: float,
        seed: int,
        told: Callable[[float, Plan | None], None],
        stop: Callable[[], bool],
    ) -> bool:
        """Tell every better plan and the proven bound as they come; gives whether it was stopped."""

        def passed_on(bound: float, chosen: Mask | None) -> None:
            told(bound, None if chosen is None else reduced.plan(known, chosen))

        seconds = max(0.05, until - time.monotonic())
        if len(reduced.cost) <= HERE_ARCS:
            # Imported when there is something to prove: it loads PuLP and HiGHS.
            from iro_allocator.solver import model

            def watch(bound: float, chosen: Mask | None) -> bool:
                passed_on(bound, chosen)
                return stop()

            solved = model.solve(reduced, gap=gap, seconds=seconds, seed=seed, watch=watch)
            passed_on(solved.bound, solved.chosen)
            return solved.stopped
        self._worker = self._worker or Worker()
        chosen, bound, stopped = self._worker.solve(
            reduced, gap=gap, seconds=seconds, seed=seed, stop=stop, told=passed_on
        )
        passed_on(bound, chosen)
        return stopped
