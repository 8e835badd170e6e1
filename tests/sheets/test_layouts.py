"""Workbooks as councils have them: the same service must come of every layout."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from iro_allocator import sheets
from iro_allocator.domain import Snapshot
from tests.builders import DAY, iro, snapshot
from tests.sheets.files import must_fix, to_check, xlsx_file

CARTER, BELL = "B. Carter", "R. Bell"
WANTED = {"00123": CARTER, "00124": CARTER, "00125": BELL, "00126": None}
"""Who has whom in every one of these files; the last child waits."""

ALIKE = {"00123", "00124"}
"""The two who are a family."""


def heading(sheet: Worksheet, words: str, width: int = 5) -> None:
    """A coloured heading over the whole width."""
    sheet.append([words])
    row = sheet.max_row
    sheet.cell(row, 1).font = Font(bold=True)
    sheet.cell(row, 1).fill = PatternFill("solid", fgColor="FFDDEEFF")
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)


def titled_with_gaps(book: Workbook) -> None:
    """Title rows, an empty first column, blank rows, a total, a note."""
    sheet = one(book, "Caseloads")
    sheet.append(["", "IRO Service: Caseload tracker"])
    sheet.append(["", "Official-Sensitive", "", "Printed 20/11/2026"])
    sheet.append([])
    sheet.append(["", "LCS ID", "Sib grp", "Status", "Allocated IRO", "Child's DOB"])
    sheet.append(["", "00123", "F1", "CLA", CARTER, date(2015, 1, 2)])
    sheet.append(["", "00124", "F1", "CLA", CARTER, date(2016, 1, 2)])
    sheet.append([])
    sheet.append(["", "00125", "", "CPP", BELL, ""])
    sheet.append(["", "00126", "", "CLA", "Unallocated", ""])
    sheet.append(["", "Total children", "", "", "", 4])
    sheet.append([])
    sheet.append(["", "* = reviewed by the conference chair"])


def sheet_an_iro(book: Workbook) -> None:
    """A sheet for each IRO, named after them, and one for those who wait."""
    header = ["Mosaic ID", "Family", "Type"]
    for name, rows in (
        (CARTER, [("00123", "F1", "LAC"), ("00124", "F1", "LAC")]),
        (BELL, [("00125", "", "CP")]),
        ("Waiting list", [("00126", "", "LAC")]),
    ):
        sheet = book.create_sheet(name)
        sheet.append(header)
        for row in rows:
            sheet.append(row)
    book.remove(book.worksheets[0])


def headings_of_iros(book: Workbook) -> None:
    """One sheet, a coloured row with the IRO's name above their children, sub-totals below."""
    sheet = one(book, "Allocations")
    sheet.append(["Child ID", "Family", "Type", "Start date", "Notes"])
    heading(sheet, f"{CARTER} (2 children)")
    sheet.append(["00123", "F1", "LAC", date(2025, 5, 1), ""])
    sheet.append(["00124", "F1", "LAC", date(2025, 5, 1), "settled"])
    sheet.append(["Sub-total", "", 2])
    heading(sheet, f"IRO: {BELL} – 18.5 hours")
    sheet.append(["00125", "", "CP", date(2026, 2, 3), ""])
    sheet.append(["Sub-total", "", 1])
    heading(sheet, "UNALLOCATED")
    sheet.append(["00126", "", "LAC", "", ""])
    sheet.append(["Grand total", "", 4])


def header_over_each_iro(book: Workbook) -> None:
    """The heading above the header, and both again for every IRO."""
    sheet = one(book, "Sheet1")
    for name, rows in (
        (CARTER, [("00123", "F1", "LAC"), ("00124", "F1", "LAC")]),
        (BELL, [("00125", "", "CP")]),
        ("Not yet allocated", [("00126", "", "LAC")]),
    ):
        sheet.append([f"Caseload of {name}" if name in (CARTER, BELL) else name])
        sheet.append(["Case number", "Sibling group", "LAC / CP"])
        for row in rows:
            sheet.append(row)
        sheet.append([])


def family_in_a_cell(book: Workbook) -> None:
    """One row a family: references, names and dates of birth in one cell each."""
    sheet = one(book, "Families")
    sheet.append(["Children IDs", "Names", "DOBs", "LAC or CP", "IRO"])
    sheet.append(["00123\n00124", "Ann Example\nBen Example", "02/01/2015\n02/01/2016", "LAC", CARTER])
    sheet.append(["00125", "Cal Other", "", "CP", "Bell, R."])
    sheet.append(["00126", "", "", "LAC", ""])


def names_beside_references(book: Workbook) -> None:
    """One row a family: “Ann Example (00123), Ben Example (00124)”."""
    sheet = one(book, "Families")
    sheet.append(["Children", "LAC or CP", "IRO"])
    sheet.append(["Ann Example (00123), Ben Example (00124)", "LAC", CARTER])
    sheet.append(["Cal Other (00125)", "CP", BELL])
    sheet.append(["Dee Last (00126)", "LAC", ""])


