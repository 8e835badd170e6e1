"""The letters of charts: a little smaller than the text around them."""

from __future__ import annotations

from PySide6.QtGui import QFont


def small_font(font: QFont) -> QFont:
    """The font of a chart's figures among text in `font`."""
    small = QFont(font)
    small.setPointSizeF(max(7.5, font.pointSizeF() * 0.85))
    return small
