"""Referrals: suggested, explained, chosen otherwise, accepted and taken back, by mouse and keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from iro_allocator import workspace as workspaces
from iro_allocator.domain import Snapshot
from iro_allocator.edits import Edit, Step, added
from iro_allocator.errors import Explained
from iro_allocator.ui.jobs import Job
from iro_allocator.ui.main_window import MainWindow
from iro_allocator.ui.page import Do, Only
from iro_allocator.ui.reallocate import ReallocateDialog
from iro_allocator.ui.referral_form import ReferralForm
from iro_allocator.ui.referrals import Referrals
from iro_allocator.ui.style import GAP
from iro_allocator.ui.tables import TableView
from tests.builders import DAY, allocation, barred, case, held, iro, snapshot, world

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day of the service is today, also after a step."""

    class Today(date):
        @classmethod
        def today(cls) -> date:  # type: ignore[override]
            return DAY

    monkeypatch.setattr(workspaces, "date", Today)


def service() -> Snapshot:
    """Three families wait: two brothers, a sister of C-300, a child whom R. Bell may not have."""
    hussain, carter, bell = iro("A. Hussain"), iro("B. Carter", 18.5), iro("R. Bell", employment="interim")
    return snapshot(
        hussain,
        carter,
        bell,
        held(hussain, 6),
        held(carter, 3, start=200),
        held(bell, 5, start=250),
        case("C-300", "CP", "Fam-20"),
        allocation("C-300", hussain),
        case("C-301", "CP", "Fam-20", opened=DAY - timedelta(3)),
        case("C-401", family="Fam-30", opened=DAY - timedelta(11)),
        case("C-402", family="Fam-30", opened=DAY - timedelta(4)),
        case("C-600", opened=DAY),
        barred("C-600", bell),
    )


@pytest.fixture
def opened(open_with: Callable[[Snapshot], MainWindow]) -> MainWindow:
    """A window on the Overview with the service open."""
    return open_with(service())


def page_of(window: MainWindow) -> Referrals:
    page = window.pages["referrals"]
    assert isinstance(page, Referrals)
    return page


def settle(window: MainWindow, qtbot: QtBot) -> Referrals:
    """Until nothing is under way, nothing more begins, and the window has the keys."""
    page = page_of(window)
    qtbot.waitUntil(lambda: not window.jobs.busy and not page.waits, timeout=30_000)
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    return page


def suggested(window: MainWindow, qtbot: QtBot) -> Referrals:
    """The page, with its suggestion there."""
    window.go_to("referrals")
    return settle(window, qtbot)


def button(within: QWidget, begins: str) -> QPushButton:
    return next(b for b in within.findChildren(QPushButton) if b.text().startswith(begins) and b.isVisible())


def click(widget: QWidget, where: QPoint | None = None) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=where or widget.rect().center())


def on_button(table: TableView, row: int) -> QPoint:
    """A point on the button of a row."""
    number = next(n for n, column in enumerate(table.model_.columns) if column.button)
    index = table.model_.index(row, number)
    table.scrollTo(index)
    inside = table.visualRect(index)
    return QPoint(inside.left() + 3 * GAP, inside.center().y())


def keys(page: Referrals) -> list[str]:
    return [row["Referral"] for row in page.read()["referrals"]]


def iro_of(window: MainWindow, child: str) -> str | None:
    assert window.world
    row = window.world.snapshot.allocation_on(child, DAY)
    return row.iro if row else None


def test_whoever_comes_to_the_page_finds_a_suggestion(opened: MainWindow, qtbot: QtBot) -> None:
    seen = suggested(opened, qtbot).read()
    assert seen["subtitle"].startswith("3 families, 4 children without an IRO · suggestion solved in ")
    assert seen["subtitle"].endswith(", proven best")
    assert seen["accept"] == "Accept 3 suggestions"
    first = seen["referrals"][0]
    assert {key: first[key] for key in ("Accept", "Referral", "Who", "Type", "Complexity", "Waiting", "Weight")} == {
        "Accept": "yes",
        "Referral": "Fam-30",
        "Who": "2 children",
        "Type": "LAC",
        "Complexity": "standard",
        "Waiting": "7 of 5, late",
        "Weight": "2.00",
    }
    sister = next(row for row in seen["referrals"] if row["Referral"] == "Fam-20")
    assert sister["Suggested IRO"] == "A. Hussain"
    assert "a brother or sister is with A. Hussain already" in sister["Because"]
    assert sister["Share after"].endswith("%")


