"""Cards: one figure each with what it is and what is to be known about it; several in a row that wraps."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from iro_allocator.ui import style
from iro_allocator.ui.style import GAP, named


class Card(QFrame):
    """A label, a big figure and a note. With `clickable` it is a button as well."""

    clicked = Signal()

    def __init__(self, label: str, figure: str = "", note: str = "", *, clickable: bool = False) -> None:
        super().__init__()
        self.setObjectName("card")
        self._label = named(QLabel(label, wordWrap=True), "cardLabel")
        self._figure = named(QLabel(figure), "cardFigure")
        self._note = named(QLabel(note, wordWrap=True), "cardNote")
        self._note.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(int(1.75 * GAP), int(1.25 * GAP), int(1.75 * GAP), int(1.25 * GAP))
        whole.setSpacing(1)
        for widget in (self._label, self._figure, self._note):
            whole.addWidget(widget)
        whole.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._clickable = clickable
        self.setProperty("clickable", clickable)
        if clickable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._name()

    def show_figure(self, figure: str, note: str = "", tone: str = "", label: str | None = None) -> None:
        """Change the figure; tone “bad” marks one that asks for attention (the note says why)."""
        if label is not None:
            self._label.setText(label)
        self._figure.setText(figure)
        self._note.setText(note)
        if self._figure.property("tone") != tone:
            self._figure.setProperty("tone", tone)
            self._figure.style().unpolish(self._figure)
            self._figure.style().polish(self._figure)
        self._name()

    def _name(self) -> None:
        self.setAccessibleName(f"{self._label.text()}: {self._figure.text()}")
        self.setAccessibleDescription(self._note.text())

    def read(self) -> dict[str, str]:
        """Label, figure and note."""
        return {"label": self._label.text(), "figure": self._figure.text(), "note": self._note.text()}

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a clickable card."""
        if (
            self._clickable
            and event.button() == Qt.MouseButton.LeftButton
            and self.rect().contains(event.position().toPoint())
        ):
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter or Space on a clickable card."""
        if self._clickable and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The ring of the focus is drawn by the style sheet."""
        super().focusInEvent(event)
        self.update()


class CardRow(QWidget):
    """Cards beside each other, all of one width (of so many letters); in several rows when they are large."""

    def __init__(self, cards: Iterable[Card], letters: int = 19) -> None:
        super().__init__()
        self.cards = tuple(cards)
        self._letters = letters
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(int(1.5 * GAP))
        self._arrange()

    def _arrange(self) -> None:
        least = style.wide(self._letters) + 4 * GAP
        columns = max(1, min(len(self.cards), self.width() // least if self.width() > 0 else len(self.cards)))
        if columns == self._columns:
            return
        self._columns = columns
        for number, card in enumerate(self.cards):
            self._grid.addWidget(card, number // columns, number % columns)
        for column in range(len(self.cards)):
            self._grid.setColumnStretch(column, int(column < columns))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or fewer beside each other."""
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Another font asks for another arrangement."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._arrange()

    def minimumSizeHint(self) -> QSize:
        """As wide as one card; the height is what the rows ask for."""
        return QSize(style.wide(self._letters), super().minimumSizeHint().height())

    def read(self) -> list[dict[str, str]]:
        """Every card's label, figure and note."""
        return [card.read() for card in self.cards]
