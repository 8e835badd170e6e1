"""Panels and bars find room: beside each other, below each other, as tall as what stands in them."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from iro_allocator.ui import style
from iro_allocator.ui.tables import Column
from iro_allocator.ui.widgets.columns import Columns
from iro_allocator.ui.widgets.flow import Flow
from iro_allocator.ui.widgets.short_table import ShortTable


def panel(width: int) -> QLabel:
    label = QLabel()
    label.setMinimumSize(width, 40)
    return label


def test_three_panels_stand_beside_each_other_as_long_as_they_fit(qtbot: QtBot) -> None:
    panels = [panel(200), panel(300), panel(150)]
    columns = Columns((panels[0], 2), (panels[1], 3), (panels[2], 2))
    qtbot.addWidget(columns)
    found = []
    for width in (900, 600, 400):
        columns.resize(width, 400)
        columns.show()
        found.append(columns.columns)
    assert found == [3, 2, 1]
    qtbot.waitUntil(lambda: panels[0].y() < panels[1].y() < panels[2].y())
    columns.resize(900, 400)
    qtbot.waitUntil(lambda: panels[0].y() == panels[1].y() == panels[2].y())


def test_a_bar_goes_on_in_a_further_line(qtbot: QtBot) -> None:
    bar = Flow()
    buttons = [QPushButton(f"Button {n}") for n in range(6)]
    for button in buttons:
        bar.add(button)
    qtbot.addWidget(bar)
    one = max(button.sizeHint().height() for button in buttons)
    assert bar.heightForWidth(2000) == one
    assert bar.heightForWidth(buttons[0].sizeHint().width() * 2 + 3 * style.GAP) > 2 * one
    buttons[5].hide()
    bar.resize(2000, one)
    bar.show()
    assert len({button.y() for button in buttons[:5]}) == 1


def test_a_short_table_is_as_tall_as_its_rows(qtbot: QtBot) -> None:
    table = ShortTable("Some", (Column(title="What", value=str, stretch=True),), empty="None yet.", most=4)
    qtbot.addWidget(table)
    heights = []
    for rows in ((), ("a", "b", "c"), tuple("abcdefgh")):
        table.set_rows(rows)
        heights.append(table.height() // style.row_height())
    assert heights == [2, 3, 4]
