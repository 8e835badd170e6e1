"""The chart of reviews by month as a widget."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF

from iro_allocator.briefing import Month
from iro_allocator.paper.reviews_by_month import ReviewsByMonth
from iro_allocator.ui.widgets.months import MonthsChart


class MonthChart(MonthsChart[Month]):
    """Reviews due by month against capacity; says the same in words."""

    nothing = "Nothing is due."

    def __init__(self, name: str = "Reviews due by month") -> None:
        super().__init__(name)

    def drawing(self) -> ReviewsByMonth:
        """The months on paper, the current one written out."""
        return ReviewsByMonth(self._months, self._current)

    def month_at(self, x: int) -> Month | None:
        """The month whose column is there."""
        columns = self.drawing().columns(QRectF(self.rect()), self.font())
        pairs = zip(self._months, columns, strict=True)
        return next((month for month, column in pairs if column.left() <= x < column.right()), None)

    def read(self) -> list[dict[str, Any]]:
        """Each month's name, reviews due and capacity."""
        return [
            {"month": f"{month.first:%b %Y}", "due": month.due, "capacity": round(month.capacity)}
            for month in self._months
        ]
