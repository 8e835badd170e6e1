"""A pill: a few words with a sign and a colour, so that the meaning never hangs on colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from iro_allocator.briefing import signed_percent
from iro_allocator.paper.colours import Colours

Tone = Literal["good", "warn", "bad", "info", "plain"]

UP, LEVEL, DOWN = "▲", "●", "▼"


@dataclass(frozen=True, slots=True)
class Pill:
    """Words in a rounded box; `sign` is a shape before them (▲ ● ▼) or nothing."""

    text: str
    tone: Tone = "plain"
    sign: str = ""

    def __str__(self) -> str:
        return f"{self.sign} {self.text}".strip()

    def size(self, font: QFont) -> QSizeF:
        """The space the pill needs in this font of the text around it."""
        metrics = QFontMetricsF(pill_font(font))
        return QSizeF(metrics.horizontalAdvance(str(self)) + metrics.height(), metrics.height() + 3)

    def draw(self, painter: QPainter, rect: QRectF, colours: Colours, *, right: bool = True) -> None:
        """Draw the pill at the right (or left) of `rect`, centred upright, in the painter's font."""
        size = self.size(painter.font())
        width = min(size.width(), rect.width())
        box = QRectF(
            rect.right() - width if right else rect.left(),
            rect.center().y() - size.height() / 2,
            width,
            size.height(),
        )
        tokens = colours.tokens()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(pill_font(painter.font()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens[self.tone]))
        painter.drawRoundedRect(box, size.height() / 2, size.height() / 2)
        painter.setPen(QColor(tokens[f"{self.tone}_text"]))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(self))
        painter.restore()


def pill_font(font: QFont) -> QFont:
    """The font of a pill among text in `font`: a little smaller and bolder."""
    small = QFont(font)
    small.setPointSizeF(max(7.0, font.pointSizeF() * 0.9))
    small.setWeight(QFont.Weight.DemiBold)
    return small


def share_pill(difference: float | None, tolerance: float) -> Pill:
    """The pill of a share difference (a fraction); `tolerance` in per cent passes as even.

    More than the tolerance over is a warning, half as much again is bad, under is information.
    """
    if difference is None:
        return Pill("no share", "plain")
    text = signed_percent(difference)
    percent = difference * 100
    if abs(percent) <= tolerance:
        return Pill(text, "good", LEVEL)
    if percent < 0:
        return Pill(text, "info", DOWN)
    return Pill(text, "bad" if percent > 1.5 * tolerance else "warn", UP)
