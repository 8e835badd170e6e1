"""Pages: what stands on them, how many there are, and that the PDF is the same drawing as the preview."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from iro_allocator.caseload import caseloads
from iro_allocator.paper.caseload_bars import bars
from iro_allocator.paper.caseload_sheet import CaseloadSheet
from iro_allocator.paper.colours import LIGHT, Colours
from iro_allocator.paper.pages import Break, Chart, Frame, Grid, Heading, Pages, Part, Words
from tests.builders import DAY, small_service


@pytest.fixture(autouse=True)
def _app(qapp: QApplication) -> None:
    """There is something to draw with."""


def rows(count: int) -> Grid:
    return Grid(("Child", "Weight"), tuple((f"C-{n}", "1.00") for n in range(count)), (False, True))


def drawn(pages: Pages, number: int) -> QImage:
    image = QImage(pages.size.toSize(), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    pages.draw(painter, number)
    painter.end()
    return image


def inked(image: QImage, where: QRectF) -> int:
    box = where.toRect()
    white = QColor("white").rgb()
    return sum(
        image.pixel(x, y) != white for x in range(box.left(), box.right()) for y in range(box.top(), box.bottom())
    )


def test_a_long_table_goes_over_pages_that_are_counted() -> None:
    pages = Pages([Heading("Children", large=True), rows(200)], Frame("Children", "Official-Sensitive", "Kirklees"))
    assert pages.count > 2
    assert pages.page_words(1) == f"page 2 of {pages.count}"
    assert len(re.findall(rb"/Type /Page\b", pages.pdf())) == pages.count
    assert pages.pdf().startswith(b"%PDF")
    assert all(f"C-{n}" in pages.words for n in range(200))


def test_the_header_of_a_table_stands_on_every_page() -> None:
    pages = Pages([rows(200)], Frame())
    tinted = QColor("#dce6f0").rgb()
    for number in range(pages.count):
        image = drawn(pages, number)
        assert any(image.pixel(image.width() // 2, y) == tinted for y in range(image.height() // 4)), number


def test_every_page_has_title_marking_and_foot() -> None:
    pages = Pages([rows(120)], Frame("Whole service", "Official-Sensitive", "as at 23 Nov 2026"))
    wide, high = pages.size.width(), pages.size.height()
    bare = Pages([rows(120)], Frame(numbered=False))
    for number in range(pages.count):
        for place in (
            QRectF(0, 0, wide / 2, high * 0.05),
            QRectF(wide / 2, 0, wide / 2, high * 0.05),
            QRectF(0, high * 0.955, wide / 2, high * 0.04),
            QRectF(wide / 2, high * 0.955, wide / 2, high * 0.04),
        ):
            assert inked(drawn(pages, number), place) > 50
            assert inked(drawn(bare, number), place) == 0


def test_a_page_can_lie_on_its_side() -> None:
    upright, turned = Pages([rows(3)], Frame()), Pages([rows(3)], Frame(landscape=True))
    assert upright.size.width() == turned.size.height() < turned.size.width()


def test_what_follows_a_break_begins_a_page_and_breaks_alone_make_none() -> None:
    parts: list[Part] = [Break(), Heading("One"), Words("a"), Break(), Heading("Two"), Words("b", "item")]
    pages = Pages(parts, Frame())
    assert pages.count == 2
    assert pages.words.split("\n") == ["One", "a", "Two", "•  b"]


def test_a_chart_is_drawn_where_it_stands_and_in_its_size() -> None:
    seen: list[QRectF] = []

    def draw(painter: QPainter, rect: QRectF, colours: Colours) -> None:
        seen.append(QRectF(rect))
        painter.fillRect(rect, QColor("red"))

    pages = Pages([Heading("Chart"), Chart(draw, 10, "ten lines"), Words("below")], Frame())
    image = drawn(pages, 0)
    assert seen[-1].width() > 0.8 * pages.size.width()
    assert image.pixelColor(image.width() // 2, round(pages.size.height() * 0.15)) == QColor("red")


def test_a_word_longer_than_its_column_is_broken_and_nothing_runs_off_the_page() -> None:
    grid = Grid(("Why", "Child"), (("x" * 400, "C-1"),), (False, False))
    image = drawn(Pages([grid], Frame()), 0)
    assert inked(image, QRectF(image.width() * 0.96, 0, image.width() * 0.04 - 1, image.height())) == 0


def test_what_looks_like_a_tag_stays_a_text() -> None:
    pages = Pages([Grid(("A",), (("<b>&amp;</b>",),), (False,)), Words("<i>x</i>")], Frame())
    assert "<b>&amp;</b>" in pages.words and "<i>x</i>" in pages.words


def test_everybodys_bars_are_a_chart_in_words_and_a_drawing() -> None:
    sheet = CaseloadSheet(bars(caseloads(small_service(), DAY)))
    assert "B. Carter, 18.5 hours" in sheet.words
    image = QImage(1200, 400, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    sheet.draw(painter, QRectF(image.rect()), LIGHT)
    painter.end()
    assert inked(image, QRectF(image.rect())) > 2000


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is of the end-to-end part")
def test_the_pdf_says_what_was_laid_out(tmp_path: Path) -> None:
    pages = Pages([Heading("Łucja Wiśniewska"), rows(100)], Frame("Children", "Official-Sensitive", "by A. Manager"))
    file = tmp_path / "list.pdf"
    file.write_bytes(pages.pdf())
    said = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    assert "Łucja Wiśniewska" in said and said.count("Official-Sensitive") == pages.count
    assert f"page 2 of {pages.count}" in said and said.count("Weight") == pages.count and "C-99" in said
