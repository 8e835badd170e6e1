"""What a draft of the settings would do today: everybody's caseload with it, beside the one of now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer

from iro_allocator.caseload import Caseloads, caseloads, limit
from iro_allocator.domain import Settings
from iro_allocator.ui import scheme
from iro_allocator.ui.widgets.caseload_chart import CaseloadChart
from iro_allocator.ui.widgets.panel import Panel, muted

if TYPE_CHECKING:
    from iro_allocator.workspace import World

SETTLE_MS = 120


class WouldDo(Panel):
    """The caseload chart with a draft; drawn a moment after the last edit."""

    def __init__(self) -> None:
        super().__init__("What this would do today")
        self.chart = CaseloadChart("What this would do today", legend=False)
        self._totals, self._example = muted(), muted()
        self.add(self.chart, 1)
        self.add(self._totals)
        self.add(self._example)
        self._wanted: tuple[World, Settings | None] | None = None
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._draw)

    def show_draft(self, world: World, draft: Settings | None, *, at_once: bool = False) -> None:
        """Show today with a draft, or as it is."""
        if self._wanted and self._wanted[0] is world and self._wanted[1] == draft:
            return
        self._wanted = (world, draft)
        if at_once:
            self._draw()
        else:
            self._settle.start()

    def _draw(self) -> None:
        if self._wanted is None:
            return
        world, draft = self._wanted
        self._example.setText(f"Example: {scheme.example((draft or world.loads.settings).scheme)}")
        if draft is None:
            self.chart.show_loads(world.loads)
            self._totals.setText(totals(world.loads))
            return
        after = caseloads(scheme.as_if_in_force(draft, world.snapshot, world.day), world.day)
        self.chart.show_loads(measured(world.loads, after.settings), after)
        self._totals.setText(totals(world.loads, after))

    def read(self) -> dict[str, Any]:
        """Bars, totals and example."""
        return {"caseloads": self.chart.read(), "totals": self._totals.text(), "example": self._example.text()}


def measured(loads: Caseloads, settings: Settings) -> Caseloads:
    """Today's caseloads against the limits of other settings."""
    return replace(
        loads,
        settings=settings,
        loads=tuple(
            replace(load, limit=limit(load.iro, settings), limit_counts=settings.limit_counts) for load in loads.loads
        ),
    )


def totals(now: Caseloads, after: Caseloads | None = None) -> str:
    """The whole service's load, for each FTE and in FTE short, now and with a draft."""

    def said(loads: Caseloads) -> str:
        short = f", short by {loads.short_fte:.2f} FTE" if loads.short_fte > 0 else ""
        return f"load {loads.load:,.1f}, {loads.load_per_fte:.1f} per FTE{short}"

    if after is None:
        return f"Now: {said(now)}."
    return (
        f"Now: {said(now)}. Then: {said(after)}; hatched is the change. "
        "Priorities change what is suggested next, not today’s caseloads."
    )
