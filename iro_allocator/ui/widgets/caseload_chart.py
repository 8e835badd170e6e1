"""The caseload chart: a row for every IRO with bar, figures and pill; children can be dropped on a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QSizePolicy, QVBoxLayout, QWidget

from iro_allocator.caseload import Caseloads
from iro_allocator.paper.caseload_bars import Bar, Legend, bars, scale_of
from iro_allocator.paper.colours import Colours
from iro_allocator.ui import style
from iro_allocator.ui.tables import CASES_MIME, Column, TableView, cases_of


class CaseloadChart(QWidget):
    """Everybody's caseload against share, band and limit; a table for keyboard and screen reader.

    `chosen(iro)` when a row becomes current, `opened(iro)` on Enter or a double click. After
    `accept_drops(hover)` children can be dragged here: `hover(cases, iro)` is called while they are over
    an IRO (and with "" when they leave), `dropped(cases, iro)` when they are let go.
    """

    chosen = Signal(str)
    opened = Signal(str)
    dropped = Signal(tuple, str)

    def __init__(self, name: str = "Caseload against pro-rata share", *, legend: bool = True) -> None:
        super().__init__()
        self._bars: tuple[Bar, ...] = ()
        self._scale = 1.0
        self.table = _BarTable(name, self._columns())
        self.table.chosen.connect(self._on_chosen)
        self.table.opened.connect(lambda bar: self.opened.emit(bar.iro))
        self.table.dropped.connect(self.dropped)
        self.legend = LegendStrip()
        """Above the rows, unless it is put beside a title."""
        if not legend:
            self.legend.hide()
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(style.GAP // 2)
        self._whole.addWidget(self.legend)
        self._whole.addWidget(self.table, 1)
        self.setFocusProxy(self.table)

    def _on_chosen(self, bar: Bar | None) -> None:
        if bar:
            self.chosen.emit(bar.iro)

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(
                title="IRO",
                value=lambda bar: bar,
                format=lambda bar: f"{bar.title} {_hours(bar)}",
                paint=_paint_name,
                tip=lambda bar: bar.words,
            ),
            Column(
                title="Caseload",
                value=lambda bar: bar,
                format=lambda bar: bar.words,
                paint=self._paint_bar,
                stretch=True,
                tip=lambda bar: bar.words,
            ),
            Column(title="Load of share", value=lambda bar: bar.figures, align="right", tip=lambda bar: bar.words),
            Column(title="Difference", value=lambda bar: bar.difference, align="right", pill=lambda bar: bar.pill),
        )

    def _paint_bar(self, painter: QPainter, rect: QRectF, bar: Bar, colours: Colours) -> None:
        bar.draw(painter, rect, colours, self._scale)

    def show_loads(
        self,
        now: Caseloads,
        after: Caseloads | None = None,
        *,
        changed: Mapping[str, float] | None = None,
        where: Callable[[Bar], bool] | None = None,
    ) -> None:
        """Show these caseloads; with `after` (or loads by IRO in `changed`) the change is hatched.

        `where` leaves IROs out. The scale stays that of everybody, so that bars can be compared.
        """
        every = bars(now, after, changed=changed)
        self._scale = scale_of(every)
        self._bars = tuple(bar for bar in every if where is None or where(bar))
        settings = now.settings
        self.legend.show_legend(
            Legend(
                band=f"{settings.band_low:g}–{settings.limit_per_fte:g} per FTE",
                limit=any(bar.limit is not None for bar in every),
                change=any(bar.after is not None and bar.change for bar in every),
            )
        )
        self.table.set_rows(self._bars)

    @property
    def bars(self) -> tuple[Bar, ...]:
        """The bars that are shown."""
        return self._bars

    @property
    def current(self) -> str | None:
        """The id of the current IRO."""
        return self.table.current.iro if self.table.current else None

    def choose(self, iro: str) -> bool:
        """Make an IRO's row current; whether they have one."""
        return self.table.choose(iro)

    def accept_drops(self, hover: Callable[[tuple[str, ...], str], object] | None = None) -> None:
        """Let children be dropped on the rows."""
        self.table.accept_drops(hover)

    def read(self) -> list[dict[str, Any]]:
        """Each row's texts."""
        return [
            {"iro": bar.name, "hours": bar.hours, "load of share": bar.figures, "difference": str(bar.pill)}
            | ({"change": bar.change} if bar.after is not None and bar.change else {})
            for bar in self._bars
        ]


