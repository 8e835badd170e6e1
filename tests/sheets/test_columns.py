from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from iro_allocator import sheets
from iro_allocator.domain import Factor, Scheme, Settings, Snapshot
from iro_allocator.errors import Explained
from iro_allocator.sheets.meanings import CHILDREN as CHILD_MEANINGS
from iro_allocator.sheets.meanings import IROS as IRO_MEANINGS
from tests.builders import DAY, allocation, case, iro, snapshot
from tests.sheets.files import CHILDREN, IROS, csv_file, drafted, xlsx_file

TRACKER = [
    ("IRO tracker November",),
    (),
    ("LCS ID", "Sib grp", "IRO", "Status", "Plc p/code", "Start", "Flags", "RAG", "DOB"),
    ("00123", "Fam-1", "B. Carter", "CLA", "HD1 2TA", "12/04/2025", "Court", "Red", "01/02/2015"),
    ("00124", "Fam-1", "B. Carter", "CPP", "", "12/04/2025", "", "Green", "01/02/2017"),
]


def understood(draft: sheets.Draft) -> dict[str, tuple[str, str]]:
    """Meaning and sureness by header."""
    return {column.header: (column.meaning, column.sure) for source in draft.sources for column in source.columns}


def refused(folder: Path, rows: Any, **more: Any) -> Explained:
    with pytest.raises(Explained) as fault:
        drafted(folder, rows, **more)
    return fault.value


def test_a_tracker_is_understood_by_headers_and_contents_below_its_title(tmp_path: Path) -> None:
    draft = drafted(tmp_path, TRACKER)
    (source,) = draft.sources
    assert (source.kind, source.holds, source.header_row, len(source.rows)) == ("spreadsheet", "children", 3, 2)
    assert understood(draft) == {
        "LCS ID": ("child", "header"),
        "Sib grp": ("family", "header"),
        "IRO": ("iro", "header"),
        "Status": ("type", "contents"),
        "Plc p/code": ("placement_postcode", "contents"),
        "Start": ("opened", "guess"),
        "Flags": ("factors", "header"),
        "RAG": ("", ""),
        "DOB": ("born", "header"),
    }


def test_what_was_taken_is_remembered_for_sheets_with_the_same_header(tmp_path: Path) -> None:
    chosen = {"Sib grp": "", "RAG": "team"}
    first = drafted(tmp_path, TRACKER, mapping=chosen)
    assert understood(first)["RAG"] == ("team", "chosen")
    again = understood(drafted(tmp_path, TRACKER[2:], remembered=first.mapping))
    assert again["RAG"] == ("team", "as last time")
    assert again["Sib grp"] == ("", "as last time")
    assert again["Status"] == ("type", "as last time")
    assert again["IRO"] == ("iro", "header")
    other = [(*TRACKER[2], "Extra"), *TRACKER[3:]]
    assert understood(drafted(tmp_path, other, remembered=first.mapping))["RAG"] == ("", "")


def test_a_choice_is_stronger_than_what_is_remembered(tmp_path: Path) -> None:
    first = drafted(tmp_path, TRACKER, mapping={"RAG": "team"})
    again = drafted(tmp_path, TRACKER, mapping={"RAG": "category"}, remembered=first.mapping)
    assert understood(again)["RAG"] == ("category", "chosen")


def test_a_chosen_column_takes_the_meaning_from_the_one_that_was_guessed(tmp_path: Path) -> None:
    found = understood(drafted(tmp_path, TRACKER, mapping={"RAG": "family"}))
    assert found["RAG"] == ("family", "chosen")
    assert found["Sib grp"] == ("", "")


def test_a_column_may_be_named_by_its_address(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, {"Now": [*CHILDREN], "Then": [*CHILDREN]})
    draft = sheets.draft([path], Snapshot(), DAY, mapping={"tracker.xlsx!Then!Family": ""})
    now, then = draft.sources
    assert [column.meaning for column in now.columns][1] == "family"
    assert [column.meaning for column in then.columns][1] == ""
    assert then.columns[1].address == "tracker.xlsx!Then!Family"


