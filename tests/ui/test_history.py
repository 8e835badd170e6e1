"""History: every step with what it changed, found by words, child or IRO, and undone where that still can be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from iro_allocator import allocating
from iro_allocator.domain import Case
from iro_allocator.edits import Edit, Step, added
from iro_allocator.ui.history import History
from iro_allocator.ui.main_window import MainWindow
from iro_allocator.workspace import Committed
from tests.builders import DAY, case, snapshot, world


def settle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=20_000)


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> History:
    """The page with three steps: the service, an IRO's hours, a handover."""
    assert window.world
    carter = window.world.snapshot.iro["b-carter"]
    window.commit(
        Step("B. Carter: hours", (Edit(carter, replace(carter, contracted_hours=22.0)),), reason="asked for more")
    )
    settle(window, qtbot)
    edits = allocating.allocate(window.world.snapshot, ["C-100"], "b-carter", DAY, "nearer to the school")
    window.commit(Step("Reallocate 1 child", edits, reason="nearer to the school"))
    settle(window, qtbot)
    window.go_to("history")
    settle(window, qtbot)
    found = window.pages["history"]
    assert isinstance(found, History)
    return found


def labels(page: History) -> list[str]:
    return [row["What"] for row in page.read()["steps"]]


def test_every_step_is_listed_newest_first_and_the_newest_is_told(page: History) -> None:
    shown = page.read()
    assert labels(page) == ["Reallocate 1 child", "B. Carter: hours", "The service as it was"]
    assert shown["steps"][1]["Why"] == "asked for more"
    assert shown["steps"][1]["Changes"] == "1"
    assert shown["step"] == "Step 3: Reallocate 1 child"
    assert shown["facts"] == [
        {
            "Child or IRO": "C-100",
            "What": "IRO",
            "Before": "A. Hussain",
            "After": "B. Carter from 23 Nov 2026",
            "Why": "nearer to the school",
        }
    ]


def test_a_step_is_chosen_by_keyboard_and_told(page: History) -> None:
    page.steps.setFocus()
    QTest.keyClick(page.steps, Qt.Key.Key_Down)
    assert page.read()["step"] == "Step 2: B. Carter: hours"
    assert page.read()["facts"][0] | {"Why": ""} == {
        "Child or IRO": "B. Carter",
        "What": "Hours",
        "Before": "18.5",
        "After": "22",
        "Why": "",
    }
    assert "because: asked for more" in page.read()["about"]


def test_steps_are_found_by_words_by_child_and_by_iro(page: History) -> None:
    page.words.setText("asked")
    assert labels(page) == ["B. Carter: hours"]
    page.words.clear()
    page.whom.setText("c-100")
    assert labels(page) == ["Reallocate 1 child", "The service as it was"]
    page.steps.choose(1)
    assert {row["Child or IRO"] for row in page.read()["facts"]} == {"C-100"}
    page.whom.setText("B. Carter")
    assert labels(page) == ["Reallocate 1 child", "B. Carter: hours", "The service as it was"]
    page.whom.setText("R. Bell")
    assert labels(page) == ["The service as it was"]
    page.whom.setText("nobody of that name")
    assert labels(page) == []


def test_other_pages_ask_for_the_history_of_a_child_or_an_iro(window: MainWindow, page: History) -> None:
    window.go_to("history", "b-carter")
    assert page.whom.text() == "B. Carter"
    window.go_to("history", "C-100")
    assert labels(page) == ["Reallocate 1 child", "The service as it was"]


def test_any_step_that_still_can_be_is_undone_and_that_undo_taken_back(
    window: MainWindow, page: History, qtbot: QtBot
) -> None:
    page.steps.choose(2)
    QTest.mouseClick(page.undo, Qt.MouseButton.LeftButton)
    settle(window, qtbot)
    assert window.world and window.world.snapshot.iro["b-carter"].contracted_hours == 18.5
    assert window.status.read()["message"] == "Undone: B. Carter: hours. It stays in the history."
    assert [row["State"] for row in page.read()["steps"]] == ["takes back 2", "–", "undone by 4", "–"]
    assert page.read()["step"].startswith("Step 2") and not page.read()["can undo"]
    page.steps.choose(4)
    assert page.undo.text() == "Take this undo back"
    QTest.mouseClick(page.undo, Qt.MouseButton.LeftButton)
    settle(window, qtbot)
    assert window.world.snapshot.iro["b-carter"].contracted_hours == 22.0


def test_a_step_that_others_build_on_says_why_it_cannot_be_undone(
    window: MainWindow, page: History, qtbot: QtBot
) -> None:
    assert window.world
    carter = window.world.snapshot.iro["b-carter"]
    window.commit(Step("B. Carter: hours again", (Edit(carter, replace(carter, contracted_hours=30.0)),)))
    settle(window, qtbot)
    page.steps.choose(2)
    page.undo.click()
    settle(window, qtbot)
    assert page.read()["notice"].startswith("Step 2 cannot be undone any more")
    assert len(labels(page)) == 4 and page.undo.isEnabled()
    page.steps.choose(3)
    assert page.read()["notice"] == ""


