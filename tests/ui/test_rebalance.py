"""Rebalance and placing leavers: worked out with a stop, looked at, accepted in part or whole."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QAbstractButton, QSpinBox, QTableView
from pytestqt.qtbot import QtBot

from iro_allocator.domain import Snapshot
from iro_allocator.errors import Explained
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


def work_out(desk: Desk, dialog: ReviewDialog, most: int = 20) -> None:
    dialog.most.setValue(most)
    QTest.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    desk.settle()


def test_nothing_is_worked_out_before_it_is_asked_for(rebalance: tuple[Desk, ReviewDialog]) -> None:
    desk, dialog = rebalance
    assert not desk.jobs.busy
    assert dialog.most.value() == 20
    assert dialog.read()["state"] == "Nothing is changed before you accept it."
    assert not dialog.act.isEnabled()
    dialog.reject()


def test_the_moves_stand_there_ticked_with_reasons_and_what_they_make(rebalance: tuple[Desk, ReviewDialog]) -> None:
    desk, dialog = rebalance
    work_out(desk, dialog, most=4)
    shown = dialog.read()
    assert shown["state"].startswith("Proven best, after ")
    assert 0 < sum(_children(row) for row in shown["moves"]) <= 4
    assert all(row["Make"] == "yes" and row["From"] == "A. Hussain" and row["Why"] != "–" for row in shown["moves"])
    assert {row["To"] for row in shown["moves"]} <= {"B. Carter", "C. Dunne", "K. Moss"}
    assert shown["act"] == "Move 4 children"
    assert shown["summary"].startswith("4 children in ")
    # A. Hussain has 15.1 of 6.7 before; each child moved weighs 0.6 to 1.25.
    assert " · furthest from share +126% → +" in shown["summary"]
    hussain = shown["caseloads"][0]
    assert hussain["iro"] == "A. Hussain" and -5.0 <= hussain["change"] <= -2.4
    dialog.reject()


def _children(row: dict[str, str]) -> int:
    return int(row["Children"].removesuffix(" children")) if row["Children"].endswith("children") else 1


def test_only_what_is_ticked_is_moved_in_one_step(rebalance: tuple[Desk, ReviewDialog]) -> None:
    desk, dialog = rebalance
    work_out(desk, dialog, most=3)
    assert dialog.proposal
    refused, *accepted = dialog.proposal.moves
    assert accepted
    QTest.keyClick(dialog.moves, Qt.Key.Key_Space)
    assert dialog.ticked == tuple(accepted)
    assert dialog.moves.read()[0]["Make"] == "no"
    dialog.act.click()
    assert len(desk.steps) == 1
    assert all(desk.iro_of(child) == "A. Hussain" for child in refused.cases)
    assert all(desk.iro_of(child) != "A. Hussain" for move in accepted for child in move.cases)
    assert desk.steps[0].detail["suggestion"]["not_accepted"]


def test_with_nothing_ticked_there_is_nothing_to_accept(rebalance: tuple[Desk, ReviewDialog]) -> None:
    desk, dialog = rebalance
    work_out(desk, dialog, most=1)
    assert dialog.proposal and len(dialog.proposal.moves) == 1
    QTest.keyClick(dialog.moves, Qt.Key.Key_Space)
    assert (dialog.act.text(), dialog.act.isEnabled()) == ("Move", False)
    assert dialog.read()["summary"] == "Nothing is ticked."
    QTest.keyClick(dialog.moves, Qt.Key.Key_Space)
    assert (dialog.act.text(), dialog.act.isEnabled()) == ("Move 1 child", True)
    dialog.reject()


def test_it_can_be_worked_out_again_with_another_limit(rebalance: tuple[Desk, ReviewDialog]) -> None:
    desk, dialog = rebalance
    work_out(desk, dialog, most=1)
    assert dialog.start_button.text() == "Work out again"
    work_out(desk, dialog, most=2)
    assert dialog.act.text() == "Move 2 children"
    dialog.reject()


def test_a_fair_service_says_that_there_is_nothing_to_move(open_on: Open) -> None:
    ali = iro("Z. Ali")
    desk, dialog = open_on(snapshot(HUSSAIN, ali, held(HUSSAIN, 2), held(ali, 2, start=200)), "rebalance")
    work_out(desk, dialog)
    assert dialog.moves.read() == []
    assert dialog.moves.empty.startswith("Nothing to move: within 4 children")
    assert not dialog.act.isEnabled()
    dialog.reject()


def test_the_table_keeps_the_rules_of_qt(rebalance: tuple[Desk, ReviewDialog]) -> None:
    desk, dialog = rebalance
    tester = QAbstractItemModelTester(dialog.moves.model_, QAbstractItemModelTester.FailureReportingMode.Fatal)
    work_out(desk, dialog, most=3)
    QTest.keyClick(dialog.moves, Qt.Key.Key_Space)
    assert tester.model() is dialog.moves.model_
    dialog.reject()


def test_every_control_says_what_it_is(rebalance: tuple[Desk, ReviewDialog]) -> None:
    _, dialog = rebalance
    controls = [w for kind in (QAbstractButton, QSpinBox, QTableView) for w in dialog.findChildren(kind)]
    for control in (w for w in controls if w.isVisible()):
        assert control.accessibleName() or getattr(control, "text", str)(), control
    dialog.reject()


class Slow:
    """A workspace whose plan takes until it is stopped."""

    def __init__(self, desk: Desk) -> None:
        self._workspace = desk.workspace
        self.stopped = False

    def propose(self, world: Any, kind: Kind, *, max_moves: int | None, progress: Any, stop: Any) -> Any:
        from iro_allocator.solver.score import Progress

        progress(Progress(0.5, 100.0, 90.0))
        while not stop():
            pass
        self.stopped = True
        return self._workspace.propose(world, kind, max_moves=max_moves)


def test_progress_is_told_and_stop_takes_the_best_so_far(rebalance: tuple[Desk, ReviewDialog]) -> None:
    desk, dialog = rebalance
    slow = Slow(desk)
    dialog._workspace = slow  # type: ignore[assignment]
    dialog.start()
    assert dialog.working and not dialog.start_button.isVisible() and not dialog.most.isEnabled()
    desk.qtbot.waitUntil(lambda: "best so far 100.0 points" in dialog.state.text())
    assert "at most 10% (10.0 points) from the best possible" in dialog.state.text()
    QTest.mouseClick(dialog.stop_button, Qt.MouseButton.LeftButton)
    desk.settle()
    assert slow.stopped and dialog.proposal and not dialog.working
    dialog.reject()


def test_closing_ends_the_work_and_what_it_brings_is_of_no_use(rebalance: tuple[Desk, ReviewDialog]) -> None:
    desk, dialog = rebalance
    slow = Slow(desk)
    dialog._workspace = slow  # type: ignore[assignment]
    dialog.start()
    dialog.reject()
    desk.settle()
    assert slow.stopped and dialog.proposal is None and desk.steps == []


def test_what_cannot_be_worked_out_is_said_in_the_dialog(rebalance: tuple[Desk, ReviewDialog]) -> None:
    desk, dialog = rebalance

    class Broken:
        def propose(self, *_: Any, **__: Any) -> Any:
            raise Explained("Nobody is available on that day.", "Choose another day.")

    dialog._workspace = Broken()  # type: ignore[assignment]
    dialog.start()
    desk.settle()
    assert dialog.state.text() == "Nobody is available on that day. Choose another day."
    assert dialog.start_button.isVisible()
    dialog.reject()


def test_leavers_are_placed_at_once_and_who_nobody_may_take_is_named(open_on: Open) -> None:
    gone = iro("Z. Gone", last_day=DAY - timedelta(1))
    nobody = [barred("C-100", who) for who in (HUSSAIN, CARTER, MOSS)]
    desk, dialog = open_on(snapshot(HUSSAIN, CARTER, DUNNE, MOSS, gone, held(gone, 2), *nobody), "leavers")
    assert dialog.working
    desk.settle()
    assert [(row["Children"], row["From"]) for row in dialog.read()["moves"]] == [("C-101", "Z. Gone")]
    assert dialog.read()["waiting"] == "Nobody may take C-100."
    assert "C. Dunne does not take LAC" in dialog.waiting.toolTip()
    assert dialog.act.text() == "Place 1 child"
    dialog.act.click()
    assert desk.iro_of("C-101") != "Z. Gone"
    assert desk.iro_of("C-100") == "Z. Gone"
