"""A pill as a widget, for where it does not stand in a table."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from iro_allocator.paper.pill import Pill
from iro_allocator.ui import style


class PillLabel(QWidget):
    """Shows one pill."""

    def __init__(self, pill: Pill | None = None) -> None:
        super().__init__()
        self.pill = pill
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_pill(pill)

    def show_pill(self, pill: Pill | None) -> None:
        """Show another pill, or none."""
        self.pill = pill
        self.setAccessibleName(str(pill) if pill else "")
        self.setVisible(pill is not None)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As large as the pill."""
        return self.pill.size(self.font()).toSize() + QSize(2, 2) if self.pill else QSize()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pill."""
        if self.pill:
            painter = QPainter(self)
            painter.setFont(self.font())
            self.pill.draw(painter, QRectF(self.rect()), style.colours(), right=False)
            painter.end()
