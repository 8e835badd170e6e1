"""The frontier as a widget: a click or the arrow keys choose a point, and each says its figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent

from iro_allocator.paper.frontier_curve import Choice, FrontierCurve
from iro_allocator.ui.widgets.months import MonthsChart

REACH = 40
"""How far from a point, in pixels, it can be clicked."""


class FrontierChart(MonthsChart[Choice]):
    """How many children change IRO against how even it gets. `chosen(position)` when a person chooses a point."""

    chosen = Signal(int)
    nothing = "The choices will stand here once they are worked out."
    wide = 20
    high = 7

    def __init__(self, name: str = "How many children should change IRO") -> None:
        self._tolerance, self._must = 0.0, 0
        super().__init__(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def drawing(self) -> FrontierCurve:
        """The points on paper, the chosen one written out."""
        return FrontierCurve(self._months, self._tolerance, self._current, self._must)

    def show_choices(
        self, points: Sequence[Choice], tolerance: float, chosen: int | None = None, must: int = 0
    ) -> None:
        """Show these points; `tolerance` in per cent, `must` children change in any case."""
        self._tolerance, self._must = tolerance, must
        self.show_months(points)
        self._make_current(chosen)

    @property
    def current(self) -> int | None:
        """The position of the chosen point."""
        return self._current

    def month_at(self, x: int) -> Choice | None:
        """The nearest point to the left or right."""
        places = self.drawing().places(QRectF(self.rect()), self.font())
        pairs = zip(places, self._months, strict=True)
        return min(pairs, key=lambda pair: abs(pair[0].x() - x), default=(QPointF(), None))[1]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the point under the pointer."""
        super().mousePressEvent(event)
        drawing, rect = self.drawing(), QRectF(self.rect())
        found = drawing.nearest(rect, self.font(), event.position())
        if found is None or event.button() != Qt.MouseButton.LeftButton:
            return
        away: QPointF = drawing.places(rect, self.font())[found] - event.position()
        if away.manhattanLength() <= REACH:
            self._make_current(found)
            self.chosen.emit(found)

    def _went_to(self, number: int) -> None:
        self.chosen.emit(number)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The chosen point stays chosen."""
        current = self._current
        super().focusOutEvent(event)
        self._make_current(current)

    def read(self) -> list[dict[str, Any]]:
        """Each point: children, furthest from share in per cent, proven, chosen."""
        return [
            {
                "children": point.children,
                "furthest": round(point.furthest * 100, 1),
                "proven": point.proven,
                "chosen": number == self._current,
            }
            for number, point in enumerate(self._months)
        ]
