"""The frontier on paper: where points stand, what tells them apart, what is said of them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter

from iro_allocator.paper.colours import DARK, LIGHT, Colours
from iro_allocator.paper.frontier_curve import Choice, FrontierCurve

pytestmark = pytest.mark.usefixtures("qapp")

RECT = QRectF(0, 0, 500, 240)
POINTS = (
    Choice(61, 0.18, 0.09, True),
    Choice(66, 0.12, 0.07, False),
    Choice(74, 0.072, 0.05, True),
    Choice(90, 0.02, 0.01, True),
)


def curve(chosen: int | None = None, must: int = 61) -> FrontierCurve:
    return FrontierCurve(POINTS, 7.5, chosen, must)


def drawn(chart: FrontierCurve, colours: Colours = LIGHT) -> QImage:
    image = QImage(500, 240, QImage.Format.Format_RGB32)
    image.fill(QColor(colours.card))
    painter = QPainter(image)
    chart.draw(painter, RECT, colours)
    painter.end()
    return image


def at(image: QImage, place: QPointF) -> str:
    return QColor(image.pixel(place.toPoint())).name()


def places(chart: FrontierCurve) -> list[QPointF]:
    return chart.places(RECT, QGuiApplication.font())


@given(
    st.lists(
        st.tuples(st.integers(0, 2000), st.floats(0, 3, allow_nan=False)),
        min_size=1,
        max_size=20,
        unique_by=lambda p: p[0],
    ),
    st.floats(0.5, 50),
)
def test_points_stand_by_children_from_left_to_right_and_never_outside(
    found: list[tuple[int, float]], tolerance: float
) -> None:
    chart = FrontierCurve([Choice(n, far, far / 2, True) for n, far in sorted(found)], tolerance)
    there = places(chart)
    assert all(one.x() < other.x() for one, other in pairwise(there))
    assert all(RECT.contains(place) for place in there)
    for (one, other), (low, high) in zip(pairwise(there), pairwise(far for _, far in sorted(found)), strict=True):
        if low != high:
            assert (one.y() > other.y()) == (low < high) or abs(one.y() - other.y()) < 1e-6


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_a_proven_point_is_full_and_another_is_empty(colours: Colours) -> None:
    chart = curve()
    image, there = drawn(chart, colours), places(chart)
    assert at(image, there[0]) == colours.link
    assert at(image, there[1]) == colours.card


def test_the_chosen_point_has_its_own_colour_and_a_ring() -> None:
    plain, ringed, place = drawn(curve()), drawn(curve(2)), places(curve())[2]
    assert at(ringed, place) == LIGHT.change
    ring = QPointF(place.x(), place.y() + 11)
    assert at(ringed, ring) != at(plain, ring)


def test_what_is_within_the_tolerance_is_shaded() -> None:
    chart = curve()
    image, there = drawn(chart), places(chart)
    low = QPointF(there[0].x() + 30, there[-1].y() + 8)
    high = QPointF(there[-1].x(), there[1].y())
    assert (at(image, low), at(image, high)) == (LIGHT.good, LIGHT.card)


def test_the_nearest_point_is_found_from_anywhere() -> None:
    chart = curve()
    for number, place in enumerate(places(chart)):
        assert chart.nearest(RECT, QGuiApplication.font(), place + QPointF(3, -2)) == number
    assert FrontierCurve((), 5).nearest(RECT, QGuiApplication.font(), QPointF()) is None


def test_the_curve_says_itself_in_words() -> None:
    said = curve().words.split(". ")
    assert (
        said[0]
        == "61 children change · furthest 18.0% from share, 9.0% on the whole; proven: no plan with as few is evener"
    )
    assert said[1].endswith("; the best found so far")
    assert Choice(1, 0.05, 0.02, True).label == "1 child changes · furthest 5.0%"


def test_without_points_nothing_is_drawn() -> None:
    image = drawn(FrontierCurve((), 7.5))
    assert {QColor(image.pixel(x, 120)).name() for x in range(0, 500, 10)} == {LIGHT.card}