def test_a_batch_is_allocated_with_two_clicks_from_the_window_opening(opened: MainWindow, qtbot: QtBot) -> None:
    click(button(opened.pages["overview"], "Allocate"))
    page = settle(opened, qtbot)
    click(button(page, "Accept 3"))
    settle(opened, qtbot)
    assert opened.world
    assert not opened.world.loads.waiting
    assert iro_of(opened, "C-301") == "a-hussain"
    assert opened.world.undo == "Allocate 4 children (3 families)"
    assert page.read()["empty"]
    assert page.read()["subtitle"] == "Nobody waits for an IRO"


def test_accepted_by_keyboard_and_taken_back_it_is_suggested_again(opened: MainWindow, qtbot: QtBot) -> None:
    page = suggested(opened, qtbot)
    before = page.read()["referrals"]
    QTest.keyClick(opened, Qt.Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: page.read()["empty"])
    QTest.keyClick(opened, Qt.Key.Key_Z, CONTROL)
    settle(opened, qtbot)
    assert page.read()["referrals"] == before
    assert page.read()["accept"] == "Accept 3 suggestions"


def test_what_is_unticked_by_keyboard_waits_on_and_stays_unticked(opened: MainWindow, qtbot: QtBot) -> None:
    page = suggested(opened, qtbot)
    page.table.setFocus()
    page.table.setCurrentIndex(page.table.model_.index(0, 0))
    QTest.keyClick(page.table, Qt.Key.Key_Space)
    seen = page.read()
    assert (seen["referrals"][0]["Accept"], seen["accept"]) == ("no", "Accept 2 suggestions")
    assert not any(
        row.get("change") for row in seen["caseloads"] if row["iro"] == seen["referrals"][0]["Suggested IRO"]
    )
    click(button(page, "Accept 2"))
    settle(opened, qtbot)
    seen = page.read()
    assert [row["Referral"] for row in seen["referrals"]] == ["Fam-30"]
    assert (seen["referrals"][0]["Accept"], seen["accept"]) == ("no", "Accept")
    assert not button(page, "Accept").isEnabled()
    assert iro_of(opened, "C-401") is None
    assert iro_of(opened, "C-301") == "a-hussain"


def test_all_are_unticked_and_ticked_at_once(opened: MainWindow, qtbot: QtBot) -> None:
    page = suggested(opened, qtbot)
    click(button(page, "Untick all"))
    assert [row["Accept"] for row in page.read()["referrals"]] == ["no", "no", "no"]
    click(button(page, "Tick all"))
    assert page.read()["accept"] == "Accept 3 suggestions"


def test_caseloads_are_shown_as_they_would_be(opened: MainWindow, qtbot: QtBot) -> None:
    page = suggested(opened, qtbot)
    assert opened.world
    changes = {row["iro"]: row["change"] for row in page.read()["caseloads"] if "change" in row}
    waiting = sum(opened.world.loads.weights[child.id].value for child in opened.world.loads.waiting)
    assert sum(changes.values()) == pytest.approx(waiting)


def test_every_iro_is_explained_and_those_who_cannot_with_the_reason(opened: MainWindow, qtbot: QtBot) -> None:
    page = suggested(opened, qtbot)
    page.table.choose(("C-600",))
    why = page.read()["why"]
    assert why["title"].startswith("Why ")
    assert why["title"].endswith(" for C-600?")
    first, second, third = why["iros"]
    assert (first["Points"], first["Choose"]) == ("0", "suggested")
    assert (second["Points"][0], second["Choose"]) == ("+", "Choose")
    assert third["IRO"].startswith("R. Bell")
    assert "cannot: may not have C-600: was the child's team manager" in third.values()
    # The reason takes the rest of the row.
    table = page.why.table
    assert max(table.columnSpan(2, column) for column in range(len(table.model_.columns))) > 1


