"""The Overview, read back as data."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from iro_allocator.ui.overview import Overview
from iro_allocator.ui.page import Do, Only
from tests.builders import DAY, held, iro, snapshot, world


def overview(qtbot: QtBot, **more: object) -> Overview:
    page = Overview()
    qtbot.addWidget(page)
    page.resize(1200, 800)
    page.show_world(world(**more))  # type: ignore[arg-type]
    page.show()
    return page


def button(page: Overview, begins: str) -> QPushButton:
    return next(found for found in page.findChildren(QPushButton) if found.text().startswith(begins))


def test_the_small_service_is_seen_whole(qtbot: QtBot) -> None:
    seen = overview(qtbot).read()
    assert seen["subtitle"] == "Monday 23 November 2026 · weights: Service scheme, version 1"
    assert [(card["label"], card["figure"]) for card in seen["cards"]] == [
        ("Waiting for an IRO", "2 children"),
        ("Children", "15"),
        ("Capacity", "2.5 FTE"),
        ("Caseload per FTE", "5.9"),
        ("Furthest from share", "−49%"),
        ("Same IRO in 12 months", "100%"),
    ]
    assert seen["cards"][1]["note"] == "13 looked after · 2 on plans in 1 family · 14 cases · load 14.8"
    assert [row["iro"] for row in seen["caseloads"]] == ["A. Hussain", "B. Carter", "R. Bell"]
    assert [decision["What"] for decision in seen["decisions"]] == ["leaving 29 Jan", "split", "returning", "data"]
    assert len(seen["months"]) == 12


def test_each_decision_is_a_click_from_its_answer(qtbot: QtBot) -> None:
    page = overview(qtbot)
    asked: list[tuple[str, object]] = []
    page.wants_page.connect(lambda key, argument: asked.append((key, argument)))
    for row in range(4):
        where = page.decisions.visualRect(page.decisions.model_.index(row, 1)).center()
        QTest.mouseClick(page.decisions.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert asked == [
        ("what_if", "r-bell"),
        ("children", Only("1 sibling group has several IROs", ("C-301", "C-302"))),
        ("referrals", "C-401"),
        ("children", Only("2 placements out of area lack a distance", ("C-200", "C-201"))),
    ]


def test_cards_and_bars_lead_on_by_keyboard(qtbot: QtBot) -> None:
    page = overview(qtbot)
    with qtbot.waitSignal(page.wants_page) as said:
        QTest.keyClick(page._cards["furthest"], Qt.Key.Key_Return)
    assert said.args == ["caseloads", "r-bell"]
    page.chart.choose("b-carter")
    with qtbot.waitSignal(page.wants_page) as said:
        QTest.keyClick(page.chart.table, Qt.Key.Key_Return)
    assert said.args == ["caseloads", "b-carter"]


def test_the_primary_button_allocates_all_who_wait_and_is_gone_when_nobody_does(qtbot: QtBot) -> None:
    page = overview(qtbot)
    with qtbot.waitSignal(page.wants_page) as said:
        QTest.mouseClick(button(page, "Allocate 2 referrals"), Qt.MouseButton.LeftButton)
    assert said.args == ["referrals", Do("suggest")]
    who = iro()
    page.show_world(world(snapshot(who, held(who, 3))))
    assert not button(page, "Allocate").isVisible()
    assert page.read()["decisions"] == []


def test_an_empty_service_is_shown_without_harm(qtbot: QtBot) -> None:
    seen = overview(qtbot, records=snapshot(), day=DAY).read()
    assert seen["caseloads"] == []
    assert seen["due"] == "0 more due in November. Dates as recorded, else the statutory ones."
