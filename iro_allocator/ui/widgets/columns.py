"""Panels beside each other while there is room, below each other when letters are large or the window small."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLayout, QWidget

from iro_allocator.ui.style import GAP

SPACE = int(1.5 * GAP)


class Columns(QWidget):
    """Three panels with their parts of the width: in three columns, in two (the last below the second), or in one."""

    def __init__(self, *panels: tuple[QWidget, int]) -> None:
        super().__init__()
        self._panels = [panel for panel, _ in panels]
        self._parts = [part for _, part in panels]
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACE)
        self._grid.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # it may become narrower than now
        for panel in self._panels:
            panel.setParent(self)
        self._arrange()

    @property
    def columns(self) -> int:
        """How many stand beside each other."""
        return self._columns

    def _arrange(self) -> None:
        count = len(self._panels)
        columns = count if not self.isVisible() else max(n for n in range(1, count + 1) if n == 1 or self._fits(n))
        if columns == self._columns:
            return
        self._columns = columns
        for panel in self._panels:
            self._grid.removeWidget(panel)
        for number, panel in enumerate(self._panels):
            column = min(number, columns - 1)
            row = number - column
            rows = count - columns + 1 if column < columns - 1 else 1
            self._grid.addWidget(panel, row, column, rows, 1)
        for number in range(count):
            self._grid.setColumnStretch(number, self._parts[number] if number < columns else 0)
        self.updateGeometry()

    def _fits(self, columns: int) -> bool:
        wide = [_least(panel) for panel in self._panels]
        shares = sum(self._parts[:columns])
        room = self.width() - (columns - 1) * SPACE
        least = [*wide[: columns - 1], max(wide[columns - 1 :])]
        return all(room * part / shares >= need for part, need in zip(self._parts, least, strict=False))

    def minimumSizeHint(self) -> QSize:
        """As wide as the widest panel; as tall as they are now."""
        wide = max((_least(panel) for panel in self._panels), default=0)
        return QSize(wide, self._grid.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or fewer beside each other."""
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        """What the panels need may have changed."""
        found = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show) and hasattr(self, "_grid"):
            self._arrange()
        return found


def _least(panel: QWidget) -> int:
    return max(panel.minimumWidth(), panel.minimumSizeHint().width())
