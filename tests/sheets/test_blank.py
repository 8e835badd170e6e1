from pathlib import Path

import openpyxl
import pytest

from iro_allocator import resource, sheets
from iro_allocator.domain import Snapshot
from iro_allocator.errors import Explained
from iro_allocator.sheets import blank
from tests.builders import DAY
from tests.sheets.files import csv_file

NAMES = ["children.csv", "children.xlsx", "iros.csv", "iros.xlsx"]


def cells(path: Path) -> list[list[list[object]]]:
    return [[[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in openpyxl.load_workbook(path)]


def test_the_blank_sheets_that_come_with_the_program_are_those_it_writes(tmp_path: Path) -> None:
    assert sorted(path.name for path in blank.write_all(tmp_path)) == NAMES
    for name in NAMES:
        there = resource.path(f"templates/{name}")
        if name.endswith(".csv"):
            assert there.read_bytes() == (tmp_path / name).read_bytes()
        else:
            assert cells(there) == cells(tmp_path / name)


@pytest.mark.parametrize("name", NAMES)
def test_a_blank_sheet_is_recognised_whole_and_takes_nothing(name: str) -> None:
    draft = sheets.draft([resource.path(f"templates/{name}")], Snapshot(), DAY)
    (source,) = draft.sources
    assert source.holds == name.partition(".")[0]
    assert {column.sure for column in source.columns} == {"header"}
    assert not draft.step


@pytest.mark.parametrize("name", ["children.xlsx", "iros.xlsx"])
def test_the_notes_say_what_goes_into_every_column(name: str) -> None:
    sheet, notes = cells(resource.path(f"templates/{name}"))
    assert [row[0] for row in notes[1:]] == sheet[0]
    assert notes[0] == ["Column", "What it says", "For example"]


def test_the_examples_of_the_notes_can_be_imported_as_they_stand(tmp_path: Path) -> None:
    paths = []
    for holds in blank.FILES:
        _, notes = blank.tables(holds)
        paths.append(
            csv_file(tmp_path, [[row[0] for row in notes.rows], [row[2] for row in notes.rows]], f"{holds}.csv")
        )
    # The examples name a second IRO, who is in no list of one.
    iros = csv_file(tmp_path, [("Name", "Hours"), ("R. Bell", "37")], "more.csv")
    draft = sheets.draft([*paths, iros], Snapshot(), DAY)
    assert [str(finding) for finding in draft.findings] == []
    assert (draft.iros.new, draft.children.new) == (2, 1)


def test_references_are_text_cells_so_that_zeros_stay(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(resource.path("templates/children.xlsx")).worksheets[0]
    assert sheet.column_dimensions["A"].number_format == "@"


def test_a_notes_sheet_alone_is_no_list(tmp_path: Path) -> None:
    _, notes = blank.tables("children")
    with pytest.raises(Explained, match="no list of IROs or children"):
        sheets.draft([csv_file(tmp_path, [[c.header for c in notes.columns], *notes.rows])], Snapshot(), DAY)
