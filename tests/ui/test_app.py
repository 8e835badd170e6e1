"""Starting, opening, making and connecting."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from iro_allocator.store import Store
from iro_allocator.ui import app as app_module
from iro_allocator.ui.app import Opening
from iro_allocator.ui.main_window import MainWindow
from iro_allocator.ui.widgets.passphrase import AskPassphrase
from iro_allocator.ui.widgets.start import StartDialog
from iro_allocator.workspace import Workspace

pytestmark = pytest.mark.usefixtures("few_pages")


@pytest.fixture
def opening(empty_window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opening:
    monkeypatch.setattr(app_module, "data_folder", lambda: tmp_path)
    return Opening(empty_window)


def test_a_first_start_offers_the_ways_to_begin(opening: Opening, empty_window: MainWindow) -> None:
    opening.begin(None)
    assert empty_window.findChild(StartDialog).isVisible()  # type: ignore[union-attr]


def test_the_sample_is_made_once_and_then_opened(opening: Opening, empty_window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(empty_window.opened, timeout=30_000):
        opening.open_sample()
    assert empty_window.world
    assert empty_window.world.sample
    children = empty_window.world.loads.children
    assert children > 1000
    empty_window.close()
    with qtbot.waitSignal(empty_window.opened, timeout=30_000):
        opening.begin(None)  # what was open last
    assert empty_window.world.loads.children == children


def test_a_new_file_is_encrypted_and_a_wrong_passphrase_is_told_in_place(
    opening: Opening, empty_window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    where = tmp_path / "service.iro"
    with qtbot.waitSignal(empty_window.opened, timeout=30_000):
        opening.create(where, "quiet maple lantern")
    assert empty_window.world
    assert empty_window.world.encrypted
    empty_window.close()
    empty_window.world = None

    opening.begin(where)
    qtbot.waitUntil(lambda: bool(empty_window.findChildren(AskPassphrase)), timeout=30_000)
    dialog = empty_window.findChildren(AskPassphrase)[0]
    dialog.passphrase.setText("quiet oak")
    QTest.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(dialog.wrong.text()), timeout=30_000)
    assert dialog.isVisible()
    dialog.passphrase.setText("quiet maple lantern")
    with qtbot.waitSignal(empty_window.opened, timeout=30_000):
        QTest.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    assert empty_window.world is not None
    assert empty_window.windowTitle() == "service – IRO Allocator"


def test_a_file_that_is_none_is_explained_and_one_can_begin_anew(
    opening: Opening, empty_window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    opening.begin(tmp_path / "missing.iro")
    qtbot.waitUntil(lambda: bool(empty_window.findChildren(QMessageBox)), timeout=30_000)
    box = empty_window.findChildren(QMessageBox)[0]
    assert "missing.iro" in box.text()
    box.close()
    assert empty_window.findChildren(StartDialog)


def test_opening_another_service_closes_the_one_before(
    opening: Opening, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    before = window.workspace
    Store.create(tmp_path / "other.iro", passphrase=None, sample=True).close()
    with qtbot.waitSignal(window.opened, timeout=30_000):
        opening.open(str(tmp_path / "other.iro"))
    qtbot.waitUntil(lambda: not window.jobs.busy)
    assert window.workspace is not before
    Workspace.open(tmp_path / "small.iro").close()  # nobody holds it any more


def test_many_calls_into_qt_do_not_end_the_program() -> None:
    calls = "import iro_allocator.ui\nfrom PySide6.QtCore import QObject\no = QObject()\n"
    calls += "for _ in range(100_000): o.setObjectName('x')"
    done = subprocess.run([sys.executable, "-c", calls], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
