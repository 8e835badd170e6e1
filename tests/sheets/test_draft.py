"""Drafts as a whole: nothing is written, what must be fixed is left out, taking twice is taking once."""

from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iro_allocator import sheets
from iro_allocator.domain import Hours, Snapshot
from iro_allocator.edits import Step, added
from iro_allocator.errors import Explained
from tests.builders import DAY, allocation, case, iro, small_service, snapshot
from tests.sheets.files import CHILDREN, IROS, csv_file, drafted, must_fix, taken, to_check, xlsx_file

SPOILED = [
    ("Child ID", "Family", "Type", "IRO", "Since", "Miles", "DOB"),
    ("00123", "Fam-1", "LAC", "B. Carter", "01/05/2025", "31.4", "01/02/2015"),
    ("00124", "Fam-1", "LAC", "B. Carter", "31/02/2026", "", "01/02/2015"),
    ("", "Fam-2", "CP", "B. Carter", "", "", ""),
    ("00125", "Fam-2", "CP", "B. Cartr", "", "", ""),
    ("00126", "Fam-3", "CIN", "B. Carter", "", "", ""),
    ("00127", "Fam-3", "LAC", "B. Carter", "", "far", ""),
    ("00128", "Fam-4", "LAC", "B. Carter", "", "", "2015-13-01"),
    ("00129", "Fam-4", "LAC", "B. Carter", "", "-3", ""),
    ("00130", "Fam-5", "", "B. Carter", "", "", ""),
    ("00131", "Fam-6", "LAC", "B. Carter", "", "", ""),
    ("00132", "Fam-6", "LAC", "B. Carter", "", "", ""),
    ("00131", "Fam-7", "LAC", "R. Bell", "", "", ""),
]


def test_a_spoiled_sheet_lists_each_fault_and_leaves_out_just_those_rows(tmp_path: Path) -> None:
    service = snapshot(iro("B. Carter"), iro("R. Bell"))
    draft = drafted(tmp_path, SPOILED, service)
    assert must_fix(draft) == [
        (3, "Since", "31/02/2026"),
        (4, "Child ID", ""),
        (5, "IRO", "B. Cartr"),
        (6, "Type", "CIN"),
        (7, "Miles", "far"),
        (8, "DOB", "2015-13-01"),
        (9, "Miles", "-3"),
        (10, "Type", ""),
        (11, "Child ID", "00131"),
        (13, "Child ID", "00131"),
    ]
    assert (draft.children, draft.left_out, draft.rows) == (sheets.Counts(new=2, left_out=10), 10, 2)
    assert set(draft.step.apply(service).case) == {"00123", "00132"}


def test_each_fault_says_what_is_wrong_and_what_to_do(tmp_path: Path) -> None:
    service = snapshot(iro("B. Carter"), iro("R. Bell"))
    said = {f.row: str(f) for f in drafted(tmp_path, SPOILED, service).findings if f.level == sheets.FIX}
    assert said[3] == (
        "tracker.csv, row 3, Since: “31/02/2026” is no date: there is no such day; "
        "write day, month and year, such as 28/02/2026"
    )
    assert said[5].startswith("tracker.csv, row 5, IRO: “B. Cartr”: B. Carter?")
    assert "“00131” stands in row 13 of tracker.csv as well" in said[11]
    assert "“00131” stands in row 11 of tracker.csv as well" in said[13]
    assert "write LAC, CP or BOTH" in said[6]


def test_rows_have_the_numbers_that_excel_shows(tmp_path: Path) -> None:
    rows = [("IRO tracker",), (), CHILDREN[0], CHILDREN[1], (), ("00124", "Fam-1", "soon", "", "")]
    path = xlsx_file(tmp_path, {"Allocations": rows})
    (finding,) = [f for f in sheets.draft([path], Snapshot(), DAY).findings if f.level == sheets.FIX]
    assert (finding.sheet, finding.row, finding.column) == ("Allocations", 6, "Type")


def test_a_spoiled_sheet_does_not_touch_the_service(tmp_path: Path) -> None:
    service = snapshot(iro("B. Carter"))
    before = list(service.records())
    drafted(tmp_path, SPOILED, service)
    assert list(service.records()) == before


