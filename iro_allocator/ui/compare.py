"""Up to four scenarios and today side by side, and the page that is made of them for the head of service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from iro_allocator.domain import Scenario
from iro_allocator.scenario import compared
from iro_allocator.ui import style
from iro_allocator.ui.answering import QUICK, Look
from iro_allocator.ui.exporting import documents
from iro_allocator.ui.jobs import Job, Report, Stop
from iro_allocator.ui.style import GAP, named
from iro_allocator.ui.tables import Column, TableView, as_text
from iro_allocator.ui.widgets.flow import FlowLayout
from iro_allocator.ui.widgets.work_line import WorkLine

if TYPE_CHECKING:
    from iro_allocator.scenario import Summary
    from iro_allocator.workspace import Compared, WhatIf, Workspace, World

MOST = 4


class CompareDialog(QDialog):
    """Tick scenarios: each stands beside today with its plan. `wants_job`; `written(files)` when a page is saved."""

    wants_job = Signal(object)
    written = Signal(tuple)

    def __init__(
        self,
        workspace: Workspace,
        world: World,
        scenarios: Sequence[Scenario],
        looks: Mapping[str, Look],
        parent: QWidget | None = None,
    ) -> None:
        """`looks` are plans that are worked out already, by the scenario's id: as they were left by the person."""
        super().__init__(parent)
        self.setWindowTitle("Compare scenarios")
        self._workspace, self._world = workspace, world
        self._plans: dict[str, tuple[WhatIf, Summary]] = {key: (each.made, each.figures) for key, each in looks.items()}
        self._columns: tuple[Compared, ...] = ()
        self._table: TableView | None = None
        self.boxes: dict[str, QCheckBox] = {}
        self._scenarios = {each.id: each for each in scenarios}
        choices = FlowLayout()
        ticked = [*looks, *(each.id for each in scenarios if each.id not in looks)][:MOST]
        for each in scenarios:
            box = QCheckBox(each.name)
            box.setToolTip("\n".join(change.words for change in each.changes))
            box.setChecked(each.id in ticked)
            box.toggled.connect(lambda _: self._work_out())
            self.boxes[each.id] = box
            choices.addWidget(box)
        self.work = WorkLine()
        self.work.wants_job.connect(self.wants_job)
        self._place = QVBoxLayout()
        self._assumed = named(QLabel(wordWrap=True), "muted")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.pdf_button, self.book_button = QPushButton("Save page (PDF)…"), QPushButton("Save workbook (XLSX)…")
        for button, ending in ((self.book_button, "xlsx"), (self.pdf_button, "pdf")):
            button.clicked.connect(lambda _=False, ending=ending: self._ask_where(ending))
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(3 * GAP, 2 * GAP, 3 * GAP, 2 * GAP)
        whole.setSpacing(GAP)
        whole.addWidget(named(QLabel("Side by side"), "heading"))
        whole.addWidget(
            named(QLabel(f"Tick up to {MOST} scenarios. Each is shown with its plan.", wordWrap=True), "muted")
        )
        whole.addLayout(choices)
        whole.addWidget(self.work)
        whole.addLayout(self._place, 1)
        whole.addWidget(self._assumed)
        line = QHBoxLayout()
        line.addWidget(buttons)
        whole.addLayout(line)
        room = parent.window().size() if parent else None
        self.resize(
            min(style.wide(140), room.width() - 8 * GAP if room else 9999),
            min(27 * style.row_height(), room.height() - 4 * GAP if room else 9999),
        )

    def open(self) -> None:
        """Show the dialog and what is ticked."""
        super().open()
        self._work_out()

    @property
    def chosen(self) -> tuple[str, ...]:
        """The ids of the scenarios that are ticked."""
        return tuple(key for key, box in self.boxes.items() if box.isChecked())

    def _work_out(self) -> None:
        """Work out the plans that are not known yet, and show all."""
        chosen = self.chosen
        for box in self.boxes.values():
            box.setEnabled(box.isChecked() or len(chosen) < MOST)
        missing = [self._scenarios[key] for key in chosen if key not in self._plans]
        if not missing:
            self._show()
            return
        workspace, world = self._workspace, self._world

        def work(report: Report, stopped: Stop) -> dict[str, tuple[WhatIf, Summary]]:
            found = {}
            for number, scenario in enumerate(missing):
                report((number, len(missing)))
                made = workspace.what_if(world, scenario, time_limit=QUICK, stop=stopped)
                found[scenario.id] = (made, made.after)
            return found

        def done(found: dict[str, tuple[WhatIf, Summary]]) -> None:
            self._plans |= found
            self.work.say("")
            self._show()

        self.work.start("Comparing scenarios", work, done)

    def _show(self) -> None:
        plans = [self._plans[key] for key in self.chosen]
        self._columns = self._workspace.compared(self._world, plans)
        heads = [each.name for each in self._columns]
        rows = compared(*(each.figures for each in self._columns))
        columns = [Column(title="", value=lambda row: row[0], stretch=True)]
        for number, each in enumerate(self._columns, 1):
            columns.append(
                Column(
                    title=heads[number - 1] if len(heads[number - 1]) < 30 else f"{heads[number - 1][:28]}…",
                    title_tip="\n".join((each.name, as_text(each.day), *each.assumed)),
                    value=itemgetter(number),
                    align="right",
                )
            )
        table = TableView("Scenarios side by side", columns, rows, key=lambda row: row[0], sortable=False)
        if self._table:
            self._place.removeWidget(self._table)
            self._table.deleteLater()
        self._place.addWidget(table, 1)
        self._table = table
        self._assumed.setText(
            "\n".join(f"{each.name}, {as_text(each.day)}: {' '.join(each.assumed)}" for each in self._columns[1:])
        )
        for button in (self.pdf_button, self.book_button):
            button.setEnabled(bool(plans))

    # -- saving ------------------------------------------------------------------------------------

    def _ask_where(self, ending: str) -> None:
        name = f"What if {self._world.day.isoformat()}.{ending}"
        dialog = QFileDialog(self, "Where to", str(documents() / name))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ending)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.save(Path(path)))
        dialog.open()

    def save(self, out: Path) -> None:
        """Write the page or the workbook, by the ending."""
        workspace, world, columns = self._workspace, self._world, self._columns

        def said(files: tuple[Path, ...]) -> None:
            self.work.say(f"Saved {files[0].name}.")
            self.written.emit(files)

        self.wants_job.emit(
            Job("Writing", lambda report, stopped: workspace.export_comparison(world, columns, out), said)
        )

    def done(self, result: int) -> None:
        """Closing ends the work."""
        self.work.drop()
        super().done(result)

    def read(self) -> dict[str, Any]:
        """The dialog as plain data."""
        return {
            "columns": [each.name for each in self._columns],
            "rows": {row[0]: row[1:] for row in self._table.model_.rows} if self._table else {},
            "assumed": self._assumed.text(),
        }
