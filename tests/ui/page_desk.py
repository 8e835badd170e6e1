"""A desk for the tests of one page: does the page's jobs and commits on a service in a file, as the window does."""

from __future__ import annotations

from pathlib import Path
from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from iro_allocator.domain import Snapshot
from iro_allocator.edits import Step, added
from iro_allocator.store import Store
from iro_allocator.ui.jobs import Jobs
from iro_allocator.ui.page import Page
from iro_allocator.ui.widgets.form_dialog import FormDialog
from iro_allocator.workspace import Workspace, World
from tests.builders import DAY

P = TypeVar("P", bound=Page)


class PageDesk(Generic[P]):
    """The page is shown as of DAY; `steps`, `asked_for` and `said` are what it wanted."""

    def __init__(self, qtbot: QtBot, folder: Path, page: P, records: Snapshot) -> None:
        self.qtbot = qtbot
        self.steps: list[Step] = []
        self.asked_for: list[tuple[str, object]] = []
        self.said: list[str] = []
        self.faults: list[Exception] = []
        self.workspace = Workspace(Store.create(folder / "small.iro", passphrase=None, sample=True))
        self._add(records)
        self.page = page
        self.jobs = Jobs(page)
        self.jobs.failed.connect(self.faults.append)
        page.workspace = self.workspace
        page.wants_job.connect(self.jobs.start)
        page.wants_commit.connect(self.commit)
        page.wants_page.connect(lambda key, argument: self.asked_for.append((key, argument)))
        page.message.connect(self.said.append)
        qtbot.addWidget(page)
        page.resize(1260, 840)
        page.show_world(self.world)
        page.show()
        qtbot.waitExposed(page)
        page.activateWindow()

    def _add(self, records: Snapshot) -> None:
        edits = added(records.records())
        if edits:
            self.workspace.commit(Step("The service as it was", edits))

    @property
    def world(self) -> World:
        """The service as it stands on the builders' day."""
        return self.workspace.world(DAY)

    def commit(self, step: Step) -> None:
        """What the window does with a step."""
        self.steps.append(step)
        self.workspace.commit(step)
        self.page.show_world(self.world)

    def meanwhile(self, step: Step) -> None:
        """A step of somebody else's."""
        self.workspace.commit(step)
        self.page.show_world(self.world)

    def undo(self) -> None:
        """Take the newest step back."""
        self.workspace.undo()
        self.page.show_world(self.world)

    def wait(self) -> None:
        """Until every job is done."""
        self.qtbot.waitUntil(lambda: not self.jobs.busy)

    def press(self, words: str) -> None:
        """Press the visible button that says this."""
        found = [b for b in self.page.findChildren(QPushButton) if b.text().startswith(words) and b.isVisible()]
        assert found, f"no button {words}"
        QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)

    def buttons(self) -> list[str]:
        """What the visible buttons of the header say."""
        header = self.page.findChildren(QPushButton)
        return [b.text() for b in header if b.isVisible() and b.parentWidget() is not None and b.text() != "✕"]

    def dialog(self) -> FormDialog:
        """The dialog that is open."""
        found = [d for d in self.page.findChildren(FormDialog) if d.isVisible()]
        assert len(found) == 1
        return found[0]

    def close(self) -> None:
        """Let go of the file."""
        self.jobs.stop_all()
        self.workspace.close()


def write(field: QWidget, text: str) -> None:
    """Type into a field, instead of what stands there."""
    field.setFocus()
    if isinstance(field, QComboBox):
        field.setCurrentIndex(field.findText(text, Qt.MatchFlag.MatchStartsWith))
        return
    assert isinstance(field, QLineEdit | QAbstractSpinBox)
    field.selectAll()
    if text:
        QTest.keyClicks(field, text)
    else:
        QTest.keyClick(field, Qt.Key.Key_Delete)