def test_undo_and_redo_by_keyboard_show_in_the_list(window: MainWindow, page: History, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(window, qtbot)
    assert labels(page)[0] == "Undo: Reallocate 1 child"
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    settle(window, qtbot)
    assert labels(page)[0] == "Redo: Reallocate 1 child"


def test_the_history_is_read_again_only_when_there_is_more_of_it(
    window: MainWindow, page: History, qtbot: QtBot
) -> None:
    begun: list[object] = []
    page.wants_job.connect(begun.append)
    window.go_to("overview")
    assert window.world
    window.show_world(window.world)
    window.go_to("history")
    assert begun == []


def suggested(moves: int) -> Step:
    kept = {
        "objective": 10.0,
        "gap_points": 0.0,
        "stopped": False,
        "moves": [
            {"cases": [f"C-{n}"], "suggested": "a-hussain", "accepted": "b-carter", "choice": "asked for her"}
            for n in range(moves)
        ],
        "not_accepted": [{"cases": ["C-401", "C-402"], "suggested": "r-bell"}],
    }
    return Step("Allocate", (Edit(None, case("C-9")),), detail={"suggestion": kept})


def made(step: Step, number: int = 1) -> Committed:
    return Committed(number, datetime(2026, 11, 23, 8, 2, tzinfo=UTC), "jo", step)


@pytest.fixture
def bare(qtbot: QtBot) -> History:
    page = History()
    qtbot.addWidget(page)
    page.show_world(world())
    return page


def test_what_was_decided_against_the_suggestion_is_told_in_words(bare: History) -> None:
    bare.show_history([made(suggested(1))])
    assert bare.read()["steps"][0]["Suggestion"] == "proven best, 1 of 1 decided otherwise, 1 not accepted"
    about = bare.read()["about"].splitlines()
    assert about[1:] == [
        "The suggestion was proven best, 1 of 1 decided otherwise, 1 not accepted.",
        "C-0: A. Hussain was suggested, B. Carter chosen: asked for her.",
        "C-401, C-402: R. Bell was suggested and not accepted.",
    ]
    bare.show_history([made(suggested(9))])
    assert bare.read()["about"].splitlines()[-1] == "And 6 more that differ from the suggestion."


def test_times_are_those_of_the_clock_on_the_wall(bare: History) -> None:
    bare.show_history([made(suggested(1))])
    here = datetime(2026, 11, 23, 8, 2, tzinfo=UTC).astimezone()
    assert bare.read()["steps"][0]["When"] == f"{here.day} {here:%b %Y %H:%M}"


def test_a_step_of_thousands_of_edits_is_told_only_when_it_is_chosen(
    bare: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    from iro_allocator.ui import history, telling

    told: list[int] = []

    def counting(step: Step, service: object) -> tuple[telling.Fact, ...]:
        told.append(len(step.edits))
        return telling.facts(step, service)  # type: ignore[arg-type]

    monkeypatch.setattr(history, "facts", counting)
    many = Step("Import", added(Case(id=f"C-{n:05}", opened=DAY - timedelta(n % 900)) for n in range(5000)))
    bare.show_history([made(many, 1), made(suggested(1), 2)])
    assert told and 5000 not in told
    bare.steps.choose(1)
    assert told[-1] == 5000 and len(bare.read()["facts"]) == 5000


def test_an_empty_history_says_so(bare: History) -> None:
    bare.show_history([])
    assert bare.read()["steps"] == [] and bare.steps.empty
    assert not bare.read()["can undo"] and bare.read()["step"] == "What it changed"


def test_its_models_keep_qts_rules(bare: History) -> None:
    for table in (bare.steps, bare.facts):
        QAbstractItemModelTester(table.model_, QAbstractItemModelTester.FailureReportingMode.Fatal)
    bare.show_history([made(suggested(2))])
    bare.words.setText("nothing of that kind")
    bare.words.clear()


def test_names_come_from_a_service_that_no_longer_knows_them_too(qtbot: QtBot) -> None:
    page = History()
    qtbot.addWidget(page)
    page.show_world(world(snapshot()))
    page.show_history([made(suggested(1))])
    assert "C-0: a-hussain was suggested, b-carter chosen: asked for her." in page.read()["about"]


def test_the_step_that_made_the_sample_up_is_not_undone(page: History) -> None:
    assert page.read()["can undo"]
    page.steps.choose(1)
    assert page.read()["step"].startswith("Step 1")
    assert not page.read()["can undo"]
