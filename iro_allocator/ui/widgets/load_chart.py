"""The chart of an IRO's load against share as a widget: the arrow keys go from month to month."""

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

from iro_allocator.looking_back import MonthLoad
from iro_allocator.paper.load_over_time import LoadOverTime
from iro_allocator.ui import style


class LoadChart(QWidget):
    """Load against share over some months; says the same in words."""

    def __init__(self, name: str = "Load against share in twelve months") -> None:
        super().__init__()
        self._name = name
        self._months: tuple[MonthLoad, ...] = ()
        self._current: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.show_months(())

    def show_months(self, months: Sequence[MonthLoad]) -> None:
        """Show these months, the last of them today."""
        self._months = tuple(months)
        self._current = None
        self.setAccessibleName(self._name)
        self.setAccessibleDescription(LoadOverTime(self._months).words or "No months yet.")
        self.update()

    def read(self) -> list[dict[str, Any]]:
        """Each month's day, load and share."""
        return [
            {"day": f"{m.day.day} {m.day:%b %Y}", "load": round(m.load, 1), "share": round(m.share, 1)}
            for m in self._months
        ]

    def minimumSizeHint(self) -> QSize:
        """Room for a line that can be read."""
        line = QFontMetrics(self.font()).height()
        return QSize(16 * line, 9 * line)

    def sizeHint(self) -> QSize:
        """A comfortable size."""
        return self.minimumSizeHint() * 1.4

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go from month to month."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() not in steps or not self._months:
            super().keyPressEvent(event)
            return
        start = len(self._months) if self._current is None else self._current
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
        """The month nearest to the pointer says its figures."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._months:
            places = LoadOverTime(self._months).places(QRectF(self.rect()), self.font())
            here = min(range(len(places)), key=lambda n: abs(places[n] - event.pos().x()))
            QToolTip.showText(event.globalPos(), self._months[here].words, self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chart and the ring of the focus."""
        painter = QPainter(self)
        painter.setFont(self.font())
        if not self._months:
            painter.setPen(QColor(style.colours().muted))
            painter.drawText(self.rect().adjusted(style.GAP, style.GAP, 0, 0), 0, "No months behind them yet.")
        LoadOverTime(self._months, self._current).draw(painter, QRectF(self.rect()), style.colours())
        if self.hasFocus():
            painter.setPen(QColor(style.colours().focus))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 4, 4)
        painter.end()