def family_in_columns(book: Workbook) -> None:
    """One row a family: the first, second and third child side by side."""
    sheet = one(book, "By family")
    sheet.append(["IRO", "Child 1 ID", "Child 1 DOB", "Child 2 ID", "Child 2 DOB", "Child 3 ID", "Child 3 DOB", "Plan"])
    sheet.append([CARTER, "00123", date(2015, 1, 2), "00124", date(2016, 1, 2), "", "", "LAC"])
    sheet.append([BELL, "00125", "", "", "", "", "", "CP"])
    sheet.append(["", "00126", "", "", "", "", "", "LAC"])


def two_row_header(book: Workbook) -> None:
    """Groups above, columns below, some names in the upper row alone."""
    sheet = one(book, "Tracker")
    sheet.append(["LCS No", "Sib grp", "Placement", "", "Reviews", "", "IRO", "Type"])
    sheet.append(["", "", "Postcode", "Distance", "Last", "Next", "", ""])
    for cells in ("A1:A2", "C1:D1", "E1:F1"):
        sheet.merge_cells(cells)
    sheet.append(["00123", "F1", "HD1 2TA", 3.2, date(2026, 9, 1), date(2027, 1, 5), CARTER, "LAC"])
    sheet.append(["00124", "F1", "HD1 2TA", 3.2, date(2026, 9, 1), date(2027, 1, 5), CARTER, "LAC"])
    sheet.append(["00125", "", "", "", "", "", BELL, "CP"])
    sheet.append(["00126", "", "HD3 4AB", "", "", "", "", "LAC"])


def types_as_headings(book: Workbook) -> None:
    """Merged IRO cells, and headings that say LAC or CP."""
    sheet = one(book, "Service")
    sheet.append(["IRO", "Reference", "Family", "Review due"])
    heading(sheet, "Looked after children", 4)
    sheet.append([CARTER, "00123", "F1", datetime(2027, 1, 5)])
    sheet.append(["", "00124", "F1", datetime(2027, 1, 5)])
    sheet.merge_cells("A3:A4")
    sheet.append(["TBC", "00126", "", ""])
    heading(sheet, "Child protection", 4)
    sheet.append([BELL, "00125", "", ""])


def hidden_and_1904(book: Workbook) -> None:
    """Dates counted from 1904, a hidden column with last year's IRO, hidden sheets, a pivot beside."""
    book.epoch = CALENDAR_MAC_1904
    sheet = one(book, "Live")
    sheet.append(["Child ref", "IRO name", "Allocated IRO", "Family", "Type", "DOB"])
    sheet.append(["00123", "Z. Gone", CARTER, "F1", "LAC", date(2015, 1, 2)])
    sheet.append(["00124", "Z. Gone", CARTER, "F1", "LAC", date(2016, 1, 2)])
    sheet.append(["00125", "Z. Gone", BELL, "", "CP", ""])
    sheet.append(["00126", "Z. Gone", "", "", "LAC", ""])
    sheet.column_dimensions["B"].hidden = True
    old = book.create_sheet("Old list")
    old.append(["Child ref", "IRO name", "Type"])
    old.append(["00999", "Z. Gone", "LAC"])
    old.sheet_state = "hidden"
    pivot = book.create_sheet("Summary")
    pivot.append(["Row Labels", "Count of Child ref"])
    pivot.append([CARTER, 2])
    pivot.append(["Grand Total", 4])


def families_as_headings(book: Workbook) -> None:
    """An IRO's heading, and under it the families', each with its children."""
    sheet = one(book, "Tracker")
    sheet.append(["Client ID", "Name", "Type"])
    for name, family, rows in (
        (CARTER, "EXAMPLE FAMILY", [("00123", "Ann", "LAC"), ("00124", "Ben", "LAC")]),
        (BELL, "Family: Other", [("00125", "Cal", "CP")]),
        ("Vacant", "", [("00126", "Dee", "LAC")]),
    ):
        heading(sheet, name, 3)
        if family:
            heading(sheet, family, 3)
        for row in rows:
            sheet.append(row)


LAYOUTS: list[Callable[[Workbook], None]] = [
    titled_with_gaps,
    sheet_an_iro,
    headings_of_iros,
    header_over_each_iro,
    family_in_a_cell,
    names_beside_references,
    family_in_columns,
    two_row_header,
    types_as_headings,
    hidden_and_1904,
    families_as_headings,
]


def one(book: Workbook, title: str) -> Worksheet:
    """The first sheet of a new workbook."""
    sheet = book.worksheets[0]
    sheet.title = title
    return sheet


def made(folder: Path, layout: Callable[[Workbook], None]) -> Path:
    """A workbook of a layout."""
    book = Workbook()
    layout(book)
    path = folder / "IRO tracker.xlsx"
    book.save(path)
    return path


def who_has_whom(service: Snapshot) -> dict[str, str | None]:
    found = {}
    for child in service.case:
        row = service.allocation_on(child, DAY)
        found[child] = service.iro[row.iro].name if row else None
    return found


