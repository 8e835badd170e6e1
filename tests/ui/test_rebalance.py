"""Rebalance and placing leavers: worked out with a stop, looked at, accepted in part or whole."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QDialogButtonBox, QTableView
from pytestqt.qtbot import QtBot

from iro_allocator.domain import Snapshot
from iro_allocator.errors import Explained
from iro_allocator.ui.leaving_out import LeavingOut
from iro_allocator.ui.rebalance import Kind, ReviewDialog
from tests.builders import DAY, barred, held, iro, snapshot
from tests.ui.caseload_service import CARTER, DUNNE, HUSSAIN, MOSS, Desk, service

Open = Callable[[Snapshot, Kind], tuple[Desk, ReviewDialog]]


@pytest.fixture
def open_on(qtbot: QtBot, tmp_path: Path) -> Iterator[Open]:
    desks = []

    def opened(records: Snapshot, kind: Kind) -> tuple[Desk, ReviewDialog]:
        desk = Desk(qtbot, tmp_path, records)
        desks.append(desk)
        desk.page.review(kind)
        dialog = desk.page.dialog
        assert isinstance(dialog, ReviewDialog)
        return desk, dialog

    yield opened
    for desk in desks:
        desk.settle()
        desk.close()


@pytest.fixture
def rebalance(open_on: Open) -> tuple[Desk, ReviewDialog]:
    return open_on(service(), "rebalance")


def choose(desk: Desk, dialog: ReviewDialog, children: int) -> None:
    """Go to the point with so many children by the arrow keys."""
    desk.settle()
    places = [point["children"] for point in dialog.read()["curve"]]
    QTest.keyClick(dialog.curve, Qt.Key.Key_Home)
    for _ in range(len(places)):
        QTest.keyClick(dialog.curve, Qt.Key.Key_Left)
    for _ in range(places.index(children)):
        QTest.keyClick(dialog.curve, Qt.Key.Key_Right)


def test_the_choices_are_worked_out_at_once_and_the_fewest_within_the_tolerance_is_shown(
    rebalance: tuple[Desk, ReviewDialog],
) -> None:
    desk, dialog = rebalance
    assert dialog.working and dialog.tolerance.value() == 7.5
    desk.settle()
    shown = dialog.read()
    assert " proven, after " in shown["state"]
    children = [point["children"] for point in shown["curve"]]
    furthest = [point["furthest"] for point in shown["curve"]]
    assert children[0] == 0 and children == sorted(set(children))
    within = [number for number, far in enumerate(furthest) if far <= 7.5]
    expected = within[0] if within else min(range(len(furthest)), key=furthest.__getitem__)
    assert [point["chosen"] for point in shown["curve"]].index(True) == expected
    assert sum(_children(row) for row in shown["moves"]) == children[expected]
    dialog.reject()


def test_another_tolerance_goes_to_another_point_without_working_it_out_again(
    rebalance: tuple[Desk, ReviewDialog],
) -> None:
    desk, dialog = rebalance
    desk.settle()
    points = dialog.read()["curve"]
    assert points[-1]["furthest"] < 50
    for point in (point for point in points if point["furthest"] < 99):
        dialog.tolerance.setValue(point["furthest"] + 0.1)
        chosen = next(each for each in dialog.read()["curve"] if each["chosen"])
        assert chosen == next(each for each in points if each["furthest"] <= point["furthest"] + 0.1) | {"chosen": True}
        assert not dialog.working
    dialog.reject()


def test_a_click_on_a_point_shows_its_plan_with_reasons_and_what_it_makes(
    rebalance: tuple[Desk, ReviewDialog],
) -> None:
    desk, dialog = rebalance
    desk.settle()
    third = dialog.read()["curve"][2]
    place = dialog.curve.drawing().places(QRectF(dialog.curve.rect()), dialog.curve.font())[2]
    QTest.mouseClick(dialog.curve, Qt.MouseButton.LeftButton, pos=place.toPoint())
    shown = dialog.read()
    assert [point["chosen"] for point in shown["curve"]].index(True) == 2
    assert sum(_children(row) for row in shown["moves"]) == third["children"]
    assert all(row["Make"] == "yes" and row["From"] == "A. Hussain" and row["Why"] != "–" for row in shown["moves"])
    assert {row["To"] for row in shown["moves"]} <= {"B. Carter", "C. Dunne", "K. Moss"}
    assert shown["summary"].startswith(f"{third['children']} children in ")
    # A. Hussain has 15.1 of 6.7 before.
    assert " · furthest from share +126% → +" in shown["summary"]
    hussain = shown["caseloads"][0]
    assert hussain["iro"] == "A. Hussain" and hussain["change"] < 0
    dialog.reject()


def test_the_arrow_keys_go_along_the_curve_and_say_each_point(rebalance: tuple[Desk, ReviewDialog]) -> None:
    desk, dialog = rebalance
    desk.settle()
    choose(desk, dialog, 0)
    assert dialog.moves.read() == [] and not dialog.act.isEnabled()
    assert dialog.moves.empty == "Nothing to move at this point: everybody keeps the IRO they have."
    QTest.keyClick(dialog.curve, Qt.Key.Key_Right)
    second = dialog.read()["curve"][1]
    assert second["chosen"] and dialog.curve.accessibleName().count(f"{second['children']} child")
    assert dialog.moves.read()
    dialog.reject()


def _children(row: dict[str, str]) -> int:
    return int(row["Children"])


def test_only_what_is_ticked_is_moved_in_one_step(rebalance: tuple[Desk, ReviewDialog]) -> None:
    desk, dialog = rebalance
    desk.settle()
    assert dialog.proposal
    refused, *accepted = dialog.proposal.moves
    assert accepted
    before = dialog.read()["summary"]
    dialog.moves.choose(refused.cases)
    QTest.keyClick(dialog.moves, Qt.Key.Key_Space)
    assert dialog.ticked == tuple(accepted)
    assert dialog.moves.read()[0]["Make"] == "no" and dialog.read()["summary"] != before
    dialog.act.click()
    assert len(desk.steps) == 1
    assert all(desk.iro_of(child) == "A. Hussain" for child in refused.cases)
    assert all(desk.iro_of(child) != "A. Hussain" for move in accepted for child in move.cases)
    assert desk.steps[0].detail["suggestion"]["not_accepted"]
    assert desk.steps[0].detail["suggestion"]["bound"] == 0.0


def test_with_nothing_ticked_there_is_nothing_to_accept(rebalance: tuple[Desk, ReviewDialog]) -> None:
    desk, dialog = rebalance
    desk.settle()
    for move in dialog.ticked:
        dialog.moves.choose(move.cases)
        QTest.keyClick(dialog.moves, Qt.Key.Key_Space)
    assert (dialog.act.text(), dialog.act.isEnabled()) == ("Move", False)
    assert dialog.read()["summary"] == "Nothing is ticked."
    dialog.reject()


def test_a_move_can_be_given_to_somebody_else_for_a_reason(rebalance: tuple[Desk, ReviewDialog]) -> None:
    desk, dialog = rebalance
    desk.settle()
    assert dialog.proposal
    move = dialog.proposal.moves[0]
    other = next(each for each in move.candidates if not each.cannot and each.iro not in {move.after, move.before})
    name = next(iro.name for iro in desk.world.snapshot.iro.values() if iro.id == other.iro)
    before = dialog.read()
    dialog.moves.picked.emit(move, other.iro)
    assert dialog.read()["asks"].startswith(f"Why {name} instead of {before['moves'][0]['To']} (")
    dialog.reason.take.click()
    assert dialog.reason.wrong.startswith("Choosing another IRO needs a short reason.")
    dialog.reason.field.setText("lives round the corner")
    dialog.reason.take.click()
    row = dialog.read()["moves"][0]
    assert (row["To"], row["Why"]) == (name, "lives round the corner")
    assert dialog.read()["caseloads"] != before["caseloads"]
    dialog.act.click()
    assert all(desk.iro_of(child) == name for child in move.cases)
    assert desk.steps[0].reason == "lives round the corner"


def test_who_is_left_out_neither_gives_nor_takes(rebalance: tuple[Desk, ReviewDialog]) -> None:
    desk, dialog = rebalance
    desk.settle()
    assert {row["To"] for row in dialog.read()["moves"]} == {"B. Carter", "C. Dunne", "K. Moss"}
    dialog.ask_who()
    asked = dialog.findChild(LeavingOut)
    assert isinstance(asked, LeavingOut)
    asked.search.setText("moss")
    assert [row["Who"] for row in asked.table.read()] == ["K. Moss"]
    asked.table.choose(asked.table.model_.rows[0].key)
    QTest.keyClick(asked.table, Qt.Key.Key_Space)
    asked.search.setText("fam-1")
    assert [row["Who"] for row in asked.table.read()] == ["K. Moss", "Fam-1"]
    asked.table.choose(asked.table.model_.rows[1].key)
    QTest.keyClick(asked.table, Qt.Key.Key_Space)
    box = asked.findChild(QDialogButtonBox)
    assert box is not None
    box.button(QDialogButtonBox.StandardButton.Ok).click()
    assert dialog.left_button.text() == "Not touched: K. Moss, Fam-1…" and dialog.working
    desk.settle()
    for point in dialog.read()["curve"]:
        choose(desk, dialog, point["children"])
        assert "K. Moss" not in {row["To"] for row in dialog.read()["moves"]}
        assert "Fam-1" not in {row["Family"] for row in dialog.read()["moves"]}
    dialog.reject()


def test_no_point_moves_more_children_than_the_manager_allows(rebalance: tuple[Desk, ReviewDialog]) -> None:
    desk, dialog = rebalance
    desk.settle()
    assert dialog.read()["curve"][-1]["children"] > 2
    dialog.most.setValue(2)
    desk.settle()
    assert dialog.read()["curve"][-1]["children"] == 2
    dialog.reject()


def test_a_fair_service_says_that_there_is_nothing_to_move(open_on: Open) -> None:
    ali = iro("Z. Ali")
    desk, dialog = open_on(snapshot(HUSSAIN, ali, held(HUSSAIN, 2), held(ali, 2, start=200)), "rebalance")
    desk.settle()
    assert dialog.read()["curve"] == [{"children": 0, "furthest": 0.0, "proven": True, "chosen": True}]
    assert dialog.moves.read() == []
    assert not dialog.act.isEnabled()
    dialog.reject()


def test_the_table_keeps_the_rules_of_qt(rebalance: tuple[Desk, ReviewDialog]) -> None:
    desk, dialog = rebalance
    tester = QAbstractItemModelTester(dialog.moves.model_, QAbstractItemModelTester.FailureReportingMode.Fatal)
    desk.settle()
    QTest.keyClick(dialog.moves, Qt.Key.Key_Space)
    assert tester.model() is dialog.moves.model_
    dialog.reject()


def test_every_control_says_what_it_is(rebalance: tuple[Desk, ReviewDialog]) -> None:
    desk, dialog = rebalance
    desk.settle()
    controls = [w for kind in (QAbstractButton, QAbstractSpinBox, QTableView) for w in dialog.findChildren(kind)]
    for control in (w for w in controls if w.isVisible()):
        assert control.accessibleName() or getattr(control, "text", str)(), control
    assert "children change" in dialog.curve.accessibleDescription()
    dialog.reject()


class Slow:
    """A workspace whose curve is there at once but never proven, until it is stopped."""

    def __init__(self, desk: Desk) -> None:
        self._workspace = desk.workspace
        self.stopped = False

    def frontier(self, world: Any, *, progress: Any, stop: Any, **more: Any) -> Any:
        found = self._workspace.frontier(world, **more)
        progress(found)
        while not stop():
            sleep(0.01)
        self.stopped = True
        return replace(found, stopped=True)

    def plan_at(self, found: Any, point: Any) -> Any:
        return self._workspace.plan_at(found, point)


@pytest.fixture
def slow(rebalance: tuple[Desk, ReviewDialog]) -> tuple[Desk, ReviewDialog, Slow]:
    desk, dialog = rebalance
    desk.settle()
    workspace = Slow(desk)
    dialog._workspace = workspace  # type: ignore[assignment]
    dialog.start()
    return desk, dialog, workspace


def test_the_quick_curve_is_there_before_the_proof_and_stop_ends_it(slow: tuple[Desk, ReviewDialog, Slow]) -> None:
    desk, dialog, workspace = slow
    assert dialog.working and not dialog.start_button.isVisible()
    desk.qtbot.waitUntil(lambda: " proven" in dialog.work.state.text())
    assert dialog.read()["moves"] and dialog.act.isEnabled()
    QTest.mouseClick(dialog.work.stop_button, Qt.MouseButton.LeftButton)
    desk.settle()
    assert workspace.stopped and not dialog.working
    assert dialog.work.state.text().endswith("stopped before the rest was")
    dialog.reject()


def test_a_point_that_was_pressed_stays_when_more_is_proven(slow: tuple[Desk, ReviewDialog, Slow]) -> None:
    desk, dialog, _ = slow
    desk.qtbot.waitUntil(lambda: " proven" in dialog.work.state.text())
    while not dialog.read()["curve"][1]["chosen"]:
        QTest.keyClick(dialog.curve, Qt.Key.Key_Left)
    dialog.work.stop()
    desk.settle()
    assert dialog.read()["curve"][1]["chosen"]
    dialog.reject()


def test_closing_ends_the_work_and_what_it_brings_is_of_no_use(slow: tuple[Desk, ReviewDialog, Slow]) -> None:
    desk, dialog, workspace = slow
    dialog.reject()
    desk.settle()
    assert workspace.stopped and desk.steps == []


def test_what_cannot_be_worked_out_is_said_in_the_dialog(rebalance: tuple[Desk, ReviewDialog]) -> None:
    desk, dialog = rebalance
    desk.settle()

    class Broken:
        def frontier(self, *_: Any, **__: Any) -> Any:
            raise Explained("Nobody is available on that day.", "Choose another day.")

    dialog._workspace = Broken()  # type: ignore[assignment]
    dialog.start()
    desk.settle()
    assert dialog.work.state.text() == "Nobody is available on that day. Choose another day."
    assert dialog.start_button.isVisible()
    dialog.reject()


def test_leavers_are_placed_at_once_and_who_nobody_may_take_is_named(open_on: Open) -> None:
    gone = iro("Z. Gone", last_day=DAY - timedelta(1))
    nobody = [barred("C-100", who) for who in (HUSSAIN, CARTER, MOSS)]
    desk, dialog = open_on(snapshot(HUSSAIN, CARTER, DUNNE, MOSS, gone, held(gone, 2), *nobody), "leavers")
    assert dialog.working
    desk.settle()
    assert [(row["Family"], row["From"]) for row in dialog.read()["moves"]] == [("C-101", "Z. Gone")]
    assert dialog.read()["waiting"] == "Nobody may take C-100."
    assert "C. Dunne does not take LAC" in dialog.waiting.toolTip()
    assert dialog.act.text() == "Place 1 child"
    dialog.act.click()
    assert desk.iro_of("C-101") != "Z. Gone"
    assert desk.iro_of("C-100") == "Z. Gone"
