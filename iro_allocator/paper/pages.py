"""A4 pages laid out from headings, words, tables and charts: the same drawing for the preview and for the PDF.

Needs Qt's painter and no display: `ready()` first where no window is open.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QPen,
    QPyTextObject,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from iro_allocator.paper.colours import LIGHT, Colours

FAMILIES = ("Segoe UI", "Helvetica Neue", "Arial", "Liberation Sans", "DejaVu Sans")
MM = 1 / 25.4
SIDE, TOP, FOOT = 14.0, 20.0, 16.0
"""Margins in millimetres; title and marking stand in the upper one, facts and page number in the lower."""
LONGEST_WORD = 24
"""Letters after which a word that does not fit its column may be broken."""
_ROOM = "padding: 1px 5px 1px 3px"
_BULLET = "•  "
_DRAWING = QTextFormat.ObjectTypes.UserObject.value + 1

Draw = Callable[[QPainter, QRectF, Colours], None]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `large` for the title of a page."""

    words: str
    large: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph; *item* is one of a list."""

    words: str
    kind: Literal["plain", "muted", "item"] = "plain"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: headers that are repeated on every page, rows of words; `right` says which columns hold numbers."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing as wide as the page and `lines` of text high; `words` say the same."""

    draw: Draw
    lines: float
    words: str


@dataclass(frozen=True, slots=True)
class Break:
    """What follows begins on a new page."""


