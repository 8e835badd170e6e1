"""IROs: a table of all; opening one shows its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from iro_allocator.caseload import Caseloads
from iro_allocator.looking_back import MonthLoad, load_by_month
from iro_allocator.paper.pill import UP, Pill, share_pill
from iro_allocator.ui import iro_facts, style
from iro_allocator.ui.iro_facts import SHORT_TAKES, IroRow
from iro_allocator.ui.iro_page import IroPage
from iro_allocator.ui.jobs import Job
from iro_allocator.ui.one import One
from iro_allocator.ui.one_of_many import OneOfMany
from iro_allocator.ui.style import GAP
from iro_allocator.ui.tables import Column, TableView, as_text
from iro_allocator.ui.widgets.panel import EmptyState, Panel

if TYPE_CHECKING:
    from iro_allocator.workspace import World


class Iros(OneOfMany):
    """The table of all IROs and, one at a time, an IRO's own page."""

    def __init__(self) -> None:
        empty = EmptyState(
            "No IROs yet",
            "Add the first one, or import a spreadsheet with everybody’s hours.",
            "New IRO…",
            lambda: self.begin_new(),
        )
        super().__init__("IROs", "New IRO…", "Search: name, team, skill, state…", empty)
        self._months: tuple[Caseloads | None, Mapping[str, tuple[MonthLoad, ...]]] = (None, {})

    def _make_many(self) -> tuple[TableView, QWidget]:
        self.search.setFixedWidth(style.wide(34))
        self.left = QCheckBox("Also those who have left")
        self.left.toggled.connect(self._filter)
        nobody = "Nobody found. Search for less, or tick those who have left."
        table = TableView("IROs", _columns(), key=lambda row: row.iro.id, empty=nobody)
        bar = QHBoxLayout()
        bar.setSpacing(2 * GAP)
        for widget in (self.search, self.left, self._said, self._everybody):
            bar.addWidget(widget)
        bar.addStretch(1)
        panel = Panel()
        panel.body.addLayout(bar)
        panel.add(table, 1)
        return table, panel

    def _add_actions(self) -> None:
        self._print = self.add_action("Export list…", self._export, tip="Write this IRO’s list to a file")
        self._loads = self.add_action("Caseload", self._go_to_caseload, tip="Families and children of this IRO")

    def _show_actions(self, one: One | None) -> None:
        for button in (self._print, self._loads):
            button.setVisible(one is not None and not one.new)

    def _records(self, world: World) -> Mapping[str, Any]:
        return world.snapshot.iro

    def _make_one(self, world: World, id: str | None) -> One:
        return IroPage(world, id, self.workspace)

    def _rows(self, world: World, unsaved: Sequence[str]) -> Sequence[IroRow]:
        return iro_facts.rows(world, unsaved)

    def _passes(self, row: IroRow) -> bool:
        return self.left.isChecked() or not row.left or row.children > 0 or row.unsaved

    def _counts(self, world: World) -> str:
        here = sum(not row.left for row in self.table.model_.all_rows)
        return f"{here} {'IRO' if here == 1 else 'IROs'} · {world.loads.fte:.1f} FTE available today"

    def _go_to_caseload(self) -> None:
        if self._one:
            self.wants_page.emit("caseloads", self._one.id)

    # The year behind

    def _look_back(self) -> None:
        super()._look_back()
        if not isinstance(self._one, IroPage) or self.world is None or self._one.new:
            return
        loads, snapshot = self.world.loads, self.world.snapshot
        known, months = self._months
        if known is loads:
            self._one.show_months(months.get(self._one.id, ()))
            return

        def done(found: Mapping[str, tuple[MonthLoad, ...]]) -> None:
            self._months = (loads, found)
            if isinstance(self._one, IroPage) and self.world and self.world.loads is loads:
                self._one.show_months(found.get(self._one.id, ()))

        work = lambda report, stopped: load_by_month(snapshot, loads.day, stopped=stopped)  # noqa: E731
        self.wants_job.emit(Job("Twelve months", work, done))

    # The list

    def _export(self) -> None:
        if self._one:
            self.wants_page.emit("reports", self._one.id)


def _columns() -> tuple[Column, ...]:
    return (
        Column(title="Name", value=lambda row: row.iro.name, tone=lambda row: "strong"),
        Column(title="State", value=lambda row: row.state, format=str, pill=_state_pill, tip=lambda row: row.state),
        Column(title="Hours", value=lambda row: row.iro.contracted_hours, align="right", format="{:g}".format),
        Column(title="FTE", value=lambda row: row.fte, align="right", format="{:.2f}".format),
        Column(
            title="Available",
            value=lambda row: row.available,
            align="right",
            format="{:.2f}".format,
            title_tip="FTE for reviewing today, after other duties and absence",
        ),
        Column(title="Load", value=lambda row: row.load, align="right", tone=lambda row: "strong"),
        Column(title="Share", value=lambda row: row.share, align="right", title_tip="Pro-rata part of the whole load"),
        Column(title="Difference", value=lambda row: row.difference, align="right", pill=_share_pill),
        Column(
            title="Limit",
            value=lambda row: row.limit,
            align="right",
            pill=_limit_pill,
            tip=lambda row: f"{row.over_limit:g} over the limit" if row.over_limit else "",
        ),
        Column(title="Children", value=lambda row: row.children, align="right"),
        Column(
            title="Cases",
            value=lambda row: row.cases,
            align="right",
            title_tip="Looked-after children and child protection families",
        ),
        Column(title="New", value=lambda row: row.iro.takes_new, format=_on_off, title_tip="Takes new referrals"),
        Column(title="Takes", value=lambda row: SHORT_TAKES[row.iro.takes]),
        Column(title="Employment", value=lambda row: row.iro.employment),
        Column(title="Team", value=lambda row: row.iro.team),
        Column(title="Skills", value=lambda row: ", ".join(row.iro.skills), format=str),
        Column(title="First day", value=lambda row: row.iro.first_day),
        Column(title="Last day", value=lambda row: row.iro.last_day),
    )


def _state_pill(row: IroRow) -> Pill | None:
    if row.unsaved:
        return Pill("unsaved changes", "warn", "●")
    if not row.state:
        return None
    return Pill(row.state, "plain" if row.left else "warn" if row.children and not row.available else "info")


def _share_pill(row: IroRow) -> Pill | None:
    return share_pill(row.difference, row.tolerance) if row.difference is not None else None


def _limit_pill(row: IroRow) -> Pill | None:
    return Pill(as_text(row.limit), "bad", UP) if row.over_limit else None


def _on_off(takes_new: bool) -> str:
    return "on" if takes_new else "off"
