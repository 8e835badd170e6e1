"""The pages of one IRO and of one child: names for everybody, room for large letters, kept in the window."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from iro_allocator.edits import Edit, Step
from iro_allocator.ui.child_page import ChildPage
from iro_allocator.ui.iro_page import IroPage
from iro_allocator.ui.main_window import MainWindow
from iro_allocator.ui.one import One
from iro_allocator.ui.page import Do
from iro_allocator.ui.widgets.form_dialog import FormDialog
from tests.ui.page_desk import write
from tests.ui.test_access import cut_off, nameless

ONES: list[tuple[str, str | Do]] = [
    ("iros", "a-hussain"),
    ("iros", Do("new")),
    ("children", "C-301"),
    ("children", "C-401"),
    ("children", Do("new")),
]


def opened(window: MainWindow, qtbot: QtBot, key: str, argument: str | Do) -> QWidget:
    window.go_to(key, argument)
    qtbot.waitUntil(lambda: not window.jobs.busy)
    qtbot.wait(1)
    page = window.pages[key]
    shown = [one for one in page.findChildren(One) if one.isVisible()]
    assert len(shown) == 1
    return page


@pytest.mark.parametrize(("key", "argument"), ONES)
def test_every_control_of_a_record_has_a_name(window: MainWindow, qtbot: QtBot, key: str, argument: str | Do) -> None:
    assert nameless(opened(window, qtbot, key, argument)) == []


@pytest.mark.parametrize("points", [9, 24])
def test_no_text_of_a_record_is_cut_off(window: MainWindow, qtbot: QtBot, points: int) -> None:
    window.resize(1440, 900)
    window.change_look(points=points)
    for key, argument in ONES:
        page = opened(window, qtbot, key, argument)
        for _ in range(50):  # layouts settle one after the other
            if not cut_off(page):
                break
            qtbot.wait(5)
        assert cut_off(page) == [], (key, argument)


@pytest.mark.parametrize(
    ("key", "argument", "press"),
    [
        ("iros", "a-hussain", "+ Absence…"),
        ("iros", "a-hussain", "+ Bar a family…"),
        ("children", "C-301", "+ Bar an IRO…"),
        ("children", "C-301", "+ Keep apart…"),
        ("children", "C-301", "Case closed…"),
        ("children", "C-301", "Pin…"),
    ],
)
def test_the_dialogs_have_names_and_leave_with_escape(
    window: MainWindow, qtbot: QtBot, key: str, argument: str, press: str
) -> None:
    page = opened(window, qtbot, key, argument)
    button = next(b for b in page.findChildren(QWidget) if getattr(b, "text", str)() == press and b.isVisible())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog = next(d for d in window.findChildren(FormDialog) if d.isVisible())
    assert nameless(dialog) == []
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not any(d.isVisible() for d in window.findChildren(FormDialog))


def test_a_journey_changing_hours_is_saved_undone_and_kept_while_away(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitActive(window):
        window.activateWindow()
    page = opened(window, qtbot, "iros", "b-carter")
    iro = page.findChild(IroPage)
    assert isinstance(iro, IroPage)
    write(iro.form.field("contracted_hours"), "30")
    window.go_to("overview")
    window.go_to("iros")
    assert iro.unsaved and iro.isVisible()
    QTest.keyClick(iro.form.field("name"), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(window.world and window.world.undo == "B. Carter: hours"))
    qtbot.waitUntil(lambda: not iro.unsaved)
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(window.world and window.world.snapshot.iro["b-carter"].contracted_hours == 18.5))
    assert not iro.unsaved


def test_a_step_that_comes_too_late_leaves_what_was_written(window: MainWindow, qtbot: QtBot) -> None:
    page = opened(window, qtbot, "children", "C-301")
    child = page.findChild(ChildPage)
    assert isinstance(child, ChildPage) and window.workspace
    write(child.form.who.field("team"), "West")
    before = window.workspace.world().snapshot
    case = before.case["C-301"]
    window.workspace.commit(Step("Somebody else", (Edit(case, replace(case, team="East")),)))
    child.save()
    qtbot.waitUntil(lambda: not window.jobs.busy)
    assert window.workspace.world().snapshot.case["C-301"].team == "East"
    assert child.form.who.value("team") == "West"
    window.refresh()
    qtbot.waitUntil(lambda: "Changed by somebody else meanwhile: Team." in child.read()["said"])
    child.save()
    qtbot.waitUntil(lambda: not child.unsaved)
    assert window.workspace.world().snapshot.case["C-301"].team == "West"


def test_opening_a_record_shows_no_window_of_its_own(window: MainWindow, qtbot: QtBot, qapp: QApplication) -> None:
    class Windows(QObject):
        found: ClassVar[list[str]] = []

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - as Qt calls it
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                self.found.append(type(watched).__name__)
            return False

    watch = Windows()
    qapp.installEventFilter(watch)
    for key, argument in ONES:
        opened(window, qtbot, key, argument)
    qapp.removeEventFilter(watch)
    assert watch.found == []