def test_importing_again_changes_nothing(tmp_path: Path) -> None:
    after = taken(tmp_path, CHILDREN)
    draft = drafted(tmp_path, CHILDREN, after)
    assert not draft.step and not draft.changes and not draft.findings
    assert draft.children == sheets.Counts(unchanged=3)


def test_the_same_list_as_a_workbook_changes_nothing_either(tmp_path: Path) -> None:
    after = taken(tmp_path, CHILDREN)
    rows = [
        CHILDREN[0],
        *((*row[:4], date(int(row[4][6:]), int(row[4][3:5]), int(row[4][:2]))) for row in CHILDREN[1:]),
    ]
    assert not sheets.draft([xlsx_file(tmp_path, {"Sheet1": rows})], after, DAY).step


def test_a_list_of_iros_imported_again_changes_nothing(tmp_path: Path) -> None:
    after = taken(tmp_path, IROS)
    draft = drafted(tmp_path, IROS, after)
    assert not draft.step
    assert draft.iros == sheets.Counts(unchanged=2)


def test_a_list_says_the_hours_of_today_and_leaves_those_before_alone(tmp_path: Path) -> None:
    before = taken(tmp_path, IROS)
    (carter,) = (each for each in before.iro.values() if each.name == "B. Carter")
    fewer = Hours(id="h", iro=carter.id, start=date(2026, 9, 1), contracted_hours=30)
    service = Step("", added([fewer])).apply(before)
    draft = drafted(tmp_path, IROS, service)
    assert draft.iros == sheets.Counts(changed=1, unchanged=1)
    assert draft.changes == (sheets.Change("iro", "B. Carter", "Contracted hours", "30", "37"),)
    after = draft.step.apply(service)
    assert after.hours["h"].contracted_hours == 37
    assert after.iro == service.iro
    thirty = [(name, 30 if name == "B. Carter" else hours, *rest) for name, hours, *rest in IROS]
    assert not drafted(tmp_path, thirty, service).step


def test_a_step_can_be_taken_back(tmp_path: Path) -> None:
    service = small_service()
    step = drafted(
        tmp_path, [("Child ID", "IRO"), ("C-100", "B. Carter"), ("C-401", "R. Bell"), ("N-1", "")], service
    ).step
    after = step.apply(service)
    assert after != service
    assert step.inverse.apply(after) == service


def test_the_step_is_named_for_its_files_and_keeps_the_counts_for_the_history(tmp_path: Path) -> None:
    paths = [csv_file(tmp_path, IROS, "iros.csv"), csv_file(tmp_path, CHILDREN)]
    step = sheets.draft(paths, Snapshot(), DAY).step
    assert step.label == "Import iros.csv and tracker.csv"
    assert step.detail["files"] == ["iros.csv", "tracker.csv"]
    assert step.detail["children"]["new"] == 3


def test_what_would_change_is_told_fact_by_fact(tmp_path: Path) -> None:
    carter, bell = iro("B. Carter"), iro("R. Bell")
    child = case("C-1", family="Fam-1", placement_miles=8.1, next_review=date(2026, 12, 4))
    service = snapshot(carter, bell, child, allocation(child, bell))
    rows = [
        ("Child ID", "Family", "Type", "IRO", "Miles", "Out of area", "Next review", "Flags"),
        ("C-1", "Fam-2", "BOTH", "B. Carter", "31.4", "Y", "27/11/2026", "court"),
        ("C-2", "Fam-2", "LAC", "", "", "", "", ""),
    ]
    told = {(c.who, c.what): (c.before, c.after) for c in drafted(tmp_path, rows, service).changes}
    assert told == {
        ("C-1", "Family"): ("Fam-1", "Fam-2"),
        ("C-1", "Type"): ("LAC", "BOTH"),
        ("C-1", "Miles from home"): ("8.1", "31.4"),
        ("C-1", "Out of area"): ("No", "Yes"),
        ("C-1", "Next review"): ("4 Dec 2026", "27 Nov 2026"),
        ("C-1", "Factors"): ("", "court"),
        ("C-1", "IRO"): ("R. Bell", "B. Carter"),
        ("C-1", "Since"): ("4 Mar 2024", "23 Nov 2026"),
        ("C-1", "Former IROs"): ("", "R. Bell"),
        ("C-1", "Weight"): ("1.00", "1.70"),  # 1.20 both + 0.25 at 20 to 50 miles + 0.25 court
        ("C-2", "New child"): ("", "LAC, waits for an IRO"),
    }


