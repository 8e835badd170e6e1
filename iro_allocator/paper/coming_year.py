"""The coming months as a strip: load for each FTE against the limit, FTE, what is short or spare, what happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from iro_allocator.paper.colours import Colours
from iro_allocator.paper.lettering import small_font
from iro_allocator.scenario import Month

ROWS = ("FTE", "short/spare")


@dataclass(frozen=True, slots=True)
class ComingYear:
    """The strip of some months; `current` has its figures written out below.

    Columns are what the limit counts for each FTE, hatched where it is over the limit (the dotted line). A
    mark above a month is something that happens in it: full when it is supposed, empty when on record.
    """

    months: Sequence[Month]
    current: int | None = None

    @property
    def words(self) -> str:
        """The whole strip in words."""
        return ". ".join(month.words for month in self.months)

    def columns(self, rect: QRectF, font: QFont) -> list[QRectF]:
        """Where each month stands, from the marks to the figures below."""
        metrics = QFontMetricsF(small_font(font))
        left = metrics.horizontalAdvance(ROWS[-1]) + 8
        each = (rect.width() - left - 2) / max(1, len(self.months))
        return [QRectF(rect.left() + left + n * each, rect.top(), each, rect.height()) for n in range(len(self.months))]

    def draw(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        """Draw the strip into `rect` in the painter's font."""
        if not self.months:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places = self.columns(rect, painter.font())
        painter.setFont(small_font(painter.font()))
        metrics = QFontMetricsF(painter.font())
        line = metrics.height()
        lines = 3.4 + 1.2 * (self.current is not None)
        bars = QRectF(
            rect.left(), rect.top() + 2.1 * line, rect.width(), max(line, rect.height() - (2.1 + lines) * line)
        )
        top = max(max(month.per_fte, month.limit) for month in self.months) * 1.05 or 1.0
        for number, (month, place) in enumerate(zip(self.months, places, strict=True)):
            bar = QRectF(place.left(), bars.top(), place.width(), bars.height())
            self._marks(painter, month, QPointF(place.center().x(), rect.top() + 0.5 * line), line, colours)
            self._column(painter, month, bar, top, metrics, colours)
            self._figures(painter, number, month, QRectF(place.left(), bars.bottom() + 2, place.width(), line), colours)
        painter.setPen(QColor(colours.muted))
        for number, words in enumerate(ROWS, 1):
            row = QRectF(rect.left(), bars.bottom() + 2 + number * 1.15 * line, places[0].left() - rect.left(), line)
            painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        self._limit(painter, rect, bars, places, top, metrics, colours)
        if self.current is not None:
            painter.setPen(QColor(colours.text))
            foot = QRectF(rect.left(), rect.bottom() - line * 1.2, rect.width(), line * 1.2)
            words = self.months[self.current].words
            painter.drawText(
                foot,
                Qt.AlignmentFlag.AlignVCenter,
                metrics.elidedText(words, Qt.TextElideMode.ElideRight, foot.width()),
            )
        painter.restore()

    @staticmethod
    def _marks(painter: QPainter, month: Month, at: QPointF, line: float, colours: Colours) -> None:
        """A triangle for each thing that happens, beside each other."""
        size = line * 0.36
        left = at.x() - (len(month.events) - 1) * size * 1.25
        for number, event in enumerate(month.events):
            x = left + number * size * 2.5
            painter.setPen(QPen(QColor(colours.change), 1.5))
            painter.setBrush(QColor(colours.change if event.supposed else colours.card))
            painter.drawPolygon(
                QPolygonF(
                    [QPointF(x - size, at.y() - size), QPointF(x + size, at.y() - size), QPointF(x, at.y() + size)]
                )
            )

    @staticmethod
    def _column(
        painter: QPainter, month: Month, bar: QRectF, top: float, metrics: QFontMetricsF, colours: Colours
    ) -> None:
        over = month.short_fte > 0.005
        height = bar.height() * month.per_fte / top
        column = QRectF(bar.left() + bar.width() * 0.17, bar.bottom() - height, bar.width() * 0.66, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.change if over else colours.lac))
        painter.drawRoundedRect(column, 2, 2)
        if over:  # hatched as well, so that it is not the colour alone that says so
            painter.setBrush(QBrush(QColor(colours.card), Qt.BrushStyle.BDiagPattern))
            painter.drawRoundedRect(column, 2, 2)
        painter.setPen(QColor(colours.text))
        above = QRectF(bar.left() - 10, column.top() - metrics.height() - 1, bar.width() + 20, metrics.height())
        painter.drawText(above, Qt.AlignmentFlag.AlignHCenter, f"{month.per_fte:.0f}")

    def _figures(self, painter: QPainter, number: int, month: Month, row: QRectF, colours: Colours) -> None:
        """The month's name, FTE, and what is short (−) or spare (+)."""
        short = month.short_fte > 0.005
        missing = f"−{month.short_fte:.1f}" if short else f"+{month.spare_fte:.1f}"
        name = f"{month.first:%b}"
        if QFontMetricsF(painter.font()).horizontalAdvance(name) > row.width() - 2:
            name = name[0]
        for words, ink in (
            (name, colours.text if number == self.current else colours.muted),
            (f"{month.fte:.1f}", colours.text),
            (missing, colours.bad_text if short else colours.text),
        ):
            painter.setPen(QColor(ink))
            painter.drawText(row, Qt.AlignmentFlag.AlignCenter, words)
            row = row.translated(0, row.height() * 1.15)

    def _limit(
        self,
        painter: QPainter,
        rect: QRectF,
        bars: QRectF,
        places: list[QRectF],
        top: float,
        metrics: QFontMetricsF,
        colours: Colours,
    ) -> None:
        """The limit as a dotted line over the columns, a step where it changes."""
        steps = QPolygonF()
        for month, place in zip(self.months, places, strict=True):
            y = bars.bottom() - bars.height() * month.limit / top
            steps.append(QPointF(place.left(), y))
            steps.append(QPointF(place.right(), y))
        for ink, width, style in (
            (colours.card, 4.0, Qt.PenStyle.SolidLine),
            (colours.limit, 2.0, Qt.PenStyle.DotLine),
        ):
            painter.setPen(QPen(QColor(ink), width, style))
            painter.drawPolyline(steps)
        y = bars.bottom() - bars.height() * self.months[0].limit / top
        painter.setPen(QColor(colours.limit))
        label = QRectF(rect.left(), y - metrics.height() / 2, places[0].left() - rect.left() - 4, metrics.height())
        painter.drawText(
            label, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, f"limit {self.months[0].limit:g}"
        )
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.drawLine(QLineF(places[0].left(), bars.bottom(), places[-1].right(), bars.bottom()))