Part = Heading | Words | Grid | Chart | Break


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page. `numbered` says “page 2 of 5”."""

    title: str = ""
    marking: str = ""
    facts: str = ""
    numbered: bool = True
    landscape: bool = False
    points: float = 9.0


def ready() -> None:
    """See that there is a Qt to draw with; without a window one that needs no display."""
    if QGuiApplication.instance() is None:
        if sys.platform.startswith("linux"):
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        # Kept by Qt itself, which knows one instance; letting go of it here would take it away.
        ready.app = QGuiApplication(["iro-allocator"])  # type: ignore[attr-defined]


def _font(points: float) -> QFont:
    font = QFont()
    font.setFamilies(FAMILIES)
    font.setPointSizeF(points)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)  # or letters stand unevenly once enlarged
    font.setFeature(QFont.Tag("liga"), 0)  # or a search in the PDF for “official” finds nothing
    return font


class Pages:
    """Parts laid out on A4 pages within a frame."""

    def __init__(self, parts: Sequence[Part], frame: Frame) -> None:
        ready()
        self.frame = frame
        # The measures of fonts are those of the screen, where there is one; so are those of the page.
        screens = QGuiApplication.screens()
        self._dpi = round(screens[0].logicalDotsPerInch()) if screens else 96
        wide, high = (297.0, 210.0) if frame.landscape else (210.0, 297.0)
        self.size = QSizeF(self._px(wide), self._px(high))
        """Of a page, in the units that `draw` draws in."""
        self._inner = QRectF(self._px(SIDE), self._px(TOP), self._px(wide - 2 * SIDE), self._px(high - TOP - FOOT))
        self._device = QImage(1, 1, QImage.Format.Format_RGB32)
        self._device.setDotsPerMeterX(round(self._dpi * 1000 * MM))
        self._device.setDotsPerMeterY(round(self._dpi * 1000 * MM))
        self._document = self._laid_out(parts)
        self.count = max(1, self._document.pageCount())
        # It may have been laid out by another thread than the one that shows it.
        if (app := QGuiApplication.instance()) is not None:
            self._document.moveToThread(app.thread())

    def _px(self, millimetres: float) -> float:
        return millimetres * MM * self._dpi

    @property
    def words(self) -> str:
        """Everything on the pages but the frame, as text."""
        return self._document.toPlainText()

    def draw(self, painter: QPainter, number: int) -> None:
        """Draw one page, 0 the first, with the painter's origin at its corner."""
        painter.save()
        self._draw_frame(painter, number)
        inner, shift = self._inner, number * self._inner.height()
        painter.translate(inner.left(), inner.top() - shift)
        context = QAbstractTextDocumentLayout.PaintContext()
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Text, QColor(LIGHT.text))
        context.palette = palette
        context.clip = QRectF(0, shift, inner.width(), inner.height())
        painter.setClipRect(QRectF(-2, shift, inner.width() + 4, inner.height()))
        self._document.documentLayout().draw(painter, context)
        painter.restore()

    def pdf(self) -> bytes:
        """All pages as a PDF."""
        kept = QBuffer()
        kept.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(kept)
        writer.setResolution(self._dpi)
        writer.setTitle(self.frame.title)
        writer.setCreator("IRO Allocator")
        turned = QPageLayout.Orientation.Landscape if self.frame.landscape else QPageLayout.Orientation.Portrait
        writer.setPageLayout(QPageLayout(QPageSize(QPageSize.PageSizeId.A4), turned, QMarginsF(0, 0, 0, 0)))
        painter = QPainter(writer)
        for number in range(self.count):
            if number:
                writer.newPage()
            self.draw(painter, number)
        painter.end()
        return bytes(kept.data().data())

    # -- the frame ---------------------------------------------------------------------------------

    def page_words(self, number: int) -> str:
        """What stands at the foot of a page at the right."""
        return f"page {number + 1} of {self.count}" if self.frame.numbered else ""

    def _draw_frame(self, painter: QPainter, number: int) -> None:
        frame, inner = self.frame, self._inner
        bold, small = _font(9.5), _font(7.5)
        bold.setBold(True)
        head = QRectF(inner.left(), self._px(9), inner.width(), self._px(6))
        foot = QRectF(inner.left(), inner.bottom() + self._px(3), inner.width(), self._px(6))
        ends = Qt.AlignmentFlag.AlignVCenter
        if frame.title or frame.marking:
            painter.setFont(bold)
            painter.setPen(QColor(LIGHT.text))
            taken = QFontMetricsF(bold).horizontalAdvance(frame.marking) + self._px(6)
            title = QFontMetricsF(bold).elidedText(frame.title, Qt.TextElideMode.ElideRight, inner.width() - taken)
            painter.drawText(head, ends | Qt.AlignmentFlag.AlignLeft, title)
            painter.setPen(QColor(LIGHT.bad_text))
            painter.drawText(head, ends | Qt.AlignmentFlag.AlignRight, frame.marking)
            painter.setPen(QPen(QColor(LIGHT.line), 0.7))
            painter.drawLine(QPointF(inner.left(), head.bottom()), QPointF(inner.right(), head.bottom()))
        painter.setFont(small)
        painter.setPen(QColor(LIGHT.muted))
        metrics, said = QFontMetricsF(small), self.page_words(number)
        room = inner.width() - metrics.horizontalAdvance(said) - self._px(6)
        painter.drawText(
            foot, ends | Qt.AlignmentFlag.AlignLeft, metrics.elidedText(frame.facts, Qt.TextElideMode.ElideRight, room)
        )
        painter.drawText(foot, ends | Qt.AlignmentFlag.AlignRight, said)

    # -- laying out --------------------------------------------------------------------------------

    def _laid_out(self, parts: Sequence[Part]) -> QTextDocument:
        document = QTextDocument()
        document.setUndoRedoEnabled(False)
        document.setDocumentMargin(0)
        document.setDefaultFont(_font(self.frame.points))
        layout = document.documentLayout()
        layout.setPaintDevice(self._device)
        document.setPageSize(self._inner.size())
        self._drawings = _Drawings(document, self._inner.width(), [part for part in parts if isinstance(part, Chart)])
        layout.registerHandler(_DRAWING, self._drawings)
        cursor = QTextCursor(document)
        self._fresh, self._on_new_page, charts = True, False, 0
        for part in parts:
            if isinstance(part, Break):
                self._on_new_page = not self._fresh
            elif isinstance(part, Grid):
                self._block(cursor, 0)
                cursor.insertHtml(_html(part))
                cursor.movePosition(QTextCursor.MoveOperation.End)
            elif isinstance(part, Chart):
                self._block(cursor, 4)
                drawn = QTextCharFormat()
                drawn.setObjectType(_DRAWING)
                drawn.setProperty(_DRAWING, charts)
                cursor.insertText("\ufffc", drawn)
                charts += 1
            else:
                self._paragraph(cursor, part)
        return document

    def _block(self, cursor: QTextCursor, above: float, block: QTextBlockFormat | None = None) -> None:
        block = block or QTextBlockFormat()
        block.setTopMargin(self._px(above) * 0.5)
        if self._on_new_page:
            block.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
        self._on_new_page = False
        if self._fresh:
            cursor.setBlockFormat(block)
            cursor.setCharFormat(QTextCharFormat())
        else:
            cursor.insertBlock(block, QTextCharFormat())
        self._fresh = False

    def _paragraph(self, cursor: QTextCursor, part: Heading | Words) -> None:
        block, letters = QTextBlockFormat(), QTextCharFormat()
        letters.setForeground(QColor(LIGHT.text))
        above = 3.0
        if isinstance(part, Heading):
            letters.setFontWeight(QFont.Weight.Bold)
            letters.setFontPointSize(self.frame.points * (1.6 if part.large else 1.2))
            above = 8.0
        elif part.kind == "muted":
            letters.setForeground(QColor(LIGHT.muted))
        elif part.kind == "item":
            block.setLeftMargin(self._px(6))
            block.setTextIndent(-QFontMetricsF(_font(self.frame.points)).horizontalAdvance(_BULLET))
        if isinstance(part, Words) and part.kind != "muted":
            block.setLineHeight(125, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        self._block(cursor, above, block)
        bullet = _BULLET if isinstance(part, Words) and part.kind == "item" else ""
        cursor.insertText(bullet + part.words, letters)


class _Drawings(QPyTextObject):
    """The charts within the text, each drawn where its place in the text comes to lie."""

    def __init__(self, document: QTextDocument, width: float, charts: Sequence[Chart]) -> None:
        super().__init__(document)
        self._width, self._charts = width, charts
        self._font = document.defaultFont()

    def intrinsicSize(self, doc: QTextDocument, posInDocument: int, format: QTextFormat) -> QSizeF:  # noqa: A002, N802, N803
        """As wide as the page, as high as the chart asks for."""
        lines = self._charts[format.property(_DRAWING)].lines
        return QSizeF(self._width, lines * QFontMetricsF(self._font).height())

    def drawObject(  # noqa: N802
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        doc: QTextDocument,
        posInDocument: int,  # noqa: N803
        format: QTextFormat,  # noqa: A002
    ) -> None:
        """Draw one chart."""
        painter.save()
        painter.setFont(self._font)
        self._charts[format.property(_DRAWING)].draw(painter, QRectF(rect), LIGHT)
        painter.restore()


def _html(grid: Grid) -> str:
    """The table; its header comes again on every page."""
    aligned = ["right" if right else "left" for right in grid.right]
    widths = _widths(grid)

    def row(cells: Sequence[str], tag: str, colour: str) -> str:
        made = "".join(
            f"<{tag} width='{wide:.1f}%' align='{side}' valign='top' bgcolor='{colour}' style='{_ROOM}'>"
            f"{_breakable(cell)}</{tag}>"
            for cell, side, wide in zip(cells, aligned, widths, strict=True)
        )
        return f"<tr>{made}</tr>"

    head = row(grid.headers, "th", "#dce6f0")
    body = "".join(row(cells, "td", "#ffffff" if n % 2 == 0 else "#f3f6f9") for n, cells in enumerate(grid.rows))
    return f"<table width='100%' border='0' cellspacing='0' cellpadding='0'><thead>{head}</thead>{body}</table>"


def _widths(grid: Grid) -> list[float]:
    """How wide each column is in per cent: room for its longest word, and for most of its cells in one line."""
    found = []
    for at, header in enumerate(grid.headers):
        cells = sorted(len(row[at]) for row in grid.rows)
        most = cells[len(cells) * 9 // 10] if cells else 0
        word = max((len(word) for row in (grid.headers, *grid.rows) for word in row[at].split(" ")), default=1)
        bold = 1.2 * max(len(part) for part in header.split(" "))
        found.append(max(bold, min(word, LONGEST_WORD), min(most, LONGEST_WORD)) + 1.5)
    return [100 * width / sum(found) for width in found]


def _breakable(words: str) -> str:
    """A text for a cell, in which even the longest word can be broken."""
    parts = [
        "\u200b".join(word[at : at + LONGEST_WORD] for at in range(0, len(word), LONGEST_WORD)) or word
        for word in words.split(" ")
    ]
    return escape(" ".join(parts)) or "&nbsp;"