def test_two_columns_cannot_both_be_chosen_for_one_meaning(tmp_path: Path) -> None:
    fault = refused(tmp_path, TRACKER, mapping={"RAG": "family", "Flags": "family"})
    assert fault.message == "tracker.csv: “Flags” and “RAG” cannot both be “Family”."


def test_a_map_with_an_unknown_meaning_or_column_is_refused_with_what_is_known(tmp_path: Path) -> None:
    fault = refused(tmp_path, TRACKER, mapping={"RAG": "colour"})
    assert "the meaning “colour”, which there is none of" in fault.message
    assert "child, family, type, iro" in fault.hint and "factor:court" in fault.hint
    fault = refused(tmp_path, TRACKER, mapping={"Colour": "team"})
    assert fault.message == "The map names a column “Colour” that no sheet has."
    assert "“LCS ID”" in fault.hint


def test_the_choices_of_a_column_are_those_of_its_list(tmp_path: Path) -> None:
    (source,) = drafted(tmp_path, TRACKER).sources
    assert ("factor:court", "Care proceedings in court") in source.choices
    assert not {"hours", "iro_name"} & {key for key, _ in source.choices}


@pytest.mark.parametrize("meaning", [*CHILD_MEANINGS, *IRO_MEANINGS], ids=lambda meaning: meaning.key)
def test_the_label_of_every_meaning_is_a_header_that_names_it(tmp_path: Path, meaning: sheets.Meaning) -> None:
    needed = ("Child reference", "Family") if meaning.holds == "children" else ("Name", "Contracted hours")
    headers = list(dict.fromkeys([*needed, meaning.label]))
    draft = drafted(tmp_path, [headers, ["1"] * len(headers)])
    assert draft.sources[0].holds == meaning.holds
    assert understood(draft)[meaning.label] == (meaning.key, "header")


@pytest.mark.parametrize("holds", [CHILD_MEANINGS, IRO_MEANINGS], ids=["children", "IROs"])
def test_no_header_names_two_meanings_of_one_list_for_certain(holds: tuple[sheets.Meaning, ...]) -> None:
    seen: dict[str, str] = {}
    for meaning in sheets.known(Settings()).values():
        if meaning.holds == holds[0].holds:
            for header in meaning.strong:
                assert seen.setdefault(header, meaning.key) == meaning.key, header


def test_a_factor_of_the_services_own_may_have_a_column(tmp_path: Path) -> None:
    scheme = Scheme(factors=(Factor("twins", "twins or more", 0.1),))
    service = snapshot(Settings(scheme=scheme))
    rows = [(*CHILDREN[0], "Twins"), *((*row, "Y") for row in CHILDREN[1:])]
    draft = drafted(tmp_path, rows, service)
    assert understood(draft)["Twins"] == ("factor:twins", "header")
    assert draft.step.apply(service).case["00123"].factors == ("twins",)


def test_names_and_references_of_the_service_tell_columns_without_a_known_header(tmp_path: Path) -> None:
    children = [case("7001"), case("7002")]
    carter = iro("B. Carter")
    service = snapshot(carter, children, [allocation(child, carter) for child in children])
    draft = drafted(
        tmp_path, [("Nr.", "Who", "Sort"), ("7001", "Carter, B", "LAC"), ("7002", "B Carter", "CP")], service
    )
    assert understood(draft) == {"Nr.": ("child", "contents"), "Who": ("iro", "contents"), "Sort": ("type", "contents")}


def test_the_better_of_two_columns_for_one_meaning_is_taken(tmp_path: Path) -> None:
    rows = [("Child ID", "IRO", "Type", "Status"), ("1", "B. Carter", "U6", "LAC"), ("2", "B. Carter", "P1", "CP")]
    assert understood(drafted(tmp_path, rows)) == {
        "Child ID": ("child", "header"),
        "IRO": ("iro", "header"),
        "Type": ("", ""),
        "Status": ("type", "contents"),
    }


def test_a_home_postcode_is_not_taken_for_the_placement(tmp_path: Path) -> None:
    rows = [("Child ID", "IRO", "Home p/c", "Lives at"), ("1", "B. Carter", "HD1 2TA", "HD1 2TA")]
    found = understood(drafted(tmp_path, rows))
    assert found["Home p/c"] == ("", "")
    assert found["Lives at"] == ("placement_postcode", "contents")


