"""A plan and a bound at national size, where no model of the whole can be made.

Searches from several deals give a plan, and whole units a bound.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from iro_allocator.solver import neighbours, search, whole
from iro_allocator.solver.board import Board, Plan
from iro_allocator.solver.prices import Dual, Prices

DEALS = ((0.03, 1.0), (0.1, 1.0), (0.06, 0.5), (0.02, 2.0), (0.045, 1.0))
"""Temperatures (points) at which units are dealt out for a search, and how dear arcs it tries (points)."""
TOLD = 0.5
"""Seconds between two reports."""

Tell = Callable[[float, float | None], None]


def answer(
    dual: Dual, found: Prices, known: Plan, *, gap: float, stop: Callable[[], bool], tell: Tell
) -> tuple[Plan, float]:
    """The best plan of some searches and of what is known, and the bound of the prices raised by whole units."""
    board = dual.board
    best, cost, bound = known, board.objective(known), found.bound
    for n, (temperature, close) in enumerate(DEALS):
        if stop() or cost - bound <= gap:
            break
        plan = search.start(board, found.arcs, temperature, stop)
        plan = _searched(board, plan, found, close, stop, lambda price: tell(min(price, cost), bound))  # noqa: B023
        if (price := board.objective(plan)) < cost:
            best, cost = plan, price
        tell(cost, bound)
        if n == 0 and cost - bound > gap:
            bound = whole.raised(dual, found, cost, stop, lambda raised: tell(cost, raised))  # noqa: B023
            tell(cost, bound)
    if not stop() and cost - bound > gap:
        best = neighbours.mended(found, best, stop, lambda price: tell(price, bound))
    return best, bound


def _searched(
    board: Board, plan: Plan, found: Prices, close: float, stop: Callable[[], bool], told: Callable[[float], None]
) -> Plan:
    """A search over arcs that are nearly as cheap as the cheapest; `told` hears now and then what its plan costs."""
    searching = search.Search(board, plan, found.arcs.where(found.arcs.reduced <= close).near, found)
    last = time.monotonic()

    def look() -> bool:
        nonlocal last
        if time.monotonic() - last > TOLD:
            told(board.objective(searching.plan))
            last = time.monotonic()
        return stop()

    return searching.run(look)
