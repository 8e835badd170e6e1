"""A small service for the tests of the Caseloads page, and a desk that does what the window does for it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from iro_allocator.domain import Snapshot
from iro_allocator.edits import Step, added
from iro_allocator.store import Store
from iro_allocator.ui.caseloads import Caseloads
from iro_allocator.ui.jobs import Jobs
from iro_allocator.workspace import Workspace, World
from tests.builders import DAY, allocation, barred, case, held, iro, snapshot

_MOVE = Qt.DropAction.MoveAction

HUSSAIN = iro("A. Hussain", skills=("uasc", "urdu"), team="North")
CARTER = iro("B. Carter", 18.5, team="South")
DUNNE = iro("C. Dunne", takes=("CP",), team="North")
MOSS = iro("K. Moss", 22, employment="interim", team="South", last_day=date(2027, 9, 30))
LATER = date(2027, 2, 22)


def service() -> Snapshot:
    """A. Hussain has far too many: a family of three (one marked separate), one of two, and ten others."""
    family = [
        case("C-1", family="Fam-1", placement_miles=31.2, out_of_area=True, next_review=date(2026, 12, 4)),
        case("C-2", family="Fam-1", factors=("court",), next_review=date(2026, 11, 2)),
        case("C-3", family="Fam-1", separate=True, separate_reason="conflict with the others", next_review=LATER),
    ]
    split = [case(key, "CP", "Fam-2", next_review=LATER) for key in ("C-4", "C-5", "C-6")]
    return snapshot(
        *(HUSSAIN, CARTER, DUNNE, MOSS),
        *(family, split),
        [allocation(child, HUSSAIN, date(2023, 9, 20)) for child in (*family, split[0], split[1])],
        allocation("C-6", DUNNE),
        allocation("C-1", MOSS, DAY, id="C-1/2", type="cover", reason="holiday", end=date(2026, 12, 1)),
        held(HUSSAIN, 10, next_review=LATER),
        held(CARTER, 2, start=200),
        held(DUNNE, 3, start=300, type="CP"),
        barred("C-100", MOSS),
    )


class Desk:
    """The page on a service in a file, its jobs and commits done as the window does them, as of DAY."""

    def __init__(self, qtbot: QtBot, folder: Path, records: Snapshot) -> None:
        self.qtbot = qtbot
        self.steps: list[Step] = []
        self.asked_for: list[tuple[str, object]] = []
        self.said: list[str] = []
        self.workspace = Workspace(Store.create(folder / "small.iro", passphrase=None, sample=True))
        self.workspace.commit(Step("The service as it was", added(records.records())))
        self.page = Caseloads()
        self.jobs = Jobs(self.page)
        self.page.workspace = self.workspace
        self.page.wants_job.connect(self.jobs.start)
        self.page.wants_commit.connect(self.commit)
        self.page.wants_page.connect(lambda key, argument: self.asked_for.append((key, argument)))
        self.page.message.connect(self.said.append)
        qtbot.addWidget(self.page)
        self.page.resize(1240, 800)
        self.page.show_world(self.world)
        self.page.show()
        self.page.activateWindow()
        qtbot.waitUntil(self.page.isActiveWindow)

    @property
    def world(self) -> World:
        """The service as it stands on the builders' day."""
        return self.workspace.world(DAY)

    def commit(self, step: Step) -> None:
        """What the window does with a step."""
        self.steps.append(step)
        self.workspace.commit(step)
        self.page.show_world(self.world)

    def settle(self) -> None:
        """Wait until no job is under way."""
        self.qtbot.waitUntil(lambda: not self.jobs.busy, timeout=20_000)

    def close(self) -> None:
        """End the work, close what is open, let go of the file."""
        while opened := QApplication.activeModalWidget():
            opened.close()
        self.jobs.stop_all()
        self.workspace.close()

    def iro_of(self, child: str) -> str:
        """The name of the IRO a child has."""
        snapshot = self.world.snapshot
        row = snapshot.allocation_on(child, DAY)
        return snapshot.iro[row.iro].name if row else "nobody"

    def choose(self, *keys: str) -> None:
        """Select these lines of the table (children, or “family Fam-1”)."""
        table = self.page.table
        assert table.choose(keys[0])
        flags = table.selectionModel().SelectionFlag
        for number, line in enumerate(table.model_.rows):
            if line.key in keys:
                table.selectionModel().select(table.model_.index(number, 0), flags.Select | flags.Rows)

    # Dragging: the events themselves, since a real drag drops nothing offscreen.

    def dragged(self, key: str) -> QMimeData:
        """What a drag of this line carries."""
        model = self.page.table.model_
        number = next(number for number, line in enumerate(model.rows) if line.key == key)
        return model.mimeData([model.index(number, 0)])

    def over(self, mime: QMimeData, iro_name: str, *, enter: bool = False) -> None:
        """Hold something over an IRO's bar."""
        kind = QDragEnterEvent if enter else QDragMoveEvent
        where = self._middle(iro_name).toPoint()
        event = kind(where, _MOVE, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self.page.chart.table.viewport(), event)

    def let_go(self, mime: QMimeData, iro_name: str) -> None:
        """Let it go over an IRO's bar."""
        where = self._middle(iro_name)
        event = QDropEvent(where, _MOVE, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self.page.chart.table.viewport(), event)

    def leave(self) -> None:
        """Carry it off the bars."""
        QApplication.sendEvent(self.page.chart.table.viewport(), QDragLeaveEvent())

    def _middle(self, iro_name: str) -> QPointF:
        table = self.page.chart.table
        number = next(number for number, bar in enumerate(table.model_.rows) if bar.name == iro_name)
        return QPointF(table.visualRect(table.model_.index(number, 1)).center())