def test_headers_that_come_twice_or_are_empty_are_told_apart(tmp_path: Path) -> None:
    rows = [("Child ID", "Date", "Date", "", "IRO"), ("1", "01/01/2026", "", "x", "B. Carter")]
    assert [c.header for c in drafted(tmp_path, rows).sources[0].columns] == [
        "Child ID",
        "Date",
        "Date (2)",
        "column D",
        "IRO",
    ]


def test_one_workbook_may_hold_both_lists_and_sheets_that_are_neither(tmp_path: Path) -> None:
    path = xlsx_file(
        tmp_path, {"Read me": [("How to use",)], "IROs": IROS, "Children": CHILDREN, "Pivot": [("IRO", 70)]}
    )
    draft = sheets.draft([path], Snapshot(), DAY)
    assert [(source.sheet, source.holds) for source in draft.sources] == [("IROs", "iros"), ("Children", "children")]
    assert (draft.iros.new, draft.children.new) == (2, 3)


def test_iro_files_and_children_files_are_given_together_in_any_order(tmp_path: Path) -> None:
    paths = [csv_file(tmp_path, CHILDREN), csv_file(tmp_path, IROS, "iros.csv")]
    for order in (paths, paths[::-1]):
        after = sheets.draft(order, Snapshot(), DAY).step.apply(Snapshot())
        assert {(row.name, row.contracted_hours) for row in after.iro.values()} == {
            ("B. Carter", 37),
            ("R. Bell", 18.5),
        }
        assert len(after.allocation) == 3


def test_a_header_that_is_printed_again_on_each_page_is_no_row(tmp_path: Path) -> None:
    draft = drafted(tmp_path, [*CHILDREN[:2], CHILDREN[0], (), *CHILDREN[2:]])
    assert [number for number, _ in draft.sources[0].rows] == [2, 5, 6]


def test_cells_merged_over_rows_count_for_each_of_them(tmp_path: Path) -> None:
    rows = [
        ("Child ID", "Sib grp", "IRO", "Placement", ""),
        ("", "", "", "Postcode", "Miles"),
        ("00123", "Fam-1", "B. Carter", "HD1 2TA", 3.5),
        ("00124", "", "B. Carter", "", ""),
    ]
    path = xlsx_file(tmp_path, {"Allocations": rows})
    book = load_workbook(path)
    for cells in ("A1:A2", "B1:B2", "C1:C2", "D1:E1", "B3:B4"):
        book["Allocations"].merge_cells(cells)
    book.save(path)
    draft = sheets.draft([path], Snapshot(), DAY)
    assert draft.sources[0].header_row == 2
    after = draft.step.apply(Snapshot())
    assert {child.id: (child.family, child.placement_miles) for child in after.case.values()} == {
        "00123": ("Fam-1", 3.5),
        "00124": ("Fam-1", None),
    }


def test_a_list_without_the_childs_reference_is_refused_naming_sheet_columns_and_way_out(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, {"Allocations": [row[1:] for row in CHILDREN]})
    with pytest.raises(Explained) as fault:
        sheets.draft([path], Snapshot(), DAY)
    assert fault.value.message == (
        "tracker.xlsx, sheet “Allocations”: no column holds the child's reference; "
        "the columns seen are “Family”, “Type”, “IRO”, “Since”."
    )
    assert fault.value.hint == "Name that column “Child reference”, or say which it is with a map."


def test_a_list_of_iros_without_names_is_refused(tmp_path: Path) -> None:
    assert "no column holds the IRO's name" in refused(tmp_path, [row[1:] for row in IROS]).message


def test_a_list_without_a_header_is_not_guessed_at(tmp_path: Path) -> None:
    assert "it has no row of column names" in refused(tmp_path, CHILDREN[1:]).message


def test_a_header_without_rows_changes_nothing_and_says_so(tmp_path: Path) -> None:
    draft = drafted(tmp_path, CHILDREN[:1])
    assert (bool(draft.step), draft.rows) == (False, 0)
    assert [finding.message for finding in draft.findings] == ["there are no rows below the header"]
