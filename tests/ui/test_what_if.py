"""The What-if page: a scenario made, answered, changed, kept, compared, adopted as one step and undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from iro_allocator.domain import Leaves, Snapshot
from iro_allocator.edits import Edit, Step
from iro_allocator.ui.change_forms import KINDS
from iro_allocator.ui.jobs import Job
from iro_allocator.ui.what_if import WhatIfPage
from tests.builders import DAY, absence, allocation, held, iro, snapshot
from tests.ui.page_desk import PageDesk, write

HUSSAIN, CARTER, MOSS = iro("A. Hussain"), iro("B. Carter", 18.5), iro("K. Moss")
NOVAK = iro("H. Novak", last_day=date(2027, 1, 22))
DUNNE = iro("C. Dunne")
READY = "H. Novak leaves, C. Dunne away"


class Desk(PageDesk[WhatIfPage]):
    """The desk of the page; a job that gives a world has it shown, as the window does."""

    def __init__(self, qtbot: QtBot, folder: Path, records: Snapshot) -> None:
        super().__init__(qtbot, folder, WhatIfPage(), records)
        self.page.wants_job.disconnect()
        self.page.wants_job.connect(self._run)

    def _run(self, job: Job) -> None:
        def done(value: Any) -> None:
            if job.gives_world:
                self.page.show_world(self.world)
            if job.done:
                job.done(value)

        self.jobs.start(Job(job.title, job.work, done, job.failed, job.stop_words, database=job.database))

    def wait(self) -> None:
        self.qtbot.waitUntil(lambda: not self.jobs.busy, timeout=60_000)

    def iros(self, day: date) -> dict[str, str]:
        """The IRO of every child on a day."""
        there = self.world.snapshot
        found = {case.id: there.allocation_on(case.id, day) for case in there.open_cases(day)}
        return {case: row.iro for case, row in found.items() if row}


@pytest.fixture
def open_on(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[Snapshot], Desk]]:
    desks: list[Desk] = []

    def opened(records: Snapshot) -> Desk:
        desks.append(Desk(qtbot, tmp_path, records))
        return desks[-1]

    yield opened
    for desk in desks:
        desk.page.work.drop()
        desk.close()
        assert desk.faults == []


def service(*more: object) -> Snapshot:
    """Four IROs, one of whom leaves and one of whom is off sick; fourteen children."""
    return snapshot(
        *(HUSSAIN, CARTER, MOSS, NOVAK, DUNNE),
        held(HUSSAIN, 5),
        held(CARTER, 2, start=200),
        held(MOSS, 1, start=300),
        held(NOVAK, 4, start=400),
        held(DUNNE, 2, start=500),
        absence(DUNNE, DAY - timedelta(40), reason="sickness"),
        *more,  # type: ignore[arg-type]
    )


@pytest.fixture
def desk(open_on: Callable[[Snapshot], Desk]) -> Desk:
    return open_on(service())


@pytest.fixture
def ready(desk: Desk) -> Desk:
    desk.press("Plan for them")
    desk.wait()
    return desk


def test_the_first_page_offers_what_the_service_knows_already(desk: Desk) -> None:
    assert desk.page.read()["empty"].startswith("1 IRO is leaving, 1 is away for long.")
    desk.press("Plan for them")
    assert desk.page.title == f"What-if: {READY}"
    assert [row["Kind"] for row in desk.page.read()["changes"]] == ["absent", "leaves"]
    desk.wait()


def test_where_nothing_is_known_a_scenario_can_be_begun(open_on: Callable[[Snapshot], Desk]) -> None:
    desk = open_on(snapshot(HUSSAIN, MOSS, held(HUSSAIN, 3), held(MOSS, 2, start=200)))
    assert desk.page.read()["empty"].startswith("An IRO leaves, goes off sick or joins")
    desk.press("New scenario…")
    form = desk.dialog()
    write(form.form.field("name"), "A quiet year")
    form.accept_button.click()
    desk.wait()
    assert desk.page.title == "What-if: A quiet year" and desk.page.saved
    assert not desk.page.adopt_button.isEnabled()


def test_the_answer_holds_figures_curve_bars_handovers_and_the_months(ready: Desk) -> None:
    shown = ready.page.read()
    assert shown["plan"]["Children who change IRO"] == ("0", "4")
    assert shown["plan"]["Children covered meanwhile"] == ("0", "2")
    # 4 full-time IROs and one half-time one are there today but for C. Dunne, who is away: 3.5 FTE; then 2.5.
    assert shown["plan"]["FTE available"] == ("3.50", "2.50")
    assert shown["curve"][0]["children"] == 4 and any(point["chosen"] for point in shown["curve"])
    assert {row["From"] for row in shown["handovers"]} == {"H. Novak", "C. Dunne (cover)"}
    assert sum(int(row["Children"]) for row in shown["handovers"]) >= 6
    assert len(shown["months"]) == 12 and "H. Novak leaves on 22 Jan 2027" in shown["months"][2]["events"]
    gone = next(bar for bar in shown["caseloads"] if bar["iro"] == "H. Novak")
    assert (gone["load of share"], gone["difference"], gone["change"]) == ("0.0", "away", -4.0)
    assert "proven" in shown["state"]


def test_an_arrow_key_on_the_curve_shows_the_plan_there(open_on: Callable[[Snapshot], Desk]) -> None:
    ready = open_on(service(held(HUSSAIN, 9, start=600)))
    ready.press("Plan for them")
    ready.wait()
    points = ready.page.read()["curve"]
    assert len(points) > 1
    at = [point["chosen"] for point in points].index(True)
    key, there = (Qt.Key.Key_Left, at - 1) if at else (Qt.Key.Key_Right, 1)
    QTest.keyClick(ready.page.curve, key)
    ready.wait()
    shown = ready.page.read()
    assert shown["curve"][there]["chosen"]
    assert shown["plan"]["Children who change IRO"][1] == str(points[there]["children"])
    assert shown["plan"]["Furthest from share"][1].lstrip("+−").startswith(f"{points[there]['furthest']:.1f}%")


def test_what_is_refused_is_taken_out_of_every_figure(ready: Desk) -> None:
    before = ready.page.read()
    move = next(move for move in ready.page.accepted if move.before == "h-novak")
    ready.page.moves.choose(move.cases)
    QTest.keyClick(ready.page.moves, Qt.Key.Key_Space)
    shown = ready.page.read()
    assert int(shown["plan"]["Children who change IRO"][1]) == 4 - len(move.cases)
    assert shown["caseloads"] != before["caseloads"] and move not in ready.page.accepted


def test_a_handover_can_be_given_to_somebody_else(ready: Desk) -> None:
    move = next(move for move in ready.page.accepted if move.before == "h-novak")
    other = next(each for each in move.candidates if not each.cannot and each.iro != move.after)
    ready.page.moves.picked.emit(move, other.iro)
    assert "instead of" in ready.page.read()["asks"]
    ready.page.reason.field.setText("knows the school")
    ready.page.reason.take.click()
    row = next(row for row in ready.page.read()["handovers"] if row["Why"] == "knows the school")
    assert row["To"].startswith(ready.world.snapshot.iro[other.iro].name)


def test_adopting_is_one_step_that_is_undone_in_one(ready: Desk) -> None:
    before = ready.world.snapshot
    then = date(2027, 1, 23)
    ready.page.ask_to_adopt()
    dialog = ready.page.adopting
    assert dialog is not None
    ready.wait()
    said = dialog.read()
    assert "• 4 children change IRO" in said["does"] and "2 children are covered" in said["does"]
    assert (said["day"], said["state"]) == ("23 Jan 2027", "Everything still fits the service as it is now.")
    dialog.act.click()
    ready.wait()
    assert set(ready.iros(then).values()) == {"a-hussain", "b-carter", "k-moss", "c-dunne"}
    # Cover leaves the child's own IRO as it is.
    assert ready.iros(then)["C-500"] == "c-dunne" and ready.world.snapshot.cover_by_case["C-500"]
    assert ready.world.undo and ready.world.undo.startswith(f"Adopt “{READY}”, 4 children change IRO")
    assert ready.page.read()["empty"] and ready.said == [f"Adopted “{READY}”. Ctrl+Z takes it back."]
    ready.undo()
    for kind in ("iro", "allocation", "absence"):
        assert ready.world.snapshot.table(kind) == before.table(kind)


def test_what_somebody_has_decided_since_is_listed_and_never_overwritten(ready: Desk) -> None:
    there = ready.world.snapshot
    row = there.allocation_on("C-400", DAY)
    assert row is not None
    ended = Edit(row, replace(row, end=DAY))
    moved = Edit(None, allocation("C-400", MOSS, DAY, id="C-400/2"))
    ready.workspace.commit(Step("Wednesday's work", (ended, moved)))
    ready.page.ask_to_adopt()
    dialog = ready.page.adopting
    assert dialog is not None
    ready.wait()
    said = dialog.read()
    assert any(words.startswith("C-400 is with K. Moss") for words in said["left out"])
    assert said["act"] == "Adopt what fits"
    dialog.act.click()
    ready.wait()
    assert ready.iros(date(2027, 2, 1))["C-400"] == "k-moss"
    assert ready.iros(date(2027, 2, 1))["C-401"] != "h-novak"


def test_a_change_is_kept_in_the_file_and_worked_out_anew(ready: Desk) -> None:
    ready.page.changes.ask("demand")
    form = ready.page.changes.dialog
    assert form is not None
    form.form.show_values({"per_month": 6})
    form.accept_button.click()
    ready.wait()
    assert ready.page.saved
    (kept,) = ready.world.snapshot.scenario.values()
    assert [change.tag for change in kept.changes] == ["absent", "demand", "leaves"]
    assert int(ready.page.read()["plan"]["Children who change IRO"][1]) == 4
    row = next(row for row in ready.page.changes.table.model_.rows if row.tag == "demand")
    ready.page.changes.table.pressed_button.emit(row, "Remove")
    ready.wait()
    (kept,) = ready.world.snapshot.scenario.values()
    assert [change.tag for change in kept.changes] == ["absent", "leaves"]


def test_a_scenario_is_saved_renamed_copied_and_deleted_and_each_is_undone(ready: Desk) -> None:
    ready.press("Save")
    ready.wait()
    assert ready.page.saved
    ready.page.rename()
    form = ready.dialog()
    write(form.form.field("name"), "Spring")
    form.accept_button.click()
    ready.wait()
    assert ready.page.title == "What-if: Spring"
    ready.page.duplicate()
    ready.wait()
    assert ready.page.title == "What-if: Spring (2)"
    assert ready.page.read()["scenarios"] == ["Spring", "Spring (2)"]
    ready.page.delete()
    ready.wait()
    assert ready.page.title == "What-if: Spring"
    ready.undo()
    assert sorted(each.name for each in ready.world.snapshot.scenario.values()) == ["Spring", "Spring (2)"]


def test_a_rename_asks_for_no_new_answer(ready: Desk) -> None:
    ready.press("Save")
    ready.wait()
    before = ready.page._look
    ready.page.rename()
    form = ready.dialog()
    write(form.form.field("name"), "Spring")
    form.accept_button.click()
    ready.wait()
    assert before is not None and ready.page._look is before


def test_another_day_is_another_answer(ready: Desk) -> None:
    write(ready.page.changes.day, "1 Dec 2026")
    QTest.keyClick(ready.page.changes.day, Qt.Key.Key_Return)
    ready.wait()
    assert ready.page.read()["plan"]["Children who change IRO"] == ("0", "0") or (
        ready.page.read()["plan"].get("of them because they must", ("0", "0"))[1] == "0"
    )
    assert ready.page.adopt_button.text() == "Adopt from 1 Dec 2026…"


def test_what_does_not_fit_any_more_is_said_and_left_out(ready: Desk) -> None:
    ready.page.changes.given.emit(Leaves(iro="nobody", name="R. Bell", day=date(2027, 2, 1)), None)
    ready.wait()
    assert ready.page.read()["wrong"] == "Left out, for it does not fit: R. Bell is not in the service any more."
    assert ready.page.read()["plan"]["Children who change IRO"] == ("0", "4")


@pytest.mark.parametrize("tag", KINDS)
def test_every_kind_of_change_has_a_form_that_makes_it(ready: Desk, tag: str) -> None:
    ready.page.changes.ask(tag)
    form = ready.page.changes.dialog
    assert form is not None and form.isVisible()
    by_tag: dict[str, dict[str, Any]] = {
        "settings": {"limit": 60.0},
        "hours": {"hours": 30.0},
        "pin": {"cases": ("C-100",)},
        "bar": {"cases": ("C-100",), "reason": "was their team manager", "iro": "k-moss"},
    }
    values = by_tag.get(tag, {})
    if tag == "contract":
        form.accept_button.click()
        assert form.wrong.text().startswith("Choose an IRO of the list.")  # there is no interim here
        form.reject()
        return
    form.form.show_values(values)
    form.accept_button.click()
    assert not form.isVisible(), form.wrong.text()
    assert tag in [change.tag for change in ready.page.scenario.changes]  # type: ignore[union-attr]
    (change, *_) = [each for each in ready.page.scenario.changes if each.tag == tag]  # type: ignore[union-attr]
    ready.wait()
    ready.page.changes.ask(tag, before=change)
    again = ready.page.changes.dialog
    assert again is not None
    made = KINDS[tag].make(again.form.values, ready.page.world, ready.page.scenario, change)  # type: ignore[arg-type]
    assert made == change
    again.reject()


def test_scenarios_stand_side_by_side_with_today_and_are_written_as_one_page(ready: Desk, tmp_path: Path) -> None:
    ready.press("Save")
    ready.wait()
    ready.page.duplicate()
    ready.wait()
    ready.page.compare()
    dialog = ready.page.comparing
    assert dialog is not None
    ready.wait()
    shown = dialog.read()
    assert shown["columns"] == ["Today", f"{READY} (2)", READY]
    assert shown["rows"]["FTE available"] == ("3.50", "2.50", "2.50")
    assert "H. Novak leaves on 22 Jan 2027." in shown["assumed"]
    dialog.findChildren(QCheckBox)[1].click()
    assert dialog.read()["columns"] == ["Today", f"{READY} (2)"]
    for ending in ("pdf", "xlsx"):
        dialog.save(tmp_path / f"page.{ending}")
        ready.wait()
        assert (tmp_path / f"page.{ending}").stat().st_size > 2000
    assert dialog.work.state.text() == "Saved page.xlsx."
    dialog.reject()


def test_the_tables_keep_the_rules_of_qt(ready: Desk) -> None:
    tables = (ready.page.moves, ready.page.figures, ready.page.changes.table)
    fatal = QAbstractItemModelTester.FailureReportingMode.Fatal
    testers = [QAbstractItemModelTester(table.model_, fatal) for table in tables]
    ready.page.changes.removed.emit(ready.page.changes.table.model_.rows[0])
    ready.wait()
    assert len(testers) == 3
