"""The best plan of a board: an answer at once, then the proof in rounds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from iro_allocator.solver import anneal, national, prices, search
from iro_allocator.solver.arcs import Arcs
from iro_allocator.solver.board import Board, Plan
from iro_allocator.solver.problem import Mask
from iro_allocator.solver.reduce import Reduced, Task, reduce
from iro_allocator.solver.worker import Told, Worker

HERE_ARCS = 400
"""Arcs up to which a proof takes a blink, so that no child process is worth its start."""
WORTH_A_CHILD = 1500
"""Arcs (of the whole board) from which the proof is likely to need the child process."""
LARGE = 2500
"""Arcs left by reduced costs from which a proof begins with cuts alone, and plans are shaken over a core."""
CORE_ARCS = 1200
"""Arcs in a core beside each unit's cheapest."""
DEALS = ((0.07, 1.0), (0.05, 0.3), (0.02, 0.3), (0.014, 1.0), (0.01, 0.3))
"""Temperatures (points) at which units are dealt out for a search, and how dear arcs it tries (points)."""
ROUNDS = 8
"""Proofs in a row, each around the plan of the one before; the second is seldom needed."""

Tell = Callable[[float, float | None], None]
"""Told the best objective so far and the proven bound (None before there is one), points."""


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
    with _Prover() as prover:
        wide = prices.is_wide(board)
        if not wide and int(board.allowed.sum()) > WORTH_A_CHILD:
            # It starts while prices and plans are found.
            prover.start()
        plan = search.greedy(board)
        tell(board.objective(plan), None)
        if not board.price(stop):
            # Charges are never below 0.
            return Found(plan, 0.0, True)
        dual = prices.Dual(board)
        found = prices.find(dual, stop=stop)
        bound = found.bound
        if wide:
            plan, bound = national.answer(dual, found, plan, gap=gap, stop=stop, tell=tell)
        else:
            plan = answer(board, found, stop, lambda plan: tell(board.objective(plan), bound))
        objective, stopped = board.objective(plan), False
        if objective - bound > gap:
            stopped = stop()
            # At national size there is a model only of what is nearly settled.
            if not stopped and not (wide and objective - found.bound > found.arcs.whole_to):
                proof = _Proof(board, plan, found, prover, gap, until, seed, tell, stop)
                stopped = proof.run()
                plan, bound = proof.best, max(bound, proof.bound)
    # Rounding in the bound's own sums must not put it above a plan that exists.
    return Found(plan, min(bound, board.objective(plan)), stopped)


def answer(
    board: Board, found: prices.Prices, stop: Callable[[], bool], told: Callable[[Plan], None] | None = None
) -> Plan:
    """The best of some searches, each from units dealt out at another temperature of the prices.

    `told` hears of every better plan.
    """
    best, cost = None, np.inf
    for temperature, close in DEALS:
        tried = found.arcs.where(found.arcs.reduced <= close)
        plan = search.Search(board, search.start(board, found.arcs, temperature), tried, found).run(stop)
        if (price := board.objective(plan)) < cost:
            best, cost = plan, price
            if told is not None:
                told(plan)
        if stop():
            break
    assert best is not None
    # No better plan goes over an arc that is dearer than what is left to gain.
    worth = found.arcs.reduced <= cost - found.bound + 1e-6
    return search.Search(board, best, found.arcs.where(worth).near, found).run(stop)


