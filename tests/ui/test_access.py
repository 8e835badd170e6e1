"""For everybody: every control has a name, can be reached by keyboard, and no text is cut off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from iro_allocator.ui.main_window import MainWindow
from iro_allocator.ui.page import Argument, Do
from iro_allocator.ui.pages import PAGES
from iro_allocator.ui.widgets.about import About, KeyList
from iro_allocator.ui.widgets.elided import ElidedLabel
from iro_allocator.ui.widgets.passphrase import AskPassphrase, NewPassphrase
from iro_allocator.ui.widgets.start import StartDialog

KEYS = [entry.key for entry in PAGES]
OPENED_WITH: dict[str, Argument] = {"referrals": Do("suggest"), "what_if": "r-bell"}
"""What pages are opened with, so that they show what they can."""


def controls(within: QWidget) -> Iterator[QWidget]:
    """What can have the focus, without the insides of fields."""
    for widget in within.findChildren(QWidget):
        inside = isinstance(widget.parentWidget(), QAbstractSpinBox | QComboBox)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not inside and widget.isVisibleTo(within):
            yield widget


def nameless(within: QWidget) -> list[str]:
    """The controls that a screen reader would have nothing to say of."""
    return [
        f"{type(control).__name__} in {type(control.parentWidget()).__name__}"
        for control in controls(within)
        if not QAccessible.queryAccessibleInterface(control).text(QAccessible.Text.Name)
    ]


def cut_off(within: QWidget) -> list[str]:
    """The texts that have less room than they need."""
    found = []
    for label in within.findChildren(QLabel):
        if not label.isVisibleTo(within) or isinstance(label, ElidedLabel) or not label.text():
            continue
        if label.wordWrap():
            fits = label.heightForWidth(label.width()) <= label.height() + label.fontMetrics().height() // 5
        else:
            fits = label.sizeHint().width() <= label.width() + 1
        if not fits or label.fontMetrics().height() > label.height() + 2:
            found.append(label.text())
    buttons = [b for b in within.findChildren(QAbstractButton) if b.isVisibleTo(within) and b.text()]
    return found + [b.text() for b in buttons if b.sizeHint().width() > b.width() + 1]


def shown(window: MainWindow, key: str, qtbot: QtBot) -> QWidget:
    window.go_to(key, OPENED_WITH.get(key))
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=30_000)
    qtbot.wait(1)
    return window.pages[key]


def test_every_control_of_every_page_has_a_name(window: MainWindow, qtbot: QtBot) -> None:
    found = {}
    for key in KEYS:
        page = shown(window, key, qtbot)
        assert list(controls(page))
        found[key] = nameless(page)
    assert {key: names for key, names in found.items() if names} == {}


def test_rail_menus_and_status_line_have_names(window: MainWindow) -> None:
    assert nameless(window.rail) == []
    assert nameless(window.status) == []
    assert nameless(window.menuBar()) == []


def test_the_dialogs_have_names(window: MainWindow, qtbot: QtBot) -> None:
    for dialog in (
        StartDialog(),
        NewPassphrase("service.iro"),
        AskPassphrase("service.iro"),
        KeyList([("Ctrl+Z", "Undo")]),
        About(),
    ):
        dialog.show()
        assert nameless(dialog) == [], type(dialog).__name__
        dialog.deleteLater()


@pytest.mark.parametrize("points", [9, 24])
def test_no_text_of_any_page_is_cut_off(window: MainWindow, qtbot: QtBot, points: int) -> None:
    window.resize(1440, 900)
    window.change_look(points=points)
    found = {}
    for key in KEYS:
        page = shown(window, key, qtbot)
        for _ in range(50):  # layouts settle one after the other
            if not cut_off(page):
                break
            qtbot.wait(5)
        found[key] = cut_off(page)
    assert {key: texts for key, texts in found.items() if texts} == {}
    assert cut_off(window.rail) == []


def test_the_window_fits_a_small_screen_in_large_letters(window: MainWindow) -> None:
    window.change_look(points=24)
    window.resize(1280, 720)
    assert window.width() == 1280
    assert all(isinstance(window.pages[key].findChild(QScrollArea), QScrollArea) for key in KEYS)


def test_tab_goes_through_every_control_and_comes_round(window: MainWindow, qtbot: QtBot) -> None:
    page = shown(window, "overview", qtbot)
    start = next(controls(page))
    seen, here = [start], start.nextInFocusChain()
    while here is not None and here is not start:
        seen.append(here)
        here = here.nextInFocusChain()
        assert len(seen) < 20_000
    assert set(controls(page)) <= set(seen)


def test_a_field_that_is_no_field_has_no_name(qtbot: QtBot) -> None:
    bare = QWidget()
    qtbot.addWidget(bare)
    QLineEdit(bare)
    bare.show()
    assert nameless(bare) == ["QLineEdit in QWidget"]
