"""The IROs page: the table of all, one IRO's page, what is written and saved; by mouse and keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from iro_allocator.domain import Absence, Hours, Iro, Snapshot
from iro_allocator.edits import Edit, Step
from iro_allocator.ui.iro_page import IroPage
from iro_allocator.ui.iros import Iros
from iro_allocator.ui.page import Do, Only
from iro_allocator.ui.tables import TableModel
from tests.builders import DAY, absence, allocation, barred, case, held, iro, snapshot
from tests.ui.page_desk import PageDesk, write

Sit = Callable[[Snapshot], "PageDesk[Iros]"]

HUSSAIN = iro("A. Hussain", team="North", skills=("uasc",))
MOSS = iro("K. Moss", 22, other_duties=0.1, other_duties_note="LADO cover", base_postcode="HD1 2TT", base=(1, 2))
BELL = iro("R. Bell", employment="interim", last_day=date(2027, 3, 31))
GONE = iro("Y. Chaudhry", last_day=date(2025, 7, 25))


def service() -> Snapshot:
    """K. Moss has 20 children, A. Hussain 60 and is off sick, R. Bell an interim with 10; one has left."""
    family = [case("C-901", family="Fam-9"), case("C-902", family="Fam-9")]
    return snapshot(
        *(HUSSAIN, MOSS, BELL, GONE),
        absence(HUSSAIN, DAY - timedelta(10), reason="sickness"),
        held(HUSSAIN, 58),
        held(MOSS, 20, start=200, out_of_area=True, placement_miles=31.0),
        held(BELL, 10, start=300),
        family,
        [allocation(child, HUSSAIN) for child in family],
        [barred(child, MOSS) for child in family],
    )


@pytest.fixture
def sit(qtbot: QtBot, tmp_path: Path) -> Iterator[Sit]:
    desks = []

    def made(records: Snapshot) -> PageDesk[Iros]:
        desks.append(PageDesk(qtbot, tmp_path, Iros(), records))
        return desks[-1]

    yield made
    for desk in desks:
        desk.close()


@pytest.fixture
def desk(sit: Sit) -> PageDesk[Iros]:
    return sit(service())


def one(desk: PageDesk[Iros]) -> IroPage:
    found = desk.page.findChildren(IroPage)
    shown = [page for page in found if page.isVisible()]
    assert len(shown) == 1
    return shown[0]


def field(desk: PageDesk[Iros], key: str) -> Any:
    return one(desk).form.field(key)


def meaning(desk: PageDesk[Iros]) -> dict[str, tuple[str, str, str]]:
    rows = one(desk).read()["means"]
    return {row["Figure"]: (row["How"], row["Value"], row["Difference"]) for row in rows}


# The table


def test_the_table_says_of_everybody_what_they_have_and_how_they_are(desk: PageDesk[Iros]) -> None:
    shown = desk.page.read()
    assert shown["subtitle"] == "3 IROs · 1.5 FTE available today"
    rows = {row["Name"]: row for row in shown["rows"]}
    assert list(rows) == ["A. Hussain", "K. Moss", "R. Bell"]
    assert rows["A. Hussain"]["State"] == "off sick"
    assert rows["A. Hussain"]["Available"] == "0.00"
    assert rows["R. Bell"]["State"] == "until 31 Mar 2027"
    moss = rows["K. Moss"]
    assert (moss["Hours"], moss["FTE"], moss["Available"], moss["Limit"]) == ("22", "0.59", "0.54", "41.6")
    assert (moss["Children"], moss["Cases"], moss["Load"], moss["Share"]) == ("20", "20", "25.0", "33.1")
    assert moss["Difference"] == "▼ −25%"
    assert (moss["New"], moss["Takes"], moss["Employment"], moss["First day"]) == (
        *("on", "LAC, CP", "permanent"),
        "2 Sep 2019",
    )


def test_who_left_is_shown_when_asked_for(desk: PageDesk[Iros]) -> None:
    desk.page.left.setFocus()
    QTest.keyClick(desk.page.left, Qt.Key.Key_Space)
    rows = {row["Name"]: row["State"] for row in desk.page.read()["rows"]}
    assert rows["Y. Chaudhry"] == "left 25 Jul 2025"


def test_the_search_finds_by_any_column(desk: PageDesk[Iros]) -> None:
    QTest.keyClicks(desk.page.search, "north uasc")
    assert [row["Name"] for row in desk.page.read()["rows"]] == ["A. Hussain"]
    QTest.keyClick(desk.page.search, Qt.Key.Key_Escape)
    assert len(desk.page.read()["rows"]) == 3


def test_only_some_are_shown_when_another_page_asks_and_all_again(desk: PageDesk[Iros]) -> None:
    desk.page.go_to(Only("2 more IROs are over their limit", (MOSS.id, GONE.id)))
    shown = desk.page.read()
    assert [row["Name"] for row in shown["rows"]] == ["K. Moss", "Y. Chaudhry"]
    assert shown["only"] == "2 more IROs are over their limit"
    desk.press("Show all")
    assert len(desk.page.read()["rows"]) == 3


def test_the_models_keep_qts_rules(desk: PageDesk[Iros]) -> None:
    desk.page.open_one(MOSS.id)
    page = one(desk)
    tables = (desk.page.table, page.absences.table, page.meaning, page.barred, page.lately)
    testers = [
        QAbstractItemModelTester(table.model(), QAbstractItemModelTester.FailureReportingMode.Fatal)
        for table in tables
        if isinstance(table.model(), TableModel)
    ]
    assert len(testers) == 5
    write(page.form.field("contracted_hours"), "30")
    desk.page.show_all()
    desk.page.search.setText("bell")


def test_without_iros_the_page_says_what_to_do(sit: Sit) -> None:
    desk = sit(snapshot())
    desk.press("New IRO…")
    assert one(desk).title == "New IRO"


# One IRO


def test_enter_opens_an_iro_and_says_what_their_hours_mean(desk: PageDesk[Iros]) -> None:
    desk.page.table.choose(MOSS.id)
    QTest.keyClick(desk.page.table, Qt.Key.Key_Return)
    assert desk.page.read()["title"] == "K. Moss"
    assert desk.page.read()["subtitle"] == "IRO since 2 Sep 2019 · permanent"
    assert meaning(desk) == {
        "FTE": ("22 ÷ 37", "0.59", ""),
        "Available": ("0.59 × 0.90", "0.54", ""),
        "Share of the load": ("95.0 × 0.54 ÷ 1.5", "33.1", ""),
        "Load now": ("20 children · 20 cases", "25.0", "▼ −25%"),
        "Limit (load)": ("70 × 0.59", "41.6", ""),
        "Over 20 miles away": ("of 20 out of area", "20", ""),
        "Same as a year ago": ("20 of 20 children", "100%", ""),
    }
    assert one(desk).read()["may not have"] == [{"Whom": "Fam-9", "Why": "was the child's team manager", "Remove": "✕"}]


def test_the_meaning_follows_every_key(desk: PageDesk[Iros]) -> None:
    desk.page.open_one(MOSS.id)
    write(field(desk, "contracted_hours"), "18.5")
    assert meaning(desk)["FTE"] == ("18.5 ÷ 37", "0.50", "")
    assert meaning(desk)["Limit (load)"] == ("70 × 0.50", "35.0", "")
    write(field(desk, "other_duties"), "20")
    assert meaning(desk)["Available"][0] == "0.50 × 0.80"
    write(field(desk, "limit"), "20")
    assert meaning(desk)["Limit (load)"] == ("their own, 5 over", "20.0", "")
    assert not desk.steps


def test_saving_makes_one_step_named_by_what_changed(desk: PageDesk[Iros]) -> None:
    desk.page.open_one(MOSS.id)
    write(field(desk, "contracted_hours"), "30")
    write(field(desk, "skills"), "Urdu, disability")
    QTest.keyClick(field(desk, "skills"), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    after = replace(MOSS, contracted_hours=30.0, skills=("disability", "urdu"))
    assert desk.steps == [Step("K. Moss: hours, skills", (Edit(MOSS, after),))]
    assert not one(desk).unsaved
    assert "Save" in desk.buttons() and "Discard" not in desk.buttons()
    desk.undo()
    assert field(desk, "contracted_hours").value() == 22


def test_nothing_rounds_what_was_not_touched(sit: Sit) -> None:
    odd = iro("O. Odd", 22.2225, other_duties=0.12345)
    desk = sit(snapshot(odd))
    desk.page.open_one(odd.id)
    assert not one(desk).unsaved
    write(field(desk, "team"), "North")
    desk.press("Save")
    assert desk.world.snapshot.iro[odd.id] == replace(odd, team="North")


def test_a_fault_is_said_above_the_form_and_marked_at_its_field(desk: PageDesk[Iros]) -> None:
    desk.page.open_one(MOSS.id)
    write(field(desk, "team"), "West")
    write(field(desk, "contracted_hours"), "0")
    assert one(desk).read()["said"].startswith("IRO K. Moss: 0 contracted hours a week cannot be right.")
    assert field(desk, "contracted_hours").property("wrong")
    assert not field(desk, "team").property("wrong")
    assert meaning(desk)["FTE"][1] == "0.59"
    desk.press("Save")
    assert not desk.steps
    write(field(desk, "contracted_hours"), "22")
    write(field(desk, "first_day"), "41 May 2020")
    assert one(desk).read()["said"].startswith("First day: “41 May 2020” is not a date.")
    write(field(desk, "first_day"), "4 May 2020")
    write(field(desk, "last_day"), "1 May 2020")
    assert "the last day is before the first day" in one(desk).read()["said"]
    assert field(desk, "last_day").property("wrong")
    write(field(desk, "last_day"), "")
    assert one(desk).read()["said"] == ""
    assert not field(desk, "last_day").property("wrong")


def test_hours_of_the_day_are_shown_and_corrected_and_those_to_come_are_told(sit: Sit) -> None:
    rows = [
        Hours(id="now", iro=MOSS.id, start=date(2026, 9, 1), contracted_hours=30),
        Hours(id="then", iro=MOSS.id, start=date(2027, 5, 3), contracted_hours=37),
    ]
    desk = sit(snapshot(service().records(), rows))
    assert {row["Name"]: row["Hours"] for row in desk.page.read()["rows"]}["K. Moss"] == "30"
    desk.page.open_one(MOSS.id)
    assert one(desk).form.value("contracted_hours") == 30
    assert meaning(desk)["FTE"][:2] == ("30 ÷ 37", "0.81")
    assert "From 3 May 2027 37 hours a week." in one(desk).read()["notes"]
    write(field(desk, "contracted_hours"), "32")
    desk.press("Save")
    after = desk.world.snapshot
    assert (after.hours["now"].contracted_hours, after.iro[MOSS.id].contracted_hours) == (32, 22)
    assert one(desk).form.value("contracted_hours") == 32


def test_what_is_not_saved_is_kept_and_marked(desk: PageDesk[Iros]) -> None:
    desk.page.open_one(MOSS.id)
    write(field(desk, "first_day"), "4 M")
    QTest.keyClick(field(desk, "first_day"), Qt.Key.Key_Escape)
    rows = {row["Name"]: row["State"] for row in desk.page.read()["rows"]}
    assert rows["K. Moss"] == "● unsaved changes"
    assert desk.page.read()["subtitle"].endswith("1 with unsaved changes")
    desk.page.open_one(BELL.id)
    assert desk.page.read()["title"] == "R. Bell"
    desk.page.open_one(MOSS.id)
    assert field(desk, "first_day").text() == "4 M"
    assert "●" in desk.page.read()["subtitle"]
    desk.press("Discard")
    assert field(desk, "first_day").text() == "2 Sep 2019"
    assert "●" not in desk.page.read()["subtitle"]
    desk.press("All IROs")
    assert "1 with" not in desk.page.read()["subtitle"]


def test_what_somebody_else_changes_is_followed_unless_it_was_written_over(desk: PageDesk[Iros]) -> None:
    desk.page.open_one(MOSS.id)
    write(field(desk, "contracted_hours"), "30")
    theirs = replace(MOSS, contracted_hours=25.0, team="South")
    desk.meanwhile(Step("Somebody else", (Edit(MOSS, theirs),)))
    assert field(desk, "contracted_hours").value() == 30
    assert field(desk, "team").text() == "South"
    assert one(desk).read()["said"] == (
        "Changed by somebody else meanwhile: Contracted hours a week. Save keeps what you wrote."
    )
    desk.press("Save")
    assert desk.steps[-1].edits == (Edit(theirs, replace(theirs, contracted_hours=30.0)),)
    assert one(desk).read()["said"] == ""


def test_a_new_iro_is_counted_before_they_are_saved(desk: PageDesk[Iros]) -> None:
    desk.page.table.setFocus()
    QTest.keyClick(desk.page.table, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    desk.qtbot.waitUntil(lambda: "one" in desk.page.read())  # a button pressed by its keys takes a moment
    assert meaning(desk)["Share of the load"][0] == "95.0 × 1.00 ÷ 2.5"
    write(field(desk, "contracted_hours"), "18.5")
    desk.press("Save")
    assert one(desk).read()["said"].startswith("A new IRO needs a name.")
    write(field(desk, "name"), "N. New")
    desk.press("Save")
    made = desk.steps[-1]
    assert made.label == "New IRO N. New"
    assert made.edits == (Edit(None, Iro(id="i01", name="N. New", contracted_hours=18.5)),)
    assert desk.page.read()["title"] == "N. New"
    assert one(desk).key == "i01"
    desk.undo()
    assert "New IRO…" in desk.buttons()


def test_an_id_taken_by_somebody_else_meanwhile_is_given_up(desk: PageDesk[Iros]) -> None:
    desk.page.go_to(Do("new"))
    write(field(desk, "name"), "N. New")
    desk.meanwhile(Step("Somebody else", (Edit(None, iro("O. Other", id="i01")),)))
    assert field(desk, "name").text() == "N. New"
    desk.press("Save")
    assert {key: desk.world.snapshot.iro[key].name for key in ("i01", "i02")} == {"i01": "O. Other", "i02": "N. New"}


def test_closing_the_service_forgets_what_was_open(desk: PageDesk[Iros]) -> None:
    desk.page.open_one(MOSS.id)
    write(field(desk, "team"), "West")
    other = replace(desk.world, where="other.iro")
    desk.page.show_world(other)
    assert "one" not in desk.page.read()


# Postcodes


def test_the_base_is_looked_up_before_it_is_saved(desk: PageDesk[Iros], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        desk.workspace, "find_places", lambda codes: dict.fromkeys(codes, ("HD9 1AA", (3, 4))), raising=True
    )
    desk.page.open_one(MOSS.id)
    write(field(desk, "base_postcode"), "hd91aa")
    QTest.keyClick(field(desk, "base_postcode"), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert not desk.steps
    desk.wait()
    assert desk.steps[-1].edits == (Edit(MOSS, replace(MOSS, base_postcode="HD9 1AA", base=(3, 4))),)


def test_a_postcode_nobody_knows_is_said_and_can_be_saved(
    desk: PageDesk[Iros], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.workspace, "find_places", lambda codes: {code: (code, None) for code in codes})
    desk.page.open_one(MOSS.id)
    write(field(desk, "base_postcode"), "HD99 9ZZ")
    QTest.keyClick(field(desk, "base_postcode"), Qt.Key.Key_Return)
    desk.wait()
    assert one(desk).read()["said"].startswith("HD99 9ZZ is on no list of postcodes: check it.")
    desk.press("Save")
    assert desk.world.snapshot.iro[MOSS.id].base is None


# Absences


def test_absences_are_added_changed_and_removed_with_the_rest_of_the_page(desk: PageDesk[Iros]) -> None:
    desk.page.open_one(MOSS.id)
    desk.press("+ Absence…")
    form = desk.dialog().form
    write(form.field("first"), "23 Nov 2026")
    write(form.field("last"), "1 Nov 2026")
    desk.dialog().take()
    assert desk.dialog().wrong.text().startswith("Absence: it ends before it begins.")
    write(form.field("last"), "4 Dec 2026")
    write(form.field("working"), "50")
    keeps = form.field("keeps_children")
    assert isinstance(keeps, QComboBox)
    keeps.setCurrentIndex(1)
    QTest.keyClick(form.field("last"), Qt.Key.Key_Return)
    assert one(desk).read()["absences"][0]["When"] == "23 Nov 2026 – 4 Dec 2026"
    assert one(desk).read()["absences"][0]["Children"] == "works 50%, reallocate"
    assert meaning(desk)["Available"] == (
        "0.59 × 0.90 × 0.50 (on leave, works 50% until 4 Dec 2026)",
        "0.27",
        "",
    )
    assert not desk.steps and one(desk).unsaved
    write(field(desk, "team"), "West")
    desk.press("Save")
    made = Absence(
        id="k-moss/2026-11-23",
        iro=MOSS.id,
        first=DAY,
        last=date(2026, 12, 4),
        working=0.5,
        keeps_children=False,
    )
    assert desk.steps[-1].edits[0] == Edit(MOSS, replace(MOSS, team="West"))
    assert desk.steps[-1].edits[1:] == (Edit(None, made),)
    table = one(desk).absences.table
    table.choose(made.id)
    QTest.keyClick(table, Qt.Key.Key_Return)
    write(desk.dialog().form.field("reason"), "sickness")
    desk.dialog().take()
    desk.press("Save")
    assert desk.steps[-1].edits == (Edit(made, replace(made, reason="sickness")),)
    table.choose(made.id)
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert one(desk).read()["absences"] == []
    desk.press("Save")
    assert not desk.world.snapshot.absences_of(MOSS.id, DAY)


# May not have, lately, months, the list


def test_a_family_is_barred_and_may_be_theirs_again(desk: PageDesk[Iros]) -> None:
    desk.page.open_one(BELL.id)
    desk.press("+ Bar a family…")
    form = desk.dialog().form
    box = form.field("whom")
    assert isinstance(box, QComboBox)
    desk.dialog().take()
    assert desk.dialog().wrong.text().startswith("Family or child: choose one of the list.")
    box.setCurrentIndex(box.findText("Fam-9", Qt.MatchFlag.MatchStartsWith))
    desk.dialog().take()
    assert desk.dialog().wrong.text().startswith("A reason is needed.")
    write(form.field("reason"), "was their team manager")
    QTest.keyClick(form.field("reason"), Qt.Key.Key_Return)
    assert desk.steps[-1].label == "Bar R. Bell from Fam-9"
    assert {edit.record.id for edit in desk.steps[-1].edits} == {"C-901/r-bell", "C-902/r-bell"}
    table = one(desk).barred
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, 2))
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert desk.steps[-1].label == "R. Bell may have Fam-9 again"
    assert one(desk).read()["may not have"] == []


def test_lately_says_what_happened_to_the_caseload_and_to_the_hours(desk: PageDesk[Iros]) -> None:
    snap = desk.world.snapshot
    row = snap.allocations_by_case["C-901"][0]
    moved = replace(row, end=DAY - timedelta(7))
    then = allocation("C-901", BELL, DAY - timedelta(7), id="C-901/2", reason="conflict of interest")
    desk.meanwhile(Step("Move", (Edit(row, moved), Edit(None, then))))
    desk.meanwhile(Step("R. Bell: hours", (Edit(BELL, replace(BELL, contracted_hours=30.0)),)))
    desk.page.open_one(BELL.id)
    desk.wait()
    said = [line[""] for line in one(desk).read()["lately"]]
    assert "16 Nov 2026: took C-901 from A. Hussain: conflict of interest" in said
    assert any("ours: 37 → 30" in line or "ours 37 → 30" in line for line in said)


def test_the_twelve_months_end_today(desk: PageDesk[Iros]) -> None:
    desk.page.open_one(MOSS.id)
    desk.wait()
    months = one(desk).read()["months"]
    assert len(months) == 13
    assert months[-1] == {"day": "23 Nov 2026", "load": 25.0, "share": 33.1}
    chart = one(desk).chart
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert chart.accessibleName().endswith("23 Nov 2026: load 25.0, share 33.1, 20 children")


def test_the_list_of_one_iro_is_a_click_away(desk: PageDesk[Iros]) -> None:
    desk.page.open_one(MOSS.id)
    desk.press("Export list")
    assert desk.asked_for == [("reports", MOSS.id)]


def test_the_caseload_is_a_click_away(desk: PageDesk[Iros]) -> None:
    desk.page.open_one(MOSS.id)
    desk.press("Caseload")
    assert desk.asked_for == [("caseloads", MOSS.id)]
