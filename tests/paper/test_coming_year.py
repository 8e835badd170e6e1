"""The strip of the coming months, looked at pixel by pixel."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter

from iro_allocator.paper.colours import LIGHT
from iro_allocator.paper.coming_year import ComingYear
from iro_allocator.scenario import Event, Month

pytestmark = pytest.mark.usefixtures("qapp")

RECT = QRectF(0, 0, 600, 200)


def month(number: int, fte: float, *events: Event, limit: float = 70.0) -> Month:
    return Month(date(2027, number, 1), fte, 1000, 1000.0, 1000.0, limit, events)


LEAVES = Event(date(2027, 2, 3), "leaves", "R. Bell leaves on 3 Feb 2027", True)
KNOWN = Event(date(2027, 3, 3), "contract", "P. Kaur’s contract ends on 3 Mar 2027", False)


def drawn(strip: ComingYear) -> QImage:
    image = QImage(600, 200, QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.card))
    painter = QPainter(image)
    strip.draw(painter, RECT, LIGHT)
    painter.end()
    return image


def colours(image: QImage, place: QRectF) -> set[str]:
    return {
        QColor(image.pixel(x, y)).name()
        for x in range(round(place.left()) + 2, round(place.right()) - 2)
        for y in range(round(place.top()), round(place.bottom()))
    }


def test_a_month_over_the_limit_is_hatched_and_one_within_is_not() -> None:
    strip = ComingYear([month(1, 20.0), month(2, 12.0)])
    image, (within, over) = drawn(strip), strip.columns(RECT, QGuiApplication.font())
    assert LIGHT.lac in colours(image, within) and LIGHT.change not in colours(image, within)
    assert LIGHT.change in colours(image, over) and LIGHT.lac not in colours(image, over)


def test_what_happens_is_a_mark_full_when_supposed_and_empty_when_on_record() -> None:
    strip = ComingYear([month(1, 20.0), month(2, 20.0, LEAVES), month(3, 20.0, KNOWN)])
    image = drawn(strip)
    none, supposed, known = (
        QRectF(place.left(), 0, place.width(), 14) for place in strip.columns(RECT, QGuiApplication.font())
    )
    assert colours(image, none) == {LIGHT.card}

    def inked(place: QRectF) -> int:
        return sum(
            QColor(image.pixel(x, y)).name() == LIGHT.change
            for x in range(round(place.left()), round(place.right()))
            for y in range(14)
        )

    assert inked(supposed) > inked(known) > 0


def test_columns_stand_side_by_side_within_the_strip() -> None:
    places = ComingYear([month(n, 18.0) for n in range(1, 13)]).columns(RECT, QGuiApplication.font())
    assert len(places) == 12
    assert all(abs(one.right() - other.left()) < 1e-6 for one, other in pairwise(places))
    assert places[-1].right() <= RECT.right()


def test_the_strip_says_itself_in_words_and_writes_the_current_month_out() -> None:
    months = [month(1, 20.0), month(2, 12.0, LEAVES)]
    assert ComingYear(months).words.endswith("short by 2.29 FTE; R. Bell leaves on 3 Feb 2027")
    assert drawn(ComingYear(months, 1)) != drawn(ComingYear(months))
