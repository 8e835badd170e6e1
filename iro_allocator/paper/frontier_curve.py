"""The frontier: how many children change IRO against how even it gets, each point a plan to choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from iro_allocator.paper.colours import Colours
from iro_allocator.paper.lettering import small_font

RADIUS = 4.5
CHOSEN = 7.0
STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000)


@dataclass(frozen=True, slots=True)
class Choice:
    """One point: when `children` change IRO, nobody is further than `furthest` (a fraction) from their share.

    `unevenness` is the root mean square share difference; `proven`: no plan with as few is evener.
    """

    children: int
    furthest: float
    unevenness: float
    proven: bool

    @property
    def label(self) -> str:
        """“74 children change · furthest 7.2%”."""
        who = "1 child changes" if self.children == 1 else f"{self.children:,} children change"
        return f"{who} · furthest {self.furthest:.1%}"

    @property
    def words(self) -> str:
        """The point as a sentence."""
        proof = "proven: no plan with as few is evener" if self.proven else "the best found so far"
        return f"{self.label} from share, {self.unevenness:.1%} on the whole; {proof}"


@dataclass(frozen=True, slots=True)
class FrontierCurve:
    """The curve: `tolerance` (per cent) is shaded, `chosen` a position in `points`, `must` who change in any case.

    Told apart by shape: a full dot is proven, an empty one is not yet, the chosen one has a ring.
    """

    points: Sequence[Choice]
    tolerance: float
    chosen: int | None = None
    must: int = 0

    @property
    def words(self) -> str:
        """The whole curve in words."""
        return ". ".join(point.words for point in self.points)

    def places(self, rect: QRectF, font: QFont) -> list[QPointF]:
        """Where each point stands."""
        if not self.points:
            return []
        plot = self._plot(rect, QFontMetricsF(small_font(font)))
        low, high = self._children()
        top = self._top()
        return [
            QPointF(
                plot.left() + plot.width() * (point.children - low) / (high - low),
                plot.bottom() - plot.height() * point.furthest / top,
            )
            for point in self.points
        ]

    def nearest(self, rect: QRectF, font: QFont, at: QPointF) -> int | None:
        """The position of the point that is nearest to a place."""
        places = self.places(rect, font)
        return min(range(len(places)), key=lambda n: QLineF(places[n], at).length(), default=None)

    def draw(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        """Draw the curve into `rect` in the painter's font."""
        if not self.points:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places = self.places(rect, painter.font())
        strong = QFont(painter.font())
        painter.setFont(small_font(painter.font()))
        metrics = QFontMetricsF(painter.font())
        plot = self._plot(rect, metrics)
        self._ground(painter, plot, metrics, colours)
        self._across(painter, plot, metrics, colours)
        painter.setPen(QPen(QColor(colours.link), 2))
        painter.drawPolyline(QPolygonF(places))
        for number, (point, place) in enumerate(zip(self.points, places, strict=True)):
            self._dot(painter, place, colours, proven=point.proven, chosen=number == self.chosen)
        strong.setPointSizeF(painter.font().pointSizeF())
        strong.setWeight(QFont.Weight.DemiBold)
        self._labels(painter, plot, places, strong, colours)
        painter.restore()

    # -- scales ------------------------------------------------------------------------------------

    def _children(self) -> tuple[float, float]:
        """The ends of the axis of children, with some room before the first point and behind the last."""
        low, high = self.points[0].children, self.points[-1].children
        wide = max(1.0, high - low)
        return low - 0.04 * wide, low + 1.06 * wide

    def _top(self) -> float:
        return max(*(point.furthest for point in self.points), self.tolerance / 100) * 1.1 or 0.01

    def _plot(self, rect: QRectF, metrics: QFontMetricsF) -> QRectF:
        line = metrics.height()
        left = metrics.horizontalAdvance("±100%") + 12
        return rect.adjusted(left, line * 0.8, -line, -line * 1.7)

    def _ground(self, painter: QPainter, plot: QRectF, metrics: QFontMetricsF, colours: Colours) -> None:
        """The area within the tolerance, and the axis of per cents."""
        top, line = self._top(), metrics.height()
        height = plot.height() * self.tolerance / 100 / top
        within = QRectF(plot.left(), plot.bottom() - height, plot.width(), height)
        painter.fillRect(within, QColor(colours.good))
        painter.setPen(QPen(QColor(colours.good_text), 1, Qt.PenStyle.DashLine))
        painter.drawLine(within.topLeft(), within.topRight())
        # At the left, where the curve is high.
        words = QRectF(within.left() + 6, plot.bottom() - line - 2, within.width() - 6, line)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft, f"within ±{self.tolerance:g}%")
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.drawLine(plot.bottomLeft(), plot.topLeft())
        step = next((s for s in STEPS if top * 100 / s <= plot.height() / (1.6 * line)), STEPS[-1])
        value = 0
        while value <= top * 100:
            y = plot.bottom() - plot.height() * value / 100 / top
            painter.setPen(QPen(QColor(colours.line if value == 0 else colours.hairline), 1))
            painter.drawLine(QLineF(plot.left() - 3, y, plot.right() if value == 0 else plot.left(), y))
            painter.setPen(QColor(colours.muted))
            label = QRectF(plot.left() - 66, y - line / 2, 60, line)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(label, right, f"±{value}%" if value else "0%")
            value += step

    def _across(self, painter: QPainter, plot: QRectF, metrics: QFontMetricsF, colours: Colours) -> None:
        """The axis of children."""
        low, high = self._children()
        title = "children who change IRO →"
        right = plot.right() - metrics.horizontalAdvance(title) - metrics.height()
        foot = plot.bottom() + metrics.height() * 0.35
        step = next((s for s in STEPS if (high - low) / s <= plot.width() / (5 * metrics.height())), STEPS[-1])
        value = int(-(-low // step)) * step
        while value <= high:
            x = plot.left() + plot.width() * (value - low) / (high - low)
            if x < right:
                painter.setPen(QPen(QColor(colours.line), 1))
                painter.drawLine(QLineF(x, plot.bottom(), x, plot.bottom() + 3))
                painter.setPen(QColor(colours.muted))
                painter.drawText(
                    QRectF(x - 40, foot, 80, metrics.height()), Qt.AlignmentFlag.AlignHCenter, f"{value:,}"
                )
            value += step
        painter.setPen(QColor(colours.muted))
        place = QRectF(plot.left(), foot, plot.width(), metrics.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignRight, title)

    # -- points ------------------------------------------------------------------------------------

    @staticmethod
    def _dot(painter: QPainter, place: QPointF, colours: Colours, *, proven: bool, chosen: bool) -> None:
        ink = QColor(colours.change if chosen else colours.link)
        size = CHOSEN if chosen else RADIUS
        painter.setPen(QPen(ink, 2))
        painter.setBrush(ink if proven else QColor(colours.card))
        painter.drawEllipse(place, size, size)
        if chosen:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(place, size + 4, size + 4)

    def _labels(self, painter: QPainter, plot: QRectF, places: list[QPointF], strong: QFont, colours: Colours) -> None:
        """What the chosen point makes of it, and how many change in any case, one clear of the other."""
        taken: QRectF | None = None
        if self.chosen is not None:
            words = self.points[self.chosen].label
            taken = _beside(plot, places[self.chosen], words, QFontMetricsF(strong), CHOSEN + 8)
            painter.setFont(strong)
            painter.setPen(QColor(colours.text))
            painter.drawText(taken, Qt.AlignmentFlag.AlignVCenter, words)
        if self.chosen != 0 and self.points[0].children == self.must:
            painter.setFont(small_font(painter.font()) if self.chosen is None else painter.font())
            words = f"{self.must:,} (only those who must)" if self.must else "0 (nobody)"
            metrics = QFontMetricsF(painter.font())
            place = _beside(plot, places[0], words, metrics, RADIUS + 5)
            if taken is None or not place.intersects(taken):
                painter.setPen(QColor(colours.muted))
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)


def _beside(plot: QRectF, at: QPointF, words: str, metrics: QFontMetricsF, away: float) -> QRectF:
    """Where words stand: at the right above a point, higher where there is no room (the curve falls to the right)."""
    wide, line = metrics.horizontalAdvance(words) + 2, metrics.height()
    left = min(at.x() + away, plot.right() - wide)
    up = 1.35 * line if left > at.x() else away + 1.1 * line
    return QRectF(left, max(plot.top() - line * 0.8, at.y() - up), wide, line)
