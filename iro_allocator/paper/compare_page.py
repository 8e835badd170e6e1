"""Scenarios side by side on one page: figures, load against the limit, what is assumed in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QIODevice, QLineF, QMarginsF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
)

from iro_allocator.paper.colours import LIGHT, Colours

MARGIN = 14.0
"""Millimetres."""
DPI = 300


@dataclass(frozen=True, slots=True)
class Side:
    """One column: its name, the day, what is assumed in words, and what is quoted for each FTE."""

    name: str
    day: str
    assumed: Sequence[str]
    per_fte: float
    limit: float


@dataclass(frozen=True, slots=True)
class ComparePage:
    """The page: `rows` are (label, a text for each side); `foot` stands at the bottom of it."""

    title: str
    about: str
    sides: Sequence[Side]
    rows: Sequence[Sequence[str]]
    foot: str

    @property
    def words(self) -> str:
        """The page in words."""
        said = [f"{label}: {', '.join(texts)}" for label, *texts in self.rows]
        return ". ".join([self.title, self.about, *said])

    def draw(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        """Draw the page into `rect` in the painter's font; smaller letters when it would not fit."""
        painter.save()
        font = QFont(painter.font())
        size = font.pointSizeF()
        while size > 4.5 and self._run(None, rect, font, painter, colours) > rect.bottom():
            size -= 0.25
            font.setPointSizeF(size)
        self._run(painter, rect, font, painter, colours)
        painter.restore()

    def _run(self, painter: QPainter | None, rect: QRectF, font: QFont, on: QPainter, colours: Colours) -> float:
        """Lay the page out, and draw it unless there is no painter; gives where it ends."""
        pen = _Pen(painter, QFont(font), on, colours)
        line = pen.line
        y = rect.top()
        y = pen.text(QRectF(rect.left(), y, rect.width(), 0), self.title, scale=1.6, strong=True)
        y = pen.text(QRectF(rect.left(), y, rect.width(), 0), self.about, muted=True) + line
        first = rect.width() * 0.24
        wide = (rect.width() - first) / max(1, len(self.sides))
        lefts = [rect.left() + first + n * wide for n in range(len(self.sides))]
        heads = [
            pen.text(QRectF(left, y, wide - line * 0.6, 0), side.name, strong=True)
            for left, side in zip(lefts, self.sides, strict=True)
        ]
        y = max(heads, default=y)
        for left, side in zip(lefts, self.sides, strict=True):
            pen.text(QRectF(left, y, wide - line * 0.6, 0), side.day, muted=True)
        y += line * 1.4
        pen.rule(rect, y)
        y = self._bars(pen, rect, lefts, wide, y + line * 0.4) + line * 0.4
        for label, *texts in self.rows:
            pen.rule(rect, y, hair=True)
            y += line * 0.25
            ends = [pen.text(QRectF(rect.left(), y, first - line, 0), label)]
            for left, text in zip(lefts, texts, strict=True):
                ends.append(pen.text(QRectF(left, y, wide - line * 0.6, 0), text, strong=label in STRONG))
            y = max(ends) + line * 0.25
        pen.rule(rect, y)
        y = pen.text(QRectF(rect.left(), y + line * 0.6, rect.width(), 0), "What is assumed", strong=True) + line * 0.3
        bottoms = [y]
        for left, side in zip(lefts, self.sides, strict=True):
            end = y
            for words in side.assumed:
                end = pen.text(QRectF(left, end, wide - line * 0.6, 0), words) + line * 0.25
            bottoms.append(end)
        return pen.text(QRectF(rect.left(), max(bottoms) + line * 0.5, rect.width(), 0), self.foot, muted=True)

    def _bars(self, pen: _Pen, rect: QRectF, lefts: Sequence[float], wide: float, y: float) -> float:
        """What is quoted for each FTE as a bar against the limit, hatched where it is over it."""
        line = pen.line
        most = max((max(side.per_fte, side.limit) for side in self.sides), default=0.0) * 1.05 or 1.0
        pen.text(
            QRectF(rect.left(), y, lefts[0] - rect.left() - line if lefts else 0, 0), "For each FTE, against the limit"
        )
        for left, side in zip(lefts, self.sides, strict=True):
            pen.bar(QRectF(left, y + line * 0.1, (wide - line) / most, line * 1.1), side.per_fte, side.limit)
        return y + line * 1.5


