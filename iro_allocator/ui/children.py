"""Children: a table with search, filters and columns to choose; opening one shows the child's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QCheckBox, QWidget

from iro_allocator.families import Found
from iro_allocator.paper.pill import UP, Pill
from iro_allocator.ui import child_facts, style
from iro_allocator.ui.child_facts import SHORT_TYPES, ChildRow
from iro_allocator.ui.child_filters import FilterBar, Kept, column_button
from iro_allocator.ui.child_page import ChildPage
from iro_allocator.ui.family_finder import FamilyFinder
from iro_allocator.ui.jobs import Job
from iro_allocator.ui.one import One
from iro_allocator.ui.one_of_many import OneOfMany
from iro_allocator.ui.page import Argument, Do
from iro_allocator.ui.tables import Column, TableView
from iro_allocator.ui.widgets.panel import EmptyState, Panel

if TYPE_CHECKING:
    from iro_allocator.workspace import World

NAME_COLUMN = "Name"
HIDDEN_AT_FIRST = ("Team", "Legal status", "Category", "Placement", "Last review", "Needs an IRO since")


class Children(OneOfMany):
    """The table of children and, one at a time, a child's own page."""

    def __init__(self, kept: Kept | None = None) -> None:
        self._kept = kept or Kept()
        empty = EmptyState(
            "No children yet",
            "Import a spreadsheet of children, or enter the first referral.",
            "Import…",
            lambda: self.wants_page.emit("importing", None),
        )
        super().__init__("Children", "New child…", "Search: reference, family, IRO…", empty)

    def _make_many(self) -> tuple[TableView, QWidget]:
        table = TableView(
            "Children",
            _columns(),
            key=lambda row: row.case.id,
            empty="Nobody found. Search for less, or clear the filters.",
        )
        hidden = self._kept.hidden
        self._hidden = set(HIDDEN_AT_FIRST if hidden is None else hidden)
        self.search.setFixedWidth(style.wide(26))
        self.bar = FilterBar(self._kept, self.search)
        titles = [column.title for column in table.model_.columns if column.title not in ("Reference", NAME_COLUMN)]
        self.columns = column_button(titles, tuple(self._hidden), self._show_column)
        self.closed = QCheckBox("Closed too")
        self.closed.setToolTip("Also children who no longer need an IRO, or do not yet")
        self.closed.toggled.connect(self._show_rows)
        self.bar.changed.connect(self._forget_only)
        for widget in (self.columns, self.closed, self._said, self._everybody):
            self.bar.add(widget)
        self.names = QCheckBox("Show names")
        self.names.setChecked(True)
        self.names.setToolTip("Names are shown on the screen only; lists are exported without them")
        self.names.toggled.connect(self._show_names)
        self.add_to_header(self.names)
        panel = Panel()
        panel.add(self.bar)
        panel.add(table, 1)
        self._hide_columns(table)
        return table, panel

    # What is in the table

    def _records(self, world: World) -> Mapping[str, Any]:
        return world.snapshot.case

    def _rows(self, world: World, unsaved: Sequence[str]) -> Sequence[ChildRow]:
        self.bar.know(child_facts.labels(world.loads.settings))
        return child_facts.rows(world, closed=self.closed.isChecked() or self._only is not None, unsaved=unsaved)

    def _passes(self, row: ChildRow) -> bool:
        return self.bar.filter.passes(row)

    def _counts(self, world: World) -> str:
        loads = world.loads
        shown = len(self.table.model_.rows)
        said = f"{loads.children:,} children · {loads.cases:,} cases · load {loads.load:,.1f}"
        return said if shown == loads.children else f"{shown:,} shown of {said}"

    def _show_column(self, title: str, shown: bool) -> None:
        (self._hidden.discard if shown else self._hidden.add)(title)
        self._kept.hidden = sorted(self._hidden)
        self._hide_columns(self.table)

    def _show_names(self, shown: bool) -> None:
        self._hide_columns(self.table)
        for page in self._pages.values():
            if isinstance(page, ChildPage):
                page.show_names(shown)
        self._show_header()

    def _hide_columns(self, table: TableView) -> None:
        for number, column in enumerate(table.model_.columns):
            hidden = column.title in self._hidden or (column.title == NAME_COLUMN and not self.names.isChecked())
            table.setColumnHidden(number, hidden)

    # One

    def _make_one(self, world: World, id: str | None) -> One:
        page = ChildPage(world, id, self.workspace)
        page.show_names(self.names.isChecked())
        return page

    def _add_actions(self) -> None:
        self._close = self.add_action("Case closed…", self._on_close, tip="End the case and the child’s allocation")
        self._again = self.add_action("Needs an IRO again…", self._on_again, tip="Open the case again as a referral")
        self._move = self.add_action("Reallocate…", self._on_move, shortcut="F2", tip="Choose another IRO")
        self._allocate = self.add_action("Allocate…", self._on_allocate, tip="Choose an IRO among the referrals")
        self._find = self.add_action(
            "Find families…", self.find_families, tip="Children without a family who may be brothers and sisters"
        )

    def _show_actions(self, one: One | None) -> None:
        self._find.setVisible(one is None)
        state = one.state if isinstance(one, ChildPage) else ""
        self._close.setVisible(state in ("held", "waiting"))
        self._again.setVisible(state == "closed")
        self._move.setVisible(state == "held")
        self._allocate.setVisible(state == "waiting")
        self.names.setVisible(True)

    def _on_close(self) -> None:
        if isinstance(self._one, ChildPage):
            self._one.ask_close()

    def _on_again(self) -> None:
        if isinstance(self._one, ChildPage):
            self._one.ask_again()

    def _on_move(self) -> None:
        if isinstance(self._one, ChildPage):
            self._one.reallocate()

    def go_to(self, argument: Argument) -> None:
        """Open one, show only some, begin a new one, or find families."""
        if argument == Do("families"):
            self.find_families()
        else:
            super().go_to(argument)

    def find_families(self) -> None:
        """Look for children who may be brothers and sisters, and show who they are."""
        workspace, world = self.workspace, self.world
        if workspace is None or world is None:
            return

        def found(proposals: tuple[Found, ...]) -> None:
            dialog = FamilyFinder(world, proposals, self)
            dialog.confirmed.connect(self.wants_commit)
            dialog.refused.connect(self._refuse)
            dialog.open()

        work = lambda report, stopped: workspace.families(world)  # noqa: E731
        self.wants_job.emit(Job("Looking for families", work, found, database=True))

    def _refuse(self, proposal: Found) -> None:
        workspace = self.workspace
        if workspace:
            work = lambda report, stopped: workspace.refuse_family(proposal)  # noqa: E731
            self.wants_job.emit(Job("Remembering", work, database=True))

    def _on_allocate(self) -> None:
        if self._one:
            self.wants_page.emit("referrals", self._one.id)

    def read(self) -> dict[str, Any]:
        """The page as plain data; columns that are hidden are left out."""
        shown = [c.title for n, c in enumerate(self.table.model_.columns) if not self.table.isColumnHidden(n)]
        found = super().read()
        found["rows"] = [{title: row[title] for title in shown} for row in found["rows"]]
        return {**found, "filter": self.bar.filter.as_dict()}


