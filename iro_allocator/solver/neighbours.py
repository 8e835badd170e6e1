"""A plan mended among a few neighbouring IROs at a time, by HiGHS: where two alone have nothing to exchange.

An IRO who lacks three cases may only be able to get four, from a colleague who then lacks them; somebody else has one
to give. Such rounds are found among a dozen IROs who share units that hardly matter to move, begun with who is dearest
above the bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from iro_allocator.solver.arcs import Arcs
from iro_allocator.solver.board import Plan
from iro_allocator.solver.prices import Prices
from iro_allocator.solver.problem import Array, Mask
from iro_allocator.solver.reduce import Task, reduce

GROUP = 12
"""IROs who exchange units."""
CLOSE = 2.0
"""How dear arcs are tried (points above a unit's cheapest)."""
FALLING = 0.5
"""Points by which an arc makes two IROs so many times (e) less of neighbours."""
WORTH = 0.8
"""Points above the bound from which on an IRO is worth it."""
MUCH = 3.0
"""Points above the bound beyond which an IRO is no better a neighbour."""
NODES = 60
"""Of HiGHS's tree, so that it repeats exactly."""
CLOSE_ENOUGH = 0.05
"""Points to which a neighbourhood is solved."""


def mended(found: Prices, plan: Plan, stop: Callable[[], bool], told: Callable[[float], None]) -> Plan:
    """A plan at least as good; `told` hears what it costs whenever it gets better."""
    # Imported when there is something to mend: it loads PuLP and HiGHS.
    from iro_allocator.solver import model

    board = found.dual.board
    cost = board.objective(plan)
    arcs = found.arcs.where(found.arcs.reduced <= CLOSE)
    begun: Mask = np.zeros(found.dual.size, dtype=bool)
    while not stop():
        excess = found.excess(plan)
        first = int(np.where(begun, -np.inf, excess).argmax())
        if begun[first] or excess[first] < WORTH:
            break
        begun[first] = True
        inside = np.zeros(found.dual.size, dtype=bool)
        inside[list(_neighbours(arcs, plan, first, excess))] = True
        reduced = reduce(board, plan, arcs.where(inside[arcs.iro] & inside[plan[arcs.unit]]))
        if not reduced.units:
            continue
        task = Task(gap=CLOSE_ENOUGH, seconds=np.inf, nodes=NODES)
        solved = model.solve(reduced, task, watch=lambda bound, chosen: stop())
        if solved.chosen is None:
            continue
        tried = reduced.plan(plan, solved.chosen)
        if (price := board.objective(tried)) < cost:
            plan, cost = tried, price
            told(cost)
    return plan


def _neighbours(arcs: Arcs, plan: Plan, first: int, excess: Array) -> Iterator[int]:
    """An IRO and, one after another, who is nearest to those so far and has most above the bound."""
    here = plan[arcs.unit]
    away = here != arcs.iro
    one, other, near = here[away], arcs.iro[away], np.exp(-arcs.reduced[away] / FALLING)
    size = len(excess)
    score, taken = np.zeros(size), np.zeros(size, dtype=bool)
    nearest = first
    for _ in range(GROUP):
        yield nearest
        taken[nearest] = True
        for ends, others in ((one, other), (other, one)):
            joined = ends == nearest
            score += np.bincount(others[joined], near[joined], size)
        wanted = np.where(taken, 0.0, score * (0.2 + excess.clip(0.0, MUCH)))
        nearest = int(wanted.argmax())
        if wanted[nearest] <= 0:
            break