def test_councils_are_told_by_name_and_kept_by_number(tmp_path: Path) -> None:
    service = snapshot(case("C-1", placement_authority="382"))
    rows = [("Child ID", "Type", "LA of placement"), ("C-1", "LAC", "E08000035")]
    draft = drafted(tmp_path, rows, service)
    assert draft.step.apply(service).case["C-1"].placement_authority == "383"
    (change,) = [change for change in draft.changes if "382" in str(change) or "Kirklees" in str(change)]
    assert (change.what, change.before, change.after) == ("Placed in", "Kirklees", "Leeds")


def test_a_child_missing_from_a_full_list_is_told_and_never_ended_silently(tmp_path: Path) -> None:
    after = taken(tmp_path, CHILDREN)
    draft = drafted(tmp_path, CHILDREN[:3], after)
    assert [child.id for child in draft.missing] == ["00125"]
    assert not draft.step and draft.ended == ()
    assert to_check(draft) == ["1 child of the service not in this list: 00125 (kept; say whether they have ended)"]


@pytest.mark.parametrize("chosen", [True, ["00125"]])
def test_missing_children_end_when_a_person_says_so(tmp_path: Path, chosen: Any) -> None:
    before = taken(tmp_path, CHILDREN)
    draft = drafted(tmp_path, CHILDREN[:3], before, end_missing=chosen)
    after = draft.step.apply(before)
    assert (after.case["00125"].closed, after.allocation_on("00125", DAY)) == (DAY, None)
    assert draft.children == sheets.Counts(ended=1, unchanged=2)
    assert [(c.who, c.what, c.after) for c in draft.changes] == [("00125", "Ended", "23 Nov 2026")]


def test_only_the_missing_children_who_are_chosen_end(tmp_path: Path) -> None:
    before = taken(tmp_path, CHILDREN)
    draft = drafted(tmp_path, CHILDREN[:3], before, end_missing=["00123"])
    assert not draft.step


def test_a_short_list_is_no_full_list(tmp_path: Path) -> None:
    draft = drafted(tmp_path, [("Child ID", "Type"), ("N-1", "LAC")], small_service(), end_missing=True)
    assert (draft.missing, draft.children.ended) == ((), 0)


def test_a_row_that_must_be_fixed_is_no_missing_child(tmp_path: Path) -> None:
    before = taken(tmp_path, CHILDREN)
    draft = drafted(tmp_path, [*CHILDREN[:3], ("00125", "Fam-2", "?!", "R. Bell", "")], before, end_missing=True)
    assert draft.missing == () and not draft.step


def test_many_findings_alike_are_gathered_in_one(tmp_path: Path) -> None:
    rows = [("Child ID", "IRO", "Placement postcode"), *((f"C-{n}", "", "ZZ1 1ZZ") for n in range(14))]
    said = [f for f in drafted(tmp_path, rows).findings if f.column == "Placement postcode"]
    assert [(f.row, f.message.rpartition("(")[2]) for f in said] == [(2, "14 rows: 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 …)")]


def test_the_json_of_an_import_has_the_shape_of_its_format(tmp_path: Path) -> None:
    service = snapshot(iro("B. Carter"), iro("R. Bell"))
    draft = drafted(tmp_path, SPOILED, service)
    written = sheets.as_json(draft, True)
    assert list(written) == ["format", "sources", "iros", "children", "findings", "taken"]
    assert written["format"] == "iro-allocator-import/1" and written["taken"] is True
    assert written["sources"] == [{"file": "tracker.csv", "kind": "spreadsheet"}]
    assert written["children"] == {"new": 2, "changed": 0, "ended": 0, "unchanged": 0}
    first = written["findings"][0]
    assert {key: first[key] for key in ("level", "file", "row", "column", "value")} == {
        "level": "fix",
        "file": "tracker.csv",
        "row": 3,
        "column": "Since",
        "value": "31/02/2026",
    }
    assert list(first) == ["level", "file", "row", "column", "value", "message"]