STRONG = {"Children who change IRO", "FTE short", "Cost a year"}


class _Pen:
    """Draws at a place, or only measures when there is no painter."""

    def __init__(self, painter: QPainter | None, font: QFont, on: QPainter, colours: Colours) -> None:
        self._painter, self._font, self._colours = painter, font, colours
        self._device = on.device()
        self.line = self._metrics(font).height()

    def _metrics(self, font: QFont) -> QFontMetricsF:
        return QFontMetricsF(font, self._device)

    def text(self, at: QRectF, words: str, *, scale: float = 1.0, strong: bool = False, muted: bool = False) -> float:
        """Wrapped words from the top of a place; gives where they end."""
        font = QFont(self._font)
        font.setPointSizeF(font.pointSizeF() * scale)
        if strong:
            font.setWeight(QFont.Weight.DemiBold)
        flags = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        box = QRectF(at.left(), at.top(), at.width(), 1e6)
        needed = self._metrics(font).boundingRect(box, flags, words)
        if self._painter:
            self._painter.setFont(font)
            self._painter.setPen(QColor(self._colours.muted if muted else self._colours.text))
            self._painter.drawText(QRectF(at.left(), at.top(), at.width(), needed.height() + self.line), flags, words)
        return at.top() + needed.height()

    def rule(self, rect: QRectF, y: float, *, hair: bool = False) -> None:
        """A line across."""
        if self._painter:
            ink = self._colours.hairline if hair else self._colours.line
            self._painter.setPen(QPen(QColor(ink), self.line * 0.05))
            self._painter.drawLine(QLineF(rect.left(), y, rect.right(), y))

    def bar(self, unit: QRectF, value: float, limit: float) -> None:
        """A bar of a value, `unit` wide for each 1, with the limit as a dotted line and the figure in words."""
        if self._painter is None:
            return
        painter, colours = self._painter, self._colours
        bar = QRectF(unit.left(), unit.top(), unit.width() * value, unit.height())
        over = value > limit
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.lac))
        painter.drawRect(QRectF(bar.left(), bar.top(), unit.width() * min(value, limit), bar.height()))
        if over:
            more = QRectF(bar.left() + unit.width() * limit, bar.top(), unit.width() * (value - limit), bar.height())
            painter.setPen(QPen(QColor(colours.change), self.line * 0.05))
            brush = QBrush(QColor(colours.change), Qt.BrushStyle.BDiagPattern)
            painter.setBrush(brush)
            painter.drawRect(more)
        painter.setPen(QPen(QColor(colours.limit), self.line * 0.12, Qt.PenStyle.DotLine))
        x = unit.left() + unit.width() * limit
        painter.drawLine(QLineF(x, bar.top() - self.line * 0.1, x, bar.bottom() + self.line * 0.1))
        painter.setFont(self._font)
        painter.setPen(QColor(colours.accent_text))
        inside = bar.adjusted(self.line * 0.3, 0, 0, 0)
        painter.drawText(inside, int(Qt.AlignmentFlag.AlignVCenter), f"{value:.1f} of {limit:g}")


def pdf(page: ComparePage, created_by: str = "IRO Allocator") -> bytes:
    """The page as a PDF, A4 across; needs no display."""
    here = QGuiApplication.instance() or QGuiApplication(["iro-allocator", "-platform", "offscreen"])
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(DPI)
    writer.setTitle(page.title)
    writer.setCreator(created_by)
    margins = QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN)
    across = QPageLayout.Orientation.Landscape
    writer.setPageLayout(QPageLayout(QPageSize(QPageSize.PageSizeId.A4), across, margins, QPageLayout.Unit.Millimeter))
    painter = QPainter(writer)
    font = QFont(QGuiApplication.font())
    font.setPointSizeF(9.5)
    painter.setFont(font)
    page.draw(painter, QRectF(0, 0, writer.width(), writer.height()), LIGHT)
    painter.end()
    buffer.close()
    del here
    return bytes(buffer.data().data())
