"""A table as tall as its rows, for a few things inside a panel; Delete presses the row's remove button."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import QSizePolicy

from iro_allocator.paper.colours import Colours
from iro_allocator.ui import style
from iro_allocator.ui.tables import Column, Paint, TableView

REMOVE = "Remove"


class ShortTable(TableView):
    """At least `least` rows high, at most `most`; then it scrolls. `fills`: as tall as there is room.

    A row has so many `lines` (`two_lines` paints two).
    """

    def __init__(
        self,
        name: str,
        columns: Sequence[Column],
        rows: Iterable[Any] = (),
        *,
        key: Callable[[Any], Any] | None = None,
        empty: str = "",
        least: int = 1,
        most: int = 12,
        titles: bool = False,
        lines: int = 1,
        fills: bool = False,
    ) -> None:
        self._least, self._most, self._titles = least, most, titles
        self._lines, self._fills = lines, fills
        super().__init__(name, columns, rows, key=key, empty=empty, sortable=False)
        self.horizontalHeader().setVisible(titles)
        upright = QSizePolicy.Policy.Expanding if fills else QSizePolicy.Policy.Fixed
        self.setSizePolicy(QSizePolicy.Policy.Expanding, upright)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.model_.modelReset.connect(self._fit_height)
        self._fit_height()

    def _fit_height(self) -> None:
        self.updateGeometry()
        rows = len(self.model_.rows)
        if self._fills:
            self.setMinimumHeight(4 * style.row_height())
            return
        if rows <= self._most:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        else:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        header = self.horizontalHeader().isVisibleTo(self)
        least = 2 if self.empty and not rows else self._least
        shown = max(least, min(rows, self._most)) + header
        self.setFixedHeight(shown * self._row_height() + 4)

    def _row_height(self) -> int:
        return style.row_height() + (self._lines - 1) * QFontMetrics(self.font()).height()

    def _fit(self) -> None:
        super()._fit()
        self.verticalHeader().setDefaultSectionSize(self._row_height())
        if not self._titles:  # hidden titles ask for no width
            for number, column in enumerate(self.model_.columns):
                if not column.stretch:
                    self.setColumnWidth(number, max(self.sizeHintForColumn(number), style.GAP))

    def sizeHint(self) -> QSize:
        """As tall as the rows."""
        return QSize(max(style.wide(24), self._needed()), self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        """As tall as the rows, and wide enough for what does not give way."""
        return QSize(self._needed(), self.minimumHeight())

    def _needed(self) -> int:
        """The width of all columns; the one that stretches may lose the end of long words."""
        columns = enumerate(self.model_.columns)
        return sum(
            min(self.sizeHintForColumn(n), style.wide(18)) if column.stretch else self.columnWidth(n)
            for n, column in columns
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete presses the row's button of that name."""
        titles = [column.title for column in self.model_.columns]
        if event.key() == Qt.Key.Key_Delete and REMOVE in titles and self.current is not None:
            self.pressed_button.emit(self.current, REMOVE)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """A new font asks for a new height."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and hasattr(self, "_least"):
            self._fit_height()


def two_lines(first: Callable[[Any], str], second: Callable[[Any], str]) -> Paint:
    """A cell of two lines: the first in second-rank colour, the second in full."""

    def draw(painter: QPainter, rect: QRectF, row: Any, colours: Colours) -> None:
        metrics = QFontMetricsF(painter.font())
        top = rect.center().y() - metrics.height()
        for number, (words, colour) in enumerate(((first(row), colours.muted), (second(row), colours.text))):
            line = QRectF(rect.left(), top + number * metrics.height(), rect.width(), metrics.height())
            painter.setPen(QColor(colour))
            shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    return draw