CELL = st.sampled_from(
    ["", "LAC", "CP", "both", "B. Carter", "R. Bell", "B. Cartr", "S. New", "C-1", "C-2", "C-3", "00123", "-",
     "Fam-1", "Fam-2", "01/05/2025", "31/02/2026", "01/12/2026", "court", "Y", "N", "12.5", "HD1 2TA", "=1+1"]
)  # fmt: skip
COLUMNS = {
    "Child ID": st.sampled_from(["C-1", "C-2", "C-3", "C-401", "N-1", "N-2", "N-3", "", "00123"]),
    "Family": st.sampled_from(["", "Fam-1", "Fam-20", "Fam-30"]),
    "Type": st.sampled_from(["LAC", "CP", "both", "", "?"]),
    "IRO": st.sampled_from(["", "B. Carter", "Bell, R", "A. Hussain", "B. Cartr", "S. New", "S. Nwe", "tbc"]),
    "Since": st.sampled_from(["", "01/05/2023", "01/05/2025", "01/12/2026", "01/12/2062", "31/02/2026"]),
    "Former IRO": st.sampled_from(["", "R. Bell", "B. Carter; R. Bell", "S. New", "nobody known"]),
    "Ended": st.sampled_from(["", "", "", "01/11/2026", "01/12/2026"]),
    "Opened": st.sampled_from(["", "01/01/2024", "01/12/2026"]),
    "Pinned": st.sampled_from(["", "Yes", "No", "asked to stay"]),
    "IROs who may not": st.sampled_from(["", "R. Bell (was team manager)", "S. New"]),
    "Placement postcode": st.sampled_from(["", "HD1 2TA", "ZZ1 1ZZ", "nowhere"]),
    "Miles": st.sampled_from(["", "12.5", "999.9", "-1"]),
    "Out of area": st.sampled_from(["", "Y", "N", "maybe"]),
    "Flags": st.sampled_from(["", "court", "court; interpreter", "Standard", "wibble"]),
}
ROWS = st.lists(st.fixed_dictionaries(COLUMNS), max_size=8).map(
    lambda rows: [tuple(COLUMNS), *(tuple(row.values()) for row in rows)]
)


@settings(max_examples=60)
@given(ROWS)
def test_whatever_a_list_says_taking_it_twice_is_taking_it_once(rows: list[tuple[str, ...]]) -> None:
    service = small_service()
    with TemporaryDirectory() as folder:
        first = drafted(Path(folder), rows, service)
        after = first.step.apply(service)
        again = drafted(Path(folder), rows, after)
    assert first.step.inverse.apply(after) == service
    assert not again.step, again.changes
    counts = first.children
    assert counts.new + counts.changed + counts.ended + counts.unchanged + counts.left_out == len(rows) - 1


@settings(max_examples=40)
@given(ROWS)
def test_a_row_that_must_be_fixed_counts_for_nothing(rows: list[tuple[str, ...]]) -> None:
    service = small_service()
    with TemporaryDirectory() as folder:
        draft = drafted(Path(folder), rows, service)
        out = {row for row, _, _ in must_fix(draft)}
        kept = [row for number, row in enumerate(rows, start=1) if number not in out]
        without = drafted(Path(folder), kept, service)
    assert len(out) == draft.left_out
    assert not must_fix(without)
    assert {e.key for e in without.step.edits if e.key[0] != "iro"} == {
        e.key for e in draft.step.edits if e.key[0] != "iro"
    }


@settings(max_examples=60)
@given(st.lists(st.lists(CELL | st.text(max_size=8), max_size=6), max_size=6))
def test_no_sheet_of_any_cells_does_worse_than_be_refused(rows: list[list[str]]) -> None:
    service = small_service()
    with TemporaryDirectory() as folder:
        path = csv_file(Path(folder), [["Child ID", "IRO", "Type", "Since", "Flags", "Barred"], *rows])
        with suppress(Explained):
            step = sheets.draft([path], service, DAY).step
            assert step.inverse.apply(step.apply(service)) == service
