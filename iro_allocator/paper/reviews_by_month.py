"""Reviews due by month, as columns against the capacity that planned leave leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from iro_allocator.briefing import Month
from iro_allocator.paper.colours import Colours
from iro_allocator.paper.lettering import small_font


@dataclass(frozen=True, slots=True)
class ReviewsByMonth:
    """The chart of some months; `current` has its number written above it."""

    months: Sequence[Month]
    current: int | None = None

    @property
    def words(self) -> str:
        """The whole chart in words."""
        return ". ".join(month.words for month in self.months)

    def columns(self, rect: QRectF, font: QFont) -> list[QRectF]:
        """Where each month stands, from the top of the plot to its foot."""
        line = QFontMetricsF(font).height()
        plot = rect.adjusted(2, line * 1.6, -2, -line * 1.4)
        each = plot.width() / max(1, len(self.months))
        return [QRectF(plot.left() + n * each, plot.top(), each, plot.height()) for n in range(len(self.months))]

    def draw(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        """Draw the chart into `rect` in the painter's font."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = small_font(painter.font())
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        places = self.columns(rect, font)
        top = max((max(month.due, month.capacity) for month in self.months), default=0.0) * 1.08 or 1.0
        for number, (month, place) in enumerate(zip(self.months, places, strict=True)):
            self._column(painter, number, month, place, top, metrics, colours)
        self._capacity(painter, places, top, metrics, colours)
        painter.restore()

    def _column(
        self,
        painter: QPainter,
        number: int,
        month: Month,
        place: QRectF,
        top: float,
        metrics: QFontMetricsF,
        colours: Colours,
    ) -> None:
        height = place.height() * month.due / top
        column = QRectF(place.left() + place.width() * 0.17, place.bottom() - height, place.width() * 0.66, height)
        ink = QColor(colours.change if month.over else colours.lac)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawRoundedRect(column, 2, 2)
        if month.over:  # hatched as well, so that it is not the colour alone that says so
            painter.setBrush(QBrush(QColor(colours.card), Qt.BrushStyle.BDiagPattern))
            painter.drawRoundedRect(column, 2, 2)
        here = number == self.current
        painter.setPen(QColor(colours.text if here or month.over else colours.muted))
        if here or month.over:
            above = QRectF(place.center().x() - 60, column.top() - metrics.height() - 1, 120, metrics.height())
            painter.drawText(above, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, str(month.due))
        foot = QRectF(place.left(), place.bottom() + 3, place.width(), metrics.height() * 1.2)
        name = f"{month.first:%b}"
        if metrics.horizontalAdvance(name) > place.width() - 2:
            name = name[0]
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, name)

    def _capacity(
        self, painter: QPainter, places: list[QRectF], top: float, metrics: QFontMetricsF, colours: Colours
    ) -> None:
        if not places:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        steps = QPolygonF()
        for month, place in zip(self.months, places, strict=True):
            level = place.bottom() - place.height() * month.capacity / top
            steps.append(QPointF(place.left(), level))
            steps.append(QPointF(place.right(), level))
        painter.setPen(QPen(QColor(colours.card), 4))  # a rim, so that it shows on any column
        painter.drawPolyline(steps)
        painter.setPen(QPen(QColor(colours.text), 2, Qt.PenStyle.DashLine))
        painter.drawPolyline(steps)
        painter.setPen(QColor(colours.text))
        words = QRectF(places[0].left(), places[0].top() - metrics.height() * 1.6, 400, metrics.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft, "- -  capacity after leave and contract ends")