class _Proof:
    """Deletes every arc that stands in no better plan, and solves the rest to the gap.

    Before that, HiGHS goes as far as it does without branching, while a crowd of plans is shaken: a better plan deletes
    more. Where very much is left, it only cuts, and the crowd goes over a core of the cheapest arcs.
    """

    def __init__(
        self,
        board: Board,
        best: Plan,
        found: prices.Prices,
        prover: _Prover,
        gap: float,
        until: float,
        seed: int,
        tell: Tell,
        stop: Callable[[], bool],
    ) -> None:
        self.board, self.found, self.prover = board, found, prover
        self.gap, self.until, self.seed, self.tell, self.stop = gap, until, seed, tell, stop
        self.best, self.cost, self.bound = best, board.objective(best), found.bound

    def run(self) -> bool:
        """Prove; gives whether time or a person ended it."""
        stopped = False
        if self._left.open > LARGE:
            stopped = self._side_by_side(self._core, self._task(self.gap, cuts_alone=True))
        if HERE_ARCS < self._left.open <= LARGE and not (stopped or self._done):
            stopped = self._side_by_side(self._left, self._task(0.9 * self.gap, nodes=1))
        for _ in range(ROUNDS):
            if stopped or self._done or self.cost - self.found.bound > self.found.arcs.whole_to:
                break
            # The charges are taken exactly around the loads of the best plan: a much better plan calls
            # for another round around its own.
            stopped = self._round()
        return stopped and not self._done

    def _side_by_side(self, shaken: Arcs, task: Task) -> bool:
        """The child process sees to a task over all arcs left, while a crowd of plans is shaken over some here.

        What the child proves by itself goes first, and of the crowd's generations the first that is near enough to
        its bound: whoever is sooner, the result is the same. Gives whether it was stopped.
        """
        known, ended = self.best, False
        reduced = reduce(self.board, known, self._left)
        worker, told = self.prover.start(), self._told(reduced, known)
        worker.ask(reduced, task)

        def over() -> bool:
            nonlocal ended
            ended = ended or bool(worker.hear(told, 0.0))
            return self._over or (ended and self._done)

        crowd: list[Plan] = []
        for plan in anneal.generations(self.board, known, shaken, self.found, seed=self.seed, stop=over):
            crowd.append(plan)
            cost = self.board.objective(plan)
            self.tell(min(cost, self.cost), self.bound)
            if ended and cost - self.bound <= self.gap:
                break
        while not (ended or self._over):
            ended = bool(worker.hear(told))
        stopped = self._over and not ended
        for plan in crowd:
            if self._done and not stopped:
                break
            if (cost := self.board.objective(plan)) < self.cost:
                self.best, self.cost = plan, cost
        self.tell(self.cost, self.bound)
        return self._over

    @property
    def _over(self) -> bool:
        return self.stop() or time.monotonic() >= self.until

    @property
    def _done(self) -> bool:
        return self.cost - self.bound <= self.gap

    @property
    def _left(self) -> Arcs:
        """The arcs that may stand in a better plan."""
        return self.found.arcs.where(self.found.arcs.reduced <= self.cost - self.found.bound + 1e-6)

    @property
    def _core(self) -> Arcs:
        """Each unit's cheapest arc, and of the others the cheapest."""
        reduced = self.found.arcs.reduced
        kept = min(len(reduced) - 1, len(self.board.units) + CORE_ARCS)
        return self.found.arcs.where(reduced <= np.partition(reduced, kept)[kept])

    def _round(self) -> bool:
        """Solve over all arcs left; gives whether it was stopped."""
        known = self.best
        reduced = reduce(self.board, known, self._left)
        return self.prover.solve(reduced, self._task(0.9 * self.gap), told=self._told(reduced, known), stop=self.stop)

    def _task(self, wanted: float, *, cuts_alone: bool = False, nodes: int | None = None) -> Task:
        seconds = max(0.05, self.until - time.monotonic())
        return Task(gap=wanted, seconds=seconds, seed=self.seed, cuts_alone=cuts_alone, nodes=nodes)

    def _told(self, reduced: Reduced, known: Plan) -> Told:
        """Hears what a solver says of a reduced board: better plans, and what it proves of all that is left."""
        objective = self.cost

        def told(proven: float, chosen: Mask | None) -> None:
            if chosen is not None:
                plan = reduced.plan(known, chosen)
                if (price := self.board.objective(plan)) < self.cost:
                    self.best, self.cost = plan, price
            # What was deleted costs at least the known objective: the bound holds up to there.
            self.bound = max(self.bound, min(proven, objective))
            self.tell(self.cost, self.bound)

        return told


class _Prover:
    """Solves reduced boards: small ones here, large ones in a child process."""

    def __init__(self) -> None:
        self._worker: Worker | None = None

    def __enter__(self) -> _Prover:
        return self

    def __exit__(self, *_: object) -> None:
        if self._worker is not None:
            self._worker.__exit__()

    def start(self) -> Worker:
        """The child process, started when there is none yet."""
        self._worker = self._worker or Worker()
        return self._worker

    def solve(self, reduced: Reduced, task: Task, *, told: Told, stop: Callable[[], bool]) -> bool:
        """Tell every better choice of arcs and the proven bound as they come; gives whether it was stopped."""
        if self._worker is None and len(reduced.cost) <= HERE_ARCS:
            # Imported when there is something to prove: it loads PuLP and HiGHS.
            from iro_allocator.solver import model

            def watch(bound: float, chosen: Mask | None) -> bool:
                told(bound, chosen)
                return stop()

            solved = model.solve(reduced, task, watch=watch)
            told(solved.bound, solved.chosen)
            return solved.stopped
        chosen, bound, stopped = self.start().solve(reduced, task, stop=stop, told=told)
        told(bound, chosen)
        return stopped
