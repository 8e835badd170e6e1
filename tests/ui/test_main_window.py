"""The window: pages, commands, committing and undoing, the finder, what it remembers."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from iro_allocator.allocating import allocate
from iro_allocator.domain import Snapshot
from iro_allocator.edits import Edit, Step
from iro_allocator.errors import Explained
from iro_allocator.ui.commands import key_list
from iro_allocator.ui.jobs import Job
from iro_allocator.ui.main_window import MainWindow, facts
from iro_allocator.ui.preferences import Preferences
from iro_allocator.ui.widgets import messages
from iro_allocator.ui.widgets.finder import Finder
from iro_allocator.ui.widgets.passphrase import Secret
from tests.builders import DAY, case, iro, snapshot, world

pytestmark = pytest.mark.usefixtures("few_pages")


def allocating(window: MainWindow) -> Step:
    assert window.world
    return Step("Allocate 2 referrals", allocate(window.world.snapshot, ("C-401", "C-402"), "b-carter", DAY, "known"))


def waiting(window: MainWindow) -> int:
    return len(window.world.loads.waiting) if window.world else -1


def settle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.jobs.busy)


def action(window: MainWindow, begins: str) -> QAction:
    return next(a for a in window.findChildren(QAction) if a.text().replace("&", "").startswith(begins))


def test_a_step_is_committed_shown_everywhere_and_undone_by_the_button_in_the_message(
    window: MainWindow, qtbot: QtBot
) -> None:
    assert window.rail.read()["referrals"] == "2"
    window.pages["overview"].wants_commit.emit(allocating(window))
    settle(window, qtbot)
    assert waiting(window) == 0
    assert window.pages["overview"].read()["cards"][0]["figure"] == "Nobody"
    said = window.status.read()
    assert (said["message"], said["action"]) == ("Allocate 2 referrals: done.", "Undo")
    assert said["undo"] == "Undo: Allocate 2 referrals (Ctrl+Z)"
    undo = next(b for b in window.status.findChildren(QPushButton) if b.text() == "Undo")
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    settle(window, qtbot)
    assert waiting(window) == 2


def test_undo_and_redo_by_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    window.commit(allocating(window))
    settle(window, qtbot)
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(window, qtbot)
    assert waiting(window) == 2
    assert window.status.read()["message"] == "Undone: Allocate 2 referrals."
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    settle(window, qtbot)
    assert waiting(window) == 0
    assert window.status.read()["message"] == "Done again: Allocate 2 referrals."


def test_a_stale_step_is_explained_and_nothing_changes(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert window.world
    told: list[Exception] = []
    monkeypatch.setattr(window, "show_error", told.append)
    window.jobs.failed.disconnect()
    window.jobs.failed.connect(told.append)
    carter = window.world.snapshot.iro["b-carter"]
    not_so = replace(carter, contracted_hours=30.0)
    window.commit(Step("Hours", (Edit(not_so, replace(carter, contracted_hours=22.0)),)))
    settle(window, qtbot)
    assert isinstance(told[0], Explained)
    assert "changed" in told[0].message
    assert window.world.snapshot.iro["b-carter"] == carter


def test_an_error_of_a_job_is_shown_calmly(window: MainWindow, qtbot: QtBot) -> None:
    def fails(report: object, stopped: object) -> None:
        raise Explained("The disk is full.", "Free some space and try again.")

    window.run_job(Job("Saving", fails))
    settle(window, qtbot)
    box = window.findChildren(QMessageBox)[0]
    assert (box.text(), box.informativeText()) == ("The disk is full.", "Free some space and try again.")
    box.close()


def test_what_nobody_caught_is_shown_and_the_program_goes_on(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    messages.install(window)
    error = ZeroDivisionError("no FTE")
    sys.excepthook(type(error), error, None)
    dialog = window.findChildren(messages.CrashDialog)[0]
    assert "ZeroDivisionError" in dialog.text
    dialog.close()
    window.commit(allocating(window))
    settle(window, qtbot)
    assert waiting(window) == 0


def test_ctrl_and_a_number_go_to_the_pages(window: MainWindow) -> None:
    for number, key in enumerate(("overview", "referrals", "caseloads", "importing"), 1):
        QTest.keyClick(window, Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.ControlModifier)
        assert window.current == key


def test_the_title_names_the_file_and_says_sample_but_no_child(
    open_with: Callable[[Snapshot], MainWindow],
) -> None:
    window = open_with(snapshot(iro(), case("C-1", name="Planted Name")))
    assert window.windowTitle() == "small (made up, not encrypted) – IRO Allocator"


def test_the_status_line_tells_file_and_counts(window: MainWindow) -> None:
    assert window.status.read()["facts"] == (
        "small · made up, not encrypted · 3 IROs · 15 children · 14 cases · load 14.8"
    )
    assert "encrypted ✓ · no backup yet" in facts(world(sample=False, encrypted=True))
    assert "shared service" in facts(world(sample=False, shared=True))


def test_before_a_service_is_open_only_what_needs_none_can_be_done(empty_window: MainWindow) -> None:
    assert not action(empty_window, "Undo").isEnabled()
    assert not action(empty_window, "Export lists").isEnabled()
    assert action(empty_window, "Open…").isEnabled()
    assert empty_window.everything()
    empty_window.go_to("reports")
    empty_window.commit(Step("Nothing", ()))


def test_the_finder_knows_children_families_iros_and_actions(window: MainWindow, qtbot: QtBot) -> None:
    found = {(find.kind, find.words): find.also for find in window.everything()}
    assert found["IRO", "B. Carter"] == ""
    assert found["family", "Fam-30"] == "2 children"
    assert found["child", "C-401"] == "Fam-30 · waiting"
    assert found["child", "C-302"] == "Fam-20 · B. Carter"
    assert ("action", "Export lists") in found
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    finder = window.findChildren(Finder)[0]
    QTest.keyClicks(finder.field, "overview")
    assert finder.read() == ["Overview"]
    finder.close()


def test_an_unknown_page_is_no_fault(window: MainWindow) -> None:
    before = window.current
    window.go_to("no such page")
    assert window.current == before


def test_look_place_and_page_are_remembered_and_nothing_else(
    open_with: Callable[[Snapshot], MainWindow], tmp_path: Path
) -> None:
    window = open_with(snapshot(iro(), case("C-1", name="Planted Name")))
    window.change_look(appearance="dark", points=14)
    window.go_to("caseloads")
    window.close()
    kept = Preferences(tmp_path / "window.ini")
    assert (kept.appearance, kept.points, kept.last_page) == ("dark", 14, "caseloads")
    assert kept.last_file == str(tmp_path / "small.iro")
    assert kept.geometry is not None
    written = (tmp_path / "window.ini").read_text(encoding="utf-8")
    assert "Planted" not in written
    assert "C-1" not in written


def test_the_first_time_a_window_has_no_more_than_the_screen_and_then_stands_where_it_stood(
    empty_window: MainWindow, qtbot: QtBot
) -> None:
    room = empty_window.screen().availableSize()
    empty_window.begin()
    assert empty_window.isMaximized() == (room.width() < 1480 or room.height() < 940)
    empty_window.showNormal()
    empty_window.resize(700, 600)
    empty_window.close()
    again = MainWindow(empty_window.preferences)
    qtbot.addWidget(again)
    again.begin()
    assert again.size() == QSize(700, 600)


def test_without_a_service_no_page_says_that_there_is_nobody(
    empty_window: MainWindow, open_with: Callable[[Snapshot], MainWindow]
) -> None:
    assert not empty_window.pages["overview"].isVisible()
    open_with(snapshot(iro()))
    assert empty_window.pages["overview"].isVisible()


def test_a_button_that_goes_away_leaves_the_focus_on_its_page(window: MainWindow) -> None:
    page = window.pages["importing"]
    buttons = [page.add_action(text, lambda: None) for text in ("Take", "Discard")]
    window.go_to("importing")
    buttons[0].setFocus()
    assert buttons[0].hasFocus()
    buttons[0].hide()
    assert page.hasFocus()
    buttons[1].setFocus()
    buttons[1].setEnabled(False)
    assert page.hasFocus()


def test_a_page_begins_where_it_says(window: MainWindow) -> None:
    page = window.pages["caseloads"]
    page.add_action("Somewhere else", lambda: None)
    page.first = page.add_action("Here", lambda: None)
    window.go_to("caseloads")
    assert page.first.hasFocus()


def test_preferences_that_make_no_sense_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "window.ini"
    file.write_text("[General]\nappearance=pink\npoints=999\nidle_minutes=often\nlast_file=/gone.iro\n")
    kept = Preferences(file)
    assert (kept.appearance, kept.points, kept.idle_minutes, kept.last_file) == ("system", 24, 10, "")


def test_larger_and_smaller_text_stay_within_bounds(window: MainWindow) -> None:
    action(window, "Larger text").trigger()
    assert window.preferences.points == 11
    for _ in range(5):
        action(window, "Smaller text").trigger()
    assert window.preferences.points == 9
    action(window, "Ordinary text").trigger()
    assert window.preferences.points == 10


def test_an_encrypted_service_is_locked_and_goes_on_where_it_was(window: MainWindow, qtbot: QtBot) -> None:
    window.lock()
    assert window.menuBar().isEnabled()  # a sample needs no lock
    window._secret = Secret("quiet maple")
    window._idle.idle.emit()
    assert not window.menuBar().isEnabled()
    lock = window._locked
    assert lock is not None
    assert lock.geometry() == window.rect()
    lock.field.setText("quiet maple")
    QTest.keyClick(lock.field, Qt.Key.Key_Return)
    assert window.menuBar().isEnabled()
    assert waiting(window) == 2


def test_when_to_lock_is_a_setting_that_is_remembered(window: MainWindow) -> None:
    assert window.preferences.idle_minutes == 10
    action(window, "Do not lock when idle").trigger()
    assert (window.preferences.idle_minutes, window._idle.minutes) == (0, 0)
    assert window.status.read()["message"] == "Encrypted services: do not lock when idle."


def test_coming_back_on_another_day_shows_that_day(window: MainWindow, qtbot: QtBot) -> None:
    window._seen_on = date(2020, 1, 1)
    window.refresh()
    settle(window, qtbot)
    assert window.world
    assert window.world.day == date.today()
    assert window._seen_on == date.today()


def test_no_two_commands_share_a_key_or_a_name(window: MainWindow) -> None:
    names = [command.plain for command in window.commands]
    keys = [key for command in window.commands for key in command.keys.split(" | ") if key]
    assert len(names) == len(set(names))
    assert len(keys) == len(set(keys))


def test_the_key_list_names_every_shortcut_once(window: MainWindow) -> None:
    keys = [keys for keys, _ in key_list(window.commands)]
    assert len(keys) == len(set(keys))
    assert {"Ctrl+K", "Ctrl+Z", "Ctrl+1", "F1", "F2"} <= set(keys)
