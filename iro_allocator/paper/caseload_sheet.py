"""Everybody's caseload bars with names and figures: the chart of a report, for its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from iro_allocator.paper.caseload_bars import Bar, Legend, scale_of
from iro_allocator.paper.colours import Colours


@dataclass(frozen=True, slots=True)
class CaseloadSheet:
    """A row for every IRO: name and hours, the bar, load of share, how far from it."""

    bars: Sequence[Bar]

    @property
    def words(self) -> str:
        """The whole chart in words."""
        return ". ".join(bar.words for bar in self.bars)

    @property
    def lines(self) -> float:
        """How many lines of text high it wants to be."""
        return 1.7 * len(self.bars) + 2.2

    def draw(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        """Draw the chart into `rect` in the painter's font."""
        painter.save()
        metrics = QFontMetricsF(painter.font())
        line, gap = metrics.height(), metrics.horizontalAdvance("00")
        names = [f"{bar.title}, {bar.hours:g} h" for bar in self.bars]
        left = max((metrics.horizontalAdvance(name) for name in names), default=0.0) + gap
        figures = max((metrics.horizontalAdvance(bar.figures) for bar in self.bars), default=0.0) + gap
        pills = max((metrics.horizontalAdvance(str(bar.pill)) for bar in self.bars), default=0.0) + gap
        right = figures + pills
        limit = any(bar.limit is not None for bar in self.bars)
        Legend(limit=limit).draw(painter, QRectF(rect.left(), rect.top(), rect.width(), line * 1.6), colours)
        each = (rect.height() - line * 2) / max(1, len(self.bars))
        scale = scale_of(tuple(self.bars))
        for number, (bar, name) in enumerate(zip(self.bars, names, strict=True)):
            row = QRectF(rect.left(), rect.top() + line * 2 + number * each, rect.width(), each)
            painter.setPen(QColor(colours.text))
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
            painter.drawText(
                row.adjusted(0, 0, -pills, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, bar.figures
            )
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, str(bar.pill))
            bar.draw(painter, row.adjusted(left, each * 0.08, -right, -each * 0.08), colours, scale)
        painter.restore()
