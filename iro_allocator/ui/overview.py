"""Overview: the service in five seconds, and what needs a decision, each a click from its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from iro_allocator import briefing
from iro_allocator.briefing import Decision, Figure
from iro_allocator.paper.pill import UP, Pill
from iro_allocator.ui import style
from iro_allocator.ui.page import Argument, Do, Only, Page
from iro_allocator.ui.style import GAP
from iro_allocator.ui.tables import Column, TableView
from iro_allocator.ui.widgets.cards import Card, CardRow
from iro_allocator.ui.widgets.caseload_chart import CaseloadChart
from iro_allocator.ui.widgets.month_chart import MonthChart
from iro_allocator.ui.widgets.panel import Panel, muted

if TYPE_CHECKING:
    from iro_allocator.workspace import World

CARDS = ("waiting", "children", "capacity", "per_fte", "furthest", "continuity")


class Overview(Page):
    """Cards, everybody's caseload, what needs a decision, the reviews to come."""

    def __init__(self) -> None:
        super().__init__("Overview")
        self.add_action("Import…", lambda: self.wants_page.emit("importing", None), tip="Take in a spreadsheet")
        self._export = self.add_action("Export lists…", lambda: self.wants_page.emit("reports", None))
        self._allocate = self.add_action("Allocate", self._suggest, primary=True)
        self._figures: tuple[Figure, ...] = ()
        self._cards = {key: Card("", clickable=True) for key in CARDS}
        for number, card in enumerate(self._cards.values()):
            card.clicked.connect(lambda number=number: self._go_to_figure(number))
        self._row = CardRow(self._cards.values())
        self.chart = CaseloadChart()
        self.chart.opened.connect(lambda iro: self.wants_page.emit("caseloads", iro))
        loads = Panel("Caseload against share")
        loads.header.addWidget(self.chart.legend)
        loads.add(self.chart, 1)
        self.decisions = TableView(
            "Needs a decision",
            (
                Column(title="What", value=lambda decision: decision.tag, pill=_pill),
                Column(title="Where", value=lambda decision: decision.words, stretch=True, wrap=True),
            ),
            sortable=False,
            empty="Nothing needs a decision today.",
        )
        self.decisions.horizontalHeader().hide()
        self.decisions.setCursor(Qt.CursorShape.PointingHandCursor)
        self.decisions.clicked.connect(lambda _: self._go_to_decision(self.decisions.current))
        self.decisions.opened.connect(self._go_to_decision)
        decide = Panel("Needs a decision")
        decide.add(self.decisions, 1)
        self.months = MonthChart()
        self._due = muted(small=True)
        due = Panel("Reviews due by month")
        due.add(self.months, 1)
        due.add(self._due)
        right = QVBoxLayout()
        right.setSpacing(int(1.5 * GAP))
        right.addWidget(decide, 5)
        right.addWidget(due, 4)
        self._below = QHBoxLayout()
        self._below.setSpacing(int(1.5 * GAP))
        self._below.addWidget(loads, 13)
        self._below.addLayout(right, 7)
        self.body.addWidget(self._row)
        self.body.addLayout(self._below, 1)

    def show_world(self, world: World) -> None:
        """Show the figures, bars, decisions and months of this world."""
        super().show_world(world)
        day, loads = world.day, world.loads
        settings = loads.settings
        self.set_heading(
            subtitle=f"{day:%A} {day.day} {day:%B %Y} · weights: {settings.name}, version {settings.version}"
        )
        self._figures = briefing.figures(world.snapshot, loads)
        for figure, card in zip(self._figures, self._cards.values(), strict=True):
            card.show_figure(figure.figure, figure.note, "bad" if figure.bad else "", figure.label)
        self.chart.show_loads(loads)
        self.decisions.set_rows(briefing.decisions(world.snapshot, loads))
        due = briefing.reviews(world.snapshot, loads)
        self.months.show_months(due.months)
        late = f"{due.overdue:,} overdue · " if due.overdue else ""
        self._due.setText(f"{late}{due.this_month:,} more due in {day:%B}. Dates as recorded, else the statutory ones.")
        waiting = len(loads.waiting)
        self._allocate.setText(f"Allocate {waiting} {'referral' if waiting == 1 else 'referrals'}")
        self._allocate.setVisible(bool(waiting))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """With large letters the parts stand below one another."""
        super().resizeEvent(event)
        beside = self.width() >= style.wide(110)
        directions = QHBoxLayout.Direction
        self._below.setDirection(directions.LeftToRight if beside else directions.TopToBottom)

    def _suggest(self) -> None:
        self.wants_page.emit("referrals", Do("suggest"))

    def _go_to_figure(self, number: int) -> None:
        figure = self._figures[number]
        self.wants_page.emit(figure.page, _argument(figure.ids, figure.label))

    def _go_to_decision(self, decision: Decision | None) -> None:
        if decision:
            self.wants_page.emit(decision.page, _argument(decision.ids, decision.words))

    def read(self) -> dict[str, Any]:
        """The page as plain data."""
        return {
            **super().read(),
            "cards": self._row.read(),
            "caseloads": self.chart.read(),
            "decisions": self.decisions.read(),
            "months": self.months.read(),
            "due": self._due.text(),
        }


def _argument(ids: tuple[str, ...], words: str) -> Argument:
    if not ids:
        return None
    return ids[0] if len(ids) == 1 else Only(words, ids)


def _pill(decision: Decision) -> Pill:
    return Pill(decision.tag, decision.tone, UP if decision.tone == "bad" else "")
