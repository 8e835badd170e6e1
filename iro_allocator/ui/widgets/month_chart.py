"""The chart of reviews by month as a widget: the arrow keys go from month to month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from iro_allocator.briefing import Month
from iro_allocator.paper.reviews_by_month import ReviewsByMonth
from iro_allocator.ui import style


class MonthChart(QWidget):
    """Reviews due by month against capacity; says the same in words."""

    def __init__(self, name: str = "Reviews due by month") -> None:
        super().__init__()
        self._name = name
        self._months: tuple[Month, ...] = ()
        self._current: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.show_months(())

    def show_months(self, months: Sequence[Month]) -> None:
        """Show these months."""
        self._months = tuple(months)
        self._current = None
        self.setAccessibleName(self._name)
        self.setAccessibleDescription(ReviewsByMonth(self._months).words or "Nothing is due.")
        self.update()

    def read(self) -> list[dict[str, Any]]:
        """Each month's name, reviews due and capacity."""
        return [
            {"month": f"{month.first:%b %Y}", "due": month.due, "capacity": round(month.capacity)}
            for month in self._months
        ]

    def minimumSizeHint(self) -> QSize:
        """Room for columns that can be told apart."""
        line = QFontMetrics(self.font()).height()
        return QSize(12 * line, 9 * line)

    def sizeHint(self) -> QSize:
        """A comfortable size."""
        return self.minimumSizeHint() * 1.4

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go from month to month."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() not in steps or not self._months:
            super().keyPressEvent(event)
            return
        start = -1 if self._current is None else self._current
        self._current = max(0, min(start + steps[Qt.Key(event.key())], len(self._months) - 1))
        self.setAccessibleName(f"{self._name}. {self._months[self._current].words}")
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No month is current any more."""
        super().focusOutEvent(event)
        self._current = None
        self.setAccessibleName(self._name)
        self.update()

    def event(self, event: QEvent) -> bool:
        """The month under the pointer says its figures."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            places = ReviewsByMonth(self._months).columns(QRectF(self.rect()), self.font())
            for month, place in zip(self._months, places, strict=True):
                if place.left() <= event.pos().x() < place.right():
                    QToolTip.showText(event.globalPos(), month.words, self)
                    return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chart and the ring of the focus."""
        painter = QPainter(self)
        painter.setFont(self.font())
        ReviewsByMonth(self._months, self._current).draw(painter, QRectF(self.rect()), style.colours())
        if self.hasFocus():
            painter.setPen(QColor(style.colours().focus))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 4, 4)
        painter.end()