def choose_second(page: Referrals, child: str = "C-600") -> str:
    """Press the button beside the second IRO; gives the name."""
    page.table.choose((child,))
    click(page.why.table.viewport(), on_button(page.why.table, 1))
    assert page.why.reason.isVisible()
    return str(page.read()["why"]["iros"][1]["IRO"])


def test_another_is_chosen_with_a_reason_and_both_are_kept_in_the_history(opened: MainWindow, qtbot: QtBot) -> None:
    page = suggested(opened, qtbot)
    other = choose_second(page)
    assert page.read()["why"]["asks"] == f"Why {other} instead of {page.read()['why']['iros'][0]['IRO']}?"
    qtbot.waitUntil(page.why.reason.field.hasFocus)
    QTest.keyClicks(page.why.reason.field, "knows the school")
    QTest.keyClick(page.why.reason.field, Qt.Key.Key_Return)
    seen = page.read()
    row = next(row for row in seen["referrals"] if row["Referral"] == "C-600")
    assert (row["Suggested IRO"], row["Because"]) == (other, "your choice: knows the school")
    assert (seen["why"]["iros"][0]["IRO"], seen["why"]["iros"][0]["Choose"]) == (other, "your choice")
    assert seen["why"]["asks"] == ""
    page.accept()
    settle(opened, qtbot)
    assert opened.workspace
    step = opened.workspace.history()[-1].step
    assert step.reason == "knows the school"
    move = next(move for move in step.detail["suggestion"]["moves"] if move["cases"] == ["C-600"])
    assert move["suggested"] != move["accepted"] == iro_of(opened, "C-600")


def test_escape_leaves_everything_as_it_was(opened: MainWindow, qtbot: QtBot) -> None:
    page = suggested(opened, qtbot)
    before = page.read()
    choose_second(page, "C-600")
    QTest.keyClick(page.why.reason.field, Qt.Key.Key_Escape)
    assert page.read()["referrals"] == before["referrals"]
    assert page.read()["why"]["asks"] == ""


def test_a_choice_without_a_reason_is_explained(opened: MainWindow, qtbot: QtBot) -> None:
    page = suggested(opened, qtbot)
    choose_second(page)
    click(page.why.reason.take)
    assert page.why.reason.wrong == "Choosing another IRO needs a short reason. It is kept in the history."
    assert page.why.reason.isVisible()
    assert page.read()["why"]["iros"][0]["Choose"] == "suggested"


def test_the_suggestion_is_taken_back_without_a_reason(opened: MainWindow, qtbot: QtBot) -> None:
    page = suggested(opened, qtbot)
    before = page.read()["referrals"]
    choose_second(page)
    page.why.reason.field.setText("knows the school")
    click(page.why.reason.take)
    table = page.why.table
    number = next(n for n, row in enumerate(table.read()) if row["Choose"] == "Suggested")
    table.setCurrentIndex(table.model_.index(number, 0))
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert page.read()["referrals"] == before


def test_another_is_picked_from_the_list_in_the_cell(opened: MainWindow, qtbot: QtBot) -> None:
    page = suggested(opened, qtbot)
    column = next(n for n, c in enumerate(page.table.model_.columns) if c.title == "Suggested IRO")
    page.table.setCurrentIndex(page.table.model_.index(0, column))
    page.table.edit(page.table.currentIndex())
    box = page.table.findChild(QComboBox)
    assert box
    assert box.count() == 3
    QTest.keyClick(box.view(), Qt.Key.Key_Down)
    QTest.keyClick(box.view(), Qt.Key.Key_Return)
    name = page.read()["why"]["iros"][1]["IRO"]
    assert page.read()["why"]["asks"].startswith(f"Why {name} instead of ")
    # The focus of the window: without a screen no window is active after a list has been open.
    qtbot.waitUntil(lambda: opened.focusWidget() is page.why.reason.field)


