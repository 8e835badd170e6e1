"""A part of a page that scrolls up and down by itself, as tall as its wrapped words need at its width."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from iro_allocator.ui.style import named


class Tall(QScrollArea):
    """Holds a widget; Qt's own scroll area would squeeze labels that wrap."""

    def __init__(self, inner: QWidget) -> None:
        super().__init__(widgetResizable=True)
        named(self, "pageScroll")
        named(inner, "pageBody")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inner)
        inner.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Other words may need another height."""
        if watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width needs another height."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        inner = self.widget()
        layout = inner.layout() if inner else None
        if inner and layout:
            inner.setMinimumHeight(max(0, layout.totalHeightForWidth(self.viewport().width())))
            self.setMinimumWidth(layout.totalMinimumSize().width() + self.verticalScrollBar().sizeHint().width())
