"""The dialog behind F2: every IRO with the effect, the move, and the override with a reason."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from iro_allocator.ui.reallocate import ReallocateDialog
from tests.ui.caseload_service import CARTER, DUNNE, HUSSAIN, Desk, service


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(qtbot, tmp_path, service())
    yield desk
    desk.close()


@pytest.fixture
def dialog(desk: Desk) -> Iterator[ReallocateDialog]:
    desk.choose("C-1")
    desk.page.reallocate()
    opened = desk.page.dialog
    assert isinstance(opened, ReallocateDialog)
    assert opened.effect.read() == "Working out what each IRO would make of it…"
    assert not opened.act.isEnabled()
    desk.settle()
    yield opened
    if desk.page.dialog is opened and opened.open_still:
        opened.reject()


def test_every_iro_stands_there_with_share_points_and_terms_the_best_first(dialog: ReallocateDialog) -> None:
    shown = dialog.read()
    assert shown["heading"] == "Move Fam-1 (2 children) from A. Hussain to"
    assert [row["IRO"] for row in shown["iros"]] == ["A. Hussain", "K. Moss (interim)", "B. Carter", "C. Dunne"]
    best = shown["iros"][1]
    assert (best["Load after"], best["Share after"]) == ("2.5", "▼ −37%")
    assert best["Keeps IRO"] == "+30.0" and best["Balance"].startswith("−") and best["Points"].startswith("−")
    assert shown["iros"][0]["What speaks against it"] == "with them now"
    assert shown["iros"][3]["What speaks against it"] == "C. Dunne does not take LAC."
    assert shown["effect"].startswith("Fam-1 (2 children) from A. Hussain to K. Moss")
    assert shown["act"] == "Reallocate"


def test_terms_that_change_nothing_have_no_column(dialog: ReallocateDialog) -> None:
    assert not {"Travel", "Skills", "Former IRO", "Limit"} & dialog.read()["iros"][0].keys()


def test_the_table_keeps_the_rules_of_qt(dialog: ReallocateDialog) -> None:
    assert dialog.table
    tester = QAbstractItemModelTester(dialog.table.model_, QAbstractItemModelTester.FailureReportingMode.Fatal)
    dialog.table.model_.sort(3, Qt.SortOrder.DescendingOrder)
    assert tester.model() is dialog.table.model_


def test_the_keys_choose_give_a_reason_and_move(desk: Desk, dialog: ReallocateDialog) -> None:
    desk.qtbot.waitUntil(dialog.isActiveWindow)
    desk.qtbot.waitUntil(dialog.act.isDefault)
    assert dialog.table
    desk.qtbot.waitUntil(dialog.table.hasFocus)
    QTest.keyClick(dialog.table, Qt.Key.Key_Down)
    assert dialog.effect.read().startswith("Fam-1 (2 children) from A. Hussain to B. Carter")
    QTest.keyClicks(dialog.reason, "closer to home")
    QTest.keyClick(dialog.reason, Qt.Key.Key_Return)
    assert [(step.label, step.reason) for step in desk.steps] == [
        ("Move Fam-1 (2 children) from A. Hussain to B. Carter", "closer to home")
    ]
    assert [desk.iro_of(child) for child in ("C-1", "C-2", "C-3")] == ["B. Carter", "B. Carter", "A. Hussain"]


def test_enter_on_an_iro_moves_without_a_reason(desk: Desk, dialog: ReallocateDialog) -> None:
    assert dialog.table
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    assert desk.iro_of("C-1") == "K. Moss"
    assert desk.steps[0].reason == ""


def test_only_the_child_can_be_moved(desk: Desk, dialog: ReallocateDialog) -> None:
    assert dialog.table and dialog.table.choose(CARTER.id)
    dialog.who.choose(whole=False)
    desk.settle()
    assert dialog.read()["heading"] == "Move C-1 from A. Hussain to"
    assert dialog.current and dialog.current.taking.iro == CARTER.id
    dialog.act.click()
    assert [desk.iro_of(child) for child in ("C-1", "C-2")] == ["B. Carter", "A. Hussain"]


def test_a_rule_is_overridden_only_on_purpose_and_with_a_reason(desk: Desk, dialog: ReallocateDialog) -> None:
    assert dialog.table and dialog.table.choose(DUNNE.id)
    assert "Cannot: C. Dunne does not take LAC." in dialog.effect.read()
    assert dialog.act.text() == "Allocate anyway"
    assert not dialog.act.isEnabled()
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    assert desk.steps == [] and dialog.open_still
    QTest.keyClicks(dialog.reason, "knows the family")
    assert dialog.act.isEnabled()
    dialog.act.click()
    assert desk.steps[0].detail["effect"]["against"] == "C. Dunne does not take LAC."
    assert desk.iro_of("C-1") == "C. Dunne"
    row = desk.world.snapshot.allocation_on("C-1", desk.world.day)
    assert row and row.reason == "knows the family"


def test_staying_is_no_move(desk: Desk, dialog: ReallocateDialog) -> None:
    assert dialog.table and dialog.table.choose(HUSSAIN.id)
    assert not dialog.act.isEnabled()
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    assert desk.steps == [] and dialog.open_still


def test_escape_changes_nothing_and_what_comes_later_is_ignored(desk: Desk, dialog: ReallocateDialog) -> None:
    dialog.who.choose(whole=False)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    desk.settle()
    assert desk.steps == [] and not dialog.open_still


def test_several_families_can_be_moved_at_once(desk: Desk) -> None:
    desk.page.chart.choose(HUSSAIN.id)
    desk.choose("C-101", "C-102")
    desk.page.reallocate()
    opened = desk.page.dialog
    assert isinstance(opened, ReallocateDialog)
    desk.settle()
    assert opened.read()["heading"] == "Move 2 families (2 children) from A. Hussain to"
    assert opened.table and opened.table.choose(CARTER.id)
    opened.act.click()
    assert [desk.iro_of(child) for child in ("C-101", "C-102")] == ["B. Carter", "B. Carter"]