def _hours(bar: Bar) -> str:
    return f"{bar.hours:g}\u00a0h"


def _paint_name(painter: QPainter, rect: QRectF, bar: Bar, colours: Colours) -> None:
    """The name, and behind it in second rank the hours."""
    middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.setFont(QGuiApplication.font())
    painter.setPen(QColor(colours.text))
    painter.drawText(rect, middle, bar.title)
    used = QFontMetricsF(QGuiApplication.font()).horizontalAdvance(f"{bar.title} ")
    painter.setPen(QColor(colours.muted))
    painter.drawText(rect.adjusted(used, 0, 0, 0), middle, _hours(bar))


class _BarTable(TableView):
    """The rows of the chart, which take what is dropped on them."""

    dropped = Signal(tuple, str)

    def __init__(self, name: str, columns: tuple[Column, ...]) -> None:
        super().__init__(
            name,
            columns,
            key=lambda bar: bar.iro,
            sortable=False,
            empty="No IROs yet. Add them under IROs, or import a spreadsheet.",
        )
        self.horizontalHeader().hide()
        self._hover: Callable[[tuple[str, ...], str], object] | None = None
        self._over = ""

    def accept_drops(self, hover: Callable[[tuple[str, ...], str], object] | None) -> None:
        self._hover = hover
        self.setDragDropMode(QAbstractItemView.DragDropMode.DropOnly)
        self.viewport().setAcceptDrops(True)

    def sizeHint(self) -> QSize:
        # No more than a page can give: the rest is room to stretch into.
        return QSize(style.wide(60), style.row_height() * max(4, min(len(self.model_.rows), 8)) + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(style.wide(40), style.row_height() * 4)

    def _iro_at(self, event: QDragMoveEvent | QDropEvent) -> str:
        index = self.indexAt(event.position().toPoint())
        return self.model_.rows[index.row()].iro if index.isValid() else ""

    def _say(self, cases: tuple[str, ...], iro: str) -> None:
        if iro != self._over:
            self._over = iro
            # First said, then chosen: the page knows that the row is only looked at.
            if self._hover:
                self._hover(cases, iro)
            if iro:
                self.choose(iro)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        event.setAccepted(event.mimeData().hasFormat(CASES_MIME))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        cases, iro = cases_of(event.mimeData()), self._iro_at(event)
        self._say(cases, iro)
        event.setAccepted(bool(cases and iro))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._say((), "")

    def dropEvent(self, event: QDropEvent) -> None:
        cases, iro = cases_of(event.mimeData()), self._iro_at(event)
        self._over = ""
        if cases and iro:
            event.setDropAction(Qt.DropAction.MoveAction)
            event.accept()
            self.dropped.emit(cases, iro)


class LegendStrip(QWidget):
    """The legend of the bars, in as many lines as it takes."""

    def __init__(self) -> None:
        super().__init__()
        self._legend = Legend()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.show_legend(self._legend)

    def show_legend(self, legend: Legend) -> None:
        """Show what these marks mean."""
        self._legend = legend
        self.setAccessibleName("Legend: " + ", ".join(words for _, words in legend.entries()))
        self.updateGeometry()
        self.update()

    @staticmethod
    def _font() -> QFont:
        font = QFont(QGuiApplication.font())
        font.setPointSizeF(max(8.0, font.pointSizeF() * 0.9))
        return font

    def sizeHint(self) -> QSize:
        """All in one line."""
        metrics = QFontMetricsF(self._font())
        return QSize(round(self._legend.width(metrics)) + 4, round(metrics.height() * 1.5))

    def minimumSizeHint(self) -> QSize:
        """A word or two in a line."""
        return QSize(style.wide(20), self.heightForWidth(self.width()))

    def heightForWidth(self, width: int) -> int:
        """As many lines as it takes."""
        metrics = QFontMetricsF(self._font())
        return round(metrics.height() * 1.5) * len(self._legend.lines(metrics, width))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the legend."""
        painter = QPainter(self)
        painter.setFont(self._font())
        self._legend.draw(painter, QRectF(self.rect()), style.colours())
        painter.end()
