"""Printed pages on the screen, one at a time, drawn by the same drawing as the PDF."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from iro_allocator.paper.pages import Pages
from iro_allocator.ui import style
from iro_allocator.ui.style import GAP, named

LARGEST = 1.5
"""So many times its size on paper a page may be shown."""


class PageView(QWidget):
    """One page as wide as there is room, with buttons to the one before and after."""

    def __init__(self) -> None:
        super().__init__()
        self._sheet = _Sheet()
        self._scroll = named(QScrollArea(), "pageScroll")
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._scroll.setWidget(self._sheet)
        self.before, self.after = QPushButton("Page before"), QPushButton("Page after")
        self.before.clicked.connect(lambda: self.turn(-1))
        self.after.clicked.connect(lambda: self.turn(+1))
        self._which = QLabel()
        bar = QHBoxLayout()
        bar.setSpacing(GAP)
        for widget in (self.before, self.after, self._which):
            bar.addWidget(widget)
        bar.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(GAP)
        whole.addLayout(bar)
        whole.addWidget(self._scroll, 1)

    def show_pages(self, pages: Pages) -> None:
        """Show the first of these pages."""
        self._sheet.pages, self._sheet.number = pages, 0
        self.turn(0)
        self._fit()

    def turn(self, by: int) -> None:
        """Go some pages on, or back."""
        pages = self._sheet.pages
        if pages is None:
            return
        self._sheet.number = max(0, min(self._sheet.number + by, pages.count - 1))
        self._which.setText(f"page {self._sheet.number + 1} of {pages.count}")
        self._sheet.setAccessibleName(f"Preview, {self._which.text()}")
        self._sheet.setAccessibleDescription(pages.words[:2000])
        # The button that has the focus keeps it: one that is switched off would hand it to the rail.
        self.before.setEnabled(self._sheet.number > 0 or self.before.hasFocus())
        self.after.setEnabled(self._sheet.number < pages.count - 1 or self.after.hasFocus())
        self._scroll.verticalScrollBar().setValue(0)
        self._sheet.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Page up and down turn the page."""
        turns = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: +1}
        if event.key() in turns:
            self.turn(turns[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self._sheet.fit(self._scroll.viewport().width())

    def read(self) -> dict[str, Any]:
        """Which page is shown, and the words of them all."""
        pages = self._sheet.pages
        return {"page": self._which.text(), "words": pages.words if pages else ""}


class _Sheet(QWidget):
    """The sheet of paper."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: Pages | None = None
        self.number = 0
        self._scale = 1.0

    def fit(self, width: int) -> None:
        """Be as wide as this, within reason."""
        if self.pages:
            size = self.pages.size
            self._scale = max(0.2, min(LARGEST, (width - 4) / size.width()))
            self.setFixedSize(QSize(round(size.width() * self._scale), round(size.height() * self._scale)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("white"))
        painter.setPen(QPen(QColor(style.colours().line), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        if self.pages:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.scale(self._scale, self._scale)
            self.pages.draw(painter, self.number)
        painter.end()
