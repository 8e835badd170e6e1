"""The Caseloads page: shown and read, filtered, dragged, pinned, barred; by mouse and keys."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QDrag
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QMenu, QTableView
from pytestqt.qtbot import QtBot

from iro_allocator.domain import Snapshot
from iro_allocator.ui import style
from iro_allocator.ui.page import Do, Only
from iro_allocator.ui.reallocate import ReallocateDialog
from iro_allocator.ui.rebalance import ReviewDialog
from iro_allocator.ui.tables import cases_of
from iro_allocator.ui.widgets.form_dialog import FormDialog
from tests.builders import DAY, allocation, barred, case, held, iro, snapshot
from tests.ui.caseload_service import CARTER, DUNNE, HUSSAIN, MOSS, Desk, service

Sit = Callable[[Snapshot], Desk]


def hold_down(monkeypatch: pytest.MonkeyPatch, keys: Qt.KeyboardModifier) -> None:
    monkeypatch.setattr("iro_allocator.ui.children_table.QGuiApplication.keyboardModifiers", lambda: keys)


@pytest.fixture
def sit(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sit]:
    desks = []
    # Else the keys of the test before count as held down.
    hold_down(monkeypatch, Qt.KeyboardModifier.NoModifier)

    def made(records: Snapshot) -> Desk:
        desks.append(Desk(qtbot, tmp_path, records))
        return desks[-1]

    yield made
    for desk in desks:
        desk.close()


@pytest.fixture
def desk(sit: Sit) -> Desk:
    return sit(service())


def children(desk: Desk) -> list[str]:
    return [row["Child"] for row in desk.page.table.read()]


def current(desk: Desk) -> str:
    line = desk.page.table.current
    return str(line.key) if line else ""


def press(desk: Desk, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    desk.page.table.setFocus()
    QTest.keyClick(desk.page.table, key, modifier)


# Showing


def test_the_page_shows_every_iro_and_the_children_of_one(desk: Desk) -> None:
    shown = desk.page.read()
    assert [row["iro"] for row in shown["caseloads"]] == ["A. Hussain", "B. Carter", "C. Dunne", "K. Moss"]
    assert shown["iro"].startswith("A. Hussain · 37\u00a0h (1.00\u00a0FTE) · permanent")
    assert shown["facts"].startswith("15 children in 12 families · 14 cases · load 15.1 of share 6.7")
    assert shown["children"][1] == {
        "Family": "\u2003Fam-1",
        "Child": "C-1",
        "Type": "LAC",
        "Placed": "31 mi",
        "Weight": "1.25",
        "Since": "3 y 2 m",
        "Review": "4 Dec 2026",
        "Notes": "cover: K. Moss",
    }
    assert shown["selection"] == "Fam-1 (3 children), weight 3.50"
    assert shown["notice"] == ""


def test_choosing_another_iro_with_the_keys_shows_their_children(desk: Desk) -> None:
    desk.page.chart.table.setFocus()
    QTest.keyClick(desk.page.chart.table, Qt.Key.Key_Down)
    assert desk.page.read()["iro"].startswith("B. Carter")
    assert children(desk) == ["C-200", "C-201"]
    QTest.keyClick(desk.page.chart.table, Qt.Key.Key_Return)
    assert desk.asked_for == [("iros", CARTER.id)]


def test_a_click_on_a_bar_chooses_the_iro(desk: Desk) -> None:
    table = desk.page.chart.table
    middle = table.visualRect(table.model_.index(2, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert desk.page.read()["iro"].startswith("C. Dunne")


def test_the_same_iro_and_child_stay_chosen_when_something_has_changed(desk: Desk) -> None:
    desk.page.chart.choose(DUNNE.id)
    desk.choose("C-301")
    desk.page.show_world(desk.world)
    assert desk.page.read()["iro"].startswith("C. Dunne")
    assert current(desk) == "C-301"


def test_the_models_keep_the_rules_of_qt(desk: Desk) -> None:
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    testers = [QAbstractItemModelTester(table.model_, mode) for table in (desk.page.table, desk.page.chart.table)]
    desk.page.chart.choose(DUNNE.id)
    desk.page.search.setText("fam")
    press(desk, Qt.Key.Key_Left)
    desk.page.show_world(desk.world)
    assert len(testers) == 2


def test_every_control_says_what_it_is(desk: Desk) -> None:
    kinds = (QAbstractButton, QLineEdit, QComboBox, QTableView, QAbstractSpinBox)
    controls = [widget for kind in kinds for widget in desk.page.findChildren(kind) if widget.isVisible()]
    assert len(controls) > 8
    named = [widget.accessibleName() or getattr(widget, "text", str)() for widget in controls]
    assert all(named), [type(widget) for widget, name in zip(controls, named, strict=True) if not name]


def test_a_service_without_iros_says_what_to_do_next(sit: Sit) -> None:
    desk = sit(snapshot(case("C-1")))
    button = next(b for b in desk.page.findChildren(QAbstractButton) if b.text() == "Add an IRO…" and b.isVisible())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert desk.asked_for == [("iros", Do("new"))]


def test_an_empty_caseload_says_what_to_do_next(sit: Sit) -> None:
    desk = sit(snapshot(HUSSAIN, CARTER, held(HUSSAIN, 1)))
    desk.page.chart.choose(CARTER.id)
    assert desk.page.table.empty == "B. Carter has no children. Drag a family here from another caseload."


# Narrowing and arranging


def test_a_search_narrows_iros_and_children_and_finds_who_has_a_family(desk: Desk) -> None:
    QTest.keyClick(desk.page.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert desk.page.search.hasFocus()
    QTest.keyClicks(desk.page.search, "fam-2")
    assert [row["iro"] for row in desk.page.read()["caseloads"]] == ["A. Hussain", "C. Dunne"]
    assert children(desk) == ["2 children", "C-4", "C-5"]
    desk.page.search.setText("c-200")
    assert desk.page.read()["iro"].startswith("B. Carter")
    desk.page.search.setText("nobody at all")
    assert desk.page.read()["iro"] == "No IRO matches"
    assert desk.page.chart.table.empty.startswith("No IRO matches. Clear the search")
    assert not desk.page.reallocate_action.isEnabled()
    desk.page.search.clear()
    assert len(desk.page.read()["caseloads"]) == 4


def test_teams_and_types_narrow_both_sides(desk: Desk) -> None:
    desk.page.teams.setCurrentText("South")
    assert [row["iro"] for row in desk.page.read()["caseloads"]] == ["B. Carter", "K. Moss"]
    desk.page.teams.setCurrentText("All teams")
    desk.page.types.setCurrentText("CP only")
    desk.page.chart.choose(HUSSAIN.id)
    assert children(desk) == ["2 children", "C-4", "C-5"]
    desk.page.show_world(desk.world)
    assert desk.page.types.currentText() == "CP only"


def test_left_folds_a_family_and_right_unfolds_it(desk: Desk) -> None:
    desk.choose("C-2")
    press(desk, Qt.Key.Key_Left)
    assert children(desk)[:2] == ["3 children", "2 children"]
    assert current(desk) == "family Fam-1"
    press(desk, Qt.Key.Key_Right)
    assert children(desk)[:3] == ["3 children", "C-1", "C-2"]
    press(desk, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert children(desk)[:2] == ["3 children", "2 children"]
    press(desk, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert len(children(desk)) == 17


def test_enter_folds_a_family_and_opens_a_child(desk: Desk) -> None:
    desk.choose("family Fam-1")
    press(desk, Qt.Key.Key_Return)
    assert children(desk)[0:2] == ["3 children", "2 children"]
    desk.choose("C-100")
    press(desk, Qt.Key.Key_Return)
    assert desk.asked_for == [("children", "C-100")]


def test_a_double_click_opens_too(desk: Desk) -> None:
    table = desk.page.table
    for row in (0, 2):  # the heading of Fam-1; then, folded, C-4 below the heading of Fam-2
        middle = table.visualRect(table.model_.index(row, 1)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=middle)
        QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert children(desk)[:3] == ["3 children", "2 children", "C-4"]
    assert desk.asked_for == [("children", "C-4")]


def test_a_click_on_a_title_orders_by_it_and_another_turns_it_round(desk: Desk) -> None:
    header = desk.page.table.horizontalHeader()
    weight = [column.title for column in desk.page.table.model_.columns].index("Weight")
    where = header.sectionViewportPosition(weight) + 8
    for expected in ("C-100", "3 children"):
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=header.rect().center().__class__(where, 8))
        assert children(desk)[0] == expected


def test_the_context_menu_offers_everything_that_can_be_done(desk: Desk) -> None:
    found: list[str] = []

    def read() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        found.extend(action.text() for action in menu.actions() if not action.isSeparator())
        menu.close()

    table = desk.page.table
    middle = table.visualRect(table.model_.index(1, 1)).center()
    QTimer.singleShot(0, read)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, middle, table.viewport().mapToGlobal(middle))
    QApplication.sendEvent(table.viewport(), event)
    assert found == [
        *("Reallocate…", "Reallocate this child only…", "Pin…", "Bar…"),
        *("Fold all families", "Unfold all families", "Order by", "Export this list…"),
    ]


def test_larger_letters_put_the_children_below_the_iros(desk: Desk) -> None:
    assert desk.page._both.orientation() == Qt.Orientation.Horizontal
    desk.page.resize(700, 800)
    assert desk.page._both.orientation() == Qt.Orientation.Vertical


# From elsewhere


def test_other_pages_can_ask_for_an_iro_a_child_or_some_iros(desk: Desk) -> None:
    desk.page.search.setText("carter")
    desk.page.go_to(DUNNE.id)
    assert desk.page.read()["iro"].startswith("C. Dunne")
    assert desk.page.search.text() == ""
    desk.page.go_to("C-5")
    assert desk.page.read()["iro"].startswith("A. Hussain")
    assert current(desk) == "C-5"
    desk.page.go_to(Only("2 IROs are over their limit", (MOSS.id, CARTER.id)))
    assert [row["iro"] for row in desk.page.read()["caseloads"]] == ["B. Carter", "K. Moss"]
    everybody = next(b for b in desk.page.findChildren(QAbstractButton) if b.text() == "Show all IROs")
    QTest.mouseClick(everybody, Qt.MouseButton.LeftButton)
    assert len(desk.page.read()["caseloads"]) == 4
    assert not everybody.isVisible()


def test_the_list_of_the_iro_can_be_exported(desk: Desk) -> None:
    QTest.mouseClick(desk.page.export_button, Qt.MouseButton.LeftButton)
    assert desk.asked_for == [("reports", HUSSAIN.id)]


# Dragging


def test_a_child_is_dragged_with_the_family_but_alone_when_marked_separate_or_with_ctrl(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bytes(desk.dragged("C-1").data("application/x-iro-allocator-cases").data()) == b"C-1\nC-2"
    assert bytes(desk.dragged("C-3").data("application/x-iro-allocator-cases").data()) == b"C-3"
    assert bytes(desk.dragged("family Fam-2").data("application/x-iro-allocator-cases").data()) == b"C-4\nC-5"
    hold_down(monkeypatch, Qt.KeyboardModifier.ControlModifier)
    assert bytes(desk.dragged("C-1").data("application/x-iro-allocator-cases").data()) == b"C-1"


def test_the_effect_on_both_iros_is_shown_before_letting_go(desk: Desk) -> None:
    before = desk.page.read()
    mime = desk.dragged("C-1")
    desk.over(mime, "B. Carter", enter=True)
    desk.over(mime, "B. Carter")
    assert desk.page.effect.read() == "Working out the effect…"
    desk.settle()
    said = desk.page.effect.read().splitlines()
    assert said[0] == "Fam-1 (2 children) from A. Hussain to B. Carter"
    assert said[1] == "A. Hussain: 15 → 13 children, load 15.1 → 12.6 of 6.7, +88%"
    assert said[2] == "B. Carter: 2 → 4 children, load 2.0 → 4.5 of 3.3, +35%"
    assert "points better than staying: Fair shares −" in said[3]
    changes = {row["iro"]: row.get("change") for row in desk.page.read()["caseloads"]}
    assert changes == {"A. Hussain": -2.5, "B. Carter": 2.5, "C. Dunne": None, "K. Moss": None}
    # It is still A. Hussain's children who are shown, and nothing has been asked for twice or changed.
    assert desk.page.read()["iro"] == before["iro"]
    desk.over(mime, "C. Dunne")
    assert "Cannot: C. Dunne does not take LAC." in desk.page.effect.read()
    desk.leave()
    assert desk.page.read() == before
    assert desk.page.chart.current == HUSSAIN.id
    assert desk.steps == []


def test_letting_go_moves_the_family_in_one_step_that_can_be_undone(desk: Desk) -> None:
    mime = desk.dragged("C-2")
    desk.over(mime, "B. Carter", enter=True)
    desk.over(mime, "B. Carter")
    desk.settle()
    desk.let_go(mime, "B. Carter")
    assert [step.label for step in desk.steps] == ["Move Fam-1 (2 children) from A. Hussain to B. Carter"]
    assert [desk.iro_of(child) for child in ("C-1", "C-2", "C-3")] == ["B. Carter", "B. Carter", "A. Hussain"]
    assert desk.page.read()["iro"].startswith("A. Hussain")
    assert "C-1" not in children(desk)
    desk.workspace.undo()
    assert desk.iro_of("C-1") == "A. Hussain"


def test_letting_go_before_the_effect_is_known_waits_for_it(desk: Desk) -> None:
    mime = desk.dragged("C-100")
    desk.over(mime, "B. Carter", enter=True)
    desk.over(mime, "B. Carter")
    desk.let_go(mime, "B. Carter")
    assert desk.steps == []
    desk.settle()
    assert desk.iro_of("C-100") == "B. Carter"


def test_what_a_rule_forbids_is_not_moved_by_dragging(desk: Desk) -> None:
    mime = desk.dragged("C-100")
    desk.over(mime, "K. Moss", enter=True)
    desk.over(mime, "K. Moss")
    desk.settle()
    desk.let_go(mime, "K. Moss")
    assert desk.steps == []
    why = "K. Moss may not have C-100: was the child's team manager."
    assert desk.said == [f"{why} Nothing was moved. F2 allocates anyway, with a reason."]


def test_letting_go_over_the_iro_they_have_does_nothing(desk: Desk) -> None:
    mime = desk.dragged("C-100")
    desk.over(mime, "A. Hussain", enter=True)
    desk.over(mime, "A. Hussain")
    desk.settle()
    assert desk.page.effect.read().startswith("C-100: with A. Hussain already")
    desk.let_go(mime, "A. Hussain")
    assert desk.steps == [] and desk.said == []


def test_a_drag_asks_for_the_effect_at_once_and_selects_who_goes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen_then: list[tuple[str, ...]] = []

    sizes: list[int] = []

    def drag(dragged: QDrag, actions: Qt.DropAction) -> Qt.DropAction:
        chosen_then.append(tuple(line.key for line in desk.page.table.selected))
        assert cases_of(dragged.mimeData()) == ("C-1", "C-2")
        sizes.append(dragged.pixmap().height())
        return actions

    monkeypatch.setattr(QDrag, "exec", drag)
    desk.choose("C-1")
    desk.page.table.startDrag(Qt.DropAction.MoveAction)
    assert chosen_then == [("C-1", "C-2")]
    assert 0 < sizes[0] <= style.row_height() * 1.5
    assert desk.jobs.busy
    desk.settle()
    mime = desk.dragged("C-1")
    desk.over(mime, "B. Carter", enter=True)
    desk.over(mime, "B. Carter")
    assert desk.page.effect.read().startswith("Fam-1 (2 children) from A. Hussain to B. Carter")
    assert not desk.jobs.busy


# Deciding


def test_f2_opens_the_dialog_for_the_family_and_shift_f2_for_the_child(desk: Desk) -> None:
    desk.choose("C-1")
    press(desk, Qt.Key.Key_F2)
    family = desk.page.dialog
    assert isinstance(family, ReallocateDialog)
    assert family.who.cases == ("C-1", "C-2")
    desk.settle()
    family.reject()
    assert desk.page.only_action.shortcut().toString() == "Shift+F2"
    desk.page.only_action.trigger()
    only = desk.page.dialog
    assert isinstance(only, ReallocateDialog)
    assert only.who.cases == ("C-1",)
    desk.settle()
    only.reject()


def test_pin_takes_a_reason_and_unpin_needs_no_question(desk: Desk) -> None:
    desk.choose("C-1")
    press(desk, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    dialog = desk.page.dialog
    assert isinstance(dialog, FormDialog)
    field = dialog.form.field("reason")
    desk.qtbot.waitUntil(dialog.isActiveWindow)
    assert field.hasFocus()
    QTest.keyClicks(field, "final hearing next month")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert [step.label for step in desk.steps] == ["Pin Fam-1 (2 children) to A. Hussain"]
    row = desk.world.snapshot.allocation_on("C-1", DAY)
    assert row and row.pinned and row.pin_reason == "final hearing next month"
    assert desk.page.table.read()[1]["Notes"] == "pinned, cover: K. Moss"
    desk.choose("C-1", "C-2")
    assert desk.page.pin_action.text() == "Unpin"
    desk.page.pin_action.trigger()
    assert desk.steps[-1].label == "Unpin Fam-1 (2 children)"
    row = desk.world.snapshot.allocation_on("C-1", DAY)
    assert row and not row.pinned and row.pin_reason == ""


def test_pinning_one_child_of_a_family_is_offered_too(desk: Desk) -> None:
    desk.choose("C-1")
    desk.page.pin()
    dialog = desk.page.dialog
    assert isinstance(dialog, FormDialog)
    only = next(b for b in dialog.findChildren(QAbstractButton) if b.text() == "Only C-1")
    QTest.mouseClick(only, Qt.MouseButton.LeftButton)
    dialog.accept_button.click()
    assert [step.label for step in desk.steps] == ["Pin C-1 to A. Hussain"]


def test_a_pinned_child_is_not_moved_by_dragging(desk: Desk) -> None:
    desk.choose("C-100")
    desk.page.pin()
    assert isinstance(desk.page.dialog, FormDialog)
    desk.page.dialog.accept_button.click()
    mime = desk.dragged("C-100")
    desk.over(mime, "B. Carter", enter=True)
    desk.over(mime, "B. Carter")
    desk.let_go(mime, "B. Carter")
    desk.settle()
    assert len(desk.steps) == 1
    assert desk.said[-1].startswith("C-100 is pinned to A. Hussain. Nothing was moved.")


def test_barring_the_iro_they_have_says_that_they_must_move_and_offers_to_suggest(desk: Desk) -> None:
    desk.choose("C-1")
    press(desk, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    dialog = desk.page.dialog
    assert isinstance(dialog, FormDialog)
    dialog.accept_button.click()
    assert "Barring an IRO needs a reason." in dialog.wrong.text()
    QTest.keyClicks(dialog.form.field("reason"), "was their social worker")
    dialog.accept_button.click()
    assert [step.label for step in desk.steps] == ["Bar A. Hussain for Fam-1 (2 children)"]
    assert desk.page.read()["notice"] == (
        "2 children need another IRO. C-1: A. Hussain may not have this child: was their social worker; "
        "C-2: A. Hussain may not have this child: was their social worker."
    )
    assert desk.page.table.read()[1]["Notes"] == "must move, cover: K. Moss"
    QTest.mouseClick(desk.page.place_button, Qt.MouseButton.LeftButton)
    review = desk.page.dialog
    assert isinstance(review, ReviewDialog)
    desk.settle()
    review.act.click()
    assert desk.iro_of("C-1") == desk.iro_of("C-2") != "A. Hussain"
    assert desk.page.read()["notice"] == ""


def test_another_iro_can_be_barred_and_not_twice(desk: Desk) -> None:
    desk.choose("C-100")
    desk.page.bar()
    dialog = desk.page.dialog
    assert isinstance(dialog, FormDialog)
    dialog.form.show_values({"iro": MOSS.id, "reason": "friend of the carer"})
    dialog.accept_button.click()
    assert "K. Moss is barred for C-100 already." in dialog.wrong.text()
    dialog.form.show_values({"iro": CARTER.id})
    dialog.accept_button.click()
    assert [step.label for step in desk.steps] == ["Bar B. Carter for C-100"]
    assert desk.page.read()["notice"] == ""


def test_children_of_who_has_left_are_offered_an_iro(sit: Sit) -> None:
    gone = iro("Z. Gone", last_day=DAY - timedelta(1))
    desk = sit(snapshot(HUSSAIN, gone, held(gone, 2)))
    assert desk.page.read()["notice"] == "2 children need another IRO. Z. Gone has left (2 children)."
    desk.page.go_to(Do("leavers"))
    assert isinstance(desk.page.dialog, ReviewDialog)
    desk.settle()
    desk.page.dialog.act.click()
    assert [step.label for step in desk.steps] == ["Move 2 children (2 families)"]
    assert desk.iro_of("C-100") == "A. Hussain"


def test_ctrl_r_opens_the_rebalancing(desk: Desk) -> None:
    press(desk, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    desk.qtbot.waitUntil(lambda: desk.page.dialog is not None)
    assert isinstance(desk.page.dialog, ReviewDialog)
    assert desk.page.dialog.kind == "rebalance"
    desk.page.dialog.reject()
    desk.page.go_to(Do("rebalance"))
    desk.page.dialog.reject()


def test_a_child_barred_from_the_iro_who_has_them_is_marked(sit: Sit) -> None:
    desk = sit(
        snapshot(HUSSAIN, CARTER, case("C-1"), allocation("C-1", HUSSAIN), barred("C-1", HUSSAIN, "was their carer"))
    )
    line = desk.page.table.model_.rows[0]
    assert line.must and line.note_words == "must move"
    assert line.notes({}) == "A. Hussain may not have this child: was their carer"
