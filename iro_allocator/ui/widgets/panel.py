"""Panel, EmptyState and small labels: the white rounded cards that pages are made of."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from iro_allocator.ui.style import GAP, named


class Panel(QFrame):
    """A white rounded card with a title; fill `body`, and put small things right of the title."""

    def __init__(self, title: str = "", subtitle: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        # Children of the panel at once: what is made visible without a parent is a window for a moment.
        self._title = named(QLabel(title, self, wordWrap=True), "heading")
        self._title.setVisible(bool(title))
        self._subtitle = named(QLabel(subtitle, self, wordWrap=True), "muted")
        self._subtitle.setVisible(bool(subtitle))
        self.header = QHBoxLayout()
        self.header.setSpacing(GAP)
        self.header.addWidget(self._title, 1)
        self.header.addStretch(0)
        self.body = QVBoxLayout()
        self.body.setSpacing(GAP)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(int(1.75 * GAP), int(1.5 * GAP), int(1.75 * GAP), int(1.5 * GAP))
        self._whole.setSpacing(GAP)
        self._whole.addLayout(self.header)
        self._whole.addWidget(self._subtitle)
        self._whole.addLayout(self.body, 1)

    @property
    def title(self) -> str:
        """The title of the panel."""
        return self._title.text()

    def set_title(self, title: str, subtitle: str | None = None) -> None:
        """Change the title, and the line under it unless None."""
        self._title.setText(title)
        self._title.setVisible(bool(title))
        if subtitle is not None:
            self._subtitle.setText(subtitle)
            self._subtitle.setVisible(bool(subtitle))

    def add(self, widget: QWidget, stretch: int = 0) -> None:
        """Put a widget below what is there."""
        self.body.addWidget(widget, stretch)

    def minimumSizeHint(self) -> QSize:
        """High enough for its texts at its width: splitters and stacks do not ask a layout for that."""
        hint = super().minimumSizeHint()
        return QSize(hint.width(), max(hint.height(), self._whole.minimumHeightForWidth(self.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width breaks texts into other lines."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()


class EmptyState(QWidget):
    """What an empty page says: why there is nothing, and what to do next."""

    def __init__(self, title: str, words: str, action: str = "", slot: Callable[[], object] | None = None) -> None:
        super().__init__()
        self.title, self.words = title, words
        whole = QVBoxLayout(self)
        whole.setContentsMargins(2 * GAP, 4 * GAP, 2 * GAP, 4 * GAP)
        whole.setSpacing(GAP)
        whole.addStretch(1)
        for label in (named(QLabel(title), "emptyTitle"), named(QLabel(words), "muted")):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setWordWrap(True)
            whole.addWidget(label)
        if action and slot:
            button = QPushButton(action)
            button.setProperty("primary", True)
            button.clicked.connect(lambda: slot())
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(button)
            row.addStretch(1)
            whole.addSpacing(GAP)
            whole.addLayout(row)
        whole.addStretch(2)


def heading(words: str) -> QLabel:
    """A heading inside a panel."""
    return named(QLabel(words), "heading")


def muted(words: str = "", *, small: bool = False) -> QLabel:
    """Second-rank text that wraps."""
    return named(QLabel(words, wordWrap=True), "small" if small else "muted")


def link(words: str, slot: Callable[[], object]) -> QPushButton:
    """A button that looks like a link."""
    button = QPushButton(words)
    button.setProperty("link", True)
    button.clicked.connect(lambda: slot())
    return button
