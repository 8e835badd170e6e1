"""The finder of families: proposed, changed, refused, confirmed in one step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from iro_allocator.domain import Snapshot
from iro_allocator.ui.children import Children
from iro_allocator.ui.family_finder import FamilyFinder
from iro_allocator.ui.page import Do
from tests.builders import case, small_service, snapshot
from tests.ui.page_desk import PageDesk

ROWS = Qt.ItemDataRole.CheckStateRole


def siblings(*numbers: int, **more: Any) -> list[Any]:
    return [case(f"N-{number}", name=f"X{number} Example", home_postcode="HD1 2TA", **more) for number in numbers]


def service() -> Snapshot:
    plan = [case(f"P-{number}", "CP", team="North") for number in (1, 2)]
    return snapshot(list(small_service().records()), siblings(1, 2, 3), plan)


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> PageDesk[Children]:
    return PageDesk(qtbot, tmp_path, Children(), service())


def opened(desk: PageDesk[Children], qtbot: QtBot) -> FamilyFinder:
    desk.page.go_to(Do("families"))
    qtbot.waitUntil(lambda: bool(desk.page.findChildren(FamilyFinder)))
    return desk.page.findChildren(FamilyFinder)[-1]


def tick(table: Any, row: int, on: bool) -> None:
    state = Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
    assert table.model_.setData(table.model_.index(row, 0, QModelIndex()), state.value, ROWS)


def test_what_is_likely_is_ticked_and_what_is_possible_is_not(desk: PageDesk[Children], qtbot: QtBot) -> None:
    shown = opened(desk, qtbot).read()
    assert shown["heading"] == "2 families are proposed"
    assert [(row["Family?"], row["Children"], row["How sure"]) for row in shown["families"]] == [
        ("yes", "N-1, N-2, N-3", "● likely"),
        ("no", "P-1, P-2", "▲ possible"),
    ]
    assert [row["Child"] for row in shown["children"]] == ["N-1", "N-2", "N-3"]
    assert shown["confirm"] == "Confirm 1 family"
    assert not desk.steps


def test_confirming_makes_one_step_without_the_child_who_was_unticked(desk: PageDesk[Children], qtbot: QtBot) -> None:
    dialog = opened(desk, qtbot)
    tick(dialog.children_, 1, False)
    tick(dialog.families, 1, True)
    assert dialog.read()["confirm"] == "Confirm 2 families"
    dialog.confirm.click()
    (step,) = desk.steps
    assert step.label == "Families: 4 children in 2 families"
    after = desk.world.snapshot.case
    assert [after[key].family for key in ("N-1", "N-2", "N-3", "P-1")] == [
        *("Family of N-1", "", "Family of N-1", "Family of P-1")
    ]
    desk.workspace.undo()
    assert desk.world.snapshot.case["N-1"].family == ""


def test_a_family_of_one_is_explained_and_nothing_is_made(desk: PageDesk[Children], qtbot: QtBot) -> None:
    dialog = opened(desk, qtbot)
    tick(dialog.children_, 0, False)
    tick(dialog.children_, 1, False)
    dialog.confirm.click()
    assert "would have one child" in dialog.read()["notice"]
    assert not desk.steps


def test_a_refused_family_is_remembered(desk: PageDesk[Children], qtbot: QtBot) -> None:
    dialog = opened(desk, qtbot)
    dialog.families.pressed_button.emit(dialog.families.model_.rows[0], "Refuse")
    assert [row["Children"] for row in dialog.read()["families"]] == ["P-1, P-2"]
    qtbot.waitUntil(lambda: len(desk.workspace.families(desk.world)) == 1)
    dialog.reject()
    again = opened(desk, qtbot)
    assert again.read()["heading"] == "1 family is proposed"


def test_its_models_keep_qts_rules(desk: PageDesk[Children], qtbot: QtBot) -> None:
    dialog = opened(desk, qtbot)
    for table in (dialog.families, dialog.children_):
        QAbstractItemModelTester(table.model_, QAbstractItemModelTester.FailureReportingMode.Fatal)
        table.set_rows(table.model_.all_rows)
