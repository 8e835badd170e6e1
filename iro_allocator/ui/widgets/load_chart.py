"""The chart of an IRO's load against share as a widget."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF

from iro_allocator.looking_back import MonthLoad
from iro_allocator.paper.load_over_time import LoadOverTime
from iro_allocator.ui.widgets.months import MonthsChart


class LoadChart(MonthsChart[MonthLoad]):
    """Load against share over some months, the last of them today; says the same in words."""

    nothing = "No months behind them yet."
    wide = 16
    from_end = True

    def __init__(self, name: str = "Load against share in twelve months") -> None:
        super().__init__(name)

    def drawing(self) -> LoadOverTime:
        """The months on paper, the current one written out."""
        return LoadOverTime(self._months, self._current)

    def month_at(self, x: int) -> MonthLoad | None:
        """The nearest month."""
        places = self.drawing().places(QRectF(self.rect()), self.font())
        return min(zip(places, self._months, strict=True), key=lambda pair: abs(pair[0] - x), default=(0.0, None))[1]

    def read(self) -> list[dict[str, Any]]:
        """Each month's day, load and share."""
        return [
            {"day": f"{m.day.day} {m.day:%b %Y}", "load": round(m.load, 1), "share": round(m.share, 1)}
            for m in self._months
        ]
