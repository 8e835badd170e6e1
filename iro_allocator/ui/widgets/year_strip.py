"""The coming months as a widget."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF

from iro_allocator.paper.coming_year import ComingYear
from iro_allocator.scenario import Month
from iro_allocator.ui.widgets.months import MonthsChart


class YearStrip(MonthsChart[Month]):
    """FTE, load for each FTE against the limit, short or spare, and what happens; says the same in words."""

    nothing = "Nothing to show."
    wide = 22
    high = 8

    def __init__(self, name: str = "The coming twelve months") -> None:
        super().__init__(name)

    def drawing(self) -> ComingYear:
        """The months on paper, the current one written out."""
        return ComingYear(self._months, self._current)

    def month_at(self, x: int) -> Month | None:
        """The month whose column is there."""
        columns = self.drawing().columns(QRectF(self.rect()), self.font())
        pairs = zip(self._months, columns, strict=True)
        return next((month for month, column in pairs if column.left() <= x < column.right()), None)

    def read(self) -> list[dict[str, Any]]:
        """Each month: FTE, load for each FTE, FTE short, what happens."""
        return [
            {
                "month": f"{month.first:%b %Y}",
                "fte": round(month.fte, 1),
                "per FTE": round(month.per_fte, 1),
                "short": round(month.short_fte, 1),
                "events": [event.words for event in month.events],
            }
            for month in self._months
        ]
