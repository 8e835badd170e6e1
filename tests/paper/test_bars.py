"""What painters draw: bars, pills and months, looked at pixel by pixel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QGuiApplication, QImage, QPainter

from iro_allocator.briefing import Month
from iro_allocator.caseload import caseloads
from iro_allocator.edits import Step
from iro_allocator.paper.caseload_bars import Bar, Legend, bars, scale_of
from iro_allocator.paper.colours import DARK, LIGHT
from iro_allocator.paper.pill import DOWN, LEVEL, UP, Pill, share_pill
from iro_allocator.paper.reviews_by_month import ReviewsByMonth
from tests.builders import DAY, absence, allocation, case, held, iro, settings, small_service, snapshot

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(autouse=True)
def nine_points() -> Iterator[None]:
    """The same letters whatever size a test before has chosen."""
    before = QGuiApplication.font()
    QGuiApplication.setFont(QFont("DejaVu Sans", 9))
    yield
    QGuiApplication.setFont(before)


def drawn(draw: Callable[[QPainter, QRectF], object], width: int = 200, height: int = 20) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.card))
    painter = QPainter(image)
    draw(painter, QRectF(image.rect()))
    painter.end()
    return image


def at(image: QImage, x: int, y: int) -> str:
    return QColor(image.pixel(x, y)).name()


FULL = Bar(
    iro="a-hussain",
    name="A. Hussain",
    hours=37.0,
    interim=False,
    away=False,
    children=60,
    lac=40.0,
    cp=20.0,
    share=64.0,
    band=(50.0, 70.0),
    limit=70.0,
    over_limit=0.0,
    tolerance=7.5,
)


def test_a_bar_is_dark_for_looked_after_then_light_for_plans_with_tick_and_limit() -> None:
    image = drawn(lambda painter, rect: FULL.draw(painter, rect, LIGHT, 100.0))
    # 200 pixels for 100 case equivalents: two pixels each.
    assert at(image, 40, 10) == LIGHT.lac
    assert at(image, 100, 10) == LIGHT.cp
    assert at(image, 125, 10) == LIGHT.band
    assert at(image, 128, 10) == LIGHT.share
    assert LIGHT.limit in {at(image, x, y) for x in (139, 140, 141) for y in range(20)}
    assert at(image, 170, 10) == LIGHT.card


def test_more_is_a_filled_hatch_beyond_the_bar_and_less_an_empty_one_inside_it() -> None:
    more = drawn(lambda p, r: replace(FULL, after=68.0).draw(p, r, LIGHT, 100.0))
    less = drawn(lambda p, r: replace(FULL, after=50.0).draw(p, r, LIGHT, 100.0))
    assert at(more, 110, 10) == LIGHT.cp
    assert at(more, 132, 10) not in {LIGHT.cp, LIGHT.card, LIGHT.band}
    assert LIGHT.card in {at(less, x, y) for x in range(102, 118) for y in range(6, 14)}
    assert LIGHT.card not in {at(more, x, y) for x in range(130, 135) for y in range(7, 13)}


def test_a_bar_says_its_facts_in_words() -> None:
    assert FULL.words == (
        "A. Hussain, 37 hours: 60 children, load 60.0; 40.0 looked after and 20.0 child protection; "
        "share 64.0, −6%; limit 70.0"
    )
    over = replace(FULL, after=74.4)
    assert over.words.endswith("would be 74.4, +14.4; share 64.0, +16%; limit 70.0, 4.4 over")
    assert (over.figures, str(over.pill)) == ("74.4 of 64.0", "▲ +16%")


def test_who_is_away_has_no_share_and_says_so() -> None:
    who = iro()
    service = snapshot(who, iro("B. Carter"), held(who, 3), absence(who))
    away = bars(caseloads(service, DAY))[0]
    assert (away.figures, away.pill.text) == ("3.0", "away")
    assert ", away:" in away.words


def test_bars_follow_the_caseloads_and_the_settings() -> None:
    service = snapshot(
        settings(limit_per_fte=60, band_low=40, tolerance=10),
        iro("A. Full"),
        iro("B. Half", 18.5, employment="interim"),
    )
    half = bars(caseloads(service, DAY))[1]
    assert (half.title, half.band, half.limit, half.tolerance) == ("B. Half (interim)", (20.0, 30.0), 30.0, 10)


def test_a_limit_that_counts_children_is_no_mark_on_a_scale_of_load() -> None:
    who = iro(limit=2.0)
    bar = bars(caseloads(snapshot(settings(limit_counts="children"), who, held(who, 3)), DAY))[0]
    assert bar.limit is None
    assert bar.words.endswith("1 child over the limit")


def test_a_change_compares_two_caseloads_and_knows_who_comes_and_goes() -> None:
    old, new = iro("A. Old", last_day=date(2026, 11, 22)), iro("B. New")
    before = snapshot(old, new, case("C-1"), allocation("C-1", old, end=DAY), case("C-2"), allocation("C-2", old))
    after = Step("Allocate", ()).apply(snapshot(old, new, case("C-1"), case("C-2"), allocation("C-2", new)))
    shown = {bar.name: (bar.load, bar.after) for bar in bars(caseloads(before, DAY), caseloads(after, DAY))}
    assert shown == {"A. Old": (1.0, 0.0), "B. New": (0.0, 1.0)}
    (first, *_) = bars(caseloads(small_service(), DAY), changed={"a-hussain": 9.0})
    assert (first.after, first.change) == (9.0, 2.0)


def test_one_scale_reaches_over_every_mark() -> None:
    shown = (FULL, replace(FULL, after=90.0))
    assert scale_of(shown) >= 90
    assert scale_of(()) == 1


@given(st.floats(-3, 3), st.floats(0, 40))
def test_a_pill_has_a_sign_that_agrees_with_its_words(difference: float, tolerance: float) -> None:
    pill = share_pill(difference, tolerance)
    if abs(difference) * 100 <= tolerance:
        assert (pill.sign, pill.tone) == (LEVEL, "good")
    elif difference < 0:
        assert (pill.sign, pill.tone) == (DOWN, "info")
    else:
        assert pill.sign == UP
        assert pill.tone in {"warn", "bad"}


@pytest.mark.parametrize(
    ("difference", "words"),
    [(0.14, "▲ +14%"), (0.01, "● +1%"), (-0.12, "▼ −12%"), (None, "no share")],
)
def test_pills_are_written_as_in_the_design(difference: float | None, words: str) -> None:
    assert str(share_pill(difference, 7.5)).replace("\u00a0", " ") == words


def test_a_pill_stands_right_or_left_in_its_colour() -> None:
    pill = Pill("over limit", "bad", UP)
    right = drawn(lambda painter, rect: pill.draw(painter, rect, LIGHT))
    left = drawn(lambda painter, rect: pill.draw(painter, rect, LIGHT, right=False))
    assert (at(right, 193, 10), at(right, 2, 10)) == (LIGHT.bad, LIGHT.card)
    assert (at(left, 6, 10), at(left, 197, 10)) == (LIGHT.bad, LIGHT.card)


def test_a_legend_breaks_into_lines_when_there_is_little_room() -> None:
    metrics = QFontMetricsF(QFont())
    legend = Legend(change=True)
    assert len(legend.lines(metrics, legend.width(metrics) + 1)) == 1
    narrow = legend.lines(metrics, legend.width(metrics) / 2)
    assert len(narrow) > 1
    assert [entry for line in narrow for entry in line] == list(legend.entries())
    assert [mark for mark, _ in Legend(limit=False).entries()] == ["lac", "cp", "share", "band"]


def test_a_month_over_capacity_is_another_colour_and_hatched() -> None:
    chart = ReviewsByMonth((Month(date(2026, 12, 1), 50, 100.0), Month(date(2027, 1, 1), 100, 60.0)))
    image = drawn(lambda painter, rect: chart.draw(painter, rect, LIGHT), 300, 200)
    first, second = chart.columns(QRectF(0, 0, 300, 200), small(QGuiApplication.font()))
    foot = int(first.bottom()) - 6
    assert at(image, int(first.center().x()), foot) == LIGHT.lac
    colours = {at(image, int(second.center().x()) + x, foot + y) for x in range(6) for y in range(-6, 1)}
    assert LIGHT.change in colours
    assert len(colours) > 1


def small(font: QFont) -> QFont:
    """The font in which the chart is lettered."""
    lettered = QFont(font)
    lettered.setPointSizeF(max(7.5, font.pointSizeF() * 0.85))
    return lettered


def test_charts_of_nothing_are_drawn_without_harm() -> None:
    blank = drawn(lambda painter, rect: None)
    assert drawn(lambda painter, rect: ReviewsByMonth(()).draw(painter, rect, LIGHT)) == blank
    empty = replace(FULL, lac=0.0, cp=0.0, share=0.0, band=(0.0, 0.0), limit=None)
    assert drawn(lambda painter, rect: empty.draw(painter, rect, DARK, 0.0)) == blank
