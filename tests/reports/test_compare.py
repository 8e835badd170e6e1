"""Scenarios side by side as one page and as a workbook."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from iro_allocator.errors import Explained
from iro_allocator.paper.colours import LIGHT
from iro_allocator.paper.compare_page import ComparePage, Side
from iro_allocator.reports.compare import Compared, side_by_side, write_comparison
from iro_allocator.scenario import summary
from tests.builders import DAY, settings, small_service

pytestmark = pytest.mark.usefixtures("qapp")

SERVICE = small_service()
TODAY = Compared("Today", DAY, summary(SERVICE, DAY))
THEN = Compared(
    "R. Bell leaves", date(2027, 1, 30), summary(SERVICE, date(2027, 1, 30)), ("R. Bell leaves on 29 Jan 2027.",)
)


def written(out: Path) -> Path:
    (file,) = write_comparison([TODAY, THEN], settings(), out, made=DAY, by="A. Manager", sample=True)
    return file


def test_every_figure_of_every_column_is_in_the_workbook(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(tmp_path / "compared.xlsx"))
    sheets = {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets}
    rows = sheets["Side by side"]
    assert rows[0] == ["Figure", "Today (23 Nov 2026)", "R. Bell leaves (30 Jan 2027)"]
    assert [tuple(row) for row in rows[1:]] == list(side_by_side([TODAY, THEN]))
    assert ["R. Bell leaves", "30 Jan 2027", "R. Bell leaves on 29 Jan 2027."] in sheets["Assumed"]


def test_the_page_is_one_page(tmp_path: Path) -> None:
    content = written(tmp_path / "compared.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert content.count(b"/Type /Page\n") == 1


def test_what_is_nothing_for_everybody_is_left_out() -> None:
    labels = [row[0] for row in side_by_side([TODAY, THEN])]
    assert "FTE available" in labels and "Children covered meanwhile" not in labels


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Explained, match=r"x\.odt is neither \.pdf nor \.xlsx"):
        written(tmp_path / "x.odt")
    assert not list(tmp_path.iterdir())


def test_letters_get_smaller_rather_than_run_off_the_page() -> None:
    sides = [
        Side(f"Scenario {n}", "1 Apr 2027", ["Somebody leaves on 31 Mar 2027."] * 12, 75.0, 70.0) for n in range(4)
    ]
    page = ComparePage("What if?", "As of today", sides, [(f"Figure {n}", *"1234") for n in range(25)], "All of it.")
    image = QImage(1000, 900, QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.card))
    painter = QPainter(image)
    page.draw(painter, QRectF(0, 0, 1000, 700), LIGHT)
    painter.end()
    below = {QColor(image.pixel(x, y)).name() for x in range(0, 1000, 3) for y in range(720, 900, 3)}
    assert below == {LIGHT.card}
    assert "Figure 3: 1, 2, 3, 4" in page.words
