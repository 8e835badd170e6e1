"""The Children page: the table with its filters and columns, one child's page, what is decided there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from iro_allocator.domain import Apart, Case, Snapshot
from iro_allocator.edits import Edit, Step
from iro_allocator.ui.child_facts import ChildFilter
from iro_allocator.ui.child_filters import Kept
from iro_allocator.ui.child_page import ChildPage
from iro_allocator.ui.children import Children
from iro_allocator.ui.page import Do, Only
from iro_allocator.ui.reallocate import ReallocateDialog
from tests.builders import DAY, LONG_AGO, allocation, apart, case, held, iro, snapshot
from tests.ui.page_desk import PageDesk, write

Sit = Callable[[Snapshot], "PageDesk[Children]"]

HUSSAIN, MOSS = iro("A. Hussain"), iro("K. Moss", 22)
ANNE = case(
    "C-1",
    family="Fam-1",
    name="Anne Other",
    born=date(2012, 12, 1),
    out_of_area=True,
    placement_miles=31.2,
    placement_postcode="LS27 1XG",
    factors=("court",),
    next_review=date(2026, 11, 2),
)
BEN = case("C-2", family="Fam-1", name="Ben Other", born=date(2025, 9, 30), next_review=date(2027, 5, 3))
CARA = case("C-3", "CP", "Fam-2", expected=date(2027, 2, 1), next_review=date(2026, 12, 7))
DAN = case("C-4", "BOTH", opened=DAY - timedelta(4), next_review=date(2027, 5, 3))
EVE = case("C-5", closed=date(2026, 6, 1))


def service() -> Snapshot:
    """Anne with A. Hussain after K. Moss, her brother with K. Moss and pinned; a CP child; one waits; one is closed."""
    return snapshot(
        *(HUSSAIN, MOSS, ANNE, BEN, CARA, DAN, EVE),
        allocation(ANNE, MOSS, LONG_AGO, end=date(2025, 3, 3), reason="newly looked after"),
        allocation(ANNE, HUSSAIN, date(2025, 3, 3), id="C-1/2", reason="IRO left"),
        allocation(BEN, MOSS, pinned=True, pin_reason="final hearing"),
        allocation(CARA, HUSSAIN),
        allocation(EVE, MOSS, end=date(2026, 6, 1)),
        held(HUSSAIN, 4, next_review=date(2027, 5, 3)),
    )


@pytest.fixture
def sit(qtbot: QtBot, tmp_path: Path) -> Iterator[Sit]:
    desks = []

    def made(records: Snapshot) -> PageDesk[Children]:
        desks.append(PageDesk(qtbot, tmp_path, Children(Kept(tmp_path / "children.ini")), records))
        return desks[-1]

    yield made
    for desk in desks:
        desk.close()


@pytest.fixture
def desk(sit: Sit) -> PageDesk[Children]:
    return sit(service())


def one(desk: PageDesk[Children]) -> ChildPage:
    shown = [page for page in desk.page.findChildren(ChildPage) if page.isVisible()]
    assert len(shown) == 1
    return shown[0]


def who(desk: PageDesk[Children], key: str) -> Any:
    return one(desk).form.who.field(key)


def needs(desk: PageDesk[Children], key: str) -> Any:
    return one(desk).form.needs.field(key)


def shown(desk: PageDesk[Children]) -> list[str]:
    return [row["Reference"] for row in desk.page.read()["rows"]]


def choose(desk: PageDesk[Children], name: str, words: str) -> None:
    box = next(box for box in desk.page.bar.findChildren(QComboBox) if box.accessibleName() == f"Filter: {name}")
    at = box.findText(words, Qt.MatchFlag.MatchStartsWith)
    assert at >= 0
    box.setCurrentIndex(at)


# The table


def test_the_table_says_what_is_to_be_known_of_every_child(desk: PageDesk[Children]) -> None:
    rows = {row["Reference"]: row for row in desk.page.read()["rows"]}
    assert list(rows) == ["C-1", "C-100", "C-101", "C-102", "C-103", "C-2", "C-3", "C-4"]
    assert rows["C-1"] == {
        "Reference": "C-1",
        "Name": "Anne Other",
        "Family": "Fam-1",
        "Type": "LAC",
        "Age": "13",
        "IRO": "A. Hussain",
        "Since": "3 Mar 2025",
        "Weight": "1.50",
        "Miles": "31.2",
        "Area": "out",
        "Factors": "court",
        "Next review": "▲ 2 Nov 2026",
        "Flags": "split",
    }
    assert (rows["C-2"]["Age"], rows["C-2"]["Flags"]) == ("13\u00a0m", "pinned, split")
    assert (rows["C-3"]["Age"], rows["C-3"]["Type"]) == ("unborn", "CP")
    assert (rows["C-4"]["IRO"], rows["C-4"]["Flags"], rows["C-4"]["Type"]) == ("–", "waiting", "both")


def test_the_weight_explains_itself(desk: PageDesk[Children]) -> None:
    model = desk.page.table.model_
    column = next(number for number, column in enumerate(model.columns) if column.title == "Weight")
    assert model.data(model.index(0, column), Qt.ItemDataRole.ToolTipRole) == (
        "1.00 looked after + 0.25 out of area, 20 to 50 miles + 0.25 care proceedings in court = 1.50"
    )


def test_filters_narrow_and_can_be_cleared(desk: PageDesk[Children]) -> None:
    for name, words, found in (
        ("Type", "On a plan", ["C-3", "C-4"]),
        ("Type", "Both", ["C-4"]),
        ("IRO", "Waiting", ["C-4"]),
        ("IRO", "Family split", ["C-1", "C-2"]),
        ("Placement", "Out of area, over", ["C-1"]),
        ("Reviews", "Review overdue", ["C-1"]),
        ("Reviews", "Review due in", ["C-3"]),
        ("Factor", "Care proceedings", ["C-1"]),
    ):
        choose(desk, name, words)
        assert shown(desk) == found, words
        desk.press("Clear")
        assert len(shown(desk)) == 8
    assert desk.page.read()["subtitle"] == "8 children · 8 cases · load 8.7"
    desk.page.search.setText("moss")
    assert shown(desk) == ["C-2"]
    assert desk.page.read()["subtitle"].startswith("1 shown of 8 children")


def test_closed_children_are_shown_when_asked_for(desk: PageDesk[Children]) -> None:
    desk.page.closed.setFocus()
    QTest.keyClick(desk.page.closed, Qt.Key.Key_Space)
    row = next(row for row in desk.page.read()["rows"] if row["Reference"] == "C-5")
    assert (row["Flags"], row["Weight"]) == ("closed", "–")


def test_another_page_can_ask_for_some(desk: PageDesk[Children]) -> None:
    desk.page.go_to(Only("1 sibling group has several IROs", ("C-1", "C-2", "C-5")))
    assert shown(desk) == ["C-1", "C-2", "C-5"]
    assert desk.page.read()["only"] == "1 sibling group has several IROs"
    choose(desk, "Type", "On a plan")
    assert shown(desk) == ["C-3", "C-4"]


def test_filters_are_kept_on_the_machine_without_a_word_about_a_child(desk: PageDesk[Children], tmp_path: Path) -> None:
    desk.page.search.setText("Anne")
    choose(desk, "Placement", "Out of area, over")
    choose(desk, "Reviews", "Review overdue")
    desk.page.bar.keep()
    desk.page.bar.keep()
    desk.page.bar.show_filter(ChildFilter())
    again = Kept(tmp_path / "children.ini")
    assert again.filters == (ChildFilter(placed="far", review="overdue"),)
    menu = desk.page.bar.saved.menu()
    menu.aboutToShow.emit()
    words = "Out of area, over 20 miles · Review overdue"
    action = next(action for action in menu.actions() if action.text() == words)
    action.trigger()
    assert desk.page.read()["filter"] == {"placed": "far", "review": "overdue"}
    desk.page.bar.forget(ChildFilter(placed="far", review="overdue"))
    assert Kept(tmp_path / "children.ini").filters == ()
    text = (tmp_path / "children.ini").read_text(encoding="utf-8")
    assert "Anne" not in text and "C-1" not in text


def test_a_spoiled_file_of_filters_is_no_harm(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "children.ini")
    kept._kept.setValue("filters", '[{"type": "nonsense"}, {"family": "x"}, 3, {"type": "LAC"}]')
    kept._kept.setValue("hidden", "not JSON")
    assert kept.filters == (ChildFilter(type="LAC"),)
    assert kept.hidden == ()


def test_columns_can_be_chosen_and_stay_so(desk: PageDesk[Children], tmp_path: Path) -> None:
    team = next(action for action in desk.page.columns.menu().actions() if action.text() == "Team")
    assert not team.isChecked()
    team.trigger()
    assert "Team" in desk.page.read()["rows"][0]
    assert "Team" not in (Kept(tmp_path / "children.ini").hidden or ())


def test_names_can_be_hidden_everywhere(desk: PageDesk[Children]) -> None:
    desk.page.names.setFocus()
    QTest.keyClick(desk.page.names, Qt.Key.Key_Space)
    assert "Name" not in desk.page.read()["rows"][0]
    desk.page.open_one("C-1")
    assert desk.page.read()["title"] == "C-1"
    assert who(desk, "name").echoMode() == QLineEdit.EchoMode.Password
    desk.page.names.setChecked(True)
    assert desk.page.read()["title"] == "C-1 · Anne Other"
    assert who(desk, "name").echoMode() == QLineEdit.EchoMode.Normal


def test_the_models_keep_qts_rules(desk: PageDesk[Children]) -> None:
    desk.page.open_one("C-1")
    page = one(desk)
    tables = (
        desk.page.table,
        page.side.weight,
        page.side.reviews,
        page.side.held,
        page.family,
        page.side.barred,
        page.changes,
    )
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    testers = [QAbstractItemModelTester(table.model_, mode) for table in tables]
    write(who(desk, "family"), "Fam-2")
    desk.page.show_all()
    choose(desk, "Type", "Both")
    assert len(testers) == 7


def test_without_children_the_page_leads_to_the_import(sit: Sit) -> None:
    desk = sit(snapshot(HUSSAIN))
    desk.press("Import…")
    assert desk.asked_for == [("importing", None)]


# One child


def test_a_childs_page_says_everything_about_the_child(desk: PageDesk[Children]) -> None:
    desk.page.table.choose("C-1")
    QTest.keyClick(desk.page.table, Qt.Key.Key_Return)
    desk.wait()
    said = desk.page.read()
    assert said["title"] == "C-1 · Anne Other"
    assert said["subtitle"] == "looked after · aged 13 · Fam-1 · with A. Hussain since 3 Mar 2025"
    page = said["one"]
    assert page["weight"] == [
        ("1.00", "looked after"),
        ("+0.25", "out of area, 20 to 50 miles"),
        ("+0.25", "care proceedings in court"),
        ("1.50", "Weight"),
    ]
    assert page["reviews"][1] == {"What": "Next", "How": "recorded, 21 days overdue", "Figure": "2 Nov 2026"}
    assert page["iros"] == [
        "3 Mar 2025 – now: A. Hussain: IRO left",
        "4 Mar 2024 – 3 Mar 2025: K. Moss: newly looked after",
    ]
    assert page["family"] == [{"Child": "C-2", "Type": "LAC", "IRO": "K. Moss"}]
    assert any("New child" in line for line in page["changes"])


def test_the_weight_follows_what_is_ticked_and_typed(desk: PageDesk[Children]) -> None:
    desk.page.open_one("C-1")
    box = one(desk).form.ticks.box("disability")
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    write(needs(desk, "placement_miles"), "60")
    assert one(desk).read()["weight"][-1] == ("2.00", "Weight")
    write(who(desk, "type"), "Child protection")
    assert one(desk).read()["weight"][0] == ("1.00", "child protection, first child of the family")
    assert not needs(desk, "placement_miles").isEnabled()


def test_the_family_is_a_key_away(desk: PageDesk[Children]) -> None:
    desk.page.open_one("C-1")
    one(desk).family.choose("C-2")
    QTest.keyClick(one(desk).family, Qt.Key.Key_Return)
    assert desk.page.read()["title"] == "C-2 · Ben Other"


def test_saving_makes_one_step_that_names_no_child(desk: PageDesk[Children]) -> None:
    desk.page.open_one("C-1")
    write(who(desk, "name"), "Anna Other")
    write(who(desk, "next_review"), "4 Dec 2026")
    write(needs(desk, "requires"), "Urdu")
    QTest.keyClick(who(desk, "name"), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    after = replace(ANNE, name="Anna Other", next_review=date(2026, 12, 4), requires=("urdu",))
    assert desk.steps == [Step("C-1: name, required skills, next review", (Edit(ANNE, after),))]
    desk.wait()
    assert any("Next review: 2 Nov 2026 → 4 Dec 2026" in line for line in one(desk).read()["changes"])


def test_factors_that_the_scheme_does_not_know_are_kept(sit: Sit) -> None:
    odd = case("C-9", factors=("an old one", "court"))
    desk = sit(snapshot(HUSSAIN, odd, allocation(odd, HUSSAIN)))
    desk.page.open_one("C-9")
    assert not one(desk).unsaved
    one(desk).form.ticks.box("court").setChecked(False)
    desk.press("Save")
    assert desk.world.snapshot.case["C-9"].factors == ("an old one",)


def test_a_fault_is_said_and_marked_and_keeps_from_saving(desk: PageDesk[Children]) -> None:
    desk.page.open_one("C-1")
    needs(desk, "separate").setChecked(True)
    assert one(desk).read()["said"].startswith("Child C-1 may have another IRO than the family, but why is missing.")
    desk.press("Save")
    assert not desk.steps
    write(needs(desk, "separate_reason"), "conflict")
    write(who(desk, "expected"), "1 Mar 2027")
    assert "has a date of birth and an expected one" in one(desk).read()["said"]
    assert who(desk, "expected").property("wrong")
    write(who(desk, "expected"), "")
    desk.press("Save")
    assert desk.world.snapshot.case["C-1"] == replace(ANNE, separate=True, separate_reason="conflict")
    needs(desk, "separate").setChecked(False)
    desk.press("Save")
    assert desk.world.snapshot.case["C-1"] == ANNE


def test_what_is_not_saved_is_kept_and_marked(desk: PageDesk[Children]) -> None:
    desk.page.open_one("C-1")
    write(who(desk, "team"), "West")
    QTest.keyClick(who(desk, "team"), Qt.Key.Key_Escape)
    row = next(row for row in desk.page.read()["rows"] if row["Reference"] == "C-1")
    assert row["Flags"] == "unsaved changes, split"
    desk.page.open_one("C-2")
    desk.meanwhile(Step("Else", (Edit(ANNE, replace(ANNE, legal_status="C2")),)))
    desk.page.open_one("C-1")
    assert (who(desk, "team").text(), who(desk, "legal_status").text()) == ("West", "C2")


def test_a_placement_is_looked_up_before_it_is_saved(desk: PageDesk[Children], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.workspace, "find_places", lambda codes: dict.fromkeys(codes, ("HD9 1AA", (3, 4))))
    desk.page.open_one("C-1")
    write(needs(desk, "placement_postcode"), "hd9 1aa")
    desk.press("Save")
    desk.wait()
    after = replace(ANNE, placement_postcode="HD9 1AA", placement=(3, 4), placement_authority="382")
    assert desk.steps[-1].edits == (Edit(ANNE, after),)


def test_with_a_home_the_miles_and_the_area_follow_from_the_placement(desk: PageDesk[Children]) -> None:
    desk.workspace.find_places(["HD1 2TA", "HX1 1UJ"])  # loads the directory, which takes its time
    desk.page.open_one("C-1")
    write(needs(desk, "home_postcode"), "hd1 2ta")
    write(needs(desk, "placement_postcode"), "hx1 1uj")
    desk.qtbot.waitUntil(lambda: one(desk).read()["said"].startswith("By the postcodes: 6.4 miles from home, in Cald"))
    desk.press("Save")
    desk.qtbot.waitUntil(lambda: bool(desk.steps))
    assert one(desk).read()["said"] == ""
    child = desk.world.snapshot.case["C-1"]
    assert (child.home_postcode, child.placement_postcode, child.placement_authority) == ("HD1 2TA", "HX1 1UJ", "381")
    assert 4 < (child.placement_miles or 0) < 8


def test_a_confidential_placement_keeps_no_postcode_and_counts_by_its_band(desk: PageDesk[Children]) -> None:
    desk.page.open_one("C-1")
    needs(desk, "confidential").click()
    assert not needs(desk, "placement_postcode").isEnabled() and not needs(desk, "placement_miles").isEnabled()
    assert needs(desk, "distance_band").isEnabled()
    write(needs(desk, "distance_band"), "out of area, over 50 miles")
    assert ("+0.50", "out of area, over 50 miles") in one(desk).read()["weight"]
    desk.press("Save")
    child = desk.world.snapshot.case["C-1"]
    assert (child.placement_postcode, child.placement, child.placement_miles) == ("", None, None)
    assert (child.confidential, child.distance_band, child.out_of_area) == (True, "50", True)


def test_a_new_child_waits_for_an_iro(desk: PageDesk[Children]) -> None:
    desk.page.go_to(Do("new"))
    desk.press("All children")
    assert "C-6" not in shown(desk)
    desk.page.begin_new()
    write(who(desk, "family"), "Fam-1")
    desk.press("Save")
    assert one(desk).read()["said"].startswith("A child needs a reference.")
    write(who(desk, "id"), "C-1")
    desk.press("Save")
    assert one(desk).read()["said"].startswith("Child C-1 is in this service already, with A. Hussain.")
    write(who(desk, "id"), "C-6")
    desk.press("Save")
    assert desk.steps[-1].edits == (Edit(None, Case(id="C-6", family="Fam-1", opened=DAY)),)
    assert desk.page.read()["subtitle"] == "looked after · Fam-1 · waits for an IRO since 23 Nov 2026"
    desk.press("Allocate…")
    assert desk.asked_for == [("referrals", "C-6")]
    desk.undo()
    assert "New child…" in desk.buttons()


# Deciding


def test_closing_a_case_ends_the_allocation_in_the_same_step(desk: PageDesk[Children]) -> None:
    desk.page.open_one("C-1")
    desk.press("Case closed…")
    write(desk.dialog().form.field("day"), "1 Jan 2020")
    desk.dialog().take()
    assert desk.dialog().wrong.text().startswith("Child C-1: the case is closed before it is opened.")
    write(desk.dialog().form.field("day"), "20 Nov 2026")
    QTest.keyClick(desk.dialog().form.field("day"), Qt.Key.Key_Return)
    step = desk.steps[-1]
    assert step.label == "C-1: case closed 20 Nov 2026"
    row = service().allocation["C-1/2"]
    closed = date(2026, 11, 20)
    assert step.edits == (Edit(ANNE, replace(ANNE, closed=closed)), Edit(row, replace(row, end=closed)))
    assert one(desk).state == "closed"
    desk.press("Needs an IRO again…")
    desk.dialog().take()
    again = desk.world.snapshot.case["C-1"]
    assert (again.closed, again.opened, again.name) == (None, DAY, "Anne Other")
    assert one(desk).state == "waiting"


def test_a_child_is_pinned_and_let_go(desk: PageDesk[Children]) -> None:
    desk.page.open_one("C-1")
    desk.press("Pin…")
    write(desk.dialog().form.field("reason"), "asked for it")
    desk.dialog().take()
    assert desk.world.snapshot.allocation["C-1/2"].pin_reason == "asked for it"
    assert one(desk).read()["iros"][0].endswith("pinned: asked for it")
    desk.press("Unpin")
    assert not desk.world.snapshot.allocation["C-1/2"].pinned


def test_an_iro_is_barred_and_let_again(desk: PageDesk[Children]) -> None:
    desk.page.open_one("C-1")
    desk.press("+ Bar an IRO…")
    form = desk.dialog().form
    write(form.field("whom"), "K. Moss")
    write(form.field("reason"), "related to the carer")
    desk.dialog().take()
    assert desk.steps[-1].label == "Bar K. Moss for C-1"
    assert one(desk).read()["may not have"][0]["Whom"] == "K. Moss"
    table = one(desk).side.barred
    table.selectRow(0)
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert desk.steps[-1].label == "K. Moss may have C-1 again"
    assert not desk.world.snapshot.barred


def test_two_children_are_kept_apart_once(desk: PageDesk[Children]) -> None:
    desk.page.open_one("C-4")
    desk.press("+ Keep apart…")
    form = desk.dialog().form
    write(form.field("whom"), "C-1 ")
    write(form.field("reason"), "parent and child")
    desk.dialog().take()
    pair = Apart(id="C-1/C-4", case="C-1", other="C-4", reason="parent and child")
    assert desk.steps[-1].edits == (Edit(None, pair),)
    assert one(desk).read()["may not have"][0]["Whom"] == "apart from C-1"
    desk.press("+ Keep apart…")
    write(desk.dialog().form.field("whom"), "C-1 ")
    write(desk.dialog().form.field("reason"), "again")
    desk.dialog().take()
    assert desk.dialog().wrong.text().startswith("C-1 and C-4 are kept apart already.")
    desk.dialog().reject()
    desk.page.open_one("C-1")
    assert one(desk).read()["may not have"][0]["Whom"] == "apart from C-4"


def test_kept_apart_shows_in_the_table(sit: Sit) -> None:
    desk = sit(snapshot(HUSSAIN, ANNE, CARA, apart(ANNE, CARA), allocation(ANNE, HUSSAIN), allocation(CARA, HUSSAIN)))
    assert [row["Flags"] for row in desk.page.read()["rows"]] == ["apart", "apart"]


def test_f2_offers_every_other_iro(desk: PageDesk[Children]) -> None:
    desk.page.open_one("C-1")
    QTest.keyClick(who(desk, "name"), Qt.Key.Key_F2)
    desk.qtbot.waitUntil(lambda: bool(desk.page.findChildren(ReallocateDialog)))
    dialog = desk.page.findChildren(ReallocateDialog)[0]
    assert dialog.who.cases == ("C-1",)
    desk.wait()
    dialog.reject()