def _columns() -> tuple[Column, ...]:
    return (
        Column(title="Reference", value=lambda row: row.case.id, tone=lambda row: "strong", width=10),
        Column(title=NAME_COLUMN, value=lambda row: row.case.name, width=17),
        Column(title="Family", value=lambda row: row.case.family, width=12),
        Column(title="Type", value=lambda row: SHORT_TYPES[row.case.type], width=5),
        Column(title="Age", value=lambda row: row.months, format=child_facts.age, align="right", width=6),
        Column(title="IRO", value=lambda row: row.iro_name, width=14),
        Column(title="Since", value=lambda row: row.since, width=14),
        Column(
            title="Weight",
            value=lambda row: row.weight.value if row.weight else None,
            format=lambda weight: "–" if weight is None else f"{weight:.2f}",
            align="right",
            tip=lambda row: str(row.weight) if row.weight else "",
            width=6,
        ),
        Column(
            title="Miles",
            value=lambda row: row.case.placement_miles if child_facts.distance(row.case) else None,
            align="right",
            tip=_placement,
            width=7,
            title_tip="In a straight line from home to the placement",
        ),
        Column(title="Area", value=_area, format=str, width=6, title_tip="Out of the council’s area"),
        Column(title="Factors", value=lambda row: child_facts.factors(row.case), format=str, tip=_factors, width=14),
        Column(title="Next review", value=lambda row: row.review, pill=_review_pill, tip=_review, width=15),
        Column(title="Flags", value=_flags, format=str, pill=_flag_pill, tip=_flag_notes, stretch=True),
        Column(title="Team", value=lambda row: row.case.team, width=16),
        Column(title="Legal status", value=lambda row: row.case.legal_status, width=10),
        Column(title="Category", value=lambda row: row.case.category, width=14),
        Column(title="Placement", value=lambda row: row.case.placement_postcode, width=10),
        Column(title="Last review", value=lambda row: row.case.last_review, width=12),
        Column(title="Needs an IRO since", value=lambda row: row.case.opened, width=12),
    )


def _area(row: ChildRow) -> str:
    return "out" if row.case.out_of_area and child_facts.distance(row.case) else ""


def _placement(row: ChildRow) -> str:
    said = (row.case.placement_postcode, "out of area" if row.case.out_of_area else "")
    return " · ".join(word for word in said if word)


def _factors(row: ChildRow) -> str:
    return child_facts.factors(row.case)


def _review_pill(row: ChildRow) -> Pill | None:
    if row.review is None or not row.overdue:
        return None
    return Pill(f"{row.review.day} {row.review:%b %Y}", "bad", UP)


def _review(row: ChildRow) -> str:
    if row.review is None:
        return ""
    by = "as recorded" if row.case.next_review else "latest by the rules"
    return f"{by}{', overdue' if row.overdue else ''}"


def _flags(row: ChildRow) -> str:
    return ", ".join(["unsaved changes"] * row.unsaved + [word for word, _ in row.flags])


def _flag_pill(row: ChildRow) -> Pill | None:
    words = _flags(row)
    if not words:
        return None
    return Pill(words, "warn" if row.unsaved or row.has("waiting") or row.has("split") else "plain")


def _flag_notes(row: ChildRow) -> str:
    return "\n".join(note for _, note in row.flags)
