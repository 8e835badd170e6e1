"""Palettes that can be read, and a style sheet that is whole."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from iro_allocator.paper.colours import PAIRS, Colours, contrast
from iro_allocator.ui import style
from iro_allocator.ui.style import PALETTES

EVERY = tuple(PALETTES.values())


def test_black_on_white_has_the_greatest_contrast() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#3b7dd8") == pytest.approx(4.1, abs=0.05)  # as measured in the design


@pytest.mark.parametrize("colours", EVERY, ids=lambda colours: colours.name)
def test_text_can_be_read_on_its_ground(colours: Colours) -> None:
    tokens = colours.tokens()
    weak = {
        (text, ground): round(contrast(tokens[text], tokens[ground]), 2)
        for text, ground in PAIRS
        if contrast(tokens[text], tokens[ground]) < 4.5
    }
    assert not weak


@pytest.mark.parametrize("colours", EVERY, ids=lambda colours: colours.name)
def test_the_bars_of_the_two_types_and_the_marks_can_be_told_apart(colours: Colours) -> None:
    assert contrast(colours.lac, colours.cp) >= 1.7
    assert contrast(colours.share, colours.card) >= 4.5
    assert contrast(colours.limit, colours.band) >= 3


@pytest.mark.parametrize("colours", EVERY, ids=lambda colours: colours.name)
@pytest.mark.parametrize("points", [9, 24])
def test_the_style_sheet_is_filled_in_whole(colours: Colours, points: int) -> None:
    sheet = style.sheet(colours, points)
    assert "$" not in sheet
    assert colours.accent in sheet


def test_an_appearance_reaches_palette_and_painters(qapp: QApplication) -> None:
    style.apply(qapp, "dark", 12)
    assert style.colours().name == "dark"
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == style.colours().window
    assert qapp.font().pointSize() == 12
    style.apply(qapp, "light")
    assert style.colours().name == "light"


@pytest.mark.parametrize(("asked", "got"), [(3, 9), (9, 9), (24, 24), (90, 24)])
def test_the_size_of_letters_stays_within_9_and_24_points(qapp: QApplication, asked: int, got: int) -> None:
    style.apply(qapp, "light", asked)
    assert qapp.font().pointSize() == got
    style.apply(qapp, "light")


def test_rows_are_28_to_32_pixels_high_in_ordinary_letters_and_higher_in_large_ones(qapp: QApplication) -> None:
    style.apply(qapp, "light")
    assert 28 <= style.row_height() <= 32
    style.apply(qapp, "light", 24)
    assert style.row_height() > 40
    style.apply(qapp, "light")


def test_what_has_the_focus_looks_different(qtbot: QtBot, qapp: QApplication) -> None:
    style.apply(qapp, "light")
    window = QWidget()
    qtbot.addWidget(window)
    first, second = QPushButton("Suggest", window), QPushButton("Suggest", window)
    second.move(0, 60)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    first.setFocus()
    assert first.grab().toImage() != second.grab().toImage()
    second.setFocus()
    first.clearFocus()
    second.clearFocus()
    assert first.grab().toImage() == second.grab().toImage()
