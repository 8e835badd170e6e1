"""A window for tests: our style, its own preferences, a small service in a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from iro_allocator.domain import Snapshot
from iro_allocator.edits import Step, added
from iro_allocator.store import Store
from iro_allocator.ui import main_window
from iro_allocator.ui.app import make_window
from iro_allocator.ui.main_window import MainWindow
from iro_allocator.ui.page import Page
from iro_allocator.ui.pages import PAGES, Entry
from iro_allocator.ui.preferences import Preferences
from iro_allocator.workspace import Workspace
from tests.builders import DAY, small_service


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform says of several harmless things that it cannot do them."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))


@pytest.fixture(autouse=True)
def _swept(qapp: QApplication) -> None:
    """Nothing of the tests before is left: what waits to be deleted would be dressed anew again and again."""
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    """The window's memory, in a file of this test."""
    kept = Preferences(tmp_path / "window.ini")
    kept.appearance = "light"
    return kept


@pytest.fixture
def few_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A window with the Overview alone and pages that show nothing: quick, for tests of the window."""
    plain = (("referrals", "Referrals"), ("caseloads", "Caseloads"), ("importing", "Import"), ("reports", "Reports"))
    entries = [Entry(key, title, partial(Page, title), key) for key, title in plain]
    monkeypatch.setattr(main_window, "PAGES", (PAGES[0], *entries))


@pytest.fixture
def empty_window(qapp: QApplication, qtbot: QtBot, preferences: Preferences) -> Iterator[MainWindow]:
    """A window with nothing open, shown and having the keys."""
    window = make_window(qapp, preferences)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def open_with(empty_window: MainWindow, tmp_path: Path) -> Callable[[Snapshot], MainWindow]:
    """Opens a service of these records in the window, as of the builders' day."""

    def opened(snapshot: Snapshot) -> MainWindow:
        workspace = Workspace(Store.create(tmp_path / "small.iro", passphrase=None, sample=True))
        workspace.commit(Step("The service as it was", added(snapshot.records())))
        empty_window.open_workspace(workspace, workspace.world(DAY))
        return empty_window

    return opened


@pytest.fixture
def window(open_with: Callable[[Snapshot], MainWindow]) -> MainWindow:
    """A window with the small service open."""
    return open_with(small_service())