@pytest.mark.parametrize("known", [False, True], ids=["new service", "IROs known"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_service_comes_of_every_layout(
    tmp_path: Path, layout: Callable[[Workbook], None], known: bool
) -> None:
    before = snapshot(iro(CARTER), iro(BELL)) if known else Snapshot()
    draft = sheets.draft([made(tmp_path, layout)], before, DAY)
    after = draft.step.apply(before)
    assert must_fix(draft) == []
    assert who_has_whom(after) == WANTED
    assert {iro.name for iro in after.iro.values()} == {CARTER, BELL}
    families = {key: case.family for key, case in after.case.items()}
    if layout is not hidden_and_1904 or families["00123"]:
        assert families["00123"] and {key for key, said in families.items() if said == families["00123"]} == ALIKE
    assert {key: case.type for key, case in after.case.items() if key == "00125"} == {"00125": "CP"}
    assert after.case["00126"].type == "LAC"
    assert not sheets.draft([made(tmp_path, layout)], after, DAY).step


@pytest.mark.parametrize("layout", [titled_with_gaps, family_in_a_cell, family_in_columns, hidden_and_1904])
def test_dates_of_birth_are_those_of_each_child(tmp_path: Path, layout: Callable[[Workbook], None]) -> None:
    after = sheets.draft([made(tmp_path, layout)], Snapshot(), DAY).step.apply(Snapshot())
    assert (after.case["00123"].born, after.case["00124"].born) == (date(2015, 1, 2), date(2016, 1, 2))


@pytest.mark.parametrize("layout", [family_in_a_cell, names_beside_references])
def test_names_are_those_of_each_child(tmp_path: Path, layout: Callable[[Workbook], None]) -> None:
    after = sheets.draft([made(tmp_path, layout)], Snapshot(), DAY).step.apply(Snapshot())
    assert (after.case["00123"].name, after.case["00124"].name) == ("Ann Example", "Ben Example")


def test_a_header_of_two_rows_names_columns_by_both(tmp_path: Path) -> None:
    after = sheets.draft([made(tmp_path, two_row_header)], Snapshot(), DAY).step.apply(Snapshot())
    child = after.case["00123"]
    assert (child.placement_postcode, child.placement_miles) == ("HD1 2TA", 3.2)
    assert (child.last_review, child.next_review) == (date(2026, 9, 1), date(2027, 1, 5))


@pytest.mark.parametrize("names", [("Carter", "Bell"), ("Bev", "Raj")])
def test_sheets_with_names_of_one_word_are_iros_where_all_are_like_that(tmp_path: Path, names: tuple[str, str]) -> None:
    rows = {names[0]: [("Child ID", "Type"), ("C-1", "LAC")], names[1]: [("Child ID", "Type"), ("C-2", "CP")]}
    path = xlsx_file(
        tmp_path, {**rows, "Waiting list": [("Child ID", "Type"), ("C-3", "LAC")], "Notes": [("see above",)]}
    )
    after = sheets.draft([path], Snapshot(), DAY).step.apply(Snapshot())
    assert who_has_whom(after) == {"C-1": names[0], "C-2": names[1], "C-3": None}


@pytest.mark.parametrize(
    "names", [("LAC", "CP"), ("North", "South"), ("Sheet1", "Sheet2"), ("Current", "Closed"), ("A", "B")]
)
def test_sheets_with_other_names_are_no_iros(tmp_path: Path, names: tuple[str, str]) -> None:
    rows = {name: [("Child ID", "Family"), (f"C-{n}", "")] for n, name in enumerate(names)}
    after = sheets.draft([xlsx_file(tmp_path, rows)], Snapshot(), DAY).step.apply(Snapshot())
    assert not after.iro


def test_a_sheet_named_for_its_type_is_no_iros_initials(tmp_path: Path) -> None:
    rows = [("Child ID", "Family"), ("00123", "F1"), ("00124", "")]
    draft = sheets.draft([xlsx_file(tmp_path, {"CP": rows})], snapshot(iro("Chris Park")), DAY)
    assert must_fix(draft) == []
    assert {child.type for child in draft.step.apply(Snapshot()).case.values()} == {"CP"}


def test_initials_above_children_are_a_heading_that_must_be_fixed(tmp_path: Path) -> None:
    rows = [("Child ID", "Family"), ("B. Carter", ""), ("00123", "F1"), ("JS", ""), ("00124", "")]
    service = snapshot(iro("B. Carter"), iro("Jane Smith"))
    draft = sheets.draft([xlsx_file(tmp_path, {"Sheet1": rows})], service, DAY)
    assert must_fix(draft) == [(5, "IRO (heading)", "JS")]


def test_a_row_taken_for_a_note_is_told(tmp_path: Path) -> None:
    draft = sheets.draft([made(tmp_path, titled_with_gaps)], Snapshot(), DAY)
    assert "“* = reviewed by the conference chair” was taken for a note, not a child" in to_check(draft)
