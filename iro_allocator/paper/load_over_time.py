"""One IRO's load against their share over some months, as a line that says its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from iro_allocator.looking_back import MonthLoad
from iro_allocator.paper.colours import Colours
from iro_allocator.paper.lettering import small_font


@dataclass(frozen=True, slots=True)
class LoadOverTime:
    """The chart of some months, the last of them today; `current` has its figures written out."""

    months: Sequence[MonthLoad]
    current: int | None = None

    @property
    def words(self) -> str:
        """The whole chart in words."""
        return ". ".join(month.words for month in self.months)

    def places(self, rect: QRectF, font: QFont) -> list[float]:
        """Where each month stands from left to right."""
        plot = self._plot(rect, QFontMetricsF(small_font(font)))
        count = len(self.months)
        if count < 2:
            return [plot.center().x()] * count
        return [plot.left() + plot.width() * n / (count - 1) for n in range(count)]

    def draw(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        """Draw the chart into `rect` in the painter's font."""
        if not self.months:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        xs = self.places(rect, painter.font())
        painter.setFont(small_font(painter.font()))
        metrics = QFontMetricsF(painter.font())
        plot = self._plot(rect, metrics)
        top = self._top()
        self._scale(painter, plot, top, metrics, colours)
        self._months(painter, plot, xs, metrics, colours)
        limits = [month.limit for month in self.months]
        last = self.months[-1]
        ends: list[tuple[float, str, str]] = []
        if all(limit is not None for limit in limits):
            pen = QPen(QColor(colours.limit), 1.5, Qt.PenStyle.DotLine)
            self._line(painter, plot, xs, [limit or 0.0 for limit in limits], top, pen)
            ends.append((limits[-1] or 0.0, f"limit {limits[-1]:.1f}", colours.limit))
        pen = QPen(QColor(colours.share), 1.5, Qt.PenStyle.DashLine)
        self._line(painter, plot, xs, [month.share for month in self.months], top, pen)
        ends.append((last.share, f"share {last.share:.1f}", colours.text))
        self._line(painter, plot, xs, [month.load for month in self.months], top, QPen(QColor(colours.lac), 2.5))
        ends.append((last.load, f"load {last.load:.1f}", colours.link))
        self._ends(painter, plot, ends, top, metrics)
        self._dots(painter, plot, xs, top, metrics, colours)
        painter.restore()

    def _top(self) -> float:
        return max(max(m.load, m.share, m.limit or 0.0) for m in self.months) * 1.08 or 1.0

    def _plot(self, rect: QRectF, metrics: QFontMetricsF) -> QRectF:
        left = metrics.horizontalAdvance("000") + 6
        right = metrics.horizontalAdvance("share 100.0") + 8
        return rect.adjusted(left, metrics.height() * 0.8, -right, -metrics.height() * 1.6)

    def _scale(self, painter: QPainter, plot: QRectF, top: float, metrics: QFontMetricsF, colours: Colours) -> None:
        step = next((s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500) if top / s <= 5), 1000)
        value = 0
        while value <= top:
            y = plot.bottom() - plot.height() * value / top
            painter.setPen(QPen(QColor(colours.line if value == 0 else colours.hairline), 1))
            painter.drawLine(QLineF(plot.left(), y, plot.right(), y))
            painter.setPen(QColor(colours.muted))
            label = QRectF(plot.left() - 60, y - metrics.height() / 2, 54, metrics.height())
            painter.drawText(label, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(value))
            value += step

    def _months(
        self, painter: QPainter, plot: QRectF, xs: list[float], metrics: QFontMetricsF, colours: Colours
    ) -> None:
        painter.setPen(QColor(colours.muted))
        each = plot.width() / max(1, len(xs) - 1)
        names = [f"{month.day:%b}" for month in self.months[:-1]]
        if any(metrics.horizontalAdvance(name) > each - 2 for name in names):
            names = [name[0] for name in names]
        for name, x in zip(names, xs, strict=False):
            foot = QRectF(x - 40, plot.bottom() + 4, 80, metrics.height() * 1.2)
            painter.drawText(foot, Qt.AlignmentFlag.AlignHCenter, name)
        today = QRectF(xs[-1] - 10, plot.bottom() + 4, 80, metrics.height() * 1.2)
        painter.drawText(today, Qt.AlignmentFlag.AlignLeft, "today")

    @staticmethod
    def _line(painter: QPainter, plot: QRectF, xs: list[float], values: Sequence[float], top: float, pen: QPen) -> None:
        painter.setPen(pen)
        points = [QPointF(x, plot.bottom() - plot.height() * v / top) for x, v in zip(xs, values, strict=True)]
        painter.drawPolyline(QPolygonF(points))

    @staticmethod
    def _ends(
        painter: QPainter, plot: QRectF, ends: list[tuple[float, str, str]], top: float, metrics: QFontMetricsF
    ) -> None:
        """What each line is and its figure today, pushed apart so that none covers another."""
        floor = plot.bottom() + metrics.height() / 2
        for value, words, colour in sorted(ends):
            y = min(plot.bottom() - plot.height() * value / top, floor - metrics.height())
            floor = y
            painter.setPen(QColor(colour))
            place = QRectF(plot.right() + 7, y - metrics.height() / 2, 200, metrics.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)

    def _dots(
        self, painter: QPainter, plot: QRectF, xs: list[float], top: float, metrics: QFontMetricsF, colours: Colours
    ) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.lac))
        painter.drawEllipse(QPointF(xs[-1], plot.bottom() - plot.height() * self.months[-1].load / top), 3.5, 3.5)
        if self.current is None:
            return
        month, x = self.months[self.current], xs[self.current]
        painter.setPen(QPen(QColor(colours.muted), 1))
        painter.drawLine(QLineF(x, plot.top(), x, plot.bottom()))
        words = month.words
        wide = metrics.horizontalAdvance(words)
        left = max(plot.left(), min(x - wide / 2, plot.right() - wide))
        box = QRectF(left - 4, plot.top() - metrics.height() * 0.8, wide + 8, metrics.height() * 1.2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.card))
        painter.drawRect(box)
        painter.setPen(QColor(colours.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