def test_choices_survive_a_change_of_the_world_and_end_with_suggest_again(opened: MainWindow, qtbot: QtBot) -> None:
    page = suggested(opened, qtbot)
    other = choose_second(page)
    page.why.reason.field.setText("knows the school")
    click(page.why.reason.take)
    opened.commit(Step("A new child", added([case("C-700", opened=DAY)])))
    settle(opened, qtbot)
    rows = {row["Referral"]: row for row in page.read()["referrals"]}
    assert len(rows) == 4
    assert (rows["C-600"]["Suggested IRO"], rows["C-600"]["Because"]) == (other, "your choice: knows the school")
    click(button(page, "Suggest again"))
    settle(opened, qtbot)
    rows = {row["Referral"]: row for row in page.read()["referrals"]}
    assert not rows["C-600"]["Because"].startswith("your choice")


def test_a_choice_that_cannot_be_any_more_is_given_up_and_said(opened: MainWindow, qtbot: QtBot) -> None:
    page = suggested(opened, qtbot)
    choose_second(page)
    assert page.why.table.current
    chosen = page.why.table.current.iro
    page.why.reason.field.setText("knows the school")
    click(page.why.reason.take)
    said: list[str] = []
    page.message.connect(said.append)
    opened.commit(Step("Barred", added([replace(barred("C-600", chosen), reason="is an aunt")])))
    settle(opened, qtbot)
    assert len(said) == 1
    assert "may not have C-600: is an aunt" in said[0]
    assert not any(row["Because"].startswith("your choice") for row in page.read()["referrals"])


def test_a_proposal_of_another_world_is_never_accepted(qtbot: QtBot, opened: MainWindow) -> None:
    page = suggested(opened, qtbot)
    committed: list[Step] = []
    page.wants_commit.disconnect(opened.commit)
    page.wants_commit.connect(committed.append)
    assert page.world
    later = snapshot(*[r for r in service().records() if r.id != "C-402"])
    page.show_world(world(later))
    assert page.read()["accept"] == "Accept"
    page.accept()
    assert committed == []
    assert keys(page) == ["Fam-30", "Fam-20", "C-600"]


def test_what_comes_back_for_a_world_that_is_gone_is_asked_for_anew(qtbot: QtBot, opened: MainWindow) -> None:
    page = page_of(opened)
    jobs: list[Job] = []
    page.wants_job.disconnect(opened.run_job)
    page.wants_job.connect(jobs.append)
    opened.go_to("referrals")
    qtbot.waitUntil(lambda: len(jobs) == 1)
    assert jobs[0].stop_words == "Stop and use this"
    assert page.read()["subtitle"].endswith("looking for the best IROs…")
    proposal = jobs[0].work(lambda said: None, lambda: False)
    assert jobs[0].done
    page.show_world(world(snapshot(*service().records(), case("C-700", opened=DAY))))
    jobs[0].done(proposal)
    qtbot.waitUntil(lambda: len(jobs) == 2)
    assert page.read()["accept"] == "Accept"


def test_a_suggestion_that_fails_can_be_asked_for_again(qtbot: QtBot, opened: MainWindow) -> None:
    page = page_of(opened)
    jobs: list[Job] = []
    page.wants_job.disconnect(opened.run_job)
    page.wants_job.connect(jobs.append)
    opened.go_to("referrals")
    qtbot.waitUntil(lambda: len(jobs) == 1)
    assert jobs[0].failed
    with pytest.raises(Explained):
        jobs[0].failed(Explained("No."))
    click(button(page, "Suggest"))
    assert len(jobs) == 2


def test_a_solution_that_was_stopped_says_so(qtbot: QtBot, opened: MainWindow) -> None:
    page = page_of(opened)
    jobs: list[Job] = []
    page.wants_job.disconnect(opened.run_job)
    page.wants_job.connect(jobs.append)
    opened.go_to("referrals")
    qtbot.waitUntil(lambda: len(jobs) == 1)
    proposal = jobs[0].work(lambda said: None, lambda: True)
    assert jobs[0].done
    jobs[0].done(replace(proposal, result=replace(proposal.result, stopped=True)))
    assert " · suggestion stopped after " in page.read()["subtitle"]
    assert page.read()["accept"] == "Accept 3 suggestions"


