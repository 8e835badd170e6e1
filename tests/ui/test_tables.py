"""The one table: sorted, filtered, copied, read back, by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from iro_allocator.paper.pill import Pill
from iro_allocator.ui.tables import Column, TableModel, TableView, as_text, cases_of


@dataclass(frozen=True)
class Row:
    id: str
    load: float | None
    on: bool = False
    kind: str = "LAC"


ROWS = (Row("C-3", 1.5), Row("C-1", None), Row("C-2", -0.25, on=True, kind="CP"))

CHILD = Column(title="Child", value=lambda row: row.id)
LOAD = Column(title="Load", value=lambda row: row.load, align="right")


def table(qtbot: QtBot, *columns: Column, rows: Iterable[Any] = ROWS, **more: Any) -> TableView:
    view = TableView("Children", columns or (CHILD, LOAD), rows, key=lambda row: row.id, **more)
    qtbot.addWidget(view)
    view.resize(600, 300)
    view.show()
    return view


def middle(view: TableView, row: int, column: int) -> QPoint:
    return view.visualRect(view.model_.index(row, column)).center()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        ("", "–"),
        (1137, "1,137"),
        (-12, "−12"),
        (57.94, "57.9"),
        (-0.5, "−0.5"),
        (True, "yes"),
        (date(2026, 11, 3), "3 Nov 2026"),
        (datetime(2026, 11, 3, 9, 2), "3 Nov 2026 09:02"),
        (("uasc", "court"), "uasc, court"),
        ((), "–"),
        ("Fam-1", "Fam-1"),
    ],
)
def test_values_are_written_as_people_read_them(value: object, text: str) -> None:
    assert as_text(value) == text


def test_a_table_is_read_back_as_shown(qtbot: QtBot) -> None:
    assert table(qtbot).read() == [
        {"Child": "C-3", "Load": "1.5"},
        {"Child": "C-1", "Load": "–"},
        {"Child": "C-2", "Load": "−0.2"},
    ]


def test_the_model_behaves_as_qt_expects(qtbot: QtBot) -> None:
    model = TableModel((CHILD, LOAD), ROWS, key=lambda row: row.id, drag=lambda rows: [r.id for r in rows])
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.sort(1, Qt.SortOrder.DescendingOrder)
    model.set_filter("c-")
    model.set_rows(ROWS[:2])
    model.set_filter("nothing of the kind")
    assert model.rowCount() == 0
    model.set_filter("")
    assert model.rowCount() == 2


@given(st.lists(st.one_of(st.none(), st.floats(allow_nan=False, width=32)), max_size=12), st.booleans())
def test_sorting_keeps_every_row_and_puts_unknown_last(loads: list[float | None], down: bool) -> None:
    rows = [Row(f"C-{n}", load) for n, load in enumerate(loads)]
    model = TableModel((CHILD, LOAD), rows)
    model.sort(1, Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder)
    shown = [row.load for row in model.rows]
    known = [load for load in shown if load is not None]
    assert sorted(model.rows, key=lambda row: row.id) == sorted(rows, key=lambda row: row.id)
    assert known == sorted(known, reverse=down)
    assert shown[len(known) :] == [None] * (len(shown) - len(known))


def test_a_click_on_a_title_sorts(qtbot: QtBot) -> None:
    view = table(qtbot)
    header = view.horizontalHeader()
    where = QPoint(header.sectionViewportPosition(0) + 10, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert [row.id for row in view.model_.rows] == ["C-1", "C-2", "C-3"]


def test_the_filter_wants_every_word_in_some_column_and_a_condition(qtbot: QtBot) -> None:
    view = table(qtbot)
    view.set_filter("C- 1.5")
    assert [row.id for row in view.model_.rows] == ["C-3"]
    view.set_filter("", lambda row: row.on)
    assert [row.id for row in view.model_.rows] == ["C-2"]


def test_the_current_row_stays_current_when_rows_change_around_it(qtbot: QtBot) -> None:
    view = table(qtbot)
    assert view.choose("C-2")
    view.set_rows((Row("C-0", 9.0), replace(ROWS[2], load=3.0)))
    assert view.current == replace(ROWS[2], load=3.0)
    assert view.selected == (view.current,)


def test_a_current_row_that_vanishes_is_said_to_be_gone(qtbot: QtBot) -> None:
    view = table(qtbot)
    view.choose("C-2")
    with qtbot.waitSignal(view.chosen) as said:
        view.set_rows(ROWS[:1])
    assert said.args == [None]


def test_choosing_a_row_that_is_not_there_says_so(qtbot: QtBot) -> None:
    assert not table(qtbot).choose("C-99")


def test_enter_opens_the_row_and_arrows_go_through_the_rows(qtbot: QtBot) -> None:
    view = table(qtbot)
    view.choose("C-3")
    QTest.keyClick(view, Qt.Key.Key_Down)
    with qtbot.waitSignal(view.opened) as said:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert said.args == [ROWS[1]]


def test_ctrl_c_copies_titles_and_the_selected_rows_as_text(qtbot: QtBot) -> None:
    view = table(qtbot, many=True)
    view.choose("C-3")
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Child\tLoad\nC-3\t1.5\nC-1\t–"


def test_a_button_in_a_cell_is_pressed_by_mouse_and_by_space(qtbot: QtBot) -> None:
    undo = Column(title="Undo", value=lambda row: "", button=lambda row: "" if row.on else "Undo")
    view = table(qtbot, CHILD, undo)
    with qtbot.waitSignal(view.pressed_button) as said:
        where = view.visualRect(view.model_.index(1, 1)).topLeft() + QPoint(16, 14)
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert said.args == [ROWS[1], "Undo"]
    view.setCurrentIndex(view.model_.index(0, 1))
    with qtbot.waitSignal(view.pressed_button) as said:
        QTest.keyClick(view, Qt.Key.Key_Space)
    assert said.args == [ROWS[0], "Undo"]
    view.setCurrentIndex(view.model_.index(2, 1))
    with qtbot.assertNotEmitted(view.pressed_button):
        QTest.keyClick(view, Qt.Key.Key_Space)


def test_a_tick_box_hands_its_row_to_the_column(qtbot: QtBot) -> None:
    ticked: list[tuple[str, bool]] = []
    tick = Column(title="Accept", value=lambda row: row.on, check=lambda row, on: ticked.append((row.id, on)))
    view = table(qtbot, tick, CHILD)
    view.setCurrentIndex(view.model_.index(2, 0))
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert ticked == [("C-2", False)]
    assert view.read()[2]["Accept"] == "yes"


def test_a_cell_is_edited_by_f2_and_typing(qtbot: QtBot) -> None:
    edited: list[tuple[str, str]] = []
    name = Column(title="Child", value=lambda row: row.id, edit=lambda row, new: edited.append((row.id, new)))
    view = table(qtbot, name, LOAD)
    view.setCurrentIndex(view.model_.index(1, 0))
    QTest.keyClick(view, Qt.Key.Key_F2)
    editor = view.findChild(QLineEdit)
    assert editor is not None
    assert editor.accessibleName() == "Child"
    QTest.keyClicks(editor, "C-9")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: edited == [("C-1", "C-9")])


def test_a_cell_with_choices_is_edited_in_a_list(qtbot: QtBot) -> None:
    edited: list[tuple[str, str]] = []
    kind = Column(
        title="Type",
        value=lambda row: row.kind,
        edit=lambda row, new: edited.append((row.id, new)),
        choices=lambda row: (("LAC", "looked after"), ("CP", "on a plan")),
    )
    view = table(qtbot, CHILD, kind)
    view.edit(view.model_.index(0, 1))
    box = view.findChild(QComboBox)
    assert box is not None
    assert [box.itemText(n) for n in range(box.count())] == ["looked after", "on a plan"]
    box.setCurrentIndex(1)
    box.activated.emit(1)
    assert edited == [("C-3", "CP")]


def test_what_is_dragged_are_references_of_children(qtbot: QtBot) -> None:
    model = TableModel((CHILD,), ROWS, drag=lambda rows: [row.id for row in rows])
    mime = model.mimeData([model.index(0, 0), model.index(2, 0)])
    assert cases_of(mime) == ("C-3", "C-2")


def test_pills_paint_their_words_and_are_read_as_words(qtbot: QtBot) -> None:
    share = Column(title="Share", value=lambda row: row.load, pill=lambda row: Pill("+14 %", "bad", "▲"))
    view = table(qtbot, CHILD, share)
    assert view.read()[0]["Share"] == "▲ +14 %"
    index = view.model_.index(0, 1)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Share: ▲ +14 %"
    pictured = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    assert len({pictured.pixel(x, y) for x in range(0, 600, 3) for y in range(0, 120, 3)}) > 4


def test_a_wrapping_column_makes_its_row_higher(qtbot: QtBot) -> None:
    words = Column(title="Why", value=lambda row: "a sibling is already with this IRO " * 6, stretch=True, wrap=True)
    view = table(qtbot, CHILD, words, rows=ROWS[:1])
    qtbot.waitUntil(lambda: view.rowHeight(0) > 40)


def test_an_empty_table_says_what_to_do(qtbot: QtBot) -> None:
    view = table(qtbot, rows=(), empty="No children yet. Import a spreadsheet.")
    with_words = view.grab().toImage()
    view.empty = ""
    assert view.grab().toImage() != with_words
