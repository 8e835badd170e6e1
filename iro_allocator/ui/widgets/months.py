"""What charts over months share as widgets: the arrow keys go from month to month, each says its figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

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

from iro_allocator.paper.colours import Colours
from iro_allocator.ui import style


class Said(Protocol):
    """A month (or a chart of months) that can say its figures in words."""

    @property
    def words(self) -> str:
        """The figures in words."""
        ...


class Drawing(Said, Protocol):
    """A chart of months on paper."""

    def draw(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        """Draw it."""
        ...


M = TypeVar("M", bound=Said)


class MonthsChart(QWidget, Generic[M]):
    """A chart on paper as a widget. A subclass says how months are drawn and where each of them is."""

    nothing = "No months yet."
    """What is said where there are no months."""
    wide = 12
    """The least width, in line heights."""
    high = 9
    """The least height, in line heights."""
    from_end = False
    """Whether the first arrow key goes to the last month."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._months: tuple[M, ...] = ()
        self._current: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.show_months(())

    def drawing(self) -> Drawing:
        """The months on paper, the current one written out."""
        raise NotImplementedError

    def month_at(self, x: int) -> M | None:
        """The month at a place, if there is one."""
        raise NotImplementedError

    def show_months(self, months: Sequence[M]) -> None:
        """Show these months."""
        self._months = tuple(months)
        self._current = None
        self.setAccessibleName(self._name)
        self.setAccessibleDescription(self.drawing().words or self.nothing)
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Room for figures that can be read."""
        line = QFontMetrics(self.font()).height()
        return QSize(self.wide * line, self.high * line)

    def sizeHint(self) -> QSize:
        """A comfortable size."""
        return self.minimumSizeHint() * 1.4

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go from month to month."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() not in steps or not self._months:
            super().keyPressEvent(event)
            return
        outside = len(self._months) if self.from_end else -1
        start = outside if self._current is None else self._current
        current = max(0, min(start + steps[Qt.Key(event.key())], len(self._months) - 1))
        self._make_current(current)
        self._went_to(current)

    def _make_current(self, number: int | None) -> None:
        """Have a month written out, or none, and said."""
        self._current = number
        said = "" if number is None else f". {self._months[number].words}"
        self.setAccessibleName(f"{self._name}{said}")
        if said:
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))
        self.update()

    def _went_to(self, number: int) -> None:
        """What else happens when a person goes to a month."""

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No month is current any more."""
        super().focusOutEvent(event)
        self._make_current(None)

    def event(self, event: QEvent) -> bool:
        """The month under the pointer says its figures."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            month = self.month_at(event.pos().x())
            if month is not None:
                QToolTip.showText(event.globalPos(), month.words, self)
                return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chart and the ring of the focus."""
        painter = QPainter(self)
        painter.setFont(self.font())
        if not self._months:
            painter.setPen(QColor(style.colours().muted))
            painter.drawText(self.rect().adjusted(style.GAP, style.GAP, 0, 0), 0, self.nothing)
        self.drawing().draw(painter, QRectF(self.rect()), style.colours())
        if self.hasFocus():
            painter.setPen(QColor(style.colours().focus))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 4, 4)
        painter.end()