def test_whom_nobody_may_take_is_shown_with_every_reason(
    open_with: Callable[[Snapshot], MainWindow], qtbot: QtBot
) -> None:
    page = suggested(open_with(snapshot(*service().records(), case("C-9", requires=("makaton",)))), qtbot)
    page.table.choose(("C-9",))
    seen = page.read()
    row = seen["referrals"][0]
    assert (row["Referral"], row["Suggested IRO"], row["Accept"]) == ("C-9", "nobody", "no")
    assert seen["why"]["title"] == "Why nobody for C-9?"
    assert seen["why"]["because"] == "Nobody may take them as things are, so they wait."
    assert len(seen["why"]["iros"]) == 3
    assert all("cannot: lacks the required skill makaton" in iro.values() for iro in seen["why"]["iros"])
    assert seen["accept"] == "Accept 3 suggestions"
    index = page.table.model_.index(0, 0)
    assert not index.flags() & Qt.ItemFlag.ItemIsUserCheckable


def test_without_any_iro_everybody_waits(open_with: Callable[[Snapshot], MainWindow], qtbot: QtBot) -> None:
    page = suggested(open_with(snapshot(case("C-1", opened=DAY))), qtbot)
    seen = page.read()
    assert seen["referrals"][0]["Suggested IRO"] == "nobody"
    assert seen["why"]["because"] == "There is no IRO in this service yet. Add them under IROs."


def test_an_empty_service_says_how_to_begin(open_with: Callable[[Snapshot], MainWindow], qtbot: QtBot) -> None:
    window = open_with(snapshot(iro()))
    page = suggested(window, qtbot)
    page.wants_page.disconnect(window.go_to)
    asked: list[tuple[str, Any]] = []
    page.wants_page.connect(lambda key, argument: asked.append((key, argument)))
    assert page.read()["empty"]
    for found in page.findChildren(QPushButton):
        if found.text() == "Import…" and found.isVisible():
            click(found)
    assert asked == [("importing", None), ("importing", None)]


def test_some_children_are_shown_alone_and_only_they_are_accepted(opened: MainWindow, qtbot: QtBot) -> None:
    page = suggested(opened, qtbot)
    opened.go_to("referrals", Only("2 children waiting for more than 5 working days", ("C-401", "C-402")))
    seen = page.read()
    assert (seen["only"], keys(page)) == ("2 children waiting for more than 5 working days", ["Fam-30"])
    assert seen["accept"] == "Accept 1 suggestion"
    click(button(page, "Show all 3"))
    assert keys(page) == ["Fam-30", "Fam-20", "C-600"]


def test_a_child_is_found_by_reference(opened: MainWindow, qtbot: QtBot) -> None:
    page = suggested(opened, qtbot)
    opened.go_to("referrals", "C-600")
    assert page.table.current and page.table.current.key == ("C-600",)
    assert page.read()["why"]["title"].endswith("for C-600?")


def test_an_opened_bar_leads_to_the_caseload(opened: MainWindow, qtbot: QtBot) -> None:
    page = suggested(opened, qtbot)
    page.wants_page.disconnect(opened.go_to)
    asked: list[tuple[str, Any]] = []
    page.wants_page.connect(lambda key, argument: asked.append((key, argument)))
    page.chart.choose("b-carter")
    QTest.keyClick(page.chart.table, Qt.Key.Key_Return)
    assert asked == [("caseloads", "b-carter")]


