"""The line of an IRO's load against share, looked at pixel by pixel."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter

from iro_allocator.looking_back import MonthLoad
from iro_allocator.paper.colours import LIGHT
from iro_allocator.paper.load_over_time import LoadOverTime

pytestmark = pytest.mark.usefixtures("qapp")


def months(*loads: float, share: float = 30.0, limit: float | None = 42.0) -> list[MonthLoad]:
    return [MonthLoad(date(2026, n, 1), load, share, round(load), limit) for n, load in enumerate(loads, 1)]


def drawn(chart: LoadOverTime) -> QImage:
    image = QImage(400, 200, QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.card))
    painter = QPainter(image)
    chart.draw(painter, QRectF(image.rect()), LIGHT)
    painter.end()
    return image


def reaches(image: QImage, colour: str, x: float) -> list[int]:
    """Where the colour stands in a column of pixels."""

    def near(here: QColor, wanted: QColor) -> bool:
        differences = (here.red() - wanted.red(), here.green() - wanted.green(), here.blue() - wanted.blue())
        return all(abs(each) < 40 for each in differences)

    return [y for y in range(image.height()) if near(QColor(image.pixel(round(x), y)), QColor(colour))]


def test_a_growing_load_climbs() -> None:
    chart = LoadOverTime(months(10, 20, 30, 40))
    image, places = drawn(chart), chart.places(QRectF(0, 0, 400, 200), QGuiApplication.font())
    first, last = reaches(image, LIGHT.lac, places[0] + 2), reaches(image, LIGHT.lac, places[-1] - 5)
    assert first and last
    assert min(first) > max(last)


def test_the_limit_is_drawn_only_when_it_counts_load() -> None:
    def reds(chart: LoadOverTime) -> int:
        image = drawn(chart)
        inks = (QColor(image.pixel(x, y)) for x in range(60, 250) for y in range(200))
        return sum(ink.red() - ink.green() > 60 for ink in inks)

    assert reds(LoadOverTime(months(10, 20))) > 20
    assert reds(LoadOverTime(months(10, 20, limit=None))) == 0


def test_the_chart_says_itself_in_words() -> None:
    assert LoadOverTime(months(10, 20)).words == (
        "1 Jan 2026: load 10.0, share 30.0, 10 children. 1 Feb 2026: load 20.0, share 30.0, 20 children"
    )


def test_the_current_month_has_its_figures_written_out() -> None:
    assert drawn(LoadOverTime(months(10, 20, 30))) != drawn(LoadOverTime(months(10, 20, 30), 1))


def test_without_months_nothing_is_drawn() -> None:
    image = drawn(LoadOverTime(()))
    assert all(QColor(image.pixel(x, 100)).name() == LIGHT.card for x in range(400))


@given(st.lists(st.floats(0, 2000), min_size=1, max_size=24), st.floats(0, 2000))
def test_any_months_can_be_drawn(loads: list[float], share: float) -> None:
    shown = [MonthLoad(date(2024 + n // 12, n % 12 + 1, 1), load, share, 0, None) for n, load in enumerate(loads)]
    chart = LoadOverTime(shown)
    places = chart.places(QRectF(0, 0, 400, 200), QGuiApplication.font())
    assert len(places) == len(shown) and places == sorted(places)
    assert drawn(chart) != drawn(LoadOverTime(()))