def test_a_referral_is_entered_by_keyboard_and_suggested(opened: MainWindow, qtbot: QtBot) -> None:
    page = suggested(opened, qtbot)
    QTest.keyClick(opened, Qt.Key.Key_N, CONTROL)
    qtbot.waitUntil(lambda: page.findChild(ReferralForm) is not None)
    form = page.findChild(ReferralForm)
    assert form
    QTest.keyClicks(form.forms[0].field("id"), "C-800")
    QTest.keyClick(form, Qt.Key.Key_Return)
    settle(opened, qtbot)
    row = next(row for row in page.read()["referrals"] if row["Referral"] == "C-800")
    assert row["Accept"] == "yes"
    assert opened.world
    assert opened.world.undo == "New referral: C-800"
    assert page.table.current and page.table.current.key == ("C-800",)


def test_the_place_of_a_postcode_is_looked_up(
    opened: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = suggested(opened, qtbot)
    assert opened.workspace
    monkeypatch.setattr(
        type(opened.workspace),
        "find_places",
        staticmethod(lambda codes: dict.fromkeys(codes, ("HD1 2TA", (414, 416)))),
    )
    opened.go_to("referrals", Do("new"))
    form = page.findChild(ReferralForm)
    assert form
    form.forms[0].show_values({"id": "C-800"})
    QTest.keyClicks(form.forms[0].field("placement_postcode"), "hd12ta")
    click(form.enter)
    settle(opened, qtbot)
    assert opened.world
    child = opened.world.snapshot.case["C-800"]
    assert (child.placement_postcode, child.placement) == ("HD1 2TA", (414, 416))


def test_a_postcode_that_cannot_be_looked_up_does_not_stop_a_referral(
    opened: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(codes: object) -> object:
        raise OSError

    page = suggested(opened, qtbot)
    assert opened.workspace
    monkeypatch.setattr(type(opened.workspace), "find_places", staticmethod(broken))
    page.enter_referral()
    form = page.findChild(ReferralForm)
    assert form
    form.forms[0].show_values({"id": "C-800", "placement_postcode": "HD1 2TA"})
    click(form.enter)
    settle(opened, qtbot)
    assert opened.world
    assert opened.world.snapshot.case["C-800"].placement is None


def test_the_models_keep_qts_contract(opened: MainWindow, qtbot: QtBot) -> None:
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    page = page_of(opened)
    testers = [QAbstractItemModelTester(table.model_, mode) for table in (page.table, page.why.table)]
    suggested(opened, qtbot)
    page.table.choose(("C-600",))
    click(button(page, "Untick all"))
    opened.commit(
        Step("Gone", (Edit(service().case["C-600"], None), Edit(next(iter(service().barred.values())), None)))
    )
    settle(opened, qtbot)
    assert keys(page) == ["Fam-30", "Fam-20"]
    assert len(testers) == 2


@pytest.mark.parametrize("appearance", ["light", "dark", "contrast"])
def test_everything_is_drawn_in_every_appearance(opened: MainWindow, qtbot: QtBot, appearance: Any) -> None:
    opened.change_look(appearance=appearance)
    page = suggested(opened, qtbot)
    page.table.choose(("C-600",))
    image = page.grab().toImage()
    colours = {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
    assert len(colours) > 20


def test_a_rule_is_overridden_by_hand_with_a_reason(opened: MainWindow, qtbot: QtBot) -> None:
    page = suggested(opened, qtbot)
    assert page.table.choose(("C-600",))
    QTest.keyClick(page.table, Qt.Key.Key_H, CONTROL)
    qtbot.waitUntil(lambda: bool(page.findChildren(ReallocateDialog)))
    (dialog,) = page.findChildren(ReallocateDialog)
    settle_dialog = lambda: dialog.current is not None and not opened.jobs.busy  # noqa: E731
    qtbot.waitUntil(settle_dialog, timeout=30_000)
    assert dialog.table is not None
    assert dialog.table.choose("r-bell")
    dialog.act.click()
    assert opened.world is not None
    assert opened.world.snapshot.allocation_on("C-600", DAY) is None
    dialog.reason.setText("the conflict is settled")
    dialog.reason.textEdited.emit(dialog.reason.text())
    dialog.act.click()
    settle(opened, qtbot)
    row = opened.world.snapshot.allocation_on("C-600", DAY)
    assert row is not None
    assert (row.iro, row.reason) == ("r-bell", "the conflict is settled")
